"""Names in steps: parameters, answers of earlier steps, ``each``, and what a stream record gives."""

from __future__ import annotations

from collections.abc import Iterator

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


def check_step_names(
    steps: tuple[Step, ...], known: frozenset[str] | None, path: Path, findings: Findings
) -> None:
    """Find names that nothing is bound to; ``known`` is None where SQL gives the parameters."""
    _check(steps, set(known or ()), known is None, path, findings)


def _check(
    steps: tuple[Step, ...], known: set[str], open_ended: bool, path: Path, findings: Findings
) -> None:
    for position, step in enumerate(steps):
        here: Path = (*path, position)
        within = known | ({"each"} if step.for_each else set())
        if step.for_each is not None:
            _known(step.for_each, known, open_ended, (*here, "for_each"), findings)
        for name in _condition_names(step, here, findings):
            _known(name, within, open_ended, (*here, "if"), findings)
        for text in () if step.request is None else texts_in(step.request.arguments):
            for name in _template_names(text[1], here, findings):
                _known(
                    name, within, open_ended, findings.text_path(here, text[1]) or here, findings
                )
        _check(step.steps, within, open_ended, (*here, "steps"), findings)
        if step.name is not None:
            known.add(step.name)


def _known(name: str, known: set[str], open_ended: bool, path: Path, findings: Findings) -> None:
    head = name.partition(".")[0]
    if head in known or open_ended:
        return
    findings.add(
        Code.UNKNOWN_PARAMETER,
        f"'{name}' is no parameter, and no answer of an earlier step",
        path,
        did_you_mean(head, known) or "Name an answer with 'as', and an element of for_each 'each'.",
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
