"""A definition's text as a git revision has it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from dynaproof.definition.definition_file import definition_file
from dynaproof.definition.text_file import read_text
from dynaproof.definition.yaml_text import MAX_BYTES
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place

GIT_SECONDS = 60.0
"""A git that has not answered by then waits for something that nobody gives it."""


@dataclass(frozen=True, slots=True)
class DefinitionText:
    """``label`` says where the text is from; ``folder`` is where its datasets are looked for."""

    label: str
    text: str
    folder: Path


def definition_text(name: str) -> DefinitionText:
    """Read ``FILE`` or ``REV:PATH``, as ``git show`` takes it; a file of that name comes first.

    A name of several lines is a definition typed in. PATH counts from the top of the repository,
    or from here if it begins with ``./``. Datasets and templates are those of the work tree,
    whatever the revision. Raises InputError when there is no such file (DP101), revision or path
    (DP115), EnvironmentFault without git.
    """
    if "\n" in name:
        return DefinitionText("definition", name, Path())
    file = Path(name)
    revision, colon, path = name.partition(":")
    if _is_there(file) or not colon or not revision or not path:
        file = definition_file(file)
        return DefinitionText(str(file), read_text(file), file.parent)
    here = path.startswith(("./", "../"))
    top = Path() if here else Path(_git(["rev-parse", "--show-toplevel"], Path(), name).strip())
    return DefinitionText(name, _show(revision, path, Path(), name), (top / path).parent)


def text_at(revision: str, file: Path) -> DefinitionText:
    """Read a file of the work tree as a revision has it; raises as ``definition_text`` does."""
    label = f"{revision}:{file}"
    if not file.parent.is_dir():
        message = f"there is no folder '{file.parent}'"
        raise InputError(Diagnostic(Code.REVISION, message, Place(label)))
    return DefinitionText(label, _show(revision, f"./{file.name}", file.parent, label), file.parent)


def _show(revision: str, path: str, folder: Path, label: str) -> str:
    if revision.startswith("-"):  # git would take it for an option
        message = f"'{revision}' is no git revision"
        raise InputError(Diagnostic(Code.REVISION, message, Place(label)))
    return _git(["cat-file", "blob", f"{revision}:{path}"], folder, label)


def _git(arguments: list[str], folder: Path, label: str) -> str:
    place = Place(label)
    try:
        # No shell, and arguments that cannot be options.
        done = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607  the user's own git
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        if isinstance(error, ValueError):  # a NUL in the name
            raise InputError(Diagnostic(Code.REVISION, str(error), place)) from error
        reason = "it did not answer" if isinstance(error, subprocess.TimeoutExpired) else error
        raise EnvironmentFault(
            Diagnostic(Code.REVISION, f"git cannot be run: {reason}", place, "Is git installed?")
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise InputError(
            Diagnostic(
                Code.REVISION,
                said.removeprefix("fatal: ") or "git has no such file",
                place,
                "Name a revision that 'git log' shows, and a path from the top of the repository.",
            )
        )
    if len(done.stdout) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
        raise InputError(Diagnostic(Code.TOO_LARGE, message, place))
    try:
        text = done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 text (byte {error.start})"
        raise InputError(Diagnostic(Code.FILE_UNREADABLE, message, place)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_there(file: Path) -> bool:
    try:
        return file.is_file() or file.is_dir()
    except (OSError, ValueError):
        return False
