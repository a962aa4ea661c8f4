"""Patterns with steps in baselines: run on the real server, and held the next time."""

from __future__ import annotations

from pathlib import Path

from dynaproof.api.comparisons import check_baseline, compare, take_baseline, write_baseline
from dynaproof.api.workbench import Workbench

DESIGNS = Path(__file__).parents[2] / "notebooks" / "designs"


def test_steps_have_figures_when_they_are_run(tmp_path: Path) -> None:
    """Ten entries of an index of keys, and ten items read by them, 0.5 units each."""
    text = (DESIGNS / "single-table-keys-only.yaml").read_text()
    file = tmp_path / "shop.yaml"
    file.write_text(text)
    without = take_baseline(file).access_pattern("open-orders")
    assert without is not None
    assert without.not_predicted.startswith("it has steps")
    written = write_baseline(file, steps=True)
    assert written == tmp_path / "shop.baseline.json"
    found = take_baseline(file, steps=True).access_pattern("open-orders")
    assert found is not None
    assert [call.read_capacity_units for call in found.parameter_sets] == [0.5 + 10 * 0.5]
    assert [call.pages for call in found.parameter_sets] == [11]
    file.write_text(
        text.replace(
            'open-orders, partition_key: "yes", limit: 10',
            'open-orders, partition_key: "yes", limit: 20',
        )
    )
    checked = check_baseline(file)
    assert not checked
    assert {one.pattern for one in checked.comparison.dearer} == {"open-orders"}


def test_predicted_figures_are_those_of_a_run() -> None:
    """What a baseline predicts without a server is what a run predicts for the calls it makes."""
    file = DESIGNS / "single-table.yaml"
    baseline = take_baseline(file)
    with Workbench(file) as bench:
        result = bench.run().result
    for pattern in result.patterns:
        figures = baseline.access_pattern(pattern.pattern.name)
        assert figures is not None
        assert [
            (one.parameter_set, one.read_capacity_units, one.write_capacity_units, one.pages)
            for one in figures.parameter_sets
        ] == [
            (one.parameter_set, one.predicted_read_units, one.predicted_write_units, one.pages)
            for one in pattern.calls
        ]
        assert [one.items_returned for one in figures.parameter_sets] == [
            one.items_returned for one in pattern.calls
        ]


def test_steps_of_two_revisions_are_compared() -> None:
    old, new = (DESIGNS / f"{name}.yaml" for name in ("single-table", "single-table-keys-only"))
    found = compare(old, new, steps=True).found.figures
    change = next(one for one in found.dearer if one.pattern == "open-orders")
    assert (change.measure, change.before, change.after) == ("RCU", 1.5, 5.5)
    assert change.causes[0] == "Query became Query > GetItem"
