"""Reads of an index, or of the table, where another index has what is asked."""

from __future__ import annotations

import re

from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.reading import Reading


def cause_in_index(reading: Reading) -> Cause | None:
    """The same question to another index, by the value of the partition key that was asked for."""
    if reading.made.ask.operation != "Query" or len(reading.partition_key) != 1:
        return None
    own = reading.partition_key[0]
    asked = next((test for test in reading.tests if test.attribute == own.name), None)
    if asked is None or reading.sort_tests:
        return None
    for index in reading.table.indexes:
        keys = index.partition_key
        if len(keys) != 1 or keys[0].name == own.name or keys[0].type != own.type:
            continue
        items = reading.under(index, reading.values[asked.values[0].name])
        # That nothing is there too would prove nothing, unless the question speaks of it.
        named = re.search(rf"\b{re.escape(keys[0].name)}\b", reading.tried.pattern.question or "")
        if (items or named) and reading.right(reading.cut(reading.turned(reading.filtered(items)))):
            read = f"the index '{reading.index.name}'" if reading.index else "the table"
            return (
                reading.difference.code,
                (
                    f"The query reads {read} by '{own.name}'; by '{keys[0].name}' in the index"
                    f" '{index.name}' the answer is right."
                ),
            )
    return None
