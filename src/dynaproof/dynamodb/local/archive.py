"""DynamoDB Local from AWS's archive, and safe unpacking of archives."""

from __future__ import annotations

import queue
import shutil
import tarfile
import threading
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from dynaproof.dynamodb.local.digest import check_file
from dynaproof.dynamodb.local.obtain import Unobtainable
from dynaproof.dynamodb.local.pins import ArchivePin

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0


def obtain_archive(pin: ArchivePin, into: Path, connect_seconds: float = CONNECT_SECONDS) -> None:
    """Download, check and unpack AWS's archive.

    Raises Unobtainable, within ``connect_seconds`` where it cannot be reached, or
    EnvironmentFault (DP503).
    """
    into.mkdir(parents=True, exist_ok=True)
    file = into.with_name(into.name + ".tar.gz")
    try:
        with _open(pin.url, connect_seconds) as response, file.open("wb") as target:
            shutil.copyfileobj(response, target)
        check_file(file, pin.sha256, pin.url)
        unpack(file, into)
    except urllib.error.URLError as error:
        raise Unobtainable(f"{pin.url}: {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise Unobtainable(f"{pin.url}: {error}") from error
    finally:
        file.unlink(missing_ok=True)


def unpack(file: Path, into: Path, folder: str = "") -> None:
    """Unpack a checked archive, or the files below one of its folders, to ``into``.

    Raises Unobtainable when a member would lie outside of ``into``, or is a link or a device.
    """
    # By hand: Python 3.11 before 3.11.4, which Debian 12 has, knows no extraction filters.
    prefix = f"{folder}/" if folder else ""
    top = into.resolve()
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                if not member.name.startswith(prefix) or member.isdir():
                    continue
                target = (top / member.name.removeprefix(prefix)).resolve()
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not target.is_relative_to(top):
                    raise Unobtainable(
                        f"{file.name} cannot be unpacked: '{member.name}' is a link or leads outside"
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                with content, target.open("wb") as unpacked:
                    shutil.copyfileobj(content, unpacked)
    except tarfile.TarError as error:
        raise Unobtainable(f"{file.name} cannot be unpacked: {error}") from error


def _open(url: str, seconds: float) -> HTTPResponse:
    """Open a URL; looking up a name knows no time limit, so a thread does it that can be left."""
    opened: queue.SimpleQueue[HTTPResponse | Exception] = queue.SimpleQueue()

    def attempt() -> None:
        try:
            opened.put(urllib.request.urlopen(url, timeout=READ_SECONDS))  # noqa: S310 - pinned
        except Exception as error:  # Told to the caller below.
            opened.put(error)

    threading.Thread(target=attempt, name="dynaproof-archive", daemon=True).start()
    try:
        answer = opened.get(timeout=seconds)
    except queue.Empty:
        raise Unobtainable(f"{url}: no answer within {seconds:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
