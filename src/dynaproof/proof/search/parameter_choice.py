"""Parameters for calls on small facts: as many as tell something, and all of them legal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, product

from dynaproof.facts.database import Facts
from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.parameter_values import hard_parameter_values
from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.facts.sql import run
from dynaproof.model.access_pattern import AccessPattern, Value
from dynaproof.model.entity import Generator
from dynaproof.proof.execute import is_read
from dynaproof.proof.parameters import (
    NOTHING,
    ParameterSet,
    Source,
    absent_values,
    parameter_sources,
)

MOST_SETS = 6
"""Parameter sets of one pattern on one set of facts."""

Values = dict[str, object]


def hard_parameter_sets(
    pattern: AccessPattern, facts: Facts, fact_set: FactSet, seed: int
) -> list[ParameterSet]:
    """Parameter sets on the facts as they stand; none where there is no row to draw from."""
    sources = parameter_sources(pattern)
    drawn = [_rows(facts, source, pattern, seed) for source in sources]
    rows: list[Values] = [
        {name: value for row in combined for name, value in row.items()}
        for combined in islice(_diagonal(drawn), MOST_SETS)
    ]
    if not rows:
        return []
    made = _made(pattern, fact_set, seed)
    count = min(max([len(rows), *map(len, made.values())]), MOST_SETS)
    sets = [
        ParameterSet(
            f"set {n + 1}",
            {
                **rows[n % len(rows)],
                **{name: values[n % len(values)] for name, values in made.items()},
            },
        )
        for n in range(count)
    ]
    if sources and all(is_read(request) for request in pattern.requests):
        absent = absent_values(pattern, facts, [rows[:1] for _ in sources[:1]])
        if absent is not None:
            sets.append(ParameterSet(NOTHING, {**absent, **{n: v[0] for n, v in made.items()}}))
    return sets


def can_be_drawn(pattern: AccessPattern, facts: Facts, parameters: ParameterSet) -> bool:
    """Whether the facts as they stand still have the rows that parameters come from."""
    if parameters.label == NOTHING:
        return True
    for source in parameter_sources(pattern):
        names = _columns(facts, source)
        conditions = [f"{quoted(name)} IS NOT DISTINCT FROM ${name}" for name in names]
        sql = f"SELECT count(*) FROM ({source.sql}\n) WHERE {' AND '.join(conditions) or 'true'}"
        [(count,)] = run(facts.connection, sql, parameters.values).rows
        if not count:
            return False
    return True


def _rows(facts: Facts, source: Source, pattern: AccessPattern, seed: int) -> list[Values]:
    order = f"md5({quoted_text(f'{seed}/{pattern.name}/')} || CAST(source AS VARCHAR))"
    found = run(
        facts.connection,
        f"SELECT source.* FROM ({source.sql}\n) AS source ORDER BY {order} LIMIT {MOST_SETS}",
        {},
    )
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _columns(facts: Facts, source: Source) -> Sequence[str]:
    return run(facts.connection, f"SELECT * FROM ({source.sql}\n) LIMIT 0", {}).columns


def _diagonal(drawn: Sequence[Sequence[Values]]) -> list[tuple[Values, ...]]:
    """Rows of each source side by side, so that each is had soon; then the other combinations."""
    if not all(drawn):
        return []
    longest = max(map(len, drawn), default=0)
    first = [tuple(rows[n % len(rows)] for rows in drawn) for n in range(longest)]
    rest = [one for one in islice(product(*drawn), 200) if one not in first]
    return first + rest or [()]


def _made(pattern: AccessPattern, fact_set: FactSet, seed: int) -> Mapping[str, Sequence[object]]:
    found: dict[str, Sequence[object]] = {}
    for parameter in pattern.parameters:
        match parameter.source:
            case Value(value):
                found[parameter.name] = [value]
            case Generator() as generator:
                found[parameter.name] = hard_parameter_values(generator, fact_set, seed) or [None]
    return found
