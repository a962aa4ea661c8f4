"""One key, written in different formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.items.attribute_sql import NUMBERS
from dynaproof.items.template_sql import INSTANTS, WITH_TIME_ZONE
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Owner, Read, Write, template_of
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design


def mixed_formats(design: Design) -> Iterator[Finding]:
    """A request writes, or asks for, a key in another format than the item type has it.

    ``${now:iso-s}`` beside ``${sent_at:iso}``: of 12:00:00Z and 12:00:00.500Z the later one sorts
    first, as Z comes after the full stop; and 12:00:00Z is never the same as 12:00:00.000Z, so
    that a get by key finds nothing. Numbers padded to different widths are no better.

    Right is one format for a key, in the item type and in all requests.
    """
    for event in (event for flow in design.flows for event in flow.events):
        for name, value, path in _keys_of(event):
            for stored in _candidates(design, event):
                template, asked = stored.template(name), template_of(value)
                if not isinstance(template, Template) or asked is None:
                    continue
                mixed = _mixed(design, event.owner, stored, template, asked)
                if mixed:
                    yield Finding(
                        f"'{name}' is {mixed[0]} here, and {mixed[1]} in the item type"
                        f" '{stored.item.name}'",
                        path,
                        "Use one format for a key: text in two formats has no common order, and"
                        " is never equal.",
                        (*event.about, stored.path),
                    )
                    break


def _keys_of(event: Read | Write) -> Iterator[tuple[str, object, tuple[str | int, ...]]]:
    if isinstance(event, Write):
        names = {key.name for index in event.table.indexes for key in index.key_attributes}
        for name, value in {**event.key, **_among(event.item, names)}.items():
            yield name, value, event.path("Item" if event.item is not None else "Key", name)
        return
    for number, key in enumerate(event.keys):
        for name, value in key.items():
            inner = ("Keys", number, name) if "Keys" in event.arguments else ("Key", name)
            yield name, value, event.path(*inner)
    for test in event.tests:
        for value in test.values if test.operator == "=" else ():
            where = "KeyConditionExpression"
            yield test.attribute, value, event.path(*([where] if where in event.arguments else []))


def _among(item: Mapping[str, object] | None, names: set[str]) -> dict[str, object]:
    return {name: value for name, value in (item or {}).items() if name in names}


def _candidates(design: Design, event: Read | Write) -> list[StoredType]:
    """The item types whose keys stand so, formats aside."""
    stored = design.types_of(event.table)
    if isinstance(event, Read) and event.index is not None:
        index = event.index
        stored = [one for one in stored if one.in_index(index)]
    keys = event.key if isinstance(event, Write) else {}
    return [one for one in stored if all(_fits(one, n, v) for n, v in keys.items())]


def _fits(stored: StoredType, name: str, value: object) -> bool:
    template, asked = stored.template(name), template_of(value)
    return not isinstance(template, Template) or asked is None or _aligned(template, asked)


def _aligned(template: Template, asked: Template) -> bool:
    return len(template.parts) == len(asked.parts) and all(
        type(one) is type(other) and (isinstance(one, Field) or one == other)
        for one, other in zip(template.parts, asked.parts, strict=True)
    )


def _mixed(
    design: Design, owner: Owner, stored: StoredType, template: Template, asked: Template
) -> tuple[str, str] | None:
    if not _aligned(template, asked):
        return None
    for mine, theirs in zip(template.parts, asked.parts, strict=True):
        if not isinstance(mine, Field) or not isinstance(theirs, Field):
            continue
        kind = stored.type_of(mine)
        type_ = design.parameter_type(owner, theirs.name)
        if kind is None or type_ is None:
            continue
        sole = template.sole_field is not None
        formats = (
            _format(theirs.format, type_.lower(), sole=sole),
            _format(mine.format, kind.id, sole=sole),
        )
        if formats[0] and formats[1] and formats[0] != formats[1]:
            return f"written as {theirs}", f"as {mine}"
    return None


def _format(format_: str, kind: str, *, sole: bool) -> str:
    """The format in which a value stands; empty where it is of no matter or not known."""
    kind = kind.partition("(")[0]
    if kind in INSTANTS | {WITH_TIME_ZONE}:
        return format_ or ("%Y-%m-%d" if kind == "date" else "iso")
    if kind in NUMBERS:
        return format_ or ("" if sole else "unpadded")
    return ""
