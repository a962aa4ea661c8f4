"""Names and texts as SQL writes them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """The name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text."""
    return "'" + text.replace("'", "''") + "'"
