"""What CI systems read is valid, whatever names and values a definition has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from dynaproof import __version__
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place, Severity
from dynaproof.proof.results import RunResult
from dynaproof.report.check_outcome import check_outcome
from dynaproof.report.ci_formats import CI_FORMATS
from dynaproof.report.junit import junit_xml
from dynaproof.report.markdown_summary import MOST_FINDINGS, MOST_STORIES, markdown_summary
from dynaproof.report.outcome import Case, Outcome, fault_outcome
from dynaproof.report.run_outcome import run_outcome
from dynaproof.report.sarif import FINGERPRINT, sarif_json

SCHEMAS = Path(__file__).parents[2] / "schemas"
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit.xsd")
SARIF = jsonschema.Draft4Validator(
    json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
)
HOSTILE = (
    "a|b `c` <script>alert(1)</script> [x](y) *z* @you &amp; ]]> %0A ::error::\x1b\0\ud800\uffff"
)
texts = st.text(st.characters(), max_size=30)


def outcome(*cases: Case, findings: tuple[Diagnostic, ...] = (), name: str = "shop") -> Outcome:
    return Outcome("run", "patterns/shop.yaml", name, "said", 1, cases, findings, {"seed": "7"})


def hostile(text: str) -> Outcome:
    findings = (Diagnostic(Code.UNKNOWN_KEY, text, Place(text, 2, 3), text),)
    case = Case(text, "failed", "DP104", text, text, text, (text,))
    return outcome(case, findings=findings, name=text)


def sarif(*outcomes: Outcome, documentation: str = "") -> Any:
    log = json.loads(sarif_json(outcomes, documentation))
    SARIF.validate(log)
    [run] = log["runs"]
    return run


# --- JUnit


def junit(*outcomes: Outcome) -> JUnitXml:
    document = junit_xml(outcomes)
    JUNIT.validate(document.decode())
    return JUnitXml.fromstring(document)


def test_junit_has_a_suite_for_each_definition_and_a_case_for_each_pattern(
    result: RunResult, shop: Definition
) -> None:
    suites = list(junit(run_outcome(result), check_outcome("shop.yaml", shop, [])))
    assert [(s.name, s.tests, s.failures, s.errors, s.skipped) for s in suites] == [
        ("shop", 4, 1, 1, 0),
        ("shop", 5, 0, 0, 0),
    ]
    kinds = {case.name: [type(one) for one in case.result] for case in suites[0]}
    assert kinds == {
        "read-order": [],
        "orders-of-a-day": [],
        "place-order": [Failure],
        "wrong-order": [Error],
    }
    root = Xml.fromstring(junit_xml([run_outcome(result)]))
    assert {one.get("name"): one.get("value") for one in root.iter("property")} == {
        "command": "run",
        "seed": "7",
        "server": "DynamoDB Local 3.3.1",
        "dynaproof": __version__,
    }


def test_junit_tells_failures_whole() -> None:
    text = "DP801  read: 1 of 2 rows is missing\n\n  These rows\n    <b> & ]]>"
    failed = Case("read", "failed", "DP801", "'read': 1 of 2 rows", text)
    skipped = Case("write", "skipped", message="there are no facts")
    [suite] = junit(outcome(failed, skipped))
    read, write = suite
    [told] = read.result
    assert (told.type, told.message, told.text) == ("DP801", "'read': 1 of 2 rows", text)
    [left] = write.result
    assert (type(left), left.message) == (Skipped, "there are no facts")


def test_cases_of_two_commands_on_one_definition_are_told_apart(
    result: RunResult, shop: Definition
) -> None:
    suites = junit(run_outcome(result), check_outcome("shop.yaml", shop, []))
    names = [(case.classname, case.name) for suite in suites for case in suite]
    assert len(names) == len(set(names))


@given(texts)
def test_junit_is_valid_with_any_text(text: str) -> None:
    written = junit_xml([hostile(text)])
    assert list(JUNIT.iter_errors(written.decode())) == []
    [suite] = JUnitXml.fromstring(written)
    assert (suite.tests, suite.failures) == (1, 1)


# --- SARIF


def test_sarif_has_a_rule_for_each_code_and_a_place_for_each_finding(result: RunResult) -> None:
    run = sarif(run_outcome(result))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DP409", "DP601"]
    assert [(one["ruleId"], rules[one["ruleIndex"]]["id"]) for one in run["results"]] == [
        ("DP601", "DP601"),
        ("DP409", "DP409"),
    ]
    [location] = run["results"][0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "shop.yaml"},
        "region": {"startLine": 28, "startColumn": 37},
    }
    assert run["results"][1]["message"]["text"].endswith("\nSee the request.")


@pytest.mark.parametrize(
    ("code", "page"),
    [
        (Code.SCAN, "design/DP703.md"),
        (Code.QUESTION_COLUMN, "design/DP413.md"),
        (Code.ROWS_MISSING, "codes.md"),
    ],
)
def test_a_rule_says_where_it_is_documented(code: Code, page: str) -> None:
    found = outcome(findings=(Diagnostic(code, "x", Place("a.yaml", 1, 1)),))
    [rule] = sarif(found, documentation="https://docs.example/reference/")["tool"]["driver"][
        "rules"
    ]
    assert rule["helpUri"] == f"https://docs.example/reference/{page}"
    assert f"docs/reference/{page}" in rule["help"]["text"]
    assert (SCHEMAS.parents[1] / "docs" / "reference" / page).is_file()
    [rule] = sarif(found)["tool"]["driver"]["rules"]
    assert "helpUri" not in rule


def fingerprints(text: str, definition: Callable[[str], Definition]) -> list[str]:
    shop = definition(text)
    found = [
        Diagnostic(Code.EXPECTATION_BROKEN, f"{number} units", shop.source.key(*path))
        for number, path in enumerate(
            [("access_patterns", "place-order", "expect")] * 2 + [("tables", "shop-orders")]
        )
    ]
    run = sarif(check_outcome("shop.yaml", shop, found))
    return [one["partialFingerprints"][FINGERPRINT] for one in run["results"]]


def test_fingerprints_stay_when_lines_move_and_are_of_one_finding_each(
    define: Callable[[str], Definition],
) -> None:
    text = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    [text] = re.findall(r'DEFINITION = """\\\n(.*?)"""', text, re.DOTALL)
    before = fingerprints(text, define)
    moved = fingerprints(text.replace("entities:", "\n# moved\nentities:"), define)
    assert before == moved
    assert len(set(before)) == 3


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("patterns/shop.yaml", "patterns/shop.yaml"),
        ("./my shop#1.yaml", "my%20shop%231.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("/work space/shop.yaml", "file:///work%20space/shop.yaml"),
    ],
)
def test_files_are_uri_references(file: str, uri: str) -> None:
    found = Diagnostic(Code.UNKNOWN_KEY, "x", Place(file, 1, 1))
    [result] = sarif(outcome(findings=(found,)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_what_has_no_place_is_at_the_file() -> None:
    [result] = sarif(outcome(findings=(Diagnostic(Code.UNKNOWN_KEY, "x"),)))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "patterns/shop.yaml"}}


def test_a_fault_of_the_environment_is_no_result_but_a_notification() -> None:
    fault = EnvironmentFault(Diagnostic(Code.NO_JAVA, "no Java", hint="Install it."))
    run = sarif(fault_outcome("run", "shop.yaml", fault))
    assert run["results"] == []
    [invocation] = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    [told] = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "no Java\nInstall it."


def test_results_of_one_command_do_not_replace_those_of_another(
    result: RunResult, shop: Definition
) -> None:
    run, check = run_outcome(result), check_outcome("a.yaml", shop, [])
    ids = [sarif(*one)["automationDetails"]["id"] for one in ([run], [check], [check, check])]
    assert ids == ["dynaproof/run/shop.yaml/", "dynaproof/check/a.yaml/", "dynaproof/check/"]


def test_warnings_are_warnings() -> None:
    warning = Diagnostic(Code.SCAN, "x", Place("a.yaml", 1, 1), severity=Severity.WARNING)
    [result] = sarif(outcome(findings=(warning,)))["results"]
    assert result["level"] == "warning"


@given(texts)
def test_sarif_is_valid_with_any_text(text: str) -> None:
    log = json.loads(sarif_json([hostile(text)], ""))
    assert list(SARIF.iter_errors(log)) == []
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["DP104"]


# --- Markdown


class Tags(HTMLParser):
    """The HTML that a reader of Markdown would let through."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_markdown_shows_verdict_patterns_and_findings(result: RunResult) -> None:
    text = markdown_summary([run_outcome(result)])
    assert text.startswith("## dynaproof run: shop\n\n**1 of 3 access patterns held")
    assert re.search(r"^\| place-order \| failed \| broken \| not proved \|", text, re.MULTILINE)
    assert "| shop.yaml:28:37 | error | DP601 |" in text
    assert "<summary>place-order: DP601</summary>" in text


