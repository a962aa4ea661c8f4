"""Tables as a CloudFormation or SAM template states them."""

from __future__ import annotations

from pathlib import Path

from dynaproof.definition.load import load
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

DEFINITION = load(Path(__file__).parent / "cases" / "good" / "from_cloudformation.yaml")


def _table(name: str) -> Table:
    found = DEFINITION.table(name)
    assert found is not None
    return found


def test_a_table_is_read_with_all_that_it_states() -> None:
    orders = _table("acme-orders-test")  # !Sub with the default of a parameter
    assert orders.key_attributes == (KeyAttribute("pk"), KeyAttribute("sk"))
    assert orders.throughput == Throughput(7, 3)
    assert orders.stream == "new_image"
    assert orders.ttl_attribute == "expires_at"
    assert orders.deletion_protection
    assert orders.global_secondary_indexes == (
        SecondaryIndex(
            "by-day",
            "global",
            (KeyAttribute("shop"),),
            (KeyAttribute("day", "N"),),
            Projection("include", ("total",)),
            Throughput(1, 2),
        ),
    )
    assert orders.local_secondary_indexes == (
        SecondaryIndex(
            "own-by-day",
            "local",
            (KeyAttribute("pk"),),
            (KeyAttribute("day", "N"),),
            Projection("keys_only"),
        ),
    )


def test_the_definition_adds_items_to_a_table_of_the_template() -> None:
    assert [item.name for item in _table("acme-orders-test").items] == ["room"]


def test_a_name_that_only_aws_knows_becomes_the_logical_id() -> None:
    assert _table("Events") == Table("Events", KeyAttribute("id", "B"))
    assert _table("Counters").name == "Counters"


def test_a_simple_table_has_an_id_unless_it_says_otherwise() -> None:
    assert _table("Sessions") == Table("Sessions", KeyAttribute("id"))
    assert _table("Counters") == Table(
        "Counters", KeyAttribute("number", "N"), throughput=Throughput(5, 5)
    )


def test_other_resources_are_left_alone() -> None:
    assert sorted(table.name for table in DEFINITION.tables) == [
        "Counters",
        "Events",
        "Sessions",
        "acme-orders-test",
    ]
