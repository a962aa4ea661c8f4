"""Parameter sets: largest and smallest item collection, nothing found, drawn by the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dynaproof.facts.database import Facts
from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.facts.values import generate_values
from dynaproof.items.attribute_sql import AttributeTypeError, attribute_sql
from dynaproof.items.stored import TableItems, view_columns
from dynaproof.items.template_sql import TemplateColumnError, template_sql
from dynaproof.items.views import index_column, key_column
from dynaproof.model.access_pattern import AccessPattern, FactsColumn, Parameter, Value
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.entity import Generator
from dynaproof.proof.target import Target, key_target

LARGEST, SMALLEST, NOTHING = "largest", "smallest", "nothing found"
_SEEKING = frozenset(
    {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "UpdateItem", "DeleteItem"}
)
"""Operations for which there is a case that finds nothing."""

_ROW = "dynaproof_row"
"""As text it is the whole row, unless a parameter is called so."""

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """Values for one call, and why they were chosen."""

    label: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that parameters are drawn from together."""

    names: tuple[str, ...]
    sql: str


def parameter_sets(
    pattern: AccessPattern,
    definition: Definition,
    facts: Facts,
    items: Mapping[str, TableItems],
    seed: int,
) -> list[ParameterSet]:
    """Choose the parameter sets of a pattern; raises InputError when there are no facts to draw."""
    sources = parameter_sources(pattern)
    if not sources:
        made = [p for p in pattern.parameters if isinstance(p.source, Generator)]
        count = pattern.sets if made else 1
        return [
            ParameterSet(f"drawn {n + 1}" if made else "only", _made(pattern, facts, seed, n))
            for n in range(count)
        ]
    chosen: list[tuple[str, Values]] = []
    drawn = [_drawn(facts.connection, source, pattern, seed, definition) for source in sources]
    ranked = _ranked(pattern, definition, facts.connection, sources, items)
    for label, values in ranked:
        rest = {name: value for rows in drawn for name, value in rows[0].items()}
        chosen.append((label, {**rest, **values}))
    for n in range(pattern.sets):
        values = {k: v for rows in drawn for k, v in rows[n % len(rows)].items()}
        if all(values != others for _, others in chosen):
            chosen.append((f"drawn {n + 1}", values))
    if pattern.requests and pattern.requests[0].operation in _SEEKING:
        absent = absent_values(pattern, facts, drawn)
        if absent is not None:
            chosen.append((NOTHING, absent))
    return [
        ParameterSet(label, {**values, **_made(pattern, facts, seed, n)})
        for n, (label, values) in enumerate(chosen)
    ]


def parameter_sources(pattern: AccessPattern) -> list[Source]:
    """Where a pattern's parameters come from in the facts."""
    by_entity: dict[str, list[Parameter]] = {}
    for parameter in pattern.parameters:
        if isinstance(parameter.source, FactsColumn):
            by_entity.setdefault(parameter.source.entity, []).append(parameter)
    sources = [
        Source(
            tuple(p.name for p in parameters),
            "SELECT DISTINCT "
            + ", ".join(
                f"{quoted(p.source.attribute)} AS {quoted(p.name)}"
                for p in parameters
                if isinstance(p.source, FactsColumn)
            )
            + f" FROM {quoted(entity)}",
        )
        for entity, parameters in by_entity.items()
    ]
    if pattern.parameters_from is not None:
        sql = pattern.parameters_from.strip().rstrip(";")
        sources.append(Source((), f"SELECT DISTINCT * FROM ({sql}\n)"))
    return sources


def _drawn(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    pattern: AccessPattern,
    seed: int,
    definition: Definition,
) -> list[Values]:
    # A hash of seed and row orders the rows: any number of them, always the same ones.
    order = f"md5({quoted_text(f'{seed}/{pattern.name}/')} || CAST({_ROW} AS VARCHAR))"
    try:
        cursor = connection.execute(
            f"SELECT {_ROW}.* FROM ({source.sql}) AS {_ROW} ORDER BY {order} LIMIT {pattern.sets}"
        )
        rows = _rows(cursor)
    except duckdb.Error as error:
        # Its names and types were checked before; what is left shows in the values alone.
        raise InputError(
            Diagnostic(
                Code.SQL_INVALID,
                f"the parameters of '{pattern.name}' cannot be drawn: {error}",
                definition.source.key("access_patterns", pattern.name, "parameters"),
                "The SQL meets a value that it cannot handle.",
            )
        ) from error
    if not rows:
        raise InputError(
            Diagnostic(
                Code.NO_PARAMETER_VALUES,
                f"there are no facts to draw the parameters of '{pattern.name}' from",
                definition.source.key("access_patterns", pattern.name, "parameters"),
                "The entity, or the rows of 'from', are empty.",
            )
        )
    return rows


