"""Names in steps: parameters, answers of earlier steps, ``each``, and what a stream record gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dynaproof.definition.findings import Findings
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.access_pattern import Step
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.expressions.step_condition import StepCondition
from dynaproof.model.expressions.tokens import ExpressionError
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in

RECORD_NAMES = ("new", "old", "keys", "key", "event")
"""What a stream handler knows of its record."""
_NOT_SHOWN: Mapping[str, tuple[str, ...]] = {
    "keys_only": ("new", "old"),
    "new_image": ("old",),
    "old_image": ("new",),
}
"""The images that records lack, by the view type of the stream."""


def check_step_names(
    steps: tuple[Step, ...], known: frozenset[str] | None, path: Path, findings: Findings
) -> None:
    """Find names that nothing is bound to; ``known`` is None where SQL gives the parameters."""
    _Names(findings, open_ended=known is None).check(steps, set(known or ()), path)


def check_record_names(
    steps: tuple[Step, ...], stream: str | None, path: Path, findings: Findings
) -> None:
    """The same for a stream handler: it knows its record, as the stream's view type shows it."""
    lacking = frozenset(_NOT_SHOWN.get(stream or "", ()))
    known = set(RECORD_NAMES) - lacking
    _Names(findings, stream=stream or "", lacking=lacking).check(steps, known, path)


@dataclass(frozen=True, slots=True)
class _Names:
    """``open_ended``: SQL gives the parameters. ``lacking``: what the stream does not show."""

    findings: Findings
    open_ended: bool = False
    stream: str = ""
    lacking: frozenset[str] = frozenset()

    def check(self, steps: tuple[Step, ...], known: set[str], path: Path) -> None:
        """Go through steps; names that they give are added to ``known``."""
        findings = self.findings
        for position, step in enumerate(steps):
            here: Path = (*path, position)
            within = known | ({"each"} if step.for_each else set())
            if step.for_each is not None:
                self._known(step.for_each, known, (*here, "for_each"))
            for name in _condition_names(step, here, findings):
                self._known(name, within, (*here, "if"))
            for text in () if step.request is None else texts_in(step.request.arguments):
                for name in _template_names(text[1], here, findings):
                    self._known(name, within, findings.text_path(here, text[1]) or here)
            self.check(step.steps, within, (*here, "steps"))
            if step.name is not None:
                known.add(step.name)

    def _known(self, name: str, known: set[str], path: Path) -> None:
        head = name.partition(".")[0]
        if head in known or self.open_ended:
            return
        if head in self.lacking:
            self.findings.add(
                Code.UNKNOWN_PARAMETER,
                f"'{name}' is not in the records: the table's stream is {self.stream}",
                path,
                "Give the table 'stream: new_and_old_images'.",
            )
            return
        self.findings.add(
            Code.UNKNOWN_PARAMETER,
            f"'{name}' is no parameter, and no answer of an earlier step",
            path,
            did_you_mean(head, known)
            or "Name an answer with 'as', and an element of for_each 'each'.",
        )


def _condition_names(step: Step, path: Path, findings: Findings) -> tuple[str, ...]:
    if step.condition is None:
        return ()
    try:
        return StepCondition.parse(step.condition).names
    except ExpressionError as error:
        findings.add(
            Code.EXPRESSION_SYNTAX,
            f"in '{step.condition}': {error.message}",
            (*path, "if"),
            error.hint or "Write a condition over names that are bound: size(rows) > 0.",
        )
        return ()


def _template_names(text: str, path: Path, findings: Findings) -> Iterator[str]:
    if "$" not in text:
        return
    try:
        yield from Template.parse(text).names
    except TemplateError as error:
        findings.add(
            Code.TEMPLATE_SYNTAX,
            f"in '{text}': {error}",
            findings.text_path(path, text) or path,
            "Write ${name} or ${name:format}; a dollar sign is $$.",
        )
