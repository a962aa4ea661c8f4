"""Tell how many mutants the tests kill, and list those that survive, after ``mutmut run``.

    python tools/mutation_score.py

Survivors are of three kinds: ``text`` changes the words of a message, which no test holds on
purpose; ``same`` changes what has no effect, as the type given to ``cast``; the others are
``logic``. The score of logic leaves out the other two kinds, killed or not.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

MUTANTS = Path(__file__).parents[1] / "mutants" / "src"
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 33: "survived", 36: "killed", -24: "killed"}
"""By mutmut's exit codes; 33 is of code that no test runs, 36 and -24 are time-outs."""
WORDS = frozenset({"message", "reason", "hint", "why", "what", "how"})
"""Variables that hold the words of a message."""


@dataclass(frozen=True)
class Mutant:
    """A mutant, what became of it, and its kind."""

    name: str
    outcome: str
    kind: str
    change: str


def mutants_of(meta: Path) -> Iterator[Mutant]:
    """Read what mutmut keeps of one module."""
    codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    if not codes:
        return
    tree = ast.parse(meta.with_suffix("").read_text(encoding="utf-8"))
    functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    for key, code in codes.items():
        name = key.rpartition(".")[2]
        before = functions[name.rpartition("__mutmut_")[0] + "__mutmut_orig"]
        after = functions[name]
        after.name = before.name
        outcome = "not run" if code is None else OUTCOMES.get(code, "killed")
        kind, change = _change(before, after)
        yield Mutant(key, outcome, kind, change)


def _change(before: ast.AST, after: ast.AST) -> tuple[str, str]:
    """Give the kind of a change, and the smallest piece of code that holds it."""
    around: list[ast.AST] = []
    while (inner := _only_difference(before, after)) is not None:
        around.append(before)
        before, after = inner
    whole = [*around, before]
    if any(_is_words(one) for one in whole):
        return "text", ""
    if any(isinstance(one, ast.keyword) and one.arg == "strict" for one in whole):
        return "same", ""
    for outer, inside in pairwise([*around, before]):
        match outer:
            case ast.Call(func=ast.Name(id="cast"), args=[type_, *_]) if inside is type_:
                return "same", ""
    return "logic", f"{_code(before)}  ->  {_code(after)}"


def _only_difference(before: ast.AST, after: ast.AST) -> tuple[ast.AST, ast.AST] | None:
    """Give the one child in which two nodes differ; None where it is they themselves."""
    ours, theirs = list(ast.iter_child_nodes(before)), list(ast.iter_child_nodes(after))
    if type(before) is not type(after) or len(ours) != len(theirs):
        return None
    pairs = zip(ours, theirs, strict=True)
    apart = [pair for pair in pairs if ast.dump(pair[0]) != ast.dump(pair[1])]
    return apart[0] if len(apart) == 1 else None


def _is_words(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str() as text):
            return " " in text.strip()
        case ast.JoinedStr(values=values):
            return any(_is_words(value) for value in values)
        case ast.Name(id=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name in WORDS
    return False


def _code(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    if isinstance(node, ast.operator | ast.cmpop | ast.boolop | ast.unaryop):
        return type(node).__name__
    return text if len(text) <= 90 else text[:87] + "..."


def main() -> None:
    """Write a line for each module, the survivors, and the score."""
    mutants = [one for meta in sorted(MUTANTS.rglob("*.py.meta")) for one in mutants_of(meta)]
    if not mutants:
        sys.exit("there are no mutants here: run `make mutation`")
    lines = [f"{one.name}  {one.change}" for one in mutants if _survives(one, "logic")]
    modules = Counter(one.name.partition(".x")[0] for one in mutants)
    for module in modules:
        of_module = [one for one in mutants if one.name.partition(".x")[0] == module]
        lines.append(f"{module:50} {_score(of_module, 'logic')}")
    for kind in ("text", "same"):
        survivors = sum(_survives(one, kind) for one in mutants)
        lines.append(f"{kind}: {survivors} survive of {sum(one.kind == kind for one in mutants)}")
    not_run = sum(one.outcome == "not run" for one in mutants)
    lines += [f"logic: {_score(mutants, 'logic')}", f"all: {_score(mutants)}; not run: {not_run}"]
    sys.stdout.write("\n".join(lines) + "\n")


def _survives(mutant: Mutant, kind: str) -> bool:
    return (mutant.outcome, mutant.kind) == ("survived", kind)


def _score(mutants: list[Mutant], kind: str = "") -> str:
    counted = [one for one in mutants if kind in ("", one.kind) and one.outcome != "not run"]
    killed = sum(one.outcome == "killed" for one in counted)
    return f"{killed} killed of {len(counted)}" + (
        f", {killed / len(counted):.1%}" if counted else ""
    )


if __name__ == "__main__":
    main()
