"""How the predicted figure of one call comes about, step by step; needs no server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.definition.validation import did_you_mean
from dynaproof.model.access_pattern import AccessPattern, Expectation, Request
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.execute import ready_request
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.predict import CallPredictor, Predicted
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.query import choose_parameters

MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Explanation:
    """One call, its parameters and its prediction with all steps."""

    pattern: AccessPattern
    parameters: ParameterSet
    operation: str
    request: Mapping[str, object]
    predicted: Predicted

    @property
    def expect(self) -> Expectation:
        """What the pattern expects."""
        return self.pattern.expect


def explain_pattern(
    prepared: Prepared,
    pattern: AccessPattern,
    given: Mapping[str, object],
    set_label: str | None = None,
) -> Explanation:
    """Explain a call with given parameters, or with the set of this label; raises InputError.

    Without either it is the first set of a run, that of the largest item collection.
    """
    request = pattern.request
    place = prepared.definition.source.key("access_patterns", pattern.name)
    if request is None:
        message = f"'{pattern.name}' has steps: what they cost depends on one another's answers"
        raise InputError(Diagnostic(Code.REQUEST_REFUSED, message, place))
    if set_label is None:
        parameters = choose_parameters(prepared, pattern, given)
    else:
        sets = {
            one.label: one
            for one in parameter_sets(
                pattern, prepared.definition, prepared.facts, prepared.items, prepared.seed
            )
        }
        if set_label not in sets:
            raise InputError(
                Diagnostic(
                    Code.UNKNOWN_NAME,
                    f"'{pattern.name}' has no parameter set '{set_label}'",
                    hint=did_you_mean(set_label, sets),
                )
            )
        parameters = sets[set_label]
    filled, predicted = predict_request(
        CallPredictor(prepared), prepared.definition, request, parameters
    )
    return Explanation(pattern, parameters, request.operation, filled, predicted)


def predict_request(
    predictor: CallPredictor, definition: Definition, request: Request, parameters: ParameterSet
) -> tuple[dict[str, object], Predicted]:
    """The request with these parameters, and its prediction with all pages that a run reads."""
    names = [table.name for table in definition.tables]
    filled = ready_request(request, parameters.values, names, "")
    follow = request.operation in ("Query", "Scan") and "Limit" not in filled
    return filled, predictor.predict(request.operation, [filled] * (MAX_PAGES if follow else 1))
