"""The outline that goes with tables alone holds once it is no comment any more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dynaproof.definition.yaml_writer import yaml_text
from dynaproof.exchange.draft import Draft, DraftTable
from dynaproof.exchange.drafting import definition_of
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.check import check_text
from dynaproof.proof.prepared import prepare_items

KEYS = [
    [KeyAttribute("pk")],
    [KeyAttribute("pk"), KeyAttribute("sk")],
    [KeyAttribute("id")],
    [KeyAttribute("id"), KeyAttribute("number", "N")],
    [KeyAttribute("number", "N"), KeyAttribute("at")],
    [KeyAttribute("seal", "B"), KeyAttribute("n", "N")],
    [KeyAttribute("a: b #c"), KeyAttribute("'\"`${x}")],
]


@pytest.mark.parametrize("keys", KEYS, ids=lambda keys: " ".join(key.name for key in keys))
def test_the_outline_is_a_definition(keys: Sequence[KeyAttribute], tmp_path: Path) -> None:
    table = Table("shop.things", keys[0], keys[1] if len(keys) > 1 else None)
    made = definition_of(Draft("shop", "a test", tables=(DraftTable(table),)))
    assert check_text(made.definition, folder=tmp_path).diagnostics == ()
    lines = made.definition.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("#   entities:"))
    yaml = YAML(typ="safe")
    whole = yaml.load(made.definition)
    outline = yaml.load("\n".join(line.removeprefix("#   ") for line in lines[start:]))
    for name, more in outline["tables"].items():
        whole["tables"][name] |= more
    whole |= {name: outline[name] for name in ("entities", "access_patterns")}
    definition = check_text(yaml_text(whole), folder=tmp_path).require()
    assert check_text(yaml_text(whole), folder=tmp_path).diagnostics == ()
    prepared = prepare_items(definition, 42)
    try:
        assert prepared.items[table.name].count() == 100
    finally:
        prepared.facts.close()
