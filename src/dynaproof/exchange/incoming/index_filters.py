"""Filters on indexes: DynamoDB refuses a filter on an attribute that the index does not hold."""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.items.views import projected_names
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.syntax_tree import Path, operands_of
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.table import Table


def unprojected(
    filter_: object, names: object, table: Table | None, index_name: object
) -> str | None:
    """The first attribute of a filter that the index does not hold; None where there is none.

    ``names`` are those of the request, by label. What is no expression is left to others.
    """
    index = table.index(index_name) if table is not None and isinstance(index_name, str) else None
    if table is None or index is None or not isinstance(filter_, str):
        return None
    held = projected_names(table, index)
    if held is None:
        return None
    try:
        operands = operands_of(parse_condition(filter_))
    except ExpressionError:
        return None
    labels = names if isinstance(names, Mapping) else {}
    for one in operands:
        if isinstance(one, Path):
            attribute = str(labels.get(one.elements[0], one.elements[0])).replace("$$", "$")
            if attribute not in held:
                return attribute
    return None


def without_unprojected(
    form: dict[str, object], table: Table | None, index_name: str | None
) -> tuple[dict[str, object], str | None]:
    """A query or scan of the language without a filter that its index cannot answer, and why."""
    attribute = unprojected(form.get("filter"), form.get("names"), table, index_name)
    if attribute is None:
        return form, None
    kept = {name: form[name] for name in form if name not in ("filter", "names", "values")}
    return kept, f"the filter is left out: the index does not hold '{attribute[:60]}'"
