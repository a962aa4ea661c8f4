"""Predictions in full: units by part, the steps behind them, marks, changes and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from dynaproof.capacity.prediction import Change, Prediction
from dynaproof.capacity.predictor import predict, predict_pages
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

KEYS_ONLY = Projection("keys_only")
TABLE = Table(
    "t",
    KeyAttribute("pk"),
    KeyAttribute("sk"),
    Throughput(1, 1),
    global_secondary_indexes=(
        SecondaryIndex("gsi", "global", (KeyAttribute("g"),), (), KEYS_ONLY),
    ),
)


def item(sk: str, size: int, **others: str) -> Item:
    """An item of so many bytes."""
    made: Item = {"pk": {"S": "p"}, "sk": {"S": sk}}
    made |= {name: {"S": value} for name, value in others.items()}
    used = sum(len(name) + len(str(value["S"])) for name, value in made.items()) + len("body")
    return made | {"body": {"S": "x" * (size - used)}}


def key(sk: str) -> Item:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


A, B, C = item("a", 900), item("b", 5_000), item("c", 2_000, g="g")


def store() -> Store:
    made = Store([TABLE])
    for stored in (A, B, C):
        made.put("t", stored)
    return made


def named(**arguments: object) -> dict[str, object]:
    return {"TableName": "t", **arguments}


def transact(*actions: tuple[str, Mapping[str, object]], **others: object) -> dict[str, object]:
    return {"TransactItems": [{kind: named(**one)} for kind, one in actions], **others}


def statements(parameter: str, *texts: str) -> dict[str, object]:
    return {parameter: [{"Statement": text} for text in texts]}


@dataclass(frozen=True)
class Whole:
    """Steps are (part, bytes, units); ``units`` is what the answer's Table part has."""

    operation: str
    arguments: dict[str, object]
    steps: list[tuple[str, int, float]]
    changes: tuple[Change, ...] = ()
    axis: str = "write"
    transactional: bool = False
    marks: int = 0
    error: str = ""
    reported: bool = True


