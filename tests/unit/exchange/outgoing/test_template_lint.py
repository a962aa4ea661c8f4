"""Exported templates are clean by cfn-lint: errors, warnings and remarks (I) alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from dynaproof.definition.load import load
from dynaproof.exchange.exported import Export
from dynaproof.exchange.outgoing.formats import FORMATS
from dynaproof.model.definition import Definition

PATTERNS = Path(__file__).parents[4] / "patterns"
EVERYTHING = Path(__file__).parent / "every-table-property.yaml"
SHIPPED = sorted(PATTERNS.glob("*.yaml"))
# Beside the rules that cfn-lint applies unless told otherwise, all E and W, those of remarks.
RULES = ManualArgs(include_checks=["I"], regions=["us-east-1", "eu-central-1"])


def found(text: str) -> list[str]:
    return sorted(f"{one.rule.id}: {one.message}" for one in lint(text, config=RULES))


def template(export: Export, definition: Definition) -> str:
    files, _ = export(definition, lambda _: iter(())).whole()
    [content] = files.values()
    return content.decode()


@pytest.mark.parametrize("file", [*SHIPPED, EVERYTHING], ids=lambda file: file.stem)
@pytest.mark.parametrize(("form", "suffix"), [("cloudformation", ".json"), ("sam", ".yaml")])
def test_a_template_is_clean(file: Path, form: str, suffix: str) -> None:
    assert found(template(FORMATS[form].export(suffix), load(file))) == []


def test_cfn_lint_would_find_what_is_wrong() -> None:
    document = json.loads(template(FORMATS["cloudformation"].export(".json"), load(EVERYTHING)))
    table = document["Resources"]["EveryThingTable"]
    del table["DeletionPolicy"]
    table["Properties"]["KeySchema"][0]["AttributeName"] = "unknown"
    table["Properties"]["Billing"] = "PROVISIONED"
    rules = {one.partition(":")[0] for one in found(json.dumps(document))}
    assert {"E3002", "E3039", "I3011"} <= rules
