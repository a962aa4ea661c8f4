"""A run in one sentence."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from dynaproof.proof.results import RunResult
from dynaproof.report.expectation_outcome import expectation_outcome
from dynaproof.report.figures import counted

Proof = Literal["proved", "differs", "not proved"]
_ALL: dict[Proof, str] = {
    "proved": "answers proved",
    "differs": "answers differ",
    "not proved": "answers not proved",
}


def verdict(result: RunResult) -> str:
    """``3 of 4 access patterns held their expectations, 1 broken; 3 proved, 1 differs``."""
    counts = Counter(expectation_outcome(pattern) for pattern in result.patterns)
    if not result.patterns:
        return "no access patterns"
    expecting = counts["held"] + counts["broken"] + counts["refused"]
    told = [
        f"{counts['held']:,} of {counted(expecting, 'access pattern')} held "
        f"{'its expectations' if expecting == 1 else 'their expectations'}"
        if expecting
        else f"{counted(len(result.patterns), 'access pattern')}, none with an expectation"
    ]
    told += [f"{counts['broken']:,} broken"] if counts["broken"] else []
    told += [f"{counts['refused']:,} refused"] if counts["refused"] else []
    told += [f"{counts['not run']:,} not run"] if counts["not run"] else []
    if expecting and counts["no expectation"]:
        told.append(f"{counts['no expectation']:,} without an expectation")
    return f"{', '.join(told)}; {_proofs(result)}"


def _proofs(result: RunResult) -> str:
    proofs = Counter(pattern.proof for pattern in result.patterns)
    if len(proofs) == 1:
        return _ALL[next(iter(proofs))]
    return ", ".join(f"{proofs[one]:,} {_counted(one, proofs[one])}" for one in _ALL if proofs[one])


def _counted(proof: Proof, number: int) -> str:
    return "differ" if proof == "differs" and number > 1 else proof
