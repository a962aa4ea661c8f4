"""A conformance run for people and for programs."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from dynaproof.capacity.answer import Answer
from dynaproof.capacity.case_file import read_cases
from dynaproof.capacity.conformance import Outcome
from dynaproof.capacity.emulator_differences import DIFFERENCES, Difference
from dynaproof.proof.conformance_run import Column, ConformanceRun, EmulatorCase, run_conformance
from dynaproof.report.conformance_figures import rows
from dynaproof.report.conformance_json import conformance_to_json
from dynaproof.report.conformance_text import print_conformance

READ = {"TableName": "t", "Key": {"pk": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL"}
GET = {"operation": "GetItem", "parameters": READ}
LARGE = {"TableName": "t", "Item": {"pk": {"S": "a"}, "text": {"S": {"$repeat": ["x", 409_593]}}}}
DOCUMENT = {
    "tables": {
        "t": {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        }
    },
    "cases": [
        {"id": "right", "request": GET, "expected": {"CapacityUnits": 0.5}},
        {"id": "wrong", "request": GET, "expected": {"CapacityUnits": 9}},
        {
            "id": "\u202eregional",
            "evidence": "region dependent",
            "request": {"operation": "PutItem", "parameters": LARGE},
            "expected": {"error": "ValidationException"},
        },
        {"id": "broken", "request": GET, "expected": {}},
    ],
}


def emulated(
    name: str, outcome: Outcome, *known: Difference, differences: tuple[str, ...] = ()
) -> EmulatorCase:
    figures = {"t": {"TableName": "t", "CapacityUnits": 0.0}}
    return EmulatorCase(name, "GetItem", outcome, differences, known, "", Answer(figures))


@pytest.fixture(scope="module")
def run() -> ConformanceRun:
    alone = run_conformance("cases.json", read_cases(DOCUMENT), [])
    differs = ("CapacityUnits 0.5, measured 0.0",)
    columns = [
        Column(
            name,
            name != "moto 5",
            (
                emulated("right", Outcome.DIFFERS, *known, differences=differs),
                emulated("wrong", Outcome.AGREES),
                emulated("\u202eregional", Outcome.AGREES),
            ),
        )
        for name, known in (
            ("DynamoDB Local 3.3.1", [DIFFERENCES["EMU01"]]),
            ("DynamoDB Local 1.25.1", [DIFFERENCES["EMU01"]]),
            ("http://127.0.0.1:8000", []),
            ("moto 5", []),
        )
    ]
    return ConformanceRun(alone.file, alone.cases, alone.conformance, tuple(columns))


def text_of(run: ConformanceRun) -> str:
    written = io.StringIO()
    print_conformance(run, Console(file=written, width=200))
    return written.getvalue()


def test_every_case_counts_in_its_group_and_in_all(run: ConformanceRun) -> None:
    assert [(row.group, row.cases, row.agree) for row in rows(run)] == [
        ("reads by key", 2, (1, 1, 1, 1, 1)),
        ("item sizes at the limit", 1, (0, 1, 1, 1, 1)),
        ("all", 3, (1, 2, 2, 2, 2)),
    ]


def test_a_difference_has_both_figures_and_its_name(run: ConformanceRun) -> None:
    text = text_of(run)
    both = "DynamoDB Local 3.3.1, DynamoDB Local 1.25.1 (EMU01)"
    for line in (
        "right  GetItem",
        f"  {both}: CapacityUnits 0.5, measured 0.0",
        "  http://127.0.0.1:8000 (nothing known explains it): CapacityUnits 0.5, measured 0.0",
        "  moto 5: CapacityUnits 0.5, measured 0.0",
        "wrong  GetItem",
        "  predictor: CapacityUnits 9, predicted 0.5",
        "  EMU01 a read that finds nothing: reports 0",
    ):
        assert f"{line}\n" in text


def test_exceptions_faults_and_the_verdict_are_told(run: ConformanceRun) -> None:
    text = text_of(run)
    assert "\u202e" not in text
    assert "(the record is of one region: region dependent): answer: ValidationException" in text
    assert "case 'broken': 'expected' should be a mapping that says what was answered\n" in text
    assert text.endswith(
        "the predictor agrees with 1 of 3 cases, 1 excepted, 1 differ; 1 fault of the file\n"
    )


def test_emulators_do_not_change_the_exit_status(run: ConformanceRun) -> None:
    good = {**DOCUMENT, "cases": DOCUMENT["cases"][:1]}  # type: ignore[index]  # it is a list
    alone = run_conformance("cases.json", read_cases(good), [])
    local = Column("DynamoDB Local 3.3.1", True, run.columns[0].cases[:1])
    assert ConformanceRun("f", alone.cases, alone.conformance, (local,)).exit_status == 0
    assert run.exit_status == 1


def test_the_json_has_expected_predicted_and_measured_figures(run: ConformanceRun) -> None:
    document = json.loads(conformance_to_json(run))
    assert (document["format"], document["version"]) == ("dynaproof-conformance", 1)
    assert document["exit_status"] == 1
    first = document["cases"][0]
    assert first["expected"] == {"CapacityUnits": 0.5}
    assert first["predictor"]["consumed_capacity"]["t"]["CapacityUnits"] == 0.5
    assert first["emulators"][0]["consumed_capacity"]["t"]["CapacityUnits"] == 0.0
    assert first["emulators"][0]["known"] == ["EMU01"]
    assert [one["code"] for one in document["known_differences"]] == ["EMU01"]
    assert [fault["code"] for fault in document["faults"]] == ["DP112"]
    assert document["columns"][0] == {"name": "predictor", "agrees": 1, "differs": 1, "excepted": 1}
