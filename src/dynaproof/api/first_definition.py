"""``dynaproof new``: a first definition, checked and written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place

if TYPE_CHECKING:
    from dynaproof.report.first_sketch import Sketch

SUFFIXES = (".yaml", ".yml")


def refuse_file(file: Path, *, force: bool = False) -> None:
    """Raise what is wrong with the name of a new definition, before anything is asked.

    InputError where it is no YAML file's, EnvironmentFault (DP513) where the file is there.
    """
    if file.suffix not in SUFFIXES:
        message = f"the name of a definition ends with {' or '.join(SUFFIXES)}"
        raise InputError(Diagnostic(Code.WRONG_TYPE, message, Place(str(file))))
    if not force and os.path.lexists(file):
        message = "there is such a file already"
        hint = "Name another one, or give --force to write it anew."
        raise EnvironmentFault(Diagnostic(Code.OUTPUT, message, Place(str(file)), hint))


def new_definition(file: str | Path, sketch: Sketch, *, force: bool = False) -> Path:
    """Write a first definition, whole or not at all; gives the file.

    It passes ``check``, ``run`` and ``prove`` as it stands. ``force`` overwrites a file that is
    there. Raises InputError for the sketch, EnvironmentFault (DP513) for the file.
    """
    from dynaproof.proof.check import check_text
    from dynaproof.report.first_definition import first_definition
    from dynaproof.report.output_file import make_folder_of, write_atomically

    file = Path(file)
    refuse_file(file, force=force)
    text = first_definition(sketch, schema_from(file))
    found = check_text(text, str(file), folder=file.parent).diagnostics
    if found:  # such as more rows than an entity may have
        raise InputError(*found)
    make_folder_of(file)
    write_atomically(file, text.encode())
    return file


def schema_from(file: Path) -> str:
    """The JSON Schema of this dynaproof, as an editor finds it from the file."""
    schema = Path(__file__).parents[1] / "definition" / "schema.json"
    return quote(Path(os.path.relpath(schema, file.parent.resolve())).as_posix())