NEW = item("n", 1_500)
BY_KEY = "SELECT * FROM t WHERE pk = 'p' AND sk = '{}'"
MISSING = "attribute_not_exists(pk)"
WHOLE = [
    Whole("GetItem", named(Key=key("b")), [("Table", 5_000, 1.0)], axis="read"),
    Whole("GetItem", named(Key=key("x")), [("Table", 0, 0.5)], axis="read"),
    Whole(
        "BatchGetItem",
        {"RequestItems": {"t": {"Keys": [key("a"), key("x"), key("b")]}}},
        [("Table", 900, 0.5), ("Table", 0, 0.5), ("Table", 5_000, 1.0)],
        axis="read",
    ),
    Whole("Scan", named(), [("Table", 7_900, 1.0)], axis="read"),
    Whole("Scan", named(Limit=1), [("Table", 900, 0.5)], axis="read", marks=1),
    Whole(
        "Scan",
        named(ExclusiveStartKey=key("a")),
        [("Table", 7_000, 1.0)],
        axis="read",
        marks=1,
    ),
    Whole(
        "TransactGetItems",
        transact(("Get", {"Key": key("a")}), ("Get", {"Key": key("b")})),
        [("Table", 900, 2.0), ("Table", 5_000, 4.0)],
        axis="read",
        transactional=True,
    ),
    Whole("PutItem", named(Item=NEW), [("Table", 1_500, 2.0)], (Change("t", None, NEW),)),
    Whole(
        "PutItem",
        named(Item=NEW | {"g": {"S": "g"}}),
        [("Table", 1_502, 2.0), ("gsi", 8, 1.0)],
        (Change("t", None, NEW | {"g": {"S": "g"}}),),
    ),
    Whole(
        "PutItem",
        named(Item=item("b", 100)),
        [("Table", 5_000, 5.0)],
        (Change("t", B, item("b", 100)),),
    ),
    Whole(
        "DeleteItem",
        named(Key=key("c")),
        [("Table", 2_000, 2.0), ("gsi", 8, 1.0)],
        (Change("t", C, None),),
    ),
    Whole("DeleteItem", named(Key=key("x")), [("Table", 0, 1.0)], (Change("t", None, None),)),
    # An update of nothing makes an item of its key, and leaves one that is there.
    Whole("UpdateItem", named(Key=key("x")), [("Table", 6, 1.0)], (Change("t", None, key("x")),)),
    Whole("UpdateItem", named(Key=key("a")), [("Table", 900, 1.0)], (Change("t", A, A),)),
    Whole(
        "PutItem",
        named(Item=item("b", 100), ConditionExpression=MISSING),
        [("Table", 5_000, 5.0)],
        marks=1,
        error="ConditionalCheckFailedException",
        reported=False,
    ),
    # Where the condition fails, an update that would not work does not matter.
    Whole(
        "UpdateItem",
        named(Key=key("a"), UpdateExpression="SET a = nowhere", ConditionExpression=MISSING),
        [("Table", 900, 1.0)],
        marks=1,
        error="ConditionalCheckFailedException",
        reported=False,
    ),
    Whole(
        "BatchWriteItem",
        {
            "RequestItems": {
                "t": [{"PutRequest": {"Item": NEW}}, {"DeleteRequest": {"Key": key("b")}}]
            }
        },
        [("Table", 1_500, 2.0), ("Table", 5_000, 5.0)],
        (Change("t", None, NEW), Change("t", B, None)),
    ),
    Whole(
        "TransactWriteItems",
        transact(
            ("Put", {"Item": NEW}),
            ("Delete", {"Key": key("c")}),
            ("ConditionCheck", {"Key": key("b"), "ConditionExpression": "attribute_exists(pk)"}),
        ),
        [("Table", 1_500, 4.0), ("Table", 2_000, 4.0), ("gsi", 8, 1.0), ("Table", 5_000, 10.0)],
        (Change("t", None, NEW), Change("t", C, None)),
        transactional=True,
    ),
    Whole(
        "TransactWriteItems",
        transact(
            ("Put", {"Item": NEW}),
            ("Put", {"Item": item("b", 900), "ConditionExpression": MISSING}),
        ),
        [("Table", 1_500, 4.0), ("Table", 5_000, 10.0)],
        transactional=True,
        marks=1,
        error="TransactionCanceledException",
        reported=False,
    ),
    Whole(
        "ExecuteStatement",
        {"Statement": BY_KEY.format("b")},
        [("Table", 5_000, 1.0)],
        axis="read",
    ),
    Whole(
        "ExecuteStatement",
        {"Statement": "DELETE FROM t WHERE pk = 'p' AND sk = 'c'"},
        [("Table", 2_000, 2.0), ("gsi", 8, 1.0)],
        (Change("t", C, None),),
    ),
    Whole(
        "ExecuteStatement",
        {"Statement": "INSERT INTO t VALUE {'pk': 'p', 'sk': 'b'}"},
        [("Table", 5_000, 5.0)],
        marks=1,
        error="DuplicateItemException",
        reported=False,
    ),
    Whole(
        "ExecuteStatement",
        {"Statement": "INSERT INTO t VALUE {'pk': 'p', 'sk': 'b'} IF NOT EXISTS"},
        [("Table", 5_000, 5.0)],
        (Change("t", B, B),),
        marks=1,
    ),
    Whole(
        "ExecuteStatement",
        {"Statement": "INSERT INTO t VALUE {'pk': 'p', 'sk': 'x'} IF NOT EXISTS"},
        [("Table", 6, 1.0)],
        (Change("t", None, key("x")),),
    ),
    Whole(
        "BatchExecuteStatement",
        statements("Statements", BY_KEY.format("a"), BY_KEY.format("b")),
        [("Table", 900, 0.5), ("Table", 5_000, 1.0)],
        axis="read",
    ),
    # A statement that fails, and one that is refused, leave the others.
    Whole(
        "BatchExecuteStatement",
        statements(
            "Statements",
            "DELETE FROM t WHERE pk = 'p' AND sk = 'b' AND body = 'x'",
            "DELETE FROM t WHERE pk = 'p'",
            "DELETE FROM t WHERE pk = 'p' AND sk = 'a'",
            "DELETE FROM t WHERE pk = 'p' AND sk = 'c'",
        ),
        [("Table", 5_000, 5.0), ("Table", 900, 1.0), ("Table", 2_000, 2.0), ("gsi", 8, 1.0)],
        (Change("t", A, None), Change("t", C, None)),
        marks=2,
    ),
    Whole(
        "BatchExecuteStatement",
        statements("Statements", "INSERT INTO t VALUE {'pk': 'p', 'sk': 'b'} IF NOT EXISTS"),
        [("Table", 5_000, 5.0)],
        (Change("t", B, B),),
        marks=1,
    ),
    Whole(
        "ExecuteTransaction",
        statements("TransactStatements", BY_KEY.format("a"), BY_KEY.format("b")),
        [("Table", 900, 2.0), ("Table", 5_000, 4.0)],
        axis="read",
        transactional=True,
    ),
    Whole(
        "ExecuteTransaction",
        statements(
            "TransactStatements",
            "INSERT INTO t VALUE {'pk': 'p', 'sk': 'b'} IF NOT EXISTS",
            "DELETE FROM t WHERE pk = 'p' AND sk = 'c'",
        ),
        [("Table", 5_000, 10.0), ("Table", 2_000, 4.0), ("gsi", 8, 1.0)],
        (Change("t", B, B), Change("t", C, None)),
        transactional=True,
        marks=1,
    ),
]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda whole: whole.operation)
def test_a_prediction_in_full(whole: Whole) -> None:
    predicted = predict(store(), whole.operation, whole.arguments)
    assert predicted.operation == whole.operation
    assert [(one.part, one.size, one.units) for one in predicted.steps] == whole.steps
    assert predicted.changes == whole.changes
    assert (predicted.error, predicted.reported) == (whole.error, whole.reported)
    assert bool(predicted.message) == bool(whole.error)
    assert [mark.kind for mark in predicted.marks] == ["uncertain"] * whole.marks
    [capacity] = predicted.capacities
    assert (capacity.table, capacity.axis) == ("t", whole.axis)
    assert capacity.transactional == whole.transactional
    by_part = {"Table": (capacity.table_units or 0.0) + capacity.failed_units}
    by_part |= capacity.global_secondary_indexes
    assert by_part == {
        part: sum(units for of, _, units in whole.steps if of == part) for part in by_part
    }
    assert set(by_part) == {part for part, _, _ in whole.steps}
    check_steps(predicted)


