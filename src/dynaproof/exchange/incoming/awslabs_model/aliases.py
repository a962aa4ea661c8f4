"""Names of key fields, from the placeholders of command lines: ``PASSENGER#<passenger_id>``.

They become aliases of item types, so that a parameter is drawn from the column of its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dynaproof.exchange.draft import DraftPattern, DraftTable, SampledItemType
from dynaproof.exchange.incoming.example_values import Wanted, wanted_values
from dynaproof.model.operations import request_parts
from dynaproof.model.template import Field

_MOST_ITEMS = 2_000


def with_aliases(
    tables: Sequence[DraftTable], patterns: Sequence[DraftPattern]
) -> tuple[tuple[DraftTable, ...], tuple[DraftPattern, ...]]:
    """Tables whose item types have aliases, and patterns whose parameters are of their columns."""
    aliases: dict[tuple[str, str], dict[str, str]] = {}
    bound = tuple(_bound(pattern, tables, aliases) for pattern in patterns)
    return tuple(
        replace(
            table,
            item_types=tuple(
                replace(one, aliases=aliases.get((table.table.name, one.name), {}))
                if isinstance(one, SampledItemType)
                else one
                for one in table.item_types
            ),
        )
        for table in tables
    ), bound


def _bound(
    pattern: DraftPattern,
    tables: Sequence[DraftTable],
    aliases: dict[tuple[str, str], dict[str, str]],
) -> DraftPattern:
    if pattern.operation is None or not pattern.parameters:
        return pattern
    parameters: dict[str, object] = dict(pattern.parameters)
    for part in request_parts(pattern.operation, pattern.arguments):
        table = next((one for one in tables if one.table.name == part.table), None)
        wanted = list(wanted_values(part))
        found = None if table is None else _item_type(table, wanted)
        if table is None or found is None:
            continue
        own = aliases.setdefault((part.table, found.name), {})
        for one in wanted:
            if one.prefix or one.type != "S" or one.attribute not in table.table.attribute_types:
                continue
            alias = _alias(one)
            if one.attribute not in own and _fits_all(one, found):
                own[one.attribute] = alias
            if own.get(one.attribute) == alias:
                for name in one.template.names:
                    column = f"{found.name}.{name}"
                    parameters[name] = {"column": column} | _value(parameters.get(name))
    return replace(pattern, parameters=parameters)


def _item_type(table: DraftTable, wanted: Sequence[Wanted]) -> SampledItemType | None:
    """The item type of which some item is what the request asks for."""
    return next(
        (
            one
            for one in table.item_types
            if isinstance(one, SampledItemType)
            and any(
                all(w.match(item) is not None for w in wanted) for item in one.items[:_MOST_ITEMS]
            )
        ),
        None,
    )


def _fits_all(wanted: Wanted, found: SampledItemType) -> bool:
    stored = [item for item in found.items[:_MOST_ITEMS] if wanted.attribute in item]
    return bool(wanted.template.names) and all(wanted.match(item) is not None for item in stored)


def _alias(wanted: Wanted) -> str:
    parts = wanted.template.parts
    return "".join(f"<{part.name}>" if isinstance(part, Field) else part for part in parts)


def _value(source: object) -> dict[str, object]:
    return {"value": source.get("value")} if isinstance(source, Mapping) else {}
