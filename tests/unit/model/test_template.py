"""Templates: read, filled, and matched back against a key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dynaproof.model.template import Field, Template, TemplateError

MOMENT = datetime(2026, 3, 9, 7, 5, 4, 123_999, tzinfo=UTC)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
FORMATS = st.sampled_from(["", "iso", "iso-s", "iso-us", "epoch", "epoch-ms", "%Y-%m", "08d", "3d"])
PARTS = st.lists(
    st.one_of(st.text(min_size=1, max_size=5), st.builds(Field, NAMES, FORMATS)), max_size=6
)


def _joined(parts: list[str | Field]) -> tuple[str | Field, ...]:
    """Texts that touch are one text."""
    joined: list[str | Field] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


@given(PARTS)
def test_what_is_written_is_what_is_read(parts: list[str | Field]) -> None:
    template = Template(_joined(parts))
    assert Template.parse(str(template)) == template


@given(st.text(st.sampled_from("${}:ab d%Y0\n"), max_size=20))
def test_any_text_is_a_template_or_says_where_it_is_not(text: str) -> None:
    column: int | None = None
    try:
        template = Template.parse(text)
    except TemplateError as error:
        column = error.column
    if column is None:
        assert Template.parse(str(template)) == template
    else:
        assert text[column] == "$"


@given(st.text(max_size=40))
def test_a_text_without_fields_stands_for_itself(text: str) -> None:
    assert Template.parse(text.replace("$", "$$")).fill({}) == text


@given(st.lists(NAMES, unique=True, min_size=1, max_size=4), st.data())
def test_a_key_is_matched_back_to_its_values(names: list[str], data: st.DataObject) -> None:
    # '#' parts the values, and none of them holds it: then there is one way to read the key.
    value = st.text(st.characters(exclude_characters="#"), min_size=1, max_size=8)
    values = {name: data.draw(value) for name in names}
    template = Template.parse("KEY#" + "#".join(f"${{{name}}}" for name in names))
    assume(template.sole_field is None)
    assert template.match(str(template.fill(values))) == values


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_is_matched_fills_back_to_the_same_key(first: str, second: str) -> None:
    template = Template.parse("A#${x}#B${y}#${x}")
    key = f"A#{first}#B{second}#{first}"
    matched = template.match(key)
    if matched is None:
        assert "" in (first, second)  # a value is never empty: keys are not
    else:
        assert template.fill(matched) == key


@pytest.mark.parametrize(
    ("text", "key"), [("ROOM#${id}", "USER#1"), ("${a}#${b}", "no separator"), ("${a}", "")]
)
def test_another_key_does_not_match(text: str, key: str) -> None:
    assert Template.parse(text).match(key) is None


@pytest.mark.parametrize(
    ("format_", "value", "filled"),
    [
        ("iso", MOMENT, "2026-03-09T07:05:04.123Z"),  # cut, not rounded
        ("iso-s", MOMENT, "2026-03-09T07:05:04Z"),
        ("iso-us", MOMENT, "2026-03-09T07:05:04.123999Z"),
        ("epoch", MOMENT, 1_773_039_904),
        ("epoch-ms", MOMENT, 1_773_039_904_123),
        ("epoch", datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC), -1),
        ("%Y-%m", MOMENT, "2026-03"),
        ("%d.%m.%y", date(2026, 3, 9), "09.03.26"),
        ("iso", date(2026, 3, 9), "2026-03-09T00:00:00.000Z"),
        ("iso-s", MOMENT.astimezone(timezone(timedelta(hours=5))), "2026-03-09T07:05:04Z"),
        ("iso-s", MOMENT.replace(tzinfo=None), "2026-03-09T07:05:04Z"),  # facts are in UTC
        ("08d", 42, "00000042"),
        ("4d", 42, "  42"),
        ("03d", -5, "-05"),
        ("03d", 12_345, "12345"),
        ("05d", Decimal(12), "00012"),
    ],
)
def test_formats(format_: str, value: object, filled: object) -> None:
    assert Template.parse(f"${{value:{format_}}}").fill({"value": value}) == filled


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "true"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (MOMENT, "2026-03-09T07:05:04.123Z"),
        (date(2026, 3, 9), "2026-03-09"),
        ("$ {x}", "$ {x}"),
    ],
)
def test_values_within_a_longer_text(value: object, text: str) -> None:
    assert Template.parse("<${value}>").fill({"value": value}) == f"<{text}>"


@pytest.mark.parametrize("value", [1, True, None, [1], {"a": 1}, Decimal("1.0"), b"x", MOMENT])
def test_a_field_alone_keeps_the_type_of_its_value(value: object) -> None:
    assert Template.parse("${value}").fill({"value": value}) is value


def test_a_value_that_is_none_makes_the_whole_none() -> None:
    assert Template.parse("A#${a}#${b}").fill({"a": "x", "b": None}) is None


def test_a_part_of_a_value_is_named_with_a_dot() -> None:
    assert Template.parse("${new.room.id}").fill({"new": {"room": {"id": "x"}}}) == "x"


@pytest.mark.parametrize("values", [{}, {"a": {}}, {"a": "text"}])
def test_a_name_without_a_value_is_a_key_error(values: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        Template.parse("${a.b}").fill(values)


@pytest.mark.parametrize(
    ("format_", "value"),
    [("08d", 1.5), ("08d", "12"), ("08d", True), ("iso", "2026-01-01"), ("%Y", 2026)],
)
def test_a_format_that_does_not_suit_is_a_value_error(format_: str, value: object) -> None:
    with pytest.raises(ValueError, match="needs a"):
        Template.parse(f"${{value:{format_}}}").fill({"value": value})


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("$", 0),
        ("5$", 1),
        ("a ${", 2),
        ("${}", 0),
        ("${1a}", 0),
        ("${a b}", 0),
        ("$$$", 2),
        ("${a:}", 0),
        ("${a:yesterday}", 0),
        ("x${a:%Q}", 1),  # Python and DuckDB do not write it alike
        ("${a:%}", 0),
        ("${a:0d}", 0),
        ("${a:8}", 0),
        ("${a:.2f}", 0),
        ("${a}${b", 4),
    ],
)
def test_what_is_not_well_formed_says_where(text: str, column: int) -> None:
    with pytest.raises(TemplateError) as raised:
        Template.parse(text)
    assert raised.value.column == column


def test_names_are_listed_in_order_each_once() -> None:
    template = Template.parse("A#${b:08d}#${a}#${b}")
    assert template.names == ("b", "a")
    assert template.prefix == "A#"
    assert template.sole_field is None
    assert Template.parse("${a}").sole_field == Field("a")
