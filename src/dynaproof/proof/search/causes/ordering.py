"""Answers in another order, or with other bounds, than the values of the sort key have."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from dynaproof.facts.hard.key_use import Lineage
from dynaproof.facts.question import parse_question
from dynaproof.model.attribute_value import AttributeValue
from dynaproof.model.codes import Code
from dynaproof.model.expressions.key_condition import KeyTest
from dynaproof.proof.differences import TypedItem
from dynaproof.proof.search.causes.bounds import at_bound, text_of
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.reading import Items, Reading
from dynaproof.proof.search.causes.said import listed, quoted
from dynaproof.proof.search.causes.source_rows import SourceRow
from dynaproof.proof.search.causes.true_order import Ordered, order_of_fields, true_order

Order = Callable[[TypedItem], tuple[Ordered, ...] | None]
_FOLDED = re.compile(r"\b(?:lower|upper|lcase|ucase|nocase)\b", re.IGNORECASE)
_MENDS = {
    0: "make the sort key a number",
    1: "write instants in UTC, in one format from the year on",
    2: "what follows '{name}' in the key takes part in the order, so let nothing follow it",
}
_COMPARED: dict[str, Callable[[Ordered, Ordered], bool]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def cause_in_text_order(reading: Reading) -> Cause | None:
    """Text order of the sort key, where the order of its values gives the right answer."""
    if any(key.type == "S" for key in reading.sort_key):
        attribute = reading.sort_key[0].name

        def by_values(item: TypedItem) -> tuple[Ordered, ...] | None:
            source = reading.rows.of(reading.table, item)
            return order_of_fields(source.spans(attribute)) if source is not None else None

        def folded(item: TypedItem) -> tuple[Ordered, ...] | None:
            value = item.get(attribute)
            text = value.get("S") if isinstance(value, dict) else None
            return ((2, true_order(0)[1], text.casefold()),) if isinstance(text, str) else None

        if _reordered(reading, by_values, attribute):
            return Code.TEXT_ORDER, _text_order(reading, attribute)
        if _FOLDED.search(reading.tried.pattern.question or "") and _reordered(
            reading, folded, attribute
        ):
            return (
                Code.TEXT_ORDER,
                (
                    f"'{attribute}' is ordered by its bytes, in which capitals come before small"
                    " letters. Hold the name in one case in the key, and as written beside it."
                ),
            )
    return _filter_as_text(reading)


def cause_in_direction(reading: Reading) -> Cause | None:
    """The answer is right when the sort key is read the other way, as the question orders.

    Of two rows, either order is the other reversed: so the question's direction is asked too.
    """
    if reading.made.ask.operation != "Query":
        return None
    sql = reading.tried.pattern.question or ""
    order = parse_question(reading.scene.facts.connection, sql).order
    if not order or order[0].direction.startswith(" DESC") != reading.forward:
        return None
    items = reading.filtered(reading.in_range(reading.collection))
    if not reading.right(reading.cut(reading.turned(items)[::-1])):
        return None
    now, wanted = ("upwards", "false") if reading.forward else ("downwards", "true")
    return (
        reading.difference.code,
        f"The query reads the sort key {now}; with scan_index_forward: {wanted} the answer is right.",
    )


def cause_in_another_column(reading: Reading) -> Cause | None:
    """The question orders by a fact that the sort key does not hold, or only changed."""
    items = reading.filtered(reading.in_range(reading.collection))
    sources = [reading.rows.of(reading.table, item) for item in items]
    if not items or reading.made.ask.operation != "Query" or None in sources:
        return None
    known = [source for source in sources if source is not None]
    asked = (reading.tried.pattern.question or "").casefold().rpartition("order by")[2]
    for column in known[0].row:
        # What all rows share orders nothing; what the question does not order by is chance.
        shared = len({repr(source.row.get(column)) for source in known}) == 1
        if shared or not re.search(rf"\b{re.escape(column.casefold())}\b", asked):
            continue
        for backwards in (False, True):
            in_order = _by_column(items, known, column, backwards)
            if in_order is not None and reading.right(reading.cut(in_order)):
                return _other_column(reading, known[0], column)
    return None


def _by_column(
    items: Items, sources: Sequence[SourceRow], column: str, backwards: bool
) -> list[TypedItem] | None:
    if any(source.row.get(column) is None for source in sources):
        return None
    places = sorted(range(len(items)), key=lambda n: true_order(sources[n].row[column]))
    return [items[n] for n in (places[::-1] if backwards else places)]


def _other_column(reading: Reading, source: SourceRow, column: str) -> Cause:
    attribute = reading.sort_key[0].name if reading.sort_key else ""
    entities = {entity.name: entity for entity in reading.scene.definition.entities}
    lineage = Lineage.of(source.item_type, entities, reading.scene.facts.connection)
    fields = [span.name for span in source.spans(attribute)]
    of_column = lineage.columns(column)
    made = [name for name in fields if lineage.columns(name) & of_column]
    if not attribute:
        return (
            reading.difference.code,
            (
                f"The question orders by '{column}', and there is no sort key: items of one partition"
                " key come in no order."
            ),
        )
    if made:
        return (
            Code.TEXT_ORDER,
            (
                f"The question orders by '{column}'; '{attribute}' holds {listed(made)}, whose text order"
                f" is another. Put '{column}' itself into the key, as UTC or padded."
            ),
        )
    asked = (reading.tried.pattern.question or "").casefold().rpartition("order by")[2]
    ordered_first = asked.partition(column.casefold())[0]
    if fields and all(re.search(rf"\b{re.escape(f.casefold())}\b", ordered_first) for f in fields):
        return (
            reading.difference.code,
            (
                f"The question orders by {listed([*fields, column])}, and the sort key '{attribute}' holds"
                f" {listed(fields)} alone: items that are equal there come in any order. Put '{column}'"
                " into the sort key as well, or leave it out of ORDER BY."
            ),
        )
    holds = "is" if fields == [attribute] else f"'{attribute}' holds"
    return (
        reading.difference.code,
        (
            f"The question orders by '{column}', and the sort key {holds} {listed(fields)}. Read an index"
            f" whose sort key begins with '{column}', or order the rows in the application."
        ),
    )


def _reordered(reading: Reading, order: Order, attribute: str) -> bool:
    """Whether the answer is right in this order, with bounds of the sort key compared so too."""
    pairs = [(order(item), item) for item in reading.collection]
    if any(key is None for key, _ in pairs):
        return False
    known = [(key, item) for key, item in pairs if key is not None]
    natural = [item for _, item in known]
    known.sort(key=lambda pair: pair[0])
    in_range = [item for key, item in known if _in_range(reading, attribute, item, key)]
    before = reading.in_range(natural)
    if in_range == before:
        return False  # nothing else than before
    differing = [item for item in natural if (item in in_range) != (item in before)]
    if [item for _, item in known] == natural and all(
        _begins_with_a_bound(reading, item) for item in differing
    ):
        return False  # what follows in the key is behind the bound: that is no matter of order
    return reading.right(reading.cut(reading.turned(reading.filtered(in_range))))


def _begins_with_a_bound(reading: Reading, item: TypedItem) -> bool:
    return any(
        at_bound(text_of(item, test.attribute), reading.value(test, position))
        for test in reading.sort_tests
        for position in range(len(test.values))
        if test.operator != "begins_with"
    )


def _in_range(reading: Reading, attribute: str, item: TypedItem, key: tuple[Ordered, ...]) -> bool:
    for test in reading.sort_tests:
        bounds = [_bound(reading, attribute, item, test, n) for n in range(len(test.values))]
        compared = [
            bound for bound in bounds if bound is not None and key and bound[0] == key[0][0]
        ]
        if test.operator == "begins_with" or len(compared) < len(bounds):
            if not reading.holds(test, item):
                return False
        elif test.operator == "BETWEEN":
            if not compared[0] <= key[0] <= compared[1]:
                return False
        elif not _COMPARED[test.operator](key[0], compared[0]):
            return False
    return True


def _bound(
    reading: Reading, attribute: str, item: TypedItem, test: KeyTest, position: int
) -> Ordered | None:
    """What a bound says of the first field of the sort key."""
    value = reading.value(test, position)
    source = reading.rows.of(reading.table, item)
    template = source.template(attribute) if source is not None else None
    if not isinstance(value, str) or template is None or not value.startswith(template.prefix):
        return None
    rest = value[len(template.prefix) :].rstrip("~\uffff")
    after = template.parts[2] if template.prefix and len(template.parts) > 2 else None
    if not template.prefix and len(template.parts) > 1:
        after = template.parts[1]
    if isinstance(after, str):
        rest = rest.partition(after)[0]
    return true_order(rest)


def _text_order(reading: Reading, attribute: str) -> str:
    items = list(reading.collection)
    for first, second in itertools.pairwise(items):
        one, other = (reading.rows.of(reading.table, item) for item in (first, second))
        if one is None or other is None:
            continue
        for a, b in zip(one.spans(attribute), other.spans(attribute), strict=False):
            if true_order(a.value) > true_order(b.value):
                kind = true_order(a.value)[0]
                texts = [
                    text_of(item, attribute)[span.start : span.end]
                    for item, span in ((first, a), (second, b))
                ]
                mend = _MENDS[kind].format(name=a.name)
                if kind == 0 and isinstance(a.value, int):
                    mend = f"pad it (${{{a.name}:012d}}), or {mend}"
                return (
                    f"'{attribute}' is ordered as text: {quoted(texts[0])} comes before"
                    f" {quoted(texts[1])}, though '{a.name}' is {quoted(a.value)} and"
                    f" {quoted(b.value)}. Let text order be the order of the values: {mend}."
                )
            if a.value != b.value:
                break
    return f"'{attribute}' is ordered as text, and its values have another order."


def _filter_as_text(reading: Reading) -> Cause | None:
    """A filter that compares numbers or instants as texts."""
    if reading.filter is None:
        return None

    def as_said(value: AttributeValue) -> AttributeValue:
        text = value.get("S")
        kind, number, rest = true_order(text) if isinstance(text, str) else (2, None, "")
        return {"N": str(number)} if kind < 2 and not rest else value

    items = reading.in_range(reading.collection)
    there = reading.filtered(items, as_said)
    if there == reading.filtered(items):
        return None
    if not reading.right(reading.cut(reading.turned(there))):
        return None
    return (
        Code.TEXT_ORDER,
        (
            f"The filter ({reading.filter_said}) compares texts letter by letter, and"
            " they stand for numbers or instants: '9' is greater than '10'. Store them as numbers."
        ),
    )
