"""awslabs' schemas: entities with templates of keys, patterns with parameters, usage data."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dynaproof.exchange.draft import DescribedItemType, Draft, DraftField, DraftPattern
from dynaproof.exchange.foreign_json import parse_json
from dynaproof.exchange.incoming.awslabs_schema.schema import read_awslabs_schema
from dynaproof.model.table import KeyAttribute, Projection

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parent / "models" / "awslabs-schema-workshop.json").read_bytes()
)


def _read(schema: object, usage: object = None) -> Draft:
    parsed = parse_json(json.dumps(schema).encode(), "schema.json")
    if usage is None:
        return read_awslabs_schema(parsed)
    return read_awslabs_schema(parsed, parse_json(json.dumps(usage).encode(), "usage_data.json"))


def _small(
    entity: Mapping[str, object], sort_key: str | None = None, **table: object
) -> dict[str, Any]:
    config = {"table_name": "Things", "partition_key": "pk"} | (
        {"sort_key": sort_key} if sort_key else {}
    )
    return {"tables": [{"table_config": config, "entities": {"Thing": entity}, **table}]}  # fmt: skip


def _field(name: str, type_: str = "string", **more: object) -> dict[str, object]:
    return {"name": name, "type": type_, "required": True, **more}


def _described(draft: Draft, name: str) -> DescribedItemType:
    found = next(one for table in draft.tables for one in table.item_types if one.name == name)
    assert isinstance(found, DescribedItemType)
    return found


def _pattern(draft: Draft, name: str) -> DraftPattern:
    return next(one for one in draft.patterns if one.name == name)


def _column(draft: Draft, entity: str, name: str) -> DraftField:
    return next(one for one in _described(draft, entity).fields if one.name == name)


DRAFT = _read(SCHEMA)


def test_templates_are_in_the_form_of_the_language() -> None:
    job = _described(DRAFT, "Job")
    assert job.keys["pk"] == "MEMBER#${member_id}"
    assert job.keys["sk"] == "JOB#${due}#${job_id}"
    assert job.keys["status_pk"] == "STATUS#${status}"


def test_key_attributes_have_the_types_of_their_fields() -> None:
    workshop = DRAFT.tables[0].table
    by_price = workshop.index("ByPrice")
    assert by_price is not None
    assert by_price.sort_key == (KeyAttribute("price", "N"),)
    assert by_price.projection == Projection("include", ("title",))
    by_city = workshop.index("ByCity")
    assert by_city is not None
    assert by_city.partition_key == (KeyAttribute("country"), KeyAttribute("city"))
    assert by_city.sort_key == (KeyAttribute("rating", "N"), KeyAttribute("member_id"))
    assert by_city.projection == Projection("keys_only")


@pytest.mark.parametrize(
    ("type_", "kind", "generator"),
    [
        ("string", "S", None),
        ("integer", "N", "integer"),
        ("decimal", "N", "decimal"),
        ("boolean", "BOOL", "boolean"),
        ("array", "L", None),
        ("object", "M", None),
        ("uuid", "S", "uuid"),
        ("float", "N", "decimal"),
    ],
)
def test_types_of_fields(type_: str, kind: str, generator: str | None) -> None:
    draft = _read(_small({"pk_template": "{id}", "fields": [_field("id"), _field("x", type_)]}))
    column = _column(draft, "Thing", "x")
    assert (column.type, column.generator) == (kind, generator)
    assert bool(draft.not_carried) == (type_ == "float")


def test_one_field_of_the_key_tells_items_apart() -> None:
    assert [one.name for one in _described(DRAFT, "Job").fields if one.unique] == ["job_id"]
    assert [one.name for one in _described(DRAFT, "Member").fields if one.unique] == ["member_id"]


def test_an_entity_without_a_template_for_a_key_gets_a_fixed_one() -> None:
    entity = {"entity_type": "THING", "pk_template": "{id}", "fields": [_field("id")]}
    draft = _read(_small(entity, "sk"))
    assert _described(draft, "Thing").keys == {"pk": "${id}", "sk": "THING"}
    assert any("'sk' has no template" in one.reason for one in draft.not_carried)


def test_numbers_and_truths_in_a_text_key_are_texts() -> None:
    entities = {
        "A": {"pk_template": "{n}", "fields": [_field("n", "integer")]},
        "B": {"pk_template": "B#{id}", "fields": [_field("id")]},
        "C": {"pk_template": "{flag}", "fields": [_field("flag", "boolean")]},
    }
    schema = _small({})
    schema["tables"][0]["entities"] = entities
    draft = _read(schema)
    assert draft.tables[0].table.partition_key == KeyAttribute("pk", "S")
    assert _described(draft, "A").keys == {"pk": "${n:1d}"}
    assert _column(draft, "C", "flag").type == "S"
    assert _column(draft, "C", "flag").values == ("true", "false")


def test_a_field_that_a_template_needs_is_added_and_told() -> None:
    draft = _read(_small({"pk_template": "T#{id}#{gone}", "fields": [_field("id")]}))
    assert [one.name for one in _described(draft, "Thing").fields] == ["id", "gone"]
    assert any("no field 'gone'" in one.reason for one in draft.not_carried)


@pytest.mark.parametrize(
    ("name", "operation", "arguments", "parameters"),
    [
        ("get-member", "get",
         {"table": "Workshop", "key": {"pk": "MEMBER#${member_id}", "sk": "PROFILE"},
          "consistent_read": True},
         {"member_id": "Member.member_id"}),
        ("everything-of-member", "query",
         {"table": "Workshop", "partition_key": "MEMBER#${member_id}"},
         {"member_id": "Member.member_id"}),
        ("jobs-of-member", "query",
         {"table": "Workshop", "partition_key": "MEMBER#${member_id}",
          "sort_key": {"begins_with": "JOB#"}},
         {"member_id": "Job.member_id"}),
        ("jobs-due-after", "query",
         {"table": "Workshop", "partition_key": "MEMBER#${member_id}",
          "sort_key": {"gt": "JOB#${since}"}},
         {"member_id": "Job.member_id", "since": "Job.due"}),
        ("jobs-by-status", "query",
         {"table": "Workshop", "index": "ByStatus", "partition_key": "STATUS#${status}",
          "sort_key": {"between": ["${value_from}", "${to}"]}},
         {"status": "Job.status", "value_from": "Job.due", "to": "Job.due"}),
        ("members-of-city", "query",
         {"table": "Workshop", "index": "ByCity", "partition_key": ["${country}", "${city}"],
          "sort_key": [{"ge": "${least_rating}"}]},
         {"country": "Member.country", "city": "Member.city", "least_rating": "Member.rating"}),
        ("cheap-jobs", "query",
         {"table": "Workshop", "index": "ByPrice", "partition_key": "${category}",
          "sort_key": {"le": "${most}"}, "filter": "contains(#f1, :f1)", "names": {"#f1": "title"},
          "values": {":f1": "${word}"}},
         {"category": "Job.category", "most": "Job.price", "word": "Job.title"}),
        ("dear-jobs", "scan",
         {"table": "Workshop", "filter": "#f1 > :f1 OR #f2 IN (:f2, :f3)",
          "names": {"#f1": "price", "#f2": "status"},
          "values": {":f1": "${least}", ":f2": "${one}", ":f3": "${other}"}},
         {"least": "Job.price", "one": "Job.status", "other": "Job.status"}),
        ("set-newsletter", "update",
         {"table": "Workshop", "key": {"pk": "MEMBER#${member_id}", "sk": "PROFILE"},
          "update": "SET #u1 = :u1", "names": {"#u1": "newsletter"},
          "values": {":u1": "${newsletter}"}},
         {"member_id": "Member.member_id", "newsletter": "Member.newsletter"}),
        ("leave", "delete",
         {"table": "Workshop", "key": {"pk": "MEMBER#${member_id}", "sk": "PROFILE"}},
         {"member_id": "Member.member_id"}),
        ("jobs-by-key", "batch_get",
         {"table": "Workshop",
          "keys": [{"pk": "MEMBER#${member_id}", "sk": "JOB#${due}#${job_id}"}]},
         {"member_id": "Job.member_id", "due": "Job.due", "job_id": "Job.job_id"}),
    ],
)  # fmt: skip
def test_patterns_are_requests_with_parameters_of_the_facts(
    name: str, operation: str, arguments: dict[str, object], parameters: dict[str, object]
) -> None:
    found = _pattern(DRAFT, name)
    assert found.operation == operation
    assert found.arguments == arguments
    assert found.parameters == parameters


def test_what_is_put_is_of_one_row_but_for_the_key_that_no_row_has() -> None:
    join = _pattern(DRAFT, "join")
    assert join.operation == "put"
    assert join.parameters["member_id"] == {"generate": "uuid"}
    assert join.parameters["email"] == "Member.email"
    item = join.arguments["item"]
    assert isinstance(item, dict)
    assert item["pk"] == "MEMBER#${member_id}"
    assert item["skills"] == "${skills}"


def test_transactions_name_items_of_several_tables() -> None:
    register = _pattern(DRAFT, "register")
    assert register.operation == "TransactWriteItems"
    parts: Any = register.arguments["TransactItems"]
    member, lookup = parts
    assert member["Put"]["ConditionExpression"] == "attribute_not_exists(pk)"
    # The condition says pk, and the key of the table is called otherwise.
    assert lookup["Put"]["ConditionExpression"] == "attribute_not_exists(#pk)"
    assert lookup["Put"]["ExpressionAttributeNames"] == {"#pk": "email"}
    both = _pattern(DRAFT, "member-and-address")
    assert both.operation == "TransactGetItems"
    assert both.parameters == {"member_id": "Member.member_id", "email": "EmailLookup.email"}


def test_samples_of_usage_data_say_what_values_look_like() -> None:
    assert _column(DRAFT, "Job", "due").generator == "timestamp"
    assert _column(DRAFT, "Job", "status").values == ("OPEN", "DONE", "LATE")
    assert _column(DRAFT, "Job", "price").options == {"min": 0, "max": 90}
    job_id = _column(DRAFT, "Job", "job_id")
    assert (job_id.generator, job_id.options) == ("code", {"pattern": "job_######"})


def test_usage_data_may_be_a_file_of_its_own() -> None:
    schema = copy.deepcopy(SCHEMA)
    usage = schema.pop("usage_data")
    assert _column(_read(schema), "Job", "due").generator is None
    assert _described(_read(schema, usage), "Job") == _described(DRAFT, "Job")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"operation": "Upsert"}, "'Upsert' is none of the schema's"),
        ({"operation": "Query", "index_name": "Gone"}, "no index 'Gone'"),
        ({"operation": "Query", "range_condition": ">="}, "no sort key to set a condition on"),
        ({"operation": "Query", "index_name": "ByOwner", "consistent_read": True}, "no consistent reads"),
        ({"operation": "UpdateItem"}, "does not say what is updated"),
        ({"operation": "Scan", "parameters": [{"name": "x", "type": "string"}]}, "stands for nothing"),
        ({"operation": "Scan", "filter_expression": "a = b"}, "a filter that is a text"),
        ({"operation": "Scan", "filter_expression": {"conditions": [{"field": "id"}]}}, "left out"),
        ({"operation": "Query", "index_name": "ByOwner",
          "filter_expression": {"conditions": [{"field": "note", "function": "attribute_exists"}]}},
         "does not hold 'note'"),
    ],
)  # fmt: skip
def test_what_a_pattern_says_wrongly_is_told(change: dict[str, object], reason: str) -> None:
    entity = {
        "pk_template": "{id}",
        "fields": [_field("id"), _field("owner"), _field("note")],
        "gsi_mappings": [{"name": "ByOwner", "pk_template": "{owner}"}],
        "access_patterns": [{"pattern_id": 1, "name": "it", "description": "It", **change}],
    }
    index = {"name": "ByOwner", "partition_key": "owner", "projection": "KEYS_ONLY"}
    draft = _read(_small(entity, gsi_list=[index]))
    found = [one for one in draft.not_carried if reason in one.reason]
    assert found, [str(one) for one in draft.not_carried]
    assert found[0].place.startswith("tables[0].entities.Thing.access_patterns[0]")
    assert len(draft.patterns) == 1


def test_two_tables_may_have_entities_of_one_name() -> None:
    schema = _small({"pk_template": "{id}", "fields": [_field("id")]})
    other = copy.deepcopy(schema["tables"][0])
    other["table_config"]["table_name"] = "Others"
    schema["tables"].append(other)
    names = [one.name for table in _read(schema).tables for one in table.item_types]
    assert len({name.lower() for name in names}) == 2
