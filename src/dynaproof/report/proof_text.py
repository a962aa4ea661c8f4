"""What proving came to, as text."""

from __future__ import annotations

from dynaproof.proof.search.result import ProveResult
from dynaproof.report.figures import counted
from dynaproof.report.story import story_text


def proof_text(result: ProveResult) -> str:
    """The stories of all counterexamples, and what was tried."""
    stories = [story_text(one, result.definition) for one in result.counterexamples]
    return "\n\n".join([*stories, closing_line(result)])


def closing_line(result: ProveResult) -> str:
    """How much was tried, and what was found."""
    searched = result.searched
    tried = (
        f"{counted(searched.fact_sets, 'set')} of facts, {counted(searched.calls, 'call')},"
        f" seed {result.seed}"
    )
    found = counted(len(result.counterexamples), "counterexample")
    said = f"{found} found" if result.counterexamples else "no counterexample found"
    lines = [f"{said}: {tried}"]
    if searched.stopped:
        lines.append("The time was over before all sets were tried; --seconds gives more.")
    if result.not_compared:
        names = ", ".join(result.not_compared)
        lines.append(f"Not proved, for want of a question, a change, or a legal call: {names}")
    return "\n".join(lines)
