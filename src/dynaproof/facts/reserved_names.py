"""Words that SQL does not take for names unless they are quoted."""

from __future__ import annotations

import duckdb


def reserved_names() -> frozenset[str]:
    """DuckDB's own list, in small letters; words that are reserved in some places included."""
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
        ).fetchall()
    return frozenset(str(name).lower() for (name,) in rows)
