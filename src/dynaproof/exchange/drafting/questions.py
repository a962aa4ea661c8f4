"""SQL over the facts of made item types: what a read of their items should answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dynaproof.exchange.drafting.made import MadeItemType, StoredAttribute
from dynaproof.exchange.drafting.names import sql
from dynaproof.facts.quoting import quoted_text
from dynaproof.model.template import Field, Template

_INSTANT = {"": "%Y-%m-%dT%H:%M:%S.%gZ", "iso": "%Y-%m-%dT%H:%M:%S.%gZ"} | {
    "iso-s": "%Y-%m-%dT%H:%M:%SZ",
    "iso-us": "%Y-%m-%dT%H:%M:%S.%fZ",
}
_NO_SQL = frozenset({"numeral", "numerals", "json"})
_NUMBERS = frozenset({"integer", "number"})
_LARGEST_EXACT = 2**53
_MOST_TYPES = 40
"""Item types of one question: beyond that it is no longer read, and long to check."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The items of a type that a read is to find: ``where`` are conditions, all of which hold."""

    item_type: MadeItemType
    where: tuple[str, ...] = ()


def question(rows: Sequence[Rows], names: Iterable[str] | None = None) -> str | None:
    """The question whose rows are these items; None where no attribute has a form in SQL.

    ``names`` are the attributes that are read, None: all. Attributes that have no plain form in
    one of the types, or different ones, are left out.
    """
    if len(rows) > _MOST_TYPES:
        return None
    asked = None if names is None else set(names)
    every = dict.fromkeys(one.name for part in rows for one in part.item_type.attributes)
    kept = [n for n in every if (asked is None or n in asked) and _has_one_form(n, rows)]
    # Columns of SQL are told apart by their letters, whatever their case.
    kept = list({name.casefold(): name for name in reversed(kept)}.values())[::-1]
    if not kept:
        return None
    return "\nUNION ALL BY NAME\n".join(select(part, kept) for part in rows)


def select(rows: Rows, names: Sequence[str]) -> str:
    """A SELECT of some attributes of the items, of those that the type has."""
    made = rows.item_type
    columns: list[str] = []
    for name in names:
        attribute = made.attribute(name)
        expression = None if attribute is None else expression_of(attribute, made)
        if expression is not None:
            columns.append(
                expression if expression == sql(name) else f"{expression} AS {sql(name)}"
            )
    columns = columns or [f"NULL AS {sql(names[0])}"]
    conditions = " AND ".join(dict.fromkeys(rows.where))
    where = f"\nWHERE {conditions}" if conditions else ""
    return "\n".join(_wrapped(columns)) + f"\nFROM {sql(made.entity)}{where}"


def expression_of(attribute: StoredAttribute, made: MadeItemType) -> str | None:
    """The SQL of an attribute as a question's column; None where it has no plain form."""
    kind = form_of(attribute, made)
    if kind is None:
        return None
    sole = attribute.template.sole_field
    if sole is None or sole.format or attribute.type == "S":
        return template_text(attribute.template, made)
    if kind == "base64":
        return f"from_base64({sql(sole.name)})"
    return sql(sole.name)


def form_of(attribute: StoredAttribute, made: MadeItemType) -> str | None:
    """What the attribute is in SQL, as the kinds of columns; None where it has no plain form."""
    sole = attribute.template.sole_field
    if sole is None:
        return "text"
    kind = made.column(sole.name).kind
    if kind in _NO_SQL:
        return None
    if sole.format:
        return "integer" if sole.format.startswith("epoch") else "text"
    return "text" if attribute.type == "S" else kind


def template_text(template: Template, made: MadeItemType) -> str:
    """A template filled from the columns of an item type, as SQL."""
    parts = [
        quoted_text(part)
        if isinstance(part, str)
        else _field_text(part, made.column(part.name).kind)
        for part in template.parts
    ]
    return " || ".join(parts or ["''"])


def parameter_text(template: Template, kinds: Mapping[str, str]) -> str:
    """A template filled from parameters, as SQL; ``kinds`` are those of their columns."""
    parts = [
        quoted_text(part)
        if isinstance(part, str)
        else _field_text(part, kinds.get(part.name, "text"), f"${part.name}")
        for part in template.parts
    ]
    return " || ".join(parts or ["''"])


def same_key(
    template: Template, made: MadeItemType, asked: Template, kinds: Mapping[str, str]
) -> str | None:
    """The condition that a key of an item type is the one asked for: '' always, None never.

    ``asked`` is filled from parameters, whose kinds are given.
    """
    if not template.names and not asked.names:
        return "" if str(template) == str(asked) else None
    if not _may_be_equal(template, asked) or not _has_one_like(template, made, asked):
        return None
    if shape_of(template) == shape_of(asked):
        pairs = zip(_fields(template), _fields(asked), strict=True)
        same = [_same_field(own, other, made, kinds) for own, other in pairs]
        if all(same) and _is_told_apart(template):
            return " AND ".join(dict.fromkeys(one for one in same if one))
    fields = _fields(template)
    if (
        not asked.names
        and len(fields) == 1
        and template.names
        and made.column(fields[0].name).kind == "text"
    ):
        found = template.match(asked.prefix)
        return f"{sql(fields[0].name)} = {quoted_text(found[fields[0].name])}" if found else None
    return f"{template_text(template, made)} = {parameter_text(asked, kinds)}"


