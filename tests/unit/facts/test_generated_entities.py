from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.facts.database import Facts
from dynaproof.facts.row_counts import row_counts
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import InputError
from dynaproof.model.entity import (
    Attribute,
    Count,
    Each,
    Entity,
    Generator,
    References,
)

MakeFacts = Callable[..., Facts]
UUID = Attribute("uuid", Generator("uuid"))
USERS = Entity("users", (UUID, Attribute("handle", Generator("user_name"), unique=True)), rows=20)
ROOMS = Entity("rooms", (UUID,), rows=50)


def each_room(name: str, count: Count, *attributes: Attribute) -> Entity:
    return Entity(name, attributes, each=Each("rooms", "uuid", "room", count))


MEMBERS = each_room(
    "members",
    Count.fixed(3),
    Attribute("user", References("users", "uuid", distinct_within="room", zipf=1.2)),
)
MESSAGES = each_room(
    "messages",
    Count("lognormal", mean=20, sigma=1.0, minimum=1),
    UUID,
    Attribute("sender", References("members", "user", where="room")),
    Attribute("note", Generator("word"), null=0.5),
)


def rows(facts: Facts, sql: str) -> list[tuple[object, ...]]:
    return facts.connection.sql(sql).fetchall()


def refused(make_facts: MakeFacts, *entities: Entity) -> tuple[Code, str]:
    with pytest.raises(InputError) as caught:
        make_facts(*entities)
    [diagnostic] = caught.value.diagnostics
    return diagnostic.code, diagnostic.message


def test_the_same_seed_gives_the_same_rows_in_any_order(make_facts: MakeFacts) -> None:
    entities = [USERS, ROOMS, MEMBERS, MESSAGES]
    one, two = make_facts(*entities), make_facts(*reversed(entities))
    other = make_facts(*entities, seed=2)
    for entity in entities:
        assert rows(one, f"FROM {entity.name}") == rows(two, f"FROM {entity.name}")
        assert rows(one, f"FROM {entity.name}") != rows(other, f"FROM {entity.name}")


def test_other_processes_make_the_same_rows() -> None:
    code = """
import hashlib, sys
from test_generated_entities import MEMBERS, MESSAGES, ROOMS, USERS
from dynaproof.facts.database import Facts
from dynaproof.model.definition import SourceMap
places = SourceMap("model.yaml")
with Facts.generate([USERS, ROOMS, MEMBERS, MESSAGES], seed=1, folder=".", places=places) as facts:
    for entity in facts.entities:
        rows = facts.connection.sql(f"FROM {entity}").fetchall()
        print(entity, hashlib.sha256(repr(rows).encode()).hexdigest())
"""
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].count("\n") == 4


def test_another_attribute_or_entity_changes_no_value(make_facts: MakeFacts) -> None:
    before = make_facts(USERS)
    more = Entity("users", (Attribute("age", Generator("integer")), *USERS.attributes), rows=25)
    after = make_facts(ROOMS, more)
    assert rows(after, "SELECT uuid, handle FROM users LIMIT 20") == rows(before, "FROM users")


