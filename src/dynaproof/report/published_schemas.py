"""The JSON Schemas (draft 2020-12) of what is written as JSON."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

SchemaName = Literal["run", "prove", "findings"]


def published_schema(name: str) -> str:
    """The schema as text; ``name`` is one of SchemaName."""
    return files("dynaproof.report").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
