from __future__ import annotations

import pytest

from dynaproof.facts.entity_check import attribute_order, check_entities, generation_order
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.entity import (
    MAX_ROWS,
    Attribute,
    Count,
    Each,
    Entity,
    Generator,
    References,
)

UUID = Attribute("uuid", Generator("uuid"))
USERS = Entity("users", (UUID,), rows=3)


def refers(
    name: str,
    entity: str,
    attribute: str = "uuid",
    *,
    where: str | None = None,
    distinct_within: str | None = None,
) -> Attribute:
    return Attribute(name, References(entity, attribute, where, distinct_within))


WRONG: list[tuple[list[Entity], Path, Code, str]] = [
    (
        [USERS, Entity("posts", (refers("by", "user"),), rows=1)],
        ("entities", "posts", "attributes", "by", "references"),
        Code.UNKNOWN_ENTITY,
        "Did you mean 'users'?",
    ),
    (
        [USERS, Entity("posts", (refers("by", "users", "uid"),), rows=1)],
        ("entities", "posts", "attributes", "by", "references"),
        Code.UNKNOWN_ATTRIBUTE,
        "Did you mean 'uuid'?",
    ),
    (
        [USERS, Entity("posts", (refers("by", "users", where="uuid"),), rows=1)],
        ("entities", "posts", "attributes", "by", "where"),
        Code.UNKNOWN_ATTRIBUTE,
        "Its attributes are: by.",
    ),
    (
        [USERS, Entity("posts", (refers("by", "users", distinct_within="x"),), rows=1)],
        ("entities", "posts", "attributes", "by", "distinct_within"),
        Code.UNKNOWN_ATTRIBUTE,
        "",
    ),
    (
        [USERS, Entity("posts", (UUID,), each=Each("usrs", "uuid", "by", Count.fixed(1)))],
        ("entities", "posts", "each", "of"),
        Code.UNKNOWN_ENTITY,
        "Did you mean 'users'?",
    ),
    (
        [Entity("posts", (UUID,), each=Each("posts", "uuid", "by", Count.fixed(1)))],
        ("entities", "posts", "each", "of"),
        Code.CIRCULAR_ENTITIES,
        "",
    ),
    (
        [USERS, Entity("posts", (UUID,), each=Each("users", "uuid", "UUID", Count.fixed(1)))],
        ("entities", "posts"),
        Code.DUPLICATE_KEY,
        "",
    ),
    ([USERS, Entity("Users", (UUID,), rows=1)], ("entities", "Users"), Code.DUPLICATE_KEY, ""),
    (
        [Entity("users", (Attribute("n", Generator("intger")),), rows=1)],
        ("entities", "users", "attributes", "n", "generate"),
        Code.UNKNOWN_GENERATOR,
        "Did you mean 'integer'?",
    ),
    (
        [Entity("users", (UUID,), rows=MAX_ROWS + 1)],
        ("entities", "users", "count"),
        Code.TOO_MANY_ROWS,
        "20,000,000",
    ),
    (
        [
            Entity("a", (refers("b", "b", "a"),), rows=1),
            Entity("b", (refers("a", "a", "b"),), rows=1),
        ],
        ("entities", "a"),
        Code.CIRCULAR_ENTITIES,
        "",
    ),
    (
        [Entity("a", (refers("x", "a", "y"), refers("y", "a", "x")), rows=1)],
        ("entities", "a", "attributes", "x"),
        Code.CIRCULAR_ENTITIES,
        "",
    ),
]


@pytest.mark.parametrize(("entities", "path", "code", "hint"), WRONG)
def test_findings_name_the_path_the_code_and_what_would_be_right(
    entities: list[Entity], path: Path, code: Code, hint: str
) -> None:
    [(found_path, found_code, message, found_hint)] = check_entities(entities)
    assert (found_path[: len(path)], found_code) == (path, code)
    assert message
    assert hint in found_hint


def test_all_findings_come_at_once() -> None:
    wrong = [Entity("a", (refers("b", "c"), Attribute("n", Generator("x"))), rows=1)]
    assert {code for _, code, _, _ in check_entities(wrong)} == {
        Code.UNKNOWN_ENTITY,
        Code.UNKNOWN_GENERATOR,
    }


def test_columns_of_a_file_are_not_known_before_it_is_read() -> None:
    file = Entity("cities", (), dataset="cities.csv")
    assert check_entities([file, Entity("b", (refers("c", "cities", "name"),), rows=1)]) == []


def test_entities_come_after_those_they_refer_to() -> None:
    posts = Entity(
        "posts", (refers("by", "users"),), each=Each("rooms", "uuid", "r", Count.fixed(1))
    )
    rooms = Entity("rooms", (UUID, refers("owner", "users")), rows=1)
    names = [entity.name for entity in generation_order([posts, rooms, USERS])]
    assert names == ["users", "rooms", "posts"]


def test_attributes_come_after_those_they_depend_on() -> None:
    entity = Entity(
        "members",
        (refers("user", "users", distinct_within="room"), Attribute("room", Generator("word"))),
        rows=1,
    )
    assert [attribute.name for attribute in attribute_order(entity)] == ["room", "user"]
