"""A GetItem that finds nothing: a key in another spelling, or a view that has no such row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import cast

from dynaproof.model.codes import Code
from dynaproof.model.table import Table
from dynaproof.proof.differences import Difference, TypedItem
from dynaproof.proof.restore import scan_items
from dynaproof.proof.search.causes.bounds import text_of
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.reading import last_read
from dynaproof.proof.search.causes.said import quoted
from dynaproof.proof.search.scene import Scene, Tried
from dynaproof.proof.streams.item_types import ItemTypes

_INNER_JOIN = re.compile(r"(?<!left )(?<!outer )(?<!full )\bjoin\b")


def cause_of_missing_item(scene: Scene, tried: Tried, difference: Difference) -> Cause | None:
    """Why the item of a GetItem is not there."""
    made = last_read(tried)
    if made is None or made.ask.operation != "GetItem" or difference.code is not Code.ROWS_MISSING:
        return None
    name = str(made.ask.arguments.get("TableName"))
    table, key = scene.tables.get(name), made.ask.arguments.get("Key")
    if table is None or not isinstance(key, Mapping) or made.answered.items:
        return None
    said = _other_spelling(scene, name, table, cast(TypedItem, key)) or _left_out(table, key)
    return (difference.code, said) if said else None


def _other_spelling(scene: Scene, name: str, table: Table, key: TypedItem) -> str:
    stored = [item for item in scan_items(scene.connection, {name: table}).values() if item]
    names = [attribute.name for attribute in table.key_attributes]
    for fold, differs, mend in (
        (_composed, "is spelled with other signs that look the same", "one form (NFC)"),
        (str.casefold, "differs in case only", "one case"),
    ):
        for item in stored:
            if all(fold(text_of(item, one)) == fold(text_of(key, one)) for one in names):
                attribute = next(one for one in names if text_of(item, one) != text_of(key, one))
                return (
                    f"'{attribute}' = {quoted(text_of(key, attribute))} does not find"
                    f" {quoted(text_of(item, attribute))}, which {differs}. Hold it in {mend} in the"
                    " key, and bring what is asked for into it too."
                )
    return ""


def _left_out(table: Table, key: TypedItem) -> str:
    for found in ItemTypes(table).of_key(key):
        source = " ".join(found.item_type.source.casefold().split())
        if _INNER_JOIN.search(source):
            return (
                f"There is no item of type '{found.item_type.name}' for these facts: the JOIN of its"
                " view leaves out rows that have no partner. A LEFT JOIN keeps them."
            )
    return ""


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
