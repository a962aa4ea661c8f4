"""Case files: each fault is one line, and the other cases are run."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.case_file import MAX_REPEATED_CHARACTERS, read_cases
from dynaproof.capacity.conformance import check_conformance
from dynaproof.model.codes import Code

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


def test_a_case_keeps_what_the_file_says_of_it() -> None:
    told = GOOD | {"source": "where", "evidence": "how"}
    unsaid = {name: value for name, value in GOOD.items() if name != "setup"} | {"id": "unsaid"}
    file = read_cases({"tables": DOCUMENT["tables"], "cases": [told, unsaid]})
    first, second = file.cases
    assert (first.name, first.source, first.evidence) == ("good", "where", "how")
    assert (second.name, second.source, second.evidence) == ("unsaid", "", "")
    assert (first.setup, first.expected) == ((), GOOD["expected"])
    assert first.request == second.request
    assert first.request.operation == "GetItem"
    assert first.request.arguments["Key"] == {"p": {"S": "x"}}


def test_a_repetition_stands_for_its_text_anywhere_in_a_request() -> None:
    put = request(
        "PutItem",
        TableName="p",
        Item={
            "p": {"S": {"$repeat": ["ab", 3]}},
            "l": {"L": [{"S": {"$repeat": ["x", 1]}}, {"S": {"$repeat": ["y", 0]}}]},
            "m": {"M": {"n": {"N": {"$repeat": ["1", 2]}}}},
        },
    )
    [case] = read_cases({"tables": DOCUMENT["tables"], "cases": [case_with(request=put)]}).cases
    assert case.request.arguments["Item"] == {
        "p": {"S": "ababab"},
        "l": {"L": [{"S": "x"}, {"S": ""}]},
        "m": {"M": {"n": {"N": "11"}}},
    }


@pytest.mark.parametrize("repeat", [["x", -1], ["x", True], ["x", 1.0], [1, 1], ["x", 1, 1], "x"])
def test_a_repetition_is_a_text_and_a_count(repeat: Any) -> None:
    put = request("PutItem", TableName="p", Item={"p": {"S": {"$repeat": repeat}}})
    file = read_cases({"tables": DOCUMENT["tables"], "cases": [case_with(request=put)]})
    assert "'$repeat' takes a text and a count" in str(file.faults[0])


@pytest.mark.parametrize(("second", "faults"), [(0, 0), (1, 1)])
def test_repetitions_of_a_request_are_bounded_together(second: int, faults: int) -> None:
    half = MAX_REPEATED_CHARACTERS // 2
    texts = [{"S": {"$repeat": ["xy", half // 2]}}, {"S": {"$repeat": ["x", half + second]}}]
    put = request("PutItem", TableName="p", Item={"p": {"S": "x"}, "l": {"L": texts}})
    file = read_cases({"tables": DOCUMENT["tables"], "cases": [case_with(request=put)]})
    assert (len(file.cases), len(file.faults)) == (1 - faults, faults)
    assert MAX_REPEATED_CHARACTERS == 4_194_304


def test_a_statement_names_tables_of_the_file() -> None:
    text = "SELECT * FROM {p} WHERE p = '{none}' AND a = '{p}'"
    alone = request("ExecuteStatement", Statement=text)
    batch = request("BatchExecuteStatement", Statements=[{"Statement": text}])
    cases = [case_with(id="alone", request=alone), case_with(id="batch", request=batch)]
    file = read_cases({"tables": DOCUMENT["tables"], "cases": cases})
    named = "SELECT * FROM p WHERE p = '{none}' AND a = 'p'"
    assert [case.request.arguments for case in file.cases] == [
        {"Statement": named},
        {"Statements": [{"Statement": named}]},
    ]


def test_all_that_is_wrong_with_a_request_is_in_its_line() -> None:
    wrong = request("GetItem", TableName="p", Key={"p": {"S": 1}, "q": {"N": 2}})
    [fault] = read_cases({"tables": DOCUMENT["tables"], "cases": [case_with(request=wrong)]}).faults
    assert fault.code is Code.CASE_FILE
    assert fault.message == (
        "case 'bad': Key.p: 1 is no value of type S; Key.q: 2 is no value of type N"
    )


@pytest.mark.parametrize("tables", [None, []])
def test_a_file_may_lack_tables(tables: Any) -> None:
    file = read_cases({"tables": tables, "cases": []})
    assert (file.tables, file.cases, file.faults) == ({}, (), ())
