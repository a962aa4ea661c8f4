"""``dynaproof watch``: a definition checked, proved and run at every save."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.api.own_server import start_server
from dynaproof.api.saved_files import SavedFiles
from dynaproof.api.workbench import DEATH_SECONDS, DEFAULT_SEED
from dynaproof.definition.definition_file import definition_file
from dynaproof.model.diagnostic import EnvironmentFault, InputError

if TYPE_CHECKING:
    from dynaproof.dynamodb.local.server import LocalServer
    from dynaproof.proof.check import Checked
    from dynaproof.proof.events import Listener
    from dynaproof.proof.rounds.bench import RoundBench
    from dynaproof.proof.rounds.round import Refused, Round


def _silence(_event: object) -> None:
    pass


def _endless() -> bool:
    return False


def watch(
    definition: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    sets: int | None = None,
    seconds: float | None = None,
    server_version: str | None = None,
    listen: Listener | None = None,
    ended: Callable[[], bool] = _endless,
) -> Generator[Round | Refused, None, None]:
    """A round for the definition as it is, and one for each save of it, until ``ended``.

    A DynamoDB Local is kept running, with tables and facts; a save makes anew what it changed.
    ``seconds`` bounds the hard facts of a round; up to ``sets`` sets of them are tried until the
    next save. Datasets and templates that the definition reads are watched too. A save that
    cannot be used gives Refused. Raises EnvironmentFault for Java, network and server. Close the
    iterator, or use it up, and the server ends.
    """
    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.proof.rounds.bench import DEFAULT_SECONDS, DEFAULT_SETS, RoundBench

    heard = listen or _silence
    watching = _Watching(definition_file(Path(definition)), ended, heard)
    server = start_server(heard, server_version)  # type: ignore[arg-type]  # it hears its own kind of events
    try:
        with RoundBench(
            Endpoint(server.endpoint_url),
            server=f"DynamoDB Local {server.version}",
            seed=seed,
            sets=DEFAULT_SETS if sets is None else sets,
            seconds=DEFAULT_SECONDS if seconds is None else seconds,
            listen=heard,
        ) as bench:
            yield from watching.rounds(bench)
    except EnvironmentFault as fault:
        _last_words(server, fault)
        raise
    finally:
        server.stop()


class _Watching:
    """A definition's file, and what was made of its saves."""

    def __init__(self, file: Path, ended: Callable[[], bool], listen: Listener) -> None:
        from dynaproof.definition.files_read import files_read

        self._files_read = files_read
        self._file = file
        self._ended = ended
        self._listen = listen
        self._saves = SavedFiles(files_read(file))
        self._last: Round | None = None
        self._number = 0
        self._datasets = False

    def rounds(self, bench: RoundBench) -> Iterator[Round | Refused]:
        """One for each save, until ended."""
        since = time.monotonic()
        while True:
            yield self._round(bench, since)
            for _ in bench.go_on(self._another):
                pass  # the listener hears of each
            changed = self._saves.next(self._ended)
            since = time.monotonic()
            if not changed:
                return
            self._datasets = self._datasets or any(one != self._file for one in changed)
            self._saves.watch(self._files_read(self._file))

    def _another(self) -> bool:
        return self._ended() or self._saves.saved()

    def _round(self, bench: RoundBench, since: float) -> Round | Refused:
        from dynaproof.proof.events import SAVE, StageStarted
        from dynaproof.proof.rounds.round import Refused

        self._number += 1
        self._listen(StageStarted(SAVE))
        try:
            checked = _checked(self._file)
            found = bench.turn(
                checked.require(),
                checked.diagnostics,
                datasets=self._datasets,
                saved_again=self._saves.saved,
                since=since,
                number=self._number,
            )
        except InputError as error:
            seconds = time.monotonic() - since
            return Refused(self._number, error.diagnostics, self._last, seconds)
        self._datasets = False
        self._last = found
        return found


def _checked(file: Path) -> Checked:
    from dynaproof.proof.check import check_file

    return check_file(file)


def _last_words(server: LocalServer, fault: EnvironmentFault) -> None:
    """Where our server has died, say so with its last words."""
    try:
        server.raise_if_dead(DEATH_SECONDS)
    except EnvironmentFault as death:
        raise death from fault
