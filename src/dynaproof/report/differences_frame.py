"""What differs in a run as a tidy pandas frame."""

from __future__ import annotations

import pandas as pd

from dynaproof.proof.differences import Difference, RowFault, TypedItem
from dynaproof.proof.results import RunResult
from dynaproof.report.plain_values import plain_item

_COLUMNS = (
    "pattern",
    "call",
    "parameter_set",
    "code",
    "summary",
    "kind",
    "table",
    "position",
    "attributes",
    "expected",
    "found",
)


def differences_frame(result: RunResult) -> pd.DataFrame:
    """One row for each row of an answer, or item of a table, that is at fault.

    ``call`` counts from 1 within its pattern; ``expected`` and ``found`` are plain items, missing
    where there should be, or is, none. A difference that no row shows has one row without them.
    """
    rows = [
        (
            one.pattern.name,
            number,
            call.parameter_set,
            call.difference.code.value,
            call.difference.summary,
            *_fault(fault),
        )
        for one in result.patterns
        for number, call in enumerate(one.calls, start=1)
        if call.difference is not None
        for fault in _faults(call.difference)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"position": "Int64"})


def _faults(difference: Difference) -> tuple[RowFault | None, ...]:
    return difference.faults or (None,)


def _fault(fault: RowFault | None) -> tuple[object, ...]:
    if fault is None:
        return (None,) * 6
    return (
        fault.kind,
        fault.table or None,
        fault.position,
        ", ".join(fault.attributes),
        _plain(fault.expected),
        _plain(fault.found),
    )


def _plain(item: TypedItem | None) -> dict[str, object] | None:
    return None if item is None else plain_item(item)