def check_steps(predicted: Prediction) -> None:
    """Each step names its table, and shows the item that it is of, if it is of one."""
    for step in predicted.steps:
        assert step.table == "t"
        assert step.what
        assert f"{step.size:,} bytes are" in step.how
        assert sum(size for _, size in step.attributes) in (0, step.size)


def test_what_fails_in_a_batch_is_in_the_total_and_in_no_part() -> None:
    batch = statements(
        "Statements",
        "DELETE FROM t WHERE pk = 'p' AND sk = 'b' AND body = 'x'",
        "DELETE FROM t WHERE pk = 'p' AND sk = 'a'",
    )
    predicted = predict(store(), "BatchExecuteStatement", batch)
    assert predicted.consumed_capacity() == [
        {"TableName": "t", "CapacityUnits": 6.0, "Table": {"CapacityUnits": 1.0}}
    ]


REFUSED: list[tuple[str, dict[str, object]]] = [
    ("ExecuteStatement", {"Statement": f"EXISTS({BY_KEY.format('a')})"}),
    (
        "BatchExecuteStatement",
        statements("Statements", BY_KEY.format("a"), "DELETE FROM t WHERE pk = 'p' AND sk = 'b'"),
    ),
    ("BatchExecuteStatement", statements("Statements", *[BY_KEY.format("a")] * 2)),
    (
        "BatchExecuteStatement",
        statements("Statements", *["DELETE FROM t WHERE pk = 'p' AND sk = 'b'"] * 2),
    ),
    (
        "ExecuteTransaction",
        statements(
            "TransactStatements", "DELETE FROM t WHERE pk = 'p' AND sk = 'b'", BY_KEY.format("a")
        ),
    ),
    ("ExecuteTransaction", statements("TransactStatements", "SELECT * FROM t WHERE pk = 'p'")),
    ("ExecuteTransaction", statements("TransactStatements", *[BY_KEY.format("a")] * 2)),
    ("TransactGetItems", transact(*[("Get", {"Key": key("a")})] * 2)),
    # 4 MB in all: eleven items of 400,000 bytes.
    (
        "TransactWriteItems",
        transact(*[("Put", {"Item": item(str(number), 400_000)}) for number in range(11)]),
    ),
]


