"""ElectroDB models: what fills keys, what is an attribute, and what has no place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dynaproof.exchange.exported import ItemsOf
from dynaproof.exchange.outgoing.electrodb import export_electrodb
from dynaproof.exchange.outgoing.electrodb_entity import electro_model
from dynaproof.exchange.outgoing.entity_fields import entity_fields
from dynaproof.exchange.outgoing.entity_keys import entity_properties
from dynaproof.exchange.outgoing.javascript_text import Code, javascript_text, javascript_value
from dynaproof.model.codes import Code as ErrorCode
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import InputError

MEMBER = "ElectroDB cannot have an attribute with the name of a member of objects"
Generated = tuple[Definition, ItemsOf]
WORKSHOP = """
version: 1
name: workshop
entities:
  jobs:
    count: 4
    attributes:
      number: {generate: sequence}
      part:   {generate: uuid}
      begun:  {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
      photo:  {generate: bytes, length: 4}
tables:
  workshop:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes:
      by-part: {partition_key: part, sort_key: day, projection: {include: [number, other]}}
      by-photo: {partition_key: {name: photo, type: B}}
      by-two: {partition_key: [part, sk]}
      by-text: {partition_key: text}
    items:
      job:
        from: jobs
        key: {pk: "JOB#${number:04d}", sk: "${begun:iso}#${part}"}
        attributes:
          number: ${number}
          part: ${part}
          day: "${begun:%Y-%m-%d}"
          photo: ${photo}
          text: $${x}${part}
          constructor: ${part}
access_patterns: {}
"""


def model_of(generated: Generated) -> tuple[dict[str, Any], list[str]]:
    definition, items = generated
    [entity] = entity_fields(definition, items)["workshop"]
    model = electro_model(entity_properties(entity), definition.name)
    assert model.schema is not None
    return model.schema, [str(one) for one in model.not_carried]


def test_a_key_is_filled_by_the_attributes_that_hold_the_same(
    generated: Callable[[str], Generated],
) -> None:
    schema, _ = model_of(generated(WORKSHOP))
    keys = {"pk": ("JOB#${number}", ["number"]), "sk": ("${begun}#${part}", ["begun", "part"])}
    for part, (template, composite) in keys.items():
        spec = schema["indexes"]["primary"][part]
        assert (spec["template"], spec["composite"]) == (template, composite)
        assert spec["casing"] == "none"
    assert schema["indexes"]["primary"]["pk"]["cast"] == "string"
    assert schema["attributes"]["number"]["padding"] == {"length": 4, "char": "0"}
    assert schema["attributes"]["begun"]["required"] is True
    assert schema["attributes"]["photo"] == {"type": "any", "required": True}


def test_indexes_and_what_has_no_place(generated: Callable[[str], Generated]) -> None:
    schema, told = model_of(generated(WORKSHOP))
    assert [*schema["indexes"]] == ["primary", "by_part"]
    assert schema["indexes"]["by_part"]["projection"] == ["number"]
    assert schema["attributes"]["text"] == {"type": "string"}, "its index is left out"
    assert told == [
        "tables.workshop.by-photo.job: ElectroDB has no binary keys",
        "tables.workshop.by-two.job: ElectroDB's indexes on several attributes take them as they are",
        "tables.workshop.by-text.job: ElectroDB takes ${ within a key for the start of a field",
        f"tables.workshop.constructor: {MEMBER}",
        "tables.workshop.items.job: items that ElectroDB writes also have __edb_e__, __edb_v__, begun",
    ]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('pk: "JOB#${number:04d}"', 'pk: "JOB#$${x}${number}"', "takes ${ within a key"),
        ('sk: "${begun:iso}#${part}"', 'sk: "${number:04d}#${part}"', "a field in both keys"),
        ("partition_key: pk\n", "partition_key: {name: pk, type: B}\n", "no binary keys"),
    ],
    ids=["text like a field", "a field twice", "binary"],
)
def test_a_table_whose_key_cannot_be_built_is_refused(
    generated: Callable[[str], Generated], before: str, after: str, why: str
) -> None:
    text = WORKSHOP.replace(before, after)
    if "B}" in after:
        text = text.replace('pk: "JOB#${number:04d}"', 'pk: "${photo}"')
    with pytest.raises(InputError, match="no item type that ElectroDB can have") as refused:
        export_electrodb(*generated(text))
    [finding] = refused.value.diagnostics
    assert finding.code is ErrorCode.EXPORT
    assert why in (finding.hint or "")


@pytest.mark.parametrize("text", ["</script>", "\u2028\ud800", '"; process.exit(1); "', "`${x}`\\"])
def test_texts_stay_texts(text: str) -> None:
    literal = javascript_text(text)
    assert literal.isascii()
    assert "</" not in literal
    assert json.loads(literal.replace("<\\/", "</")) == text


def test_a_prototype_is_a_member_like_others() -> None:
    assert javascript_value({"__proto__": Code("1"), "a-b": [True, None]}) == (
        '{ ["__proto__"]: 1, "a-b": [true, null] }'
    )
