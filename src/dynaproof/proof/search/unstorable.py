"""Facts that are allowed, and cannot be stored: two share a key, or DynamoDB refuses an item."""

from __future__ import annotations

from collections.abc import Iterable

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.items.changed_items import ExpectedItems
from dynaproof.items.item_views import MadeItem
from dynaproof.model.codes import Code
from dynaproof.proof.collision import collision_difference
from dynaproof.proof.differences import Difference
from dynaproof.proof.search.causes.facts import because_of_collision
from dynaproof.proof.search.scene import Scene


def because_unstorable(scene: Scene, facts: FactSet) -> str:
    """The cause, in a sentence or two; replaces the facts of the scene by these."""
    expected = scene.imply(facts)
    if expected.collisions:
        return because_of_collision(scene, expected.collisions[0])
    hint = expected.faults[0].hint if expected.faults else ""
    return f"The definition allows these facts. {hint}".rstrip()


def unstorable(expected: ExpectedItems, scene: Scene) -> tuple[str, Difference] | None:
    """Why facts cannot be stored, and what tells that reason from others."""
    if expected.collisions:
        first = expected.collisions[0]
        types = _types(first.items)
        same = [one for one in expected.collisions if _types(one.items) == types]
        difference = collision_difference(same, scene.definition)
        return f"{first.key[0]}: {types}", difference
    if expected.faults:
        first_fault = expected.faults[0]
        difference = Difference(Code.NOT_STORABLE, first_fault.message, total=len(expected.faults))
        return f"{first_fault.code.value} {first_fault.place}", difference
    return None


def _types(items: Iterable[MadeItem]) -> list[str]:
    return sorted({item.item_type for item in items})
