"""Each file in cases/bad/ says in its first lines what is found in it, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dynaproof.model.diagnostic import Diagnostic, in_reading_order
from dynaproof.proof.check import check_file

CASES = Path(__file__).parent / "cases"
BAD = sorted((CASES / "bad").glob("*.yaml"))
_EXPECTED = re.compile(
    r'^# expect: (?P<code>DP\d{3}) at (?P<place>whole file|(?:[\w.]+:)?\d+:\d+)(?: "(?P<hint>.*)")?$'
)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_all_findings_at_once_each_at_its_place(file: Path) -> None:
    expected = [
        found
        for line in file.read_text().splitlines()
        if line.startswith("# expect") and (found := _EXPECTED.match(line))
    ]
    assert expected, "the case says nothing"
    diagnostics = check_file(file).diagnostics
    assert sorted(_shown(found, file) for found in diagnostics) == sorted(
        (one["code"], one["place"]) for one in expected
    ), "\n".join(map(str, diagnostics))
    for one in expected:
        hints = [d.hint for d in diagnostics if _shown(d, file) == (one["code"], one["place"])]
        assert one["hint"] is None or any(one["hint"] in hint for hint in hints)


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_findings_are_in_reading_order_and_say_what_is_wrong(file: Path) -> None:
    diagnostics = check_file(file).diagnostics
    assert diagnostics == in_reading_order(diagnostics)
    for found in diagnostics:
        assert found.message == found.message.strip() != ""
        assert "\n" not in found.message


def _shown(found: Diagnostic, file: Path) -> tuple[str, str]:
    assert found.place is not None
    if not found.place.line:
        return found.code.value, "whole file"
    name = "" if found.place.file == str(file) else Path(found.place.file).name + ":"
    return found.code.value, f"{name}{found.place.line}:{found.place.column}"
