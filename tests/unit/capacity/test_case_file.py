"""Case files: each fault is one line, and the other cases are run."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.conformance import check_conformance

# Any: what json.loads gives, taken apart and spoilt.
DOCUMENT: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "datasets" / "capacity-cases.json").read_text(encoding="utf-8")
)
GOOD: dict[str, Any] = {
    "id": "good",
    "setup": [],
    "request": {"operation": "GetItem", "parameters": {"TableName": "p", "Key": {"p": {"S": "x"}}}},
    "expected": {},
}
GOOD["request"]["parameters"]["ReturnConsumedCapacity"] = "TOTAL"
GOOD["expected"]["CapacityUnits"] = 0.5


def case_with(**changes: Any) -> dict[str, Any]:
    return deepcopy(GOOD) | {"id": "bad"} | changes


def request(operation: str, **parameters: Any) -> dict[str, Any]:
    return {"operation": operation, "parameters": parameters}


ITEM = {"p": {"S": {"$repeat": ["x", 3]}}}
FAULTS: list[tuple[Any, str]] = [
    ("no case", "case number 2: a case is a mapping"),
    ({}, "case number 2: a case is a mapping"),
    (case_with(expected={}), "'bad': 'expected' should be a mapping"),
    (case_with(setup={}), "'setup' should be a list"),
    (case_with(request=None), "a request is a mapping"),
    (case_with(request={"operation": "GetItem"}), "'parameters'"),
    (case_with(request=request("PutEverything")), "'PutEverything' is not an operation"),
    (case_with(request=request("GetItem", Key=ITEM)), "lacks the required parameter 'TableName'"),
    (case_with(request=request("GetItem", TableName="nowhere", Key=ITEM)), "no table 'nowhere'"),
    (case_with(request=request("GetItem", TableName="p", Key={"p": "x"})), "an attribute value is"),
    (
        case_with(request=request("GetItem", TableName="p", Key={"p": {"S": 1}})),
        "no value of type S",
    ),
    (
        case_with(request=request("GetItem", TableName="p", Key={"p": {"B": "?"}})),
        "not base64",
    ),
    (
        case_with(request=request("PutItem", TableName="p", Item={"p": {"S": {"$repeat": ["x"]}}})),
        "'$repeat' takes a text and a count",
    ),
    (
        case_with(
            request=request("PutItem", TableName="p", Item={"p": {"S": {"$repeat": ["x", 10**12]}}})
        ),
        "more text than a request holds",
    ),
    (case_with(id="good"), "another case of this name"),
    (case_with(setup=[request("Scan", TableName="nowhere")]), "no table 'nowhere'"),
]


@pytest.mark.parametrize(("entry", "message"), FAULTS)
def test_a_fault_is_one_line_and_the_rest_goes_on(entry: Any, message: str) -> None:
    conformance = check_conformance({"tables": DOCUMENT["tables"], "cases": [GOOD, entry]})
    [fault] = conformance.faults
    assert message in str(fault)
    assert "\n" not in str(fault)
    assert [result.differences for result in conformance.results] == [()]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "should hold tables and cases"),
        ({"tables": {}}, "'cases' should be a list"),
        ({"tables": {"t": {}}, "cases": []}, "table 't': KeySchema has no HASH attribute"),
        ({"tables": {"t": []}, "cases": []}, "table 't': table 't': the description is a mapping"),
    ],
)
def test_a_fault_of_the_whole_file_is_said(document: Any, message: str) -> None:
    [fault] = check_conformance(document).faults
    assert message.removeprefix("table 't': ") in str(fault)


SMALL = [case for case in DOCUMENT["cases"] if len(json.dumps(case)) < 2_500]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON document."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


SPOILT: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        0,
        -1,
        2.5,
        True,
        "",
        "x",
        "p",
        [],
        {},
        {"S": "x"},
        {"N": "1"},
        {"a": {"S": "x"}},
        "DELETE",
    ]
)


@given(st.data())
def test_a_spoilt_case_is_a_fault_or_a_difference_and_never_a_crash(data: st.DataObject) -> None:
    case = deepcopy(data.draw(st.sampled_from(SMALL)))
    for _ in range(data.draw(st.integers(1, 2))):
        *parents, last = data.draw(st.sampled_from(places(case)))
        holder = case
        for step in parents:
            holder = holder[step]
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[last]
            if not places(case):
                break
        else:
            holder[last] = deepcopy(data.draw(SPOILT))
    conformance = check_conformance({"tables": DOCUMENT["tables"], "cases": [case]})
    assert len(conformance.results) + len(conformance.faults) == 1
    assert all("\n" not in str(fault) for fault in conformance.faults)
