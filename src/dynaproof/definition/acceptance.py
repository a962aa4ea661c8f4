"""``accept: {DP703: reason}``: findings about the design that are meant to be so."""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.definition.findings import Findings
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path

ACCEPTABLE = tuple(
    code.value for code in Code if code is Code.QUESTION_COLUMN or code.value.startswith("DP7")
)
"""Codes of findings about a design; what DynamoDB refuses is not for a reason to undo."""


def read_acceptance(given: Mapping[str, str], path: Path, findings: Findings) -> dict[str, str]:
    """The codes that are accepted at ``path`` and why; a finding for what is neither."""
    accepted: dict[str, str] = {}
    for code, reason in given.items():
        place: Path = (*path, "accept", code)
        if code not in ACCEPTABLE:
            findings.at_key(
                Code.UNKNOWN_NAME,
                f"'{code}' is not the code of a finding about the design",
                place,
                did_you_mean(code, ACCEPTABLE) or "Such codes are DP701 to DP720.",
            )
        elif not reason.strip():
            findings.add(
                Code.WRONG_TYPE,
                f"{code} is accepted without a reason",
                place,
                "Say why it is meant to be so, for those who read the definition next.",
            )
        else:
            accepted[code] = reason.strip()
    return accepted
