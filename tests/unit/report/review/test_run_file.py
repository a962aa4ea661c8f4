"""A run's JSON is read back whole, and what is no such JSON is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.results import RunResult
from dynaproof.report.review.run_file import parse_run, read_run
from dynaproof.report.run_json import run_to_json

# What only a definition has: of these the JSON holds texts, which the reader gives beside the run.
OF_THE_DEFINITION = {"targets", "key_condition", "key"}


def _without(value: object) -> object:
    if isinstance(value, dict):
        return {k: _without(v) for k, v in value.items() if k not in OF_THE_DEFINITION}
    return [_without(one) for one in value] if isinstance(value, list) else value


def test_what_is_read_gives_the_same_json_again(reviewed: RunResult) -> None:
    first = json.loads(run_to_json(reviewed))
    again = json.loads(run_to_json(parse_run(run_to_json(reviewed), "run.json").result))
    assert _without(again) == _without(first)


def test_what_the_definition_says_is_read_too(reviewed: RunResult) -> None:
    run = parse_run(run_to_json(reviewed), "run.json")
    assert run.patterns[0].targets == ("shop-orders",)
    assert run.patterns[0].key_condition == "pk = ORDER#${id}, sk = ORDER"
    assert run.key_templates["shop-orders", "order"] == (("pk", "ORDER#${id}"), ("sk", "ORDER"))


def test_what_older_versions_do_not_write_may_be_absent(document: dict[str, object]) -> None:
    for name in ("versions", "checked", "proved"):
        del document[name]
    tables = document["tables"]
    assert isinstance(tables, list)
    for collections in tables[0]["item_collections"]:
        del collections["samples"]
    run = parse_run(json.dumps(document).encode(), "run.json")
    assert run.proved is None
    assert run.result.tables[0].collections[0].samples == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "'format' is not 'dynaproof-run'"),
        (b'{"format": "other"}', "'format' is not 'dynaproof-run'"),
        (b'{"format": "dynaproof-run", "version": 2}', "'version' is not 1"),
        (b'{"format": "dynaproof-run", "version": 1}', "'definition' is not an object"),
    ],
)
def test_what_is_no_run_is_told(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_run(data, "run.json")
    [found] = raised.value.diagnostics
    assert found.code is Code.RUN_FILE
    assert said in found.message


def _every_place(document: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [path, *(one for name, part in inner for one in _every_place(part, (*path, name)))]


@pytest.mark.parametrize("value", [None, True, -1.5, "no", [], [0], {}, {"a": 0}])
def test_a_wrong_value_anywhere_is_told_or_passed_over(
    value: object, document: dict[str, object], show: Callable[[bytes], object]
) -> None:
    told = set()
    for path in _every_place(document):
        if not path:
            continue
        changed = json.loads(json.dumps(document))
        at = changed
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = value
        try:
            show(json.dumps(changed).encode())
        except InputError as error:
            told |= {one.code for one in error.diagnostics}
    assert told == {Code.RUN_FILE}


@pytest.fixture
def show() -> Callable[[bytes], object]:
    from dynaproof.report.review.review import review_of

    return lambda data: review_of(parse_run(data, "run.json"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the file: no such file"):
        read_run(tmp_path / "run.json")
