"""From a save to its answer in ``watch``: shipped definitions, real saves, medians.

python benchmarks/watch.py [--saves 5] [DEFINITION ...]

A save changes ``sets`` of one pattern after the other; then the number of rows of the first
entity, to and fro. "hard facts" is the time after which it is known how the changed patterns fare
on them, "answered" that after which they have been run as well.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from dynaproof.api.watching import watch
from dynaproof.definition.load import load
from dynaproof.proof.events import Event, HardFactsTried
from dynaproof.proof.rounds.round import Refused, Round

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("definitions", nargs="*", type=Path)
    parser.add_argument("--saves", type=int, default=5)
    options = parser.parse_args()
    for source in options.definitions or sorted((ROOT / "patterns").glob("*.yaml")):
        with tempfile.TemporaryDirectory() as folder:
            for beside in ("patterns", "datasets"):
                shutil.copytree(ROOT / beside, Path(folder) / beside)
            measure(Path(folder) / "patterns" / source.name, options.saves)


def measure(file: Path, saves: int) -> None:
    text = file.read_text()
    tried: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, HardFactsTried):
            tried.append(event.seconds)

    with closing(watch(file, listen=hear)) as rounds:
        _print(f"{file.stem}: first", [_good(next(rounds))], tried)
        for what, edits in (("one pattern", patterns(file, text)), ("facts", facts(text))):
            tried.clear()
            answered: list[Round] = []
            for _, edited in zip(range(saves), edits, strict=False):
                file.write_text(edited)
                answered.append(_good(next(rounds)))
            _print(f"{file.stem}: {what}", answered, tried)


def patterns(file: Path, text: str) -> Iterator[str]:
    """The definition with one pattern after the other drawing another number of sets."""
    names = [pattern.name for pattern in load(file).access_patterns]
    for sets in range(4, 1000):
        for name in names:
            text = re.sub(
                rf"(?m)^  {name}:\n(    sets: .*\n)?", f"  {name}:\n    sets: {sets}\n", text
            )
            yield text


def facts(text: str) -> Iterator[str]:
    while True:
        yield re.sub(r"count: (\d+)", lambda found: f"count: {int(found[1]) + 1}", text, count=1)
        yield text


def _good(one: Round | Refused) -> Round:
    assert isinstance(one, Round), one
    return one


def _print(what: str, rounds: list[Round], tried: list[float]) -> None:
    seconds = [one.seconds for one in rounds]
    print(
        f"{what:32} hard facts {statistics.median(tried):5.2f} s (to {max(tried):.2f}),"
        f" answered {statistics.median(seconds):5.2f} s (to {max(seconds):.2f}),"
        f" {statistics.median(one.fact_sets for one in rounds):g} sets;"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
