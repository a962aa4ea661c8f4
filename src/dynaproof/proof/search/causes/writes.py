"""Why tables are not what the facts imply after a write: what the write left out, or did too much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dynaproof.model.codes import Code
from dynaproof.model.operations import RequestPart, request_parts
from dynaproof.model.table import Table
from dynaproof.model.template import Template
from dynaproof.proof.differences import Difference, RowFault, TypedItem
from dynaproof.proof.drive import Made
from dynaproof.proof.restore import Key, item_key
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.said import listed, quoted
from dynaproof.proof.search.scene import Scene, Tried
from dynaproof.proof.streams.item_types import ItemTypes

_CONDITION = "ConditionExpression"


@dataclass(frozen=True)
class Drifted:
    """A write and the items that it left wrong."""

    scene: Scene
    tried: Tried
    difference: Difference

    @cached_property
    def touched(self) -> frozenset[Key]:
        """The items that the call or its handlers wrote to."""
        return frozenset(self.tried.attempt.first)

    @property
    def made(self) -> Sequence[Made]:
        """The requests of the call, in order."""
        driven = self.tried.attempt.driven
        return driven.made if driven is not None else ()

    def table(self, fault: RowFault) -> Table:
        """The table of an item at fault."""
        return self.scene.tables[self.scene.prefix + fault.table]

    def key(self, fault: RowFault) -> Key:
        """The identity of an item at fault."""
        item = fault.expected if fault.expected is not None else fault.found
        return item_key(self.table(fault), self.scene.prefix + fault.table, item or {})

    def before(self, fault: RowFault) -> TypedItem | None:
        """The item as it was before the call."""
        return self.scene.stored(self.key(fault))

    def item_type(self, fault: RowFault) -> str:
        """The item type by the key's templates; empty where none matches."""
        item = fault.expected if fault.expected is not None else fault.found
        found = ItemTypes(self.table(fault)).of_key(item or {})
        return found[0].item_type.name if found else ""

    def writes(self, fault: RowFault) -> Iterator[RequestPart]:
        """The parts of the call's requests that write an item."""
        key = self.key(fault)
        for made in self.made:
            for part in request_parts(made.ask.operation, made.ask.arguments):
                given = part.arguments.get("Item" if part.operation == "PutItem" else "Key")
                if not isinstance(given, Mapping) or part.table != key[0]:
                    continue
                if part.operation in ("PutItem", "UpdateItem", "DeleteItem"):
                    table = self.scene.tables[part.table]
                    if item_key(table, part.table, given) == key:
                        yield part


def cause_in_write(scene: Scene, tried: Tried, difference: Difference) -> Cause | None:
    """Why the tables drifted; the code stays that of the difference."""
    drifted = Drifted(scene, tried, difference)
    if not difference.faults or not difference.faults[0].table:
        return None
    if difference.code is Code.FAILED_WRITE_CHANGED:
        return difference.code, _half_done(drifted)
    if difference.code is Code.KEY_COLLISION:
        return difference.code, _taken(drifted, difference.faults[0])
    moved = _moved(drifted)
    if moved:
        return difference.code, moved
    fault = difference.faults[0]
    said = {
        Code.ITEM_MISSING: _missing,
        Code.ITEM_STALE: _stale,
        Code.ITEM_UNEXPECTED: _unexpected,
    }.get(difference.code)
    return (difference.code, said(drifted, fault)) if said is not None else None


def _taken(drifted: Drifted, fault: RowFault) -> str:
    """A new item under a key that another fact has already."""
    item_type = next(
        (one for one in drifted.table(fault).items if one.name == drifted.item_type(fault)), None
    )
    keys = item_type.key if item_type is not None else ()
    templates = [spec.template for spec in keys if isinstance(spec.template, Template)]
    fields = listed(name for template in templates for name in template.names)
    return (
        f"After the change two facts have one key, which holds only {fields or 'fixed text'}: the"
        " second overwrites the first. Add what tells them apart, such as an identifier."
    )


def _half_done(drifted: Drifted) -> str:
    last = drifted.made[-1] if drifted.made else None
    before = [made for made in drifted.made[:-1] if not made.ask.read]
    error = drifted.tried.attempt.driven.outcome.error if drifted.tried.attempt.driven else None
    if last is None or not before:
        return f"The call ended with {error}, and what its handlers or requests wrote stays."
    return (
        f"{last.ask.operation}, the {_ordinal(len(drifted.made))} request, ends with {error}, and"
        f" {before[-1].ask.operation} before it stays written. Put both into one"
        " TransactWriteItems, or ask before the first write."
    )


def _moved(drifted: Drifted) -> str:
    """An item whose key is to change, and which stays under its old one."""
    faults = drifted.difference.faults
    extra = [fault for fault in faults if fault.kind != "missing"]
    for gone in (fault for fault in faults if fault.kind == "missing"):
        name = drifted.item_type(gone)
        for stays in extra:
            if not name or stays.expected is not None or stays.table != gone.table:
                continue
            # A key in another format matches no template.
            if drifted.item_type(stays) not in (name, ""):
                continue
            before = drifted.before(stays)
            keys = drifted.table(gone).key_attributes
            differing = [
                key.name
                for key in keys
                if (gone.expected or {}).get(key.name) != (stays.found or {}).get(key.name)
            ]
            old, new = (
                quoted(_text(item, differing[-1])) if differing else ""
                for item in (stays.found, gone.expected)
            )
            if before is not None:
                return (
                    f"The change gives '{name}' another key ({listed(differing)}: {old} to {new}), and"
                    " the old item stays. Delete it and put it under the new key in one"
                    " transaction, or keep what changes out of the key."
                )
            return (
                f"The write puts '{name}' under {old}, and by the key template it belongs under"
                f" {new}: the request writes {listed(differing)} in another format."
            )
    return ""


