"""Findings about calls whose answers, or whose writes, are not what the facts imply."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.results import Call


def differing_calls(
    pattern: AccessPattern, calls: Sequence[Call], definition: Definition
) -> tuple[Diagnostic, ...]:
    """One finding for each kind of difference, at the question or the change."""
    path: Path = ("access_patterns", pattern.name)
    asked = "question" if pattern.question is not None else "change"
    place = definition.source.key(*path, asked)
    by_code: dict[Code, list[Call]] = {}
    for call in calls:
        if call.difference is not None:
            by_code.setdefault(call.difference.code, []).append(call)
    return tuple(
        Diagnostic(
            code,
            f"'{pattern.name}' ({_sets(found)}): {found[0].difference.summary}",
            place,
            "'dynaproof prove' looks for the smallest facts that show it, and for the cause.",
        )
        for code, found in by_code.items()
        if found[0].difference is not None
    )


def _sets(calls: Sequence[Call]) -> str:
    more = f", and {len(calls) - 1:,} more" if len(calls) > 1 else ""
    return f"{calls[0].parameter_set}{more}"
