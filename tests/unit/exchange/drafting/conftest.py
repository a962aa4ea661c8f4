"""What drafted definitions make of their datasets, without a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dynaproof.exchange.drafting import Drafted
from dynaproof.facts.database import Facts
from dynaproof.items.changed_items import expected_items
from dynaproof.items.item_views import Key, TypedItem
from dynaproof.items.stored import make_items, prepare
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Severity
from dynaproof.proof.check import check_text


def _checked(drafted: Drafted, folder: Path) -> Definition:
    """The definition, written below a folder and free of errors."""
    for name, content in drafted.datasets.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    found = check_text(drafted.definition, folder=folder)
    errors = [one for one in found.diagnostics if one.severity is Severity.ERROR]
    assert not errors, "\n".join(map(str, errors)) + "\n" + drafted.definition
    assert found.definition is not None
    return found.definition


def _items_of(definition: Definition) -> dict[Key, TypedItem]:
    """All items by key; the two ways in which items are made agree on their number."""
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection, definition)
        made = expected_items(facts.connection, definition)
        assert not made.faults
        assert not made.collisions
        counted = [
            make_items(facts.connection, definition, table).count() for table in definition.tables
        ]
    assert sum(counted) == len(made.items)
    return dict(made.items)


@pytest.fixture(scope="session")
def checked() -> Callable[[Drafted, Path], Definition]:
    """Writes what was drafted below a folder; the definition, free of errors."""
    return _checked


@pytest.fixture(scope="session")
def items_of() -> Callable[[Definition], dict[Key, TypedItem]]:
    """The items of a definition."""
    return _items_of
