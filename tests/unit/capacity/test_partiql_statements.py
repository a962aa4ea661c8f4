"""What a PartiQL statement is read as: values, expressions and the parts of a condition.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

import re

import pytest

from dynaproof.capacity.partiql_statement import (
    Delete,
    Insert,
    Select,
    UpdateStatement,
    parse_statement,
)
from dynaproof.capacity.partiql_tokens import PartiqlError
from dynaproof.capacity.partiql_values import Term
from dynaproof.capacity.refusal import Refused
from dynaproof.model.attribute_value import AttributeValue

ONE: AttributeValue = {"N": "1"}
TWO: AttributeValue = {"N": "2"}
TEXT: AttributeValue = {"S": "x"}


def said(text: str, names: dict[str, str], values: dict[str, AttributeValue]) -> str:
    """An expression with its names and values in it, as ``[a]`` and ``<x>``."""
    for placeholder, name in names.items():
        text = re.sub(rf"{placeholder}\b", f"[{name}]", text)
    for placeholder, value in values.items():
        text = re.sub(rf"{placeholder}\b", f"<{next(iter(value.values()))}>", text)
    return text


def where(condition: str, *parameters: AttributeValue) -> tuple[list[str], tuple[Term, ...]]:
    select = parse_statement(f"SELECT * FROM t WHERE {condition}", parameters)
    assert isinstance(select, Select)
    return [said(one.text, select.names, select.values) for one in select.where], select.where


# The condition, its terms as expressions, and of a simple one (attribute, operator, values).
CONDITIONS: list[tuple[str, list[str], list[tuple[str, str, tuple[AttributeValue, ...]]]]] = [
    ("a = 1", ["[a] = <1>"], [("a", "=", (ONE,))]),
    ("a <> 1", ["[a] <> <1>"], [("a", "<>", (ONE,))]),
    ("a != 1", ["[a] <> <1>"], [("a", "<>", (ONE,))]),
    ("a < 1", ["[a] < <1>"], [("a", "<", (ONE,))]),
    ("a <= 1", ["[a] <= <1>"], [("a", "<=", (ONE,))]),
    ("a > 1", ["[a] > <1>"], [("a", ">", (ONE,))]),
    ("a >= 1", ["[a] >= <1>"], [("a", ">=", (ONE,))]),
    # A value on the left: the attribute is compared the other way round.
    ("1 = a", ["<1> = [a]"], [("a", "=", (ONE,))]),
    ("1 <> a", ["<1> <> [a]"], [("a", "<>", (ONE,))]),
    ("1 < a", ["<1> < [a]"], [("a", ">", (ONE,))]),
    ("1 <= a", ["<1> <= [a]"], [("a", ">=", (ONE,))]),
    ("1 > a", ["<1> > [a]"], [("a", "<", (ONE,))]),
    ("1 >= a", ["<1> >= [a]"], [("a", "<=", (ONE,))]),
    ("a = true", ["[a] = <True>"], [("a", "=", ({"BOOL": True},))]),
    ("a = FALSE", ["[a] = <False>"], [("a", "=", ({"BOOL": False},))]),
    ("null = a", ["<True> = [a]"], [("a", "=", ({"NULL": True},))]),
    ("a = b", ["[a] = [b]"], [("", "", ())]),
    ("1 = 2", ["<1> = <2>"], [("", "", ())]),
    ("a BETWEEN 1 AND 2", ["[a] BETWEEN <1> AND <2>"], [("a", "BETWEEN", (ONE, TWO))]),
    ("a BETWEEN 1 AND b", ["[a] BETWEEN <1> AND [b]"], [("", "", ())]),
    ("a IN [1, 2]", ["[a] IN (<1>, <2>)"], [("a", "IN", (ONE, TWO))]),
    ("a in (1)", ["[a] IN (<1>)"], [("a", "IN", (ONE,))]),
    ("a.b IN [1]", ["[a].[b] IN (<1>)"], [("", "IN", (ONE,))]),
    ("a IS MISSING", ["attribute_not_exists([a])"], [("", "", ())]),
    ("a IS NOT MISSING", ["attribute_exists([a])"], [("", "", ())]),
    ("a is null", ["attribute_type([a], <NULL>)"], [("", "", ())]),
    ("a IS NOT NULL", ["NOT attribute_type([a], <NULL>)"], [("", "", ())]),
    ("begins_with(a, 'x')", ["begins_with([a], <x>)"], [("a", "begins_with", (TEXT,))]),
    ("CONTAINS(a, 'x')", ["contains([a], <x>)"], [("a", "contains", (TEXT,))]),
    ("attribute_type(a, 'x')", ["attribute_type([a], <x>)"], [("a", "attribute_type", (TEXT,))]),
    ("contains(a, b)", ["contains([a], [b])"], [("", "", ())]),
    ("size(a) > 1", ["size([a]) > <1>"], [("", "", ())]),
    ("1 < SIZE(a)", ["<1> < size([a])"], [("", "", ())]),
    ("a.b = 1", ["[a].[b] = <1>"], [("", "", ())]),
    ("a['b'] = 1", ["[a].[b] = <1>"], [("", "", ())]),
    ("a[0].b[12] = 1", ["[a][0].[b][12] = <1>"], [("", "", ())]),
    ('"a b" = 1', ["[a b] = <1>"], [("a b", "=", (ONE,))]),
    ('"it""s" = 1', ['[it"s] = <1>'], [('it"s', "=", (ONE,))]),
    ("a = 1 AND b = 2", ["[a] = <1>", "[b] = <2>"], [("a", "=", (ONE,)), ("b", "=", (TWO,))]),
    ("a = 1 and (b = 2 AND c = 1)", ["[a] = <1>", "[b] = <2>", "[c] = <1>"], []),
    ("a = 1 OR b = 2", ["[a] = <1> OR [b] = <2>"], [("", "", ())]),
    ("a = 1 AND b = 2 OR c = 1", ["([a] = <1> AND [b] = <2>) OR [c] = <1>"], []),
    ("c = 1 OR a = 1 AND b = 2", ["[c] = <1> OR ([a] = <1> AND [b] = <2>)"], []),
    ("a = 1 OR b = 2 OR c = 1", ["[a] = <1> OR [b] = <2> OR [c] = <1>"], []),
    ("NOT a = 1", ["NOT [a] = <1>"], [("", "", ())]),
    ("NOT (a = 1 AND b = 2)", ["NOT ([a] = <1> AND [b] = <2>)"], [("", "", ())]),
    ("NOT (a = 1 OR b = 2) AND c = 1", ["NOT ([a] = <1> OR [b] = <2>)", "[c] = <1>"], []),
]


@pytest.mark.parametrize(("condition", "texts", "parts"), CONDITIONS)
def test_a_condition_is_said_in_terms(
    condition: str, texts: list[str], parts: list[tuple[str, str, tuple[AttributeValue, ...]]]
) -> None:
    found, terms = where(condition)
    assert found == texts
    if parts:
        assert [(one.attribute, one.operator, one.values) for one in terms] == parts
    assert [one.compound for one in terms] == [
        len(terms) == 1 and " OR " in text and not text.startswith("NOT") for text in texts
    ]


VALUES: list[tuple[str, AttributeValue]] = [
    ("''", {"S": ""}),
    ("'it''s'", {"S": "it's"}),
    ("1", ONE),
    ("-1", {"N": "-1"}),
    ("- 1", {"N": "-1"}),
    ("1.50", {"N": "1.5"}),
    (".5", {"N": "0.5"}),
    ("5.", {"N": "5"}),
    ("12e2", {"N": "1200"}),
    ("1E-2", {"N": "0.01"}),
    ("12E+1", {"N": "120"}),
    ("true", {"BOOL": True}),
    ("FALSE", {"BOOL": False}),
    ("null", {"NULL": True}),
    ("[]", {"L": []}),
    ("[1, [2]]", {"L": [ONE, {"L": [TWO]}]}),
    ("{}", {"M": {}}),
    ("{'a': 1, \"b\": {'c': 2}}", {"M": {"a": ONE, "b": {"M": {"c": TWO}}}}),
    ("<<1, 2>>", {"NS": ["1", "2"]}),
    ("<<'x'>>", {"SS": ["x"]}),
    ("<<?>>", {"BS": [b"p"]}),
    ("?", {"B": b"p"}),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_literal_is_a_typed_value(text: str, value: AttributeValue) -> None:
    parameters: list[AttributeValue] = [{"B": b"p"}] if "?" in text else []
    insert = parse_statement(f"INSERT INTO t VALUE {{'a': {text}}}", parameters)
    assert isinstance(insert, Insert)
    assert insert.item == {"a": value}
    assert (insert.table, insert.names, insert.values, insert.if_not_exists) == ("t", {}, {}, False)


def test_parameters_are_taken_in_their_order() -> None:
    _, (first, second) = where("a = ? AND b BETWEEN ? AND 1", TEXT, TWO)
    assert (first.values, second.values) == ((TEXT,), (TWO, ONE))


# Update clauses as an update expression.
UPDATES = [
    ("SET a = 1", "SET [a] = <1>"),
    ("SET a = 1, b = c", "SET [a] = <1>, [b] = [c]"),
    ("SET a = 1 SET b.c = 2", "SET [a] = <1>, [b].[c] = <2>"),
    ("SET a = a + 1", "SET [a] = [a] + <1>"),
    ("SET a = 2 - b", "SET [a] = <2> - [b]"),
    ("SET a = list_append(a, [1])", "SET [a] = list_append([a], <[{'N': '1'}]>)"),
    ("SET a = IF_NOT_EXISTS(a, 1) + 2", "SET [a] = if_not_exists([a], <1>) + <2>"),
    (
        "SET a = list_append(if_not_exists(a, 1), b)",
        "SET [a] = list_append(if_not_exists([a], <1>), [b])",
    ),
    ("SET a = set_add(a, <<1>>)", "ADD [a] <['1']>"),
    ("SET a = SET_DELETE(a, <<'x'>>)", "DELETE [a] <['x']>"),
    ("REMOVE a", "REMOVE [a]"),
    ("remove a, b[0], c", "REMOVE [a], [b][0], [c]"),
    ("REMOVE a REMOVE b", "REMOVE [a], [b]"),
    ("SET a = 1 REMOVE b SET c = 2", "SET [a] = <1>, [c] = <2> REMOVE [b]"),
    ("", ""),
]


@pytest.mark.parametrize(("clauses", "expression"), UPDATES)
def test_an_update_is_an_update_expression(clauses: str, expression: str) -> None:
    update = parse_statement(f"UPDATE t {clauses} WHERE pk = 'x'")
    assert isinstance(update, UpdateStatement)
    assert said(update.update, update.names, update.values) == expression
    assert update.table == "t"
    assert [one.attribute for one in update.where] == ["pk"]


@pytest.mark.parametrize(
    ("ending", "descending"),
    [
        ("", False),
        ("ORDER BY a", False),
        ("order by a ASC", False),
        ("ORDER BY a DESC", True),
        ("ORDER BY a desc;", True),
    ],
)
def test_a_select_is_read(ending: str, descending: bool) -> None:
    select = parse_statement(f'SELECT a, b.c FROM "t 1"."i-1" WHERE a = 1 {ending}')
    assert isinstance(select, Select)
    assert (select.table, select.index, select.descending) == ("t 1", "i-1", descending)
    assert said(select.projection, select.names, select.values) == "[a], [b].[c]"
    everything = parse_statement(f"SELECT * FROM t {ending}")
    assert isinstance(everything, Select)
    assert (everything.index, everything.projection, everything.where) == ("", "", ())


@pytest.mark.parametrize(
    "returning", ["", "RETURNING ALL OLD *", "returning MODIFIED NEW *", "RETURNING ALL NEW *;"]
)
def test_a_delete_or_update_may_say_what_it_returns(returning: str) -> None:
    delete = parse_statement(f"DELETE FROM t WHERE pk = 'x' {returning}")
    update = parse_statement(f"UPDATE t SET a = 1 WHERE pk = 'x' {returning}")
    assert isinstance(delete, Delete)
    assert isinstance(update, UpdateStatement)
    assert [one.values for one in delete.where] == [(TEXT,)]


def test_an_insert_may_leave_what_is_there() -> None:
    insert = parse_statement("INSERT INTO t VALUE {'pk': 'x'} if not exists")
    assert isinstance(insert, Insert)
    assert insert.if_not_exists


def test_comments_and_spaces_are_left_out() -> None:
    select = parse_statement("-- why\nSELECT\t* -- all\nFROM\n t--end")
    assert isinstance(select, Select)
    assert select.table == "t"


# Statement, parameters, and what is said of it.
FAULTS: list[tuple[str, list[AttributeValue], str]] = [
    ("SELECT * FROM t WHERE a = ?", [], "no parameter for ? number 1"),
    ("SELECT * FROM t WHERE a = ? OR a = ?", [ONE], "no parameter for ? number 2"),
    ("SELECT * FROM t", [ONE], "has 0 ?, and there are 1 parameters"),
    ("SELECT * FROM t WHERE a = ?", [ONE, TWO], "has 1 ?, and there are 2 parameters"),
    ("SELECT * FROM t WHERE a ~ 1", [], "'~' at character 24 is not understood"),
    ("SELECT * FROM t WHERE", [], "expected a value at character 21, found the end"),
    ("SELECT * FROM t WHERE a", [], "expected a comparison at character 23, found the end"),
    ("SELECT * FROM 'x'", [], "expected a name at character 14, found 'x'"),
    ("SELECT * t", [], "expected FROM at character 9, found 't'"),
    ("SELECT * FROM t ORDER a", [], "expected the end at character 16, found 'ORDER'"),
    ("SELECT * FROM t; SELECT", [], "expected the end at character 17, found 'SELECT'"),
    ("SELECT * FROM t WHERE a IN 1", [], "expected a list at character 27, found '1'"),
    ("SELECT * FROM t WHERE a IN [1 2]", [], "expected ',' at character 30, found '2'"),
    ("SELECT * FROM t WHERE a IS 1", [], "expected MISSING or NULL at character 27"),
    ("SELECT * FROM t WHERE a[b] = 1", [], "expected an index at character 24, found 'b'"),
    ("SELECT * FROM t WHERE a[1.5] = 1", [], "expected an index at character 24"),
    ("SELECT * FROM t WHERE a[1 = 1", [], "expected ']' at character 26, found '='"),
    ("SELECT * FROM t WHERE a = - b", [], "expected a number at character 28, found 'b'"),
    ("SELECT * FROM t WHERE a = 1E999", [], "1E+999"),
    ("SELECT * FROM t WHERE (a = 1", [], "expected ')' at character 28, found the end"),
    ("SELECT * FROM t WHERE a BETWEEN 1 2", [], "expected AND at character 34, found '2'"),
    ("SELECT * FROM t WHERE contains(a 1)", [], "expected ',' at character 33, found '1'"),
    ("INSERT INTO t VALUE 1", [], "INSERT takes one item, VALUE {...}"),
    ("INSERT INTO t VALUE {a: 1}", [], "expected an attribute's name in quotes"),
    ("INSERT INTO t VALUE {'a' 1}", [], "expected ':' at character 25, found '1'"),
    ("INSERT INTO t VALUE {'a': 1 'b': 2}", [], "expected ',' at character 28, found 'b'"),
    ("INSERT INTO t VALUE {'a': <<1, 'x'>>}", [], "a set has members of one type"),
    ("INSERT INTO t VALUE {'a': <<true>>}", [], "a set has members of one type"),
    ("INSERT INTO t VALUE {'a': <<>>}", [], "a set has members of one type"),
    ("INSERT INTO t VALUE {'a': 1} IF NOT", [], "expected the end at character 29, found 'IF'"),
    ("INSERT t", [], "expected INTO at character 7, found 't'"),
    ("UPDATE t a = 1", [], "expected SET, REMOVE or WHERE at character 9, found 'a'"),
    ("UPDATE t SET a 1", [], "expected '=' at character 15, found '1'"),
    ("DELETE FROM t WHERE a = 1 RETURNING *", [], "expected ALL or MODIFIED at character 36"),
    ("DELETE FROM t WHERE a = 1 RETURNING ALL *", [], "expected OLD or NEW at character 40"),
    ("DELETE FROM t WHERE a = 1 RETURNING ALL OLD", [], "expected '*' at character 43"),
    ("DROP TABLE t", [], "expected SELECT, INSERT, UPDATE, DELETE or EXISTS at character 0"),
    ("EXISTS(DELETE)", [], "expected SELECT at character 7, found 'DELETE'"),
    ("SELECT * FROM t WHERE " + "(" * 5_000, [], "nested too deeply"),
]


@pytest.mark.parametrize(("statement", "parameters", "message"), FAULTS)
def test_what_is_not_understood_is_said_with_its_place(
    statement: str, parameters: list[AttributeValue], message: str
) -> None:
    with pytest.raises(PartiqlError, match=re.escape(message)):
        parse_statement(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t.i VALUE {'pk': 'x'}",
        "UPDATE t.i SET a = 1 WHERE pk = 'x'",
        "DELETE FROM t.i WHERE pk = 'x'",
    ],
)
def test_an_index_is_not_written_to(statement: str) -> None:
    with pytest.raises(Refused, match="not supported on an index") as refusal:
        parse_statement(statement)
    assert refusal.value.error == "ValidationException"
