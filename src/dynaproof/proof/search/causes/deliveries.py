"""Stream records delivered in another way: repeated, late, or in another order."""

from __future__ import annotations

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError
from dynaproof.proof.differences import Difference
from dynaproof.proof.search.causes.limits import Cause
from dynaproof.proof.search.causes.said import listed
from dynaproof.proof.search.causes.writes import cause_in_write
from dynaproof.proof.search.scene import Scene, Tried
from dynaproof.proof.streams.deliveries import IN_ORDER

_MENDS = {
    Code.HANDLER_REPEATED: (
        "A stream may deliver a record again: write what the record says and not one more (SET"
        " instead of ADD), or note the record's id in the same transaction."
    ),
    Code.HANDLER_LATE: (
        "Records of other keys come in any order, and late: keep the newer one by a condition"
        " on a time or version that the item holds."
    ),
}


def cause_in_delivery(scene: Scene, tried: Tried, difference: Difference) -> Cause | None:
    """The way of delivery, where the same call is right with each record once and in order."""
    delivered = tried.attempt.delivered
    handlers = list(
        dict.fromkeys(one.handler.name for one in delivered.deliveries) if delivered else ()
    )
    if difference.code is Code.HANDLER_ENDLESS:
        return (
            difference.code,
            (
                "What the handler writes is a record that it takes itself. Say in 'when' which items and"
                " events it is for, or write only where something changes."
            ),
        )
    if tried.way is IN_ORDER or not handlers:
        if delivered is not None and delivered.failures:
            return difference.code, _failing(listed(handlers))
        return None
    try:
        again = scene.attempt(tried.pattern, tried.attempt.parameters, IN_ORDER)
    except InputError:
        return None
    if again.compared.difference is not None:  # the way of delivery does not matter
        first = again.compared.difference
        return cause_in_delivery(scene, again, first) or cause_in_write(scene, again, first)
    code = difference.code if difference.code in _MENDS else tried.way.code
    return code, f"Only where {tried.way.story}. {_MENDS.get(code, '')}".rstrip()


def _failing(handlers: str) -> str:
    return (
        f"A record on which {handlers} fails is delivered again and again, until it is a day old, and"
        " holds up those behind it. Let the steps bear such a record: may_fail, or if."
    )
