from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynaproof.model.expressions.operand_parser import CONDITION_FUNCTIONS
from dynaproof.model.expressions.parser import parse_condition, parse_projection, parse_update
from dynaproof.model.expressions.syntax_tree import (
    AddAction,
    And,
    Arithmetic,
    Between,
    Comparison,
    Condition,
    DeleteAction,
    Function,
    In,
    Not,
    Operand,
    Or,
    Path,
    Projection,
    SetAction,
    Update,
    Value,
)
from dynaproof.model.expressions.token_reader import KEYWORDS
from dynaproof.model.expressions.tokens import ExpressionError

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,3}|#[A-Za-z0-9_]{1,3}", fullmatch=True).filter(
    lambda name: name.upper() not in KEYWORDS
)
PATHS = st.builds(
    lambda head, rest: Path((head, *rest)), NAMES, st.lists(NAMES | st.integers(0, 99), max_size=3)
)
VALUES = st.builds(Value, st.from_regex(r":[A-Za-z0-9_]{1,3}", fullmatch=True))
OPERANDS = PATHS | VALUES | st.builds(lambda inner: Function("size", (inner,)), PATHS | VALUES)


def function(name: str) -> st.SearchStrategy[Function]:
    first = PATHS if CONDITION_FUNCTIONS[name] == 1 else OPERANDS
    if CONDITION_FUNCTIONS[name] == 1:
        return st.builds(lambda path: Function(name, (path,)), first)
    return st.builds(lambda one, two: Function(name, (one, two)), first, OPERANDS)


SIMPLE = st.one_of(
    st.builds(Comparison, OPERANDS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), OPERANDS),
    st.builds(Between, OPERANDS, OPERANDS, OPERANDS),
    st.builds(In, OPERANDS, st.lists(OPERANDS, min_size=1, max_size=3).map(tuple)),
    st.sampled_from(sorted(CONDITION_FUNCTIONS)).flatmap(function),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)
IF_NOT_EXISTS: st.SearchStrategy[Operand] = st.builds(
    lambda path, instead: Function("if_not_exists", (path, instead)), PATHS, PATHS | VALUES
)
TERMS: st.SearchStrategy[Operand] = PATHS | VALUES | IF_NOT_EXISTS
SET_VALUES = st.one_of(
    TERMS,
    st.builds(Arithmetic, TERMS, st.sampled_from("+-"), TERMS),
    st.builds(lambda one, two: Function("list_append", (one, two)), TERMS, TERMS),
)
UPDATES = st.builds(
    Update,
    st.lists(st.builds(SetAction, PATHS, SET_VALUES), max_size=3).map(tuple),
    st.lists(PATHS, max_size=3).map(tuple),
    st.lists(st.builds(AddAction, PATHS, VALUES), max_size=2).map(tuple),
    st.lists(st.builds(DeleteAction, PATHS, VALUES), max_size=2).map(tuple),
).filter(lambda update: bool(update.targets))


@given(CONDITIONS)
def test_a_condition_written_out_says_the_same(condition: Condition) -> None:
    assert parse_condition(str(condition)) == condition


@given(UPDATES)
def test_an_update_written_out_says_the_same(update: Update) -> None:
    assert parse_update(str(update)) == update


@given(st.lists(PATHS, min_size=1, max_size=4))
def test_a_projection_written_out_says_the_same(paths: list[Path]) -> None:
    projection = Projection(tuple(paths))
    assert parse_projection(str(projection)) == projection


def refusal_of(parse: Callable[[str], object], text: str) -> ExpressionError | None:
    try:
        parse(text)
    except ExpressionError as error:
        return error
    return None


@given(st.text(max_size=40) | st.text(alphabet="a:#b =<>()[].,+-ANDORT1 ", max_size=40))
def test_any_text_is_parsed_or_refused_in_words(text: str) -> None:
    for parse in (parse_condition, parse_update, parse_projection):
        refusal = refusal_of(parse, text)
        assert refusal is None or (refusal.message and 0 <= refusal.offset <= len(text))


