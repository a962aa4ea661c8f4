"""What CI reads, from Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from dynaproof import Workbench
from dynaproof.api.ci_documents import ci_document
from dynaproof.model.diagnostic import InputError

PATTERNS = Path(__file__).parents[3] / "patterns"


def test_several_definitions_are_one_document() -> None:
    with (
        Workbench(PATTERNS / "chat-system.yaml") as chat,
        Workbench(PATTERNS / "cruddur.yaml") as cruddur,
        Workbench("version: 1\nnmae: x\n") as wrong,
    ):
        suites = list(JUnitXml.fromstring(ci_document("junit", chat, cruddur, wrong)))
        log = json.loads(ci_document("sarif", chat, cruddur, wrong))
        patterns = [len(chat.patterns), len(cruddur.patterns)]
    assert [suite.tests for suite in suites] == [patterns[0] + 1, patterns[1] + 1, 1]
    assert [suite.failures for suite in suites] == [0, 0, 1]
    [run] = log["runs"]
    assert [one["exitCode"] for one in run["invocations"]] == [0, 0, 2]


def test_an_unknown_format_is_refused_with_the_nearest_one() -> None:
    with Workbench(PATTERNS / "cruddur.yaml") as bench, pytest.raises(InputError) as refused:
        ci_document("juni", bench)
    assert "junit" in refused.value.diagnostics[0].hint
