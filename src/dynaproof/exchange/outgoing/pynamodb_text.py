"""Pieces of Python as a formatter leaves them, at most 88 characters a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dynaproof.exchange.outgoing.python_text import python_text

WIDTH = 88


def call(head: str, arguments: Sequence[str], tail: str = ")", indent: int = 4) -> list[str]:
    """``head`` opens a bracket: a call or a signature, over several lines where one is too long."""
    margin = " " * indent
    line = f"{margin}{head}{', '.join(arguments)}{tail}"
    if len(line) <= WIDTH or not arguments:
        return [line]
    if head.startswith("class "):  # formatters add no comma there
        return [f"{margin}{head}", f"{margin}    {', '.join(arguments)}", f"{margin}{tail}"]
    each = [f"{margin}    {argument}," for argument in arguments]
    return [f"{margin}{head}", *each, f"{margin}{tail}"]


def statement(head: str, expression: str, indent: int = 4) -> list[str]:
    """``head`` and an expression without brackets, such as a text."""
    margin = " " * indent
    line = f"{margin}{head}{expression}"
    if len(line) <= WIDTH or len(f"{margin}    {expression}") > WIDTH:
        return [line]
    return [f"{margin}{head}(", f"{margin}    {expression}", f"{margin})"]


def listed(head: str, texts: Iterable[str], tail: str = "]", indent: int = 4) -> list[str]:
    """A list of texts."""
    return call(head, [python_text(text) for text in texts], tail, indent)


def import_lines(module: str, names: Iterable[str]) -> list[str]:
    """One import, or nothing where no name is needed."""
    wanted = sorted(set(names))
    if not wanted:
        return []
    line = f"from {module} import {', '.join(wanted)}"
    if len(line) <= WIDTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in wanted), ")"]


def within_text(text: str) -> str:
    """Fixed text within an f-string in double quotes."""
    return "".join(_within(one) for one in text)


def _within(one: str) -> str:
    if one == '"':
        return '\\"'
    return python_text(one)[1:-1] * (2 if one in "{}" else 1)