@given(texts)
def test_markdown_tables_keep_their_columns_with_any_text(text: str) -> None:
    shown, _, _ = markdown_summary([hostile(text)]).partition("<details>")
    rows = [line for line in shown.split("\n") if line.startswith("|")]
    columns = [len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) - 1 for row in rows]
    assert columns == [3, 3, 3, 4, 4, 4]


@pytest.mark.parametrize("text", [HOSTILE, "```\n</details>", "~~~", "`" * 9 + "\n# x"])
def test_markdown_holds_no_markup_of_the_data(text: str) -> None:
    lines = markdown_summary([hostile(text)]).split("\n")
    [opened] = [number for number, line in enumerate(lines) if re.fullmatch("`{3,}text", line)]
    fence = lines[opened].removesuffix("text")
    closed = lines.index(fence, opened + 1)
    assert lines[closed + 1 : closed + 3] == ["", "</details>"]
    outside = "\n".join(lines[:opened] + lines[closed:])
    parser = Tags()
    parser.feed(re.sub(r"\\.", "", outside))
    assert parser.tags == ["details", "summary"]
    assert "@" not in outside


def test_a_long_summary_says_what_it_leaves_out() -> None:
    cases = [Case(f"p{n}", "failed", "DP801", "x", "told") for n in range(MOST_STORIES + 3)]
    findings = [Diagnostic(Code.SCAN, f"{n}") for n in range(MOST_FINDINGS + 1)]
    text = markdown_summary([outcome(*cases, findings=tuple(findings))])
    assert text.count("<details>") == MOST_STORIES
    assert "and 3 more that fail\n" in text
    assert "and 1 more finding\n" in text


