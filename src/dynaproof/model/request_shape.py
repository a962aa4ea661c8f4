"""The shapes of the data plane's requests, from ``operations.json``.

The file is extracted from the service model that botocore ships, by
``tools/operations_from_botocore.py``. It is read when first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place of a request."""

    name: str
    type: str
    """string, integer, boolean, list, map, structure or attribute_value."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Of a structure: its parameters, and the name of each one's shape."""
    required: tuple[str, ...] = ()
    element: str = ""
    """Of a list or map: the name of the shape of what it holds."""
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    """Least value of an integer, length of a text, count of a list or map."""
    maximum: int | None = None


def request_shape(operation: str) -> Shape:
    """Give the shape of an operation's request; raises KeyError for an unknown operation."""
    operations, shapes = _model()
    return shapes[operations[operation]]


def shape_of(name: str) -> Shape:
    """Give the shape of this name; raises KeyError."""
    return _model()[1][name]


@cache
def _model() -> tuple[Mapping[str, str], Mapping[str, Shape]]:
    text = files("dynaproof.model").joinpath("operations.json").read_text(encoding="utf-8")
    model = json.loads(text)
    shapes = {
        name: Shape(
            name,
            entry["type"],
            entry.get("members", {}),
            tuple(entry.get("required", ())),
            entry.get("element", ""),
            tuple(entry.get("enum", ())),
            entry.get("min"),
            entry.get("max"),
        )
        for name, entry in model["shapes"].items()
    }
    return model["operations"], shapes
