"""Items of patterns/cruddur.yaml as files of other tools: items a second, bytes, peak memory.

    python benchmarks/export.py [conversations ...]

About 41 items for each conversation: 25,000 are 1,000,000 items. Each form and size runs in a
process of its own; making facts and items is measured by ``benchmarks/items.py``, and its peak is
told here for comparison.
"""

from __future__ import annotations

import dataclasses
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dynaproof.exchange.exported import GeneratedItem
from dynaproof.exchange.outgoing.formats import FORMATS
from dynaproof.model.definition import Definition
from dynaproof.proof.check import check_file
from dynaproof.proof.prepared import prepare_items

DEFINITION = Path(__file__).parents[1] / "patterns" / "cruddur.yaml"
SIZES = ("2500", "25000")
FORMS = ("workbench", "s3-import", "csv", "parquet")


def scaled(conversations: int) -> Definition:
    definition = check_file(DEFINITION).require()
    rows = {"users": max(200, conversations * 2 // 5), "conversations": conversations}
    entities = tuple(
        dataclasses.replace(entity, rows=rows.get(entity.name, entity.rows))
        for entity in definition.entities
    )
    return dataclasses.replace(definition, entities=entities)


def peak() -> float:
    """Megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(form: str, conversations: int) -> str:
    definition = scaled(conversations)
    prepared = prepare_items(definition, 42)
    count = sum(items.count() for items in prepared.items.values())

    def items_of(table: str) -> Iterator[GeneratedItem]:
        for batch in prepared.items[table].typed_batches(2_000):
            for item_type, text in batch:
                yield GeneratedItem(item_type, text)

    made, start, used = peak(), time.perf_counter(), time.process_time()
    format_ = FORMATS[form]
    exported = format_.export(next(iter(format_.functions)))(definition, items_of)
    size = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(exported.files.values()):
            path = Path(folder) / str(number)
            with path.open("wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    content(file)
            size += path.stat().st_size
    seconds, used = time.perf_counter() - start, time.process_time() - used
    prepared.facts.close()
    return (
        f"{form:>10} {count:>10,} items  {seconds:6.2f} s ({count / seconds:>9,.0f} a second),"
        f" {used:6.2f} s of processors, {size / 1e6:6.1f} MB in {len(exported.files)} files,"
        f" peak {peak():,.0f} MB (of making them {made:,.0f} MB)"
    )


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(measure(sys.argv[2], int(sys.argv[3])))
        return
    for size in sys.argv[1:] or SIZES:
        for form in FORMS:
            subprocess.run([sys.executable, __file__, "--one", form, size], check=True)


if __name__ == "__main__":
    main()
