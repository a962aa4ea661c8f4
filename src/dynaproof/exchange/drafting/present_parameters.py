"""Parameters of reads that are drawn from columns which some rows lack: only rows with a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.names import sql


def present_parameters(
    parameters: Mapping[str, object], item_types: Sequence[MadeItemType]
) -> dict[str, object]:
    """The same parameters; those of one entity by SQL where a column of it may be absent.

    DynamoDB refuses a key, or a comparison, without a value. Where columns of several entities
    may be absent, all are left as they are: a pattern has one SQL.
    """
    columns: dict[str, dict[str, str]] = {}
    absent: dict[str, list[str]] = {}
    for name, source in parameters.items():
        if not isinstance(source, str) or name == "from":
            continue
        entity, _, column = source.rpartition(".")
        columns.setdefault(entity, {})[name] = column
        owner = next((one for one in item_types if one.entity == entity), None)
        if owner is not None and owner.column(column).nullable:
            absent.setdefault(entity, []).append(column)
    if len(absent) != 1 or "from" in parameters:
        return dict(parameters)
    [(entity, nullable)] = absent.items()
    chosen = ", ".join(
        sql(column) if column == name else f"{sql(column)} AS {sql(name)}"
        for name, column in columns[entity].items()
    )
    where = " AND ".join(f"{sql(column)} IS NOT NULL" for column in dict.fromkeys(nullable))
    made: dict[str, object] = {"from": f"SELECT {chosen} FROM {sql(entity)} WHERE {where}"}
    return made | {
        name: source for name, source in parameters.items() if name not in columns[entity]
    }
