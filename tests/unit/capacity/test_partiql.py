"""PartiQL: a statement costs what the operation costs that it amounts to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.capacity.partiql_statement import parse_statement
from dynaproof.capacity.partiql_tokens import PartiqlError
from dynaproof.capacity.prediction import Prediction
from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.model.attribute_value import Item
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Table, Throughput

TABLE = Table(
    "Music-1",
    KeyAttribute("Artist"),
    KeyAttribute("Year", "N"),
    Throughput(1, 1),
    global_secondary_indexes=(
        SecondaryIndex(
            "by-genre", "global", (KeyAttribute("Genre"),), (), Projection("include", ("Tags",))
        ),
    ),
)


def store() -> Store:
    made = Store([TABLE])
    for artist, year, size in (("A", 1, 3_000), ("A", 2, 3_000), ("A", 3, 3_000), ("it's", 1, 900)):
        item: Item = {
            "Artist": {"S": artist},
            "Year": {"N": str(year)},
            "Genre": {"S": "G"},
            "Text": {"S": "x" * size},
            "Tags": {"SS": ["a", "b"]},
            "List": {"L": [{"N": "1"}]},
        }
        made.put("Music-1", item)
    return made


def execute(statement: str, **arguments: object) -> Prediction:
    return predict(store(), "ExecuteStatement", {"Statement": statement, **arguments})


def name(**arguments: object) -> dict[str, object]:
    return {"TableName": "Music-1", **arguments}


KEY = {"Artist": {"S": "A"}, "Year": {"N": "2"}}
OF_A = name(KeyConditionExpression="Artist = :a", ExpressionAttributeValues={":a": {"S": "A"}})
FROM_2 = name(
    KeyConditionExpression="Artist = :a AND #y >= :y",
    ExpressionAttributeNames={"#y": "Year"},
    ExpressionAttributeValues={":a": {"S": "A"}, ":y": {"N": "2"}},
)
BY_GENRE = name(
    IndexName="by-genre",
    KeyConditionExpression="Genre = :g",
    ExpressionAttributeValues={":g": {"S": "G"}},
)

SAME: list[tuple[str, str, dict[str, object]]] = [
    ("SELECT * FROM \"Music-1\" WHERE Artist = 'A'", "Query", OF_A),
    ("select Text from \"Music-1\" where 'A' = Artist;", "Query", OF_A),
    ("SELECT * FROM \"Music-1\" WHERE Artist='A' AND Text = 'none' -- why", "Query", OF_A),
    ("SELECT * FROM \"Music-1\" WHERE Artist='A' AND (Text='n' OR Text='m')", "Query", OF_A),
    ('SELECT * FROM "Music-1" WHERE (Artist=\'A\' AND "Year" >= 2)', "Query", FROM_2),
    ('SELECT * FROM "Music-1" WHERE 2 <= "Year" AND Artist=\'A\'', "Query", FROM_2),
    ('SELECT * FROM "Music-1" WHERE Artist=\'A\' AND "Year"=2', "GetItem", name(Key=KEY)),
    (
        "SELECT * FROM \"Music-1\" WHERE Artist='it''s' AND \"Year\"=1",
        "GetItem",
        name(Key={"Artist": {"S": "it's"}, "Year": {"N": "1"}}),
    ),
    ('SELECT * FROM "Music-1"', "Scan", name()),
    ("SELECT * FROM \"Music-1\" WHERE Text = 'none' AND Gone IS MISSING", "Scan", name()),
    ("SELECT * FROM \"Music-1\" WHERE NOT contains(Text, 'y') OR size(Text) > 1", "Scan", name()),
    ('SELECT Tags FROM "Music-1"."by-genre" WHERE Genre = \'G\'', "Query", BY_GENRE),
    ('SELECT * FROM "Music-1"."by-genre"', "Scan", name(IndexName="by-genre")),
    (
        (
            "INSERT INTO \"Music-1\" VALUE {'Artist':'B', 'Year':1.0, 'Genre':'G', 'On':true,"
            " 'No':null, 'Set':<<1, -2.5>>, 'Map':{'a':[1, 'b']}}"
        ),
        "PutItem",
        name(
            Item={
                "Artist": {"S": "B"},
                "Year": {"N": "1"},
                "Genre": {"S": "G"},
                "On": {"BOOL": True},
                "No": {"NULL": True},
                "Set": {"NS": ["1", "-2.5"]},
                "Map": {"M": {"a": {"L": [{"N": "1"}, {"S": "b"}]}}},
            }
        ),
    ),
    (
        (
            "UPDATE \"Music-1\" SET Text = 't', Plays = 1 SET List[0] = List[0] + 1"
            " REMOVE Genre WHERE Artist='A' AND \"Year\"=2 AND size(Text) > 5 RETURNING ALL OLD *"
        ),
        "UpdateItem",
        name(
            Key=KEY,
            UpdateExpression="SET #t = :t, Plays = :one, #l[0] = #l[0] + :one REMOVE Genre",
            ExpressionAttributeNames={"#t": "Text", "#l": "List"},
            ExpressionAttributeValues={":t": {"S": "t"}, ":one": {"N": "1"}},
        ),
    ),
    (
        (
            "UPDATE \"Music-1\" SET List = list_append(List, [2]) SET Tags = set_add(Tags, <<'c'>>)"
            " WHERE Artist='A' AND \"Year\"=2"
        ),
        "UpdateItem",
        name(
            Key=KEY,
            UpdateExpression="SET #l = list_append(#l, :l) ADD Tags :t",
            ExpressionAttributeNames={"#l": "List"},
            ExpressionAttributeValues={":l": {"L": [{"N": "2"}]}, ":t": {"SS": ["c"]}},
        ),
    ),
    ('DELETE FROM "Music-1" WHERE Artist=\'A\' AND "Year"=2', "DeleteItem", name(Key=KEY)),
]


@pytest.mark.parametrize(("statement", "operation", "arguments"), SAME)
def test_a_statement_costs_what_its_operation_costs(
    statement: str, operation: str, arguments: dict[str, object]
) -> None:
    predicted = execute(statement)
    expected = predict(store(), operation, arguments)
    assert (predicted.unpredictable, predicted.error, expected.error) == ("", "", "")
    assert predicted.capacities == expected.capacities
    assert predicted.changes == expected.changes


def test_parameters_stand_for_question_marks() -> None:
    statement = 'SELECT * FROM "Music-1" WHERE Artist = ? AND "Year" BETWEEN ? AND ?'
    values = [{"S": "A"}, {"N": "2"}, {"N": "9"}]
    predicted = execute(statement, Parameters=values, ConsistentRead=True)
    expected = predict(store(), "Query", FROM_2 | {"ConsistentRead": True})
    assert predicted.capacities == expected.capacities


def test_limit_and_order_decide_what_is_read() -> None:
    predicted = execute('SELECT * FROM "Music-1" WHERE Artist=\'A\' ORDER BY "Year" DESC', Limit=1)
    assert predicted.page is not None
    assert predicted.page.last_evaluated_key
    assert predicted.capacity_units == 0.5


def test_several_partition_keys_are_queries_and_uncertain() -> None:
    predicted = execute("SELECT * FROM \"Music-1\" WHERE Artist IN ['A', 'it''s', 'none']")
    assert predicted.capacity_units == 1.5 + 0.5 + 0.5
    assert [mark.kind for mark in predicted.marks] == ["uncertain"]


FAILING = [
    (
        "INSERT INTO \"Music-1\" VALUE {'Artist':'A', 'Year':2}",
        "DuplicateItemException",
        3,
    ),
    (
        "UPDATE \"Music-1\" SET Text='t' WHERE Artist='new' AND \"Year\"=2",
        "ConditionalCheckFailedException",
        1,
    ),
    (
        "DELETE FROM \"Music-1\" WHERE Artist='A' AND \"Year\"=2 AND Text='other'",
        "ConditionalCheckFailedException",
        3,
    ),
]


@pytest.mark.parametrize(("statement", "error", "units"), FAILING)
def test_a_write_that_fails_consumes_and_reports_nothing(
    statement: str, error: str, units: float
) -> None:
    predicted = execute(statement)
    assert (predicted.error, predicted.reported, predicted.changes) == (error, False, ())
    assert predicted.capacity_units == units


def test_a_batch_where_nothing_succeeds_reports_nothing() -> None:
    # Recorded: M1 of nubo-db/dynoxide, tests/partiql_index_consumed_capacity.rs.
    statements = [{"Statement": statement} for statement, _, _ in FAILING]
    predicted = predict(store(), "BatchExecuteStatement", {"Statements": statements})
    assert predicted.consumed_capacity("INDEXES") == []
    assert predicted.changes == ()


def test_a_transaction_may_check_that_an_item_exists() -> None:
    exists = 'EXISTS(SELECT * FROM "Music-1" WHERE Artist=\'A\' AND "Year"={})'
    insert = "INSERT INTO \"Music-1\" VALUE {'Artist':'B', 'Year':1}"

    def transaction(year: int) -> Prediction:
        statements = [{"Statement": exists.format(year)}, {"Statement": insert}]
        return predict(store(), "ExecuteTransaction", {"TransactStatements": statements})

    [capacity] = transaction(2).capacities
    assert capacity.table_units == 2 * 3 + 2 * 1
    assert transaction(7).error == "TransactionCanceledException"


BEYOND = [
    "",
    "SELECT",
    'SELECT * FROM "Music-1" WHERE',
    "SELECT COUNT(*) FROM \"Music-1\" WHERE Artist='A'",
    "SELECT * FROM \"Music-1\" WHERE Artist LIKE 'A%'",
    'SELECT * FROM "Music-1" m JOIN other o ON m.a = o.a',
    'SELECT * FROM "Music-1" WHERE Artist = \'A',
    'SELECT * FROM "Music-1" WHERE Artist = ?',
    'INSERT INTO "Music-1" VALUE <<1>>',
    "CREATE TABLE t (a INT)",
    'SELECT * FROM "Music-1" WHERE Artist = ' + "[" * 5_000,
    'SELECT * FROM "Music-1" WHERE ' + "NOT " * 2_000 + "a = 1",
]


@pytest.mark.parametrize("statement", BEYOND)
def test_what_is_not_understood_cannot_be_predicted(statement: str) -> None:
    with pytest.raises(PartiqlError):
        parse_statement(statement)
    if statement:
        predicted = execute(statement)
        assert predicted.unpredictable
        assert (predicted.capacities, predicted.reported) == ((), False)


REFUSED = [
    'SELECT * FROM "nowhere"',
    'SELECT * FROM "Music-1"."nowhere" WHERE Artist=\'A\'',
    "UPDATE \"Music-1\" SET Text='t' WHERE Artist='A'",
    'DELETE FROM "Music-1" WHERE Artist=\'A\' AND "Year" > 2',
    "DELETE FROM \"Music-1\" WHERE Artist='A' AND \"Year\"='two'",
    "INSERT INTO \"Music-1\" VALUE {'Artist':'A'}",
    "SELECT * FROM \"Music-1\" WHERE Artist='A' AND \"Year\" > 'two'",
    'UPDATE "Music-1"."by-genre" SET Text=\'t\' WHERE Artist=\'A\' AND "Year"=2',
]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_the_service_refuses_costs_nothing(statement: str) -> None:
    predicted = execute(statement)
    assert predicted.error
    assert predicted.capacities == ()


VOCABULARY = (
    "SELECT INSERT INTO UPDATE DELETE FROM WHERE SET REMOVE VALUE AND OR NOT IN IS MISSING NULL"
    " BETWEEN EXISTS ORDER BY DESC IF RETURNING ALL OLD size contains begins_with list_append"
    " set_add * , . ( ) [ ] { } << >> : ; ? = <> != < <= + - 1 2.5 'A' 'x' true Artist Text List"
    ' "Music-1" "Year" "by-genre"'
)
STARTS = [
    [],
    ["SELECT", "*", "FROM", '"Music-1"', "WHERE"],
    ["UPDATE", '"Music-1"', "SET", "Text", "="],
    ["DELETE", "FROM", '"Music-1"', "WHERE", "Artist", "=", "'A'", "AND"],
    ["INSERT", "INTO", '"Music-1"', "VALUE", "{", "'Artist'", ":"],
]


@given(
    st.sampled_from(STARTS), st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=12)
)
def test_any_statement_is_predicted_refused_or_not_understood(
    start: list[str], words: list[str]
) -> None:
    predicted = execute(" ".join(start + words))
    outcomes = (predicted.capacities != (), predicted.error != "", predicted.unpredictable != "")
    assert sum(outcomes) == 1 or (predicted.capacities and predicted.error)
