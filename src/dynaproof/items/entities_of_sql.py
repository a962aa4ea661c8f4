"""The entities that a SELECT reads, and those that a change inserts into, updates or deletes from."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

import duckdb

_WORD = re.compile(r'"(?:[^"]|"")*"|\w+')
_BEFORE_TARGET = frozenset({"into", "update", "from"})


def read_entities(
    connection: duckdb.DuckDBPyConnection, sql: str, entities: Collection[str]
) -> set[str]:
    """Names, in lower case, of entities that one SELECT may read: never too few."""
    [(text,)] = connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        return set(entities)
    found: set[str] = set()
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                found.add(str(node.get("table_name")).lower())
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found & set(entities)


def changed_entities(sql: str, entities: Collection[str]) -> set[str]:
    """Names, in lower case, of entities that a change may touch: never too few.

    DuckDB gives no syntax tree of a change, so words are looked at: what stands after INTO,
    UPDATE and FROM. All entities if nothing is found there.
    """
    data = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [offset for offset, _ in tokens[1:]] + [len(data)]
    words = [
        _word(data[offset:end].decode(errors="replace"))
        for (offset, kind), end in zip(tokens, ends, strict=True)
        if kind != duckdb.token_type.comment
    ]
    found: set[str] = set()
    for place, word in enumerate(words[:-1]):
        if word not in _BEFORE_TARGET:
            continue
        name, *rest = words[place + 1 : place + 4]
        # A name may say its schema: main.messages.
        if len(rest) == 2 and rest[0] == ".":
            name = rest[1]
        if name in entities:
            found.add(name)
    return found or set(entities)


def _word(text: str) -> str:
    """The word that a text begins with, as DuckDB compares it; any other character as it is."""
    found = _WORD.match(text)
    word = found[0] if found else text[:1]
    return (word[1:-1].replace('""', '"') if word.startswith('"') else word).lower()
