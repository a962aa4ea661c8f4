"""The items of a table, made from the facts and kept in DuckDB until they are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from dynaproof.facts.open_connections import breakable
from dynaproof.facts.quoting import quoted, quoted_text
from dynaproof.items.attribute_sql import NUMBER_MACROS
from dynaproof.items.dynamodb_json import add_functions
from dynaproof.items.views import ItemView, index_column, item_view, key_column, source_sql
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic, InputError, Place, in_reading_order
from dynaproof.model.item import AttributeTemplate
from dynaproof.model.table import (
    MAX_ITEM_BYTES,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    KeyAttribute,
    Table,
)

_SCHEMA = "dynaproof"
_EXAMPLES = 3
# Beyond 38 digits, or beyond 9.99...E+125 and 1E-130; NaN and infinity; alone or in a set.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_BAD_NUMBER = (
    r'"(N":|NS":\[("[^"]*",)*)"-?(nan|inf|[1-9][0-9]{37,}[1-9]0*"'
    r"|[0-9.]+e(\+?(12[6-9]|1[3-9][0-9]|[2-9][0-9]{2})|-(13[1-9]|1[4-9][0-9]|[2-9][0-9]{2})))"
)


@dataclass(frozen=True, slots=True)
class ItemTypeSize:
    """How many items of a type there are, and their sizes in bytes."""

    item_type: str
    items: int
    total_bytes: int
    min_bytes: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class TableItems:
    """The items of one table, as a DuckDB relation; columns as of ItemView."""

    table: Table
    connection: duckdb.DuckDBPyConnection
    relation: str

    def count(self) -> int:
        """Number of items."""
        return int(self._one(f"SELECT count(*) FROM {self.relation}"))

    def batches(self, size: int) -> Iterator[list[str]]:
        """The items as DynamoDB JSON, ``size`` at a time."""
        for batch in self.typed_batches(size):
            yield [text for _, text in batch]

    def typed_batches(self, size: int) -> Iterator[list[tuple[str, str]]]:
        """Item type and item as DynamoDB JSON, ``size`` at a time."""
        cursor = breakable(self.connection.cursor())
        try:
            cursor.execute(f"SELECT item_type, item FROM {self.relation}")
            while rows := cursor.fetchmany(size):
                yield rows
        finally:
            cursor.close()

    def sizes(self) -> list[ItemTypeSize]:
        """Item sizes by item type, in the order of the definition."""
        rows = self.connection.execute(
            f"SELECT item_type, count(*), sum(bytes)::BIGINT, min(bytes), max(bytes)"
            f" FROM {self.relation} GROUP BY item_type"
        ).fetchall()
        by_name = {row[0]: ItemTypeSize(*row) for row in rows}
        return [
            by_name.get(item.name, ItemTypeSize(item.name, 0, 0, 0, 0)) for item in self.table.items
        ]

    def _one(self, sql: str) -> int:
        row = self.connection.execute(sql).fetchone()
        return 0 if row is None else int(row[0])


def view_columns(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> dict[str, duckdb.sqltypes.DuckDBPyType]:
    """Names and types of a SELECT's columns, without running it."""
    relation = connection.sql(sql)
    return dict(zip(relation.columns, relation.types, strict=True))


def prepare(connection: duckdb.DuckDBPyConnection, definition: Definition | None = None) -> None:
    """Make what item views need on a connection, those of a definition or any: macros, functions."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
    for macro in NUMBER_MACROS:
        connection.execute(macro)
    tables = definition.tables if definition is not None else ()
    specs = [spec for table in tables for item in table.items for spec in item.all_attributes]
    if definition is None or any(map(_reads_text, specs)):
        add_functions(connection)


def _reads_text(spec: AttributeTemplate) -> bool:
    """Whether a value may be made of a text by one of the functions; they cost some time."""
    return spec.dynamodb_json or spec.type in ("N", "NS")


def table_views(
    connection: duckdb.DuckDBPyConnection, definition: Definition, table: Table
) -> tuple[list[ItemView], list[Diagnostic]]:
    """The views of a table's item types; their SQL must be right already."""
    views: list[ItemView] = []
    found: list[Diagnostic] = []
    for item_type in table.items:
        columns = view_columns(connection, source_sql(item_type, definition))
        view, problems = item_view(table, item_type, columns, definition)
        found.extend(problems)
        if view is not None:
            views.append(view)
    return views, found


