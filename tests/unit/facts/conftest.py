from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dynaproof.facts.database import Facts
from dynaproof.model.definition import SourceMap
from dynaproof.model.entity import Entity

MakeFacts = Callable[..., Facts]


@pytest.fixture
def make_facts(tmp_path: Path) -> Iterator[MakeFacts]:
    """Generate facts, and close them after the test."""
    with ExitStack() as stack:

        def make(*entities: Entity, seed: int = 1, folder: Path = tmp_path) -> Facts:
            places = SourceMap("model.yaml")
            facts = Facts.generate(entities, seed=seed, folder=str(folder), places=places)
            return stack.enter_context(facts)

        yield make
