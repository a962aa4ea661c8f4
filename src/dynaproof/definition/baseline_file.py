"""A committed baseline: read, written and described."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dynaproof.definition.definition_file import definition_file
from dynaproof.definition.text_file import read_text
from dynaproof.model.baseline import FORMAT, VERSION, Baseline
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

SUFFIX = ".baseline.json"
_WRITE_ANEW = "Write it anew: dynaproof baseline write DEFINITION."


def baseline_path(definition: Path) -> Path:
    """Where the baseline of a definition is kept: ``shop.baseline.json`` beside ``shop.yaml``."""
    file = definition_file(definition)
    return file.with_name(file.stem + SUFFIX)


def read_baseline(file: Path) -> Baseline:
    """Read a baseline; raises InputError (DP101, DP114) with what is wrong."""
    if not file.exists():
        message = "there is no such baseline"
        hint = "Write it first: dynaproof baseline write DEFINITION."
        raise InputError(Diagnostic(Code.BASELINE_FILE, message, Place(str(file)), hint))
    text = read_text(file)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        place = Place(str(file), line, column)
        message = f"the file is not JSON: {getattr(error, 'msg', 'it is nested too deeply')}"
        raise InputError(Diagnostic(Code.BASELINE_FILE, message, place, _WRITE_ANEW)) from error
    place = Place(str(file))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        message = f'the file is no baseline: it does not say "format": "{FORMAT}"'
        raise InputError(Diagnostic(Code.BASELINE_FILE, message, place, _WRITE_ANEW))
    if document.get("version") != VERSION:
        message = f"the baseline is of version {document.get('version')!r}, not {VERSION}"
        raise InputError(Diagnostic(Code.BASELINE_FILE, message, place, _WRITE_ANEW))
    try:
        return _adapter().validate_python(document)
    except ValidationError as error:
        raise InputError(
            *(
                Diagnostic(
                    Code.BASELINE_FILE,
                    f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}",
                    place,
                    _WRITE_ANEW,
                )
                for one in error.errors(include_url=False, include_input=False)
            )
        ) from error


def baseline_to_json(baseline: Baseline) -> bytes:
    """The baseline as indented JSON in UTF-8; equal baselines give the same bytes."""
    document = dataclasses.asdict(baseline)
    ordered = {name: document.pop(name) for name in ("format", "version")} | document
    text = json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def baseline_schema() -> str:
    """The JSON Schema (draft 2020-12) of a baseline, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_adapter().json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _adapter() -> TypeAdapter[Baseline]:
    return TypeAdapter(Baseline)
