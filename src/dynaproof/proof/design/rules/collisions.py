"""Keys that different facts can share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from dynaproof.facts import kinds
from dynaproof.model.template import Field, Template
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.key_language import Atoms, atoms_of, can_be_equal, has_fixed_length
from dynaproof.proof.design.requests import paths_of
from dynaproof.proof.design.select_tree import Column, nodes
from dynaproof.proof.design.stored_types import StoredType
from dynaproof.proof.design.subject import Design

_MOST_ALTERNATIVES = 64


def colliding_keys(design: Design) -> Iterator[Finding]:
    """Items of different facts can have the same key.

    DynamoDB has one item for each key: a put of the second overwrites the first, and nobody is
    told. Three ways are found:

    - two item types whose templates can become the same text, as ``USER#${id}`` and
      ``USER#${name}``, both with the sort key ``PROFILE``;
    - two values side by side that can be divided in two ways, as ``${first}#${last}`` where
      either may hold a ``#``, and ``${a}${b}`` of numbers;
    - a key of values that several rows may share, as a time alone: two messages may be sent at
      one instant.

    Right is a prefix for each item type, a delimiter that the values cannot hold (a UUID, a
    number, a time beside it is enough), and in the key what makes the row unique:
    ``${sent_at:iso}#${uuid}``.
    """
    for table in design.definition.tables:
        stored = design.types_of(table)
        for one, other in combinations(stored, 2):
            if _can_collide(design, one, other):
                yield Finding(
                    f"items of the types '{one.item.name}' and '{other.item.name}' can have the"
                    " same key",
                    (*other.path, "key"),
                    "Begin the keys of each item type with a text of its own.",
                    (one.path, other.path, *paths_of(table)),
                )
        for one in stored:
            yield from _within(design, one)


def _within(design: Design, stored: StoredType) -> Iterator[Finding]:
    about = (stored.path, *paths_of(stored.table))
    for attribute in stored.item.key:
        if not isinstance(attribute.template, Template):
            continue
        pair = _ambiguous(design, stored, attribute.template)
        if pair is not None and not _settled_elsewhere(design, stored, pair):
            yield Finding(
                f"'{pair[0].name}' and '{pair[1].name}' can be divided in two ways: different"
                " rows can have the same key",
                stored.attribute_path(attribute.name),
                "Put a text between them that neither can hold, or a value of fixed form such"
                " as a UUID.",
                about,
            )
    fields = _fields(stored)
    if fields is None or design.facts.are_unique_together(fields):
        return
    if _many_rows_share(design, stored, fields):
        names = ", ".join(f"'{column.attribute}'" for column in fields)
        yield Finding(
            f"rows of '{stored.item.name}' can agree on {names}, all that the key is made of",
            (*stored.path, "key"),
            "Add what makes a row unique, such as its UUID, to the end of the key.",
            about,
        )


def _fields(stored: StoredType) -> dict[Column, str] | None:
    """The columns of the first entity that the key is made of; None if there is anything else."""
    if stored.select is None or stored.select.reshaped:
        return None
    found: dict[Column, str] = {}
    for attribute in stored.item.key:
        if not isinstance(attribute.template, Template):
            return None
        for part in attribute.template.parts:
            if not isinstance(part, Field):
                continue
            column = stored.column(part)
            if column is None or column.entity != stored.select.first_entity:
                return None
            kept = found.get(column)
            found[column] = part.format if kept is None else max(kept, part.format, key=_finest)
    return found


def _settled_elsewhere(design: Design, stored: StoredType, pair: tuple[Field, Field]) -> bool:
    """Whether another value of the key is of one row alone."""
    entity = stored.select.first_entity if stored.select else None
    for attribute in stored.item.key:
        parts = attribute.template.parts if isinstance(attribute.template, Template) else ()
        for part in parts:
            if isinstance(part, Field) and part not in pair:
                column = stored.column(part)
                if column is None or (
                    column.entity == entity and design.facts.is_unique(column, part.format)
                ):
                    return True
    return False


def _finest(format_: str) -> tuple[int, str]:
    order = ("iso-us", "", "iso", "epoch-ms", "iso-s", "epoch")
    return (-order.index(format_) if format_ in order else -len(order), format_)


def _many_rows_share(design: Design, stored: StoredType, fields: dict[Column, str]) -> bool:
    select = stored.select
    if select is None or select.filtered or _aggregates(stored):
        return False
    entity = design.facts.entities.get(select.first_entity or "")
    if entity is None or entity.dataset is not None or entity.rows == 1:
        return False
    if list(select.sources.values()).count(select.first_entity or "") > 1:
        return False
    # Rows without a value have no item: the others might all differ.
    return not any(design.facts.may_be_absent(column) for column in fields)


def _aggregates(stored: StoredType) -> bool:
    # A window function or an aggregate without GROUP BY: the rows are not those of the entity.
    outputs = stored.select.outputs.values() if stored.select else ()
    plain = {"COLUMN_REF", "OPERATOR_CAST", "VALUE_CONSTANT"}
    return any(
        node.get("type") == "WINDOW" or str(node.get("function_name")) in _AGGREGATES
        for output in outputs
        if output.get("type") not in plain
        for node in nodes(output)
    )


_AGGREGATES = frozenset({
    "count", "count_star", "sum", "min", "max", "avg", "first", "last", "any_value", "arg_max",
    "arg_min", "max_by", "min_by", "list", "array_agg", "string_agg", "group_concat", "bool_and",
    "bool_or", "median", "mode",
})  # fmt: skip


def _ambiguous(
    design: Design, stored: StoredType, template: Template
) -> tuple[Field, Field] | None:
    parts = template.parts
    for position, left in enumerate(parts):
        if not isinstance(left, Field) or position + 1 >= len(parts):
            continue
        between, rest = "", parts[position + 1 :]
        if isinstance(rest[0], str):
            between, rest = rest[0], rest[1:]
        if not rest or not isinstance(rest[0], Field) or rest[0].name == left.name:
            continue
        right = rest[0]
        one, other = (_known(design, stored, field) for field in (left, right))
        if one is None or other is None or has_fixed_length(one) or has_fixed_length(other):
            continue
        if _may_hold(one, between) and _may_hold(other, between) and _alike(one, other):
            return left, right
    return None


def _known(design: Design, stored: StoredType, field: Field) -> Atoms | None:
    column = stored.column(field)
    if column is None:
        return None
    generator = design.facts.generator(column)
    if field.format or generator is None or generator.kind in ("choice", "boolean"):
        return ()  # of a form of its own, or of few values: taken to be safe
    return design.facts.atoms(column)


def _may_hold(atoms: Atoms, text: str) -> bool:
    return all(
        any(atom.characters is None or character in atom.characters for atom in atoms if atom.many)
        for character in text
    )


def _alike(one: Atoms, other: Atoms) -> bool:
    return any(a.meets(b) for a in one for b in other if a.many and b.many)


def _can_collide(design: Design, one: StoredType, other: StoredType) -> bool:
    if _one_source(one, other):
        return False
    for key in one.table.key_attributes:
        mine, theirs = (_alternatives(design, stored, key.name) for stored in (one, other))
        if mine is None or theirs is None:
            return False
        if not any(can_be_equal(a, b) for a, b in product(mine, theirs)):
            return False
    return True


def _one_source(one: StoredType, other: StoredType) -> bool:
    """Whether both are of one entity's rows, of which each may have some."""
    sources = [s.select.first_entity if s.select else None for s in (one, other)]
    if sources[0] != sources[1]:
        return False
    return any(s.select is None or s.select.filtered or s.select.reshaped for s in (one, other))


def _alternatives(design: Design, stored: StoredType, name: str) -> list[Atoms] | None:
    """What a key attribute can be, one for each choice of values; None where it is not known."""
    template = stored.template(name)
    if not isinstance(template, Template):
        return None
    options: list[Sequence[str | Field]] = []
    for part in template.parts:
        column = stored.column(part) if isinstance(part, Field) else None
        generator = design.facts.generator(column) if column else None
        if isinstance(part, Field) and generator is None:
            return None
        if generator is not None and generator.kind == "choice":
            options.append([str(value) for value in kinds.values(generator, "values")])
        else:
            options.append([part])
    count = 1
    for option in options:
        count *= len(option)
    if count > _MOST_ALTERNATIVES:
        return None
    found: list[Atoms] = []
    for chosen in product(*options):
        atoms: list[Atoms] = []
        for part in chosen:
            made = (
                atoms_of(Template((part,)), lambda _: ())
                if isinstance(part, str)
                else design.facts.atoms(stored.column(part), part.format)
            )
            if made is None:
                return None
            atoms.append(made)
        found.append(tuple(atom for made in atoms for atom in made))
    return found
