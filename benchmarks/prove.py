"""Proving: sets of facts, calls and schedules a second on the definitions that ship.

    python benchmarks/prove.py [--sets 40] [--seconds 45]

Each definition is proved as the command does it, the server's start included, on a server of its
own. Races and the search for hard facts are timed apart, by the events that they tell.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from dynaproof import Workbench
from dynaproof.proof.events import Event, StageAdvanced, StageStarted

PATTERNS = Path(__file__).parents[1] / "patterns"


class Clock:
    """When proving, and in it the search, began."""

    def __init__(self) -> None:
        self.proof = self.search = 0.0

    def __call__(self, event: Event) -> None:
        now = time.perf_counter()
        if isinstance(event, StageStarted) and event.stage == "proof":
            self.proof = now
        if isinstance(event, StageAdvanced) and event.stage == "proof" and not self.search:
            self.search = now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=45.0)
    options = parser.parse_args()
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    print(f"load {load} on {os.cpu_count()} cores")
    for file in sorted(PATTERNS.glob("*.yaml")):
        clock = Clock()
        start = time.perf_counter()
        with Workbench(file, listen=clock) as bench:
            result = bench.prove(sets=options.sets, seconds=options.seconds).result
            end = time.perf_counter()
        whole = time.perf_counter() - start
        searched, raced = result.searched, result.raced
        racing = clock.search - clock.proof
        searching = end - clock.search
        stopped = ", stopped by the time" if searched.stopped or raced.stopped else ""
        print(f"{file.stem}: {whole:.1f} s as a whole{stopped}")
        print(
            f"  search {searching:6.1f} s  {searched.fact_sets / searching:6.2f} sets of facts/s"
            f"  {searched.calls / searching:6.0f} calls/s,"
            f" {len(result.counterexamples)} counterexamples made small"
        )
        print(
            f"  races  {racing:6.1f} s  {raced.schedules / racing:6.0f} schedules/s"
            f"  {raced.requests / racing:6.0f} requests/s,"
            f" {raced.pairs} pairs, {len(result.races)} races"
        )


if __name__ == "__main__":
    main()
