"""SHA-256 digests of files and of folders, against what was pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

DIGEST_FILE = "SHA256SUMS"
"""Lies in every installation, in the format of ``sha256sum``."""

_THREADS = 2  # More than a disk and two cores give does not help.


def sha256(path: Path) -> str:
    """The digest in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digests(folder: Path) -> dict[str, str]:
    """Path within the folder -> digest, for all files but the digest file."""
    paths = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != DIGEST_FILE
    )
    with ThreadPoolExecutor(_THREADS) as pool:
        digests = pool.map(sha256, paths)
        return {
            path.relative_to(folder).as_posix(): digest
            for path, digest in zip(paths, digests, strict=True)
        }


def check_file(path: Path, expected: str, what: str) -> None:
    """Raise EnvironmentFault (DP503) unless the file is the pinned one."""
    found = sha256(path)
    if found != expected:
        raise EnvironmentFault(_mismatch(what, expected, found, "do not run it; try again later"))


def check_folder(folder: Path, expected: Mapping[str, str], hint: str) -> None:
    """Raise EnvironmentFault (DP503) for each file that is missing, is other, or is too many."""
    found = folder_digests(folder)
    wrong = [
        _mismatch(str(folder / name), expected.get(name), found.get(name), hint)
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]
    if wrong:
        raise EnvironmentFault(*wrong)


def write_digests(folder: Path, digests: Mapping[str, str]) -> None:
    """Leave the digests in the folder."""
    (folder / DIGEST_FILE).write_text(as_lines(digests), encoding="utf-8")


def read_digests(folder: Path) -> dict[str, str]:
    """The digests that ``write_digests`` left; OSError without them."""
    return from_lines((folder / DIGEST_FILE).read_text(encoding="utf-8"))


def pinned_digests(name: str) -> dict[str, str]:
    """A list that ships with dynaproof: file name -> digest."""
    return from_lines((files(__package__) / "digests" / f"{name}.sha256").read_text("utf-8"))


def as_lines(digests: Mapping[str, str]) -> str:
    """Write in the format of ``sha256sum``."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def from_lines(text: str) -> dict[str, str]:
    """Read the format of ``sha256sum``."""
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line)
    return {name: digest for digest, name in pairs}


def _mismatch(what: str, expected: str | None, found: str | None, hint: str) -> Diagnostic:
    return Diagnostic(
        Code.DIGEST_MISMATCH,
        f"{what}: SHA-256 expected {expected or 'no such file'}, found {found or 'no such file'}",
        hint=hint,
    )
