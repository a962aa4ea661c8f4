"""Rows that the conditions of a request leave out, or let through, against the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dynaproof.model.expressions.key_condition import KeyTest
from dynaproof.model.expressions.syntax_tree import Path, operands_of
from dynaproof.model.template import Template, TemplateError
from dynaproof.proof.differences import Difference, TypedItem
from dynaproof.proof.search.causes.bounds import BEHIND_ALL, at, goes_on_behind, taken_with, text_of
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.reading import Items, Reading
from dynaproof.proof.search.causes.said import listed, quoted

_INCLUSIVE = {">": ">=", "<": "<="}


def cause_of_extra_rows(reading: Reading) -> Cause | None:
    """Rows that the question does not have: a bound that is inclusive, an absent attribute."""
    code = reading.difference.code
    items = reading.turned(reading.filtered(reading.in_range(reading.collection)))
    wrong = reading.wrong(items)
    extra = _extra(wrong)
    if not extra:
        return None
    for test in reading.sort_tests:
        for position in reversed(range(len(test.values))):
            at_bound = [item for item in items if at(reading, test, position, item)]
            kept = [item for item in items if item not in at_bound]
            if at_bound and reading.right(reading.cut(kept)):
                return code, taken_with(reading, test, position)
    for name in _filtered_names(reading):
        kept = [item for item in items if name in item]
        if len(kept) < len(items) and reading.right(reading.cut(kept)):
            return (
                code,
                (
                    f"The rows that are too much are those without '{name}'. A comparison with <> is"
                    f" true for an absent attribute: add attribute_exists({name})."
                ),
            )
    rest = [item for item in items if item not in extra]
    types = {_type(reading, item) for item in extra}
    if None not in types and types.isdisjoint(_type(reading, item) for item in rest):
        named = sorted(str(one) for one in types)
        if rest or _under_alike_keys(reading, set(named)):
            where = f"the index '{reading.index.name}'" if reading.index else "the table"
            return (
                code,
                (
                    f"Items of type {listed(named)} are in {where} under the same key, and nothing in the"
                    " request keeps them out. Give each item type its own prefix or attribute."
                ),
            )
    unused = _unused_parameters(reading)
    if unused:
        return (
            code,
            (
                f"The question goes by {listed('$' + name for name in unused)}, and nothing in the"
                " request does."
            ),
        )
    return None


def cause_of_missing_rows(reading: Reading) -> Cause | None:
    """Rows that a condition leaves out; conditions are taken away one after the other."""
    code, missing = reading.difference.code, _missing(reading.difference)
    if not missing and not reading.counts:
        return None
    unfiltered = reading.in_range(reading.collection)
    if reading.filter is not None and _found_again(reading, unfiltered):
        return code, _filtered_out(reading, unfiltered)
    for test in reading.sort_tests:
        others = [one for one in reading.sort_tests if one is not test]
        wider = [
            item
            for item in reading.filtered(reading.collection)
            if all(reading.holds(one, item) for one in others)
        ]
        if _found_again(reading, wider):
            return code, _out_of_range(reading, test, wider)
    if reading.made.ask.operation == "Query" and _found_again(reading, reading.everything):
        return code, _another_partition(reading)
    if reading.index is not None and _found_again(reading, reading.in_table):
        return code, _not_in_index(reading)
    return None


def cause_of_absent_attributes(reading: Reading) -> Cause | None:
    """Attributes that the request does not ask for, or the index does not hold."""
    code = reading.difference.code
    if reading.counts:
        return None
    if "ProjectionExpression" in reading.arguments and reading.right(reading.limited):
        names = _lacking(reading, reading.made.answered.items, reading.limited)
        return code, f"The projection expression does not ask for {listed(names)}."
    if reading.index is None:
        return None
    keys = [key.name for key in reading.table.key_attributes]
    by_key = {repr([item[key] for key in keys]): item for item in reading.in_table}
    whole = [by_key[repr([item[key] for key in keys])] for item in reading.limited]
    if whole == reading.limited or not reading.right(whole):
        return None
    names = _lacking(reading, reading.limited, whole)
    return (
        code,
        (
            f"The items have {listed(names)}, and the index '{reading.index.name}' does not hold it."
            " Add it to the projection, or read the items from the table."
        ),
    )


def _lacking(reading: Reading, items: Items, whole: Items) -> list[str]:
    """Columns of the question that no item has, and whole items do."""
    there = {name for item in items for name in item}
    asked = dict.fromkeys(name for row in reading.scene.asked(reading.tried) for name in row)
    known = {name for item in whole for name in item}
    return [name for name in asked if name not in there and name in known]


def _filtered_out(reading: Reading, items: Items) -> str:
    again = [item for item in items if item not in reading.filtered(items)]
    said = f"The filter ({reading.filter_said}) drops"
    given = [value["S"] for value in reading.values.values() if "S" in value]
    for name in _filtered_names(reading):
        if again and all(name not in item for item in again):
            return f"{said} rows without '{name}', which the question has."
        for text in (text_of(item, name) for item in again):
            if any(text != one and text.casefold() == str(one).casefold() for one in given):
                return f"{said} {quoted(text)}: it differs in case only. Store it in one case."
    return f"{said} rows that the question has."


def _out_of_range(reading: Reading, test: KeyTest, wider: Items) -> str:
    values = [reading.value(test, position) for position in range(len(test.values))]
    said = f"{test.attribute} {test.operator} {' and '.join(map(quoted, values))}"
    outside = [item for item in wider if not reading.holds(test, item)]
    first = text_of(outside[0], test.attribute) if outside else ""
    fixed = _is_fixed(reading, values)
    if fixed:
        return (
            f"The key condition ({said}) is the same for every call, and facts may lie outside:"
            f" {quoted(first)} is left out. Take the bound from a parameter, or leave it out."
        )
    for item in outside:
        text = text_of(item, test.attribute)
        texts = [value for value in values if isinstance(value, str)]
        alike = [v for v in texts if v and text.casefold().startswith(v.casefold())]
        if any(not text.startswith(value) for value in alike):
            return f"The key condition ({said}) leaves out {quoted(text)}: it differs in case only."
        if test.operator in _INCLUSIVE and any(text == str(value) for value in values):
            return (
                f"The key condition ({said}) leaves out the bound itself, which the question has:"
                f" use {_INCLUSIVE[test.operator]}."
            )
        if goes_on_behind(test, texts, text):
            return (
                f"The key condition ({said}) leaves out {quoted(text)}: it goes on behind the bound,"
                f" and what is longer comes after. {BEHIND_ALL}"
            )
    return f"The key condition ({said}) leaves out {quoted(first)}, which the question has."


def _is_fixed(reading: Reading, values: Sequence[object]) -> bool:
    """Whether values of a request stand in the definition as they are."""
    texts = {
        text for request in reading.tried.pattern.requests for text in _texts(request.arguments)
    }
    return all(str(value) in texts for value in values)


def _another_partition(reading: Reading) -> str:
    for key in reading.partition_key:
        test = next((one for one in reading.tests if one.attribute == key.name), None)
        asked = reading.value(test) if test is not None else None
        if not isinstance(asked, str):
            continue
        for item in reading.everything:
            text = text_of(item, key.name)
            if text != asked and text.casefold() == asked.casefold():
                return (
                    f"'{key.name}' = {quoted(asked)} does not find {quoted(text)}, which differs in"
                    " case only. Hold it in one case in the key, and as written beside it."
                )
    names = listed(key.name for key in reading.partition_key)
    where = f"the index '{reading.index.name}'" if reading.index else "the table"
    return (
        f"The rows are in {where} under another {names} than the request asks for: one Query reads"
        " one partition key."
    )


def _not_in_index(reading: Reading) -> str:
    assert reading.index is not None  # noqa: S101  # asked for an index only
    there = [item for item in reading.in_table if item not in reading.everything]
    absent = [
        key.name for key in reading.index.key_attributes if any(key.name not in i for i in there)
    ]
    return (
        f"The index '{reading.index.name}' holds no item without {listed(absent, 'or')}, and the"
        " question has such rows. Give them a value for it, or read the table."
    )


def _found_again(reading: Reading, items: Items) -> bool:
    """Whether an answer with more items lacks nothing of the question."""
    wrong = reading.wrong(reading.turned(items))
    if reading.counts:
        return wrong is None
    return wrong is None or not _missing(wrong)


def _missing(difference: Difference) -> list[TypedItem]:
    """Rows that are missing, or stand as wrong because another is in their place."""
    return [f.expected for f in difference.faults if f.kind == "missing" and f.expected is not None]


def _extra(difference: Difference | None) -> list[TypedItem]:
    faults = difference.faults if difference is not None else ()
    return [f.found for f in faults if f.kind == "extra" and f.found is not None]


def _filtered_names(reading: Reading) -> list[str]:
    """The attributes that the filter asks about."""
    operands = operands_of(reading.filter) if reading.filter is not None else []
    firsts = [str(one.elements[0]) for one in operands if isinstance(one, Path)]
    return list(dict.fromkeys(reading.names.get(name, name) for name in firsts))


def _type(reading: Reading, item: TypedItem) -> str | None:
    source = reading.rows.of(reading.table, item)
    return source.item_type.name if source is not None else None


def _under_alike_keys(reading: Reading, named: set[str]) -> bool:
    """Whether other item types too are under partition keys that begin like those of some types."""
    attribute = reading.partition_key[0].name
    beginnings: dict[bool, set[str]] = {True: set(), False: set()}
    for item_type in reading.table.items:
        for spec in item_type.all_attributes:
            if spec.name == attribute and isinstance(spec.template, Template):
                beginnings[item_type.name in named].add(spec.template.prefix)
    return not beginnings[True].isdisjoint(beginnings[False])


def _unused_parameters(reading: Reading) -> list[str]:
    """Parameters that stand in the question, and in no request."""
    asked = re.findall(r"\$(\w+)", reading.tried.pattern.question or "")
    used: set[str] = set()
    for request in reading.tried.pattern.requests:
        for text in _texts(request.arguments):
            try:
                used |= {name.partition(".")[0] for name in Template.parse(text).names}
            except TemplateError:  # an expression with a dollar sign
                continue
    known = set(reading.tried.attempt.parameters.values)
    return [name for name in dict.fromkeys(asked) if name in known and name not in used]


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
