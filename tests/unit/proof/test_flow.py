"""The requests of a chain: what names are bound to, when a request is made, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.model.diagnostic import InputError
from dynaproof.proof import flow
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask, FlowMaker, Outcome
from dynaproof.proof.results import Call

MODEL = """
version: 1
name: chat
entities:
  rooms: {count: 1, attributes: {id: {generate: uuid}}}
tables:
  chat:
    partition_key: pk
    sort_key: sk
    items:
      room: {from: rooms, key: {pk: "ROOM#${id}", sk: ROOM}}
access_patterns:
  chain:
    parameters: {room: rooms.id, one: {generate: uuid}}
    steps:
"""
READ = 'query: {partition_key: "ROOM#${room}"}'
CHECK = "ConditionalCheckFailedException"

Item = Mapping[str, Mapping[str, object]]
Reply = Sequence[Item] | str
"""Items that come back, or the name of an error."""
ITEMS: Sequence[Item] = [
    {"pk": {"S": "a"}, "n": {"N": "1"}, "tags": {"SS": ["y", "x"]}},
    {"pk": {"S": "b"}, "n": {"N": "2"}},
]


def chain(steps: str, replies: Sequence[Reply] = (), prefix: str = "") -> tuple[list[Ask], Outcome]:
    """Carry out steps, each request answered in turn, and with nothing after the last reply."""
    indented = "".join(f"      {line}\n" for line in steps.strip("\n").splitlines())
    loaded = examine_text(MODEL + indented, "chat.yaml", folder=Path())
    assert loaded.definition is not None, loaded.diagnostics
    [pattern] = loaded.definition.access_patterns
    made = FlowMaker(loaded.definition, prefix).of_pattern(pattern, {"room": "r", "one": "1"})
    asked: list[Ask] = []
    left = list(replies)
    try:
        ask = next(made)
        while True:
            asked.append(ask)
            ask = made.send(_answered(ask, left.pop(0) if left else ()))
    except StopIteration as end:
        outcome: Outcome = end.value
        return asked, outcome


def _answered(ask: Ask, reply: Reply) -> Answered:
    items = () if isinstance(reply, str) else tuple(reply)
    error = reply if isinstance(reply, str) else None
    call = Call(
        parameter_set="only",
        parameters={},
        request=ask.arguments,
        pages=1,
        items_returned=len(items),
        items_read=len(items),
        consumed=(),
        error=error,
        error_message=f"{error} it is" if error else "",
    )
    return Answered(call, items, (ask.arguments,))


def written(asked: Sequence[Ask]) -> list[object]:
    """What each write put under the attribute ``v``, typed; None where it put none."""
    items = [ask.arguments.get("Item") for ask in asked if not ask.read]
    return [item.get("v") if isinstance(item, Mapping) else None for item in items]


def put(value: str, key: str = "k") -> str:
    return f'put: {{item: {{pk: "{key}", sk: s, v: "{value}"}}}}'


BOUND = {
    # as, of what request, what a later step writes of it
    "a list by position": (f"- {READ}\n  as: rows", "${rows.1.pk}", {"S": "b"}),
    "a number stays one": (f"- {READ}\n  as: rows", "${rows.0.n}", {"N": "1"}),
    "a set stays one": (f"- {READ}\n  as: rows", "${rows.0.tags}", {"SS": ["x", "y"]}),
    "beyond the end": (f"- {READ}\n  as: rows", "${rows.2.pk}", None),
    "what an item lacks": (f"- {READ}\n  as: rows", "${rows.0.gone}", None),
    "a single item": ("- get: {key: {pk: a, sk: s}}\n  as: row", "${row.pk}", {"S": "a"}),
    "a count": (
        '- query: {partition_key: "ROOM#${room}", select: count}\n  as: number',
        "${number}",
        {"N": "2"},
    ),
    "what a write gave back": (
        "- delete: {key: {pk: a, sk: s}, return_values: all_old}\n  as: old",
        "${old.pk}",
        {"S": "a"},
    ),
}


@pytest.mark.parametrize(("steps", "template", "value"), BOUND.values(), ids=BOUND)
def test_an_answer_is_known_by_its_name(steps: str, template: str, value: object) -> None:
    asked, _ = chain(f"{steps}\n- {put(template)}", [ITEMS])
    found = written(asked)[-1]
    if isinstance(found, Mapping) and "SS" in found:
        found = {"SS": sorted(found["SS"])}
    assert found == value


def test_each_element_of_a_list_has_its_requests_in_order() -> None:
    asked, outcome = chain(
        f"- {READ}\n  as: rows\n- for_each: rows\n  {put('${each.n}', 'X#${each.pk}')}", [ITEMS]
    )
    assert written(asked) == [{"N": "1"}, {"N": "2"}]
    assert [ask.path for ask in asked] == [
        ("access_patterns", "chain", "steps", 0),
        *[("access_patterns", "chain", "steps", 1)] * 2,
    ]
    assert outcome.requests == 3


def test_the_members_of_a_set_are_gone_through_in_an_order_of_their_own() -> None:
    # Sorted: the same flow each time, however the service lists them.
    steps = f"- {READ}\n  as: rows\n- for_each: rows.0.tags\n  {put('${each}', 'X#${each}')}"
    assert written(chain(steps, [ITEMS])[0]) == [{"S": "x"}, {"S": "y"}]


def test_nothing_is_asked_for_a_list_that_is_empty_or_absent() -> None:
    steps = f"- {READ}\n  as: rows\n- for_each: NAME\n  {put('${each.pk}')}"
    for name in ("rows", "rows.0.tags", "rows.3.tags"):
        asked, outcome = chain(steps.replace("NAME", name))
        assert len(asked) == 1
        assert outcome.error is None


def test_what_is_no_list_cannot_be_gone_through() -> None:
    steps = f"- {READ}\n  as: rows\n- for_each: rows.0.pk\n  {put('${each}')}"
    with pytest.raises(InputError, match="for_each goes through a list"):
        chain(steps, [ITEMS])


CONDITIONS = [
    ("size(rows) > 1", True),
    ("size(rows) > 2", False),
    ("rows[0].n = 1 AND rows[1].pk = 'b'", True),
    ("attribute_exists(rows[0].gone)", False),
    ("attribute_not_exists(rows[2])", True),
    ("contains(rows[0].tags, 'x')", True),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_a_step_is_done_if_its_condition_holds(condition: str, holds: bool) -> None:
    asked, _ = chain(f"- {READ}\n  as: rows\n- if: {condition}\n  {put('1')}", [ITEMS])
    assert len(asked) == (2 if holds else 1)


def test_a_condition_on_each_is_asked_of_each_element() -> None:
    steps = f"- {READ}\n  as: rows\n- if: CONDITION\n  for_each: rows\n  {put('${each.n}')}"
    assert written(chain(steps.replace("CONDITION", "each.n > 1"), [ITEMS])[0]) == [{"N": "2"}]
    assert len(chain(steps.replace("CONDITION", "size(rows) > 5"), [ITEMS])[0]) == 1
    assert len(chain(steps.replace("CONDITION", "size(rows) > 1"), [ITEMS])[0]) == 3


def test_a_step_that_was_not_done_leaves_its_name_absent() -> None:
    steps = (
        f"- {READ}\n  as: rows\n"
        "- if: size(rows) > 9\n  get: {key: {pk: a, sk: s}}\n  as: found\n"
        f"- {put('${found.pk}')}\n"
        f"- if: attribute_exists(found)\n  {put('never')}"
    )
    assert written(chain(steps, [ITEMS])[0]) == [None]


def test_names_within_a_list_hold_for_one_element() -> None:
    steps = (
        f"- {READ}\n  as: rows\n"
        "- for_each: rows\n"
        "  steps:\n"
        "    - if: each.n = 1\n"
        '      get: {key: {pk: "${each.pk}", sk: s}}\n'
        "      as: found\n"
        f"    - {put('${found.pk}')}"
    )
    asked, _ = chain(steps, [ITEMS, ITEMS[:1]])
    assert written(asked) == [{"S": "a"}, None]
    assert asked[-1].path == ("access_patterns", "chain", "steps", 1, "steps", 1)


def test_an_error_ends_the_chain_nested_steps_and_lists_included() -> None:
    steps = (
        f"- {READ}\n  as: rows\n"
        f"- for_each: rows\n  steps:\n    - {put('1')}\n    - {put('2')}\n"
        f"- {put('3')}"
    )
    asked, outcome = chain(steps, [ITEMS, CHECK])
    assert written(asked) == [{"S": "1"}]
    assert (outcome.error, outcome.error_message) == (CHECK, f"{CHECK} it is")
    assert outcome.read is not None  # the query, before the error
    assert outcome.read.items == tuple(ITEMS)


def test_the_chain_goes_on_after_the_error_that_may_happen() -> None:
    steps = f"- may_fail: {CHECK}\n  {put('1')}\n  as: old\n- {put('2')}"
    asked, outcome = chain(steps, [CHECK])
    assert (written(asked), outcome.error) == ([{"S": "1"}, {"S": "2"}], None)
    asked, outcome = chain(steps, ["ThrottlingException"])
    assert (written(asked), outcome.error) == ([{"S": "1"}], "ThrottlingException")


def test_the_answer_is_that_of_the_last_read() -> None:
    steps = f"- {READ}\n- get: {{key: {{pk: a, sk: s}}}}\n- {put('1')}"
    _, outcome = chain(steps, [ITEMS, ITEMS[1:]])
    assert outcome.read is not None
    assert outcome.read.items == tuple(ITEMS[1:])


def test_requests_go_to_tables_with_their_prefix() -> None:
    asked, _ = chain(f"- {READ}\n- {put('1')}", prefix="mine.")
    assert [(ask.operation, ask.read, ask.arguments["TableName"]) for ask in asked] == [
        ("Query", True, "mine.chat"),
        ("PutItem", False, "mine.chat"),
    ]


def test_a_value_that_does_not_suit_its_place_is_told_with_its_place() -> None:
    with pytest.raises(InputError) as raised:
        chain(f"- {READ}\n  as: rows\n- {put('1', 'X#${rows.0.pk:08d}')}", [ITEMS])
    [found] = raised.value.diagnostics
    assert found.place is not None
    assert found.place.line == MODEL.count("\n") + 3


def test_a_chain_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MAX_REQUESTS", 2)
    steps = f"- {READ}\n  as: rows\n- for_each: rows\n  {put('1')}"
    with pytest.raises(InputError, match="more than 2 requests"):
        chain(steps, [ITEMS])
