"""Facts and items of patterns/cruddur.yaml at larger counts: items a second, peak memory.

    python benchmarks/items.py [conversations ...]

Each size runs in a process of its own; about 41 items for each conversation. Facts are
generated, items made, checked, and read out as DynamoDB JSON, as a run does before it loads them.
"""

from __future__ import annotations

import dataclasses
import resource
import subprocess
import sys
import time
from pathlib import Path

from dynaproof.model.definition import Definition
from dynaproof.proof.check import check_file
from dynaproof.proof.run import prepare_items

DEFINITION = Path(__file__).parents[1] / "patterns" / "cruddur.yaml"
SIZES = ("2500", "25000")


def scaled(conversations: int) -> Definition:
    definition = check_file(DEFINITION).require()
    rows = {"users": max(200, conversations * 2 // 5), "conversations": conversations}
    entities = tuple(
        dataclasses.replace(entity, rows=rows.get(entity.name, entity.rows))
        for entity in definition.entities
    )
    return dataclasses.replace(definition, entities=entities)


def measure(conversations: int) -> str:
    definition = scaled(conversations)
    start = time.perf_counter()
    prepared = prepare_items(definition, 42)
    made = time.perf_counter() - start
    count = sum(len(batch) for one in prepared.items.values() for batch in one.batches(5_000))
    read = time.perf_counter() - start - made
    prepared.facts.close()
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return (
        f"{count:>10,} items  made in {made:6.2f} s ({count / made:>9,.0f} a second),"
        f" read out in {read:5.2f} s, peak {peak:,.0f} MB"
    )


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(measure(int(sys.argv[2])))
        return
    for size in sys.argv[1:] or SIZES:
        subprocess.run([sys.executable, __file__, "--one", size], check=True)


if __name__ == "__main__":
    main()
