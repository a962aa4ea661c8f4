"""What exporters to object mappers know of item types: shapes, and what fills keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.exchange.exported import ItemsOf
from dynaproof.exchange.outgoing.electrodb import export_electrodb
from dynaproof.exchange.outgoing.entity_fields import EntityFields, entity_fields
from dynaproof.exchange.outgoing.entity_keys import Padding, entity_properties
from dynaproof.exchange.outgoing.entity_shapes import Shape, merged, shape_of_value
from dynaproof.exchange.outgoing.onetable import export_onetable
from dynaproof.exchange.outgoing.pynamodb import export_pynamodb
from dynaproof.model.definition import Definition
from dynaproof.model.template import Field

Generated = tuple[Definition, ItemsOf]
ATTIC = """
version: 1
name: attic
entities:
  boxes:
    count: 6
    attributes:
      number: {generate: sequence}
      label:  {generate: sentence}
      packed: {generate: timestamp, from: 2026-01-01, to: 2026-06-30}
tables:
  attic:
    partition_key: pk
    sort_key: sk
    global_secondary_indexes:
      by-label: {partition_key: label_key, sort_key: number}
    items:
      box:
        from: >
          SELECT *, CASE WHEN number % 2 = 0 THEN '{"N":"7"}' ELSE '{"S":"x"}' END AS either,
                 concat('{"L":[{"N":"', number, '.5"},{"NULL":true}]}') AS list,
                 CASE WHEN number > 2 THEN '{"BOOL":true}' END AS sometimes
          FROM boxes
        key: {pk: "BOX#${number:06d}", sk: "${packed:%Y-%m}#${number:3d}#${packed:iso}#${label}"}
        attributes:
          number: {value: "${number}", type: S}
          label_key: ${label}
          label: ${label}
          weight: ${number}
          either: {dynamodb_json: "${either}"}
          list: {dynamodb_json: "${list}"}
          sometimes: {dynamodb_json: "${sometimes}"}
access_patterns: {}
"""


@pytest.fixture(scope="module")
def attic(generated: Callable[[str], Generated]) -> Generated:
    return generated(ATTIC)


@pytest.fixture(scope="module")
def box(attic: Generated) -> EntityFields:
    [entity] = entity_fields(*attic)["attic"]
    return entity


def test_values_of_any_type_tell_their_shape(box: EntityFields) -> None:
    shapes = {one.name: (one.shape, one.required) for one in box.attributes}
    assert shapes["either"] == (Shape(None), True)
    assert shapes["list"] == (Shape("L", element=Shape("N", "decimal")), True)
    assert shapes["sometimes"] == (Shape("BOOL", "boolean"), False)
    assert shapes["number"] == (Shape("S", "integer"), True)


def test_fields_of_keys_are_filled_by_what_holds_the_same(box: EntityFields) -> None:
    properties = entity_properties(box)
    filling = {str(field): one for field, one in properties.fields.items()}
    assert {text: (one.name, one.type, one.padding) for text, one in filling.items()} == {
        "${number:06d}": ("weight", "number", Padding(6, "0")),
        "${packed:%Y-%m}": ("packed", "text", None),
        "${number:3d}": ("number_", "number", Padding(3, " ")),
        "${packed:iso}": ("packed_iso", "instant", None),
        "${label}": ("label", "text", None),
    }
    assert [one.name for one in properties.own] == ["packed", "number_", "packed_iso"]
    assert "label_key" not in properties.attributes, "it is what label is"
    assert properties.filling(Field("label")).attribute is box.attribute("label")


@pytest.mark.parametrize("export", [export_pynamodb, export_electrodb, export_onetable])
def test_values_of_several_types_are_told_or_carried(
    attic: Generated, export: Callable[[Definition, ItemsOf], object]
) -> None:
    exported = export(*attic)
    told = [str(one) for one in exported.not_carried]  # type: ignore[attr-defined]  # Exported
    files = exported.files  # type: ignore[attr-defined]  # Exported
    mixed = "tables.attic.items.box.attributes.either"
    assert any(one.startswith(mixed) for one in told) == (export is export_pynamodb)
    assert all((b"either" in one) == (export is not export_pynamodb) for one in files.values())


values = st.recursive(
    st.sampled_from([("S", "x"), ("N", "1"), ("N", "-2.5"), ("BOOL", True), ("NULL", True)]),
    lambda inner: (
        st.lists(inner.map(lambda one: dict([one])), max_size=3).map(lambda one: ("L", one))
        | st.dictionaries(st.text(max_size=2), inner.map(lambda one: dict([one])), max_size=3).map(
            lambda one: ("M", one)
        )
    ),
    max_leaves=6,
)


@given(values, values)
def test_a_merged_shape_does_not_depend_on_order_or_number(
    one: tuple[str, object], other: tuple[str, object]
) -> None:
    first, second = shape_of_value(*one), shape_of_value(*other)
    assert merged(first, first) == first
    both = merged(first, second)
    assert both.type == merged(second, first).type
    assert both.type == (first.type if first.type == second.type else None)
    if both.members is not None:
        assert {name for name, _ in both.members} >= {name for name, _ in first.members or ()}
