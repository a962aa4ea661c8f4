"""``pytest --dynaproof patterns/``: each access pattern of a definition is a test.

The tables of a definition are made and loaded once, when its first access pattern is run, and its
server ends with its last one. Without the option nothing is imported beyond this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from os import PathLike

    from dynaproof.api import Workbench
    from dynaproof.model.diagnostic import Diagnostic, DynaproofError

DEFAULT_SEED = "42"
WHOLE = "definition"
"""The test of a definition that has errors: none of its access patterns can be run."""
_SUFFIXES = (".yaml", ".yml")
# What makes a YAML file of a folder a definition; a saved counterexample has none of these.
_TOP_LEVEL = re.compile(rb"^(tables|access_patterns)[ \t]*:", re.MULTILINE)
_READ_BYTES = 5_000_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """--dynaproof and --dynaproof-seed."""
    group = parser.getgroup("dynaproof", "DynamoDB access patterns")
    group.addoption(
        "--dynaproof",
        action="store_true",
        help="Collect dynaproof's definitions: each access pattern is a test on DynamoDB Local.",
    )
    group.addoption(
        "--dynaproof-seed",
        metavar="SEED",
        type=int,
        default=DEFAULT_SEED,
        help=f"Seed of all facts. Default: {DEFAULT_SEED}.",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DefinitionFile | None:
    """A definition file, named or found in a folder."""
    if not parent.config.getoption("--dynaproof") or file_path.suffix not in _SUFFIXES:
        return None
    if not parent.session.isinitpath(file_path) and not _is_definition(file_path):
        return None
    file: DefinitionFile = DefinitionFile.from_parent(parent, path=file_path)
    return file


class DefinitionFile(pytest.File):
    """A definition: its tests are its access patterns, or one where it has errors."""

    _bench: Workbench | None = None
    _fault: DynaproofError | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each access pattern, in the order of the file."""
        from dynaproof.model.diagnostic import InputError

        try:
            found = self.bench.check()
        except InputError as error:
            yield self._faulty(error.diagnostics)
            return
        if not found:
            yield self._faulty(found.diagnostics)
            return
        definition = self.bench.definition
        for pattern in definition.access_patterns:
            line = definition.source.key("access_patterns", pattern.name).line
            item: PatternItem = PatternItem.from_parent(self, name=pattern.name, line=line)
            yield item

    @property
    def bench(self) -> Workbench:
        """The definition on its bench; tables are made when the first pattern is run."""
        if self._bench is None:
            from dynaproof.api import Workbench

            self._bench = Workbench(self._named(), seed=self.config.getoption("--dynaproof-seed"))
        return self._bench

    def fail_again(self) -> None:
        """What keeps one access pattern from being run keeps the others: it is not tried again."""
        if self._fault is not None:
            _fail(self._fault.diagnostics)

    def broken_off(self, fault: DynaproofError) -> None:
        """Remember what kept an access pattern from being run."""
        self._fault = fault

    def teardown(self) -> None:
        """End the server, after the last access pattern."""
        from dynaproof.model.diagnostic import DynaproofError

        bench, self._bench, self._fault = self._bench, None, None
        if bench is not None:
            try:
                bench.close()
            except DynaproofError as error:
                _fail(error.diagnostics)

    def _faulty(self, findings: tuple[Diagnostic, ...]) -> pytest.Item:
        item: FaultyItem = FaultyItem.from_parent(self, name=WHOLE, findings=findings)
        return item

    def _named(self) -> Path:
        """The file as a person in the folder of the call would name it."""
        here = self.config.invocation_params.dir
        return self.path.relative_to(here) if self.path.is_relative_to(here) else self.path


class PatternItem(pytest.Item):
    """An access pattern: its calls are made, measured, and held against the facts."""

    def __init__(self, *, line: int, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]  # name and parent, as pytest gives them
        self._line = line

    def runtest(self) -> None:
        """Run the access pattern; what differs or is broken is told as ``dynaproof run`` does."""
        from dynaproof.model.diagnostic import DynaproofError
        from dynaproof.report.run_outcome import pattern_case

        file = self.getparent(DefinitionFile)
        assert file is not None  # noqa: S101  its items are made by it
        file.fail_again()
        try:
            result = file.bench.run(self.name).result
        except DynaproofError as error:
            file.broken_off(error)
            _fail(error.diagnostics)
        self.user_properties += [("seed", result.seed), ("server", result.server)]
        case = pattern_case(result.patterns[0])
        if case.remarks:
            self.add_report_section("call", "dynaproof", case.remarks)
        if case.state == "skipped":
            pytest.skip(case.message)
        if case.state != "passed":
            pytest.fail(case.text, pytrace=False)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """The line of the access pattern."""
        return self.path, max(self._line - 1, 0), self.name


class FaultyItem(pytest.Item):
    """A definition with errors, all of them."""

    def __init__(self, *, findings: tuple[Diagnostic, ...], **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]  # name and parent, as pytest gives them
        self._findings = findings

    def runtest(self) -> None:
        """Fail with every finding."""
        _fail(self._findings)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """The line of the first finding."""
        place = self._findings[0].place if self._findings else None
        return self.path, max((place.line if place else 0) - 1, 0), self.name


def _fail(findings: tuple[Diagnostic, ...]) -> NoReturn:
    from dynaproof.report.outcome import findings_text

    pytest.fail(findings_text(findings), pytrace=False)


def _is_definition(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return _TOP_LEVEL.search(opened.read(_READ_BYTES)) is not None
    except OSError:  # named, it is collected all the same, and says why it cannot be read
        return False
