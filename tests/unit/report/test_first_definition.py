"""A first definition: whatever sensible names and kinds, it passes check without a finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.definition.load import examine_text
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.check import check_text
from dynaproof.report.first_definition import first_definition
from dynaproof.report.first_sketch import (
    POSSIBLE_KINDS,
    Sketch,
    Thing,
    read_thing,
    with_parents,
    with_rows,
)

# Words of SQL, YAML, DynamoDB and the language itself beside any others.
AWKWARD = ("order", "Group", "null", "yes", "pk", "sk", "uuid", "table", "Select", "items", "class")
names = st.sampled_from(AWKWARD) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
names = names.filter(lambda name: name != "from")
attributes = st.lists(
    st.tuples(names, st.sampled_from(POSSIBLE_KINDS)), max_size=5, unique_by=lambda a: a[0].lower()
)


@st.composite
def sketches(draw: st.DrawFn) -> Sketch:
    chosen = draw(st.lists(names, min_size=1, max_size=4, unique_by=str.lower))
    things = [
        Thing(
            name,
            tuple(draw(attributes)),
            draw(st.sampled_from([None, *chosen[:at]])),
            draw(st.none() | st.integers(1, 50)),
        )
        for at, name in enumerate(chosen)
    ]
    ordered = draw(st.permutations(things))
    return Sketch(
        draw(st.from_regex(r"[a-z0-9][a-z0-9_.-]{3,20}", fullmatch=True)),
        tuple(ordered),
        draw(st.text(max_size=40)),
        draw(st.booleans()),
        draw(st.booleans()),
    )


@settings(max_examples=60)
@given(sketches())
def test_any_sketch_gives_a_definition_without_findings(sketch: Sketch) -> None:
    text = first_definition(sketch, "schema.json")
    checked = check_text(text, folder=Path())
    assert checked.diagnostics == (), text
    definition = checked.require()
    assert definition.name == sketch.name
    assert {entity.name for entity in definition.entities} == {one.name for one in sketch.things}
    for thing in sketch.things:
        [entity] = [one for one in definition.entities if one.name == thing.name]
        assert {name for name, _ in thing.attributes} <= {one.name for one in entity.attributes}
        if thing.rows is not None and thing.parent is None:
            assert entity.rows == thing.rows


def test_the_same_sketch_gives_the_same_text_and_names_its_schema() -> None:
    sketch = Sketch("notes", (read_thing("users=uuid,handle:user_name"),))
    text = first_definition(sketch, "a/schema.json")
    assert text == first_definition(sketch, "a/schema.json")
    assert text.startswith("# yaml-language-server: $schema=a/schema.json\n")
    assert not first_definition(sketch).startswith("#")


def test_what_belongs_to_something_is_listed_newest_first() -> None:
    things = [read_thing("users=uuid"), read_thing("orders=uuid,placed_at:timestamp")]
    text = first_definition(Sketch("shop", with_parents(things, {"orders": "users"})))
    loaded = examine_text(text, "shop.yaml", folder=Path())
    assert loaded.definition is not None
    patterns = {one.name: one for one in loaded.definition.access_patterns}
    assert list(patterns) == [
        "get-user",
        "put-user",
        "get-order",
        "newest-orders-of-user",
        "put-order",
    ]
    request = patterns["newest-orders-of-user"].request
    assert request is not None
    assert request.arguments["ScanIndexForward"] is False
    assert request.arguments["Limit"] == 20


def test_an_attribute_without_a_kind_is_of_the_kind_of_its_name() -> None:
    assert read_thing("users = uuid, email, colour ,name:product") == Thing(
        "users",
        (("uuid", "uuid"), ("email", "email"), ("colour", "word"), ("name", "product")),
    )


WRONG = [
    ("a/b", ["users=uuid"], "cannot be the name of a definition"),
    ("../up", ["users=uuid"], "cannot be the name of a definition"),
    ("ab", ["users=uuid"], "cannot be the name of a definition"),
    ("from", ["users=uuid"], "cannot be the name of a definition"),
    ("notes", [], "at least one entity"),
    ("notes", ["us-ers=uuid"], "'us-ers' cannot be the name of an entity"),
    ("notes", ["=uuid"], "cannot be the name of an entity"),
    ("notes", ["users=uuid,from:word"], "'from' cannot be the name of an attribute"),
    ("notes", ["users=uuid,\x1b[2J:word"], "cannot be the name of an attribute"),
    ("notes", ["users=uuid,handle:user_nam"], "no generator 'user_nam'"),
    ("notes", ["users=uuid,state:choice"], "'choice' cannot be asked for here"),
    ("notes", ["users=uuid", "Users=uuid"], "two of the entity 'Users'"),
    ("notes", ["users=id:word,ID:word"], "two of the attribute of 'users' 'ID'"),
]


@pytest.mark.parametrize(("name", "things", "said"), WRONG)
def test_what_is_wrong_is_told_with_a_hint(name: str, things: list[str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        first_definition(Sketch(name, tuple(read_thing(one) for one in things)))
    assert said in str(caught.value)


def test_parents_and_rows_of_things_that_are_not_there() -> None:
    things = [read_thing("users=uuid"), read_thing("orders=uuid")]
    with pytest.raises(InputError, match="no entity 'order'"):
        with_parents(things, {"order": "users"})
    with pytest.raises(InputError, match="no entity 'user'"):
        first_definition(Sketch("shop", with_parents(things, {"orders": "user"})))
    with pytest.raises(InputError, match="no entity 'user'"):
        with_rows(things, {"user": 3})
    with pytest.raises(InputError, match="0 rows"):
        first_definition(Sketch("shop", with_rows(things, {"users": 0})))


def test_what_belongs_to_itself_is_refused() -> None:
    things = with_parents([read_thing("a=uuid"), read_thing("b=uuid")], {"a": "b", "b": "a"})
    with pytest.raises(InputError, match="'a' belongs to itself: a of b of a"):
        first_definition(Sketch("circle", things))
