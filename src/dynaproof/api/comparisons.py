"""Baselines and differences: what definitions cost, held against what they cost before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dynaproof.api.own_server import start_server
from dynaproof.api.workbench import DEFAULT_SEED

if TYPE_CHECKING:
    from dynaproof.definition.git_revision import DefinitionText
    from dynaproof.model.baseline import Baseline
    from dynaproof.model.definition import Definition
    from dynaproof.proof.baselines.compare import BaselineComparison
    from dynaproof.proof.check import Checked
    from dynaproof.proof.events import Listener
    from dynaproof.proof.prepared import Prepared
    from dynaproof.proof.results import PatternResult
    from dynaproof.proof.revisions.difference import Difference as RevisionDifference
    from dynaproof.proof.revisions.difference import FailOn, Revision


@dataclass(frozen=True)
class BaselineCheck:
    """A definition held against its baseline; true when nothing got dearer."""

    comparison: BaselineComparison
    definition: Definition
    file: Path

    def __bool__(self) -> bool:
        return self.comparison.holds

    def __repr__(self) -> str:
        from dynaproof.report.baseline_text import baseline_text

        return baseline_text(self.comparison)

    def to_markdown(self) -> str:
        """For the comment of a pull request."""
        from dynaproof.report.baseline_markdown import baseline_markdown

        return baseline_markdown(self.comparison)

    _repr_markdown_ = to_markdown

    def to_json(self) -> bytes:
        """For programs."""
        from dynaproof.report.baseline_json import comparison_json

        return comparison_json(self.comparison)

    def to_github(self) -> str:
        """Workflow commands that GitHub shows at the lines of the definition."""
        from dynaproof.report.baseline_text import baseline_findings
        from dynaproof.report.findings import diagnostics_to_github

        return diagnostics_to_github(baseline_findings(self.comparison, self.definition))


@dataclass(frozen=True)
class Difference:
    """Two revisions of a definition; true when anything differs."""

    found: RevisionDifference

    def __bool__(self) -> bool:
        return not self.found.empty

    def fails(self, on: FailOn) -> bool:
        """Whether there is what was asked to fail on."""
        return self.found.fails(on)

    def __repr__(self) -> str:
        from dynaproof.report.revision_text import difference_text

        return difference_text(self.found)

    def to_markdown(self) -> str:
        """For the comment of a pull request."""
        from dynaproof.report.revision_markdown import difference_markdown

        return difference_markdown(self.found)

    _repr_markdown_ = to_markdown

    def to_json(self) -> bytes:
        """For programs."""
        from dynaproof.report.baseline_json import revisions_json

        return revisions_json(self.found)

    def to_html(self) -> str:
        """One self-contained page, old and new side by side."""
        from dynaproof.report.revision_html import difference_html

        return difference_html(self.found)


def take_baseline(
    definition: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    steps: bool = False,
    listen: Listener | None = None,
) -> Baseline:
    """Predict every access pattern of a definition; no server is needed.

    With ``steps``, patterns with steps are run on a DynamoDB Local of our own, and have the units
    that are predicted for the requests they make; without, they have none. Raises InputError and
    EnvironmentFault as a Workbench does.
    """
    from dynaproof.definition.git_revision import definition_text

    return _revision(definition_text(str(definition)), seed, steps, listen).figures


def write_baseline(
    definition: str | Path,
    file: str | Path | None = None,
    *,
    seed: int = DEFAULT_SEED,
    steps: bool = False,
    listen: Listener | None = None,
) -> Path:
    """Write a baseline, ``NAME.baseline.json`` beside the definition unless told otherwise."""
    from dynaproof.definition.baseline_file import baseline_path, baseline_to_json
    from dynaproof.report.output_file import write_atomically

    path = Path(file) if file is not None else baseline_path(Path(definition))
    baseline = take_baseline(definition, seed=seed, steps=steps, listen=listen)
    write_atomically(path, baseline_to_json(baseline))
    return path


def check_baseline(
    definition: str | Path,
    file: str | Path | None = None,
    *,
    tolerance: float | None = None,
    listen: Listener | None = None,
) -> BaselineCheck:
    """Hold a definition against its baseline, with the baseline's own seed.

    Patterns with steps are run if the baseline has figures of them. ``tolerance`` 0.05 is 5 %,
    which it is unless told otherwise.
    """
    from dynaproof.definition.baseline_file import baseline_path, read_baseline
    from dynaproof.proof.baselines.compare import DEFAULT_TOLERANCE, compare_baselines
    from dynaproof.proof.check import check_file

    path = Path(file) if file is not None else baseline_path(Path(definition))
    before = read_baseline(path)
    measured = {one.name for one in before.access_patterns if one.steps and one.parameter_sets}
    checked = check_file(Path(definition))
    after = _figures(checked, before.seed, measured.__contains__, listen)
    allowed = DEFAULT_TOLERANCE if tolerance is None else tolerance
    return BaselineCheck(compare_baselines(before, after, allowed), checked.require(), path)


def compare(
    old: str | Path,
    new: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    tolerance: float = 0.0,
    steps: bool = False,
    listen: Listener | None = None,
) -> Difference:
    """Compare two definitions, each a file or ``REV:PATH``, a file of a git revision.

    Both are predicted for the same seed. Datasets beside a definition are those of the work tree.
    """
    from dynaproof.definition.git_revision import definition_text

    return _compared(
        definition_text(str(old)), definition_text(str(new)), seed, tolerance, steps, listen
    )


def compare_with_revision(
    revision: str,
    file: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    tolerance: float = 0.0,
    steps: bool = False,
    listen: Listener | None = None,
) -> Difference:
    """Compare a definition as a git revision has it with the file of the work tree."""
    from dynaproof.definition.git_revision import definition_text, text_at

    old = text_at(revision, Path(file))
    return _compared(old, definition_text(str(file)), seed, tolerance, steps, listen)


def _compared(
    old: DefinitionText,
    new: DefinitionText,
    seed: int,
    tolerance: float,
    steps: bool,
    listen: Listener | None,
) -> Difference:
    from dynaproof.proof.revisions.difference import difference_of

    revisions = [_revision(one, seed, steps, listen) for one in (old, new)]
    return Difference(difference_of(revisions[0], revisions[1], tolerance))


def _revision(given: DefinitionText, seed: int, steps: bool, listen: Listener | None) -> Revision:
    from dynaproof.proof.check import check_text
    from dynaproof.proof.revisions.difference import Revision

    checked = check_text(given.text, given.label, folder=given.folder)
    figures = _figures(checked, seed, _all if steps else _none, listen)
    return Revision(given.label, given.text, checked.require(), figures)


def _figures(
    checked: Checked, seed: int, with_steps: Callable[[str], bool], listen: Listener | None
) -> Baseline:
    """The figures of a definition; the patterns with steps that are asked for are run."""
    from dynaproof.proof.baselines.take import take_baseline
    from dynaproof.proof.events import no_listener
    from dynaproof.proof.prepared import prepare_items

    definition = checked.require()
    listener = listen or no_listener
    prepared = prepare_items(definition, seed, listener)
    try:
        chains = [one.name for one in definition.access_patterns if one.request is None]
        names = [name for name in chains if with_steps(name)]
        return take_baseline(prepared, _run(prepared, names, listener) if names else ())
    finally:
        prepared.facts.close()


def _run(prepared: Prepared, names: Sequence[str], listen: Listener) -> tuple[PatternResult, ...]:
    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.proof.run import load_tables, run_patterns

    server = start_server(listen)  # type: ignore[arg-type]  # it sends events alone
    try:
        endpoint = Endpoint(server.endpoint_url)
        load_tables(prepared, endpoint, listen)
        name = f"DynamoDB Local {server.version}"
        return run_patterns(prepared, endpoint, server=name, only=names, listen=listen).patterns
    finally:
        server.stop()


def _all(_pattern: str) -> bool:
    return True


def _none(_pattern: str) -> bool:
    return False