def make_items(
    connection: duckdb.DuckDBPyConnection, definition: Definition, table: Table
) -> TableItems:
    """Make the items of a table; raises InputError with every fault of keys and sizes."""
    views, found = table_views(connection, definition, table)
    if found:
        raise InputError(*found)
    relation = f"{_SCHEMA}.{quoted(table.name)}"
    union = "\nUNION ALL ".join(view.sql for view in views) or _no_items(table)
    # Sorted, so that the same facts give the same rows in the same order on any machine.
    order = ", ".join(key_column(key.name) for key in table.key_attributes)
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {relation} AS {union}\nORDER BY {order}")
    except duckdb.Error as error:
        raise InputError(*_sql_faults(connection, views, definition, table, error)) from error
    items = TableItems(table, connection, relation)
    faults = [*_key_faults(items, definition), *_item_faults(items, definition)]
    if faults:
        raise InputError(*in_reading_order(faults))
    return items


def _sql_faults(
    connection: duckdb.DuckDBPyConnection,
    views: Sequence[ItemView],
    definition: Definition,
    table: Table,
    error: duckdb.Error,
) -> list[Diagnostic]:
    """Views whose SQL is right and fails on the rows, such as a CAST of a text that is no number."""

    def fault(found: duckdb.Error, what: str, place: Place) -> Diagnostic:
        reason = str(found).partition("\n")[0]
        hint = (
            "Generate fewer rows, or smaller values."
            if isinstance(found, duckdb.OutOfMemoryException)
            else "TRY_CAST gives NULL where a value does not suit."
        )
        return Diagnostic(Code.SQL_INVALID, f"{what} fails on its rows: {reason}", place, hint)

    faults: list[Diagnostic] = []
    for view in views:
        name = view.item_type.name
        try:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE dynaproof_probe AS {view.sql}")
        except duckdb.Error as found:
            place = definition.source.place("tables", table.name, "items", name, "from")
            faults.append(fault(found, f"the view of the item type '{name}'", place))
    connection.execute("DROP TABLE IF EXISTS temp.dynaproof_probe")
    place = definition.source.key("tables", table.name)
    return faults or [fault(error, f"the SQL of the table '{table.name}'", place)]


def _no_items(table: Table) -> str:
    columns = ["'' AS item_type", "'' AS item", "CAST(0 AS BIGINT) AS bytes"]
    for name, kind in table.attribute_types.items():
        columns.append(f"CAST('' AS {'BLOB' if kind == 'B' else 'VARCHAR'}) AS {key_column(name)}")
    columns += [f"CAST(0 AS BIGINT) AS {index_column(index.name)}" for index in table.indexes]
    return f"SELECT {', '.join(columns)} WHERE false"


def _key_faults(items: TableItems, definition: Definition) -> list[Diagnostic]:
    table, found = items.table, list[Diagnostic]()
    for key in table.key_attributes:
        for item_type, number, example in _where(items, f"{key_column(key.name)} IS NULL"):
            found.append(
                Diagnostic(
                    Code.KEY_MISSING,
                    f"{number:,} item(s) of type '{item_type}' have no '{key.name}', which is part "
                    f"of the key; for example {example}",
                    definition.source.place(*_key_path(table, item_type, key.name)),
                    "Make the view leave such rows out, or give the column a value.",
                )
            )
    index_keys = [key for index in table.indexes for key in index.key_attributes]
    for key in dict.fromkeys((*table.key_attributes, *index_keys)):
        size = _size(key)
        for item_type, number, example in _where(items, f"{size} = 0"):
            found.append(
                Diagnostic(
                    Code.KEY_MISSING,
                    f"{number:,} item(s) of type '{item_type}' have an empty '{key.name}', which "
                    f"is part of a key; for example {example}",
                    definition.source.place(*_key_path(table, item_type, key.name)),
                    "A key attribute cannot be empty; NULL leaves an item out of an index.",
                )
            )
    found += _length_faults(items, definition)
    return found


