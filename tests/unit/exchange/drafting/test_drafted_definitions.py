"""Drafts as definitions: item types by their fields, stated patterns, what is left out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import (
    DescribedItemType,
    Draft,
    DraftField,
    DraftPattern,
    DraftTable,
    SampledItemType,
)
from dynaproof.exchange.drafting import Drafted, definition_of
from dynaproof.items.item_views import Key, TypedItem
from dynaproof.model.access_pattern import AccessPattern, Rate
from dynaproof.model.attribute_value import Item
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Each, References
from dynaproof.model.item import AttributeType
from dynaproof.model.table import (
    KeyAttribute,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

Checked = Callable[[Drafted, Path], Definition]
ItemsOf = Callable[[Definition], dict[Key, TypedItem]]
F = DraftField
TABLE = Table(
    "shop",
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    global_secondary_indexes=(SecondaryIndex("by-status", "global", (KeyAttribute("status"),)),),
)
SHOP = (
    DescribedItemType(
        "Customer",
        (F("customerId"), F("email", unique=True), F("joined", "S", "timestamp")),
        {"pk": "CUSTOMER#${customerId}", "sk": "CUSTOMER"},
        {"kind": "customer"},
    ),
    DescribedItemType(
        "Settings", (F("customerId"), F("dark", "BOOL")), {"pk": "CUSTOMER#${customerId}", "sk": "SETTINGS"}
    ),
    DescribedItemType(
        "Order",
        (
            F("customerId"),
            F("orderId"),
            F("status", values=("open", "paid")),
            F("total", "N"),
            F("tags", "SS", null=0.5),
            F("due", "N", "timestamp"),
        ),
        {"pk": "CUSTOMER#${customerId}", "sk": "ORDER#${orderId}"},
    ),
    DescribedItemType(
        "Line",
        (F("orderId"), F("sku"), F("count", "N")),
        {"pk": "ORDER#${orderId}", "sk": "LINE#${sku}"},
        rows=30,
    ),
    DescribedItemType("Config", (), {"pk": "CONFIG", "sk": "CONFIG"}),
    DescribedItemType("Month", (F("sum", "N"),), {"pk": "TOTALS", "sk": "${day:%Y-%m}"}),
)  # fmt: skip


def draft(*item_types: DescribedItemType | SampledItemType, table: Table = TABLE) -> Draft:
    return Draft("shop", "a test", tables=(DraftTable(table, item_types),))


def test_keys_say_what_belongs_to_what(checked: Checked, items_of: ItemsOf, tmp_path: Path) -> None:
    definition = checked(definition_of(draft(*SHOP)), tmp_path)
    customer, settings_, order, line, config, month = definition.entities
    assert customer.rows == 50
    assert settings_.each is not None
    assert (settings_.each.entity, settings_.each.count.maximum) == ("Customer", 1)
    assert (
        order.each == Each("Customer", "customerId", "customerId", order.each.count)
        if order.each
        else False
    )
    assert line.rows == 30
    assert line.attributes[0].source == References("Order", "orderId")
    assert config.rows == 1
    assert month.rows == 1  # a month cannot tell rows apart
    items = items_of(definition)
    orders = [one for one in items.values() if str(one["sk"]).startswith("{'S': 'ORDER#")]
    customers = {str(one["pk"]) for one in items.values() if one["sk"] == {"S": "CUSTOMER"}}
    assert orders
    assert {str(one["pk"]) for one in orders} <= customers
    assert all(set(one["due"]) == {"N"} for one in orders if isinstance(one["due"], dict))
    assert any("tags" in one for one in orders)
    assert any("tags" not in one for one in orders)


def test_keys_that_begin_alike_say_what_belongs_to_what(checked: Checked, tmp_path: Path) -> None:
    account = DescribedItemType("Account", (F("id"),), {"pk": "account#${id}", "sk": "account#"})
    user = DescribedItemType(
        "User",
        (F("accountId"), F("email")),
        {"pk": "account#${accountId}", "sk": "user#${email}"},
    )
    definition = checked(definition_of(draft(user, account)), tmp_path)
    entity = definition.entity("User")
    assert entity is not None
    assert entity.each is not None
    assert (entity.each.entity, entity.each.attribute, entity.each.name) == (
        "Account",
        "id",
        "accountId",
    )


def test_what_the_source_asks_is_not_asked_again(checked: Checked, tmp_path: Path) -> None:
    stated = DraftPattern(
        "Page of a customer",
        operation="get",
        arguments={"table": "shop", "key": {"pk": "CUSTOMER#${customerId}", "sk": "CUSTOMER"}},
        parameters={"customerId": "Customer.customerId"},
    )
    drafted = definition_of(replace(draft(*SHOP), patterns=(stated,)))
    names = [one.name for one in checked(drafted, tmp_path).access_patterns]
    assert names[:2] == ["page-of-a-customer", "get-settings"]


def test_attributes_that_differ_by_case_alone(
    checked: Checked, items_of: ItemsOf, tmp_path: Path
) -> None:
    table = Table("case", KeyAttribute("PK"), KeyAttribute("pk"))
    items: tuple[Item, ...] = tuple(
        {"PK": {"S": f"A#{n}"}, "pk": {"S": f"B#{n}"}, "Type": {"S": "x"}, "type": {"S": f"y{n}"}}
        for n in range(3)
    )
    definition = checked(
        definition_of(draft(SampledItemType("thing", items), table=table)), tmp_path
    )
    assert sorted(map(str, items_of(definition).values())) == sorted(
        str({name: one[name] for name in ("PK", "pk", "Type", "type")}) for one in items
    )
    # SQL has one column for both: a question compares the first.
    [pattern] = definition.access_patterns
    assert pattern.question is not None
    assert pattern.question.startswith("SELECT 'A#' || a_id AS PK, Type FROM thing")


def test_generated_patterns_read_every_item_type_and_index(
    checked: Checked, tmp_path: Path
) -> None:
    definition = checked(definition_of(draft(*SHOP)), tmp_path)
    found = {one.name: one for one in definition.access_patterns}
    assert list(found) == [
        "get-customer",
        "get-settings",
        "list-order-by-customerid",
        "list-line-by-orderid",
        "get-config",
        "list-month",
        "query-by-status",
    ]
    assert all(one.question for one in found.values())
    listed = found["list-order-by-customerid"]
    assert listed.request is not None
    assert (
        listed.request.arguments["KeyConditionExpression"] == "#pk = :pk AND begins_with(#sk, :sk)"
    )


def patterns_of(
    checked: Checked, folder: Path, *patterns: DraftPattern
) -> dict[str, AccessPattern]:
    definition = checked(definition_of(replace(draft(*SHOP), patterns=patterns)), folder)
    return {one.name: one for one in definition.access_patterns}


def test_stated_requests_get_questions_where_sql_can_say_them(
    checked: Checked, tmp_path: Path
) -> None:
    names = {"#p": "pk", "#s": "sk"}
    found = patterns_of(
        checked,
        tmp_path,
        DraftPattern(
            "by literal", "", "Query",
            {
                "TableName": "shop",
                "KeyConditionExpression": "#p = :p AND begins_with(#s, :s)",
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": {":p": {"S": "CUSTOMER#7"}, ":s": {"S": "ORDER#"}},
            },
            rate=Rate(5, 50),
        ),
        DraftPattern(
            "newest", "", "query",
            {"partition_key": "CUSTOMER#${id}", "limit": 2, "scan_index_forward": False},
            {"id": "Customer.customerId"},
        ),
        DraftPattern("with or", "", "query", {"partition_key": "x", "filter": "a = :a OR b = :a", "values": {"a": 1}}),
        DraftPattern("simple filter", "", "query", {"partition_key": "CUSTOMER#7", "filter": "#t > :t", "names": {"#t": "total"}, "values": {"t": 5}}),
        DraftPattern("a scan", "", "Scan", {"TableName": "shop", "ProjectionExpression": "pk, email"}),
        DraftPattern("a get", "", "GetItem", {"TableName": "shop", "Key": {"pk": {"S": "CUSTOMER#7"}, "sk": {"S": "CUSTOMER"}}}),
        DraftPattern("a put", "", "put", {"item": {"pk": "CUSTOMER#new", "sk": "CUSTOMER"}}),
    )  # fmt: skip
    literal = found["by-literal"]
    assert literal.rate == Rate(5, 50)
    assert literal.question is not None
    assert "WHERE customerId = '7'" in literal.question
    assert "FROM Line" not in literal.question
    newest = found["newest"].question
    assert newest is not None
    assert newest.rstrip().endswith("ORDER BY sk DESC LIMIT 2")
    assert found["with-or"].question is None
    assert "total > 5" in str(found["simple-filter"].question)
    assert "email" in str(found["a-scan"].question)
    assert "FROM Customer" in str(found["a-get"].question)
    assert found["a-put"].question is None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (
            DraftPattern("p", "only said", arguments={"index": "x"}, place="sheet, line 3"),
            "not said",
        ),
        (DraftPattern("p", "", "Query", {"TableName": "nowhere"}), "cannot run"),
        (DraftPattern("p", "", "Query", {}), "cannot run"),
        (DraftPattern("p", "", "query", {"partition_key": "${x}"}), "cannot run"),
        (
            DraftPattern("p", "", "query", {"partition_key": "${x}"}, {"x": "Nothing.y"}),
            "no column",
        ),
        (DraftPattern("p", "", "query", {"partition_key": "${x}"}, {"x": "y"}), "no column"),
        (DraftPattern("p", "", "get", {"key": {"pk": b"x"}}), "bytes"),
        (DraftPattern("p", "", "nonsense", {"a": 1}), "cannot run"),
        (DraftPattern("p", "", "query", {"partition_key": float("nan")}), "number"),
    ],
)
def test_patterns_that_cannot_run_are_comments_and_told(
    checked: Checked, tmp_path: Path, pattern: DraftPattern, said: str
) -> None:
    made = definition_of(replace(draft(*SHOP), patterns=(pattern,)))
    [told] = made.not_carried
    assert said in told.reason
    assert told.place == (pattern.place or "p")
    definition = checked(made, tmp_path)
    assert "p" not in {one.name for one in definition.access_patterns}
    assert "  # p: " in made.definition


def test_tables_are_made_such_as_dynamodb_takes_them(checked: Checked, tmp_path: Path) -> None:
    n, s = KeyAttribute("x", "N"), KeyAttribute("x")
    table = Table(
        "ü",
        KeyAttribute("pk"),
        throughput=Throughput(0, 5),
        ttl_attribute="pk",
        global_secondary_indexes=(
            SecondaryIndex("a", "global", (n,), (), Projection("include")),
            SecondaryIndex("a!!", "global", (s,)),
            SecondaryIndex("none", "global", ()),
            *(SecondaryIndex(f"by-{n}", "global", (KeyAttribute(f"k{n}"),)) for n in range(22)),
        ),
        local_secondary_indexes=(
            SecondaryIndex("l", "local", (KeyAttribute("pk"),), (KeyAttribute("y"),)),
        ),
    )
    bad = Table("bad", KeyAttribute("pk"), KeyAttribute("pk"))
    made = definition_of(
        Draft("t", "a test", tables=(DraftTable(table), DraftTable(table), DraftTable(bad)))
    )
    definition = checked(made, tmp_path)
    [found] = definition.tables
    assert found.name == "___"
    assert found.throughput == Throughput(1, 5)
    assert found.ttl_attribute is None
    assert len(found.global_secondary_indexes) == 20
    assert found.local_secondary_indexes == ()
    said = [one.reason for one in made.not_carried]
    for words in ("named '___'", "second table", "both partition key and sort key", "at least 1",
                  "at most 20", "needs a table with a sort key", "no whole key", "has the type N",
                  "includes no attributes", "TTL"):  # fmt: skip
        assert any(words in reason for reason in said), words


def test_items_that_cannot_be_stored_are_left_out_and_told(
    checked: Checked, items_of: ItemsOf, tmp_path: Path
) -> None:
    good: Item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "n": {"N": "1"}}
    items: tuple[Item, ...] = (
        good,
        {**good, "n": {"N": "2"}},
        dict(good),
        {"pk": {"S": "a"}},
        {"pk": {"S": "a"}, "sk": {"S": ""}},
        {"pk": {"N": "1"}, "sk": {"S": "b"}},
        {"pk": {"S": "x" * 3_000}, "sk": {"S": "b"}},
        {"pk": {"S": "big"}, "sk": {"S": "b"}, "x": {"S": "x" * 500_000}},
    )
    made = definition_of(draft(SampledItemType("t", items), SampledItemType("none", ())))
    assert [one.place for one in made.not_carried] == [
        *(f"shop.t, item {number}" for number in (2, 4, 5, 6, 7, 8)),
        "shop.none",
    ]
    assert len(items_of(checked(made, tmp_path))) == 1


TEXT = st.text(max_size=12) | st.sampled_from(
    ["${x}", "$", "{{x}}", "a: b", "# x", "\n- y", "'", '"', "null", "from", "select", "..", "a/b", "\u202e", "-"]
)  # fmt: skip
TYPES: list[AttributeType] = ["S", "N", "B", "BOOL", "SS", "NS", "BS", "L", "M", "NULL"]
FIELDS = st.builds(
    DraftField,
    st.sampled_from(["id", "name", "userId", "a", "B", "b", "at", "select", "x y", "pk", "status"]),
    st.sampled_from(TYPES),
    st.sampled_from(
        [None, "uuid", "timestamp", "clock", "nothing", "choice", "sequence", "boolean"]
    ),
    values=st.lists(TEXT.filter(bool), max_size=2).map(tuple),
    unique=st.booleans(),
    null=st.sampled_from([0.0, 0.5, 1.0, 7.0]),
    attribute=st.sampled_from([None, "pk", "status", "other"]),
)
TEMPLATES = TEXT | st.sampled_from(
    [
        "A#${id}",
        "${name}",
        "B#${userId}#${at}",
        "${at:%Y}",
        "${id:08d}",
        "FIXED",
        "${a.b}",
        "${at:iso}",
    ]
)
DESCRIBED = st.builds(
    DescribedItemType,
    TEXT,
    st.lists(FIELDS, max_size=5).map(tuple),
    st.dictionaries(st.sampled_from(["pk", "sk", "status", "zz"]), TEMPLATES, max_size=3),
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.sampled_from([None, 0, 3, 10**9]),
    TEXT,
)


@given(
    st.lists(DESCRIBED, max_size=4),
    st.sampled_from(["S", "N", "B"]),
    TEXT,
    st.lists(
        st.builds(DraftPattern, TEXT, TEXT, st.sampled_from([None, "Query", "get", ""])), max_size=2
    ),
)
@settings(max_examples=25, deadline=None)
def test_any_described_draft_is_a_definition_without_errors(
    checked: Checked,
    described: list[DescribedItemType],
    kind: str,
    text: str,
    patterns: list[DraftPattern],
) -> None:
    kinds = {"S": KeyAttribute("sk"), "N": KeyAttribute("sk", "N"), "B": KeyAttribute("sk", "B")}
    table = replace(TABLE, sort_key=kinds[kind])
    tables = (DraftTable(table, tuple(described), text),)
    made = definition_of(Draft(text, text, text, tables, tuple(patterns)))
    with tempfile.TemporaryDirectory() as folder:
        definition = checked(made, Path(folder))
    [table] = definition.tables
    assert {one.name for one in table.key_attributes} == {"pk", "sk"}
    assert len(table.items) <= len(described)
