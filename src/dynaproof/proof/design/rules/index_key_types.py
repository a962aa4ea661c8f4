"""The types of index key attributes that requests write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.items.attribute_sql import AttributeTypeError, natural_type
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.attribute_value import TYPES
from dynaproof.model.diagnostic import Severity
from dynaproof.model.expressions.syntax_tree import Value
from dynaproof.model.template import Template, TemplateError
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Write, mapped
from dynaproof.proof.design.subject import Design


def index_key_types(design: Design) -> Iterator[Finding]:
    """A request writes an index key attribute of a type that the index does not take.

    DynamoDB refuses the write as a whole (ValidationException: type mismatch for index key),
    the item's own key being right or not. An attribute that is absent is fine: the item is then
    not in the index; NULL is a type of its own, and is refused.

    Right is a value of the type that the index declares, or leaving the attribute out.
    """
    for write in design.writes:
        owner = write.owner
        if isinstance(owner, AccessPattern) and owner.expect.fails is not None:
            continue  # meant to fail
        keys = {
            key.name: (key.type, index.name)
            for index in write.table.indexes
            for key in index.key_attributes
            if key not in write.table.key_attributes
        }
        for name, value, path in _written(write):
            if name not in keys:
                continue
            wanted, index = keys[name]
            type_ = _type_of(design, write, value)
            if type_ is not None and type_ != wanted:
                yield Finding(
                    f"'{name}' is written as {type_}, and it is the key of the index '{index}',"
                    f" which takes {wanted}",
                    path,
                    f"Write {wanted}, or leave the attribute out so that the item is not in the"
                    " index.",
                    write.about,
                    Severity.ERROR,
                )


def _written(write: Write) -> Iterator[tuple[str, object, tuple[str | int, ...]]]:
    for name, value in (write.item or {}).items():
        yield name, value, write.path("Item", name)
    if write.update is None:
        return
    values = mapped(write.arguments.get("ExpressionAttributeValues"))
    for action in write.update.sets:
        if isinstance(action.value, Value) and len(action.path.elements) == 1:
            name = str(action.path.elements[0])
            given = values.get(action.value.name)
            yield write.names.get(name, name), given, write.path("UpdateExpression")


def _type_of(design: Design, write: Write, value: object) -> str | None:
    """The DynamoDB type of a value; None where only a run tells."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "BOOL"
        case int() | float():
            return "N"
        case str():
            return _type_of_text(design, write, value)
        case list() | tuple():
            return "L"
        case Mapping() if len(value) == 1 and set(value) <= set(TYPES):
            return str(next(iter(value)))
        case Mapping():
            return "M"
    return None


def _type_of_text(design: Design, write: Write, text: str) -> str | None:
    try:
        template = Template.parse(text)
    except TemplateError:
        return None
    field = template.sole_field
    if field is None:
        return "S"
    if field.format:
        return "N" if field.format.startswith("epoch") else "S"
    kind = design.parameter_type(write.owner, field.name)
    if kind is None or kind == '"NULL"' or kind == "NULL":
        return None
    try:
        return natural_type(design.connection.type(kind))
    except AttributeTypeError:
        return None
