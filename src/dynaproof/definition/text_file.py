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
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)  # a device or pipe has no size to ask for
        if len(content) > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
            raise InputError(Diagnostic(Code.TOO_LARGE, message, place))
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start})"
        raise InputError(
            Diagnostic(Code.FILE_UNREADABLE, message, place, "Save it as UTF-8.")
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise InputError(
            Diagnostic(Code.FILE_UNREADABLE, f"cannot read the file: {reason}", place)
        ) from error
