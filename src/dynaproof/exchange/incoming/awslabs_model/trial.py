"""Writes of a data model, tried on its items: some fail there, because others would come before them.

The tool that made the model carries out its commands one after the other on one table; here each
begins with the items as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dynaproof.capacity.predictor import predict
from dynaproof.capacity.store import Store
from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.access_pattern import WRITE_OPERATIONS
from dynaproof.model.attribute_value import Item
from dynaproof.model.diagnostic import InputError
from dynaproof.model.operations import marshal_request
from dynaproof.model.table import Table
from dynaproof.model.template import Template

_CONDITIONS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})


def tried(
    patterns: Sequence[DraftPattern],
    tables: Mapping[str, Table],
    items: Mapping[str, Sequence[Item]],
    not_carried: list[NotCarried],
) -> tuple[DraftPattern, ...]:
    """The patterns: one that fails on a condition is expected to, one that is refused is a note."""
    store = Store(tables.values())
    for name, own in items.items():
        for item in own:
            store.put(name, item)
    return tuple(_tried(pattern, store, not_carried) for pattern in patterns)


def _tried(pattern: DraftPattern, store: Store, not_carried: list[NotCarried]) -> DraftPattern:
    if pattern.operation not in WRITE_OPERATIONS:
        return pattern
    values = {name: _value(source) for name, source in pattern.parameters.items()}

    def fill(text: str) -> object:
        return Template.parse(text).fill(values)

    try:
        typed = marshal_request(pattern.operation, pattern.arguments, fill)
        prediction = predict(store, pattern.operation, typed)
    except (InputError, KeyError, ValueError):
        return pattern  # what is wrong is found, and told, where the definition is written
    if not prediction.error:
        return pattern
    if prediction.error in _CONDITIONS:
        reason = "its condition does not hold for the sample items: it is expected to fail"
        not_carried.append(NotCarried(pattern.place, reason))
        fixed = {name: {"value": value} for name, value in values.items()}
        return replace(pattern, parameters=fixed, fails=prediction.error)
    reason = f"DynamoDB refuses it with the sample items: {prediction.message}"
    not_carried.append(NotCarried(pattern.place, reason))
    return replace(pattern, operation=None, arguments={}, parameters={})


def _value(source: object) -> object:
    return source.get("value") if isinstance(source, Mapping) else source
