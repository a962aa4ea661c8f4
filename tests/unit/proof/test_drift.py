"""Tables after a write, held against what the facts imply."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.codes import Code
from dynaproof.proof.differences import TypedItem
from dynaproof.proof.drift import MOST_FAULTS, drift, keys_to_read
from dynaproof.proof.restore import Key


def key(pk: str, sk: str, table: str = "chat") -> Key:
    return table, orjson.dumps({"pk": {"S": pk}, "sk": {"N": sk}})


def item(pk: str, sk: str, **attributes: str) -> TypedItem:
    texts = {name: {"S": value} for name, value in attributes.items()}
    return {"pk": {"S": pk}, "sk": {"N": sk}, **texts}


A, B = key("ROOM#a", "1"), key("ROOM#a", "2")
OLD, NEW = item("ROOM#a", "1", name="old"), item("ROOM#a", "1", name="new")
OTHER = item("ROOM#a", "2", name="other", mood="calm", tone="low")

Items = Mapping[Key, TypedItem | None]
# What should change; before; after; code; summary; what should have changed and what did.
DIFFERENCES: dict[str, tuple[Items, Items, Items, Code, str, tuple[int, int]]] = {
    "an item was not updated": (
        {A: NEW},
        {A: OLD},
        {A: OLD},
        Code.ITEM_STALE,
        "1 item is stale: chat ROOM#a 1: name is 'old', should be 'new'",
        (1, 0),
    ),
    "an item lacks attributes and has others": (
        {B: OTHER},
        {},
        {B: item("ROOM#a", "2", name="another", sound="x")},
        Code.ITEM_STALE,
        (
            "1 item is stale: chat ROOM#a 2: mood is absent, should be 'calm';"
            " name is 'another', should be 'other'; and 2 more attributes"
        ),
        (1, 1),
    ),
    "an item was not put": (
        {A: NEW},
        {},
        {A: None},
        Code.ITEM_MISSING,
        "1 item is missing: chat ROOM#a 1",
        (1, 0),
    ),
    "an item that the facts do not change was deleted": (
        {},
        {A: OLD},
        {},
        Code.ITEM_MISSING,
        "1 item is missing: chat ROOM#a 1",
        (0, 1),
    ),
    "an item was not deleted": (
        {A: None},
        {A: OLD},
        {A: OLD},
        Code.ITEM_UNEXPECTED,
        "1 item is unexpected: chat ROOM#a 1",
        (1, 0),
    ),
    "an item of no fact was put": (
        {},
        {},
        {A: OLD},
        Code.ITEM_UNEXPECTED,
        "1 item is unexpected: chat ROOM#a 1",
        (0, 1),
    ),
    "an item was not moved to its new key": (
        {A: None, B: OTHER},
        {A: OLD},
        {A: OLD},
        Code.ITEM_MISSING,
        "1 item is missing and 1 item is unexpected: first, chat ROOM#a 2",
        (2, 0),
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES.values(), ids=DIFFERENCES)
def test_what_differs_is_said_in_one_sentence(
    case: tuple[Items, Items, Items, Code, str, tuple[int, int]],
) -> None:
    expected, before, after, code, summary, counts = case
    found = drift(expected, before, after)
    assert found is not None
    assert (found.code, found.summary, (found.expected, found.found)) == (code, summary, counts)
    assert [fault.table for fault in found.faults] == ["chat"] * found.total


def test_a_stale_item_says_which_attributes_differ() -> None:
    found = drift({B: OTHER}, {}, {B: item("ROOM#a", "2", name="other", mood="wild")})
    assert found is not None
    [fault] = found.faults
    assert (fault.kind, fault.attributes) == ("wrong value", ("mood", "tone"))
    assert fault.expected == OTHER


def test_a_write_that_failed_may_have_changed_nothing() -> None:
    assert drift({A: NEW}, {A: OLD}, {A: OLD}, failed=True) is None
    found = drift({A: NEW}, {A: OLD}, {A: NEW}, failed=True)
    assert found is not None
    assert found.code is Code.FAILED_WRITE_CHANGED
    assert found.summary == (
        "the write failed, and still 1 item is stale: chat ROOM#a 1: name is 'new', should be 'old'"
    )


def test_numbers_are_equal_by_value_and_sets_without_order() -> None:
    written: TypedItem = {"pk": {"S": "a"}, "sk": {"N": "1.0"}, "tags": {"SS": ["x", "y"]}}
    answered: TypedItem = {"pk": {"S": "a"}, "sk": {"N": "1"}, "tags": {"SS": ["y", "x"]}}
    assert drift({key("a", "1.0"): written}, {}, {key("a", "1"): answered}) is None
    assert drift({}, {key("a", "1.0"): written}, {key("a", "1"): answered}) is None
    assert keys_to_read({key("a", "1"): written}, [key("a", "1.0"), key("a", "2")]) == [
        key("a", "1.0"),
        key("a", "2"),
    ]


def test_tables_at_the_endpoint_may_have_a_prefix() -> None:
    whole = key("ROOM#a", "1", "dev-chat")
    assert keys_to_read({A: NEW}, [whole], "dev-") == [whole]
    assert drift({A: NEW}, {whole: OLD}, {whole: NEW}, prefix="dev-") is None
    found = drift({A: NEW}, {whole: OLD}, {whole: OLD}, prefix="dev-")
    assert found is not None
    assert found.faults[0].table == "chat"


def test_items_of_one_key_in_two_tables_are_two_items() -> None:
    elsewhere = key("ROOM#a", "1", "log")
    found = drift({A: NEW, elsewhere: NEW}, {}, {A: NEW})
    assert found is not None
    assert [fault.table for fault in found.faults] == ["log"]


def test_a_key_that_is_none_holds_nothing() -> None:
    broken = ("chat", orjson.dumps({"pk": {"S": "a"}, "sk": {"N": "many"}}))
    assert drift({}, {broken: None}, {broken: None}) is None


def test_many_faults_are_counted_and_some_are_shown() -> None:
    expected = {key("a", str(n)): item("a", str(n)) for n in range(MOST_FAULTS + 5)}
    found = drift(expected, {}, {})
    assert found is not None
    assert (found.total, len(found.faults)) == (MOST_FAULTS + 5, MOST_FAULTS)
    assert found.summary.startswith("25 items are missing: first, chat a 0")


VALUES = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=3)),
    st.builds(lambda number: {"N": str(number)}, st.integers(-9, 9)),
    st.builds(lambda truth: {"BOOL": truth}, st.booleans()),
    st.builds(lambda texts: {"SS": sorted(texts)}, st.sets(st.sampled_from("abc"), min_size=1)),
)
ATTRIBUTES = st.dictionaries(st.sampled_from("xyz"), VALUES)
TABLES = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5)), ATTRIBUTES, max_size=8
)


def held(table: Mapping[tuple[str, int], Mapping[str, object]]) -> dict[Key, TypedItem | None]:
    return {
        key(pk, str(sk)): {"pk": {"S": pk}, "sk": {"N": str(sk)}, **attributes}
        for (pk, sk), attributes in table.items()
    }


def changes(before: Items, after: Items) -> dict[Key, TypedItem | None]:
    return {one: after.get(one) for one in {**before, **after} if before.get(one) != after.get(one)}


@given(TABLES, TABLES)
def test_tables_that_hold_what_the_facts_imply_have_no_drift(
    before: dict[tuple[str, int], dict[str, object]],
    after: dict[tuple[str, int], dict[str, object]],
) -> None:
    was, now = held(before), held(after)
    assert drift(changes(was, now), was, now) is None
    # Also when only the keys that change are read.
    changed = changes(was, now)
    assert drift(changed, {k: was.get(k) for k in changed}, changed) is None
    assert drift(changes(was, now), was, was, failed=True) is None


@given(TABLES, TABLES, TABLES)
def test_every_item_that_is_not_as_implied_is_found(
    before: dict[tuple[str, int], dict[str, object]],
    implied: dict[tuple[str, int], dict[str, object]],
    stored: dict[tuple[str, int], dict[str, object]],
) -> None:
    was, should, now = held(before), held(implied), held(stored)
    wrong = changes(should, now)
    found = drift(changes(was, should), was, now)
    assert (found.total if found else 0) == len(wrong)
    if found:
        shown = {
            key(str(one["pk"]["S"]), str(one["sk"]["N"]))
            for fault in found.faults
            for one in [orjson.loads(orjson.dumps(fault.expected or fault.found))]
        }
        assert shown == wrong.keys()
