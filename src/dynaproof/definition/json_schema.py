"""The JSON Schema of the language, made from its models."""

from __future__ import annotations

import json
from pathlib import Path

from dynaproof.definition.language import DefinitionModel

PUBLISHED = Path(__file__).with_name("schema.json")
"""The schema as it ships: what the modeline of a definition names."""


def schema_text() -> str:
    """The schema as JSON text; ``schema.json`` holds the same, and a test keeps it so."""
    schema = DefinitionModel.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
