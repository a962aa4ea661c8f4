"""A round of ``watch`` on one screen: what turned, what moved, what is still wrong."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from dynaproof.proof.results import Summary
from dynaproof.proof.rounds.round import Refused, Round, Standing
from dynaproof.report.figures import UNIT_NAMES, counted, units_text
from dynaproof.report.findings import print_diagnostics
from dynaproof.report.plain_values import printable

MOST_SHOWN = 12
"""Patterns with a line of their own; the others are counted."""
_STYLES = {"held": "green", "no expectation": "dim", "not run": "yellow"}
_WRONG = "bold red"


def print_round(one: Round | Refused, console: Console) -> None:
    """Print a round; the last line is the verdict."""
    if isinstance(one, Refused):
        _print_refused(one, console)
        return
    _say(console, f"save {one.number}: {_changed(one)}", "bold")
    new, gone = one.warnings()
    if new:
        print_diagnostics(new, console)
    for finding in gone:
        _say(console, f"  no longer {finding.code.value}: {finding.message}", "dim")
    _print_lines(one, console)
    if one.unstorable:
        for found in one.unstorable:
            _say(console, f"  {found.code.value}: {found.difference.summary}", _WRONG)
    _print_wrong(one, console)
    _say(console, verdict_of_round(one), "bold green" if one.holds else _WRONG)


def verdict_of_round(one: Round) -> str:
    """``12 of 13 access patterns hold; 2 tried on 7 sets of hard facts; 1.1 s``."""
    right = sum(not standing.is_wrong for standing in one.now.values())
    told = [f"{right:,} of {counted(len(one.now), 'access pattern')} "]
    told[0] += "holds" if len(one.now) == 1 else "hold"
    if one.unstorable:
        told.append("some facts cannot be stored")
    if one.changes.patterns:
        tried = f"{len(one.changes.patterns):,} tried on {counted(one.fact_sets, 'set')}"
        told.append(f"{tried} of hard facts{', more follow' if one.stopped else ''}")
    return f"{'; '.join(told)}; {one.seconds:.1f} s"


def _print_refused(one: Refused, console: Console) -> None:
    _say(console, f"save {one.number}: cannot be used", "bold")
    print_diagnostics(one.diagnostics, console)
    stands = f"the verdicts of save {one.last.number} stand" if one.last else "nothing has run yet"
    _say(console, f"{counted(len(one.diagnostics), 'finding')}; {stands}", _WRONG)


def _changed(one: Round) -> str:
    changes = one.changes
    if not one.before:
        return f"{printable(one.definition.name)}, {counted(len(one.now), 'access pattern')}"
    parts = [
        word
        for word, yes in (
            ("facts", changes.facts),
            ("keys and indexes", changes.keys),
            ("items", changes.items and not changes.keys),
        )
        if yes
    ]
    if not changes.everything:
        parts += [printable(name) for name in changes.patterns[:3]]
        more = len(changes.patterns) - 3
        parts += [f"{more:,} more"] if more > 0 else []
    parts += [f"{printable(name)} is gone" for name in changes.gone]
    if not parts:
        return "nothing that matters changed"
    if changes.gone and not changes.everything and not changes.patterns:
        return ", ".join(parts)
    return f"{', '.join(parts)} changed" if not changes.gone else f"changed: {', '.join(parts)}"


def _print_lines(one: Round, console: Console) -> None:
    turned = one.turned
    width = max((len(printable(name)) for name in turned[:MOST_SHOWN]), default=0)
    for name in turned[:MOST_SHOWN]:
        now, before = one.now[name], one.before.get(name)
        line = Text(f"  {printable(name):<{width}}  ")
        if before is not None and before.word != now.word:
            line.append(f"{before.word} -> ", "dim")
        line.append(now.word, _STYLES.get(now.word, _WRONG))
        line.append("".join(f"  {moved}" for moved in _units(before, now)))
        console.print(line, soft_wrap=True)
    if len(turned) > MOST_SHOWN:
        _say(console, f"  and {len(turned) - MOST_SHOWN:,} more", "dim")


def _units(before: Standing | None, now: Standing) -> Iterator[str]:
    """``RCU 0.5-3 mean 0.92 -> 0.5-1 mean 0.6``; once where nothing moved."""
    olds = before.units if before is not None else (None, None)
    for name, old, new in zip(UNIT_NAMES.values(), olds, now.units, strict=True):
        if not _counts(old) and not _counts(new):
            continue
        moved = before is not None and old != new
        yield f"{name} {_range(old)} -> {_range(new)}" if moved else f"{name} {_range(new)}"


def _counts(summary: Summary | None) -> bool:
    return summary is not None and summary.maximum > 0


def _range(summary: Summary | None) -> str:
    if summary is None:
        return "none"
    least, most = units_text(summary.minimum), units_text(summary.maximum)
    return least if least == most else f"{least}-{most} (mean {units_text(summary.mean)})"


def _print_wrong(one: Round, console: Console) -> None:
    """Findings of the patterns that ran; of the others the name, as their lines may have moved."""
    ran = set(one.changes.patterns)
    results = [s.result for name, s in one.now.items() if s.result is not None and name in ran]
    found = [
        finding
        for result in results
        for finding in (*result.refused, *result.differing, *(b.diagnostic for b in result.broken))
    ]
    if found:
        print_diagnostics(found, console)
    for name, standing in one.now.items():
        for example in standing.counterexamples:
            told = f"  {printable(name)}: {example.code.value} {example.difference.summary}"
            _say(console, printable(told), "red")
    still = [
        printable(name)
        for name, standing in one.now.items()
        if standing.is_wrong and name not in ran and not standing.counterexamples
    ]
    if still:
        _say(console, f"  still wrong: {', '.join(still)}", "red")


def _say(console: Console, text: str, style: str) -> None:
    console.print(Text(printable(text), style), soft_wrap=True)
