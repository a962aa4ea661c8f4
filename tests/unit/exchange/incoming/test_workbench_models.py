"""NoSQL Workbench models, read: what is carried, and what is said of the rest."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import DescribedItemType, Draft, SampledItemType
from dynaproof.exchange.drafting import Drafted, definition_of
from dynaproof.exchange.foreign_json import ParsedJson
from dynaproof.exchange.incoming.reading import read_foreign
from dynaproof.exchange.incoming.workbench.model import read_workbench
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Severity
from dynaproof.model.table import KeyAttribute, Projection, Throughput
from dynaproof.proof.check import check_text

Json = dict[str, Any]


def key(name: str, kind: str = "S") -> Json:
    return {"AttributeName": name, "AttributeType": kind}


def keys(partition: str, sort: str | None = None, kinds: str = "SS") -> Json:
    made = {"PartitionKey": key(partition, kinds[0])}
    if sort is not None:
        made["SortKey"] = key(sort, kinds[1])
    return made


def item(**attributes: object) -> Json:
    """Texts and numbers stand for themselves; whatever else is DynamoDB JSON already."""
    return {
        name: {"S": value}
        if isinstance(value, str)
        else {"N": str(value)}
        if isinstance(value, int)
        else value
        for name, value in attributes.items()
    }


def facet(name: str, aliases: tuple[str, str], items: list[Json], attributes: list[str]) -> Json:
    return {
        "FacetName": name,
        "KeyAttributeAlias": {"PartitionKeyAlias": aliases[0], "SortKeyAlias": aliases[1]},
        "TableData": items,
        "NonKeyAttributes": attributes,
        "DataAccess": {"MySql": {}},
    }


FOLDER = Path(__file__).parent / "workbench-models"
MODELS: dict[str, Json] = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.json")
}


def model(*tables: Json, version: str = "3.0", **more: object) -> Json:
    metadata = {"Author": "A. Modeler", "Description": "", "Version": version}
    return {"ModelName": "Library", "ModelMetadata": metadata, "DataModel": list(tables), **more}


def read(value: object) -> Draft:
    found, draft = read_foreign(json.dumps(value).encode(), "library.json")
    assert found == "workbench"
    return draft


def reasons(draft: Draft) -> dict[str, str]:
    return {one.place: one.reason for one in draft.not_carried}


def sampled(draft: Draft, table: int = 0) -> dict[str, SampledItemType]:
    return {
        one.name: one for one in draft.tables[table].item_types if isinstance(one, SampledItemType)
    }


def table_with(**more: object) -> Json:
    return {"TableName": "things", "KeyAttributes": keys("pk", "sk"), **more}


def test_tables_have_their_keys_indexes_and_capacity() -> None:
    library, counters = (one.table for one in read(MODELS["facets"]).tables)
    assert (library.name, library.partition_key, library.sort_key) == (
        "library",
        KeyAttribute("pk"),
        KeyAttribute("sk"),
    )
    assert library.throughput == Throughput(5, 4)
    by_book, by_shelf = library.global_secondary_indexes
    assert (by_book.partition_key, by_book.sort_key) == (
        (KeyAttribute("by"),),
        (KeyAttribute("sk"),),
    )
    assert by_shelf.sort_key == (KeyAttribute("number", "N"),)
    assert by_shelf.projection == Projection("keys_only")
    assert (counters.sort_key, counters.throughput) == (None, None)


def test_facets_are_item_types_and_those_without_items_are_described() -> None:
    reader, loan, fee = read(MODELS["facets"]).tables[0].item_types
    assert isinstance(reader, SampledItemType)
    assert isinstance(loan, SampledItemType)
    assert [len(reader.items), len(loan.items)] == [3, 5]
    assert reader.aliases == {"pk": "READER#<name>", "sk": "PROFILE"}
    assert loan.items[0]["notes"] == {"M": {"stamps": {"L": [{"N": "1"}, {"S": "late"}]}}}
    assert isinstance(fee, DescribedItemType)
    assert fee.keys == {"pk": "READER#${name}", "sk": "FEE#${fee_id}"}
    assert [one.name for one in fee.fields] == ["amount", "due"]


def test_items_without_facets_are_parted_by_their_keys() -> None:
    found = sampled(read(MODELS["plain"]))
    assert {name: len(one.items) for name, one in found.items()} == {"PROFILE": 3, "LOAN": 5}


def test_without_items_types_and_formats_say_what_attributes_hold() -> None:
    draft = read(MODELS["without-items"])
    [orders] = draft.tables[0].item_types
    assert isinstance(orders, DescribedItemType)
    assert {one.name: (one.type, one.generator) for one in orders.fields} == {
        "mail": ("S", "email"),
        "changed_at": ("S", "timestamp"),
        "tags": ("SS", None),
        "paid": ("BOOL", None),
        "address": ("M", None),
        "seal": ("B", None),
    }
    assert reasons(draft) == {
        "DataModel[0].SampleDataFormats.gone": "a format of sample data for an attribute that is"
        " no more"
    }


def test_saved_queries_are_requests() -> None:
    draft = read(MODELS["queries"])
    patterns = {one.name: one for one in draft.patterns}
    assert patterns["Loans of Ann"].arguments == {
        "TableName": "library",
        "KeyConditionExpression": "#n1 = :v1 AND begins_with(#n2, :v2)",
        "ExpressionAttributeNames": {"#n1": "pk", "#n2": "sk"},
        "ExpressionAttributeValues": {":v1": {"S": "READER#ann"}, ":v2": {"S": "LOAN#"}},
    }
    shelf = patterns["first on shelf A"].arguments
    assert shelf["IndexName"] == "by-shelf"
    assert shelf["KeyConditionExpression"] == "#n1 = :v1 AND #n2 BETWEEN :v2 AND :v3"
    assert (
        patterns["due in March"].arguments["FilterExpression"] == "#n2 > :v2 OR #n3 IN (:v3, :v4)"
    )
    assert patterns["of another table"].operation is None
    said = reasons(draft)
    assert "nowhere" in said['DataModel[0].SavedQuery["of another table"]']
    assert said["DataModel[0].TableData[8]"] == "an item that was not filled in yet"
    assert set(sampled(draft)) == {"reader", "loan"}
    assert sampled(draft)["loan"].aliases == {"pk": "READER#${reader}"}


def test_an_item_in_two_places_is_one_item_and_contradictions_are_told() -> None:
    one = item(pk="A#1", sk="x", a="1", b="2")
    contrary = item(pk="A#1", sk="x", a="other")
    draft = read(
        model(
            table_with(
                TableFacets=[
                    facet("first", ("A#<n>", "x"), [{k: one[k] for k in ("pk", "sk", "a")}], ["a"]),
                    facet("second", ("A#<n>", "x"), [one, contrary, item(pk="A#2", sk="x")], ["b"]),
                ],
                TableData=[one, item(pk="A#3", sk="x"), item(pk="ODD", sk="y")],
            )
        )
    )
    found = sampled(draft)
    assert found["first"].items == (one, item(pk="A#3", sk="x"))  # by its alias
    assert found["second"].items == (item(pk="A#2", sk="x"),)
    assert found["ODD"].items == (item(pk="ODD", sk="y"),)
    [(place, reason)] = reasons(draft).items()
    assert place == "DataModel[0].TableFacets[1].TableData[1]"
    assert 'differs in "a"' in reason


@pytest.mark.parametrize(
    ("attribute", "path", "said", "kept"),
    [
        ({"N": "five"}, ".a", "malformed", None),
        ({"N": 5}, ".a", "JSON number", {"N": "5"}),
        ({"N": "1e200"}, ".a", "larger", None),
        ({"S": 7}, ".a", "read as a text", {"S": "7"}),
        ({"BOOL": "true"}, ".a", "BOOL holds the text", {"BOOL": True}),
        ({"BOOL": "yes"}, ".a", "malformed", None),
        ({"NULL": False}, ".a", "always true", {"NULL": True}),
        ({"SS": []}, ".a", "empty set", None),
        ({"SS": ["x", "x"]}, ".a.SS[1]", "twice", {"SS": ["x"]}),
        ({"NS": ["1", "x"]}, ".a.NS[1]", "malformed", {"NS": ["1"]}),
        ({"B": "%%"}, ".a", "not base64", None),
        ({"B": {"type": "Buffer", "data": [1, 2]}}, ".a", "list of bytes", {"B": b"\x01\x02"}),
        ({"Z": "x"}, ".a", "no type", None),
        ({"s": "x"}, ".a", "read as S", {"S": "x"}),
        ({"String": "x"}, ".a", "read as S", {"S": "x"}),
        ({}, ".a", "one type", None),
        ({"S": "x", "N": "1"}, ".a", "one type", None),
        ("plain", ".a", "plain value", {"S": "plain"}),
        (None, ".a", "plain value", {"NULL": True}),
        (
            {"M": {"b": {"N": "x"}, "c": {"S": "y"}}},
            ".a.M.b",
            "malformed",
            {"M": {"c": {"S": "y"}}},
        ),
        ({"M": ["x"]}, ".a", "malformed", None),
        ({"L": [{"Q": 1}, {"S": "y"}]}, ".a.L[0]", "no type", {"L": [{"S": "y"}]}),
    ],
)
def test_malformed_attributes_are_told_with_their_path_and_the_rest_goes_on(
    attribute: object, path: str, said: str, kept: object
) -> None:
    good = item(pk="k", sk="s", b="kept")
    draft = read(model(table_with(TableData=[{**good, "a": attribute}, item(pk="k2", sk="s")])))
    [(place, reason)] = reasons(draft).items()
    assert place == f"DataModel[0].TableData[0]{path}"
    assert said in reason
    items = [one for found in sampled(draft).values() for one in found.items]
    assert len(items) == 2
    assert items[0] == (good if kept is None else {**good, "a": kept})


@pytest.mark.parametrize(
    ("broken", "place", "said"),
    [
        ({"sk": {"S": "s"}}, "", "has no 'pk'"),
        ({"pk": {"S": ""}, "sk": {"S": "s"}}, ".pk", "empty"),
        ({"pk": {"BOOL": True}, "sk": {"S": "s"}}, ".pk", "has the type S"),
        ("no item", "", "expected an object"),
    ],
)
def test_items_without_a_key_are_left_out(broken: object, place: str, said: str) -> None:
    draft = read(model(table_with(TableData=[broken, item(pk="k", sk="s")])))
    found = reasons(draft)
    assert said in found[f"DataModel[0].TableData[0]{place}"]
    assert [one.items for one in sampled(draft).values()] == [(item(pk="k", sk="s"),)]


def test_plain_items_are_read_and_said_once() -> None:
    rows = [{"pk": "k", "sk": "s", "n": 1.50, "list": ["a", 1], "map": {"x": None}}]
    draft = read(model(table_with(TableData=rows)))
    assert len(draft.not_carried) == 1
    [found] = sampled(draft).values()
    assert found.items[0]["n"] == {"N": "1.5"}
    assert found.items[0]["map"] == {"M": {"x": {"NULL": True}}}


def test_indexes_as_create_table_has_them_are_read() -> None:
    schema = [
        {"AttributeName": "sk", "KeyType": "HASH"},
        {"AttributeName": "n", "KeyType": "RANGE"},
    ]
    by_n = {"IndexName": "by-n", "KeySchema": schema, "Projection": {"ProjectionType": "all"}}
    table = table_with(NonKeyAttributes=[key("n", "N")], GlobalSecondaryIndexes=[by_n])
    [found] = read(model(table)).tables[0].table.global_secondary_indexes
    assert found.partition_key == (KeyAttribute("sk"),)
    assert found.sort_key == (KeyAttribute("n", "N"),)


def test_unknown_keys_and_versions_are_told() -> None:
    spec = model(table_with(Colour="red"), version="9.5", Future={"x": 1})
    assert reasons(read(spec)) == {
        "DataModel[0].Colour": "unknown key",
        "Future": "unknown key",
        "ModelMetadata.Version": 'the version "9.5" is not known; read as 3.0',
    }


@pytest.mark.parametrize(
    "value",
    [
        {"ModelName": "x"},
        {"DataModel": None},
        {"DataModel": []},
        {"DataModel": "x"},
        {"DataModel": [None, 1, "x", {}]},
        {"DataModel": [{"TableName": "x", "KeyAttributes": []}]},
        {"DataModel": [{"TableName": "x", "KeyAttributes": {"PartitionKey": "pk"}}]},
    ],
)
def test_models_without_a_table_are_refused(value: object) -> None:
    with pytest.raises(InputError) as raised:
        read_workbench(ParsedJson(value, "library.json"))
    assert raised.value.diagnostics[0].code is Code.FOREIGN_FILE


def test_several_models_and_a_table_alone_are_read() -> None:
    alone = ParsedJson(table_with(), "alone.json")
    assert [one.table.name for one in read_workbench(alone).tables] == ["things"]
    both = read_workbench(ParsedJson([MODELS["facets"], model(table_with()), 5], "two.json"))
    assert [one.table.name for one in both.tables] == ["library", "counters", "things"]
    assert [one.place for one in both.not_carried if one.place == "[2]"]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_models_become_definitions_without_errors(name: str, tmp_path: Path) -> None:
    assert errors_of(definition_of(read(MODELS[name])), tmp_path) == []


def errors_of(drafted: Drafted, folder: Path) -> list[str]:
    """What check finds in a drafted definition, written below a folder."""
    for name, content in drafted.datasets.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    found = check_text(drafted.definition, folder=folder).diagnostics
    return [str(one) for one in found if one.severity is Severity.ERROR]


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "${", "../../x", "a\nb", [], [None], [[]], {}, {"S": 1}, {"": {}},
     10**30, "x" * 300, ["x"], {"AttributeName": 5}]
)  # fmt: skip


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_no_change_of_a_model_makes_it_crash(data: st.DataObject) -> None:
    value = copy.deepcopy(data.draw(st.sampled_from([MODELS[name] for name in sorted(MODELS)])))
    for _ in range(data.draw(st.integers(1, 4))):
        _spoil(value, data)
    try:
        draft = read_workbench(ParsedJson(value, "library.json"))
    except InputError:
        return
    with tempfile.TemporaryDirectory() as folder:
        assert errors_of(definition_of(draft), Path(folder)) == []


def _spoil(value: Any, data: st.DataObject) -> None:
    """Put something wrong somewhere into a JSON value."""
    at = value
    while True:
        places = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not places:
            return
        place = data.draw(st.sampled_from(places))
        if isinstance(at[place], dict | list) and at[place] and data.draw(st.integers(0, 3)):
            at = at[place]
            continue
        at[place] = data.draw(WRONG)
        return
