"""PartiQL statements of DynamoDB, as far as they are understood here.

SELECT, INSERT, UPDATE, DELETE and EXISTS; what is beyond raises PartiqlError, and what the service
is known to refuse raises Refused.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dynaproof.capacity.partiql_tokens import PartiqlError
from dynaproof.capacity.partiql_values import Term, ValueReader
from dynaproof.capacity.refusal import VALIDATION, Refused
from dynaproof.model.attribute_value import AttributeValue, Item

_CLAUSES = {"set_add": "ADD", "set_delete": "DELETE"}


@dataclass(frozen=True, slots=True)
class _Statement:
    table: str
    names: dict[str, str]
    values: dict[str, AttributeValue]


@dataclass(frozen=True, slots=True)
class Select(_Statement):
    """``projection`` is expression text, empty for everything."""

    index: str
    projection: str
    where: tuple[Term, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Insert(_Statement):
    """``if_not_exists``: an item that is there already is left as it is, without an error."""

    item: Item
    if_not_exists: bool


@dataclass(frozen=True, slots=True)
class UpdateStatement(_Statement):
    """``update`` is an update expression."""

    update: str
    where: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Delete(_Statement):
    """Deletes one item."""

    where: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Exists(_Statement):
    """A condition check in a transaction."""

    where: tuple[Term, ...]


Statement = Select | Insert | UpdateStatement | Delete | Exists


def parse_statement(text: str, parameters: Sequence[AttributeValue] = ()) -> Statement:
    """Parse a statement with the values of its ``?``; raises PartiqlError."""
    reader = _StatementReader(text, parameters)
    try:
        statement = reader.statement()
    except RecursionError as error:
        raise PartiqlError("the statement is nested too deeply") from error
    reader.expect_end()
    return statement


class _StatementReader(ValueReader):
    def statement(self) -> Statement:
        if self.take_word("SELECT"):
            return self._select()
        if self.take_word("INSERT"):
            return self._insert()
        if self.take_word("UPDATE"):
            return self._update()
        if self.take_word("DELETE"):
            return self._delete()
        if self.take_word("EXISTS"):
            self.expect_symbol("(")
            self.expect_word("SELECT")
            select = self._select()
            self.expect_symbol(")")
            return Exists(select.table, self.names, self.values, select.where)
        raise self.unexpected("SELECT, INSERT, UPDATE, DELETE or EXISTS")

    def _select(self) -> Select:
        projection = "" if self.take_symbol("*") else self._paths()
        self.expect_word("FROM")
        table = self.expect_name()
        index = self.expect_name() if self.take_symbol(".") else ""
        where = self._where()
        descending = False
        if self.take_word("ORDER", "BY"):
            self.path()
            descending = self.take_word("DESC")
            if not descending:
                self.take_word("ASC")
        # Names that only ORDER BY needs are no part of an expression, and are harmless.
        return Select(table, self.names, self.values, index, projection, where, descending)

    def _insert(self) -> Insert:
        self.expect_word("INTO")
        table = self._table_to_write()
        self.expect_word("VALUE")
        value = self.value()
        item = value.get("M")
        if not isinstance(item, dict):
            raise PartiqlError("INSERT takes one item, VALUE {...}")
        if_not_exists = self.take_word("IF", "NOT", "EXISTS")
        return Insert(table, self.names, self.values, item, if_not_exists)

    def _update(self) -> UpdateStatement:
        table = self._table_to_write()
        clauses: dict[str, list[str]] = {}
        while not self.next.is_word("WHERE"):
            if self.take_word("SET"):
                while True:
                    clause, action = self._assignment()
                    clauses.setdefault(clause, []).append(action)
                    if not self.take_symbol(","):
                        break
            elif self.take_word("REMOVE"):
                clauses.setdefault("REMOVE", []).extend(self._paths().split(", "))
            else:
                raise self.unexpected("SET, REMOVE or WHERE")
        where = self._where()
        self._returning()
        update = " ".join(f"{clause} {', '.join(actions)}" for clause, actions in clauses.items())
        return UpdateStatement(table, self.names, self.values, update, where)

    def _delete(self) -> Delete:
        self.expect_word("FROM")
        table = self._table_to_write()
        where = self._where()
        self._returning()
        return Delete(table, self.names, self.values, where)

    def _table_to_write(self) -> str:
        table = self.expect_name()
        if self.next.is_symbol("."):
            raise Refused(VALIDATION, "This operation is not supported on an index")
        return table

    def _where(self) -> tuple[Term, ...]:
        return tuple(self.conjunction()) if self.take_word("WHERE") else ()

    def _returning(self) -> None:
        if self.take_word("RETURNING"):
            if not (self.take_word("ALL") or self.take_word("MODIFIED")):
                raise self.unexpected("ALL or MODIFIED")
            if not (self.take_word("OLD") or self.take_word("NEW")):
                raise self.unexpected("OLD or NEW")
            self.expect_symbol("*")

    def _paths(self) -> str:
        paths = [self.path()[0]]
        while self.take_symbol(","):
            paths.append(self.path()[0])
        return ", ".join(paths)

    def _assignment(self) -> tuple[str, str]:
        target, _ = self.path()
        self.expect_symbol("=")
        function = self.next.text.lower()
        if self.second.is_symbol("(") and function in _CLAUSES:
            self.advance()
            self.expect_symbol("(")
            self.path()
            self.expect_symbol(",")
            members = self.valued(self.value())
            self.expect_symbol(")")
            return _CLAUSES[function], f"{target} {members}"
        computed = self._computed()
        sign = self.take_symbol("+", "-")
        if sign:
            computed += f" {sign} {self._computed()}"
        return "SET", f"{target} = {computed}"

    def _computed(self) -> str:
        function = self.next.text.lower()
        if self.second.is_symbol("(") and function in ("list_append", "if_not_exists"):
            self.advance()
            self.expect_symbol("(")
            first = self._computed()
            self.expect_symbol(",")
            second = self._computed()
            self.expect_symbol(")")
            return f"{function}({first}, {second})"
        return self._operand().text
