"""Importers of schemas, models and sheets, given what no tool would write: an error or a draft."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import DescribedItemType, Draft
from dynaproof.exchange.foreign_json import ParsedJson, parse_json
from dynaproof.exchange.incoming.aws_cli.requests import cli_request
from dynaproof.exchange.incoming.aws_cli.words import CommandError, command_lines
from dynaproof.exchange.incoming.awslabs_model.data_model import read_awslabs_model
from dynaproof.exchange.incoming.awslabs_schema.schema import read_awslabs_schema
from dynaproof.exchange.incoming.onetable.schema import read_onetable
from dynaproof.exchange.incoming.placeholders import mapped
from dynaproof.exchange.incoming.sheet.rows import read_sheet
from dynaproof.model.diagnostic import InputError
from dynaproof.model.template import Template

MODELS = Path(__file__).parent / "models"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOSTILE_TEXTS = (
    "",
    " ",
    "../../etc/passwd",
    "a/b\\c",
    "x\u0000y\u0007",
    "${user}",
    "$",
    "$$${",
    "{{7*7}}",
    "{%raw%}",
    "'; DROP TABLE x; --",
    '"quoted": [yes]',
    "- &a *a !!python/object:os.system",
    "#not a comment",
    "line\nbreak: true",
    "\u202edcba",
    "é" * 300,
    "x" * 5_000,
    "{" * 40,
    "<" * 20 + ">" * 20,
    "${" + "a" * 90 + "}",
    "{a}{b}{c}{d}{e}{f}",
    "from",
    "select",
    "constructor",
    "0",
    "NaN",
    ":",
)
_SCALARS: tuple[object, ...] = (None, True, False, 0, -1, 10**30, [], {}, *HOSTILE_TEXTS)


READERS: dict[str, Callable[[ParsedJson], Draft]] = {
    "awslabs-ferry.json": read_awslabs_model,
    "awslabs-schema-workshop.json": read_awslabs_schema,
    "onetable-harbour.json": read_onetable,
}


@st.composite
def _mutated(draw: st.DrawFn, original: object) -> object:
    """The value with one to four changes: dropped, of another type, nested, doubled, hostile."""
    value = copy.deepcopy(original)
    for _ in range(draw(st.integers(1, 4))):
        places = _places(value)
        owner, key = places[draw(st.integers(0, len(places) - 1))]
        change = draw(st.sampled_from(("drop", "scalar", "wrap", "list", "rename", "deep", "text")))
        _apply(owner, key, change, draw)
    return value


@pytest.mark.parametrize("name", READERS)
def test_a_model_is_read_whole(name: str) -> None:
    draft = READERS[name](parse_json((MODELS / name).read_bytes(), name))
    assert draft.tables
    assert draft.patterns
    _assert_sound(draft)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150)
@given(data=st.data())
def test_changed_anywhere_it_is_a_draft_or_an_error(name: str, data: st.DataObject) -> None:
    original = json.loads((MODELS / name).read_bytes())
    content = json.dumps(data.draw(_mutated(original))).encode()
    with contextlib.suppress(InputError):
        _assert_sound(READERS[name](parse_json(content, name)))


@pytest.mark.parametrize("content", ["null", "[]", "3", '"x"', "{}", '{"tables": 5}', '{"tables": {}}',
                                     '{"indexes": [], "models": 4}', '{"tables": [null, 1, "x"]}'])  # fmt: skip
@pytest.mark.parametrize("name", READERS)
def test_what_holds_no_table_is_refused(name: str, content: str) -> None:
    with pytest.raises(InputError) as raised:
        READERS[name](parse_json(content.encode(), "some.json"))
    assert raised.value.diagnostics[0].place is not None


@settings(max_examples=150)
@given(
    lines=st.lists(
        st.tuples(st.sampled_from(HOSTILE_TEXTS) | st.text(max_size=40), st.integers(0, 7)),
        max_size=6,
    )
)
def test_a_sheet_with_any_cells_is_a_draft(lines: list[tuple[str, int]]) -> None:
    text = (MODELS / "sheet-league.md").read_text(encoding="utf-8")
    for cell, column in lines:
        cells = ["8", "Get it", "Query", "1", "1", "Main Table", "Query(PK=A#<id>)", ""]
        cells[column] = cell
        text += "| " + " | ".join(cells) + " |\n"
    _assert_sound(read_sheet(text, "sheet.md"))


@settings(max_examples=100)
@given(
    text=st.text(
        alphabet=st.sampled_from("|-#,;\t\n ab<>{}$\"'`:PKSK=andbegins_with()"), max_size=300
    )
)
def test_any_text_is_a_sheet_or_an_error(text: str) -> None:
    for start in (
        "",
        "pattern,operation,partition key\n",
        "| Pattern | Operation | PK |\n|--|--|--|\n",
    ):
        with contextlib.suppress(InputError):
            _assert_sound(read_sheet(start + text, "sheet.txt"))


WORDS = ("aws", "dynamodb", "query", "get-item", "--key", "--table-name", "T", "{", "}", "'", '"', "\\",
         "\n", "--expression-attribute-values", ":a={S=b}", '{":a":{"S":"b"}}', "&&", ";", "|", "$x", "<y>",
         "file://x", "--no-scan-index-forward", "--limit", "-1", "5", "[a,b]", "a=[1,{b=c}]", "=", ",")  # fmt: skip


@settings(max_examples=300)
@given(
    words=st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=14),
    join=st.sampled_from((" ", "")),
)
def test_any_words_are_a_request_or_an_error(words: list[str], join: str) -> None:
    text = "aws dynamodb query --table-name T " + join.join(words)
    with contextlib.suppress(CommandError):
        assert [cli_request(line) for line in command_lines(text)]


def _deep(levels: int = 60) -> object:
    """A list in a list in a list."""
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


def _places(value: object) -> list[tuple[dict[str, object] | list[object], object]]:
    found: list[tuple[dict[str, object] | list[object], object]] = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            found += [(one, key) for key in one]
            stack += one.values()
        elif isinstance(one, list):
            found += [(one, index) for index in range(len(one))]
            stack += one
    return found or [([value], 0)]


def _apply(
    owner: dict[str, object] | list[object], key: object, change: str, draw: st.DrawFn
) -> None:
    inner = owner[key]  # type: ignore[index,call-overload]  # key is of this owner
    if change == "drop":
        del owner[key]  # type: ignore[arg-type]
        return
    made: object = inner
    match change:
        case "scalar":
            made = draw(st.sampled_from(_SCALARS))
        case "text":
            made = draw(st.text(max_size=30))
        case "wrap":
            made = {"S": inner}
        case "list":
            made = [inner, inner]
        case "deep":
            made = _deep()
    if change == "rename" and isinstance(owner, dict):
        del owner[str(key)]
        owner[draw(st.sampled_from(HOSTILE_TEXTS))] = made
        return
    owner[key] = made  # type: ignore[index,call-overload]


def _assert_sound(draft: Draft) -> None:
    """Templates are templates of what there is, parameters are of what there is."""
    columns = {
        f"{one.name}.{field.name}"
        for table in draft.tables
        for one in table.item_types
        if isinstance(one, DescribedItemType)
        for field in one.fields
    }
    for table in draft.tables:
        assert not table.table.items
        for one in table.item_types:
            if isinstance(one, DescribedItemType):
                _assert_described(one, [key.name for key in table.table.key_attributes])
    for pattern in draft.patterns:
        assert pattern.name
        if pattern.operation is None:
            continue
        names: set[str] = set()
        for text in _texts(pattern.arguments):
            names |= set(Template.parse(text).names)
        assert names <= set(pattern.parameters), pattern
        for name, source in pattern.parameters.items():
            assert _NAME.fullmatch(name)
            assert name != "from"
            if isinstance(source, str):
                assert source in columns
            else:
                assert isinstance(source, Mapping)
                assert set(source) & {"value", "generate"}
    for left_out in draft.not_carried:
        assert left_out.reason
        assert str(left_out)


def _texts(value: object) -> list[str]:
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    mapped(value, keep)
    return found


def _assert_described(one: DescribedItemType, keys: list[str]) -> None:
    fields = {field.name for field in one.fields}
    assert len({name.lower() for name in fields}) == len(one.fields)
    stored = {field.attribute or field.name for field in one.fields}
    for name in fields:
        assert _NAME.fullmatch(name)
    for template in one.keys.values():
        assert set(Template.parse(template).names) <= fields
    assert set(keys) <= set(one.keys) | stored
