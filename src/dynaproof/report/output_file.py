"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file whole: it holds the old bytes or the new ones, at every moment.

    What is no regular file, such as ``/dev/stdout`` or a pipe, is written to as it is. Raises
    EnvironmentFault (DP513) when the folder is missing or not writable, the disk is full, or a
    folder is in the way; nothing is left behind then.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as device:
                device.write(data)
            return
        _replace(path.resolve(), data)  # a link keeps pointing to the file it names
    except (OSError, ValueError, RuntimeError) as error:
        # ValueError: a null character in the name. RuntimeError: a link that leads to itself.
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise EnvironmentFault(
            Diagnostic(
                Code.OUTPUT,
                f"cannot write the file: {str(reason).lower()}",
                Place(str(path)),
                _hint(path),
            )
        ) from error


def make_folder(folder: Path) -> None:
    """Make the folder that files are to be written to, if it is not there.

    Raises EnvironmentFault (DP513) when it cannot be made or written to. Asked before a long
    run, so that its result is not lost after it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        reason = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        )
        raise EnvironmentFault(
            Diagnostic(
                Code.OUTPUT,
                f"cannot write to the folder: {reason.lower()}",
                Place(str(folder)),
                "Name a folder that you may write to.",
            )
        ) from error


def make_folder_of(path: Path) -> None:
    """Make the folder of a file that is to be written; raises as ``make_folder`` does."""
    if path.is_file() or not path.exists():  # a pipe is written to as it is
        make_folder(path.parent)


def _replace(target: Path, data: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(21, "is a directory")
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        raise


def _hint(path: Path) -> str:
    if os.path.isdir(path):  # noqa: PTH112  never raises, whatever the name is
        return "A folder of this name is there; name a file within it."
    if not os.path.exists(path.parent):  # noqa: PTH110  as above
        return f"Make the folder '{path.parent}' first."
    return "Name a file in a folder that you may write to, on a disk with room."