# --- all


@pytest.mark.parametrize("format_", CI_FORMATS)
def test_the_same_outcome_gives_the_same_bytes_without_times(
    format_: str, result: RunResult
) -> None:
    write = CI_FORMATS[format_]
    assert write([run_outcome(result)]) == write([run_outcome(replace(result))])
    assert b"time" not in write([run_outcome(result)]).lower()


@pytest.mark.parametrize("format_", CI_FORMATS)
@given(texts)
def test_any_text_can_be_written(format_: str, text: str) -> None:
    assert CI_FORMATS[format_]([hostile(text)]).decode()


def test_findings_of_one_kind_at_one_place_are_one_annotation() -> None:
    place = Place("a.yaml", 2, 3)
    found = [Diagnostic(Code.EXPECTATION_BROKEN, f"call {n}", place) for n in range(3)]
    found.append(Diagnostic(Code.EXPECTATION_BROKEN, "elsewhere", Place("a.yaml", 9, 1)))
    lines = CI_FORMATS["github"]([outcome(findings=tuple(found))]).decode().splitlines()
    assert [line.rpartition("::")[2] for line in lines] == [
        "call 0%0Aand 2 more at this place",
        "elsewhere",
    ]


def test_one_annotation_is_one_line() -> None:
    [line, rest] = CI_FORMATS["github"]([hostile(HOSTILE + "\r\nx")]).decode().split("\n")
    assert line.startswith("::error file=")
    assert rest == ""