def begins_with(template: Template, made: MadeItemType, prefix: str) -> str | None:
    """The condition that a key begins with a fixed text: '' always, None never."""
    if template.prefix.startswith(prefix):
        return ""
    if not template.names or not prefix.startswith(template.prefix):
        return None
    return f"starts_with({template_text(template, made)}, {quoted_text(prefix)})"


def is_present(made: MadeItemType, keys: Sequence[str], where: Sequence[str]) -> Iterator[str]:
    """Conditions that an item is in an index of these keys, where it may lack one of them."""
    for name in keys:
        stored = made.attribute(name)
        for column in stored.template.names if stored else ():
            known = any(one.startswith(f"{sql(column)} = ") for one in where)
            if made.column(column).nullable and not known:
                yield f"{sql(column)} IS NOT NULL"


def shape_of(template: Template) -> tuple[str | tuple[str], ...]:
    """What two templates share that differ in the names of their fields only."""
    return tuple(part if isinstance(part, str) else (part.format,) for part in template.parts)


def _same_field(
    own: Field, asked: Field, made: MadeItemType, kinds: Mapping[str, str]
) -> str | None:
    kind, other = made.column(own.name).kind, kinds.get(asked.name, "text")
    if own.format or kind in ("timestamp", "date"):
        return None  # instants that differ may be written alike
    if kind != other and not {kind, other} <= _NUMBERS:
        return None
    if kind == "base64":  # the parameter is bytes: a request cannot say base64
        return f"from_base64({sql(own.name)}) = ${asked.name}"
    return f"{sql(own.name)} = ${asked.name}"


def _is_told_apart(template: Template) -> bool:
    """Whether fixed text stands between any two fields."""
    parts = template.parts
    return all(isinstance(one, str) or isinstance(other, str) for one, other in pairwise(parts))


def _has_one_like(template: Template, made: MadeItemType, asked: Template) -> bool:
    """Whether some sample row's key could be one that is asked for, where there are samples."""
    if made.rows is None or shape_of(template) == shape_of(asked):
        return True
    columns = {column.name: None for column in made.columns}
    keys = (template.fill({**columns, **row}) for row in made.rows)
    return any(key is not None and asked.match(str(key)) is not None for key in keys)


def _may_be_equal(one: Template, other: Template) -> bool:
    begin, other_begin = one.prefix, other.prefix
    if not begin.startswith(other_begin) and not other_begin.startswith(begin):
        return False
    if not one.names and not begin.startswith(other_begin):
        return False
    if not other.names and not other_begin.startswith(begin):
        return False
    end, other_end = _suffix(one), _suffix(other)
    return end.endswith(other_end) or other_end.endswith(end)


def _suffix(template: Template) -> str:
    last = template.parts[-1] if template.parts else ""
    return last if isinstance(last, str) else ""


def _fields(template: Template) -> list[Field]:
    return [part for part in template.parts if isinstance(part, Field)]


def _field_text(field: Field, kind: str, name: str | None = None) -> str:
    value = sql(field.name) if name is None else name
    if kind in ("timestamp", "date"):
        known = kind == "timestamp" and name is None
        instant = value if known else f"CAST({value} AS TIMESTAMP)"
        match field.format:
            case "epoch":
                return f"CAST(floor(epoch_us({instant}) / 1000000) AS BIGINT)"
            case "epoch-ms":
                return f"CAST(floor(epoch_us({instant}) / 1000) AS BIGINT)"
            case "" if kind == "date":
                return f"CAST({value} AS VARCHAR)"
        return f"strftime({instant}, {quoted_text(_INSTANT.get(field.format, field.format))})"
    if field.format.endswith("d") and "%" not in field.format:
        return f"format('{{:{field.format}}}', {value})"
    if kind == "base64" and name is None:
        return value
    return value if kind == "text" else f"CAST({value} AS VARCHAR)"


def _has_one_form(name: str, rows: Sequence[Rows]) -> bool:
    forms: set[str | None] = set()
    whole = True
    for part in rows:
        attribute = part.item_type.attribute(name)
        if attribute is None:
            continue
        forms.add(form_of(attribute, part.item_type))
        whole = whole and _is_exact(attribute, part.item_type)
    return None not in forms and (len(forms) == 1 or (forms <= _NUMBERS and whole))


def _is_exact(attribute: StoredAttribute, made: MadeItemType) -> bool:
    """Whether whole numbers stay what they are as doubles."""
    sole = attribute.template.sole_field
    values = [row.get(sole.name) for row in made.rows or ()] if sole else []
    return all(not isinstance(one, int) or abs(one) <= _LARGEST_EXACT for one in values)


def _wrapped(columns: Sequence[str], width: int = 84) -> list[str]:
    lines, line = list[str](), "SELECT"
    for position, column in enumerate(columns):
        piece = column + ("," if position < len(columns) - 1 else "")
        if len(line) + 1 + len(piece) > width and line != "SELECT":
            lines.append(line)
            line = piece
        else:
            line += f" {piece}"
    return [*lines, line]