def _length_faults(items: TableItems, definition: Definition) -> list[Diagnostic]:
    table, found = items.table, list[Diagnostic]()
    partition = {table.partition_key} | {k for i in table.indexes for k in i.partition_key}
    sort = {k for i in table.indexes for k in i.sort_key} | (
        {table.sort_key} if table.sort_key else set()
    )
    for keys, most, what in (
        (partition, MAX_PARTITION_KEY_BYTES, "partition key"),
        (sort, MAX_SORT_KEY_BYTES, "sort key"),
    ):
        for key in sorted(keys, key=lambda one: one.name):
            for item_type, number, example in _where(items, f"{_size(key)} > {most}"):
                found.append(
                    Diagnostic(
                        Code.KEY_TOO_LONG,
                        f"{number:,} item(s) of type '{item_type}' have a '{key.name}' of more "
                        f"than {most:,} bytes, the limit of a {what}; for example {example}",
                        definition.source.place(*_key_path(table, item_type, key.name)),
                        "Key on something shorter, such as an identifier or a hash.",
                    )
                )
    return found


def _item_faults(items: TableItems, definition: Definition) -> list[Diagnostic]:
    table, found = items.table, list[Diagnostic]()
    for item_type, number, example in _where(items, f"bytes > {MAX_ITEM_BYTES}"):
        found.append(
            Diagnostic(
                Code.ITEM_TOO_LARGE,
                f"{number:,} item(s) of type '{item_type}' are larger than 400 KB "
                f"({MAX_ITEM_BYTES:,} bytes); for example {example}",
                definition.source.key("tables", table.name, "items", item_type),
                "Split the item, or keep the large value in S3 and its address here.",
            )
        )
    for item_type, number, example in _where(
        items, f"regexp_matches(item, {quoted_text(_BAD_NUMBER)})"
    ):
        found.append(
            Diagnostic(
                Code.NUMBER_RANGE,
                f"{number:,} item(s) of type '{item_type}' hold a number that DynamoDB cannot "
                f"store; for example {example}",
                definition.source.key("tables", table.name, "items", item_type),
                "Up to 38 digits, magnitude 1E-130 to 9.99E+125, no NaN and no infinity.",
            )
        )
    found += _duplicates(items, definition)
    return found


def _duplicates(items: TableItems, definition: Definition) -> list[Diagnostic]:
    table = items.table
    keys = ", ".join(key_column(key.name) for key in table.key_attributes)
    present = " AND ".join(f"{key_column(key.name)} IS NOT NULL" for key in table.key_attributes)
    rows = items.connection.execute(
        f"SELECT list_sort(list_distinct(list(item_type))) AS types, count(*) AS items, {keys}"
        f" FROM {items.relation} WHERE {present}"
        f" GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys}"
    ).fetchall()
    by_types: dict[tuple[str, ...], list[Sequence[object]]] = {}
    for types, _, *values in rows:
        by_types.setdefault(tuple(types), []).append(values)
    found: list[Diagnostic] = []
    for types, clashes in by_types.items():
        shown = "; ".join(
            ", ".join(
                f"{key.name} = {value}"
                for key, value in zip(table.key_attributes, values, strict=True)
            )
            for values in clashes[:_EXAMPLES]
        )
        who = " and ".join(f"'{name}'" for name in types)
        found.append(
            Diagnostic(
                Code.DUPLICATE_ITEM_KEY,
                f"{len(clashes):,} key(s) belong to more than one item of type {who}, so that one "
                f"overwrites the other: {shown}",
                definition.source.key("tables", table.name, "items", types[0], "key"),
                "Add what tells them apart to the key, such as an identifier after the time.",
            )
        )
    return found


def _where(items: TableItems, condition: str) -> list[tuple[str, int, str]]:
    """(item type, number of items, an example of the item) where a condition holds."""
    rows = items.connection.execute(
        f"SELECT item_type, count(*), min(item[:120]) FROM {items.relation}"
        f" WHERE {condition} GROUP BY item_type ORDER BY item_type"
    ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def _size(key: KeyAttribute) -> str:
    column = key_column(key.name)
    return f"octet_length({column})" if key.type == "B" else f"strlen({column})"


def _key_path(table: Table, item_type: str, attribute: str) -> Path:
    part = "key" if attribute in {key.name for key in table.key_attributes} else "attributes"
    return ("tables", table.name, "items", item_type, part, attribute)