@pytest.mark.parametrize(("operation", "arguments"), REFUSED)
def test_what_the_service_refuses_is_a_validation_error(
    operation: str, arguments: dict[str, object]
) -> None:
    predicted = predict(store(), operation, arguments)
    assert (predicted.operation, predicted.error) == (operation, "ValidationException")
    assert predicted.message
    assert (predicted.capacities, predicted.changes, predicted.reported) == ((), (), False)


def test_a_transaction_holds_4_mb() -> None:
    largest = [item(str(number), 409_600) for number in range(10)]
    rest = 4 * 1_024**2 - 4_096_000
    for size, error in ((rest, ""), (rest + 1, "ValidationException")):
        puts = [("Put", {"Item": one}) for one in [*largest, item("rest", size)]]
        predicted = predict(store(), "TransactWriteItems", transact(*puts))
        assert predicted.error == error


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("TransactWriteItems", transact(("Put", {"Item": NEW}), ClientRequestToken="token")),
        (
            "ExecuteTransaction",
            statements("TransactStatements", "INSERT INTO t VALUE {'pk': 'p', 'sk': 'n'}")
            | {"ClientRequestToken": "token"},
        ),
    ],
)
def test_a_replay_reads_the_larger_images(operation: str, arguments: dict[str, object]) -> None:
    made = store()
    first = predict(made, operation, arguments)
    made.apply(first)
    replayed = predict(made, operation, arguments)
    assert replayed.operation == operation
    assert [(one.part, one.units) for one in replayed.steps] == [("Table", 2.0)]
    assert (replayed.changes, replayed.marks, replayed.capacity_units) == ((), (), 2.0)
    check_steps(replayed)
    other = predict(made, operation, {**arguments, "ClientRequestToken": "another"})
    assert [one.axis for one in other.capacities] == ["write"]


def test_a_batch_read_is_cut_at_16_mb() -> None:
    made = Store([TABLE])
    # 40 items of 400 KB leave 393,216 bytes of 16 MB.
    for number in range(41):
        made.put("t", item(f"{number:04}", 409_600 if number < 40 else 393_216))
    keys = [key(f"{number:04}") for number in range(41)]
    asked = {"RequestItems": {"t": {"Keys": keys}}}
    whole = predict(made, "BatchGetItem", asked)
    assert (len(whole.steps), whole.marks) == (41, ())
    made.put("t", item("0040", 393_217))
    cut = predict(made, "BatchGetItem", asked)
    assert (len(cut.steps), [mark.kind for mark in cut.marks]) == (40, ["uncertain"])


def test_the_pages_of_a_query_go_on_from_one_to_the_next() -> None:
    made = Store([TABLE])
    for number in range(25):
        made.put("t", item(f"{number:04}", 100_000))
    query = named(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}})
    pages = predict_pages(made, "Query", [query] * 5)
    assert [one.page and one.page.count for one in pages] == [11, 11, 3]
    gets = predict_pages(made, "GetItem", [named(Key=key("0001"))] * 2)
    assert [one.capacity_units for one in gets] == [12.5, 12.5]


def test_a_select_has_the_page_of_its_query() -> None:
    select = {"Statement": "SELECT * FROM t WHERE pk = 'p' AND body = 'x'", "Limit": 2}
    page = predict(store(), "ExecuteStatement", select).page
    assert page is not None
    assert (page.count, page.scanned_count, page.last_evaluated_key) == (0, 2, True)
    assert page.last_key == key("b")
