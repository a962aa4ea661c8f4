"""Access patterns of a run, read back from its JSON."""

from __future__ import annotations

from dataclasses import dataclass

from dynaproof.model.access_pattern import AccessPattern, Bound, Expectation, Rate, Request, Step
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.proof.differences import Difference, FaultKind, RowFault
from dynaproof.proof.results import (
    BrokenExpectation,
    Call,
    ConsumedUnits,
    Part,
    PatternResult,
    StepCall,
)
from dynaproof.report.review.json_node import Node

_PARTS: tuple[Part, ...] = ("table", "global_secondary_index", "local_secondary_index")
_FAULTS: tuple[FaultKind, ...] = (
    "missing",
    "extra",
    "wrong value",
    "out of order",
    "wrong count",
)


@dataclass(frozen=True, slots=True)
class ReadPattern:
    """A pattern with its calls; its requests have operations alone.

    ``targets`` and ``key_condition`` are what its definition says.
    """

    result: PatternResult
    targets: tuple[str, ...]
    key_condition: str


def read_pattern(node: Node) -> ReadPattern:
    """A pattern of the run; raises InputError."""
    calls = tuple(_call(one) for one in node.nodes("calls"))
    requests = [Request(operation, {}) for operation in node.texts("operations")]
    steps = len(requests) != 1 or any(call.steps for call in calls)
    rate = node.optional("rate")
    pattern = AccessPattern(
        node.text("name"),
        None if steps else requests[0],
        tuple(Step(request) for request in requests) if steps else (),
        node.text("description"),
        Rate(rate.number("average"), rate.number("peak")) if rate else None,
        expect=_expectation(node.node("expect")),
    )
    result = PatternResult(
        pattern,
        calls,
        tuple(_broken(one) for one in node.nodes("broken")),
        tuple(diagnostic(one) for one in node.nodes("refused")),
        node.text("not_run", ""),
        tuple(diagnostic(one) for one in node.nodes("differing")),
        tuple(diagnostic(one) for one in node.nodes("unexplained")),
    )
    return ReadPattern(result, node.texts("targets"), node.text("key_condition", ""))


def diagnostic(node: Node) -> Diagnostic:
    """A finding; raises InputError for a code that this version does not know."""
    file = node.text("file", "")
    place = Place(file, node.whole("line", 0), node.whole("column", 0)) if file else None
    severity = node.text("severity")
    if severity not in ("error", "warning"):
        raise node.fault("severity", "error or warning")
    return Diagnostic(
        code_of(node), node.text("message"), place, node.text("hint"), Severity(severity)
    )


def code_of(node: Node) -> Code:
    """The code of a finding; raises InputError for one that this version does not know."""
    found = next((code for code in Code if code.value == node.text("code")), None)
    if found is None:
        raise node.fault("code", "a code that this version of dynaproof knows")
    return found


def _expectation(node: Node) -> Expectation:
    return Expectation(
        _bound(node.optional("read_capacity_units")),
        _bound(node.optional("write_capacity_units")),
        _bound(node.optional("pages")),
        _bound(node.optional("items")),
        node.text("fails", "") or None,
    )


def _bound(node: Node | None) -> Bound | None:
    if node is None:
        return None
    least, most = (
        None if node.value.get(name) is None else node.number(name) for name in ("min", "max")
    )
    return None if least is None and most is None else Bound(least, most)


def _broken(node: Node) -> BrokenExpectation:
    return BrokenExpectation(
        node.text("what"),
        node.text("expected"),
        node.text("found"),
        node.text("parameter_set"),
        diagnostic(node.node("diagnostic")),
    )


def _call(node: Node) -> Call:
    difference = node.optional("difference")
    return Call(
        parameter_set=node.text("parameter_set"),
        parameters=node.mapping("parameters"),
        request=node.mapping("request"),
        pages=node.whole("pages"),
        items_returned=node.whole("items_returned"),
        items_read=node.whole("items_read"),
        consumed=tuple(_units(one) for one in node.nodes("measured")),
        reported=node.value.get("measured") is not None,
        error=node.text("error", "") or None,
        error_message=node.text("error_message", ""),
        predicted=tuple(_units(one) for one in node.nodes("predicted")),
        not_predicted=node.text("not_predicted", ""),
        uncertain=node.texts("uncertain"),
        differences=node.texts("differences"),
        steps=tuple(_step(one) for one in node.nodes("steps")),
        compared=node.flag("compared"),
        difference=_difference(difference) if difference else None,
    )


def _units(node: Node) -> ConsumedUnits:
    part = next((one for one in _PARTS if one == node.text("part")), None)
    if part is None:
        raise node.fault("part", f"one of {', '.join(_PARTS)}")
    return ConsumedUnits(
        node.text("table"),
        part,
        node.text("index", "") or None,
        node.number("read_capacity_units"),
        node.number("write_capacity_units"),
    )


def _step(node: Node) -> StepCall:
    return StepCall(
        node.text("operation"),
        node.mapping("request"),
        node.whole("pages"),
        node.whole("items_returned"),
        node.text("error", "") or None,
    )


def _difference(node: Node) -> Difference:
    return Difference(
        code_of(node),
        node.text("summary"),
        tuple(_fault(one) for one in node.nodes("faults")),
        node.whole("total"),
        node.whole("expected"),
        node.whole("found"),
    )


def _fault(node: Node) -> RowFault:
    kind = next((one for one in _FAULTS if one == node.text("kind")), None)
    if kind is None:
        raise node.fault("kind", f"one of {', '.join(_FAULTS)}")
    return RowFault(
        kind,
        node.item("expected") if node.value.get("expected") is not None else None,
        node.item("found") if node.value.get("found") is not None else None,
        node.texts("attributes"),
        node.whole("position") if node.value.get("position") is not None else None,
        node.text("table", ""),
    )
