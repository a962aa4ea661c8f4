"""``dynaproof import --endpoint-url``: a live table as a definition, its items sampled and masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from dynaproof import Workbench
from dynaproof.api.importing import import_tables
from dynaproof.cli import main
from dynaproof.dynamodb.connection import Connection
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect, control_plane
from dynaproof.dynamodb.table_sample import MOST_REQUESTS, sample_table
from dynaproof.model.attribute_value import Item, to_wire
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.model.table import KeyAttribute

USERS, ORDERS = 40, 4


def shop_items() -> Iterator[Item]:
    for n in range(USERS):
        user = f"customer{n}"
        yield {
            "pk": {"S": f"USER#{user}"},
            "sk": {"S": "PROFILE"},
            "mail": {"S": f"{user}@example.com"},
            "age": {"N": str(20 + n)},
            "seal": {"B": bytes([n, 255, 7])},
            "tags": {"SS": ["blue", "green"]},
        }
        for m in range(ORDERS):
            uuid = str(UUID(int=(n * ORDERS + m) << 64, version=4))
            at = f"2026-{m + 1:02}-17T10:00:00Z"
            yield {
                "pk": {"S": f"USER#{user}"},
                "sk": {"S": f"ORDER#{at}#{uuid}"},
                "uuid": {"S": uuid},
                "user": {"S": user},
                "placed_at": {"S": at},
                "total": {"N": f"{n}.{m + 1}5"},
                "address": {"M": {"city": {"S": "Springfield"}, "floor": {"N": str(m)}}},
            }


def fill(endpoint: Endpoint, name: str, items: Iterator[Item]) -> None:
    client = control_plane(endpoint)
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "mail")
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-mail",
                "KeySchema": [{"AttributeName": "mail", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    client.close()
    with connect(endpoint) as connection:
        for item in items:
            wire = {key: to_wire(value) for key, value in item.items()}
            connection.call("PutItem", {"TableName": name, "Item": wire})


@pytest.fixture
def shop(endpoint: Endpoint) -> str:
    name = f"{endpoint.table_prefix}shop"
    fill(endpoint, name, shop_items())
    return name


def whole(connection: Connection, table: str) -> list[str]:
    answer = connection.call("Scan", {"TableName": table})
    items = answer["Items"]
    assert isinstance(items, list)
    return sorted(json.dumps(one, sort_keys=True) for one in items)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def texts_of(folder: Path) -> str:
    return "".join(one.read_text() for one in sorted(folder.rglob("*")) if one.is_file())


def test_a_live_table_becomes_a_definition_that_runs(
    endpoint: Endpoint, shop: str, tmp_path: Path
) -> None:
    with connect(endpoint) as connection:
        before = whole(connection, shop)
        done = run("--endpoint-url", endpoint.url, "--table", shop, "-o", tmp_path / "shop")
        assert done.exit_code == 0, done.output
        assert whole(connection, shop) == before
    assert f"{shop}: {USERS * (1 + ORDERS)} items, read with 1 Scan requests and" in done.stderr
    assert "values masked, but for the words ORDER, PROFILE, USER" in done.stderr
    with Workbench(
        tmp_path / "shop", endpoint_url=endpoint.url, table_prefix=f"{endpoint.table_prefix}again-"
    ) as bench:
        [table] = bench.tables
        assert table.key_attributes == (KeyAttribute("pk"), KeyAttribute("sk"))
        assert [index.name for index in table.indexes] == ["by-mail"]
        assert table.ttl_attribute == "expires"
        assert {one.name for one in table.items} == {"PROFILE", "ORDER"}
        assert len(bench.items(table.name)) == USERS * (1 + ORDERS)
        outcome = bench.run()
    assert outcome.ok
    assert len(outcome.patterns) >= 3
    assert all(pattern.proof == "proved" for pattern in outcome.result.patterns)


def test_values_are_masked_and_the_model_is_as_it_was(
    endpoint: Endpoint, shop: str, tmp_path: Path
) -> None:
    import_tables(endpoint.url, tmp_path / "shop", tables=[shop], secret=b"known to the test")
    written = texts_of(tmp_path / "shop")
    for value in ("customer", "example.com", "Springfield", "blue", "2026-0", "T10:00:00"):
        assert value not in written
    for word in ("USER#", "ORDER#", "PROFILE", "placed_at", "by-mail"):
        assert word in written
    orders = [
        json.loads(line)
        for line in (tmp_path / "shop" / "datasets" / "ORDER.jsonl").read_text().splitlines()
    ]
    users = {
        json.loads(line)["mail"].partition("@")[0]
        for line in (tmp_path / "shop" / "datasets" / "PROFILE.jsonl").read_text().splitlines()
    }
    assert len(orders) == USERS * ORDERS
    assert len({order["uuid"] for order in orders}) == USERS * ORDERS
    assert {order["user"] for order in orders} == users
    assert len(users) == USERS


def test_another_import_has_other_masks(endpoint: Endpoint, shop: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        import_tables(endpoint.url, tmp_path / name, tables=[shop])
    datasets = [tmp_path / name / "datasets" / "PROFILE.jsonl" for name in ("one", "two")]
    first, second = (one.read_text().splitlines() for one in datasets)
    assert not set(first) & set(second)


def test_values_are_kept_where_that_is_asked(endpoint: Endpoint, shop: str, tmp_path: Path) -> None:
    options = ("--table", shop, "--keep-values", "-o", tmp_path / "shop")
    assert run("--endpoint-url", endpoint.url, *options).exit_code == 0
    with Workbench(tmp_path / "shop") as bench:
        items = bench.items(shop)
        assert set(items["mail"].dropna()) == {f"customer{n}@example.com" for n in range(USERS)}
        stored = {(row["pk"], row["sk"]) for _, row in items.iterrows()}
    assert stored == {(item["pk"]["S"], item["sk"]["S"]) for item in shop_items()}


def test_a_sample_has_so_many_rows_chosen_by_the_seed(endpoint: Endpoint, shop: str) -> None:
    with connect(endpoint) as connection:
        one, same, other = (sample_table(connection, shop, 30, seed) for seed in (1, 1, 2))
    assert one.items == same.items
    assert one.items != other.items
    for sample in (one, other):
        assert len(sample.items) == 30
        assert len({(item["pk"]["S"], item["sk"]["S"]) for item in sample.items}) == 30
        assert 1 <= sample.requests <= MOST_REQUESTS
        assert sample.read_capacity_units > 0


def test_items_that_belong_together_are_read_together(endpoint: Endpoint, shop: str) -> None:
    with connect(endpoint) as connection:
        sample = sample_table(connection, shop, 40, 5)
    collections: dict[object, int] = {}
    for item in sample.items:
        collections[item["pk"]["S"]] = collections.get(item["pk"]["S"], 0) + 1
    assert max(collections.values()) == 1 + ORDERS


def test_no_rows_are_no_scan(endpoint: Endpoint, shop: str, tmp_path: Path) -> None:
    options = ("--table", shop, "--rows", "0", "-o", tmp_path / "shop")
    assert run("--endpoint-url", endpoint.url, *options).exit_code == 0
    with connect(endpoint) as connection:
        assert sample_table(connection, shop, 0, 1).requests == 0
    assert "0 Scan requests" in (tmp_path / "shop" / "definition.yaml").read_text()


def test_a_table_that_is_not_there_is_told(endpoint: Endpoint, tmp_path: Path) -> None:
    done = run("--endpoint-url", endpoint.url, "--table", "nothing", "-o", tmp_path / "a")
    assert done.exit_code == 3
    assert "there is no table 'nothing'" in done.output
    assert list(tmp_path.iterdir()) == []


def test_an_empty_table_is_a_table(endpoint: Endpoint, tmp_path: Path) -> None:
    name = f"{endpoint.table_prefix}empty"
    fill(endpoint, name, iter(()))
    made = import_tables(endpoint.url, tmp_path / "empty", tables=[name])
    assert [(one.name, dict(one.items)) for one in made.tables] == [(name, {})]


@pytest.mark.parametrize(
    ("url", "options", "missing"),
    [
        ("https://dynamodb.eu-west-1.amazonaws.com", [], "--aws and --table"),
        ("https://dynamodb.eu-west-1.amazonaws.com", ["--aws"], "without --table"),
        ("https://dynamodb.eu-west-1.amazonaws.com", ["--table", "a"], "without --aws"),
        ("https://dynamodb.internal", [], "--aws and --table"),
    ],
)
def test_aws_is_refused_unless_it_and_its_tables_are_named(
    tmp_path: Path, url: str, options: list[str], missing: str
) -> None:
    done = run("--endpoint-url", url, "-o", tmp_path / "a", *options)
    assert done.exit_code == 3
    assert "may be a real AWS account" in done.output
    assert missing in done.output


def test_what_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="nothing answers"):
        import_tables("http://127.0.0.1:1", tmp_path / "a")
