"""Each rule of design finds what its bad case marks, and nothing in any good one.

A line of a bad case with ``# found`` is where the case's code is found.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Severity
from dynaproof.proof.check import check_file, check_text
from dynaproof.proof.design import RULES
from dynaproof.proof.design.finding import Rule

CASES = Path(__file__).parent / "cases"
BAD = sorted(CASES.glob("*-bad.yaml"))
GOOD = sorted(CASES.glob("*-good.yaml"))
CODES = {code.value: code for code in Code}
REFUSED = {Code.INDEX_KEY_TYPE}  # by DynamoDB, so no matter of taste


def line(found: Diagnostic) -> int:
    assert found.place is not None
    return found.place.line


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_rule_finds_what_is_bad_and_says_where(file: Path) -> None:
    text = file.read_text()
    marked = [number for number, one in enumerate(text.splitlines(), 1) if "# found" in one]
    assert marked
    found = check_file(file).diagnostics
    code = CODES[file.stem.partition("-")[0]]
    assert [(one.code, line(one)) for one in found] == [(code, number) for number in marked]
    severity = Severity.ERROR if code in REFUSED else Severity.WARNING
    assert {one.severity for one in found} == {severity}
    assert all(one.hint for one in found)


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_no_rule_finds_anything_in_what_is_good(file: Path) -> None:
    assert check_file(file).diagnostics == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code.value)
def test_every_rule_has_a_good_and_a_bad_case(rule: Rule) -> None:
    code = rule.code.value
    assert (CASES / f"{code}-bad.yaml").exists()
    assert (CASES / f"{code}-good.yaml").exists()


ACCEPTED = [
    (
        "DP703",
        "accept: {DP703: once a night}",
        "tables: {loans: {partition_key: pk}}\naccess_patterns: {all: {scan: {}, ACCEPT}}\n",
    ),
    (
        "DP703",
        "accept: {DP703: a small table}",
        "tables: {loans: {partition_key: pk, ACCEPT}}\naccess_patterns: {all: {scan: {}}}\n",
    ),
    (
        "DP709",
        "accept: {DP709: for the export}",
        """\
tables:
  loans: {partition_key: pk, global_secondary_indexes: {by-day: {partition_key: day, ACCEPT}}}
access_patterns: {one: {get: {key: {pk: x}}}}
""",
    ),
]


@pytest.mark.parametrize(("code", "accept", "text"), ACCEPTED)
def test_what_is_accepted_with_a_reason_is_not_told(
    code: str, accept: str, text: str, tmp_path: Path
) -> None:
    text = "version: 1\nname: loans\n" + text
    told = check_text(text.replace(", ACCEPT", ""), folder=tmp_path).diagnostics
    assert [one.code.value for one in told] == [code]
    assert check_text(text.replace("ACCEPT", accept), folder=tmp_path).diagnostics == ()
    other = check_text(text.replace("ACCEPT", accept.replace(code, "DP720")), folder=tmp_path)
    assert [one.code.value for one in other.diagnostics] == [code]


def test_what_dynamodb_refuses_cannot_be_accepted(tmp_path: Path) -> None:
    text = (CASES / "DP714-bad.yaml").read_text()
    before = "    partition_key: pk\n"
    assert before in text
    accepting = text.replace(before, before + "    accept: {DP714: so be it}\n")
    found = check_text(accepting, folder=tmp_path).diagnostics
    assert {one.code for one in found} == {Code.INDEX_KEY_TYPE}
