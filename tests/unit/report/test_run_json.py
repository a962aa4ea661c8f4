"""A run as JSON: in the published form, and the same bytes for the same run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest

from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference, RowFault
from dynaproof.proof.results import Call, PatternResult, RunResult, StepCall
from dynaproof.report.run_json import run_schema, run_to_json

SCHEMA = json.loads(run_schema())
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "run-json.md"


def _closed(node: object) -> object:
    """The schema with no room for what it does not describe; readers are to have that room."""
    if isinstance(node, list):
        return [_closed(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(inner) for name, inner in node.items()}
    return closed | ({"additionalProperties": False} if "properties" in node else {})


def test_the_schema_is_a_schema() -> None:
    meta = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    assert list(meta.iter_errors(SCHEMA)) == []


def _without_patterns(result: RunResult) -> RunResult:
    return replace(result, patterns=(), rows={})


def _not_run(result: RunResult) -> RunResult:
    skipped = PatternResult(result.patterns[0].pattern, not_run="steps are not run")
    return replace(result, patterns=(skipped,))


def _unreported(result: RunResult) -> RunResult:
    first = result.patterns[0]
    calls = tuple(replace(call, reported=False, consumed=()) for call in first.calls)
    return replace(result, patterns=(replace(first, calls=calls),))


def _unpredicted(result: RunResult) -> RunResult:
    first = result.patterns[0]
    calls = tuple(replace(c, predicted=(), not_predicted="too many items") for c in first.calls)
    return replace(result, patterns=(replace(first, calls=calls),))


def _uncertain(result: RunResult) -> RunResult:
    first = result.patterns[0]
    calls = tuple(replace(call, uncertain=("a page boundary",)) for call in first.calls)
    return replace(result, patterns=(replace(first, calls=calls),))


def _wrong(result: RunResult) -> RunResult:
    first = result.patterns[0]
    row = RowFault("wrong value", {"n": {"N": "1"}}, {"n": {"N": "2"}}, ("n",), 1)
    item = RowFault("missing", {"half": {"S": "\ud800"}}, None, table="shop-orders")
    calls = tuple(
        replace(
            call,
            compared=True,
            difference=Difference(Code.WRONG_VALUE, "\ud800", (row, item), 2, 1, 1),
            steps=(StepCall("PutItem", {"Item": {"v": {"N": "1"}}}, 1, 0, "SomeException"),),
        )
        for call in first.calls
    )
    return replace(result, patterns=(replace(first, calls=calls, differing=first.refused),))


def _without_items(result: RunResult) -> RunResult:
    [table] = result.tables
    return replace(result, tables=(replace(table, sizes=(), collections=()),))


@pytest.mark.parametrize(
    "change",
    [
        _without_patterns,
        _not_run,
        _unreported,
        _unpredicted,
        _uncertain,
        _wrong,
        _without_items,
        lambda result: result,
    ],
)
def test_every_kind_of_run_is_in_the_published_form(
    change: Callable[[RunResult], RunResult], result: RunResult
) -> None:
    schema = _closed(SCHEMA)
    assert isinstance(schema, dict)
    jsonschema.Draft202012Validator(schema).validate(json.loads(run_to_json(change(result))))


def test_the_schema_describes_every_property() -> None:
    undescribed = [
        f"{owner}.{name}"
        for owner, node in _objects(SCHEMA, "run")
        for name, value in node["properties"].items()
        if "description" not in value and "$ref" not in value
    ]
    assert undescribed == []


def test_the_reference_page_describes_every_property() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        f"{owner}.{name}"
        for owner, node in _objects(SCHEMA, "run")
        for name, value in node["properties"].items()
        if f"{name}` |" not in page or str(value.get("description", "")) not in page
    ]
    assert missing == []


def _objects(node: object, name: str) -> list[tuple[str, dict[str, dict[str, dict[str, object]]]]]:
    found: list[tuple[str, dict[str, dict[str, dict[str, object]]]]] = []
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            found.append((name, node))
        for key, inner in node.items():
            found += _objects(inner, key)
    if isinstance(node, list):
        for inner in node:
            found += _objects(inner, name)
    return found


def test_the_same_run_gives_the_same_bytes(result: RunResult) -> None:
    assert run_to_json(result) == run_to_json(result)


def test_the_order_in_which_the_service_lists_indexes_does_not_matter(result: RunResult) -> None:
    place = result.patterns[2]
    turned = replace(
        place,
        calls=tuple(
            replace(call, consumed=call.consumed[::-1], predicted=call.predicted[::-1])
            for call in place.calls
        ),
    )
    patterns = (*result.patterns[:2], turned, *result.patterns[3:])
    assert run_to_json(replace(result, patterns=patterns)) == run_to_json(result)


def test_figures_and_verdicts_are_those_of_the_run(result: RunResult) -> None:
    document = json.loads(run_to_json(result))
    assert (document["format"], document["version"], document["exit_status"]) == (
        "dynaproof-run",
        1,
        2,
    )
    verdicts = [pattern["verdict"] for pattern in document["access_patterns"]]
    assert verdicts == ["held", "no expectation", "broken", "refused"]
    place = document["access_patterns"][2]
    figures = {"min": 2, "mean": 2.5, "p95": 3, "max": 3}
    assert place["measured"]["write_capacity_units"] == figures
    assert place["predicted"]["write_capacity_units"] == figures
    assert [part["index"] for part in place["capacity"]] == [None, "orders-by-day"]
    assert place["broken"][0]["diagnostic"]["line"] == 28
    assert document["access_patterns"][3]["calls"][0]["error"] == "ValidationException"


def test_predicted_and_measured_stand_side_by_side(differing: RunResult) -> None:
    place = json.loads(run_to_json(differing))["access_patterns"][2]
    assert [one["predicted"]["write_capacity_units"]["max"] for one in place["capacity"]] == [2, 1]
    assert [one["measured"]["write_capacity_units"]["max"] for one in place["capacity"]] == [1, 2]
    call = place["calls"][1]
    assert [units["write_capacity_units"] for units in call["predicted"]] == [2, 1]
    assert [units["write_capacity_units"] for units in call["measured"]] == [1, 2]
    assert call["differences"] == place["differences"] == ["unknown"]
    assert [one["code"] for one in place["unexplained"]] == ["DP604"]


def test_what_differs_stands_at_its_call(wrong: RunResult) -> None:
    document = json.loads(run_to_json(wrong))
    first, day, *_ = document["access_patterns"]
    assert (first["verdict"], first["proof"], day["proof"]) == ("differs", "differs", "not proved")
    assert [(one["code"], one["line"]) for one in first["differing"]] == [("DP802", 21)]
    right, differs = first["calls"]
    assert (right["compared"], right["difference"], right["steps"]) == (True, None, [])
    assert day["calls"][0]["compared"] is False
    assert differs["difference"] == {
        "code": "DP802",
        "summary": "1 row is not asked for",
        "expected": 1,
        "found": 4,
        "total": 3,
        "faults": [
            {
                "kind": "extra",
                "table": None,
                "position": 2,
                "attributes": [],
                "expected": None,
                "found": {"pk": {"S": "ORDER#2"}, "n": {"N": "7"}},
            }
        ],
    }
    assert [(step["operation"], step["error"]) for step in differs["steps"]] == [
        ("Query", None),
        ("DeleteItem", "ConditionalCheckFailedException"),
    ]


def test_what_is_not_known_is_null(result: RunResult) -> None:
    changed = _unpredicted(_unreported(result))
    first = json.loads(run_to_json(changed))["access_patterns"][0]
    assert (first["predicted"], first["measured"], first["capacity"]) == (None, None, [])
    call = first["calls"][0]
    assert (call["predicted"], call["measured"]) == (None, None)
    assert call["not_predicted"] == "too many items"


PARAMETERS = {
    "when": (datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC), "2026-01-02T03:04:05.678Z"),
    "day": (date(2026, 1, 2), "2026-01-02"),
    "price": (Decimal("1.10"), "1.10"),
    "large": (2**60, str(2**60)),
    "small": (-3, -3),
    "id": (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "bytes": (b"\x00\xff", "AP8="),
    "tags": ({"b", "a", "c"}, ["a", "b", "c"]),
    "numbers": ({Decimal(10), Decimal(9)}, ["9", "10"]),
    "nothing": (None, None),
    "deep": ({"a": [True, {"b": Decimal(2)}]}, {"a": [True, {"b": "2"}]}),
    "endless": (float("inf"), "inf"),
    "half": ("\ud800", "\\ud800"),
}


@pytest.mark.parametrize(("value", "written"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_parameters_of_every_type_are_written(
    value: object, written: object, result: RunResult, make_call: Callable[..., Call]
) -> None:
    first = replace(result.patterns[0], calls=(make_call(value=value),))
    document = json.loads(run_to_json(replace(result, patterns=(first,))))
    assert document["access_patterns"][0]["calls"][0]["parameters"] == {"value": written}
