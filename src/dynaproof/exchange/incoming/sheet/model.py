"""A model made up from the rows of a sheet: tables, indexes, item types that their keys imply.

A sheet says what is asked, not what is stored. Keys are texts; an item type is made for each form of
key that the rows name, so that every request has something to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dynaproof.exchange.draft import DraftField, DraftTable
from dynaproof.exchange.drafting.names import table_name
from dynaproof.exchange.incoming.described_keys import (
    Described,
    parsed,
    renamed,
    with_distinct_keys,
)
from dynaproof.exchange.incoming.placeholders import escaped, identifier
from dynaproof.exchange.incoming.sheet.conditions import GENERIC_PARTITION_KEYS, KeyTest
from dynaproof.exchange.incoming.sheet.requests import RowRequest
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table
from dynaproof.model.template import Field

_GENERIC_SORT = frozenset({"sk", "range", "rangekey", "sortkey", "sort_key"})
_UUID = re.compile(r"(?:.*_)?(?:id|ids|uuid|ulid|guid|key|token)", re.IGNORECASE)
_INSTANT = re.compile(
    r"(?:.*_)?(?:date|time|timestamp|ts|at|since|until|from|to|day|start|end|position)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_ -]*")


@dataclass(slots=True)
class KeyNames:
    """The attributes of a key; ``sort`` None: there is no sort key."""

    partition: str
    sort: str | None = None


@dataclass(slots=True)
class SheetModelTable:
    """A table as the rows imply it."""

    name: str
    keys: KeyNames
    indexes: dict[str, KeyNames] = field(default_factory=dict)
    item_types: list[Described] = field(default_factory=list)

    @property
    def attributes(self) -> set[str]:
        """All key attributes."""
        keys = [self.keys, *self.indexes.values()]
        return {name for one in keys for name in (one.partition, one.sort) if name is not None}

    def made(self) -> DraftTable:
        """The table with its item types."""
        own = [self.keys.partition, *([self.keys.sort] if self.keys.sort else [])]
        for one in self.item_types:
            with_distinct_keys(one, own)
        table = Table(
            self.name,
            KeyAttribute(self.keys.partition),
            KeyAttribute(self.keys.sort) if self.keys.sort else None,
            global_secondary_indexes=tuple(
                SecondaryIndex(
                    name,
                    "global",
                    (KeyAttribute(keys.partition),),
                    (KeyAttribute(keys.sort),) if keys.sort else (),
                )
                for name, keys in self.indexes.items()
            ),
        )
        return DraftTable(table, tuple(one.made() for one in self.item_types))


@dataclass(frozen=True, slots=True)
class Bound:
    """A request's templates with fields of an item type: what it asks, of which items."""

    item_type: Described
    partition: str
    sort: KeyTest | None
    columns: dict[str, str]
    """The request's parameters -> fields of the item type."""


