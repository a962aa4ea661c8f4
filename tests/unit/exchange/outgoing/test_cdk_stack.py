"""The CDK stack: its tables, synthesised by the real CDK, are those of the CloudFormation export."""

from __future__ import annotations

import json
import py_compile
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dynaproof.definition.load import load
from dynaproof.exchange.outgoing.cdk import export_cdk, stack_name
from dynaproof.exchange.outgoing.cloudformation import cloudformation_template
from dynaproof.exchange.outgoing.python_text import python_text
from dynaproof.model.definition import Definition

PATTERNS = Path(__file__).parents[4] / "patterns"
EVERYTHING = Path(__file__).parent / "every-table-property.yaml"
FILES = [*sorted(PATTERNS.glob("*.yaml")), EVERYTHING]

# All stacks in one process: each start of the CDK's node takes seconds.
SYNTH = """\
import importlib, json, sys
import aws_cdk as cdk

app = cdk.App(outdir=sys.argv[1], analytics_reporting=False)
for number, (module, stack) in enumerate(json.loads(sys.argv[2])):
    getattr(importlib.import_module(module), stack)(app, f"stack-{number}")
app.synth()
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Definition, Path]]:
    """Each definition with its stack's module, by the module's name."""
    folder = tmp_path_factory.mktemp("stacks")
    found: dict[str, tuple[Definition, Path]] = {}
    for file in FILES:
        definition = load(file)
        files, _ = export_cdk(definition, lambda _: iter(())).whole()
        [content] = files.values()
        module = f"{file.stem.replace('-', '_')}_stack"
        path = folder / f"{module}.py"
        path.write_bytes(content)
        found[module] = definition, path
    return found


def test_the_cdk_makes_the_tables_that_the_template_has(
    written: Mapping[str, tuple[Definition, Path]], tmp_path: Path
) -> None:
    stacks = [(module, stack_name(definition)) for module, (definition, _) in written.items()]
    folder = next(iter(written.values()))[1].parent
    command = [sys.executable, "-c", SYNTH, str(tmp_path), json.dumps(stacks)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for number, (definition, _) in enumerate(written.values()):
        synthesised = json.loads((tmp_path / f"stack-{number}.template.json").read_text())
        template, _ = cloudformation_template(definition)
        assert tables_of(synthesised) == tables_of(template), definition.name
        assert synthesised["Description"] == template["Description"]


def tables_of(template: Mapping[str, Any]) -> dict[str, object]:
    """Tables by name, without the order of what has none."""
    return {
        resource["Properties"]["TableName"]: in_order(
            {name: value for name, value in resource.items() if name != "Metadata"}
        )
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


def in_order(resource: Any) -> object:
    properties = dict(resource["Properties"])
    properties["AttributeDefinitions"] = sorted(
        properties["AttributeDefinitions"], key=lambda one: one["AttributeName"]
    )
    properties.setdefault("BillingMode", "PROVISIONED")  # the service's own default
    return {**resource, "Properties": properties}


def test_the_modules_are_python_as_formatters_leave_it(
    written: Mapping[str, tuple[Definition, Path]],
) -> None:
    paths = [str(path) for _, path in written.values()]
    for path in paths:
        py_compile.compile(path, doraise=True)
    # E501: formatters leave long texts whole.
    for command in (
        ["format", "--diff"],
        ["check", "--select=A,B,C4,E,F,I,N,PIE,RUF,S,UP,W", "--ignore=E501"],
    ):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", *paths]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "it's",
        'say "so"',
        "both ' and \"",
        "\\",
        '"""',
        "a\nb\r\t\x00\x7f\x85",
        "\u2028 é 🦊 \ufeff",
        "{x} %s ${y}",
        "'; import os; '",
    ],
)
def test_a_text_stays_the_text_that_it_is(text: str) -> None:
    literal = python_text(text)
    assert eval(literal) == text
    assert literal.isascii()
    assert "\n" not in literal
