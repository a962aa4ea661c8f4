"""Read patterns for what a model stores: one for each item type, one or more for each index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.exchange.drafting.made import MadeItemType
from dynaproof.exchange.drafting.names import Names, parameter_name, sql
from dynaproof.exchange.drafting.questions import (
    Rows,
    begins_with,
    is_present,
    question,
    same_key,
    shape_of,
)
from dynaproof.items.views import projected_names
from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.model.template import Field, Template


@dataclass(frozen=True, slots=True)
class MadePattern:
    """An access pattern as it will stand in a definition."""

    name: str
    description: str
    operation: str
    """A short form of the language, or ``request``."""
    body: Mapping[str, object]
    parameters: Mapping[str, object] = field(default_factory=dict)
    question: str | None = None
    expect: Mapping[str, object] = field(default_factory=dict)
    rate: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Templates with parameters in place of an item type's columns."""

    templates: tuple[Template, ...]
    written: tuple[object, ...]
    """The same as a request has them: numbers kept as text with their type."""
    parameters: Mapping[str, object]
    kinds: Mapping[str, str]

    @property
    def partition_key(self) -> object:
        """As a query has it: in a list where there are several, or one with its type."""
        first = self.written[0]
        return first if isinstance(first, str) and len(self.written) == 1 else list(self.written)


def read_patterns(
    tables: Sequence[Table], item_types: Sequence[MadeItemType], names: Names
) -> tuple[MadePattern, ...]:
    """The patterns of all tables, under names of their own."""
    found: list[MadePattern] = []
    for table in tables:
        own = [one for one in item_types if one.table.name == table.name]
        several = len(tables) > 1
        reader = _Reader(table, own, names, several)
        found += reader.by_key()
        for index in table.indexes:
            found += reader.by_index(index)
    return tuple(found)


def asked_of(made: MadeItemType, attributes: Sequence[str]) -> Asked | None:
    """Parameters that fill some attributes' templates of an item type; None where none can."""
    stored = [made.attribute(name) for name in attributes]
    names: dict[str, str] = {}
    given = Names(make=parameter_name)
    for one in stored:
        for column in one.template.names if one else ():
            if column not in names:
                names[column] = given.new(column)
    kinds = {name: made.column(column).kind for column, name in names.items()}
    templates: list[Template] = []
    written: list[object] = []
    for one in stored:
        if one is None:
            return None
        template = Template(
            tuple(
                part if isinstance(part, str) else Field(names[part.name], part.format)
                for part in one.template.parts
            )
        )
        templates.append(template)
        written.append({"N": str(template)} if one.type == "N" else str(template))
    nullable = [column for column in names if made.column(column).nullable]
    if any(kinds[names[column]] == "numeral" for column in nullable):
        return None  # where nothing is found, a text would stand for the number
    bytes_ = [column for column in names if kinds[names[column]] == "base64"]
    if nullable or bytes_:
        columns = ", ".join(
            f"from_base64({sql(column)}) AS {sql(name)}"
            if column in bytes_
            else (sql(column) if column == name else f"{sql(column)} AS {sql(name)}")
            for column, name in names.items()
        )
        where = " AND ".join(f"{sql(column)} IS NOT NULL" for column in nullable)
        source = f"SELECT {columns} FROM {sql(made.entity)}" + (f" WHERE {where}" if where else "")
        return Asked(tuple(templates), tuple(written), {"from": source}, kinds)
    parameters = {name: f"{made.entity}.{column}" for column, name in names.items()}
    return Asked(tuple(templates), tuple(written), parameters, kinds)


