"""Sheets of access patterns: tables in Markdown and CSV, keys in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynaproof.exchange.draft import DescribedItemType, Draft, DraftPattern
from dynaproof.exchange.incoming.placeholders import Parameters
from dynaproof.exchange.incoming.reading import read_foreign
from dynaproof.exchange.incoming.sheet.conditions import key_tests
from dynaproof.exchange.incoming.sheet.rows import read_sheet
from dynaproof.exchange.incoming.sheet.tables import roles, sheet_tables
from dynaproof.model.access_pattern import Rate
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute

LEAGUE = (Path(__file__).parent / "models" / "sheet-league.md").read_text(encoding="utf-8")
COLUMNS = "Pattern | Operation | Table | Index | Partition key | Sort key | Filter | Rate"


def _rows(*rows: str) -> Draft:
    lines = [COLUMNS, *rows]
    return read_sheet("\n".join([lines[0], "--|" * 8, *lines[1:]]), "things.md")


def _only(row: str) -> DraftPattern:
    [found] = _rows(row).patterns
    return found


def _types(draft: Draft) -> dict[str, dict[str, str]]:
    return {
        one.name: dict(one.keys)
        for table in draft.tables
        for one in table.item_types
        if isinstance(one, DescribedItemType)
    }


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "Access pattern|Base table/GSI|Operation|Partition key value|Sort key value|Conditions/filters",
            ("pattern", "place", "operation", "partition_key", "sort_key", "filter"),
        ),
        (
            "Pattern #|Description|Type|Peak RPS|Table/GSI Used|DynamoDB Operations|Notes",
            ("number", "description", "operation", "peak", "place", "call", "notes"),
        ),
        (
            "#|Access Pattern|Table|Key Condition|Filter Expression|Frequency",
            ("number", "pattern", "table", "keys", "filter", "rate"),
        ),
        (
            "**Use case**|`API call`|GSI|PK|SK|RPS (Peak and Average)|Limit|Sort order",
            (
                "pattern",
                "operation",
                "index",
                "partition_key",
                "sort_key",
                "rate",
                "limit",
                "order",
            ),
        ),
        ("Colour|Price|Weight", ()),
    ],
)
def test_columns_are_told_by_their_headings(headings: str, expected: tuple[str, ...]) -> None:
    assert tuple(roles(headings.split("|")).values()) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("PK=USER#<id>", [("PK", "eq", ("USER#${id}",))]),
        ("pk = `USER#{userId}`", [("pk", "eq", ("`USER#${user_id}`",))]),
        ("USER#${id}", [("", "eq", ("USER#${id}",))]),
        ("customer_id=<CustomerID>", [("customer_id", "eq", ("${customer_id}",))]),
        ("PK=gardenId", [("PK", "eq", ("${garden_id}",))]),
        ("SK = PROFILE", [("SK", "eq", ("PROFILE",))]),
        ("SK begins_with ORDER#", [("SK", "begins_with", ("ORDER#",))]),
        ('begins_with(SK, "comm#")', [("SK", "begins_with", ("comm#",))]),
        ('SK=begins_with "ITEMS#"', [("SK", "begins_with", ("ITEMS#",))]),
        ("starts with POST#<day>", [("", "begins_with", ("POST#${day}",))]),
        ("SK between <a> and <b>", [("SK", "between", ("${a}", "${b}"))]),
        ("created_at >= :since", [("created_at", "ge", ("${since}",))]),
        ("> 2026-01", [("", "gt", ("2026-01",))]),
        ('SK="Join:" + RoomID', [("SK", "eq", ("Join:${room_id}",))]),
        ('"PLANT#instanceId"', [("", "eq", ("PLANT#${instance_id}",))]),
        ("price = $5", [("price", "eq", ("$$5",))]),
        ("PK = A#<x> AND SK = META", [("PK", "eq", ("A#${x}",)), ("SK", "eq", ("META",))]),
        ("PK=<p>, SK begins_with(\"R#\")", [("PK", "eq", ("${p}",)), ("SK", "begins_with", ("R#",))]),
        ("PK=<p>\nSK between <a> and <b>", [("PK", "eq", ("${p}",)), ("SK", "between", ("${a}", "${b}"))]),
    ],
)  # fmt: skip
def test_cells_of_keys(cell: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    found = [(one.attribute, one.operator, one.operands) for one in key_tests(cell, Parameters())]
    assert found == expected


def test_a_sheet_becomes_tables_item_types_and_requests() -> None:
    draft = read_sheet(LEAGUE, "league.md")
    assert draft.name == "League"
    [made] = draft.tables
    assert made.table.key_attributes == (KeyAttribute("PK"), KeyAttribute("SK"))
    assert [index.name for index in made.table.indexes] == ["GSI1"]
    assert _types(draft) == {
        "profile": {"PK": "USER#${id}", "SK": "PROFILE"},
        "round": {"PK": "LEAGUE#${league_id}", "SK": "ROUND#${number}"},
        "league": {
            "GSI1PK": "USER#${id}",
            "GSI1SK": "LEAGUE#${league_id}",
            "PK": "LEAGUE#${id}",
            "SK": "LEAGUE",
        },
    }
    operations = [one.operation for one in draft.patterns]
    assert operations == ["get", "query", None, "query", "put", "delete", None]
    assert draft.patterns[0].rate == Rate(100, 500)
    assert draft.patterns[1].rate == Rate(400, 1200)
    assert draft.patterns[3].arguments == {
        "table": "league",
        "partition_key": "LEAGUE#${league_id}",
        "sort_key": {"begins_with": "ROUND#"},
        "scan_index_forward": False,
    }
    assert draft.patterns[3].parameters == {"league_id": "round.league_id"}
    assert [one.place for one in draft.not_carried] == ["line 15", "line 19"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_by_its_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    rows = [
        ["Our patterns", "", "", "", ""],
        ["Pattern", "Operation", "Partition key", "Sort key", "Filter"],
        ["Café orders", "Query", "PK=CAFE#<id>", "SK begins_with ORDER#", '"status = ""open"""'],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    name, draft = read_foreign(text.encode(encoding), "cafe.csv")
    assert name == "sheet"
    [found] = draft.patterns
    assert found.description == "Café orders"
    assert found.arguments["filter"] == "#f1 = :f1"
    assert found.arguments["names"] == {"#f1": "status"}
    assert found.arguments["values"] == {":f1": "open"}


