"""All recorded cases held against the predictor and against emulators, one column for each."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from dynaproof.capacity.answer import Answer
from dynaproof.capacity.case_file import Case, CaseFile, read_cases
from dynaproof.capacity.conformance import (
    CaseResult,
    Conformance,
    Outcome,
    regional_reason,
    run_case,
)
from dynaproof.capacity.emulator_differences import Difference, explain_difference
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.install import install
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.moto_server import MotoServer
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place
from dynaproof.proof.emulator_conformance import MeasuredCase, measure_cases
from dynaproof.proof.events import Listener, ServerMessage, StageAdvanced, StageStarted, no_listener

DEFAULT_CASES = Path("datasets") / "capacity-cases.json"
MAX_BYTES = 64 * 1_024**2
LOCAL = "DynamoDB Local"
MOTO = "moto"
DEATH_SECONDS = 2.0
"""A connection breaks before the end of its server is known; how long to wait for that."""

Started = tuple[str, Endpoint]
"""The name of an emulator, with its version, and where it is."""


@dataclass(frozen=True, slots=True)
class EmulatorCase:
    """How an emulator's answer to a case compares with the service's.

    ``known`` are the known differences that make it up; none where it agrees, and none where
    nothing explains it. ``reason`` is of an exception.
    """

    name: str
    operation: str
    outcome: Outcome
    differences: tuple[str, ...]
    known: tuple[Difference, ...]
    reason: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Column:
    """One emulator's answers to all cases, in the order of the file.

    ``is_local`` says that it may be a DynamoDB Local, so that its differences are looked up.
    """

    name: str
    is_local: bool
    cases: tuple[EmulatorCase, ...]


@dataclass(frozen=True, slots=True)
class ConformanceRun:
    """The predictor's results, and a column for each emulator."""

    file: str
    cases: tuple[Case, ...]
    conformance: Conformance
    columns: tuple[Column, ...]

    @property
    def exit_status(self) -> int:
        """1 where the predictor differs or a case could not be run; emulators may differ."""
        broken = self.conformance.of(Outcome.DIFFERS) or self.conformance.faults
        return 1 if broken else 0


def load_cases(path: Path) -> CaseFile:
    """Read a case file; raises InputError when it cannot be read, or holds no cases at all."""
    place = Place(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1_024**2} MB"
            raise InputError(Diagnostic(Code.TOO_LARGE, message, place, "Split it."))
        document = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"the cases cannot be read: {reason.lower()}"
        hint = "Name a file such as datasets/capacity-cases.json."
        raise InputError(Diagnostic(Code.FILE_UNREADABLE, message, place, hint)) from error
    file = read_cases(document)
    if not file.cases:
        faults = [Diagnostic(one.code, one.message, place) for one in file.faults]
        none = Diagnostic(Code.CASE_FILE, "the file holds no case that can be run", place)
        raise InputError(*(faults or [none]))
    return file


@contextmanager
def local_server(version: str | None, listen: Listener) -> Iterator[Started]:
    """A DynamoDB Local of our own; the newest where ``version`` is None."""
    listen(StageStarted("server"))
    installed = install(version=version, progress=lambda text: listen(ServerMessage(text)))
    with LocalServer.start(installed) as server:
        try:
            yield f"{LOCAL} {server.version}", Endpoint(server.endpoint_url)
        except EnvironmentFault as fault:
            try:
                server.raise_if_dead(DEATH_SECONDS)
            except EnvironmentFault as death:
                raise death from fault
            raise


@contextmanager
def moto_server(listen: Listener) -> Iterator[Started]:
    """moto, if it is installed."""
    listen(StageStarted("server"))
    with MotoServer.start() as server:
        yield f"{MOTO} {server.version}", Endpoint(server.endpoint_url)


@contextmanager
def given_endpoint(endpoint: Endpoint) -> Iterator[Started]:
    """An endpoint that was chosen."""
    yield endpoint.url, endpoint


Emulator = Callable[[Listener], AbstractContextManager[Started]]


def run_conformance(
    name: str,
    file: CaseFile,
    emulators: Sequence[Emulator],
    listen: Listener = no_listener,
) -> ConformanceRun:
    """Run all cases through the predictor, then on each emulator in turn."""
    results = tuple(run_case(case, file.tables) for case in file.cases)
    columns = tuple(_column(file, results, emulator, listen) for emulator in emulators)
    return ConformanceRun(name, file.cases, Conformance(results, file.faults), columns)


def _column(
    file: CaseFile, results: Sequence[CaseResult], emulator: Emulator, listen: Listener
) -> Column:
    with emulator(listen) as (name, endpoint):
        listen(StageStarted("conformance"))

        def done(number: int) -> None:
            listen(StageAdvanced("conformance", name, number, len(file.cases)))

        run = f"conformance-{secrets.token_hex(4)}"
        measured = measure_cases(file.cases, file.tables, endpoint, run, done)
    may_be_local = not (endpoint.is_aws or name.startswith(MOTO))
    version = name if may_be_local else None
    of_cases = zip(file.cases, results, measured, strict=True)
    return Column(name, may_be_local, tuple(_compared(*one, version) for one in of_cases))


def _compared(
    case: Case, result: CaseResult, measured: MeasuredCase, version: str | None
) -> EmulatorCase:
    """``version`` names a DynamoDB Local, as far as it is known; None for what is none."""
    known: tuple[Difference, ...] = ()
    outcome, reason = Outcome.AGREES, ""
    if measured.differences:
        reason = regional_reason(case)
        outcome = Outcome.EXCEPTED if reason else Outcome.DIFFERS
        if version is not None and not measured.answer.unknown:
            request, predicted = case.request, [result.prediction]
            known = explain_difference(
                request.operation, request.arguments, predicted, measured.answer, version
            )
    return EmulatorCase(
        case.name,
        case.request.operation,
        outcome,
        measured.differences,
        known,
        reason,
        measured.answer,
    )
