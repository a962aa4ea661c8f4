"""The figures of a definition, as a baseline keeps them; needs no server."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from dynaproof.capacity.prediction import TABLE, Prediction
from dynaproof.items.attribute_sizes import attribute_sizes
from dynaproof.items.stored import TableItems
from dynaproof.items.views import index_column, projected_names
from dynaproof.model.access_pattern import AccessPattern, Request
from dynaproof.model.baseline import (
    Baseline,
    CallFigures,
    IndexFigures,
    ItemTypeFigures,
    MeanFigures,
    PartFigures,
    PatternFigures,
    RequestFigures,
    TableFigures,
)
from dynaproof.model.table import Table
from dynaproof.model.template import as_text
from dynaproof.proof.explain import predict_request
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.predict import CallPredictor, Predicted
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.results import Call, ConsumedUnits, PatternResult

STEPS_NOT_RUN = "it has steps, whose requests follow from answers: only a run on a server has them"
"""Why a pattern with steps has no figures unless it was run."""


def take_baseline(prepared: Prepared, run: Sequence[PatternResult] = ()) -> Baseline:
    """Predict every access pattern on the starting data, with all parameter sets of a run.

    Patterns with steps have the figures predicted for the requests that they made in ``run``.
    Raises InputError when there are no facts to draw parameters from.
    """
    predictor = CallPredictor(prepared)
    results = {result.pattern.name: result for result in run}
    return Baseline(
        prepared.definition.name,
        prepared.seed,
        tuple(_table(prepared, table) for table in prepared.definition.tables),
        tuple(
            _pattern(prepared, predictor, pattern, results.get(pattern.name))
            for pattern in prepared.definition.access_patterns
        ),
    )


def _pattern(
    prepared: Prepared,
    predictor: CallPredictor,
    pattern: AccessPattern,
    result: PatternResult | None,
) -> PatternFigures:
    requests = tuple(
        RequestFigures(one.operation, _plain_arguments(one.arguments)) for one in pattern.requests
    )
    found: str | list[CallFigures]
    if pattern.request is not None:
        found = _predicted_calls(prepared, predictor, pattern, pattern.request)
    elif result is None:
        found = STEPS_NOT_RUN
    else:
        found = _run_calls(result)
    steps = pattern.request is None
    if isinstance(found, str):
        return PatternFigures(pattern.name, steps, requests, found)
    return PatternFigures(pattern.name, steps, requests, "", _mean(found), tuple(found))


def _predicted_calls(
    prepared: Prepared, predictor: CallPredictor, pattern: AccessPattern, request: Request
) -> str | list[CallFigures]:
    calls: list[CallFigures] = []
    definition = prepared.definition
    for parameters in parameter_sets(
        pattern, definition, prepared.facts, prepared.items, prepared.seed
    ):
        filled, predicted = predict_request(predictor, definition, request, parameters)
        if predicted.reason:
            return predicted.reason
        types = predictor.item_types(request.operation, filled)
        calls.append(_call(parameters, predicted, types))
    return calls


def _call(parameters: ParameterSet, predicted: Predicted, types: tuple[str, ...]) -> CallFigures:
    pages = [page.page for page in predicted.pages if page.page is not None]
    return CallFigures(
        parameters.label,
        float(sum(units.read for units in predicted.consumed)),
        float(sum(units.write for units in predicted.consumed)),
        len(predicted.pages),
        sum(page.scanned_count for page in pages),
        sum(page.count for page in pages),
        types,
        next((page.error for page in predicted.pages if page.error), ""),
        _parts(predicted.consumed, predicted.pages),
    )


def _parts(
    consumed: Iterable[ConsumedUnits], pages: Sequence[Prediction] = ()
) -> tuple[PartFigures, ...]:
    sizes: dict[tuple[str, str | None], int] = {}
    attributes: dict[tuple[str, str | None], dict[str, int]] = {}
    for step in (one for page in pages for one in page.steps):
        key = (step.table, None if step.part == TABLE else step.part)
        sizes[key] = sizes.get(key, 0) + step.size
        split = attributes.setdefault(key, {})
        for name, size in step.attributes:
            split[name] = split.get(name, 0) + size
    return tuple(
        PartFigures(
            one.table,
            one.index,
            one.read,
            one.write,
            sizes.get((one.table, one.index), 0),
            attributes.get((one.table, one.index), {}),
        )
        for one in consumed
        if one.read or one.write
    )


def _run_calls(result: PatternResult) -> str | list[CallFigures]:
    if not result.calls:
        return result.not_run or "it made no call"
    reason = next((call.not_predicted for call in result.calls if call.not_predicted), "")
    return reason or [_run_call(call) for call in result.calls]


def _run_call(call: Call) -> CallFigures:
    return CallFigures(
        call.parameter_set,
        call.predicted_read_units or 0.0,
        call.predicted_write_units or 0.0,
        call.pages,
        call.items_read,
        call.items_returned,
        (),
        call.error or "",
        _parts(call.predicted),
    )


def _mean(calls: Sequence[CallFigures]) -> MeanFigures:
    def mean(values: Iterable[float]) -> float:
        return round(fmean(values), 4)

    return MeanFigures(
        mean(call.read_capacity_units for call in calls),
        mean(call.write_capacity_units for call in calls),
        mean(call.pages for call in calls),
        mean(call.items_read for call in calls),
        mean(call.items_returned for call in calls),
    )


def _table(prepared: Prepared, table: Table) -> TableFigures:
    items = prepared.items[table.name]
    sizes = items.sizes()
    types = []
    for size, item_type in zip(sizes, table.items, strict=True):
        number = max(size.items, 1)
        types.append(
            ItemTypeFigures(
                size.item_type,
                size.items,
                round(size.total_bytes / number, 1),
                {
                    one.name: round(one.total_bytes / number, 1)
                    for one in attribute_sizes(items, item_type, prepared.definition)
                },
            )
        )
    return TableFigures(
        table.name,
        sum(size.total_bytes for size in sizes),
        tuple(
            IndexFigures(
                index.name,
                index.kind,
                tuple(key.name for key in index.key_attributes),
                None if (held := projected_names(table, index)) is None else tuple(sorted(held)),
                *_entries(items, index.name),
            )
            for index in table.indexes
        ),
        tuple(types),
    )


def _entries(items: TableItems, index: str) -> tuple[int, int]:
    """How many entries an index has, and their bytes."""
    column = index_column(index)
    row = items.connection.execute(
        f"SELECT count({column}), coalesce(sum({column}), 0)::BIGINT FROM {items.relation}"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _plain_arguments(arguments: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in arguments.items()}


def _plain(value: object) -> object:
    """A value of a request as JSON has it, so that it is equal to itself read back."""
    match value:
        case None | bool() | str() | float():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case set() | frozenset():
            return sorted((_plain(inner) for inner in value), key=repr)
        case bytes():
            return base64.b64encode(value).decode()
    return as_text(value)
