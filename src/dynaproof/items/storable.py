"""What keeps an item from being stored: keys that are absent, empty or long, and size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from dynaproof.capacity.item_size import item_bytes, value_bytes
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.model.table import (
    MAX_ITEM_BYTES,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    Table,
)

_MOST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Unstorable:
    """One reason why an item cannot be stored; ``attribute`` is empty if it is all of them."""

    code: Code
    attribute: str
    what: str
    hint: str


@dataclass(slots=True)
class Faults:
    """Reasons gathered by item type, so that each is said once, with an example."""

    definition: Definition
    _found: dict[tuple[str, str, Unstorable], list[str]] = field(default_factory=dict)

    def add(self, table: Table, item_type: str, reason: Unstorable, example: object) -> None:
        """One item at fault; ``example`` is shown if it is the first."""
        shown = orjson.dumps(example, default=repr).decode()[:_MOST_SHOWN]
        self._found.setdefault((table.name, item_type, reason), []).append(shown)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found, each with its place in the definition."""
        return tuple(
            Diagnostic(
                reason.code,
                f"{len(examples):,} item(s) of type '{item_type}' {reason.what};"
                f" for example {examples[0]}",
                self.definition.source.place(*self._path(table, item_type, reason.attribute)),
                reason.hint,
            )
            for (table, item_type, reason), examples in self._found.items()
        )

    def _path(self, table: str, item_type: str, attribute: str) -> Path:
        path: Path = ("tables", table, "items", item_type)
        found = self.definition.table(table)
        if not attribute or found is None:
            return path
        part = "key" if attribute in {key.name for key in found.key_attributes} else "attributes"
        return (*path, part, attribute)


def unstorable(table: Table, item: Mapping[str, object]) -> Iterator[Unstorable]:
    """Why DynamoDB would refuse an item of typed attribute values (B as base64), if it would."""
    partition = {table.partition_key.name} | {
        key.name for index in table.indexes for key in index.partition_key
    }
    primary = {key.name for key in table.key_attributes}
    for name in table.attribute_types:
        if name not in item:
            if name in primary:
                yield Unstorable(
                    Code.KEY_MISSING,
                    name,
                    f"have no '{name}', which is part of the key",
                    "Make the view leave such rows out, or give the column a value.",
                )
            continue
        size = value_bytes(item[name])
        most = MAX_PARTITION_KEY_BYTES if name in partition else MAX_SORT_KEY_BYTES
        if size == 0:
            yield Unstorable(
                Code.KEY_MISSING,
                name,
                f"have an empty '{name}', which is part of a key",
                "A key attribute cannot be empty; NULL leaves an item out of an index.",
            )
        elif size > min(most, _sort_key_limit(table, name)):
            yield Unstorable(
                Code.KEY_TOO_LONG,
                name,
                f"have a '{name}' of more bytes than a key may have",
                "Key on something shorter, such as an identifier or a hash.",
            )
    # The JSON of an item is never shorter than its size: most items need no exact one.
    if len(orjson.dumps(item)) > MAX_ITEM_BYTES and item_bytes(item) > MAX_ITEM_BYTES:
        yield Unstorable(
            Code.ITEM_TOO_LARGE,
            "",
            f"are larger than 400 KB ({MAX_ITEM_BYTES:,} bytes)",
            "Split the item, or keep the large value in S3 and its address here.",
        )


def no_value(reason: str) -> Unstorable:
    """The reason for a value that DynamoDB has not."""
    if "number" not in reason:
        return Unstorable(
            Code.ATTRIBUTE_TYPE, "", f"hold what DynamoDB cannot store ({reason})", ""
        )
    hint = "Up to 38 digits, magnitude 1E-130 to 9.99E+125, no NaN and no infinity."
    return Unstorable(
        Code.NUMBER_RANGE, "", f"hold a number that DynamoDB cannot store ({reason})", hint
    )


def _sort_key_limit(table: Table, name: str) -> int:
    sort = {key.name for index in table.indexes for key in index.sort_key}
    sort |= {table.sort_key.name} if table.sort_key else set()
    return MAX_SORT_KEY_BYTES if name in sort else MAX_PARTITION_KEY_BYTES
