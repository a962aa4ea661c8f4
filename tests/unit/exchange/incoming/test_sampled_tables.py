"""Samples of live tables as drafts: masked alike, and sound whatever the items are."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.dynamodb.table_sample import TableSample
from dynaproof.exchange.draft import SampledItemType
from dynaproof.exchange.drafting import definition_of
from dynaproof.exchange.incoming.sampled_tables import read_sampled_tables
from dynaproof.model.attribute_value import Item, number_text
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.proof.check import check_text
from dynaproof.proof.prepared import prepare_items

URL = "http://127.0.0.1:8000"
SECRET = b"a secret of the tests"


def sample(name: str, items: Sequence[Item], types: Mapping[str, str] | None = None) -> TableSample:
    types = types or {"pk": "S", "sk": "S"}
    keys = list(types)
    schema = [{"AttributeName": keys[0], "KeyType": "HASH"}]
    schema += [{"AttributeName": key, "KeyType": "RANGE"} for key in keys[1:]]
    description = {
        "TableName": name,
        "ItemCount": 1_000,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": kind} for key, kind in types.items()
        ],
        "KeySchema": schema,
    }
    return TableSample(description, tuple(items), 3, Decimal("1.5"))


def user(name: str) -> Item:
    return {"pk": {"S": f"USER#{name}"}, "sk": {"S": "PROFILE"}, "name": {"S": name}}


USERS = [user(name) for name in ("ada", "bob", "eve")]


def types_of(table: str, *samples: TableSample) -> dict[str, tuple[Item, ...]]:
    draft = read_sampled_tables(samples, URL, secret=SECRET, seed=42)
    [found] = [one for one in draft.tables if one.table.name == table]
    return {one.name: one.items for one in found.item_types if isinstance(one, SampledItemType)}


def test_tables_are_masked_alike() -> None:
    orders: list[Item] = [
        {"pk": {"S": f"ORDER#{n}"}, "sk": {"S": "1"}, "user": {"S": name}}
        for n, name in enumerate(("ada", "eve"))
    ]
    samples = (sample("users", USERS), sample("orders", orders))
    names = [item["name"]["S"] for item in types_of("users", *samples)["PROFILE"]]
    buyers = [item["user"]["S"] for item in types_of("orders", *samples)["ORDER"]]
    assert buyers == [names[0], names[2]]
    assert not set(names) & {"ada", "bob", "eve"}


def test_a_word_of_one_table_stays_in_all() -> None:
    other: list[Item] = [{"pk": {"S": "x"}, "sk": {"S": "USER#ada"}}]
    [item] = next(iter(types_of("other", sample("users", USERS), sample("other", other)).values()))
    assert str(item["sk"]["S"]).startswith("USER#")


def test_what_was_read_stands_with_the_table() -> None:
    draft = read_sampled_tables([sample("users", USERS)], URL, secret=None, seed=7)
    assert draft.name == "users"
    assert draft.tables[0].description == (
        "3 of about 1,000 items, read with 3 Scan requests and 1.5 read capacity units."
    )
    assert "rows chosen by seed 7, values as they are" in draft.source
    assert [item for one in draft.tables[0].item_types for item in one.items] == USERS  # type: ignore[union-attr]


def test_words_that_stay_are_named() -> None:
    draft = read_sampled_tables([sample("users", USERS)], URL, secret=SECRET, seed=7)
    assert draft.source.endswith("values masked, but for the words PROFILE, USER")


def test_items_without_a_key_of_their_own_are_left_out_and_told() -> None:
    items: list[Item] = [*USERS, USERS[0], {"pk": {"S": "USER#x"}}]
    draft = read_sampled_tables([sample("users", items)], URL, secret=None, seed=7)
    assert [str(one) for one in draft.not_carried] == [
        "users, item 3: it has no key of its own",
        "users, item 4: it has no key of its own",
    ]


def test_no_table_is_told() -> None:
    broken = TableSample({"TableName": "x"}, (), 0, Decimal(0))
    for samples in ([], [broken]):
        with pytest.raises(EnvironmentFault, match="has no table that could be used"):
            read_sampled_tables(samples, URL, secret=None, seed=7)


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    [
        "USER#1",
        "USER#2",
        "ORDER#2026-01-05#7",
        "a'b\"c`",
        "${x}",
        "$$",
        "{{y}}",
        "null",
        "a\nb",
        "-",
    ]
)
NUMBER = (st.integers(-(10**37), 10**37) | st.decimals(-999, 999, places=3)).map(number_text)
SCALAR = (
    TEXT.map(lambda text: {"S": text})
    | NUMBER.map(lambda number: {"N": number})
    | st.binary(min_size=1, max_size=5).map(lambda content: {"B": content})
    | st.booleans().map(lambda truth: {"BOOL": truth})
    | st.just({"NULL": True})
    | st.lists(TEXT, min_size=1, max_size=3, unique=True).map(lambda texts: {"SS": texts})
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda values: {"L": values})
        | st.dictionaries(TEXT, inner, max_size=2).map(lambda values: {"M": values})
    ),
    max_leaves=4,
)
KEYS = {
    "S": TEXT.map(lambda text: {"S": text}),
    "N": NUMBER.map(lambda number: {"N": number}),
    "B": st.binary(min_size=1, max_size=4).map(lambda content: {"B": content}),
}


@given(st.data())
@settings(max_examples=30)
def test_any_items_become_a_definition_that_stores_as_many(data: st.DataObject) -> None:
    types = {"pk": data.draw(st.sampled_from("SNB")), "s k": data.draw(st.sampled_from("SNB"))}
    names = st.sampled_from(["type", "a", "A", "pk2", "select", "ä", "a.b", "entityType"])
    items = data.draw(
        st.lists(
            st.builds(
                lambda pk, sk, rest: {**rest, "pk": pk, "s k": sk},
                KEYS[types["pk"]],
                KEYS[types["s k"]],
                st.dictionaries(names, VALUE, max_size=4),
            ),
            max_size=6,
            unique_by=lambda item: repr((item["pk"], item["s k"])),
        )
    )
    secret = data.draw(st.sampled_from([None, SECRET]))
    draft = read_sampled_tables([sample("things", items, types)], URL, secret=secret, seed=1)
    made = definition_of(draft)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "datasets").mkdir()
        for file, content in made.datasets.items():
            (folder / file).write_bytes(content)
        definition = check_text(made.definition, folder=folder).require()
        prepared = prepare_items(definition, 42)
        try:
            stored = prepared.items["things"].count()
        finally:
            prepared.facts.close()
    assert stored + len(made.not_carried) >= len(items)
    assert len(made.not_carried) < len(items) or not items
