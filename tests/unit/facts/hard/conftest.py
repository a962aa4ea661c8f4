from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text, load
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.model.definition import Definition

ROOT = Path(__file__).parents[4]
SHIPPED = ("chat-system", "cruddur", "online-shop")
MakeDomain = Callable[[str], Domain]


@pytest.fixture(scope="session", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Iterator[tuple[Definition, Facts]]:
    """A shipped definition and its facts."""
    definition = load(ROOT / "patterns" / f"{request.param}.yaml")
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        yield definition, facts


@pytest.fixture
def make_domain(tmp_path: Path) -> MakeDomain:
    """The domain of a definition from its YAML."""

    def make(text: str) -> Domain:
        whole = f"version: 1\nname: test\n{text}"
        if "tables:" not in text:
            whole += "tables: {the-table: {partition_key: pk}}\n"
        loaded = examine_text(whole, "test.yaml", folder=tmp_path)
        assert loaded.definition is not None, loaded.diagnostics
        assert loaded.diagnostics == ()
        definition = loaded.definition
        with Facts.declare(
            definition.entities, folder=definition.folder, places=definition.source
        ) as facts:
            return Domain.of(definition, facts)

    return make
