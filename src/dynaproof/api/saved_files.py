"""Files watched for saves: by polling, which works for every editor and on every disk."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

POLL_SECONDS = 0.1
SETTLE_SECONDS = 0.02
"""Some editors empty a file before they write it: it has to stay the same for so long."""
_MAX_DIGESTED = 64_000_000
"""Files beyond this are told apart by time and size alone."""

_Stamp = tuple[int, int, int] | None
Wait = Callable[[float], object]


class SavedFiles:
    """Tells which of some files have another content than when it last told.

    A file may be replaced by rename, be gone for a moment, or come later; a file that is written
    again with the same bytes has not changed.
    """

    def __init__(self, files: Iterable[Path] = (), wait: Wait | None = None) -> None:
        self._wait = wait or threading.Event().wait
        self._stamps: dict[Path, _Stamp] = {}
        self._digests: dict[Path, bytes] = {}
        self.watch(files)

    def watch(self, files: Iterable[Path]) -> None:
        """Watch these files and no others; one that is new is taken as it is now."""
        wanted = list(dict.fromkeys(files))
        self._stamps = {one: self._stamps.get(one) for one in wanted}
        for one in wanted:
            if one not in self._digests:
                self._stamps[one], self._digests[one] = _stamp(one), _digest(one)
        self._digests = {one: self._digests[one] for one in wanted}

    def saved(self) -> bool:
        """Whether a file seems to be written to: quick, and told again until ``take``."""
        return any(_stamp(one) != before for one, before in self._stamps.items())

    def take(self) -> tuple[Path, ...]:
        """The files whose content has changed, once they are quiet; empty where none has."""
        if not self.saved():
            return ()
        stamps = {one: _stamp(one) for one in self._stamps}
        while True:
            self._wait(SETTLE_SECONDS)
            later = {one: _stamp(one) for one in self._stamps}
            if later == stamps:
                break
            stamps = later
        changed: list[Path] = []
        for one, stamp in stamps.items():
            if stamp == self._stamps[one]:
                continue
            self._stamps[one], digest = stamp, _digest(one)
            if digest != self._digests[one]:
                self._digests[one] = digest
                changed.append(one)
        return tuple(changed)

    def next(self, ended: Callable[[], bool]) -> tuple[Path, ...]:
        """Wait for a save; gives the files, none where it was ended before."""
        while not ended():
            if changed := self.take():
                return changed
            self._wait(POLL_SECONDS)
        return ()


def _stamp(file: Path) -> _Stamp:
    try:
        found = file.stat()
    except (OSError, ValueError):  # gone, or a name that no file can have
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _digest(file: Path) -> bytes:
    """SHA-256 of the content; of the stamp where that is too much, empty where there is none."""
    stamp = _stamp(file)
    if stamp is None:
        return b""
    if stamp[1] > _MAX_DIGESTED:
        return repr(stamp).encode()
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError:  # gone meanwhile, or a folder
        return b""
