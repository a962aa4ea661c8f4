"""Names in steps: what nothing is bound to is found, with its place, before any request."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.definition.load import examine_text
from dynaproof.model.codes import Code

MODEL = """\
version: 1
name: rooms
entities:
  rooms: {count: 1, attributes: {id: {generate: uuid}}}
tables:
  rooms:
    partition_key: pk
    stream: new_and_old_images
    items:
      room: {from: rooms, key: {pk: "ROOM#${id}"}}
access_patterns:
  chain:
    parameters: {room: rooms.id}
    steps:
"""
HANDLER = """\
stream_handlers:
  refresh:
    when: {event: insert, item: room}
    steps:
"""
READ = '- query: {partition_key: "ROOM#${room}"}\n  as: rows\n'


def found(steps: str, before: str = MODEL) -> list[tuple[Code, str, str]]:
    """Findings: code, message, and the line that they are at."""
    text = before + "".join(f"      {line}\n" for line in steps.strip("\n").splitlines())
    result = examine_text(text, "rooms.yaml", folder=Path())
    lines = text.splitlines()
    return [
        (one.code, one.message, lines[one.place.line - 1].strip() if one.place else "")
        for one in result.diagnostics
    ]


RIGHT = {
    "a parameter, and an answer": READ + '- put: {item: {pk: "${room}", n: "${rows.0.n}"}}',
    "each": READ + '- for_each: rows\n  delete: {key: {pk: "${each.pk}"}}',
    "each in nested steps": READ
    + '- for_each: rows\n  steps:\n    - get: {key: {pk: "${each.pk}"}}\n      as: one\n'
    + '    - if: attribute_exists(one)\n      delete: {key: {pk: "${one.pk}"}}',
    "a condition on each": READ
    + '- if: each.n > 1 AND size(rows) > 1\n  for_each: rows\n  delete: {key: {pk: "${each.pk}"}}',
}
WRONG = {
    "a name that nothing has": (
        READ + '- put: {item: {pk: "${rom}"}}',
        "'rom' is no parameter, and no answer of an earlier step",
    ),
    "an answer before it is there": (
        '- put: {item: {pk: "${rows.0.pk}"}}\n' + READ,
        "'rows.0.pk' is no parameter, and no answer of an earlier step",
    ),
    "each without a list": (
        READ + '- put: {item: {pk: "${each.pk}"}}',
        "'each.pk' is no parameter, and no answer of an earlier step",
    ),
    "a list that nothing has": (
        READ + '- for_each: row\n  delete: {key: {pk: "${each.pk}"}}',
        "'row' is no parameter, and no answer of an earlier step",
    ),
    "a condition on what nothing has": (
        READ + '- if: size(lines) > 0\n  put: {item: {pk: "${room}"}}',
        "'lines' is no parameter, and no answer of an earlier step",
    ),
    "a name of nested steps, outside of them": (
        READ
        + '- for_each: rows\n  steps:\n    - get: {key: {pk: "${each.pk}"}}\n      as: one\n'
        + '- put: {item: {pk: "${one.pk}"}}',
        "'one.pk' is no parameter, and no answer of an earlier step",
    ),
}


@pytest.mark.parametrize("steps", RIGHT.values(), ids=RIGHT)
def test_names_that_are_bound_are_right(steps: str) -> None:
    assert found(steps) == []


@pytest.mark.parametrize(("steps", "message"), WRONG.values(), ids=WRONG)
def test_names_that_nothing_is_bound_to_are_found(steps: str, message: str) -> None:
    [(code, told, line)] = found(steps)
    assert (code, told) == (Code.UNKNOWN_PARAMETER, message)
    assert message.split("'")[1] in line


def test_a_condition_that_is_none_is_found_at_the_condition() -> None:
    [(code, told, line)] = found(READ + '- if: size(rows) >\n  put: {item: {pk: "${room}"}}')
    assert code is Code.EXPRESSION_SYNTAX
    assert "size(rows) >" in told
    assert line == "- if: size(rows) >"


def test_handlers_know_their_record_and_no_parameters() -> None:
    before = MODEL + f"      {READ.splitlines()[0]}\n" + HANDLER
    right = '- put: {item: {pk: "${key.id}", a: "${new.a}", b: "${old.b}", c: "${event}"}}'
    assert found(right, before) == []
    [(code, told, _)] = found('- put: {item: {pk: "${room}"}}', before)
    assert (code, told.split(" ")[0]) == (Code.UNKNOWN_PARAMETER, "'room'")


@pytest.mark.parametrize(
    ("stream", "shown", "lacking"),
    [("new_image", "new", "old"), ("old_image", "old", "new"), ("keys_only", "keys", "new")],
)
def test_handlers_do_not_know_an_image_that_the_stream_does_not_show(
    stream: str, shown: str, lacking: str
) -> None:
    model = MODEL.replace("new_and_old_images", stream)
    before = model + f"      {READ.splitlines()[0]}\n" + HANDLER
    assert found(f'- put: {{item: {{pk: "${{{shown}.pk}}"}}}}', before) == []
    for steps in (
        f'- put: {{item: {{pk: "${{{lacking}.pk}}"}}}}',
        f'- if: attribute_exists({lacking}.pk)\n  delete: {{key: {{pk: "${{keys.pk}}"}}}}',
    ):
        [(code, told, line)] = found(steps, before)
        assert code is Code.UNKNOWN_PARAMETER
        assert told.removeprefix(f"'{lacking}").removeprefix(".pk") == (
            f"' is not in the records: the table's stream is {stream}"
        )
        assert f"{lacking}.pk" in line
