"""Queries that the web tool for NoSQL Workbench models saves with a table, as requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.foreign_json import JsonReader, shown
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.attribute_value import number_text
from dynaproof.model.table import KeyAttribute, Table

_KEY_TESTS = {
    "=": "{name} = {values[0]}",
    "<": "{name} < {values[0]}",
    "<=": "{name} <= {values[0]}",
    ">": "{name} > {values[0]}",
    ">=": "{name} >= {values[0]}",
    "begins": "begins_with({name}, {values[0]})",
    "begins_with": "begins_with({name}, {values[0]})",
    "between": "{name} BETWEEN {values[0]} AND {values[1]}",
}
_FILTERS = _KEY_TESTS | {
    "contains": "contains({name}, {values[0]})",
    "in": "{name} IN ({all})",
    "<>": "{name} <> {values[0]}",
}
_TYPES = {"n": "N", "number": "N", "boolean": "BOOL", "bool": "BOOL"}


def read_queries(spec: JsonReader, tables: Sequence[Table]) -> list[DraftPattern]:
    """What is saved under ``SavedQuery``, ``queries`` and ``ModelSchema``; each name once."""
    found: dict[str, DraftPattern] = {}
    schema = JsonReader(spec.child("ModelSchema").value, spec.at("ModelSchema"), spec.not_carried)
    for holder, key in ((schema, "queries"), (spec, "queries"), (spec, "SavedQuery")):
        if not holder.has(key):
            continue
        for name, one in _named(holder, key):
            pattern = _Query(name, one, tables).read()
            known = found.setdefault(name, pattern)
            if known.arguments != pattern.arguments:
                one.report("another query has this name; it is left out")
    patterns = list(found.values())
    for key in ("AccessPatterns", "accessPatterns"):
        if spec.has(key):
            patterns += [_stated(one, n) for n, one in enumerate(spec.objects(key), 1)]
    return patterns


def _named(holder: JsonReader, key: str) -> Iterator[tuple[str, JsonReader]]:
    """Queries by name, or in a list with names inside."""
    if isinstance(holder.value.get(key), list):
        for n, one in enumerate(holder.objects(key), 1):
            yield one.text("name") or one.text("Name") or f"query-{n}", one
        return
    yield from holder.mapping(key).items()


def _stated(spec: JsonReader, number: int) -> DraftPattern:
    """A pattern of which no request is known: all that is said of it."""
    name = spec.text("Name") or spec.text("name") or f"pattern-{number}"
    said = {
        key: str(value)
        for key, value in spec.value.items()
        if isinstance(value, str) and key.lower() not in ("name", "description")
    }
    description = spec.text("Description") or spec.text("description")
    return DraftPattern(name, description, arguments=said, place=spec.path)


class _Query:
    def __init__(self, name: str, spec: JsonReader, tables: Sequence[Table]) -> None:
        self.name = name
        self.spec = spec
        self.tables = tables
        self.names: dict[str, str] = {}
        self.values: dict[str, object] = {}

    def read(self) -> DraftPattern:
        spec = self.spec
        view = spec.text("view").strip()
        partition = spec.text("PK")
        description = spec.text("description") or spec.text("Description")
        spec.ignore("name", "Name", "id", "type")
        found = next(self.views(view), None)
        problem = "" if partition else "it names no partition key value"
        if found is None:
            problem = f"there is no table or index {shown(view)}"
        if problem or found is None:
            return self.stub(description, problem)
        table, index, keys = found
        condition = [f"{self.label(keys[0].name)} = {self.value(partition, keys[0].type)}"]
        if spec.has("SK"):
            sort = spec.child("SK")
            made = self.test(sort, keys[1], _KEY_TESTS) if len(keys) > 1 else None
            sort.unknown_keys()
            if made is None:
                return self.stub(description, "its condition on the sort key cannot be read")
            condition.append(made)
        arguments: dict[str, object] = {"TableName": table.name}
        if index:
            arguments["IndexName"] = index
        arguments["KeyConditionExpression"] = " AND ".join(condition)
        if filters := self.filters():
            arguments["FilterExpression"] = filters
        arguments["ExpressionAttributeNames"] = self.names
        arguments["ExpressionAttributeValues"] = self.values
        spec.unknown_keys()
        return DraftPattern(self.name, description, "Query", arguments, place=spec.path)

    def stub(self, description: str, problem: str) -> DraftPattern:
        self.spec.report(f"no request can be made of the query: {problem}")
        said = {k: str(v) for k, v in self.spec.value.items() if isinstance(v, str)}
        return DraftPattern(self.name, description, arguments=said, place=self.spec.path)

    def views(self, view: str) -> Iterator[tuple[Table, str, tuple[KeyAttribute, ...]]]:
        """The table or index that a query looks at; without a name the only table."""
        for table in self.tables:
            if view == table.name or (not view and len(self.tables) == 1):
                yield table, "", table.key_attributes
            for index in table.indexes:
                if view == index.name:
                    yield table, index.name, index.key_attributes

    def filters(self) -> str:
        made = ""
        for one in self.spec.objects("filter"):
            attribute = one.text("attribute")
            kind = _TYPES.get(one.text("type").strip().lower(), "S")
            joint = one.one_of("operator", ("AND", "OR"), "AND")
            test = (
                self.test(one, KeyAttribute(attribute, "S"), _FILTERS, kind) if attribute else None
            )
            one.unknown_keys()
            if test is None:
                one.report("the filter is left out: it cannot be read")
                continue
            made = f"{made} {joint} {test}" if made else test
        return made

    def test(
        self, spec: JsonReader, key: KeyAttribute, tests: dict[str, str], kind: str = ""
    ) -> str | None:
        form = tests.get(spec.text("condition").strip().lower())
        given = [
            str(one)
            for _, one in spec.elements("values")
            if not isinstance(one, dict | list | None)
        ]
        if form is None or not given or ("values[1]" in form and len(given) < 2):
            return None
        values = [self.value(one, kind or key.type) for one in given]
        return form.format(name=self.label(key.name), values=values, all=", ".join(values))

    def label(self, attribute: str) -> str:
        for label, known in self.names.items():
            if known == attribute:
                return label
        label = f"#n{len(self.names) + 1}"
        self.names[label] = attribute
        return label

    def value(self, text: str, kind: str) -> str:
        label = f":v{len(self.values) + 1}"
        self.values[label] = {"S": escaped(text)}
        if kind == "N":
            try:
                self.values[label] = {"N": number_text(text.strip())}
            except ValueError:
                self.spec.report(f"{shown(text)} is no number; taken as text")
        elif kind == "BOOL":
            self.values[label] = {"BOOL": text.strip().lower() == "true"}
        return label
