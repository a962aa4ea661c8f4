"""A check against a baseline finds what got dearer, and says why."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.baseline import (
    Baseline,
    CallFigures,
    IndexFigures,
    ItemTypeFigures,
    MeanFigures,
    PartFigures,
    PatternFigures,
    RequestFigures,
    TableFigures,
)
from dynaproof.proof.baselines.compare import compare_baselines

LABELS = ("largest", "smallest", "drawn 1", "nothing found")


def call(
    label: str = "largest", *parts: PartFigures, pages: int = 1, items: int = 1
) -> CallFigures:
    return CallFigures(
        label,
        sum(part.read_capacity_units for part in parts),
        sum(part.write_capacity_units for part in parts),
        pages,
        items,
        items,
        ("message",),
        "",
        parts,
    )


def pattern(
    name: str, operation: str, *calls: CallFigures, not_predicted: str = "", **arguments: object
) -> PatternFigures:
    count = max(len(calls), 1)
    mean = MeanFigures(
        sum(one.read_capacity_units for one in calls) / count,
        sum(one.write_capacity_units for one in calls) / count,
        sum(one.pages for one in calls) / count,
        0,
        0,
    )
    request = RequestFigures(operation, arguments)
    return PatternFigures(name, False, (request,), not_predicted, mean if calls else None, calls)


def table(*indexes: IndexFigures, **attributes: float) -> TableFigures:
    item_type = ItemTypeFigures("message", 10, sum(attributes.values()), attributes)
    return TableFigures("chat", 0, indexes, (item_type,))


def baseline(tables: TableFigures, *patterns: PatternFigures) -> Baseline:
    return Baseline("chat", 42, (tables,), patterns)


_UNITS = st.integers(0, 400).map(lambda halves: halves / 2)


@st.composite
def calls(draw: st.DrawFn) -> list[CallFigures]:
    labels = draw(st.lists(st.sampled_from(LABELS), unique=True, min_size=1))
    return [
        call(
            label,
            PartFigures("chat", None, draw(_UNITS), draw(_UNITS)),
            PartFigures("chat", "by-sender", draw(_UNITS), draw(_UNITS)),
            pages=draw(st.integers(1, 30)),
            items=draw(st.integers(0, 100)),
        )
        for label in labels
    ]


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    patterns = [
        pattern(name, "Query", *draw(calls()))
        if draw(st.booleans())
        else pattern(name, "Query", not_predicted="too many items")
        for name in names
    ]
    return baseline(table(pk=40, body=200), *patterns)


BY_SENDER = IndexFigures("by-sender", "global", ("sender",), ("pk", "sender"))


def read(units: float, size: int = 0, **attributes: int) -> PartFigures:
    return PartFigures("chat", None, units, 0.0, size, attributes)


def write(units: float, index: str | None = None, **attributes: int) -> PartFigures:
    return PartFigures("chat", index, 0.0, units, sum(attributes.values()), attributes)


@given(baselines(), st.floats(0, 1))
def test_a_baseline_against_itself_is_equal(one: Baseline, tolerance: float) -> None:
    found = compare_baselines(one, one, tolerance)
    assert found.holds
    assert not found.changes
    assert found.new == found.gone == ()


@given(baselines(), baselines())
def test_what_is_dearer_one_way_is_cheaper_the_other_way(one: Baseline, other: Baseline) -> None:
    there, back = compare_baselines(one, other, 0), compare_baselines(other, one, 0)
    dearer = {(change.pattern, change.measure) for change in there.dearer}
    assert dearer == {(change.pattern, change.measure) for change in back.cheaper}
    assert all(change.causes for change in there.changes)
    assert (set(there.new), set(there.gone)) == (set(back.gone), set(back.new))


def dearer_call(one: CallFigures, measure: str, by: float) -> CallFigures:
    match measure:
        case "RCU":
            return dataclasses.replace(one, read_capacity_units=one.read_capacity_units + by)
        case "WCU":
            return dataclasses.replace(one, write_capacity_units=one.write_capacity_units + by)
    return dataclasses.replace(one, pages=one.pages + max(round(by), 1))


@given(
    baselines().filter(lambda one: any(p.parameter_sets for p in one.access_patterns)),
    st.data(),
    st.sampled_from(["RCU", "WCU", "pages"]),
    st.floats(0, 0.5),
)
def test_any_increase_beyond_the_tolerance_is_found(
    before: Baseline, data: st.DataObject, measure: str, tolerance: float
) -> None:
    measured = [one for one in before.access_patterns if one.parameter_sets]
    chosen = data.draw(st.sampled_from(measured))
    at = data.draw(st.integers(0, len(chosen.parameter_sets) - 1))
    was = chosen.parameter_sets[at]
    figure = {
        "RCU": was.read_capacity_units,
        "WCU": was.write_capacity_units,
        "pages": float(was.pages),
    }[measure]
    by = figure * tolerance + data.draw(st.integers(1, 20).map(lambda halves: halves / 2)) + 0.5
    calls = [*chosen.parameter_sets]
    calls[at] = dearer_call(was, measure, by)
    after = dataclasses.replace(
        before,
        access_patterns=tuple(
            dataclasses.replace(one, parameter_sets=tuple(calls)) if one is chosen else one
            for one in before.access_patterns
        ),
    )
    found = compare_baselines(before, after, tolerance)
    assert [(one.pattern, one.measure) for one in found.dearer] == [(chosen.name, measure)]
    assert found.dearer[0].parameter_set == was.parameter_set
    assert not found.holds
    back = compare_baselines(after, before, 0)
    assert [(one.pattern, one.measure) for one in back.cheaper] == [(chosen.name, measure)]
    assert back.holds


@pytest.mark.parametrize(
    ("tolerance", "held"), [(0.0, False), (0.05, False), (0.0999, False), (0.1, True), (0.5, True)]
)
def test_the_tolerance_is_of_the_figure_before(tolerance: float, held: bool) -> None:
    before = baseline(table(), pattern("list", "Query", call("largest", read(10))))
    after = baseline(table(), pattern("list", "Query", call("largest", read(11))))
    assert compare_baselines(before, after, tolerance).holds is held


def causes_of(before: Baseline, after: Baseline) -> tuple[str, ...]:
    (change,) = compare_baselines(before, after).changes
    return change.causes


def test_items_that_grew_are_told_with_the_attribute() -> None:
    before = baseline(
        table(pk=40, body=244), pattern("list", "Query", call("largest", read(1, 5680)))
    )
    after = baseline(
        table(pk=40, body=244, attachment=228),
        pattern("list", "Query", call("largest", read(1.5, 10240))),
    )
    assert causes_of(before, after) == (
        "items of 'message' grew from 284 to 512 bytes, by 'attachment' (+228)",
    )


def test_a_new_index_is_told_with_its_units() -> None:
    before = baseline(table(pk=40), pattern("send", "PutItem", call("drawn 1", write(1, pk=40))))
    after = baseline(
        table(BY_SENDER, pk=40),
        pattern("send", "PutItem", call("drawn 1", write(1, pk=40), write(2, "by-sender", pk=40))),
    )
    assert causes_of(before, after) == ("the new index by-sender (+2)",)


def test_an_index_that_is_gone_makes_cheaper() -> None:
    before = baseline(
        table(BY_SENDER), pattern("send", "PutItem", call("only", write(1), write(2, "by-sender")))
    )
    after = baseline(table(), pattern("send", "PutItem", call("only", write(1))))
    assert causes_of(before, after) == ("by-sender is gone (-2)",)


def test_what_is_written_is_told_with_its_attributes() -> None:
    before = baseline(table(), pattern("send", "PutItem", call("only", write(1, pk=40, body=900))))
    after = baseline(
        table(), pattern("send", "PutItem", call("only", write(2, pk=40, body=900, photo=600)))
    )
    assert causes_of(before, after) == (
        "what it writes to the table chat grew from 940 to 1,540 bytes, by 'photo' (+600)",
    )


def test_a_request_that_changed_is_told_with_its_argument() -> None:
    before = baseline(table(), pattern("get", "GetItem", call("only", read(0.5))))
    after = baseline(table(), pattern("get", "GetItem", call("only", read(1)), ConsistentRead=True))
    assert causes_of(before, after) == ("the request has another ConsistentRead (none -> true)",)


def test_an_operation_that_changed_is_told() -> None:
    before = baseline(table(), pattern("send", "PutItem", call("only", write(1))))
    after = baseline(table(), pattern("send", "TransactWriteItems", call("only", write(2))))
    assert causes_of(before, after) == ("PutItem became TransactWriteItems",)


def test_more_items_are_told() -> None:
    before = baseline(table(), pattern("list", "Query", call("largest", read(1), items=20)))
    after = baseline(table(), pattern("list", "Query", call("largest", read(2), items=40)))
    assert causes_of(before, after) == ("20 -> 40 items read",)


def test_new_patterns_and_those_that_are_gone_do_not_fail_a_check() -> None:
    before = baseline(table(), pattern("old", "Query", call("largest", read(1))))
    after = baseline(table(), pattern("new", "Query", call("largest", read(9))))
    found = compare_baselines(before, after)
    assert (found.new, found.gone, found.holds) == (("new",), ("old",), True)


def test_a_pattern_that_is_no_longer_predicted_does_not_pass_in_silence() -> None:
    before = baseline(table(), pattern("list", "Query", call("largest", read(1))))
    after = baseline(table(), pattern("list", "Query", not_predicted="too many items"))
    found = compare_baselines(before, after)
    assert [(one.pattern, one.reason) for one in found.lost] == [("list", "too many items")]
    assert not found.holds
    assert [one.pattern for one in compare_baselines(after, after).not_compared] == ["list"]


def test_reads_do_not_make_up_for_writes() -> None:
    before = baseline(table(), pattern("move", "Query", call("only", read(5), write(1))))
    after = baseline(table(), pattern("move", "Query", call("only", read(1), write(2))))
    found = compare_baselines(before, after)
    assert [one.measure for one in found.dearer] == ["WCU"]
    assert [one.measure for one in found.cheaper] == ["RCU"]


def test_of_several_sets_the_one_that_changed_most_is_named() -> None:
    before = baseline(
        table(), pattern("list", "Query", call("largest", read(4)), call("smallest", read(1)))
    )
    after = baseline(
        table(), pattern("list", "Query", call("largest", read(9)), call("smallest", read(2)))
    )
    (change,) = compare_baselines(before, after).dearer
    assert (change.parameter_set, change.before, change.after) == ("largest", 4, 9)
