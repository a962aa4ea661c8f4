"""The YAML of a saved counterexample, read to plain values; its types are checked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dynaproof.definition.text_file import read_text
from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.model.codes import Code
from dynaproof.model.definition import SourceMap
from dynaproof.model.diagnostic import Diagnostic, InputError

VERSION = 1
_TEXTS = ("code", "what", "because", "pattern", "set", "delivery")
_KEYS = ("version", *_TEXTS, "parameters", "facts")

PlainRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SavedCase:
    """What stands in the file; ``pattern`` is empty where the facts alone cannot be stored."""

    source: SourceMap
    code: str
    what: str
    because: str
    pattern: str
    set: str
    delivery: str
    parameters: Mapping[str, object]
    facts: Mapping[str, tuple[PlainRow, ...]]


def read_saved_case(file: Path) -> SavedCase:
    """Read one file; raises InputError with all findings, each at its place."""
    parsed = parse_yaml(read_text(file), str(file))
    source, found = parsed.source, list(parsed.diagnostics)

    def add(message: str, *path: str | int, hint: str = "") -> None:
        found.append(Diagnostic(Code.SAVED_CASE, message, source.place(*path), hint))

    document = parsed.value
    if not isinstance(document, Mapping):
        if not found:
            add("the file holds no counterexample", hint="Delete it, or save it again.")
        raise InputError(*found)
    if document.get("version") != VERSION:
        add(f"this is not of version {VERSION}", "version", hint="Save the counterexample again.")
    for key in document:
        if key not in _KEYS:
            hint = f"It has {', '.join(_KEYS)}."
            found.append(Diagnostic(Code.SAVED_CASE, f"unknown key '{key}'", source.key(key), hint))
    for key in _TEXTS:
        if not isinstance(document.get(key, ""), str):
            add(f"'{key}' should be a text", key)
    parameters = document.get("parameters", {})
    if not isinstance(parameters, Mapping):
        add("'parameters' should be a mapping", "parameters")
    facts = document.get("facts", {})
    if not isinstance(facts, Mapping):
        add("'facts' should be a mapping of entities to lists of rows", "facts")
        facts = {}
    for entity, rows in facts.items():
        if not isinstance(rows, list):
            add(f"the rows of '{entity}' should be a list", "facts", entity)
            continue
        for number, row in enumerate(rows):
            if not isinstance(row, Mapping):
                add("a row should be a mapping of columns to values", "facts", entity, number)
    if found:
        raise InputError(*found)
    texts = {key: str(document.get(key, "")) for key in _TEXTS}
    return SavedCase(
        source=source,
        parameters=dict(parameters) if isinstance(parameters, Mapping) else {},
        facts={str(entity): tuple(rows) for entity, rows in facts.items()},
        **texts,
    )