@pytest.mark.parametrize(
    ("row", "operation", "arguments"),
    [
        ("Read | GetItem | Orders | | order_id | | |", "get",
         {"table": "Orders", "key": {"order_id": "${order_id}"}}),
        ("Drop | DeleteItem | Orders | | PK=O#<id> | SK=META | |", "delete",
         {"table": "Orders", "key": {"PK": "O#${id}", "SK": "META"}}),
        ("Change | Update | Orders | | PK=O#<id> | SK=META | |", "update",
         {"table": "Orders", "key": {"PK": "O#${id}", "SK": "META"}}),
        ("Some | Batch Get | Orders | | PK=O#<id> | SK=META | |", "batch_get",
         {"table": "Orders", "keys": [{"PK": "O#${id}", "SK": "META"}]}),
        ("All | Scan | Orders | | | | n > 5 and open = true |", "scan",
         {"table": "Orders", "filter": "#f1 > :f1 AND #f2 = :f2", "names": {"#f1": "n", "#f2": "open"},
          "values": {":f1": 5, ":f2": True}}),
        ("By day | Query | Orders | by-day | day=<day> | at between <a> and <b> | Limit 10 |", "query",
         {"table": "Orders", "index": "by-day", "partition_key": "${day}",
          "sort_key": {"between": ["${a}", "${b}"]}, "limit": 10}),
        ("Mine | Query | Orders | GSI1 | PK=<user> | | newest first |", "query",
         {"table": "Orders", "index": "GSI1", "partition_key": "${user}", "scan_index_forward": False}),
        ("Listed | | Orders | | PK=O#<id> | | |", "query",
         {"table": "Orders", "partition_key": "O#${id}"}),
        ("Shown | | Orders | | PK=O#<id> | SK=META | |", "get",
         {"table": "Orders", "key": {"PK": "O#${id}", "SK": "META"}}),
    ],
)  # fmt: skip
def test_rows_that_say_enough_are_requests(
    row: str, operation: str, arguments: dict[str, object]
) -> None:
    found = _only(row)
    assert found.operation == operation
    assert found.arguments == arguments


