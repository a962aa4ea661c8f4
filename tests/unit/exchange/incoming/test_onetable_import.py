"""OneTable schemas: indexes, models, value templates, saved queries, sample items."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dynaproof.exchange.draft import DescribedItemType, Draft, DraftField, SampledItemType
from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.onetable.schema import read_onetable
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, Projection

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parent / "models" / "onetable-harbour.json").read_bytes()
)
PRIMARY = {"primary": {"hash": "pk", "sort": "sk"}}


def _read(schema: object, file: str = "harbour.json") -> Draft:
    return read_onetable(parse_json(json.dumps(schema).encode(), file))


def _of_model(model: Mapping[str, object], **schema: object) -> Draft:
    return _read({"format": "onetable:1.1.0", "version": "1", "indexes": PRIMARY, "models": {"Thing": model}}
                 | schema)  # fmt: skip


def _thing(draft: Draft) -> DescribedItemType:
    [found] = draft.tables[0].item_types
    assert isinstance(found, DescribedItemType)
    return found


def _field(draft: Draft, name: str) -> DraftField:
    return next(one for one in _thing(draft).fields if one.name == name)


KEYS = {
    "pk": {"type": "string", "value": "thing#${id}"},
    "sk": {"type": "string", "value": "thing#"},
}
ID = {"type": "string", "generate": "ulid"}
DRAFT = _read(SCHEMA)


def test_indexes_are_those_of_the_table() -> None:
    table = DRAFT.tables[0].table
    assert table.name == "harbour"
    assert table.key_attributes == (KeyAttribute("pk"), KeyAttribute("sk"))
    assert [one.name for one in table.global_secondary_indexes] == ["gs1", "gs2"]
    gs2 = table.index("gs2")
    assert gs2 is not None
    assert gs2.sort_key == (KeyAttribute("tonnage", "N"),)
    assert gs2.projection == Projection("include", ("name",))  # its keys are in it anyway
    [local] = table.local_secondary_indexes
    assert (local.partition_key, local.sort_key) == (
        (KeyAttribute("pk"),),
        (KeyAttribute("ls1sk"),),
    )
    assert local.projection == Projection("keys_only")
    assert table.ttl_attribute == "expires"


def test_value_templates_are_keys_and_type_fields_are_constants() -> None:
    _, ship = DRAFT.tables[0].item_types
    assert isinstance(ship, DescribedItemType)
    assert ship.constants == {"_type": "Ship"}
    assert ship.keys == {
        "pk": "harbour#${harbourId}",
        "sk": "ship#${imo}",
        "gs1pk": "ship#${kind}",
        "gs1sk": "ship#${tonnage:08d}#${imo}",
        "gs2pk": "ship#",
        "ls1sk": "ship#${imo}#${name}",
    }


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"type": "string"}, DraftField("x", null=0.2)),
        ({"type": "String", "required": True}, DraftField("x")),
        ({"type": "string", "enum": ["a", "b"], "required": True}, DraftField("x", values=("a", "b"))),
        ({"type": "string", "generate": "uuid"}, DraftField("x", generator="uuid")),
        ({"type": "string", "generate": True}, DraftField("x", generator="uuid")),
        ({"type": "string", "generate": "uid(8)"},
         DraftField("x", generator="code", options={"pattern": "####????"}, unique=True)),
        ({"type": "number", "required": True}, DraftField("x", "N", "integer")),
        ({"type": "boolean", "required": True}, DraftField("x", "BOOL", "boolean")),
        ({"type": "object", "required": True, "schema": {"a": {"type": "string"}}}, DraftField("x", "M")),
        ({"type": "array", "required": True, "items": {"type": "string"}}, DraftField("x", "L")),
        ({"type": "set", "required": True}, DraftField("x", "SS")),
        ({"type": "set", "required": True, "items": {"type": "number"}}, DraftField("x", "NS")),
        ({"type": "buffer", "required": True}, DraftField("x", "B", "bytes")),
        ({"type": "date", "required": True}, DraftField("x", "S", "timestamp")),
        ({"type": "date", "required": True, "ttl": True},
         DraftField("x", "N", "integer", {"min": 1735689600, "max": 1767225599})),
        ({"type": "string", "required": True, "map": "xx"}, DraftField("x", attribute="xx")),
    ],
)  # fmt: skip
def test_fields(spec: dict[str, object], expected: DraftField) -> None:
    draft = _of_model({**KEYS, "id": ID, "x": spec}, params={"isoDates": True})
    assert _field(draft, "x") == expected
    assert not draft.not_carried


def test_dates_are_milliseconds_where_they_are_no_iso_texts() -> None:
    field = _field(_of_model({**KEYS, "id": ID, "x": {"type": "date"}}), "x")
    assert (field.type, field.options) == ("N", {"min": 1735689600000, "max": 1767225599000})


def test_timestamps_are_fields_of_every_model() -> None:
    draft = _of_model(
        {**KEYS, "id": ID},
        params={"timestamps": True, "isoDates": True, "createdField": "createdAt", "typeField": "kind"},
    )  # fmt: skip
    assert [one.name for one in _thing(draft).fields] == ["id", "createdAt", "updated"]
    assert _thing(draft).constants == {"kind": "Thing"}


def test_templates_may_name_the_type_other_templates_and_mapped_fields() -> None:
    model = {
        "pk": {"type": "string", "value": "${_type}#${owner}"},
        "sk": {"type": "string", "value": "${pk}/${id}"},
        "owner": {"type": "string", "map": "o", "required": True},
        "id": ID,
    }
    assert _thing(_of_model(model)).keys == {"pk": "Thing#${owner}", "sk": "Thing#${owner}/${id}"}


def test_keys_may_be_mapped_and_dollar_signs_stand_for_themselves() -> None:
    model = {
        "primary": {"type": "string", "value": "$ ${id}", "map": "pk"},
        "second": {"type": "string", "value": "#", "map": "sk"},
        "id": ID,
    }
    assert _thing(_of_model(model)).keys == {"pk": "$$ ${id}", "sk": "#"}


def test_a_template_that_refers_to_itself_is_told() -> None:
    model = {
        "pk": {"type": "string", "value": "${sk}"},
        "sk": {"type": "string", "value": "${pk}"},
        "id": ID,
    }
    draft = _of_model(model)
    assert _thing(draft).keys == {"pk": "Thing", "sk": "Thing"}
    assert any("refers to itself" in one.reason for one in draft.not_carried)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"type": "string", "crypt": True}, "'crypt' of x"),
        ({"type": "string", "unique": True}, "'unique' of x"),
        ({"type": "string", "validate": "/a/"}, "'validate' of x"),
        ({"type": "string", "default": "a"}, "'default' of x"),
        ({"type": "string", "reference": "User"}, "'reference' of x"),
        ({"type": "string", "encode": ["pk", "#", 1]}, "'encode' of x"),
        ({"type": "string", "map": "data.x"}, "packed into data"),
        ({"type": "string", "value": True}, "computed by code"),
        ({"type": "symbol"}, "none of OneTable's"),
        ({"type": "string", "colour": "red"}, "unknown key"),
        ({"type": "string", "value": "${gone}"}, "'gone', which is no field"),
        ({"type": "string", "value": "${id:30}"}, "padding"),
    ],
)
def test_what_is_not_carried_is_told(spec: dict[str, object], reason: str) -> None:
    draft = _of_model({**KEYS, "id": ID, "x": spec})
    assert any(reason in str(one) for one in draft.not_carried), draft.not_carried
    assert all(one.place.startswith("models.Thing") for one in draft.not_carried)


def test_saved_queries_are_requests() -> None:
    in_harbour, heavy, everything = DRAFT.patterns
    assert in_harbour.name == "ships-in-harbour"
    assert in_harbour.operation == "query"
    assert in_harbour.arguments == {
        "table": "harbour",
        "partition_key": "harbour#${harbourId}",
        "sort_key": {"begins_with": "ship#"},
        "limit": 100,
    }
    assert in_harbour.parameters == {"harbourId": "Ship.harbourId"}
    assert heavy.arguments["sort_key"] == {"ge": 50000}
    assert heavy.arguments["index"] == "gs2"
    assert everything.operation == "scan"


def test_a_saved_partition_key_of_a_model_is_drawn_from_the_facts() -> None:
    queries = {"One": {"index": "primary", "hash": "thing#01ABC", "operation": "Equal",
                       "sort": "thing#", "limit": 3, "type": "Query",
                       "filters": [{"field": "n", "operation": "Not equal", "type": "number",
                                    "value": "5", "combine": "And"},
                                   {"field": "n", "operation": "Existing", "combine": "Or"}]}}  # fmt: skip
    draft = _of_model({**KEYS, "id": ID, "n": {"type": "number"}}, queries=queries)
    [found] = draft.patterns
    assert found.arguments == {
        "table": "harbour",
        "partition_key": "thing#${id}",
        "sort_key": {"eq": "thing#"},
        "filter": "#f1 <> :f1 OR attribute_exists(#f1)",
        "names": {"#f1": "n"},
        "values": {":f1": 5},
        "limit": 3,
    }
    assert found.parameters == {"id": "Thing.id"}


def test_sample_items_are_completed_by_templates_and_stand_for_the_model() -> None:
    items = [
        {"_type": "Thing", "id": "1", "n": 5, "tags": ["a", "b"], "open": True, "gone": None},
        {"_type": "Thing", "pk": "thing#2", "sk": "thing#", "id": "2"},
        {"_type": "Else", "id": "3"},
        {"_type": "Thing", "n": 1},
    ]
    model = {
        **KEYS,
        "id": ID,
        "n": {"type": "number"},
        "tags": {"type": "set"},
        "open": {"type": "boolean"},
    }
    draft = _of_model(model, items=items)  # fmt: skip
    [sampled] = draft.tables[0].item_types
    assert isinstance(sampled, SampledItemType)
    assert sampled.aliases == {"pk": "thing#<id>", "sk": "thing#"}
    first, second = sampled.items
    assert first["pk"] == {"S": "thing#1"}
    assert first["tags"] == {"SS": ["a", "b"]}
    assert first["n"] == {"N": "5"}
    assert "gone" not in first
    assert second["pk"] == {"S": "thing#2"}
    places = [one.place for one in draft.not_carried]
    assert "items[2]" in places
    assert "items[3]" in places


def test_other_versions_of_the_format_are_read_and_told() -> None:
    model = {**KEYS, "id": ID}
    assert not _of_model(model, format="onetable:1.0.0").not_carried
    [told] = _of_model(model, format="onetable:2.0.0").not_carried
    assert told.place == "format"


def test_a_schema_without_a_primary_index_is_refused() -> None:
    with pytest.raises(InputError, match="no index 'primary'"):
        _read({"format": "onetable:1.1.0", "indexes": {"gs1": {"hash": "a"}}, "models": {}})
