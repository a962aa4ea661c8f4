"""A first definition from a sketch: one table, an item type for each entity, patterns that hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from dynaproof.facts.reserved_names import reserved_names
from dynaproof.report.first_sketch import (
    DEFAULT_ROWS,
    DEFAULT_ROWS_EACH,
    Sketch,
    Thing,
    completed,
)

NEWEST = 20
"""Items of a list that is cut off, newest first."""
_WIDTH = 92
_NO_TEXT_IN_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_INSTANT = "%Y-%m-%dT%H:%M:%S.%gZ"
"""What ``${name:iso}`` writes, in DuckDB's words."""


def first_definition(sketch: Sketch, schema: str = "") -> str:
    """The YAML of a definition that passes ``check``, ``run`` and ``prove`` as it stands.

    ``schema`` is where an editor finds the JSON Schema. Raises InputError with all that is wrong
    with the sketch.
    """
    return "".join(f"{line}\n" for line in _Writer(completed(sketch)).lines(schema))


class _Writer:
    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.things = {thing.name: thing for thing in sketch.things}
        self.singular = _singular_names(list(self.things))
        self.reserved = reserved_names()
        columns = {name.lower() for thing in sketch.things for name, _ in thing.attributes}
        columns |= {self.parent_column(t).lower() for t in sketch.things if t.parent}
        self.partition_key = _free("pk", columns)
        self.sort_key = _free("sk", columns)

    # --- names -----------------------------------------------------------------------------

    def sql(self, name: str) -> str:
        return f'"{name}"' if name.lower() in self.reserved else name

    def prefix(self, name: str) -> str:
        return self.singular[name].upper()

    def parent_column(self, thing: Thing) -> str:
        """The column that repeats the identity of the parent."""
        parent = self.things[thing.parent or ""]
        own = {name.lower() for name, _ in thing.attributes}
        return _free(f"{self.singular[parent.name].lower()}_{parent.identity}", own)

    def columns(self, thing: Thing) -> list[tuple[str, str]]:
        """All columns and their generators; the parent's identity first."""
        parent = [(self.parent_column(thing), "uuid")] if thing.parent else []
        return [*parent, *thing.attributes]

    # --- keys ------------------------------------------------------------------------------

    def keys(self, thing: Thing) -> tuple[str, str]:
        """Templates of partition key and sort key."""
        own = self.prefix(thing.name)
        if thing.parent is None:
            return f"{own}#${{{thing.identity}}}", own
        time = f"${{{thing.time}:iso}}#" if thing.time else ""
        return (
            f"{self.prefix(thing.parent)}#${{{self.parent_column(thing)}}}",
            f"{own}#{time}${{{thing.identity}}}",
        )

    def key_columns(self, thing: Thing) -> list[str]:
        parent = [self.parent_column(thing)] if thing.parent else []
        time = [thing.time] if thing.parent and thing.time else []
        return [*parent, *time, thing.identity]

    def key(self, thing: Thing) -> str:
        pk, sk = self.keys(thing)
        return f"{{{self.partition_key}: {_text(pk)}, {self.sort_key}: {_text(sk)}}}"

    # --- the file --------------------------------------------------------------------------

    def lines(self, schema: str) -> Iterator[str]:
        if schema:
            yield f"# yaml-language-server: $schema={schema}"
        yield "version: 1"
        yield f"name: {_text(self.sketch.name)}"
        if self.sketch.description.strip():
            yield f"description: {_text(self.sketch.description.strip())}"
        yield ""
        yield "# 1. The facts: what exists, before any key is chosen. They are generated from a seed;"
        yield "#    `generate` names a generator, whose options may stand beside it."
        yield "entities:"
        for thing in self.in_order():
            yield from self.entity(thing)
        yield ""
        yield "# 2. How they are stored: one table, an item type for each entity. What is read together"
        yield "#    shares a partition key; the sort key begins with the type, and orders what follows."
        yield "tables:"
        yield f"  {_text(self.sketch.name)}:"
        yield f"    partition_key: {self.partition_key}"
        yield f"    sort_key: {self.sort_key}"
        yield "    billing: on_demand"
        yield "    items:"
        for thing in self.in_order():
            yield from self.item_type(thing)
        yield ""
        yield "# 3. What is asked. The `question` says in SQL over the facts what the answer should be,"
        yield "#    the `change` what a write does to the facts; `expect` is the budget of every call."
        yield "access_patterns:"
        blocks = [block for thing in self.in_order() for block in self.patterns(thing)]
        for number, block in enumerate(blocks):
            yield from ([""] if number else [])
            yield from block

    def in_order(self) -> list[Thing]:
        """Parents before what belongs to them."""
        placed: dict[str, Thing] = {}
        left = list(self.sketch.things)
        while left:
            ready = [one for one in left if one.parent is None or one.parent in placed]
            placed |= {one.name: one for one in ready}
            left = [one for one in left if one.name not in placed]
        return list(placed.values())

    def entity(self, thing: Thing) -> Iterator[str]:
        yield f"  {_key(thing.name)}:"
        if thing.parent is None:
            yield f"    count: {thing.rows or DEFAULT_ROWS}"
        else:
            mean = thing.rows or DEFAULT_ROWS_EACH
            count = f"{{lognormal: {{mean: {mean}, sigma: 1.0}}, max: {mean * 20}}}"
            parent = self.things[thing.parent]
            yield f"    # {mean} on average for each of {parent.name}; for some many, for some none"
            yield (
                f"    each: {{of: {parent.name}.{parent.identity}, count: {count},"
                f" as: {self.parent_column(thing)}}}"
            )
        yield "    attributes:"
        for name, kind in thing.attributes:
            yield f"      {_key(name)}: {{generate: {kind}}}"

    def item_type(self, thing: Thing) -> Iterator[str]:
        yield f"      {_key(self.singular[thing.name])}:"
        yield f"        from: {_text(thing.name)}"
        yield f"        key: {self.key(thing)}"
        yield "        attributes:"
        yield from self.attributes(thing, "          ")

    def attributes(self, thing: Thing, indent: str) -> Iterator[str]:
        for name, kind in self.columns(thing):
            yield f"{indent}{_key(name)}: {_text(_template(name, kind))}"

    def patterns(self, thing: Thing) -> Iterator[list[str]]:
        yield list(self.get(thing))
        if thing.parent is not None and self.sketch.lists:
            yield list(self.list(thing))
        if self.sketch.puts:
            yield list(self.put(thing))

    def get(self, thing: Thing) -> Iterator[str]:
        names = self.key_columns(thing)
        yield f"  get-{self.singular[thing.name]}:"
        yield "    # All parameters come from one row; the run also asks for one that is not there."
        yield from _mapping("    ", "parameters", {name: f"{thing.name}.{name}" for name in names})
        yield f"    get: {{key: {self.key(thing)}}}"
        where = " AND ".join(f"{self.sql(name)} = ${name}" for name in names)
        yield from self.question(thing, f"WHERE {where}")
        budget = "read_capacity_units: {max: 0.5}, " if thing.is_small else ""
        yield f"    expect: {{{budget}items: {{max: 1}}}}"

    def list(self, thing: Thing) -> Iterator[str]:
        parent, column = self.things[thing.parent or ""], self.parent_column(thing)
        newest = thing.time is not None
        what = "newest-" if newest else ""
        yield f"  {what}{thing.name}-of-{self.singular[parent.name]}:"
        yield f"    parameters: {{{_key(column)}: {parent.name}.{parent.identity}}}"
        yield "    query:"
        yield f"      partition_key: {_text(self.keys(thing)[0])}"
        yield f"      sort_key: {{begins_with: {_text(self.prefix(thing.name) + '#')}}}"
        if newest:
            yield "      scan_index_forward: false    # the newest first"
            yield f"      limit: {NEWEST}"
        ways = " DESC" if newest else ""
        order = ", ".join(
            f"{self.sql(name)}{ways}" for name in self.key_columns(thing) if name != column
        )
        limit = f" LIMIT {NEWEST}" if newest else ""
        where = f"WHERE {self.sql(column)} = ${column} ORDER BY {order}{limit}"
        yield from self.question(thing, where)
        yield (
            f"    expect: {{pages: 1, items: {{max: {NEWEST}}}}}"
            if newest
            else ("    # expect: {read_capacity_units: {max: 2}}    # a list without a limit grows")
        )

    def put(self, thing: Thing) -> Iterator[str]:
        names = [name for name, _ in self.columns(thing)]
        yield f"  put-{self.singular[thing.name]}:"
        yield "    parameters:"
        for name, kind in self.columns(thing):
            if thing.parent is not None and name == self.parent_column(thing):
                parent = self.things[thing.parent]
                yield f"      {_key(name)}: {parent.name}.{parent.identity}"
            else:
                made = "clock" if name == thing.time else kind
                yield f"      {_key(name)}: {{generate: {made}}}"
        yield "    put:"
        yield "      item:"
        pk, sk = self.keys(thing)
        yield f"        {self.partition_key}: {_text(pk)}"
        yield f"        {self.sort_key}: {_text(sk)}"
        yield from self.attributes(thing, "        ")
        yield f"      condition: attribute_not_exists({self.partition_key})"
        yield "    change: >"
        columns = ", ".join(self.sql(name) for name in names)
        values = ", ".join(f"${name}" for name in names)
        yield f"      INSERT INTO {self.sql(thing.name)} ({columns})"
        yield f"      VALUES ({values})"
        if thing.is_small:
            yield "    expect: {write_capacity_units: {max: 4}}"

    def question(self, thing: Thing, rest: str) -> Iterator[str]:
        columns = ", ".join(self.answer(name, kind) for name, kind in self.columns(thing))
        yield "    question: >"
        yield f"      SELECT {columns}"
        yield f"      FROM {self.sql(thing.name)}"
        yield f"      {rest}"

    def answer(self, name: str, kind: str) -> str:
        """A column as the item has it."""
        if kind == "timestamp":
            return f"strftime({self.sql(name)}, '{_INSTANT}') AS {self.sql(name)}"
        if kind == "date":
            return f"strftime({self.sql(name)}, '%Y-%m-%d') AS {self.sql(name)}"
        return self.sql(name)