def test_chunks_leave_no_seam(make_facts: MakeFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_facts(USERS, ROOMS, MEMBERS, MESSAGES)
    monkeypatch.setattr("dynaproof.facts.generation.CHUNK_ROWS", 7)
    chunked = make_facts(USERS, ROOMS, MEMBERS, MESSAGES)
    assert rows(whole, "FROM messages") == rows(chunked, "FROM messages")


def test_each_parent_has_its_rows(make_facts: MakeFacts) -> None:
    facts = make_facts(USERS, ROOMS, MEMBERS)
    assert facts.columns("members") == {"room": "VARCHAR", "user": "VARCHAR"}
    assert facts.row_count("members") == 150
    found = rows(facts, "SELECT count(*) FROM members JOIN rooms ON room = uuid GROUP BY room")
    assert found == [(3,)] * 50


def test_references_agree_where_they_must(make_facts: MakeFacts) -> None:
    facts = make_facts(USERS, ROOMS, MEMBERS, MESSAGES)
    strangers = "SELECT room, sender FROM messages EXCEPT SELECT room, user FROM members"
    assert rows(facts, strangers.replace("user", '"user"')) == []


@settings(deadline=None, max_examples=25)
@given(
    wanted=st.integers(1, 12),
    extra=st.integers(0, 3),
    zipf=st.sampled_from([0.0, 1.0, 3.0]),
    seed=st.integers(0, 1000),
)
def test_no_value_twice_within_a_group_even_when_all_are_needed(
    wanted: int, extra: int, zipf: float, seed: int
) -> None:
    users = Entity("users", (UUID,), rows=wanted + extra)
    attribute = Attribute("user", References("users", "uuid", None, "room", zipf))
    rooms = Entity("rooms", (UUID,), rows=5)
    members = each_room("members", Count.fixed(wanted), attribute)
    places = SourceMap("model.yaml")
    entities = [users, rooms, members]
    with Facts.generate(entities, seed=seed, folder=".", places=places) as facts:
        found = rows(facts, 'SELECT count(DISTINCT "user") FROM members GROUP BY room')
    assert found == [(wanted,)] * 5


def test_unique_references_use_each_value_once(make_facts: MakeFacts) -> None:
    profile = Attribute("user", References("users", "uuid"), unique=True)
    facts = make_facts(USERS, Entity("profiles", (profile,), rows=20))
    assert rows(facts, 'SELECT count(DISTINCT "user") FROM profiles') == [(20,)]


def test_values_are_distinct_where_rows_of_the_other_entity_repeat_them(
    make_facts: MakeFacts,
) -> None:
    # All messages of a room have few senders; readers must still be different ones.
    reader = Attribute("reader", References("messages", "sender", "room", "room"))
    facts = make_facts(USERS, ROOMS, MEMBERS, MESSAGES, each_room("reads", Count.fixed(1), reader))
    assert facts.row_count("reads") == 50


def test_an_entity_may_refer_to_itself(make_facts: MakeFacts) -> None:
    boss = Attribute("boss", References("staff", "uuid"), null=0.2)
    facts = make_facts(Entity("staff", (boss, UUID), rows=100))
    assert rows(facts, "SELECT boss FROM staff EXCEPT SELECT uuid FROM staff") == [(None,)]


def test_rows_without_a_value_need_no_row_to_refer_to(make_facts: MakeFacts) -> None:
    nobody = Entity("users", (UUID,), rows=0)
    posts = Entity("posts", (Attribute("by", References("users", "uuid"), null=1.0),), rows=3)
    assert rows(make_facts(nobody, posts), "FROM posts") == [(None,)] * 3


def test_skew_follows_zipf(make_facts: MakeFacts) -> None:
    likes = Entity(
        "likes", (Attribute("user", References("users", "uuid", zipf=1.0)),), rows=20_000
    )
    facts = make_facts(USERS, likes)
    counts = [n for (n,) in rows(facts, 'SELECT count(*) FROM likes GROUP BY "user"')]
    ordered = sorted((n for n in counts if isinstance(n, int)), reverse=True)
    total = sum(1 / rank for rank in range(1, 21))
    for rank, count in enumerate(ordered[:3], start=1):
        share = 1 / rank / total
        # Six standard deviations of a share of 20,000 draws.
        assert abs(count - 20_000 * share) < 6 * math.sqrt(20_000 * share * (1 - share))


def test_without_skew_all_are_alike(make_facts: MakeFacts) -> None:
    likes = Entity("likes", (Attribute("user", References("users", "uuid")),), rows=20_000)
    facts = make_facts(USERS, likes)
    counts = rows(facts, 'SELECT count(*) FROM likes GROUP BY "user"')
    assert len(counts) == 20
    assert all(isinstance(n, int) and abs(n - 1000) < 6 * 31 for (n,) in counts)


def test_a_share_of_rows_has_no_value(make_facts: MakeFacts) -> None:
    entity = Entity("e", (Attribute("word", Generator("word"), null=0.25),), rows=10_000)
    [(missing,)] = rows(make_facts(entity), "SELECT count(*) - count(word) FROM e")
    assert isinstance(missing, int)
    assert abs(missing - 2_500) < 6 * 44


SHORTAGES = [
    (
        [USERS, ROOMS, each_room("m", Count.fixed(21), *MEMBERS.attributes)],
        "need 21 different values of 'users.uuid', and there are 20",
    ),
    (
        [USERS, Entity("p", (Attribute("u", References("users", "uuid"), unique=True),), rows=21)],
        "need 21 different values of 'users.uuid', and there are 20",
    ),
    (
        [
            Entity("users", (UUID,), rows=0),
            Entity("p", (Attribute("u", References("users", "uuid")),), rows=1),
        ],
        "no row of 'users' has a value of 'uuid'",
    ),
    (
        [USERS, ROOMS, each_room("members", Count.fixed(0), *MEMBERS.attributes), MESSAGES],
        "no row of 'members' has a value of 'user' where room is",
    ),
    (
        [Entity("e", (Attribute("n", Generator("integer", {"max": 9}), unique=True),), rows=11)],
        "11 unique values are asked for, and the generator 'integer' has 10",
    ),
    (
        [Entity("e", (Attribute("c", Generator("country"), unique=True),), rows=10_000)],
        "the generator 'country' has",
    ),
]


@pytest.mark.parametrize(("entities", "message"), SHORTAGES)
def test_what_cannot_be_drawn_is_said_with_numbers(
    make_facts: MakeFacts, entities: list[Entity], message: str
) -> None:
    code, said = refused(make_facts, *entities)
    assert code is Code.NOT_ENOUGH_VALUES
    assert message in said


def test_too_many_rows_are_refused_before_any_is_made(make_facts: MakeFacts) -> None:
    parents = Entity("rooms", (UUID,), rows=20_000)
    code, said = refused(make_facts, parents, each_room("m", Count.fixed(20_000), UUID))
    assert code is Code.TOO_MANY_ROWS
    assert "400,000,000" in said


def test_values_of_two_types_are_not_compared(make_facts: MakeFacts) -> None:
    numbers = Entity("n", (UUID, Attribute("room", Generator("integer"))), rows=3)
    entity = each_room("m", Count.fixed(1), Attribute("n", References("n", "uuid", where="room")))
    code, said = refused(make_facts, ROOMS, numbers, entity)
    assert code is Code.WRONG_TYPE
    assert "VARCHAR" in said


@pytest.mark.parametrize(
    ("count", "mean", "deviation"),
    [
        (Count.fixed(4), 4, 0),
        (Count("uniform", minimum=2, maximum=6), 4, math.sqrt(2)),
        (Count("poisson", mean=7.5), 7.5, math.sqrt(7.5)),
        (Count("poisson", mean=400), 400, 20),
        # Of a log-normal, the deviation is mean * sqrt(exp(sigma^2) - 1).
        (Count("lognormal", mean=40, sigma=0.5), 40, 40 * math.sqrt(math.exp(0.25) - 1)),
    ],
)
def test_counts_have_the_mean_that_is_asked_for(
    count: Count, mean: float, deviation: float
) -> None:
    drawn = row_counts(count, seed=1, entity="e", parents=50_000)
    assert abs(drawn.mean() - mean) <= 6 * deviation / math.sqrt(50_000) + 0.01 * (deviation > 0)
    assert abs(drawn.std() - deviation) <= 0.05 * deviation


def test_counts_are_clipped_and_belong_to_the_parent_row() -> None:
    count = Count("lognormal", mean=40, sigma=2, minimum=3, maximum=50)
    drawn = row_counts(count, seed=1, entity="e", parents=1_000)
    assert (drawn.min(), drawn.max()) == (3, 50)
    assert (row_counts(count, seed=1, entity="e", parents=100) == drawn[:100]).all()
    ends = Counter(np.asarray(drawn).tolist())
    assert ends[3] > 1
    assert ends[50] > 1


def test_progress_tells_rows_as_they_come() -> None:
    seen: list[tuple[str, int]] = []
    Facts.generate(
        [USERS, Entity("none", (UUID,), rows=0)],
        seed=1,
        folder=".",
        places=SourceMap("model.yaml"),
        progress=lambda entity, done: seen.append((entity, done)),
    ).close()
    assert seen == [("users", 20), ("none", 0)]
