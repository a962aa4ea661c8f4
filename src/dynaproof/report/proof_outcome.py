"""What proving came to, as CI reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.search.result import ProveResult
from dynaproof.report.outcome import (
    WHOLE,
    Case,
    Outcome,
    PathsOfPlaces,
    findings_text,
    joined,
    tool_properties,
)
from dynaproof.report.proof_text import closing_line
from dynaproof.report.race_story import race_text
from dynaproof.report.story import story_text

NOT_COMPARED = "no call could be held against the facts: it has no question, change or legal call"


def proof_outcome(result: ProveResult, only: Sequence[str] = ()) -> Outcome:
    """A case for each access pattern, all or ``only`` those; its text are its stories.

    A race of two patterns is told at both.
    """
    definition = result.definition
    names = [p.name for p in definition.access_patterns if not only or p.name in only]
    told = {name: _Told() for name in (*names, WHOLE)}
    for one in result.counterexamples:
        name = one.pattern.name if one.pattern else WHOLE
        told.get(name, told[WHOLE]).add(one.diagnostic(definition), story_text(one, definition))
    for race in result.races:
        for name in dict.fromkeys(call.pattern.name for call in race.calls):
            finding = race.diagnostic(definition)
            told.get(name, told[WHOLE]).add(finding, race_text(race, definition))
    places = PathsOfPlaces(definition.source)
    for refused in dict.fromkeys([*result.cases.findings, *result.searched.refused]):
        told.get(places.pattern(refused.place), told[WHOLE]).refused.append(refused)
    not_compared = set(result.not_compared)
    cases = [told[name].case(name, skipped=name in not_compared) for name in names]
    if told[WHOLE].stories or told[WHOLE].refused:
        cases.append(told[WHOLE].case(WHOLE, skipped=False))
    return Outcome(
        "prove",
        definition.source.file,
        definition.name,
        closing_line(result).partition("\n")[0],
        result.exit_status,
        tuple(cases),
        result.findings,
        tool_properties(seed=result.seed, server=result.server),
        source=definition.source,
    )


@dataclass(slots=True)
class _Told:
    """What is told of one access pattern."""

    findings: list[Diagnostic] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    refused: list[Diagnostic] = field(default_factory=list)

    def add(self, finding: Diagnostic, story: str) -> None:
        self.findings.append(finding)
        self.stories.append(story)

    def case(self, name: str, *, skipped: bool) -> Case:
        text = joined(*self.stories, findings_text(self.refused))
        if self.findings:
            first = self.findings[0]
            return Case(
                name, "failed", first.code.value, first.message, text, cells=(_codes(self),)
            )
        if self.refused:
            first = self.refused[0]
            return Case(name, "error", first.code.value, first.message, text, cells=("refused",))
        if skipped:
            return Case(name, "skipped", message=NOT_COMPARED, cells=("not proved",))
        return Case(name, cells=("nothing found",))


def _codes(told: _Told) -> str:
    return ", ".join(dict.fromkeys(one.code.value for one in told.findings))
