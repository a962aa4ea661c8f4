"""Recorded figures of the service, the predictor, and DynamoDB Local: through the command."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dynaproof.capacity.answer import predicted_answer
from dynaproof.capacity.case_file import Case, CaseFile
from dynaproof.capacity.conformance import Outcome, run_case
from dynaproof.capacity.emulator_differences import DIFFERENCES
from dynaproof.capacity.prediction import SINGLE_OPERATIONS
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.conformance_run import load_cases, local_server, run_conformance
from dynaproof.proof.emulator_conformance import measure_cases

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "datasets" / "capacity-cases.json"
AROUND = Path(__file__).parent / "around-differences.json"
FURTHER = ROOT / "tests" / "unit" / "capacity" / "further-cases.json"
PAGES = runpy.run_path(str(ROOT / "tools" / "conformance_pages.py"))
EXCEPTED = ["updateitem-ceiling-409581-over"]

Document = dict[str, Any]


def conformance(
    *arguments: str, folder: Path = ROOT, status: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "dynaproof", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def document() -> Document:
    """What the command says of the shipped cases, on the newest and the oldest version."""
    made: Document = json.loads(conformance(*PAGES["COMMAND"], "--format=json").stdout)
    return made


def few(path: Path, *names: str, **changed: object) -> Path:
    """A file of some shipped cases, each changed."""
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    chosen = [case | changed for case in shipped["cases"] if case["id"] in names]
    path.write_text(json.dumps({"tables": shipped["tables"], "cases": chosen}), encoding="utf-8")
    return path


class TestShippedCases:
    def test_the_predictor_agrees_with_all_but_the_excepted_cases(self, document: Document) -> None:
        by_outcome: dict[str, list[str]] = {}
        for case in document["cases"]:
            by_outcome.setdefault(case["predictor"]["outcome"], []).append(case["name"])
        assert by_outcome.pop("excepted") == EXCEPTED
        assert list(by_outcome) == ["agrees"]
        assert document["faults"] == []

    def test_both_versions_answered_every_case(self, document: Document) -> None:
        names = ["DynamoDB Local 3.3.1", "DynamoDB Local 1.25.1"]
        assert [column["name"] for column in document["columns"]] == ["predictor", *names]
        for case in document["cases"]:
            assert [answer["name"] for answer in case["emulators"]] == names

    def test_every_difference_of_dynamodb_local_is_known(self, document: Document) -> None:
        unknown = [
            (case["name"], answer["name"], answer["differences"])
            for case in document["cases"]
            for answer in case["emulators"]
            if answer["outcome"] == "differs" and not answer["known"]
        ]
        assert unknown == []

    def test_a_difference_is_of_the_versions_that_it_names(self, document: Document) -> None:
        for case in document["cases"]:
            for answer in case["emulators"]:
                version = answer["name"].removeprefix("DynamoDB Local ")
                for code in answer["known"]:
                    assert version in DIFFERENCES[code].versions

    def test_the_reference_page_is_in_step(self, document: Document) -> None:
        page = PAGES["PAGE"].read_text(encoding="utf-8")
        assert page == PAGES["differences_page"](document), (
            "write it again: python tools/conformance_pages.py"
        )
        for code in DIFFERENCES:
            assert f"### {code}\n" in page

    def test_the_table_of_the_readme_is_in_step(self, document: Document) -> None:
        readme = PAGES["README"].read_text(encoding="utf-8")
        assert PAGES["cases_table"](document) in readme
        assert readme == PAGES["readme_with"](readme, document)


def as_predicted(file: CaseFile) -> CaseFile:
    """The cases with what is predicted as what is expected."""

    def expecting(case: Case) -> Case:
        result = run_case(case, file.tables)
        answer = predicted_answer(case.request.arguments, result.prediction)
        if answer.error:
            return replace(case, expected={"error": answer.error})
        expected: dict[str, object] = {"accepted": True, **answer.consumed_capacity}
        if case.request.operation in SINGLE_OPERATIONS:
            for figures in answer.consumed_capacity.values():
                expected = dict(figures)
        return replace(case, expected=expected)

    return replace(file, cases=tuple(expecting(case) for case in file.cases))


@pytest.mark.parametrize("version", ["3.3.1", "1.25.1"])
@pytest.mark.parametrize("path", [AROUND, FURTHER], ids=lambda path: path.stem)
def test_dynamodb_local_answers_as_predicted_or_as_known(path: Path, version: str) -> None:
    file = as_predicted(load_cases(path))
    assert file.faults == ()
    run = run_conformance(path.name, file, [partial(local_server, version)])
    [column] = run.columns
    unknown = [
        (case.name, case.differences)
        for case in column.cases
        if case.outcome is Outcome.DIFFERS and not case.known
    ]
    assert unknown == []


def test_an_endpoint_is_left_as_it_was(endpoint: Endpoint, tmp_path: Path) -> None:
    mine = Table("mine", KeyAttribute("id", "S"))
    cases = few(tmp_path / "cases.json", "tx-a3", "aws-query-empty-ec", "partiql-c1")
    with Tables(endpoint) as control:
        name = control.create(mine)
        done = conformance(
            *("conformance", str(cases), "--endpoint-url", endpoint.url),
            *("--table-prefix", endpoint.table_prefix),
        )
        assert control.names() == [name]
    for code in ("EMU01", "EMU04", "EMU06"):
        assert f"{endpoint.url} ({code})" in done.stdout


def test_a_case_whose_record_differs_is_told_with_both_figures(tmp_path: Path) -> None:
    expected = {"CapacityUnits": 7}
    cases = few(tmp_path / "cases.json", "dynalite-put-1025-total", expected=expected)
    done = conformance("conformance", str(cases), "--no-emulator", status=1)
    assert "dynalite-put-1025-total  PutItem\n" in done.stdout
    assert "predictor: CapacityUnits 7, predicted 2.0" in done.stdout
    assert "the predictor agrees with 0 of 1 case, 1 differ" in done.stdout


def test_a_wrong_case_is_told_in_one_line_and_the_others_are_run(tmp_path: Path) -> None:
    cases = few(tmp_path / "cases.json", "tx-a3", "tx-a2")
    document = json.loads(cases.read_text(encoding="utf-8"))
    document["cases"][0]["request"]["operation"] = "PutItems"
    cases.write_text(json.dumps(document), encoding="utf-8")
    done = conformance("conformance", str(cases), "--no-emulator", status=1)
    [line] = [line for line in done.stdout.splitlines() if "'PutItems'" in line]
    assert "the predictor agrees with 1 of 1 case; 1 fault of the file" in done.stdout
    assert document["cases"][0]["id"] in line


@pytest.mark.parametrize(
    ("text", "code"),
    [("[", "DP101"), ("[]", "DP112"), ('{"cases": []}', "DP112"), ('{"cases": 1}', "DP112")],
)
def test_a_file_without_cases_is_bad_input(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    assert code in conformance("conformance", str(path), status=2).stderr


def test_without_a_file_the_shipped_one_is_looked_for(tmp_path: Path) -> None:
    assert "capacity-cases.json" in conformance("conformance", folder=tmp_path, status=2).stderr
    assert "114 of 115 cases" in conformance("conformance", "--no-emulator").stdout


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (["--endpoint-url", "http://127.0.0.1:1"], 3, "127.0.0.1:1"),
        (["--endpoint-url", "https://dynamodb.us-east-1.amazonaws.com"], 3, "DP507"),
        (["--server-version", "0.1"], 2, "not one of the pinned versions"),
        (["--no-emulator", "--moto"], 2, "nothing to run on"),
        (["--endpoint-url", "http://127.0.0.1:1", "--server-version", "3.3.1"], 2, "instead of"),
    ],
)
def test_where_it_cannot_run_it_says_why(options: list[str], status: int, told: str) -> None:
    done = conformance("conformance", str(SHIPPED), *options, status=status)
    assert told in done.stderr
    assert done.stdout == ""


def test_moto_is_a_column_where_it_is_installed_and_else_said_to_be_missing(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    cases = few(tmp_path / "cases.json", "tx-a3")
    options = ("conformance", str(cases), "--moto", "--endpoint-url", endpoint.url)
    if find_spec("moto") is None:
        told = conformance(*options, status=3).stderr
        assert "DP515: moto is not installed" in told
        assert "pip install 'dynaproof[moto]'" in told
    else:
        assert "moto 5" in conformance(*options).stdout


def test_a_server_that_ends_meanwhile_ends_the_command() -> None:
    file = load_cases(SHIPPED)
    with LocalServer.start() as server:
        endpoint = Endpoint(server.endpoint_url)

        def end_it(done: int) -> None:
            server.stop()

        with pytest.raises(EnvironmentFault, match=str(server.port)):
            measure_cases(file.cases, file.tables, endpoint, "conformance", end_it)


def test_what_an_emulator_refuses_is_a_difference(endpoint: Endpoint) -> None:
    # The entries of LSIs count towards the 400 KB of an item.
    file = load_cases(SHIPPED)
    [case] = [case for case in file.cases if case.name == "idx-lsi-grow"]
    large = {**case.setup[0].arguments}
    large["Item"] = {**large["Item"], "proj": {"S": "x" * 300_000}}  # type: ignore[dict-item]  # an item
    heavy = replace(case, setup=(replace(case.setup[0], arguments=large),))
    [measured] = measure_cases([heavy], file.tables, endpoint, "conformance")
    [line] = measured.differences
    assert line.startswith("setup request 1 is refused: ValidationException: ")
    with Tables(endpoint) as control:
        assert control.names() == []
