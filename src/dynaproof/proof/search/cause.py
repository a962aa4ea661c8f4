"""The likely cause of a counterexample, found by asking again in another way.

Nothing is concluded from words alone: the call's read is made again on the same tables without its
limit, with another order or other bounds; what makes the answer right is the cause.
"""

from __future__ import annotations

from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference
from dynaproof.proof.search.causes.chains import cause_in_chain
from dynaproof.proof.search.causes.conditions import (
    cause_of_absent_attributes,
    cause_of_extra_rows,
    cause_of_missing_rows,
)
from dynaproof.proof.search.causes.deliveries import cause_in_delivery
from dynaproof.proof.search.causes.keys import cause_of_missing_item
from dynaproof.proof.search.causes.limits import Cause, cause_in_limit
from dynaproof.proof.search.causes.ordering import (
    cause_in_another_column,
    cause_in_direction,
    cause_in_text_order,
)
from dynaproof.proof.search.causes.other_index import cause_in_index
from dynaproof.proof.search.causes.prefixes import cause_in_prefix
from dynaproof.proof.search.causes.reading import Reading
from dynaproof.proof.search.causes.refusals import cause_of_refusal
from dynaproof.proof.search.causes.writes import cause_in_write
from dynaproof.proof.search.scene import Scene, Tried

_OF_ANSWERS = (
    cause_of_absent_attributes,
    cause_in_limit,
    cause_in_prefix,
    cause_in_text_order,
    cause_in_direction,
    cause_in_index,
    cause_of_extra_rows,
    cause_of_missing_rows,
    cause_in_another_column,
)
"""The order matters: what is nearest to the request comes first."""


_OTHERWISE = {
    Code.WRONG_VALUE: "The stored item has this value itself: its view and the question do not agree.",
    Code.WRONG_COUNT: (
        "The request counts all that its key condition and filter take, and the question has other"
        " conditions."
    ),
}


def likely_cause(scene: Scene, tried: Tried, difference: Difference) -> Cause:
    """The code of the cause and a sentence or two; the code of the difference where none is known.

    The scene must be staged with the facts of the call.
    """
    if difference.code is Code.NOT_ACCEPTED:
        return difference.code, cause_of_refusal(difference)
    if tried.pattern.question is None:
        delivered = cause_in_delivery(scene, tried, difference)
        return delivered or cause_in_write(scene, tried, difference) or (difference.code, "")
    chained = cause_in_chain(scene, tried)
    if chained is not None:
        return chained
    not_there = cause_of_missing_item(scene, tried, difference)
    if not_there is not None:
        return not_there
    reading = Reading.of(scene, tried, difference)
    if reading is not None:
        for find in _OF_ANSWERS:
            found = find(reading)
            if found is not None:
                return found
    return difference.code, _OTHERWISE.get(difference.code, "")
