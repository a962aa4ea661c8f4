"""Files of a folder that are written all or not at all, and nowhere else."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, TypeAlias

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place

WriteFile: TypeAlias = Callable[[IO[bytes]], object]


def write_folder(
    folder: Path, files: Mapping[str, WriteFile], *, replace: bool = False
) -> tuple[Path, ...]:
    """Write files by their names within a folder, ``/`` between folders; gives their paths.

    Files of other names in the folder stay. One that is there already is a fault unless
    ``replace``; so are a name and a link that lead out of the folder. Raises EnvironmentFault
    (DP513); the folder is then as it was.
    """
    try:
        home = folder.resolve()
        _refuse(folder, home, files, replace=replace)
        home.parent.mkdir(parents=True, exist_ok=True)
        beside = (home if home.exists() else home.parent) / f".{secrets.token_hex(8)}.part"
        try:
            beside.mkdir()
            for name, write in files.items():
                file = beside / "new" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("wb") as stream:
                    write(stream)
            _move(files, beside, home)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except (OSError, ValueError, RuntimeError) as error:
        # ValueError: a null character in the name. RuntimeError: a link that leads to itself.
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        hint = "Name a folder that you may write to, on a disk with room."
        raise _fault(folder, f"cannot write: {str(reason).lower()}", hint) from error
    return tuple(folder / name for name in files)


def _refuse(folder: Path, home: Path, names: Iterable[str], *, replace: bool) -> None:
    if home.exists() and not home.is_dir():
        raise _fault(folder, "a file is there", "Name a folder.")
    for name in names:
        file = home / name
        parts = name.split("/")
        leads_out = not all(parts) or {".", ".."} & set(parts) or "\\" in name
        if leads_out or not name.isprintable():
            raise _fault(folder, f"{name!r} is no name of a file within the folder", "")
        if not file.parent.resolve().is_relative_to(home):
            raise _fault(file, "a link leads out of the folder", "Name another folder.")
        if file.is_dir():
            raise _fault(file, "a folder of this name is there", "Name another folder.")
        if os.path.lexists(file) and not replace:
            raise _fault(
                file, "there is such a file already", "Name another folder, or give --force."
            )


def _move(names: Iterable[str], beside: Path, home: Path) -> None:
    """Put the new files where they belong; the old ones come back if that fails on its way."""
    moved: list[str] = []
    made = not home.exists()
    try:
        home.mkdir(exist_ok=True)
        for name in names:
            file, old = home / name, beside / "old" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(file):
                old.parent.mkdir(parents=True, exist_ok=True)
                file.rename(old)
            moved.append(name)
            (beside / "new" / name).rename(file)
    except BaseException:
        for name in moved:
            (home / name).unlink(missing_ok=True)
            if os.path.lexists(beside / "old" / name):
                (beside / "old" / name).rename(home / name)
        if made:
            shutil.rmtree(home, ignore_errors=True)
        raise


def _fault(place: Path, reason: str, hint: str) -> EnvironmentFault:
    return EnvironmentFault(Diagnostic(Code.OUTPUT, reason, Place(str(place)), hint))
