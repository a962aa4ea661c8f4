"""Calls with what the service would charge for them, beside what was measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from dynaproof.capacity.emulator_differences import explain_units
from dynaproof.capacity.pages_read import UNKNOWN_ORDER, UNKNOWN_TIES
from dynaproof.capacity.prediction import TABLE
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, Severity
from dynaproof.proof.execute import Answered
from dynaproof.proof.predict import CallPredictor
from dynaproof.proof.restore import Item, Key
from dynaproof.proof.results import UNKNOWN_DIFFERENCE, Call, ConsumedUnits


def with_prediction(
    predictor: CallPredictor,
    operation: str,
    answered: Answered,
    server: str = "",
    met: Mapping[Key, Item | None] | None = None,
) -> Call:
    """The call with its predicted units, and why the measured ones are not the same.

    ``server`` says which version of DynamoDB Local answered, where that is known; ``met`` are the
    items that were not as in the starting data by then.
    """
    found = predictor.predict(operation, answered.requests, met)
    call = dataclasses.replace(
        answered.call,
        predicted=found.consumed,
        not_predicted=found.reason,
        uncertain=found.marks,
    )
    if call.error is not None or call.not_predicted or (call.reported and not call.differs):
        return call
    measured = _by_place(call.consumed) if call.reported else None
    known = explain_units(operation, call.request, found.pages, measured, server)
    codes = tuple(one.code for one in known)
    # Where only the service knows which items a page reads, other items are no difference.
    other_items = {UNKNOWN_ORDER, UNKNOWN_TIES} & {
        mark for one in found.pages for mark in one.marks
    }
    return dataclasses.replace(
        call, differences=codes or (() if other_items else (UNKNOWN_DIFFERENCE,))
    )


def unexplained_differences(
    pattern: AccessPattern, calls: Sequence[Call], definition: Definition
) -> tuple[Diagnostic, ...]:
    """A warning about the calls whose measured units nothing explains; empty without any."""
    unknown = [call for call in calls if UNKNOWN_DIFFERENCE in call.differences]
    if not unknown:
        return ()
    first = unknown[0]
    several = f", and {len(unknown) - 1:,} more calls" if len(unknown) > 1 else ""
    return (
        Diagnostic(
            Code.UNKNOWN_DIFFERENCE,
            f"'{pattern.name}' ({first.parameter_set}{several}): measured "
            f"{_units_text(first.consumed)}, predicted {_units_text(first.predicted)}",
            definition.source.key("access_patterns", pattern.name),
            "No known difference between the emulator and the service explains it: either the "
            "emulator or the prediction is wrong. Expectations are held against the prediction.",
            Severity.WARNING,
        ),
    )


def _by_place(consumed: Sequence[ConsumedUnits]) -> dict[tuple[str, str], float]:
    return {(one.table, one.index or TABLE): one.read + one.write for one in consumed}


def _units_text(consumed: Sequence[ConsumedUnits]) -> str:
    """``2 WCU shop, 1 WCU shop/by-day``."""
    told = [
        f"{amount:g} {unit} {units.label}"
        for units in consumed
        for amount, unit in ((units.read, "RCU"), (units.write, "WCU"))
        if amount
    ]
    return ", ".join(told) or "nothing"
