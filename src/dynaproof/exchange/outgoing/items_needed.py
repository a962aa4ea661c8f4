"""Forms that are made of items: a definition without any is refused."""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.exchange.exported import Content
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError


def require_items(definition: Definition, files: Mapping[str, Content]) -> None:
    """Raise InputError where no table has an item, so that there are no files."""
    if not files:
        message = f"'{definition.name}' has no items, and the form holds items alone"
        place = definition.source.place("tables")
        raise InputError(Diagnostic(Code.EXPORT, message, place, "Give a table item types."))
