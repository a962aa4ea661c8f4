"""Which file a path to a definition means: a folder stands for the ``definition.yaml`` in it."""

from __future__ import annotations

import os
from pathlib import Path

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place

FILE_OF_FOLDER = "definition.yaml"


def definition_file(path: Path) -> Path:
    """The definition's file, be it there or not; raises InputError for a folder without one."""
    if not os.path.isdir(path):  # noqa: PTH112  never raises, whatever the name is
        return path
    file = path / FILE_OF_FOLDER
    if not os.path.lexists(file):
        message = f"the folder holds no {FILE_OF_FOLDER}"
        hint = f"Name a definition's file, or a folder with a {FILE_OF_FOLDER}."
        raise InputError(Diagnostic(Code.FILE_UNREADABLE, message, Place(str(path)), hint))
    return file