class SheetModel:
    """Tables by the name that the sheet uses for them, empty for the one that it does not name."""

    def __init__(self, default: str) -> None:
        self.default = default
        self.tables: dict[str, SheetModelTable] = {}
        self.names: set[str] = set()

    def add_tables(self, requests: Sequence[RowRequest]) -> None:
        """Make tables and indexes of all requests; a row without a table is on the only one."""
        named = {one.table.lower(): one.table for one in requests if one.table}
        of_index = {one.index.lower(): one.table for one in requests if one.index and one.table}
        only = next(iter(named.values())) if len(named) == 1 else ""
        for one in requests:
            if not one.table:
                one.table = of_index.get(one.index.lower(), only)
            one.table = named.get(one.table.lower(), one.table)
        groups: dict[str, list[RowRequest]] = {}
        for one in requests:
            groups.setdefault(one.table, []).append(one)
        if not groups:  # the rows say too little; the reader has a table to begin with
            self.tables[""] = SheetModelTable(table_name(self.default), KeyNames("pk", "sk"))
        for name, group in groups.items():
            _spell_alike(group)
            base = [one for one in group if not one.index]
            keys = _key_names(base, KeyNames("pk", "sk"))
            table = SheetModelTable(table_name(name or self.default), keys)
            for index in dict.fromkeys(one.index for one in group if one.index):
                known = next((n for n in table.indexes if n.lower() == index.lower()), None)
                own = [one for one in group if one.index.lower() == index.lower()]
                if known is None:
                    table.indexes[index] = _index_keys(index, own, keys)
                for one in own:
                    one.index = known or index
            self.tables[name] = table

    def bound(self, request: RowRequest, *, whole: bool) -> Bound:
        """The item type that a request is about, made where there is none.

        ``whole``: the request names one item, else items of a partition.
        """
        table = self.tables[request.table]
        keys = table.indexes[request.index] if request.index else table.keys
        partition, sort = _apart(request.keys[0].operands[0], request.sort)
        found = next(
            (one for one in table.item_types if _suits(one, keys, partition, sort, whole=whole)),
            None,
        )
        if found is None:
            found = self._made(table, keys, partition, sort, whole=whole)
            table.item_types.append(found)
        columns = dict(_columns(found.keys[keys.partition], partition))
        if sort is not None and keys.sort is not None:
            for operand in sort.operands:
                columns |= dict(_columns(found.keys[keys.sort], operand))
        return Bound(found, partition, sort, columns)

    def _made(
        self,
        table: SheetModelTable,
        keys: KeyNames,
        partition: str,
        sort: KeyTest | None,
        *,
        whole: bool,
    ) -> Described:
        sort_template = _sort_template(sort, whole=whole) if keys.sort is not None else ""
        label = _label(sort_template) or _label(partition) or table.name
        one = Described(self._name(label))
        templates = {keys.partition: partition}
        if keys.sort is not None:
            templates[keys.sort] = sort_template or f"{escaped(label.upper())}#${{id}}"
        if table.keys.partition not in templates:
            templates[table.keys.partition] = f"{escaped(label.upper())}#${{id}}"
        if table.keys.sort is not None and table.keys.sort not in templates:
            templates[table.keys.sort] = escaped(label.upper())
        # A field is not called as a key attribute is, in capitals or not: it is another attribute.
        keyed = {name.lower() for name in table.attributes}
        for attribute, template in templates.items():
            names = {
                name: f"{name}_value" for name in parsed(template).names if name.lower() in keyed
            }
            templates[attribute] = renamed(template, names)
            for name in parsed(templates[attribute]).names:
                if name not in one.fields:
                    one.add(name, _field(name))
        one.keys = templates
        return one

    def _name(self, label: str) -> str:
        wanted = identifier(label, "item")
        name, number = wanted, 2
        while name in self.names:
            name, number = f"{wanted}_{number}", number + 1
        self.names.add(name)
        return name


def _spell_alike(requests: Sequence[RowRequest]) -> None:
    """Names that differ in capitals only are one attribute, spelt as it is the first time."""
    spelt: dict[str, str] = {}

    def alike(test: KeyTest) -> KeyTest:
        return replace(test, attribute=spelt.setdefault(test.attribute.lower(), test.attribute))

    for one in requests:
        one.keys = [alike(test) for test in one.keys]
        one.sort = None if one.sort is None else alike(one.sort)


def _key_names(requests: Sequence[RowRequest], default: KeyNames) -> KeyNames:
    """The names that requests use for a key, the first where they differ."""
    partition = next(
        (one.keys[0].attribute for one in requests if one.keys and one.keys[0].attribute),
        default.partition,
    )
    sorts = [one.sort for one in requests if one.sort is not None]
    if requests and not sorts:
        return KeyNames(partition)
    sort = next((one.attribute for one in sorts if one.attribute), default.sort)
    if sort is not None and sort.lower() == partition.lower():
        sort = f"{partition}_sort"
    return KeyNames(partition, sort)


