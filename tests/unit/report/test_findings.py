"""Findings as a compiler shows them, as JSON, and as GitHub reads them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.report.findings import (
    diagnostics_to_github,
    diagnostics_to_json,
    print_diagnostics,
)


def printed(*diagnostics: Diagnostic, width: int = 80) -> list[str]:
    stream = io.StringIO()
    print_diagnostics(diagnostics, Console(file=stream, width=width, markup=False))
    return stream.getvalue().splitlines()


def finding(place: Place | None, message: str = "there is no 'x'", hint: str = "") -> Diagnostic:
    return Diagnostic(Code.UNKNOWN_KEY, message, place, hint)


def test_a_finding_says_place_code_message_and_hint(tmp_path: Path) -> None:
    file = tmp_path / "chat.yaml"
    file.write_text("version: 1\nname: chat\n", encoding="utf-8")
    lines = printed(finding(Place(str(file), 2, 7), hint="Did you mean 'y'?"), width=200)
    assert lines == [
        f"{file}:2:7: error DP104: there is no 'x'",
        "    2 | name: chat",
        "      |       ^",
        "    Did you mean 'y'?",
    ]


@pytest.mark.parametrize(
    ("line", "column", "at"),
    [
        pytest.param("name: x", 7, "x", id="plain"),
        pytest.param("\tname: x", 8, "x", id="tab"),
        pytest.param("名前: x", 5, "x", id="wide characters"),
        pytest.param("a\x1b[31m: z", 9, "z", id="escape sequence"),
        pytest.param("y" * 500 + "x", 501, "x", id="far to the right"),
        pytest.param("x" + "y" * 500, 1, "x", id="long line"),
    ],
)
def test_the_caret_stands_below_its_column(tmp_path: Path, line: str, column: int, at: str) -> None:
    file = tmp_path / "f.yaml"
    file.write_text(line + "\n", encoding="utf-8")
    _, shown, caret = printed(finding(Place(str(file), 1, column)))[:3]
    before = shown[: shown.index(at, 8)]
    assert cell_len(before) == caret.index("^")
    assert cell_len(shown) <= 80


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(None, id="no place"),
        pytest.param(Place("gone.yaml", 3, 1), id="no such file"),
        pytest.param(Place(".", 3, 1), id="a folder"),
        pytest.param(Place("bad\0name", 3, 1), id="no file name"),
        pytest.param(Place(__file__, 100_000, 1), id="beyond the end"),
        pytest.param(Place(__file__), id="the file as a whole"),
    ],
)
def test_without_a_source_line_the_finding_is_shown_all_the_same(place: Place | None) -> None:
    [line] = printed(finding(place))
    assert line.endswith("error DP104: there is no 'x'")


def test_a_source_line_is_shown_once_for_several_findings_at_it(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("name: x\n", encoding="utf-8")
    place = Place(str(file), 1, 7)
    lines = printed(finding(place, "one"), finding(place, "two"), width=200)
    assert sum("name: x" in line for line in lines) == 1
    assert sum(line.startswith(f"{file}:1:7:") for line in lines) == 2


def test_json_has_every_part_of_a_finding() -> None:
    warning = Diagnostic(Code.DOWNLOAD, 'say "é"', None, "", Severity.WARNING)
    found = json.loads(diagnostics_to_json([finding(Place("a.yaml", 2, 3), hint="h"), warning]))
    assert found[0] == {
        "code": "DP104",
        "severity": "error",
        "message": "there is no 'x'",
        "hint": "h",
        "file": "a.yaml",
        "line": 2,
        "column": 3,
    }
    assert found[1]["message"] == 'say "é"'
    assert (found[1]["file"], found[1]["line"], found[1]["column"]) == (None, None, None)


def test_no_findings_are_an_empty_list() -> None:
    assert json.loads(diagnostics_to_json([])) == []


@pytest.mark.parametrize(
    ("diagnostic", "command"),
    [
        (
            finding(Place("a.yaml", 2, 3)),
            (
                "::error file=a.yaml,line=2,col=3,"
                "title=DP104 A key is not part of the language.::there is no 'x'"
            ),
        ),
        (
            finding(Place("a,b:c%.yaml", 2, 3), "50%: a,b", "do\r\nthis"),
            (
                "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,"
                "title=DP104 A key is not part of the language.::50%25: a,b%0Ado%0D%0Athis"
            ),
        ),
        (
            Diagnostic(Code.NO_JAVA, "no Java", None, "", Severity.WARNING),
            "::warning title=DP501 No usable Java runtime was found.::no Java",
        ),
        (
            finding(Place("a.yaml")),
            "::error file=a.yaml,title=DP104 A key is not part of the language.::there is no 'x'",
        ),
    ],
)
def test_github_commands_are_escaped(diagnostic: Diagnostic, command: str) -> None:
    assert diagnostics_to_github([diagnostic]) == command + "\n"
