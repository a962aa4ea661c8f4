"""What a change of a table needs on a live table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynaproof.model.item import AttributeTemplate, ItemType
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput
from dynaproof.model.template import Template
from dynaproof.proof.revisions.table_changes import (
    GLOBAL_INDEXES,
    LOCAL_INDEXES,
    UPDATE_TABLE,
    table_changes,
)

PK, SK = KeyAttribute("pk"), KeyAttribute("sk")
TABLE = Table("chat", PK, SK)
GSI = SecondaryIndex("by-sender", "global", (KeyAttribute("sender"),))
OTHER = SecondaryIndex("by-day", "global", (KeyAttribute("day"),))
LSI = SecondaryIndex("by-size", "local", (PK,), (KeyAttribute("size", "N"),))


def attribute(name: str, text: str) -> AttributeTemplate:
    return AttributeTemplate(name, Template.parse(text))


MESSAGE = ItemType(
    "message", "messages", (attribute("pk", "M#${id}"),), (attribute("body", "${b}"),)
)

CASES = {
    "partition key": (TABLE, replace(TABLE, partition_key=KeyAttribute("id")), "migration"),
    "type of a key": (TABLE, replace(TABLE, sort_key=KeyAttribute("sk", "N")), "migration"),
    "sort key dropped": (TABLE, replace(TABLE, sort_key=None), "migration"),
    "local index added": (TABLE, replace(TABLE, local_secondary_indexes=(LSI,)), "migration"),
    "local index dropped": (replace(TABLE, local_secondary_indexes=(LSI,)), TABLE, "migration"),
    "local index changed": (
        replace(TABLE, local_secondary_indexes=(LSI,)),
        replace(TABLE, local_secondary_indexes=(replace(LSI, projection=Projection("keys_only")),)),
        "migration",
    ),
    "global index added": (TABLE, replace(TABLE, global_secondary_indexes=(GSI,)), "backfill"),
    "global index dropped": (replace(TABLE, global_secondary_indexes=(GSI,)), TABLE, "in place"),
    "key of a global index": (
        replace(TABLE, global_secondary_indexes=(GSI,)),
        replace(TABLE, global_secondary_indexes=(replace(GSI, sort_key=(SK,)),)),
        "migration",
    ),
    "projection of a global index": (
        replace(TABLE, global_secondary_indexes=(GSI,)),
        replace(
            TABLE,
            global_secondary_indexes=(replace(GSI, projection=Projection("include", ("body",))),),
        ),
        "migration",
    ),
    "throughput of a global index": (
        replace(
            TABLE,
            throughput=Throughput(5, 5),
            global_secondary_indexes=(replace(GSI, throughput=Throughput(5, 5)),),
        ),
        replace(
            TABLE,
            throughput=Throughput(5, 5),
            global_secondary_indexes=(replace(GSI, throughput=Throughput(9, 5)),),
        ),
        "in place",
    ),
    "billing": (TABLE, replace(TABLE, throughput=Throughput(5, 5)), "in place"),
    "throughput": (
        replace(TABLE, throughput=Throughput(5, 5)),
        replace(TABLE, throughput=Throughput(5, 9)),
        "in place",
    ),
    "stream": (TABLE, replace(TABLE, stream="new_image"), "in place"),
    "time to live": (TABLE, replace(TABLE, ttl_attribute="expires"), "in place"),
    "deletion protection": (TABLE, replace(TABLE, deletion_protection=True), "in place"),
    "item type added": (TABLE, replace(TABLE, items=(MESSAGE,)), "backfill"),
    "item type dropped": (replace(TABLE, items=(MESSAGE,)), TABLE, "backfill"),
    "key of an item type": (
        replace(TABLE, items=(MESSAGE,)),
        replace(TABLE, items=(replace(MESSAGE, key=(attribute("pk", "MSG#${id}"),)),)),
        "migration",
    ),
    "attribute of an item type": (
        replace(TABLE, items=(MESSAGE,)),
        replace(TABLE, items=(replace(MESSAGE, attributes=()),)),
        "backfill",
    ),
    "view of an item type": (
        replace(TABLE, items=(MESSAGE,)),
        replace(TABLE, items=(replace(MESSAGE, source="SELECT 1"),)),
        "backfill",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_change_has_one_effect(name: str) -> None:
    old, new, effect = CASES[name]
    (change,) = table_changes([old], [new])
    assert change.effect == effect
    assert change.before != change.after
    assert change.advice


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_not_different_from_itself(name: str) -> None:
    old, new, _ = CASES[name]
    assert table_changes([old], [old]) == table_changes([new], [new]) == ()


def test_tables_that_are_new_or_gone() -> None:
    assert [one.effect for one in table_changes([], [TABLE])] == ["in place"]
    assert [one.effect for one in table_changes([TABLE], [])] == ["migration"]


def test_what_is_told_has_its_page() -> None:
    new = replace(
        TABLE,
        partition_key=KeyAttribute("id"),
        local_secondary_indexes=(LSI,),
        global_secondary_indexes=(GSI,),
    )
    sources = [one.source for one in table_changes([TABLE], [new])]
    assert sources == [UPDATE_TABLE, LOCAL_INDEXES, GLOBAL_INDEXES]


def test_several_global_indexes_come_one_at_a_time() -> None:
    one, two = (
        replace(TABLE, global_secondary_indexes=indexes) for indexes in ((GSI,), (GSI, OTHER))
    )
    (added,) = table_changes([one], [two])
    assert "one global secondary index:" not in added.advice
    changes = table_changes([TABLE], [two])
    assert all("one global secondary index: 2 of them here" in c.advice for c in changes)
    # To change an index is to create one and to delete one.
    changed = replace(TABLE, global_secondary_indexes=(replace(GSI, sort_key=(SK,)),))
    (anew,) = table_changes([one], [changed])
    assert "one global secondary index: 2 of them here" in anew.advice


def test_other_line_breaks_in_sql_are_no_change() -> None:
    old, new = (
        replace(TABLE, items=(replace(MESSAGE, source=sql),)) for sql in ("SELECT  1", "SELECT\n1")
    )
    assert table_changes([old], [new]) == ()


def test_an_order_of_projected_attributes_is_no_change() -> None:
    old, new = (
        replace(
            TABLE, global_secondary_indexes=(replace(GSI, projection=Projection("include", names)),)
        )
        for names in (("a", "b"), ("b", "a"))
    )
    assert table_changes([old], [new]) == ()