def _index_keys(index: str, requests: Sequence[RowRequest], table: KeyNames) -> KeyNames:
    """The key of an index: names of its own where the rows say PK and SK of every index."""
    short = re.sub(r"[^a-z0-9]", "", index.lower())[:30] or "index"
    names = _key_names([one for one in requests if one.keys], KeyNames(f"{short}pk", f"{short}sk"))
    own = {name.lower(): name for name in (table.partition, table.sort) if name is not None}
    partition = own.get(names.partition.lower(), names.partition)
    if partition.lower() in GENERIC_PARTITION_KEYS:
        partition = f"{short}pk"
    sort = None if names.sort is None else own.get(names.sort.lower(), names.sort)
    if sort is not None and sort.lower() in _GENERIC_SORT and partition != table.sort:
        sort = f"{short}sk"
    if sort is None and partition == table.partition:
        sort = f"{short}sk"
    partition = own.get(partition.lower(), partition)
    if sort is not None:
        sort = own.get(sort.lower(), sort)
        sort = f"{short}_sort" if sort.lower() == partition.lower() else sort
    return KeyNames(partition, sort)


def _apart(partition: str, sort: KeyTest | None) -> tuple[str, KeyTest | None]:
    """``USER#<id>`` and ``ORDER#<id>`` mean two values: the second has another name."""
    if sort is None:
        return partition, None
    taken = set(parsed(partition).names)
    operands: list[str] = []
    for operand in sort.operands:
        label = identifier(_label(operand) or "sort", "sort")
        names = {name: f"{label}_{name}" for name in parsed(operand).names if name in taken}
        operands.append(renamed(operand, names))
    return partition, KeyTest(sort.attribute, sort.operator, tuple(operands))


def _suits(
    one: Described, keys: KeyNames, partition: str, sort: KeyTest | None, *, whole: bool
) -> bool:
    """Whether items of this type can be what a request asks for."""
    stored = one.keys.get(keys.partition)
    if stored is None or _skeleton(stored) != _skeleton(partition):
        return False
    if keys.sort is None or (sort is None and not whole):
        return True
    stored = one.keys.get(keys.sort)
    if stored is None or sort is None:
        return stored is not None
    operand = sort.operands[0]
    if sort.operator == "eq":
        return _skeleton(stored) == _skeleton(operand)
    if sort.operator == "begins_with":
        return _skeleton(stored, operand) == _skeleton(operand)
    return bool(parsed(operand).names) and _skeleton(stored, operand) == _skeleton(operand)


def _skeleton(template: str, like: str | None = None) -> tuple[str | None, ...]:
    """Fixed texts and places of fields; as far as another template goes, where one is given."""
    parts = [None if isinstance(part, Field) else part for part in parsed(template).parts]
    if like is not None:
        other = _skeleton(like)
        parts = parts[: len(other)]
        last = len(other) - 1
        if 0 <= last < len(parts):
            end, begin = parts[last], other[last]
            if end is not None and begin is not None and end.startswith(begin):
                parts[last] = begin
    return tuple(parts)


def _columns(stored: str, asked: str) -> Iterator[tuple[str, str]]:
    """Parameters of one template and the fields that stand in their places in another."""
    own = [part.name for part in parsed(stored).parts if isinstance(part, Field)]
    theirs = [part.name for part in parsed(asked).parts if isinstance(part, Field)]
    yield from zip(theirs, own, strict=False)


def _sort_template(sort: KeyTest | None, *, whole: bool) -> str:
    """What items have in a sort key of which a condition is asked; empty: it does not tell."""
    if sort is None:
        return ""
    operand = sort.operands[0]
    if sort.operator == "eq" and (whole or parsed(operand).parts):
        return operand
    if sort.operator == "begins_with":
        label = identifier(_label(operand) or "item", "item")
        last = parsed(operand).parts[-1] if parsed(operand).parts else ""
        joint = "#" if isinstance(last, Field) else ""
        return f"{operand}{joint}${{{label}_id}}"
    return operand if parsed(operand).names else f"{operand}#${{id}}"


def _label(template: str) -> str:
    """The last label of a template: ``USER#${id}#ORDER#${order_id}`` is about an ORDER."""
    words = [
        piece.strip(" _-")
        for part in parsed(template).parts
        if isinstance(part, str)
        for piece in re.split(r"[^A-Za-z0-9_ -]+", part)
    ]
    found = [word for word in words if _LABEL.fullmatch(word)]
    return found[-1][:40] if found else ""


def _field(name: str) -> DraftField:
    if _UUID.fullmatch(name):
        return DraftField(name, generator="uuid")
    return DraftField(name, generator="timestamp" if _INSTANT.fullmatch(name) else None)
