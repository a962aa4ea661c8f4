"""What proving came to, as text."""

from __future__ import annotations

from dynaproof.proof.search.result import ProveResult
from dynaproof.report.figures import counted
from dynaproof.report.race_story import race_text
from dynaproof.report.story import story_text


def proof_text(result: ProveResult) -> str:
    """The stories of all counterexamples and races, and what was tried."""
    return "\n\n".join([*stories(result), closing_line(result)])


def stories(result: ProveResult) -> tuple[str, ...]:
    """The story of each counterexample, and then of each race."""
    told = [story_text(one, result.definition) for one in result.counterexamples]
    races = [race_text(race, result.definition) for race in result.races]
    return (*told, *races)


def closing_line(result: ProveResult) -> str:
    """How much was tried, and what was found."""
    searched = result.searched
    tried = (
        f"{counted(searched.fact_sets, 'set')} of facts, {counted(searched.calls, 'call')},"
        f" seed {result.seed}"
    )
    raced = result.raced
    if raced.schedules:
        tried += (
            f"; {counted(raced.schedules, 'schedule')} of {counted(raced.pairs, 'pair')} of calls"
        )
    found = [
        counted(len(result.counterexamples), "counterexample") if result.counterexamples else "",
        counted(len(result.races), "race") if result.races else "",
    ]
    said = " and ".join(one for one in found if one) or "nothing"
    lines = [f"{said} found: {tried}"]
    if result.cases.cases:
        lines.append(f"{counted(len(result.cases.cases), 'saved case')} tried first.")
    if searched.stopped or raced.stopped:
        lines.append("The time was over before all sets were tried; --seconds gives more.")
    if result.not_compared:
        names = ", ".join(result.not_compared)
        lines.append(f"Not proved, for want of a question, a change, or a legal call: {names}")
    return "\n".join(lines)
