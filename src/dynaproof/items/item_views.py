"""The item types of a definition, made ready to give typed items from facts that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import orjson

from dynaproof.items.entities_of_sql import read_entities
from dynaproof.items.storable import Faults, no_value, unstorable
from dynaproof.items.stored import view_columns
from dynaproof.items.typed_columns import TypedColumn, typed_column
from dynaproof.items.views import item_view, source_sql
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.item import ItemType
from dynaproof.model.table import Table

TypedItem = Mapping[str, object]
"""Attribute values by name, typed as the JSON protocol has them; B is base64 text."""
Key = tuple[str, bytes]
"""Table name as in the definition, and the key's typed values as JSON, numbers canonical."""
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class MadeItem:
    """An item and the item type that it is of."""

    item_type: str
    key: Key
    item: TypedItem


@dataclass(frozen=True, slots=True)
class TypedView:
    """One item type: ``sql`` gives columns ``c0``, ``c1``... for its attributes, keys first."""

    table: Table
    item_type: ItemType
    columns: tuple[TypedColumn, ...]
    sql: str
    statement: duckdb.Statement = field(compare=False)
    """``sql``, read by DuckDB already: of a view with few rows, reading is a third of the work."""
    entities: frozenset[str]
    """Entities whose rows it reads, in lower case."""

    @property
    def key_columns(self) -> tuple[TypedColumn, ...]:
        """The columns of the table's key, partition key first."""
        return self.columns[: len(self.table.key_attributes)]

    def names(self, of: Sequence[TypedColumn] | None = None) -> str:
        """The names of columns as they stand in ``sql``."""
        return ", ".join(f"c{position}" for position in range(len(of or self.columns)))

    def key(self, row: Row) -> Key | None:
        """The key of a row, which may hold the key columns only; None where it has none."""
        try:
            made = _made(self.key_columns, row)
        except ValueError:  # no number of DynamoDB's: the item is no item either
            return None
        if len(made) < len(self.key_columns):
            return None
        return self.table.name, orjson.dumps(made)

    def item(self, row: Row, faults: Faults) -> MadeItem | None:
        """The item of a row; what DynamoDB would refuse is added to the faults."""
        name = self.item_type.name
        try:
            item = _made(self.columns, row)
        except ValueError as error:
            faults.add(self.table, name, no_value(str(error)), row)
            return None
        for reason in unstorable(self.table, item):
            faults.add(self.table, name, reason, item)
        keys = {column.name: item.get(column.name) for column in self.key_columns}
        if None in keys.values():
            return None
        return MadeItem(name, (self.table.name, orjson.dumps(keys)), item)


class ViewFailedError(InputError):
    """A view's SQL is right and fails on the rows."""


def item_views(
    connection: duckdb.DuckDBPyConnection, definition: Definition
) -> tuple[TypedView, ...]:
    """The views of all item types; the connection has the entities, with or without rows.

    They can be used on any connection with the same entities that ``prepare`` made ready, as this
    one must be. Raises InputError.
    """
    return tuple(
        _view(connection, definition, table, item_type)
        for table in definition.tables
        for item_type in table.items
    )


def rows_of(
    connection: duckdb.DuckDBPyConnection,
    view: TypedView,
    definition: Definition,
    sql: str | None = None,
    values: object = None,
) -> list[Row]:
    """The rows of a view, or of SQL over it; raises ViewFailedError where it fails on them."""
    try:
        return connection.execute(view.statement if sql is None else sql, values).fetchall()
    except (duckdb.ParserException, duckdb.BinderException):
        raise  # no fault of the rows: the definition's SQL was checked
    except duckdb.Error as error:
        raise _failed(view, definition, error) from error


def _failed(view: TypedView, definition: Definition, error: duckdb.Error) -> ViewFailedError:
    """DuckDB's error as a finding at the view's place."""
    reason = str(error).partition("\n")[0]
    hint = (
        "Generate fewer rows, or smaller values."
        if isinstance(error, duckdb.OutOfMemoryException)
        else "TRY_CAST gives NULL where a value does not suit."
    )
    name = view.item_type.name
    return ViewFailedError(
        Diagnostic(
            Code.SQL_INVALID,
            f"the view of the item type '{name}' fails on its rows: {reason}",
            definition.source.place("tables", view.table.name, "items", name, "from"),
            hint,
        )
    )


def _view(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    table: Table,
    item_type: ItemType,
) -> TypedView:
    source = source_sql(item_type, definition)
    columns = view_columns(connection, source)
    problems = item_view(table, item_type, columns, definition)[1]
    if problems:
        raise InputError(*problems)
    specs = {spec.name: spec for spec in item_type.all_attributes}
    ordered = [specs.pop(key.name) for key in table.key_attributes]
    typed = tuple(typed_column(spec, columns) for spec in (*ordered, *specs.values()))
    listed = ", ".join(f"{column.sql} AS c{place}" for place, column in enumerate(typed))
    sql = f"SELECT {listed} FROM ({source}\n) AS source"
    entities = {entity.name.lower() for entity in definition.entities}
    read = frozenset(read_entities(connection, source, entities))
    [statement] = connection.extract_statements(sql)
    return TypedView(table, item_type, typed, sql, statement, read)


def _made(columns: Sequence[TypedColumn], row: Row) -> dict[str, object]:
    """The attributes of a row, those left out that are NULL."""
    return {
        column.name: made
        for column, value in zip(columns, row, strict=False)
        if value is not None and (made := column.make(value)) is not None
    }
