"""Text files of bounded size."""

from __future__ import annotations

from pathlib import Path

from dynaproof.definition.yaml_text import MAX_BYTES
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError, Place


def read_text(file: Path) -> str:
    """Read a text file of bounded size; raises InputError."""
    place = Place(str(file))
    try:
        if file.stat().st_size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
            raise InputError(Diagnostic(Code.TOO_LARGE, message, place))
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start})"
        raise InputError(
            Diagnostic(Code.FILE_UNREADABLE, message, place, "Save it as UTF-8.")
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            Diagnostic(Code.FILE_UNREADABLE, f"cannot read the file: {reason}", place)
        ) from error
