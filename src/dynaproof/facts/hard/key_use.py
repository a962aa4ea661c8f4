"""What the tables and requests of a definition make of its facts: delimiters, paddings, limits.

Which facts a template's field holds is found by name, through the SQL of a view: rather one fact
too many than one too few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

import duckdb

from dynaproof.facts.hard.fact_set import Column
from dynaproof.model.access_pattern import Request
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Entity, References
from dynaproof.model.item import ItemType
from dynaproof.model.table import Table
from dynaproof.model.template import Field, Template, TemplateError

_PADDING = re.compile(r"0([1-9][0-9]?)d")
_DELIMITER = re.compile(r"[^\w\s]+")
_LONGEST = 20
_MOST_DELIMITERS = 6
_ENCODED = frozenset({"N", "B", "NS", "BS"})
_EXPRESSIONS = ("Expression", "Statement")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two facts that stand beside one another in a template, with ``between`` between them."""

    first: frozenset[Column]
    between: str
    second: frozenset[Column]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """Columns are those where a value is made, not those that repeat it."""

    delimiters: tuple[str, ...] = ()
    in_keys: frozenset[Column] = frozenset()
    """May stand in a key of a table or an index."""
    paddings: Mapping[Column, tuple[int, ...]] = field(default_factory=dict)
    """Digits of number formats such as ``08d``."""
    neighbours: tuple[Neighbours, ...] = ()
    encoded: frozenset[Column] = frozenset()
    """Texts that stand for something else: DynamoDB JSON, numbers, base64."""
    limits: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By entity: the limits of queries on tables with items made from it."""


def key_use(
    definition: Definition, entities: tuple[Entity, ...], connection: duckdb.DuckDBPyConnection
) -> KeyUse:
    """Read it from item types and requests; ``connection`` parses SQL."""
    by_name = {entity.name: entity for entity in entities}
    in_keys: set[Column] = set()
    encoded: set[Column] = set()
    paddings: dict[Column, set[int]] = {}
    neighbours: dict[Neighbours, None] = {}
    templates: list[Template] = []
    for table in definition.tables:
        for item_type in table.items:
            lineage = Lineage.of(item_type, by_name, connection)
            for spec in item_type.all_attributes:
                if not isinstance(spec.template, Template):
                    continue
                keyed = spec.name in table.attribute_types
                for part in spec.template.parts:
                    if not isinstance(part, Field):
                        continue
                    columns = lineage.columns(part.name)
                    in_keys |= columns if keyed else set()
                    if spec.dynamodb_json or spec.type in _ENCODED:
                        encoded |= columns
                    if width := _PADDING.fullmatch(part.format):
                        for column in columns:
                            paddings.setdefault(column, set()).add(int(width[1]))
                if keyed:
                    templates.append(spec.template)
                    neighbours |= dict.fromkeys(_neighbours(spec.template, lineage))
    for request in _requests(definition):
        templates += _templates(request.arguments)
    return KeyUse(
        _delimiters(templates),
        frozenset(in_keys),
        {column: tuple(sorted(widths)) for column, widths in paddings.items()},
        tuple(neighbours),
        frozenset(encoded),
        _limits(definition, by_name),
    )


def origin(column: Column, entities: Mapping[str, Entity]) -> Column:
    """The column from which a repeated or referring column has its values."""
    while True:
        entity = entities[column[0]]
        if entity.each is not None and entity.each.name == column[1]:
            column = (entity.each.entity, entity.each.attribute)
            continue
        source = next((a.source for a in entity.attributes if a.name == column[1]), None)
        if not isinstance(source, References):
            return column
        column = (source.entity, source.attribute)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which columns of the facts a column of an item type's source may come from."""

    entities: Mapping[str, Entity]
    sources: tuple[str, ...]
    made_of: Mapping[str, frozenset[str]]
    """Names that each name of a select list is computed from."""

    @classmethod
    def of(
        cls,
        item_type: ItemType,
        entities: Mapping[str, Entity],
        connection: duckdb.DuckDBPyConnection,
    ) -> Lineage:
        """Of an item type's source: an entity, or SQL."""
        if item_type.source in entities:
            return cls(entities, (item_type.source,), {})
        sources = tuple(name for name in entities if mentions(item_type.source, name))
        return cls(entities, sources, _select_lists(connection, item_type.source))

    def columns(self, name: str) -> frozenset[Column]:
        """The columns behind a field: all there are where none is found by name.

        A dotted name is a member of what stands before the dot.
        """
        names: set[str] = set()
        waiting = [name.partition(".")[0].casefold()]
        while waiting:
            one = waiting.pop()
            if one not in names:
                names.add(one)
                waiting.extend(self.made_of.get(one, ()))
        all_ = [(e, a) for e in self.sources for a in self.entities[e].columns]
        found = [column for column in all_ if column[1].casefold() in names]
        return frozenset(origin(column, self.entities) for column in found or all_)


