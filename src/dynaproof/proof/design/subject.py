"""What the rules look at: item types, reads and writes of a definition, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import duckdb

from dynaproof.facts.kinds import sql_type
from dynaproof.facts.sql import describe
from dynaproof.items.stored import view_columns
from dynaproof.items.views import source_sql
from dynaproof.model.access_pattern import AccessPattern, FactsColumn, Request, StreamHandler
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Generator
from dynaproof.model.operations import request_parts
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Field, Template
from dynaproof.proof.design import key_language as language
from dynaproof.proof.design.facts_known import FactsKnown, format_atoms, generator_atoms
from dynaproof.proof.design.key_language import Atoms, atoms_of, can_be_equal
from dynaproof.proof.design.request_events import flow_of, steps_below
from dynaproof.proof.design.requests import Flow, Read, Test, Write, names_in, template_of
from dynaproof.proof.design.select_tree import (
    Column,
    Select,
    parameters_in,
    parse_select,
)
from dynaproof.proof.design.stored_types import StoredType

Owner = AccessPattern | StreamHandler


class Design:
    """One definition without errors; ``connection`` has its entities, without rows."""

    def __init__(self, definition: Definition, connection: duckdb.DuckDBPyConnection) -> None:
        self.definition = definition
        self.connection = connection
        self.facts = FactsKnown.of(definition)
        self._columns = {
            entity.name.lower(): [
                name.lower() for name in view_columns(connection, source_of_entity(entity.name))
            ]
            for entity in definition.entities
        }

    def select(self, sql: str) -> Select | None:
        """A SELECT taken apart, as far as it can be."""
        return parse_select(self.connection, sql, self._columns)

    @cached_property
    def types(self) -> tuple[StoredType, ...]:
        """All item types."""
        found: list[StoredType] = []
        for table in self.definition.tables:
            for item in table.items:
                sql = source_sql(item, self.definition)
                columns = view_columns(self.connection, sql)
                found.append(StoredType(table, item, columns, sql, self.select(sql)))
        return tuple(found)

    def types_of(self, table: Table) -> list[StoredType]:
        """The item types of a table."""
        return [one for one in self.types if one.table.name == table.name]

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """What every pattern and handler does, in order."""
        patterns = (
            flow_of(pattern, ("access_patterns", pattern.name), self.definition)
            for pattern in self.definition.access_patterns
        )
        handlers = (
            flow_of(handler, ("stream_handlers", handler.name), self.definition)
            for handler in self.definition.stream_handlers
        )
        return (*patterns, *handlers)

    @property
    def reads(self) -> Iterator[Read]:
        """All reads."""
        for flow in self.flows:
            yield from flow.reads

    @property
    def writes(self) -> Iterator[Write]:
        """All writes."""
        for flow in self.flows:
            yield from flow.writes

    @cached_property
    def _parameters(self) -> dict[str, tuple[dict[str, Column], dict[str, str]]]:
        return {
            pattern.name: (self._parameter_columns(pattern), self._parameter_types(pattern))
            for pattern in self.definition.access_patterns
        }

    def question_columns(self, owner: Owner) -> tuple[str, ...]:
        """The columns of a pattern's question."""
        if not isinstance(owner, AccessPattern) or owner.question is None:
            return ()
        names = tuple(self._parameters[owner.name][1]) + tuple(p.name for p in owner.parameters)
        return tuple(one.name for one in describe(self.connection, owner.question, names))

    def question_parameters(self, pattern: AccessPattern) -> frozenset[str]:
        """The parameters that a pattern's question uses."""
        question = pattern.question
        return frozenset() if question is None else parameters_in(self.connection, question)

    def written_names(self, table: Table) -> set[str]:
        """The attributes that requests put or update in a table."""
        found: set[str] = set()
        for write in self.writes:
            if write.table.name == table.name:
                found |= set(write.item or ()) | set(write.key)
                if write.update is not None:
                    found |= names_in(write.update, write.names)
        return found

    def ordering_attributes(
        self, stored: StoredType
    ) -> Iterator[tuple[str, SecondaryIndex | None]]:
        """The sort key attributes of the table and of the indexes that a type may be in."""
        if stored.table.sort_key is not None:
            yield stored.table.sort_key.name, None
        for index in stored.table.indexes:
            if stored.in_index(index):
                for key in index.sort_key:
                    yield key.name, index

    def queries_of(self, stored: StoredType, index: SecondaryIndex | None) -> Iterator[Read]:
        """The queries of a table or index that may come upon items of a type."""
        for read in self.reads:
            if (
                read.operation == "Query"
                and read.table.name == stored.table.name
                and read.index == index
                and stored in self.could_return(read)
            ):
                yield read

    def is_checked(self, stored: StoredType) -> bool:
        """Whether a condition check of a transaction asks for items of a type."""
        for flow in self.flows:
            for request in requests_of(flow.owner):
                for part in request_parts(request.operation, request.arguments):
                    key = part.arguments.get("Key")
                    if (
                        part.operation == "ConditionCheck"
                        and part.table == stored.table.name
                        and isinstance(key, Mapping)
                        and self._has_key(stored, flow.owner, key)
                    ):
                        return True
        return False

    def sets_off_handler(self, stored: StoredType) -> bool:
        """Whether a stream handler takes the records of a type."""
        return any(
            handler.table == stored.table.name and handler.item in (None, stored.item.name)
            for handler in self.definition.stream_handlers
        )

    def parameter_column(self, owner: Owner, name: str) -> Column | None:
        """The attribute of an entity that a parameter is drawn from."""
        if not isinstance(owner, AccessPattern):
            return None
        return self._parameters[owner.name][0].get(name)

    def parameter_type(self, owner: Owner, name: str) -> str | None:
        """The SQL type of a parameter."""
        if not isinstance(owner, AccessPattern):
            return None
        return self._parameters[owner.name][1].get(name)

    def _parameter_columns(self, pattern: AccessPattern) -> dict[str, Column]:
        found: dict[str, Column] = {}
        select = self.select(pattern.parameters_from) if pattern.parameters_from else None
        for name, node in (select.outputs if select else {}).items():
            column = select.column(node) if select else None
            if column is not None:
                found[name] = column
        for parameter in pattern.parameters:
            if isinstance(parameter.source, FactsColumn):
                source = parameter.source
                found[parameter.name] = Column(source.entity.lower(), source.attribute.lower())
        return found

    def _parameter_types(self, pattern: AccessPattern) -> dict[str, str]:
        found: dict[str, str] = {}
        if pattern.parameters_from:
            columns = describe(self.connection, pattern.parameters_from)
            found |= {column.name: column.type for column in columns}
        for parameter in pattern.parameters:
            match parameter.source:
                case FactsColumn(entity, attribute):
                    columns_of = view_columns(self.connection, source_of_entity(entity))
                    if attribute in columns_of:
                        found[parameter.name] = str(columns_of[attribute])
                case Generator() as generator:
                    found[parameter.name] = sql_type(generator)
        return found

    def type_atoms(self, stored: StoredType, name: str) -> Atoms | None:
        """What an attribute of an item type looks like as text; None for what is no text."""
        template = stored.template(name)
        if not isinstance(template, Template):
            return None
        return atoms_of(template, lambda field: self.facts.field_atoms(stored.column(field), field))

    def value_atoms(self, owner: Owner, value: object) -> Atoms:
        """What a value of a request looks like as text; anything for what is no text."""
        template = template_of(value)
        if template is None:
            return language.ANYTHING
        return atoms_of(template, lambda field: self._parameter_atoms(owner, field))

    def _parameter_atoms(self, owner: Owner, field: Field) -> Atoms:
        column = self.parameter_column(owner, field.name)
        found = self.facts.atoms(column, field.format)
        if found is None and isinstance(owner, AccessPattern):
            sources = {one.name: one.source for one in owner.parameters}
            source = sources.get(field.name)
            if isinstance(source, Generator) and source.kind in ("clock", "timestamp", "date"):
                found = generator_atoms(source, field.name, field.format)
        return found or format_atoms(field.format)

    def could_return(self, read: Read) -> list[StoredType]:
        """The item types that a read may come upon; more rather than fewer."""
        return [
            stored
            for stored in self.types_of(read.table)
            if (read.index is None or stored.in_index(read.index))
            and (not read.keys or any(self._has_key(stored, read.owner, k) for k in read.keys))
            and all(self._meets(stored, read.owner, test) for test in read.tests)
        ]

    def could_be(self, owner: Owner, table: Table, key: Mapping[str, object]) -> list[StoredType]:
        """The item types that an item with this key may be of."""
        return [one for one in self.types_of(table) if self._has_key(one, owner, key)]

    def _has_key(self, stored: StoredType, owner: Owner, key: Mapping[str, object]) -> bool:
        return all(
            self._meets(stored, owner, Test(attribute.name, "=", (key.get(attribute.name),)))
            for attribute in stored.table.key_attributes
            if attribute.name in key
        )

    def _meets(self, stored: StoredType, owner: Owner, test: Test) -> bool:
        mine = self.type_atoms(stored, test.attribute)
        if mine is None:
            return True
        match test.operator:
            case "=" | "begins_with":
                asked = self.value_atoms(owner, test.values[0])
                return can_be_equal(asked, mine, prefix=test.operator == "begins_with")
            case "BETWEEN":
                low, high = (template_of(value) for value in test.values)
                start = common_prefix(low, high) if low and high else ""
                return can_be_equal(language.fixed(start), mine, prefix=True)
        return True


def requests_of(owner: Owner) -> Iterator[Request]:
    """All requests of a pattern or handler."""
    if isinstance(owner, AccessPattern) and owner.request is not None:
        yield owner.request
    for step, _ in steps_below(owner.steps, ()):
        if step.request is not None:
            yield step.request


def common_prefix(low: Template, high: Template) -> str:
    """The text that everything between two texts begins with."""
    start = ""
    for one, other in zip(low.prefix, high.prefix, strict=False):
        if one != other:
            break
        start += one
    return start


def source_of_entity(name: str) -> str:
    """All rows of an entity."""
    return 'SELECT * FROM "' + name.replace('"', '""') + '"'
