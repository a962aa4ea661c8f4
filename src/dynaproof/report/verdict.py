"""A run in one sentence."""

from __future__ import annotations

from collections import Counter

from dynaproof.proof.results import RunResult
from dynaproof.report.figures import counted


def verdict(result: RunResult) -> str:
    """``3 of 4 access patterns held their expectations, 1 broken; answers not proved``."""
    counts = Counter(pattern.verdict for pattern in result.patterns)
    if not result.patterns:
        return "no access patterns"
    expecting = counts["held"] + counts["broken"] + counts["refused"]
    told = [
        f"{counts['held']:,} of {counted(expecting, 'access pattern')} held "
        f"{'its expectations' if expecting == 1 else 'their expectations'}"
        if expecting
        else f"{counted(len(result.patterns), 'access pattern')}, none with an expectation"
    ]
    told += [
        f"{counts[kind]:,} {kind}" for kind in ("broken", "refused", "not run") if counts[kind]
    ]
    if expecting and counts["no expectation"]:
        told.append(f"{counts['no expectation']:,} without an expectation")
    proofs = Counter(pattern.proof for pattern in result.patterns)
    proved = [
        f"answers {proof}" if number == len(result.patterns) else f"{number:,} {proof}"
        for proof, number in sorted(proofs.items())
    ]
    return f"{', '.join(told)}; {', '.join(proved)}"
