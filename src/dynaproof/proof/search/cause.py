"""The likely cause of a counterexample, found by asking again in another way."""

from __future__ import annotations

from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference
from dynaproof.proof.search.scene import Scene, Tried


def likely_cause(scene: Scene, tried: Tried, difference: Difference) -> tuple[Code, str]:
    """The code of the cause and a sentence; the code of the difference where none is known."""
    return difference.code, ""
