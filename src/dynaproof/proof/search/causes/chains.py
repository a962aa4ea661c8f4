"""Patterns of several steps: a limit, or a page, of an earlier read that leaves rows out."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Ask, Bindings, Flow, FlowMaker, Outcome
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.said import count_of
from dynaproof.proof.search.scene import Scene, Tried


class _WithoutLimits(FlowMaker):
    """The same flows, with all pages of every read."""

    def of_pattern(self, pattern: AccessPattern, values: Bindings) -> Flow:
        return _unlimited(super().of_pattern(pattern, values))


def cause_in_chain(scene: Scene, tried: Tried) -> Cause | None:
    """The call again, with all pages of every read: PAGE_NOT_FOLLOWED where that is right."""
    driven = tried.attempt.driven
    limited = [
        made.ask
        for made in (driven.made if driven is not None else ())
        if made.ask.read and "Limit" in made.ask.arguments
    ]
    if tried.pattern.request is not None or not limited:
        return None
    flows = _WithoutLimits(scene.definition, scene.prefix)
    bench = dataclasses.replace(scene.bench, flows=flows)
    attempt = bench.attempt(tried.pattern, tried.attempt.parameters, tried.way)
    compared = scene.comparison.of(tried.pattern, attempt)
    if not compared.compared or compared.difference is not None:
        return None
    limit = limited[0].arguments["Limit"]
    said = count_of(limit, "item") if isinstance(limit, int) else "some"
    return (
        Code.PAGE_NOT_FOLLOWED,
        (
            f"{limited[0].operation} stops at its limit of {said}, and the steps after it know of no"
            " more; with all pages the answer is right. Follow LastEvaluatedKey."
        ),
    )


def _unlimited(flow: Flow) -> Generator[Ask, Answered, Outcome]:
    try:
        ask = next(flow)
        while True:
            arguments = {k: v for k, v in ask.arguments.items() if k != "Limit" or not ask.read}
            ask = flow.send((yield dataclasses.replace(ask, arguments=arguments)))
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
