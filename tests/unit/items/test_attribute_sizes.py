"""Sizes by attribute add up to the sizes of items."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.items.attribute_sizes import attribute_sizes
from dynaproof.proof.check import check_file
from dynaproof.proof.prepared import prepare_items

PATTERNS = Path(__file__).parents[3] / "patterns"


@pytest.mark.parametrize("name", ["chat-system", "cruddur", "online-shop"])
def test_the_attributes_of_a_type_add_up_to_its_items(name: str) -> None:
    prepared = prepare_items(check_file(PATTERNS / f"{name}.yaml").require(), 42)
    try:
        for items in prepared.items.values():
            for size, item_type in zip(items.sizes(), items.table.items, strict=True):
                found = attribute_sizes(items, item_type, prepared.definition)
                assert sum(one.total_bytes for one in found) == size.total_bytes
                assert {one.name for one in found} == {one.name for one in item_type.all_attributes}
    finally:
        prepared.facts.close()
