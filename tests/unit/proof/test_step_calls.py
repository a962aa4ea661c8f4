"""The requests of a pattern with steps come out as one call."""

from __future__ import annotations

from dataclasses import replace

from dynaproof.proof.execute import Answered
from dynaproof.proof.flow import Outcome
from dynaproof.proof.parameters import ParameterSet
from dynaproof.proof.results import Call, ConsumedUnits, StepCall
from dynaproof.proof.step_calls import one_call

PARAMETERS = ParameterSet("largest", {"room": "r"})
TABLE = ConsumedUnits("t", "table", None, 0.5, 0.0)
INDEX = ConsumedUnits("t", "global_secondary_index", "i", 0.0, 1.0)
READ = Call(
    "largest", {}, {"TableName": "t"}, 2, 3, 7, (TABLE,), predicted=(TABLE,), not_predicted=""
)
WRITE = replace(
    READ,
    request={"Item": {}},
    pages=1,
    items_returned=0,
    items_read=0,
    consumed=(INDEX, replace(TABLE, read=0.0, write=1.0)),
    predicted=(INDEX, replace(TABLE, read=0.0, write=2.0)),
    differences=("EMU04",),
    uncertain=("a page boundary",),
)
MADE = [("Query", READ), ("PutItem", WRITE), ("PutItem", WRITE)]
END = Outcome(read=Answered(READ, ()), requests=3)


def test_units_pages_and_items_read_are_added_up() -> None:
    call = one_call(PARAMETERS, MADE, END)
    assert call.consumed == (replace(TABLE, write=2.0), replace(INDEX, write=2.0))
    assert call.predicted == (replace(TABLE, write=4.0), replace(INDEX, write=2.0))
    assert (call.pages, call.items_read, call.items_returned) == (4, 7, 3)
    assert (call.parameter_set, call.parameters) == ("largest", {"room": "r"})


def test_each_request_is_kept_in_its_order() -> None:
    call = one_call(PARAMETERS, MADE, END)
    assert call.request == READ.request
    assert call.steps == (
        StepCall("Query", READ.request, 2, 3),
        StepCall("PutItem", WRITE.request, 1, 0),
        StepCall("PutItem", WRITE.request, 1, 0),
    )


def test_why_figures_differ_or_are_uncertain_is_told_once() -> None:
    call = one_call(PARAMETERS, MADE, END)
    assert (call.differences, call.uncertain) == (("EMU04",), ("a page boundary",))


def test_one_request_without_a_figure_leaves_the_whole_without() -> None:
    unknown = replace(WRITE, predicted=(), not_predicted="too many items")
    silent = replace(WRITE, consumed=(), reported=False)
    call = one_call(PARAMETERS, [("Query", READ), ("PutItem", unknown), ("PutItem", silent)], END)
    assert (call.not_predicted, call.reported) == ("too many items", False)


def test_the_error_is_the_one_that_ended_the_chain() -> None:
    failed = replace(WRITE, error="ConditionalCheckFailedException", consumed=(), reported=False)
    went_on = one_call(PARAMETERS, [("PutItem", failed), ("Query", READ)], END)
    assert (went_on.error, went_on.reported) == (None, True)
    assert went_on.steps[0].error == "ConditionalCheckFailedException"
    ended = one_call(PARAMETERS, [("PutItem", failed)], Outcome("SomeException", "it is", None, 1))
    assert (ended.error, ended.error_message, ended.items_returned) == ("SomeException", "it is", 0)


def test_a_chain_without_a_request_costs_nothing() -> None:
    call = one_call(PARAMETERS, [], Outcome())
    assert (call.request, call.steps, call.consumed, call.pages) == ({}, (), (), 0)
    assert call.predicted_read_units == call.read_capacity_units == 0
