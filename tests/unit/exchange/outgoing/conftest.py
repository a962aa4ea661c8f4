"""A definition's text, with its items, for tests of exporters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dynaproof.exchange.exported import GeneratedItem, ItemsOf
from dynaproof.model.definition import Definition
from dynaproof.proof.check import check_text
from dynaproof.proof.prepared import prepare_items

Generated = tuple[Definition, ItemsOf]
PATTERNS = Path(__file__).parents[4] / "patterns"
"""The folder from which datasets of a definition are found."""


@pytest.fixture(scope="session")
def generated() -> Callable[[str], Generated]:
    """Gives a definition and its items, in the order of their keys."""
    return _generated


def _generated(text: str) -> Generated:
    definition = check_text(text, folder=PATTERNS).require()
    prepared = prepare_items(definition, 42)
    by_table = {
        name: [GeneratedItem(*one) for batch in stored.typed_batches(1_000) for one in batch]
        for name, stored in prepared.items.items()
    }
    prepared.facts.close()
    return definition, lambda table: iter(by_table[table])
