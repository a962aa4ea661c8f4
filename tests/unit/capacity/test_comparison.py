"""An answer, measured or predicted, held against a record: which lines come out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dynaproof.capacity.answer import Answer, measured_answer, predicted_answer
from dynaproof.capacity.comparison import compare
from dynaproof.capacity.prediction import Page, Prediction, TableCapacity

METRICS = {"ItemCollectionKey": {"pk": {"S": "p"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
UNITS = {"CapacityUnits": 1.0}


def entry(table: str, units: float = 1.0, **others: object) -> dict[str, object]:
    return {"TableName": table, "CapacityUnits": units, **others}


# Responses as boto3 gives them, with table names that carry a prefix.
MEASURED: list[tuple[str, dict[str, object], Answer]] = [
    ("GetItem", {"ConsumedCapacity": entry("x-t")}, Answer({"t": entry("t")})),
    ("GetItem", {}, Answer()),
    ("GetItem", {"Items": [1], "Count": 1}, Answer()),
    (
        "BatchGetItem",
        {"ConsumedCapacity": [entry("x-t"), entry("x-u", 2.0)]},
        Answer({"t": entry("t"), "u": entry("u", 2.0)}),
    ),
    ("BatchGetItem", {"ConsumedCapacity": []}, Answer()),
    # Only a prefix is taken off.
    ("GetItem", {"ConsumedCapacity": entry("t-x-")}, Answer({"t-x-": entry("t-x-")})),
    ("GetItem", {"ConsumedCapacity": UNITS}, Answer({"": {**UNITS, "TableName": ""}})),
    (
        "Query",
        {"Count": 2, "ScannedCount": 3, "LastEvaluatedKey": {"pk": {"S": "p"}}},
        Answer(page=Page(2, 3, True)),
    ),
    ("Scan", {"Count": 2, "ScannedCount": 3}, Answer(page=Page(2, 3, False))),
    ("Scan", {}, Answer(page=Page(0, 0, False))),
    ("Scan", {"Count": None, "LastEvaluatedKey": {}}, Answer(page=Page(0, 0, False))),
    ("ExecuteStatement", {"Items": [{}, {}]}, Answer(page=Page(2, 2, False))),
    ("ExecuteStatement", {"Items": [{}], "NextToken": "n"}, Answer(page=Page(1, 1, True))),
    ("ExecuteStatement", {"NextToken": "n"}, Answer()),
    ("PutItem", {"ItemCollectionMetrics": METRICS}, Answer(item_collection_metrics=METRICS)),
    ("PutItem", {"ItemCollectionMetrics": {}}, Answer()),
    (
        "BatchWriteItem",
        {"ItemCollectionMetrics": {"x-t": [METRICS]}},
        Answer(item_collection_metrics={"t": [METRICS]}),
    ),
]


@pytest.mark.parametrize(("operation", "response", "answer"), MEASURED)
def test_a_response_is_read(operation: str, response: dict[str, object], answer: Answer) -> None:
    assert measured_answer(operation, response, "x-") == answer


def test_table_names_without_a_prefix_are_taken_as_they_are() -> None:
    measured = measured_answer("GetItem", {"ConsumedCapacity": entry("x-t")})
    assert measured == Answer({"x-t": entry("x-t")})


def prediction(operation: str) -> Prediction:
    capacities = (
        TableCapacity("t", "write", False, 1.0, {"g": 2.0}, {"l": 3.0}),
        TableCapacity("u", "write", False, 4.0),
    )
    return Prediction(operation, capacities[:1] if operation == "PutItem" else capacities)


IN_T = {
    "Table": {"CapacityUnits": 1.0},
    "GlobalSecondaryIndexes": {"g": {"CapacityUnits": 2.0}},
    "LocalSecondaryIndexes": {"l": {"CapacityUnits": 3.0}},
}


@pytest.mark.parametrize(
    ("mode", "reported"),
    [
        ({}, {}),
        ({"ReturnConsumedCapacity": "NONE"}, {}),
        ({"ReturnConsumedCapacity": "TOTAL"}, {"t": entry("t", 6.0), "u": entry("u", 4.0)}),
        (
            {"ReturnConsumedCapacity": "INDEXES"},
            {"t": entry("t", 6.0, **IN_T), "u": entry("u", 4.0, Table={"CapacityUnits": 4.0})},
        ),
    ],
)
def test_a_prediction_answers_what_is_asked_for(
    mode: dict[str, object], reported: dict[str, dict[str, object]]
) -> None:
    assert predicted_answer(mode, prediction("BatchWriteItem")) == Answer(reported)


def test_a_prediction_answers_with_error_page_and_metrics() -> None:
    metrics = {"t": [METRICS]}
    page = Page(1, 2, True)
    single = replace(prediction("PutItem"), item_collection_metrics=metrics, page=page)
    assert predicted_answer({}, single) == Answer(page=page, item_collection_metrics=METRICS)
    batch = replace(prediction("BatchWriteItem"), item_collection_metrics=metrics)
    assert predicted_answer({}, batch) == Answer(item_collection_metrics=metrics)
    refused = replace(prediction("PutItem"), error="E", message="m", unpredictable="u")
    assert predicted_answer({}, refused) == Answer(error="E", message="m", unknown="u")


def parts(table: float | None = None, **indexes: float) -> dict[str, object]:
    """Figures of a table t with the parts given; g is a GSI, l is an LSI."""
    made = entry("t", (table or 0.0) + sum(indexes.values()))
    if table is not None:
        made["Table"] = {"CapacityUnits": table}
    for name, kind in (("g", "GlobalSecondaryIndexes"), ("l", "LocalSecondaryIndexes")):
        if name in indexes:
            made[kind] = {name: {"CapacityUnits": indexes[name]}}
    return made


def of_t(figures: dict[str, object]) -> Answer:
    return Answer({"t": figures})


SPLIT = {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}

# Operation, answer, record, lines.
COMPARED: list[tuple[str, Answer, dict[str, object], list[str]]] = [
    ("GetItem", of_t(entry("t", 0.5)), {"CapacityUnits": 0.5}, []),
    (
        "GetItem",
        of_t(entry("t", 0.5)),
        {"CapacityUnits": 1},
        ["CapacityUnits 1, predicted 0.5"],
    ),
    ("GetItem", Answer(), {"CapacityUnits": 1}, ["CapacityUnits 1, predicted nothing"]),
    ("PutItem", of_t(parts(1, g=2)), parts(1, g=2), []),
    (
        "PutItem",
        of_t(parts(1, g=2, l=3)),
        parts(2, g=2, l=1),
        [
            "CapacityUnits 5, predicted 6",
            "Table: CapacityUnits 2, predicted 1",
            "l: CapacityUnits 1, predicted 3",
        ],
    ),
    (
        "PutItem",
        of_t(parts(1, g=2)),
        parts(1, l=2),
        [
            "g: CapacityUnits nothing, predicted 2",
            "l: CapacityUnits 2, predicted nothing",
        ],
    ),
    # Of an index read the table's part may be left out, but of no write.
    ("Query", of_t(parts(0, g=2)), parts(g=2), []),
    ("Query", of_t(parts(g=2)), parts(0, g=2), []),
    ("Scan", of_t(parts(0, g=2)), parts(g=2), []),
    ("ExecuteStatement", of_t(parts(0, g=2)), parts(g=2), []),
    (
        "Query",
        of_t(parts(1, g=2)),
        {**parts(g=2), "CapacityUnits": 3},
        ["Table: CapacityUnits nothing, predicted 1"],
    ),
    (
        "PutItem",
        of_t(parts(0, g=2)),
        parts(g=2),
        ["Table: CapacityUnits nothing, predicted 0"],
    ),
    # Read and write units count where they are recorded.
    ("TransactGetItems", of_t(entry("t", **SPLIT)), {"t": {"CapacityUnits": 2.0}}, []),
    ("TransactGetItems", of_t(entry("t", **SPLIT)), {"t": SPLIT}, []),
    (
        "TransactGetItems",
        of_t(entry("t", 2.0)),
        {"t": SPLIT},
        ["t: ReadCapacityUnits 2.0, predicted nothing"],
    ),
    (
        "TransactWriteItems",
        of_t(entry("t", 2.0)),
        {"t": {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}},
        ["t: WriteCapacityUnits 2.0, predicted nothing"],
    ),
    # Tables of one side only.
    (
        "BatchGetItem",
        Answer({"t": parts(1), "u": entry("u")}),
        {"t": parts(1, g=1), "v": {"CapacityUnits": 3}},
        [
            "t: CapacityUnits 2, predicted 1",
            "t: g: CapacityUnits 1, predicted nothing",
            "v: CapacityUnits 3, predicted nothing",
            "u: CapacityUnits nothing, predicted 1.0",
        ],
    ),
    # Pages.
    (
        "Query",
        Answer(page=Page(1, 2, True)),
        {"Count": 1, "ScannedCount": 2, "LastEvaluatedKey": True},
        [],
    ),
    (
        "Query",
        Answer(page=Page(1, 2, True)),
        {"Count": 2, "ScannedCount": 1, "LastEvaluatedKey": False},
        [
            "Count 2, predicted 1",
            "ScannedCount 1, predicted 2",
            "LastEvaluatedKey False, predicted True",
        ],
    ),
    ("Query", Answer(page=Page(1, 2, True)), {"accepted": True}, []),
    ("Query", Answer(), {"Count": 2}, ["Count 2, predicted None"]),
    # Metrics.
    (
        "PutItem",
        Answer(item_collection_metrics=METRICS),
        {"ItemCollectionMetrics": METRICS},
        [],
    ),
    (
        "PutItem",
        Answer(),
        {"ItemCollectionMetrics": "some"},
        ["ItemCollectionMetrics some, predicted nothing"],
    ),
    (
        "PutItem",
        Answer(item_collection_metrics="other"),
        {"ItemCollectionMetrics": "some"},
        ["ItemCollectionMetrics some, predicted other"],
    ),
    # Errors, and what is not known.
    ("PutItem", Answer(error="E"), {"error": "E", "CapacityUnits": 9}, []),
    ("PutItem", Answer(error="E"), {"error": "F"}, ["answer: F, predicted E"]),
    ("PutItem", Answer(), {"error": "F"}, ["answer: F, predicted success"]),
    (
        "PutItem",
        Answer(error="E", message="m"),
        {"CapacityUnits": 1},
        ["answer: success, predicted E: m"],
    ),
    ("PutItem", Answer(unknown="why"), {"error": "E"}, ["cannot be predicted: why"]),
    ("PutItem", Answer(), {"accepted": True, "message": "m"}, []),
]


@pytest.mark.parametrize(("operation", "answer", "expected", "lines"), COMPARED)
def test_each_figure_that_differs_is_a_line(
    operation: str, answer: Answer, expected: dict[str, object], lines: list[str]
) -> None:
    assert compare(operation, answer, expected) == lines


def test_a_line_says_where_the_answer_comes_from() -> None:
    assert compare("PutItem", Answer(), {"CapacityUnits": 1}, "DynamoDB Local") == [
        "CapacityUnits 1, DynamoDB Local nothing"
    ]
    figures = Answer({"t": parts(1, g=1)}, page=Page(1, 1, False), item_collection_metrics="a")
    lines = compare(
        "Query",
        figures,
        {**parts(2, g=2), "Count": 2, "ItemCollectionMetrics": "b"},
        "measured",
    )
    assert lines == [
        "Count 2, measured 1",
        "ItemCollectionMetrics b, measured a",
        "CapacityUnits 4, measured 2",
        "Table: CapacityUnits 2, measured 1",
        "g: CapacityUnits 2, measured 1",
    ]
    assert compare("PutItem", Answer(unknown="why"), {}, "measured") == ["cannot be measured: why"]
    assert compare("PutItem", Answer(), {"error": "F"}, "measured") == [
        "answer: F, measured success"
    ]
    batch = compare("BatchGetItem", Answer(), {"t": UNITS}, "measured")
    assert batch == ["t: CapacityUnits 1.0, measured nothing"]
