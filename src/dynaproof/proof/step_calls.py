"""The requests of one pattern with steps, as one call."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from dynaproof.proof.flow import Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.results import Call, ConsumedUnits, StepCall


def one_call(parameters: ParameterSet, calls: Sequence[tuple[str, Call]], outcome: Outcome) -> Call:
    """Join calls, each with its operation: units and pages added up, items of the last read."""
    steps = tuple(
        StepCall(operation, call.request, call.pages, call.items_returned, call.error)
        for operation, call in calls
    )
    made = [call for _, call in calls]
    read = outcome.read.call if outcome.read else None
    return Call(
        parameter_set=parameters.label,
        parameters=dict(parameters.values),
        request=made[0].request if made else {},
        pages=sum(call.pages for call in made),
        items_returned=read.items_returned if read else 0,
        items_read=sum(call.items_read for call in made),
        consumed=_added(call.consumed for call in made),
        reported=all(call.reported or call.error is not None for call in made),
        error=outcome.error,
        error_message=outcome.error_message,
        predicted=_added(call.predicted for call in made),
        not_predicted=next((call.not_predicted for call in made if call.not_predicted), ""),
        uncertain=tuple(dict.fromkeys(mark for call in made for mark in call.uncertain)),
        differences=tuple(dict.fromkeys(code for call in made for code in call.differences)),
        steps=steps,
    )


def _added(calls: Iterable[Sequence[ConsumedUnits]]) -> tuple[ConsumedUnits, ...]:
    total: dict[tuple[str, str, str], ConsumedUnits] = {}
    for units in (one for call in calls for one in call):
        key = (units.table, units.part, units.index or "")
        before = total.get(key)
        total[key] = (
            dataclasses.replace(
                units, read=before.read + units.read, write=before.write + units.write
            )
            if before
            else units
        )
    return tuple(total[key] for key in sorted(total, key=lambda k: (k[0], k[1] != "table", k[2])))