def _ranked(
    pattern: AccessPattern,
    definition: Definition,
    connection: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    items: Mapping[str, TableItems],
) -> list[tuple[str, Values]]:
    """The sets that meet the largest and the smallest item collection (or item)."""
    target = key_target(pattern.requests[0], definition) if pattern.requests else None
    if target is None or target.table not in items:
        return []
    for source in sources:
        columns = view_columns(connection, source.sql)
        names = {name for template in target.keys.values() for name in template.names}
        if not names or not names <= set(columns):
            continue
        try:
            found = _rank(connection, source, target, items[target.table])
        except (TemplateColumnError, AttributeTypeError):
            continue
        return found
    return []


def _rank(
    connection: duckdb.DuckDBPyConnection, source: Source, target: Target, items: TableItems
) -> list[tuple[str, Values]]:
    columns = view_columns(connection, source.sql)
    conditions = []
    for attribute, template in target.keys.items():
        value = template_sql(template, columns)
        # As keys are written: a DECIMAL of 2.50 is the number 2.5.
        plain = attribute_sql(value).plain
        if plain is None:  # a list or a map: no key
            return []
        conditions.append(f"items.{key_column(attribute)} = {plain}")
    if target.index is not None:
        conditions.append(f"items.{index_column(target.index)} IS NOT NULL")
    measure = index_column(target.index) if target.index is not None else "bytes"
    ranking = (
        f"SELECT source.*, count(*) AS dp_items, sum(items.{measure}) AS dp_bytes"
        f" FROM ({source.sql}) AS source JOIN {items.relation} AS items"
        f" ON {' AND '.join(conditions)} GROUP BY ALL"
    )
    found: list[tuple[str, Values]] = []
    for label, order in ((LARGEST, "DESC"), (SMALLEST, "ASC")):
        rows = _rows(
            connection.execute(
                f"SELECT * FROM ({ranking}) AS {_ROW}"
                f" ORDER BY dp_items {order}, dp_bytes {order}, CAST({_ROW} AS VARCHAR) LIMIT 1"
            )
        )
        for row in rows:
            del row["dp_items"], row["dp_bytes"]
            if all(row != others for _, others in found):
                found.append((label, row))
    return found


def absent_values(
    pattern: AccessPattern, facts: Facts, drawn: Sequence[Sequence[Values]]
) -> Values | None:
    """Values that no row has, for what is drawn from the facts; None where there are none.

    ``drawn`` has, for each source, rows to take examples from.
    """
    values: Values = {}
    for parameter in pattern.parameters:
        if isinstance(parameter.source, FactsColumn):
            value = facts.absent_value(parameter.source.entity, parameter.source.attribute)
            if value is None:
                return None
            values[parameter.name] = value
    absent = bool(values)
    for rows in drawn:
        for name, example in rows[0].items():
            if name not in values:
                values[name] = f"no-{name}" if isinstance(example, str) else example
                absent = absent or isinstance(example, str)
    # Numbers and instants of 'from' stay as they are: without a text, the row would be found.
    return values if absent else None


def _made(pattern: AccessPattern, facts: Facts, seed: int, index: int) -> Values:
    values: Values = {}
    for parameter in pattern.parameters:
        match parameter.source:
            case Value(value):
                values[parameter.name] = value
            case Generator(kind="clock"):
                values[parameter.name] = facts.clock(index)
            case Generator() as generator:
                stream = f"{pattern.name}.{parameter.name}"
                made = generate_values(
                    generator, seed=seed, stream=stream, start=index, stop=index + 1
                )
                values[parameter.name] = made[0].as_py()
    return values


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[Values]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