def _missing(drifted: Drifted, fault: RowFault) -> str:
    name = drifted.item_type(fault)
    if drifted.before(fault) is not None:
        return f"The write deletes an item of type '{name}' that the facts still imply."
    if drifted.key(fault) not in drifted.touched:
        return (
            f"No request writes the item of type '{name}' in '{fault.table}' that the change implies."
            " Put it in the same transaction."
        )
    return f"The item of type '{name}' is not there after the call."


def _stale(drifted: Drifted, fault: RowFault) -> str:
    name, names = drifted.item_type(fault), listed(fault.attributes)
    same = [
        one
        for one in drifted.difference.faults
        if one.kind == "wrong value" and drifted.item_type(one) == name
    ]
    if drifted.key(fault) not in drifted.touched:
        if _others_touched(drifted, name):
            return (
                f"The call writes some items of type '{name}' only: {names} of the others in"
                f" '{fault.table}' stay as they were. Go through all of them with for_each."
            )
        return (
            f"Items of type '{name}' in '{fault.table}' hold {names} too, and nothing writes them: {len(same):,}"
            " here. Update the copies as well, or read the value from one place."
        )
    parts = list(drifted.writes(fault))
    before = drifted.before(fault)
    puts = [part for part in parts if part.operation == "PutItem"]
    if before is not None and fault.expected == before:
        unguarded = [part for part in parts if _CONDITION not in part.arguments]
        if unguarded:
            return (
                f"{unguarded[-1].operation} has no condition, and overwrites an item of type"
                f" '{name}' that is there already; by the change it stays as it was. Add"
                f" attribute_not_exists({drifted.table(fault).partition_key.name})."
            )
    lost = [
        attribute
        for attribute in fault.attributes
        if attribute in (fault.expected or {}) and attribute not in (fault.found or {})
    ]
    if lost and puts:
        where = "the item before had it" if before and lost[0] in before else "the facts have it"
        return (
            f"PutItem writes the whole item, without {listed(lost)}, though {where}. Put every"
            " attribute, or update only what changes."
        )
    kept = [
        attribute
        for attribute in fault.attributes
        if attribute not in (fault.expected or {}) and attribute in (fault.found or {})
    ]
    if kept:
        table = drifted.table(fault)
        sparse = [
            index.name
            for index in table.indexes
            if any(key.name in kept for key in index.key_attributes)
        ]
        stays = f", and the item stays in the index {listed(sparse)}" if sparse else ""
        return f"The write does not remove {listed(kept)}{stays}. Add REMOVE {', '.join(kept)}."
    if not parts:
        return f"A stream handler writes {names} of '{name}', and not what the facts imply."
    wrote = parts[-1].operation
    return f"{wrote} writes items of type '{name}', and leaves {names} other than the facts imply."


def _unexpected(drifted: Drifted, fault: RowFault) -> str:
    name = drifted.item_type(fault)
    of_type = f"of type '{name}' " if name else ""
    if drifted.before(fault) is not None:
        if drifted.key(fault) not in drifted.touched:
            if not re.search(r"\bdelete\b", drifted.tried.pattern.change or "", re.IGNORECASE):
                return (
                    f"The change takes an item {of_type}from '{fault.table}', and nothing deletes it."
                    " Delete it in the same transaction."
                )
            return (
                f"Items {of_type}in '{fault.table}' belong to what is deleted, and no request deletes"
                " them. Query and delete them as well."
            )
        return f"An item {of_type}should be gone after the change, and the call leaves it there."
    parts = list(drifted.writes(fault))
    if any(p.operation == "UpdateItem" and _CONDITION not in p.arguments for p in parts):
        key = drifted.table(fault).partition_key.name
        return (
            "UpdateItem makes an item where there is none: the facts have no such row to change."
            f" Add the condition attribute_exists({key})."
        )
    if not parts:
        return (
            f"A stream handler, or a request of PartiQL, writes an item {of_type}that the facts do"
            " not imply."
        )
    return (
        f"{parts[-1].operation} writes an item {of_type}that the change does not imply: its key is"
        " another one, or the change asks something that the request does not."
    )


def _others_touched(drifted: Drifted, name: str) -> bool:
    """Whether the call wrote other items of the same type."""
    for key in drifted.touched:
        table = drifted.scene.tables[key[0]]
        item = drifted.tried.attempt.now.get(key)
        if item is not None:
            found = ItemTypes(table).of_key(item)
            if found and found[0].item_type.name == name:
                return True
    return False


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth")
    return words[number - 1] if number <= len(words) else f"{number}th"


def _text(item: TypedItem | None, attribute: str) -> str:
    value = (item or {}).get(attribute)
    return str(next(iter(value.values()))) if isinstance(value, Mapping) else ""
