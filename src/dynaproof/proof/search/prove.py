"""``prove``: tables made, hard facts tried on them until one fails, tables dropped again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.facts.database import Facts
from dynaproof.facts.hard.domain import Domain
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Entity
from dynaproof.proof.events import (
    CounterexampleFound,
    Listener,
    StageStarted,
    no_listener,
)
from dynaproof.proof.load import drop_tables, service_fault
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.proof.search.result import ProveResult
from dynaproof.proof.search.scene import Scene
from dynaproof.proof.search.search import Search

DEFAULT_SETS = 40
DEFAULT_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: so many sets of facts, and so many seconds at most.

    The sets decide what is found; where the time is over before, the result says so.
    """

    sets: int = DEFAULT_SETS
    seconds: float = DEFAULT_SECONDS


def prove(
    definition: Definition,
    endpoint: Endpoint,
    *,
    seed: int,
    server: str,
    effort: Effort,
    only: Sequence[str] = (),
    listen: Listener = no_listener,
) -> ProveResult:
    """Look for facts on which an access pattern, or the tables, are wrong.

    Makes the tables, under the endpoint's prefix, and drops them again. Raises InputError and
    EnvironmentFault.
    """
    patterns = [p for p in definition.access_patterns if not only or p.name in only]
    created: list[str] = []
    with domain_facts(definition) as facts:
        domain = _with_rows(Domain.of(definition, facts), definition)
        try:
            with Tables(endpoint) as tables:
                for table in definition.tables:
                    place = definition.source.key("tables", table.name)
                    created.append(tables.create(table, protect=False, expire=False, place=place))
            listen(StageStarted("proof"))
            found: list[Counterexample] = []
            with Scene(definition, facts, endpoint) as scene:
                search = Search(scene, domain, seed=seed, patterns=patterns, listen=listen)
                for one in search.counterexamples(effort.sets, effort.seconds):
                    found.append(one)
                    listen(CounterexampleFound(one))
        except ServiceError as error:
            raise service_fault(endpoint, error) from error
        finally:
            drop_tables(endpoint, created)
    return ProveResult(definition, seed, server, tuple(found), search.searched)


def domain_facts(definition: Definition) -> Facts:
    """The entities' tables with the rows of datasets, and none that would be generated."""
    return Facts.generate(
        [_without_rows(entity) for entity in definition.entities],
        seed=0,
        folder=definition.folder,
        places=definition.source,
    )


def _with_rows(domain: Domain, definition: Definition) -> Domain:
    """The domain with as many rows as the definition says that there may be."""
    rows = {entity.name: entity.rows for entity in definition.entities}
    return replace(
        domain, entities=tuple(replace(one, rows=rows[one.name]) for one in domain.entities)
    )


def _without_rows(entity: Entity) -> Entity:
    return entity if entity.rows is None else replace(entity, rows=0)
