"""Numbers inside of sort keys that are text."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.facts import kinds
from dynaproof.items.attribute_sql import NUMBERS
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Read, template_of
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design
from dynaproof.proof.design.time_order import asks_for_order, part_at

_NUMBER_KINDS = frozenset({"integer", "decimal", "sequence"})


def unpadded_numbers(design: Design) -> Iterator[Finding]:
    """A number stands unpadded in a sort key that is text, and the sort key is read in order.

    Sort keys of type S are ordered byte by byte: ``ORDER#10`` comes before ``ORDER#9``, a range
    between two numbers holds others too, and what begins with ``ORDER#1`` is also ``ORDER#10``.
    A width that the number can outgrow, and a sign, break the order just so.

    Right is to pad with zeros to a width that holds for good (``${number:08d}``), or a sort key
    of type N that is the number alone. A key that is only asked for as a whole needs neither.
    """
    for stored in design.types:
        for name, index in design.ordering_attributes(stored):
            template = stored.template(name)
            if not isinstance(template, Template) or stored.table.attribute_types[name] != "S":
                continue
            for position, field in enumerate(template.parts):
                if not isinstance(field, Field):
                    continue
                problem = _problem(design, stored, field)
                if problem and any(
                    _needs_order(design, stored, read, name, template, position, field)
                    for read in design.queries_of(stored, index)
                ):
                    yield Finding(
                        f"{problem} in the sort key '{name}', which is text",
                        stored.attribute_path(name),
                        f"Pad it to a width that holds for good, as ${{{field.name}:09d}}, or"
                        " use a sort key of type N: text has 10 before 9.",
                        (stored.path, *_about(stored)),
                    )


def _about(stored: StoredType) -> tuple[tuple[str | int, ...], ...]:
    return (("tables", stored.table.name),)


def _problem(design: Design, stored: StoredType, field: Field) -> str:
    kind = stored.type_of(field)
    if kind is None or "%" in field.format:
        return ""
    column = stored.column(field)
    generator = design.facts.generator(column) if column else None
    as_text = kind.id == "varchar" and generator is not None and generator.kind in _NUMBER_KINDS
    if kind.id not in NUMBERS and not as_text:
        return ""
    if not field.format:
        return f"the number '{field.name}' stands unpadded"
    if not field.format.startswith("0"):
        return ""  # padded with spaces: they sort before digits
    width = int(field.format[:-1])
    if generator is None:
        return ""
    if generator.kind == "integer":
        least, most = kinds.whole(generator, "min"), kinds.whole(generator, "max")
        if least < 0:
            return f"'{field.name}' may be negative"
        if most >= 10**width:
            return f"'{field.name}' may be as large as {most}, wider than its padding,"
    if generator.kind == "sequence" and kinds.whole(generator, "start") >= 10**width:
        return (
            f"'{field.name}' starts at {kinds.whole(generator, 'start')}, wider than its padding,"
        )
    return ""


def _needs_order(
    design: Design,
    stored: StoredType,
    read: Read,
    name: str,
    template: Template,
    position: int,
    field: Field,
) -> bool:
    first = all(isinstance(part, str) for part in template.parts[:position])
    test = read.test(name)
    if test is not None and test.operator == "=":
        return False
    if test is not None:
        for value in test.values:
            asked = template_of(value)
            if asked is not None and part_at(asked, template, position):
                return True
    ordered = asks_for_order(design, read, stored.column(field))
    return ordered if ordered is not None else first and _in_order(read)


def _in_order(read: Read) -> bool:
    return read.limit is not None or "ScanIndexForward" in read.request.arguments