def test_what_is_put_is_a_whole_item_with_a_key_of_its_own() -> None:
    found = _only("Order | PutItem | Orders | | PK=USER#<user> | SK=ORDER#<id> | |")
    assert found.arguments["item"] == {
        "PK": "USER#${user}",
        "SK": "ORDER#${id}",
        "user": "${user}",
        "id": "${id}",
    }
    assert found.parameters == {"user": "order.user", "id": {"generate": "uuid"}}


def test_one_name_in_both_keys_means_two_values() -> None:
    found = _only("Order | GetItem | Orders | | PK=USER#<id> | SK=ORDER#<id> | |")
    assert found.arguments["key"] == {"PK": "USER#${id}", "SK": "ORDER#${order_id}"}


def test_rows_of_one_form_of_key_are_about_one_item_type() -> None:
    draft = _rows(
        "One | GetItem | | | PK=USER#<id> | SK=ORDER#<order> | |",
        "All | Query | | | PK=USER#<userId> | SK begins_with ORDER# | |",
        "Everything | Query | | | PK=USER#{u} | | |",
    )
    assert _types(draft) == {"order": {"PK": "USER#${id}", "SK": "ORDER#${order}"}}
    assert draft.patterns[1].parameters == {"user_id": "order.id"}
    assert draft.patterns[2].parameters == {"u": "order.id"}


def test_an_inverted_index_has_the_keys_of_its_table() -> None:
    draft = _rows(
        "One | GetItem | | | PK=USER#<id> | SK=ROOM#<room> | |",
        "Members | Query | | GSI1 | SK=ROOM#<room> | PK begins_with USER# | |",
    )
    [index] = draft.tables[0].table.indexes
    assert [key.name for key in index.key_attributes] == ["SK", "PK"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Both | PutItem + UpdateItem | Orders | | PK=<a> | SK=<b> | |", "several operations"),
        ("Far | Query | Orders, Users | | PK=<a> | | |", "several tables"),
        ("Keyless | Query | Orders | | | | |", "which keys"),
        ("Create it | | Orders | | PK=<a> | | |", "which operation"),
        ("Move | TransactWriteItems | Orders | | PK=<a> | SK=<b> | |", "several parts"),
    ],
)
def test_rows_that_say_too_little_are_notes_with_what_is_known(row: str, reason: str) -> None:
    draft = _rows(row)
    [found] = draft.patterns
    assert found.operation is None
    assert found.arguments["table"]
    assert [one.place for one in draft.not_carried if reason in one.reason] == ["line 3"]
    assert draft.tables


def test_a_filter_that_cannot_be_read_is_told() -> None:
    draft = _rows("All | Query | Orders | | PK=<a> | | only the good ones |")
    assert "filter" not in draft.patterns[0].arguments
    assert [one.reason for one in draft.not_carried] == [
        "the filter is left out: only the good ones"
    ]


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        ("5", Rate(5, 5)),
        ("1,500 RPS", Rate(1500, 1500)),
        ("2k", Rate(2000, 2000)),
        ("10/100", Rate(10, 100)),
        ("peak 100, average 20", Rate(20, 100)),
        ("6 per minute", Rate(0.1, 0.1)),
        ("high", None),
        ("-", None),
    ],
)
def test_rates(cell: str, rate: Rate | None) -> None:
    assert _only(f"Read | Query | Orders | | PK=<a> | | | {cell}").rate == rate


def test_tables_that_are_about_something_else_are_left_alone() -> None:
    text = "| pk | sort_key | name | type |\n|--|--|--|--|\n| USER#1 | PROFILE | Ada | user |\n"
    fenced = f"```\n{COLUMNS}\n{'--|' * 8}\nRead | Query | | | PK=<a> | | | |\n```\n"
    assert sheet_tables(text + "\n" + fenced) == []


@pytest.mark.parametrize(
    "text", ["", "only prose", "a,b,c\n1,2,3\n", "| Price | Weight |\n|--|--|\n| 1 | 2 |\n"]
)
def test_a_file_without_such_a_table_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no table of access patterns"):
        read_sheet(text, "notes.md")


def test_columns_that_are_not_known_are_told() -> None:
    draft = read_sheet("Pattern,Operation,PK,Owner\nRead,Query,PK=<a>,me\n", "x.csv")
    assert [str(one) for one in draft.not_carried] == ["line 1: the column 'Owner' is not known"]
