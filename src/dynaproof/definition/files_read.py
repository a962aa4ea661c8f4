"""The files that a definition is made of: itself, its template, its datasets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dynaproof.definition.text_file import read_text
from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.model.diagnostic import InputError


def files_read(file: Path) -> tuple[Path, ...]:
    """The definition's file, then those that it names, whether they are there or not.

    A definition that cannot be read, or is not well formed, is one file.
    """
    try:
        value = parse_yaml(read_text(file), str(file)).value
    except InputError:
        return (file,)
    return tuple(dict.fromkeys([file, *(file.parent / name for name in _named(value))]))


def _named(value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    tables, entities = value.get("tables"), value.get("entities")
    if isinstance(tables, dict) and isinstance(tables.get("from"), str):
        yield tables["from"]
    for entity in entities.values() if isinstance(entities, dict) else ():
        if isinstance(entity, dict) and isinstance(entity.get("from"), str):
            yield entity["from"]
