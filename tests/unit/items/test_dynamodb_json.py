"""Texts that hold DynamoDB JSON, exact numbers and base64: items and sizes as the model has them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.item_size import item_bytes, value_bytes
from dynaproof.definition.load import examine_text
from dynaproof.facts.database import Facts
from dynaproof.items.changed_items import expected_items
from dynaproof.items.dynamodb_json import canonical_json, exact_number, json_bytes
from dynaproof.items.stored import make_items, prepare
from dynaproof.model.attribute_value import number_text, to_attribute_value, to_wire
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.check import check_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)
LEAVES = st.none() | st.booleans() | TEXTS | NUMBERS | st.binary(max_size=5)
SETS = (
    st.sets(TEXTS, min_size=1, max_size=3)
    | st.sets(st.integers(), min_size=1, max_size=3)
    | st.sets(st.binary(max_size=4), min_size=1, max_size=3)
)
VALUES = st.recursive(
    LEAVES | SETS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS.filter(bool), inner, min_size=2, max_size=3)
    ),
    max_leaves=8,
)
DEFINITION = """
version: 1
name: things
entities:
  things:
    from: things.jsonl
    attributes:
      id: {type: text}
      info: {type: text}
      size: {type: text}
      blob: {type: text}
      zip: {type: text}
      scores: {type: "text[]"}
tables:
  things:
    partition_key: {name: size, type: N}
    sort_key: id
    items:
      thing:
        from: things
        key: {size: {value: "${size}", type: N}, id: "${id}"}
        attributes:
          info: {dynamodb_json: "${info}"}
          blob: {value: "${blob}", type: B}
          zip: ${zip}
          scores: {value: "${scores}", type: NS}
"""


@given(VALUES)
def test_a_value_keeps_its_type_and_has_the_size_that_the_service_counts(value: object) -> None:
    typed = to_wire(to_attribute_value(value))
    text = json.dumps(typed)
    again = json.loads(canonical_json(text))
    assert canonical_json(json.dumps(again)) == canonical_json(text)
    assert to_wire(to_attribute_value(_plain(again))) == typed
    assert json_bytes(text) == value_bytes(typed)


def _plain(typed: object) -> object:
    from dynaproof.model.attribute_value import from_attribute_value, from_wire

    return from_attribute_value(from_wire(cast(dict[str, object], typed)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        '"S"',
        "{}",
        '{"S": "a", "N": "1"}',
        '{"X": "a"}',
        '{"N": 5}',
        '{"N": "five"}',
        '{"NULL": false}',
        '{"SS": []}',
        '{"B": "%"}',
        '{"L": [1]}',
        '{"M": {"": {"S": "x"}}}',
        '{"M": {"a": "x"}}',
        '{"L": [' * 40 + '{"S": "x"}' + "]}" * 40,
    ],
)
def test_what_is_no_value_of_dynamodb_is_refused(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"DynamoDB|attribute value|type|number|list|set|base64|name|nested"
    ):
        canonical_json(text)


def test_equal_values_have_one_form() -> None:
    assert canonical_json('{"N": "1.50e1"}') == '{"N":"15"}'
    assert canonical_json('{"SS": ["b", "a", "b"]}') == '{"SS":["a","b"]}'
    assert canonical_json('{"NS": ["10", "9", "9.0"]}') == '{"NS":["9","10"]}'
    assert (
        exact_number(" 12345678901234567890123456789012345678 ")
        == "1234567890123456789012345678901234567" + "8"
    )


def test_items_of_both_ways_are_the_same_and_texts_stay_as_they_are(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {
            "id": "007",
            "info": '{"M":{"a":{"N":"1.0"},"b":{"L":[{"BOOL":true},{"NULL":true}]}}}',
            "size": "-0.00000000000000000000000000000000000012345",
            "blob": base64.b64encode(b"\x00\xff").decode(),
            "zip": "2026-01-01",
            "scores": ["12345678901234567890123", "7.0", "7"],
        },
        {"id": "8", "info": None, "size": "9" * 38, "blob": None, "zip": "01234"},
    ]
    definition = _definition(tmp_path, rows)
    wanted = [
        {
            "id": {"S": "007"},
            "size": {"N": number_text(str(rows[0]["size"]))},
            "info": {"M": {"a": {"N": "1"}, "b": {"L": [{"BOOL": True}, {"NULL": True}]}}},
            "blob": {"B": "AP8="},
            "zip": {"S": "2026-01-01"},
            "scores": {"NS": ["12345678901234567890123", "7"]},
        },
        {"id": {"S": "8"}, "size": {"N": "9" * 38}, "zip": {"S": "01234"}},
    ]
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection, definition)
        items = make_items(facts.connection, definition, definition.tables[0])
        made = items.connection.execute(f"SELECT item, bytes FROM {items.relation}").fetchall()
        assert sorted((json.loads(item) for item, _ in made), key=str) == sorted(wanted, key=str)
        assert [bytes_ for _, bytes_ in made] == [item_bytes(json.loads(item)) for item, _ in made]
        expected = expected_items(facts.connection, definition)
        assert not expected.faults
        assert sorted(expected.items.values(), key=str) == sorted(wanted, key=str)


def test_a_column_that_holds_no_dynamodb_json_is_told_with_its_place(tmp_path: Path) -> None:
    definition = _definition(tmp_path, [{"id": "1", "info": "{", "size": "1"}])
    with Facts.generate(
        definition.entities, seed=1, folder=definition.folder, places=definition.source
    ) as facts:
        prepare(facts.connection, definition)
        with pytest.raises(InputError) as raised:
            make_items(facts.connection, definition, definition.tables[0])
        assert raised.value.diagnostics[0].code is Code.SQL_INVALID
        assert "no DynamoDB JSON" in raised.value.diagnostics[0].message
        [fault] = expected_items(facts.connection, definition).faults
        assert fault.code is Code.ATTRIBUTE_TYPE


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id: "${id}"}', 'id: {dynamodb_json: "${id}"}}', Code.UNKNOWN_KEY),
        ("info: {type: text}", "info: {type: number}", Code.ATTRIBUTE_TYPE),
        ("info: {type: text}", "info: {type: map}", Code.WRONG_TYPE),
        ("info: {type: text}", "info: {type: text, generate: uuid}", Code.UNKNOWN_KEY),
        ('{dynamodb_json: "${info}"}', '{dynamodb_json: "${nothing}"}', Code.TEMPLATE_COLUMN),
        ('{dynamodb_json: "${info}"}', '{dynamodb_json: "$x"}', Code.TEMPLATE_SYNTAX),
    ],
)
def test_wrong_uses_are_findings(tmp_path: Path, old: str, new: str, code: Code) -> None:
    (tmp_path / "things.jsonl").write_text(
        '{"id": "1", "info": 1, "size": "1", "blob": "", "zip": "", "scores": null}'
    )
    assert old in DEFINITION
    checked = check_text(
        DEFINITION.replace(old, new), str(tmp_path / "things.yaml"), folder=tmp_path
    )
    assert code in {one.code for one in checked.diagnostics}


def _definition(folder: Path, rows: Sequence[Mapping[str, object]]) -> Definition:
    lines = [json.dumps({"blob": None, "zip": None, "scores": None, **row}) + "\n" for row in rows]
    (folder / "things.jsonl").write_text("".join(lines))
    loaded = examine_text(DEFINITION, str(folder / "things.yaml"), folder=folder)
    assert not loaded.diagnostics
    assert loaded.definition is not None
    return loaded.definition
