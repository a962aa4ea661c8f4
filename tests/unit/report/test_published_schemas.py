"""The published forms of what is written as JSON, and the pages that describe them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from dynaproof.cli import main
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.report.findings import diagnostics_to_json
from dynaproof.report.published_schemas import published_schema

ROOT = Path(__file__).parents[3]
TOOL = runpy.run_path(str(ROOT / "tools" / "json_pages.py"))
NAMES = ["run", "prove", "findings"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_and_the_command_prints_it(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(published_schema(name)))
    printed = CliRunner().invoke(main, ["schema", f"--{name}"])
    assert (printed.exit_code, printed.stdout) == (0, published_schema(name))


@pytest.mark.parametrize("page", TOOL["PAGES"])
def test_the_reference_page_is_in_step_with_the_schema(page: str) -> None:
    written = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert written == TOOL["json_page"](TOOL["PAGES"][page]), (
        "write it again: python tools/json_pages.py"
    )


@pytest.mark.parametrize("name", ["prove", "findings"])
def test_every_property_is_described(name: str) -> None:
    page = (ROOT / "docs" / "reference" / f"{name}-json.md").read_text(encoding="utf-8")
    rows = [line for line in page.split("\n") if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []


def test_findings_are_in_the_published_form() -> None:
    findings = [
        Diagnostic(Code.SCAN, "x", Place("a.yaml", 1, 2), "h", Severity.WARNING),
        Diagnostic(Code.NO_JAVA, "\ud800"),
        Diagnostic(Code.YAML_SYNTAX, "y", Place("a.yaml")),
    ]
    schema = json.loads(published_schema("findings"))
    schema["$defs"]["diagnostic"]["additionalProperties"] = False
    written = json.loads(diagnostics_to_json(findings))
    assert [one["code"] for one in written] == ["DP703", "DP501", "DP102"]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(written)) == []
