"""Conditions that match longer values: ``EVENT#1`` is the beginning of ``EVENT#10`` too."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from dynaproof.model.codes import Code
from dynaproof.model.expressions.syntax_tree import And, Condition, Function, Or, Path, Value
from dynaproof.proof.differences import TypedItem
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.reading import Reading
from dynaproof.proof.search.causes.said import quoted
from dynaproof.proof.search.causes.source_rows import FieldSpan

Prefix = tuple[str, str, str]
"""An attribute, the text that its value is to begin with, and the words of the condition."""


def cause_in_prefix(reading: Reading) -> Cause | None:
    """A text in a condition that ends inside of a field of the items that are too much."""
    before = reading.filtered(reading.in_range(reading.collection))
    for prefix in _prefixes(reading):
        inside = {id(item): _inside(reading, item, prefix) for item in before}
        kept = [item for item in before if inside[id(item)] is None]
        if len(kept) == len(before) or not _mended(reading, kept):
            continue
        first = next(item for item in before if inside[id(item)] is not None)
        span = inside[id(first)]
        assert span is not None  # noqa: S101  # chosen so in the line above
        return Code.PREFIX_MATCH, _because(prefix, first, span)
    return None


def _mended(reading: Reading, kept: list[TypedItem]) -> bool:
    """Whether nothing is left of what was too much."""
    wrong = reading.wrong(reading.cut(reading.turned(kept)))
    if wrong is None:
        return True
    too_much = [fault for fault in wrong.faults if fault.kind == "extra"]
    return not too_much and not reading.counts and wrong.total < reading.difference.total


def _prefixes(reading: Reading) -> Iterator[Prefix]:
    for test in reading.sort_tests:
        values = [reading.value(test, number) for number in range(len(test.values))]
        texts = [value for value in values if isinstance(value, str)]
        if test.operator == "begins_with" and texts:
            yield test.attribute, texts[0], "begins_with"
        elif test.operator == "BETWEEN" and len(texts) == 2:
            yield test.attribute, _common(texts[0], texts[1]), "BETWEEN"
    for function in _functions(reading.filter):
        match function:
            case Function("begins_with", (Path(elements=(str() as name,)), Value(name=given))):
                text = reading.values[given].get("S")
                if isinstance(text, str):
                    yield reading.names.get(name, name), text, "begins_with"


def _common(one: str, other: str) -> str:
    """What both begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(a for a, _ in same)


def _functions(condition: Condition | None) -> Iterator[Function]:
    match condition:
        case Function():
            yield condition
        case And() | Or():
            for inner in condition.conditions:
                yield from _functions(inner)


def _inside(reading: Reading, item: TypedItem, prefix: Prefix) -> FieldSpan | None:
    """The field inside of which a prefix ends, its delimiter taken for a part of the value too."""
    source = reading.rows.of(reading.table, item)
    text, end = prefix[1], len(prefix[1])
    for span in source.spans(prefix[0]) if source is not None else ():
        delimited = bool(span.after) and text.endswith(span.after)
        if span.start < end < span.end or (delimited and end == span.end):
            return span
    return None


def _because(prefix: Prefix, item: TypedItem, span: FieldSpan) -> str:
    attribute, text, operator = prefix
    value = item.get(attribute)
    whole = str(next(iter(value.values()))) if isinstance(value, dict) else ""
    said = f"{operator} {quoted(text)} on '{attribute}' takes {quoted(whole)} as well: "
    sign = text[-1:]
    if sign and not sign.isalnum() and sign in str(span.value):
        return (
            f"{said}'{span.name}' is {quoted(span.value)}, and holds the delimiter '{sign}' itself."
            " Put an identifier into the key, or keep the delimiter out of the value."
        )
    after = whole[span.end : span.end + 1]
    mend = f"End the value with the delimiter '{after}'" if after else "Compare the whole value"
    number = isinstance(span.value, int)
    pad = f", or pad the number in the key (${{{span.name}:08d}})" if number else ""
    return f"{said}'{span.name}' goes on to {quoted(span.value)}. {mend}{pad}."