def _template(name: str, kind: str) -> str:
    form = {"timestamp": ":iso", "date": ":%Y-%m-%d"}.get(kind, "")
    return f"${{{name}{form}}}"


def _singular_names(names: Sequence[str]) -> dict[str, str]:
    """``users`` -> ``user``, where that is no other's name."""
    taken = {name.lower() for name in names}
    found: dict[str, str] = {}
    for name in names:
        one = _singular(name)
        found[name] = name if one != name and one.lower() in taken else one
        taken.add(found[name].lower())
    return found


def _singular(name: str) -> str:
    low = name.lower()
    if low.endswith("ies") and len(name) > 4:
        return name[:-3] + ("Y" if name.isupper() else "y")
    if low.endswith("s") and not low.endswith(("ss", "us", "is")) and len(name) > 2:
        return name[:-1]
    return name


def _free(name: str, taken: set[str]) -> str:
    while name.lower() in taken:
        name += "_"
    return name


def _text(value: str) -> str:
    """A YAML text; JSON's is one, and what is a word needs no quotes."""
    plain = value.replace("_", "a").replace("-", "a").isalnum() and value[0].isalpha()
    if plain and value.isascii() and value.lower() not in _NO_TEXT_IN_YAML:
        return value
    return json.dumps(value)


def _key(name: str) -> str:
    return json.dumps(name) if name.lower() in _NO_TEXT_IN_YAML else name


def _mapping(indent: str, name: str, pairs: Mapping[str, str]) -> Iterator[str]:
    """On one line where there is room."""
    line = f"{indent}{name}: {{{', '.join(f'{_key(n)}: {v}' for n, v in pairs.items())}}}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}{name}:"
    for key, value in pairs.items():
        yield f"{indent}  {_key(key)}: {value}"
