"""How long the command line takes to start: whole processes, wall clock, medians.

python benchmarks/startup.py [--runs 15]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "dynaproof --help": [sys.executable, "-m", "dynaproof", "--help"],
    "dynaproof check patterns/cruddur.yaml": [
        sys.executable,
        "-m",
        "dynaproof",
        "check",
        str(ROOT / "patterns" / "cruddur.yaml"),
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(options.runs + 1):
        for name, command in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if number:
                times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        print(
            f"{name:40} {statistics.median(seconds):.3f} s"
            f"  ({min(seconds):.3f} to {max(seconds):.3f} s)"
        )


if __name__ == "__main__":
    main()
