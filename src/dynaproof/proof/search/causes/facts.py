"""Why facts that a definition allows cannot be stored: two of them share one key."""

from __future__ import annotations

from itertools import pairwise

from dynaproof.items.changed_items import Collision
from dynaproof.model.template import Template
from dynaproof.proof.search.causes.said import listed, quoted
from dynaproof.proof.search.causes.source_rows import FieldSpan, SourceRow, rows_under
from dynaproof.proof.search.scene import Scene


def because_of_collision(scene: Scene, collision: Collision) -> str:
    """Which values of two facts give one key; the facts must be those of the scene."""
    rows = rows_under(scene, collision.key)
    table = scene.definition.table(collision.key[0])
    if len(rows) < 2 or table is None:
        return "Both are facts that the definition allows, and the second overwrites the first."
    one, other = rows[0], rows[1]
    if one.item_type.name != other.item_type.name:
        return (
            f"Items of the types '{one.item_type.name}' and '{other.item_type.name}' can have the"
            " same key: give each type a prefix of its own."
        )
    for key in table.key_attributes:
        ours, theirs = one.spans(key.name), other.spans(key.name)
        delimiter = _delimiter(one.template(key.name))
        for a, b in zip(ours, theirs, strict=False):
            if a.value == b.value:
                continue
            texts = _written(one, a, key.name), _written(other, b, key.name)
            if texts[0] == texts[1]:
                return (
                    f"'{a.name}' is {quoted(a.value)} and {quoted(b.value)}, and the key holds"
                    f" {quoted(texts[0])} for both: write it in full."
                )
            holding = [
                span for span in (*ours, *theirs) if delimiter and delimiter in str(span.value)
            ]
            fields = listed(span.name for span in ours)
            if holding:
                return (
                    f"{fields} are joined by '{delimiter}', and '{holding[0].name}' is"
                    f" {quoted(holding[0].value)}: it holds the delimiter itself. Use a value that"
                    " cannot hold it, such as an identifier."
                )
            return (
                f"{fields} are joined so that {_values(ours)} and {_values(theirs)} give the same"
                " text: put a delimiter between them that no value can hold."
            )
    held = [span.name for key in table.key_attributes for span in one.spans(key.name)]
    differing = [name for name in one.row if one.row[name] != other.row.get(name)]
    also = f" The rows differ in {listed(differing[:3])}." if differing else ""
    only = f"only {listed(held)}" if held else "no fact"
    return (
        f"The key holds {only}, and two facts can have the same there.{also}"
        " Add what tells them apart, such as an identifier, to the key."
    )


def _delimiter(template: Template | None) -> str:
    """The fixed text between two fields."""
    parts = template.parts if template is not None else ()
    fixed = [
        part
        for before, part in pairwise(parts)
        if isinstance(part, str) and not isinstance(before, str) and part is not parts[-1]
    ]
    return fixed[0] if fixed else ""


def _written(source: SourceRow, span: FieldSpan, attribute: str) -> str:
    template = source.template(attribute)
    filled = template.fill(source.row) if template is not None else None
    return str(filled)[span.start : span.end]


def _values(spans: tuple[FieldSpan, ...]) -> str:
    return " + ".join(quoted(span.value) for span in spans)
