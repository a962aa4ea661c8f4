"""Second calls for the same rows: what is made anew, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.model.access_pattern import AccessPattern, FactsColumn, Parameter, Value
from dynaproof.model.entity import Generator
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.races.twin_calls import twins, with_own_uuids

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FACTS = FactSet("some", {"rooms": ({"uuid": "r1", "opened_at": datetime(2026, 3, 1)},)})
SEND = AccessPattern(
    "send",
    None,
    parameters=(
        Parameter("room", FactsColumn("rooms", "uuid")),
        Parameter("kind", Value("text")),
        Parameter("message", Generator("uuid")),
        Parameter("reply", Generator("uuid")),
        Parameter("body", Generator("sentence")),
        Parameter("now", Generator("clock")),
    ),
)
GIVEN = ParameterSet(
    "set 1",
    {"room": "r1", "kind": "text", "message": "m1", "reply": "m2", "body": "one", "now": NOW},
)


def test_rows_and_constants_stay_and_uuids_never_do() -> None:
    found = twins(SEND, GIVEN, FACTS, 1)

    assert len(found) == 3
    for one in found:
        assert (one.values["room"], one.values["kind"]) == ("r1", "text")
        uuids = {one.values["message"], one.values["reply"]}
        assert len(uuids) == 2
        assert not uuids & {"m1", "m2"}


def test_a_later_instant_the_same_instant_and_the_same_text_are_tried() -> None:
    later, same_instant, same_text = twins(SEND, GIVEN, FACTS, 1)

    assert later.values["now"] == NOW + timedelta(milliseconds=1)
    assert same_instant.values["now"] == NOW
    assert "one" not in (later.values["body"], same_instant.values["body"])
    assert (same_text.values["now"], same_text.values["body"]) == (NOW, "one")


def test_without_made_values_the_second_call_is_the_same() -> None:
    pattern = AccessPattern("deliver", None, parameters=(SEND.parameters[0],))
    given = ParameterSet("set 1", {"room": "r1"})

    assert twins(pattern, given, FACTS, 1) == [given]


def test_calls_of_two_patterns_share_no_uuid() -> None:
    other = ParameterSet("set 2", {**GIVEN.values, "body": "two"})

    found = with_own_uuids(SEND, GIVEN, other, FACTS, 1)

    assert found is not None
    assert not {found.values["message"], found.values["reply"]} & {"m1", "m2"}
    assert found.values["body"] == "two"
