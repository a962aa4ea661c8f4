"""Models in the form of NoSQL Workbench, as its versions and its relatives write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def key(name: str, kind: str = "S") -> Json:
    return {"AttributeName": name, "AttributeType": kind}


def keys(partition: str, sort: str | None = None, kinds: str = "SS") -> Json:
    made = {"PartitionKey": key(partition, kinds[0])}
    if sort is not None:
        made["SortKey"] = key(sort, kinds[1])
    return made


def item(**attributes: object) -> Json:
    """Texts and numbers stand for themselves; whatever else is DynamoDB JSON already."""
    return {
        name: {"S": value}
        if isinstance(value, str)
        else {"N": str(value)}
        if isinstance(value, int)
        else value
        for name, value in attributes.items()
    }


def facet(name: str, aliases: tuple[str, str], items: list[Json], attributes: list[str]) -> Json:
    return {
        "FacetName": name,
        "KeyAttributeAlias": {"PartitionKeyAlias": aliases[0], "SortKeyAlias": aliases[1]},
        "TableData": items,
        "NonKeyAttributes": attributes,
        "DataAccess": {"MySql": {}},
    }


def index(name: str, of: Json, projection: Mapping[str, object] | None = None) -> Json:
    return {
        "IndexName": name,
        "KeyAttributes": of,
        "Projection": projection or {"ProjectionType": "ALL"},
    }


def model(*tables: Json, version: str | None = "3.0", **more: object) -> Json:
    metadata = {"Author": "A. Modeler", "DateCreated": "Jan 5, 2026, 09:00 AM", "Description": ""}
    if version is not None:
        metadata |= {"AWSService": "Amazon DynamoDB", "Version": version}
    return {"ModelName": "Library", "ModelMetadata": metadata, "DataModel": list(tables), **more}


READERS = [
    item(pk=f"READER#{name}", sk="PROFILE", name=name, joined="2026-01-0" + day, shelf="A")
    for name, day in (("ann", "1"), ("bob", "2"), ("cy", "3"))
]
LOANS = [
    item(
        pk=f"READER#{name}",
        sk=f"LOAN#2026-02-{day}#{number}",
        number=number,
        due=f"2026-03-{day}",
        shelf="A" if number % 2 else "B",
        by=f"BOOK#{number % 3}",
        notes={"M": {"stamps": {"L": [{"N": "1"}, {"S": "late"}]}}},
    )
    for number, (name, day) in enumerate(
        [("ann", "10"), ("ann", "11"), ("bob", "12"), ("ann", "13"), ("bob", "14")], 1
    )
]

FACETS = model(
    {
        "TableName": "library",
        "KeyAttributes": keys("pk", "sk"),
        "NonKeyAttributes": [
            *(key(one) for one in ("name", "joined", "due", "shelf", "by")),
            key("number", "N"),
            key("notes", "M"),
        ],
        "TableFacets": [
            facet("Reader", ("READER#<name>", "PROFILE"), READERS, ["name", "joined", "shelf"]),
            facet("Loan", ("READER#<name>", "LOAN#<day>#<number>"), LOANS, ["due", "by"]),
            facet("Late fee", ("READER#<name>", "FEE#<fee_id>"), [], ["amount", "due"]),
        ],
        "GlobalSecondaryIndexes": [
            index("by-book", keys("by", "sk")),
            index("by-shelf", keys("shelf", "number", "SN"), {"ProjectionType": "KEYS_ONLY"}),
        ],
        "DataAccess": {"MySql": {}},
        "BillingMode": "PROVISIONED",
        "ProvisionedCapacitySettings": {
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
            "AutoScalingRead": {"ScalableTargetRequest": {"MinCapacity": 1, "MaxCapacity": 10}},
        },
    },
    {
        "TableName": "counters",
        "KeyAttributes": keys("name"),
        "NonKeyAttributes": [key("count", "N")],
        "TableFacets": [],
        "TableData": [item(name="loans", count=5), item(name="readers", count=3)],
        "GlobalSecondaryIndexes": [],
        "DataAccess": {"MySql": {}},
        "BillingMode": "PAY_PER_REQUEST",
    },
)

PLAIN = model(
    {
        "TableName": "library",
        "KeyAttributes": keys("pk", "sk"),
        "NonKeyAttributes": [],
        "TableData": [*READERS, *LOANS],
        "GlobalSecondaryIndexes": [],
        "DataAccess": {"MySql": {}},
    },
    version=None,
)

WITHOUT_ITEMS = model(
    {
        "TableName": "orders",
        "KeyAttributes": keys("tenant", "number", "SN"),
        "NonKeyAttributes": [
            key("mail"),
            key("changed_at"),
            key("tags", "SS"),
            key("paid", "BOOL"),
            key("address", "M"),
            key("seal", "B"),
        ],
        "TableData": [],
        "GlobalSecondaryIndexes": [
            index(
                "by-mail", keys("mail"), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["paid"]}
            )
        ],
        "DataAccess": {"MySql": {}},
        "SampleDataFormats": {
            "mail": ["identifiers", "Email"],
            "changed_at": ["date", "ISO 8601 date and time"],
            "gone": ["dataTypes", "String"],
        },
        "BillingMode": "PAY_PER_REQUEST",
    },
    version="1.0",
)

QUERIES = model(
    {
        "TableName": "library",
        "KeyAttributes": {
            "PartitionKey": {**key("pk"), "MapFunction": {"loan": "READER#${reader}"}},
            "SortKey": key("sk"),
        },
        "NonKeyAttributes": [],
        "GlobalSecondaryIndexes": [index("by-shelf", keys("shelf", "number", "SN"))],
        "TableData": [
            *({**one, "type": {"S": "reader"}} for one in READERS),
            *({**one, "type": {"S": "loan"}} for one in LOANS),
            item(pk="~new~", sk="~new~", type="~new~"),
        ],
        "ModelSchema": {
            "indexes": {"primary": {"hash": "pk", "sort": "sk"}},
            "models": {
                "reader": {"pk": {"type": "String"}, "type": {"type": "String", "value": "reader"}},
                "loan": {"pk": {"type": "String"}, "sk": {"type": "String"}},
            },
            "queries": {
                "Loans of Ann": {
                    "name": "Loans of Ann",
                    "view": "library",
                    "PK": "READER#ann",
                    "SK": {"condition": "begins", "values": ["LOAN#"]},
                }
            },
            "data": [],
        },
        "SavedQuery": {
            "first on shelf A": {
                "view": "by-shelf",
                "PK": "A",
                "SK": {"condition": "between", "values": ["1", "3"]},
            },
            "due in March": {
                "view": "library",
                "PK": "READER#ann",
                "filter": [
                    {"attribute": "due", "type": "S", "condition": ">", "values": ["2026-03-10"]},
                    {
                        "operator": "OR",
                        "attribute": "number",
                        "type": "Number",
                        "condition": "in",
                        "values": ["1", "2"],
                    },
                ],
            },
            "of another table": {"view": "nowhere", "PK": "x"},
        },
    },
    version="2.0",
)
MODELS = {"facets": FACETS, "plain": PLAIN, "without-items": WITHOUT_ITEMS, "queries": QUERIES}
