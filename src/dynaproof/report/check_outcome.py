"""What ``check`` found, as CI reads it."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.report.figures import counted
from dynaproof.report.outcome import (
    WHOLE,
    Case,
    Outcome,
    PathsOfPlaces,
    findings_text,
    is_error,
    tool_properties,
)


def check_outcome(
    file: str,
    definition: Definition | None,
    findings: Sequence[Diagnostic],
    *,
    strict: bool = False,
) -> Outcome:
    """A case for the definition as a whole and one for each access pattern.

    ``definition`` is None where it cannot be used at all. ``strict``: warnings fail too.
    """
    names = [WHOLE]
    found_in: dict[str, list[Diagnostic]] = {WHOLE: []}
    if definition is None:
        found_in[WHOLE] += findings
    else:
        names += [pattern.name for pattern in definition.access_patterns]
        places = PathsOfPlaces(definition.source)
        for one in findings:
            name = places.pattern(one.place)
            found_in.setdefault(name if name in names else WHOLE, []).append(one)
    errors = sum(map(is_error, findings))
    return Outcome(
        "check",
        file,
        definition.name if definition else file,
        check_verdict(findings),
        2 if errors else int(strict and bool(findings)),
        tuple(_case(name, found_in.get(name, ()), strict=strict) for name in names),
        tuple(findings),
        tool_properties(),
        source=definition.source if definition else None,
    )


def check_verdict(findings: Sequence[Diagnostic]) -> str:
    """``1 error, 2 warnings``, or ``no findings``."""
    errors = sum(map(is_error, findings))
    counts = {"error": errors, "warning": len(findings) - errors}
    said = ", ".join(counted(number, what) for what, number in counts.items() if number)
    return said or "no findings"


def _case(name: str, found: Sequence[Diagnostic], *, strict: bool) -> Case:
    failing = [one for one in found if strict or is_error(one)]
    others = [one for one in found if one not in failing]
    cells = (check_verdict(found),)
    remarks = findings_text(others)
    if not failing:
        return Case(name, remarks=remarks, cells=cells)
    first = failing[0]
    return Case(
        name,
        "failed",
        first.code.value,
        first.message,
        findings_text(failing),
        remarks,
        cells,
    )
