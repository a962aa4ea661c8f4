"""How fast facts are generated, and the peak memory of the process.

Run: python benchmarks/generate.py [rows ...]
Each number of rows is measured in a process of its own, on one core where the system can say so.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

from dynaproof.facts.database import Facts
from dynaproof.model.definition import SourceMap
from dynaproof.model.entity import Attribute, Entity, Generator, References

ENTITIES = (
    Entity("authors", (Attribute("uuid", Generator("uuid")),), rows=1_000),
    Entity(
        "posts",
        (
            Attribute("uuid", Generator("uuid")),
            Attribute("handle", Generator("user_name"), unique=True),
            Attribute("display_name", Generator("name")),
            Attribute("email", Generator("email")),
            Attribute("body", Generator("sentence")),
            Attribute("likes", Generator("integer")),
            Attribute("posted_at", Generator("timestamp")),
            Attribute("author", References("authors", "uuid", zipf=1.1)),
        ),
        rows=0,
    ),
)
_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def measure(rows: int) -> str:
    """Generate the rows, and tell rows a second and peak memory."""
    authors, posts = ENTITIES
    entities = (authors, Entity(posts.name, posts.attributes, rows=rows))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    started = time.perf_counter()
    with Facts.generate(entities, seed=1, folder=".", places=SourceMap("benchmark")):
        took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_UNIT / 1e6
    return f"{rows:>10,} rows  {took:6.2f} s  {rows / took:>9,.0f} rows/s  peak {peak:,.0f} MB"


def main() -> None:
    """Measure the sizes given, or 100,000 and 1,000,000."""
    if sys.argv[1:2] == ["--one"]:
        print(measure(int(sys.argv[2])))
        return
    for rows in sys.argv[1:] or ["100000", "1000000"]:
        subprocess.run([sys.executable, __file__, "--one", rows], check=True)


if __name__ == "__main__":
    main()