def mentions(text: str, name: str) -> bool:
    """Whether a text has a name as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _select_lists(connection: duckdb.DuckDBPyConnection, sql: str) -> Mapping[str, frozenset[str]]:
    statement = "SELECT json_serialize_sql(CAST($sql AS VARCHAR))"
    query = sql.rstrip().rstrip(";")
    [(text,)] = connection.execute(statement, {"sql": query}).fetchall()
    made: dict[str, set[str]] = {}
    for node in _objects(json.loads(text)):
        selected = node.get("select_list")
        for expression in selected if isinstance(selected, list) else ():
            alias = expression.get("alias") or (expression.get("column_names") or [""])[-1]
            read = made.setdefault(str(alias).casefold(), set())
            for inner in _objects(expression):
                names = inner.get("column_names")  # a.b: b, or the member b of a
                read |= {str(n).casefold() for n in names} if isinstance(names, list) else set()
    return {name: frozenset(read) for name, read in made.items()}


def _objects(tree: object) -> Iterator[dict[str, object]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from _objects(inner)


def _neighbours(template: Template, lineage: Lineage) -> Iterator[Neighbours]:
    before: Field | None = None
    between = ""
    for part in template.parts:
        if isinstance(part, str):
            between = part
            continue
        if before is not None and before.name != part.name:
            first, second = lineage.columns(before.name), lineage.columns(part.name)
            yield Neighbours(first, between, second)
        before, between = part, ""


def _requests(definition: Definition) -> Iterator[Request]:
    for pattern in definition.access_patterns:
        yield from pattern.requests
    waiting = [step for handler in definition.stream_handlers for step in handler.steps]
    while waiting:
        step = waiting.pop(0)
        if step.request is not None:
            yield step.request
        waiting += step.steps


def _templates(value: object, key: str = "") -> Iterator[Template]:
    match value:
        case str() if "$" in value and not key.endswith(_EXPRESSIONS):
            try:
                yield Template.parse(value)
            except TemplateError:  # said where the definition is read
                return
        case Mapping():
            for name, inner in value.items():
                yield from _templates(inner, str(name))
        case list() | tuple():
            for inner in value:
                yield from _templates(inner, key)


def _delimiters(templates: list[Template]) -> tuple[str, ...]:
    """Signs beside a field, each alone, then with what is fixed: ``#`` and ``ROOM#``."""
    fixed = [
        part
        for template in templates
        if template.names
        for part in template.parts
        if isinstance(part, str)
    ]
    signs = (sign for part in fixed for sign in chain.from_iterable(_DELIMITER.findall(part)))
    longer = (part for part in fixed if 1 < len(part) <= _LONGEST and _DELIMITER.search(part))
    return tuple(islice(dict.fromkeys(chain(signs, longer)), _MOST_DELIMITERS))


def _limits(
    definition: Definition, entities: Mapping[str, Entity]
) -> Mapping[str, tuple[int, ...]]:
    limits: dict[str, set[int]] = {}
    for request in _requests(definition):
        limit = request.arguments.get("Limit")
        table = definition.table(str(request.arguments.get("TableName")))
        if isinstance(limit, int) and limit > 0 and table is not None:
            for name in _entities_of(table, entities):
                limits.setdefault(name, set()).add(limit)
    return {name: tuple(sorted(found)) for name, found in limits.items()}


def _entities_of(table: Table, entities: Mapping[str, Entity]) -> Iterator[str]:
    for name in entities:
        if any(mentions(item_type.source, name) for item_type in table.items):
            yield name