A, B, C = (Comparison(Path((name,)), "=", Value(":v")) for name in "abc")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a = :v OR b = :v AND c = :v", Or((A, And((B, C))))),
        ("(a = :v OR b = :v) AND c = :v", And((Or((A, B)), C))),
        ("NOT a = :v AND b = :v", And((Not(A), B))),
        ("NOT (a = :v AND b = :v)", Not(And((A, B)))),
        ("a = :v AND b = :v AND c = :v", And((A, B, C))),
        (
            "a BETWEEN :v AND :v AND b = :v",
            And((Between(Path(("a",)), Value(":v"), Value(":v")), B)),
        ),
    ],
)
def test_not_binds_more_than_and_and_more_than_or(text: str, condition: Condition) -> None:
    assert parse_condition(text) == condition


def test_nodes_say_where_they_stand() -> None:
    condition = parse_condition("x = :a  AND  begins_with(long.#n[3], :b)")
    assert isinstance(condition, And)
    function = condition.conditions[1]
    assert isinstance(function, Function)
    path, value = function.operands
    assert (condition.offset, function.offset, value.offset) == (8, 13, 37)
    assert isinstance(path, Path)
    assert path.offsets == (25, 30, 33)


@pytest.mark.parametrize(
    ("text", "message", "offset", "hint"),
    [
        ("a =", "expected an operand after '='", 3, ""),
        ("a", "expected a comparison of 'a'", 1, ""),
        ("a = :v AND", "expected an operand after 'AND'", 10, ""),
        ("attribute_exist(a)", "unknown function 'attribute_exist'", 0, "'attribute_exists'?"),
        ("BEGINS_WITH(a, :v)", "unknown function 'BEGINS_WITH'", 0, "'begins_with'?"),
        ("contains(a)", "'contains' takes two operands, not 1", 0, ""),
        ("a != :v", "'!' cannot stand here", 2, "<>"),
        ("a == :v", "expected an operand after '=', found '='", 3, "a single ="),
        ("a = 5", "expected an operand after '=', found '5'", 4, "ExpressionAttributeValues"),
        ("a = 'x'", "''' cannot stand here", 4, "ExpressionAttributeValues"),
        ("a NOT IN (:v)", "expected a comparison of 'a', found 'NOT'", 2, "before the whole"),
        ("a LIKE :v", "expected a comparison of 'a', found 'LIKE'", 2, "begins_with"),
        ("my-name = :v", "expected a comparison of 'my', found '-'", 2, "AttributeNames"),
        ("((a = :v))", "the parentheses are redundant", 0, ""),
        ("a = :v)", "unexpected ')' after ':v'", 6, ""),
        ("", "the expression is empty", 0, ""),
        (" ", "the expression is empty", 0, ""),
        ("a[01] = :v", "expected ']' after '0', found '1'", 3, ""),
        ("if_not_exists(a, :v) = :v", "'if_not_exists' is for update expressions only", 0, ""),
    ],
)
def test_errors_of_conditions_say_what_and_where(
    text: str, message: str, offset: int, hint: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("SET a = :v SET b = :v", "SET can be used only once", 11),
        ("UPDATE a = :v", "expected SET, REMOVE, ADD or DELETE, found 'UPDATE'", 0),
        ("SET a :v", "expected '=' after 'a', found ':v'", 6),
        ("ADD a = :v", "expected a :value after 'a', found '='", 6),
        ("SET a = b + :v + :v", "unexpected '+'", 15),
        ("SET a = size(b)", "'size' is for conditions only", 8),
    ],
)
def test_errors_of_updates_say_what_and_where(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_update(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


@pytest.mark.parametrize(
    ("parse", "fits", "too_much"),
    [
        (parse_condition, "a=:v" + " " * 4_092, "a=:v" + " " * 4_093),
        (parse_condition, " OR ".join(["a=:v"] * 150), " OR ".join(["a=:v"] * 151)),
        (parse_update, _plus := "SET " + ",".join(f"x{i}=:a+:b" for i in range(300)),
         _plus + ",y=:a+:b"),
        (parse_condition, f"a IN ({','.join([':v'] * 100)})", f"a IN ({','.join([':v'] * 101)})"),
        (parse_projection, ".".join("a" * 32), ".".join("a" * 33)),
        (parse_condition, "NOT " * 80 + "a=:v", "NOT " * 1_000 + "a=:v"),
    ],
    ids=["bytes", "operators", "arithmetic", "IN operands", "path levels", "depth"],
)  # fmt: skip
def test_limits(parse: Callable[[str], object], fits: str, too_much: str) -> None:
    parse(fits)
    with pytest.raises(ExpressionError):
        parse(too_much)