class _Reader:
    def __init__(
        self, table: Table, made: Sequence[MadeItemType], names: Names, several: bool
    ) -> None:
        self.table = table
        self.made = made
        self.names = names
        self.where = {"table": table.name} if several else {}

    def by_key(self) -> Iterator[MadePattern]:
        """One pattern for each item type."""
        for made in self.made:
            sort_key = self.table.sort_key
            if sort_key is not None and self._makes_collections(made, sort_key.name):
                yield from self._query(made, sort_key.name)
            else:
                yield from self._get(made)

    def by_index(self, index: SecondaryIndex) -> Iterator[MadePattern]:
        """One pattern for each form that the partition key of the index has."""
        keys = [key.name for key in index.partition_key]
        whole = [key.name for key in index.key_attributes]
        stored = [made for made in self.made if made.in_index(whole)]
        groups: dict[object, list[MadeItemType]] = {}
        for made in stored:
            templates = [one.template for name in keys if (one := made.attribute(name))]
            groups.setdefault(tuple(map(shape_of, templates)), []).append(made)
        for members in groups.values():
            first = max(members, key=lambda one: len(one.rows or ()))
            asked = asked_of(first, keys)
            if asked is None:
                continue
            rows = []
            for made in stored:
                where = self._same_keys(made, keys, asked)
                if where is not None:
                    rows.append(Rows(made, (*where, *is_present(made, whole, where))))
            projected = projected_names(self.table, index)
            by = "" if _told(asked, index.name) else _by(asked)
            yield MadePattern(
                self.names.new(
                    f"query {index.name} {by}", f"query {self.table.name} {index.name} {by}"
                ),
                f"The {_listed([row.item_type.name for row in rows])} items of one partition key of"
                f" the index {index.name}.",
                "query",
                {**self.where, "index": index.name, "partition_key": asked.partition_key},
                asked.parameters,
                question(rows, projected),
            )

    def _makes_collections(self, made: MadeItemType, sort_key: str) -> bool:
        partition = made.attribute(self.table.partition_key.name)
        sort = made.attribute(sort_key)
        if partition is None or sort is None or not sort.template.names:
            return False
        if made.rows is not None:
            filled = Counter(
                str(partition.template.fill(_row(made, n))) for n in range(len(made.rows))
            )
            if max(filled.values(), default=0) > 1:
                return True
        own = set(sort.template.names) - set(partition.template.names)
        return bool(own) and bool(sort.template.prefix or made.rows is None)

    def _get(self, made: MadeItemType) -> Iterator[MadePattern]:
        keys = [key.name for key in self.table.key_attributes]
        asked = asked_of(made, keys)
        if asked is None:
            return
        where = self._same_keys(made, keys, asked) or ()
        yield MadePattern(
            self.names.new(f"get {made.name}", f"get {self.table.name} {made.name}"),
            f"The {made.name} item of a key.",
            "get",
            {**self.where, "key": dict(zip(keys, asked.written, strict=True))},
            asked.parameters,
            question([Rows(made, where)]),
            {"items": {"max": 1}},
        )

    def _query(self, made: MadeItemType, sort_key: str) -> Iterator[MadePattern]:
        partition = self.table.partition_key.name
        asked = asked_of(made, [partition])
        sort = made.attribute(sort_key)
        if asked is None or sort is None:
            return
        prefix = sort.template.prefix
        rows = []
        for other in self.made:
            where = self._same_keys(other, [partition], asked)
            other_sort = other.attribute(sort_key)
            if where is None or other_sort is None:
                continue
            begins = begins_with(other_sort.template, other, prefix)
            if begins is not None:
                rows.append(Rows(other, (*where, *([begins] if begins else []))))
        condition = {"sort_key": {"begins_with": _escaped(prefix)}} if prefix else {}
        name = f"list {made.name} {_by(asked)}"
        yield MadePattern(
            self.names.new(name, f"list {self.table.name} {made.name} {_by(asked)}"),
            f"The {_listed([row.item_type.name for row in rows])} items of one partition key.",
            "query",
            {**self.where, "partition_key": asked.partition_key, **condition},
            asked.parameters,
            question(rows),
        )

    def _same_keys(
        self, made: MadeItemType, keys: Sequence[str], asked: Asked
    ) -> tuple[str, ...] | None:
        """Conditions that keys of an item type are the ones asked for; None: they never are."""
        where: list[str] = []
        for name, template in zip(keys, asked.templates, strict=True):
            stored = made.attribute(name)
            same = (
                None if stored is None else same_key(stored.template, made, template, asked.kinds)
            )
            if same is None:
                return None
            where += [same] if same else []
        return tuple(where)


def _row(made: MadeItemType, number: int) -> Mapping[str, object]:
    row = (made.rows or ())[number]
    return {column.name: row.get(column.name) for column in made.columns}


def _by(asked: Asked) -> str:
    names = list(asked.kinds)
    return f"by {' and '.join(names)}" if names else ""


def _told(asked: Asked, name: str) -> bool:
    """Whether an index such as ``by-customer`` says already by what it is asked."""
    words = [re.sub("[^a-z0-9]", "", one.lower()) for one in (name, *asked.kinds)]
    return len(words) == 2 and words[1] in words[0]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "no"


def _escaped(value: str) -> str:
    return str(Template((value,)))
