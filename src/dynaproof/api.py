"""The wiring, and what a notebook imports: ``from dynaproof import Workbench``.

Each command of the command line is one call of a Workbench.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, DynaproofError, EnvironmentFault, InputError
from dynaproof.proof.check import Checked, check_file, check_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.dynamodb.local.server import LocalServer
    from dynaproof.model.access_pattern import AccessPattern
    from dynaproof.model.table import Table
    from dynaproof.proof.events import Listener
    from dynaproof.proof.execute import Answered
    from dynaproof.proof.explain import Explanation
    from dynaproof.proof.results import PatternResult, RunResult
    from dynaproof.proof.run import Prepared

T = TypeVar("T")
DEFAULT_SEED = 42
DEATH_SECONDS = 2.0
"""A connection breaks before the end of its server is known; how long to wait for that."""


class Workbench:
    """One definition on the bench: check it, look at its facts and items, run its patterns.

    ``definition`` is a file, or the text of a definition. Facts, items, server and tables are
    made when first needed and kept until ``close``. With ``endpoint_url`` the tables are made
    there and dropped again; otherwise a DynamoDB Local of its own is started.

    Every method raises InputError for what is wrong with the definition or an argument, and
    EnvironmentFault for Java, network, server or endpoint.
    """

    def __init__(
        self,
        definition: str | Path,
        *,
        seed: int = DEFAULT_SEED,
        endpoint_url: str | None = None,
        aws: bool = False,
        table_prefix: str = "",
        server_version: str | None = None,
        listen: Listener | None = None,
    ) -> None:
        self._given = definition
        self.seed = seed
        self._endpoint_url = endpoint_url
        self._aws = aws
        self._table_prefix = table_prefix
        self._server_version = server_version
        self._listen = listen
        self._checked: Checked | None = None
        self._prepared: Prepared | None = None
        self._server: LocalServer | None = None
        self._endpoint: Endpoint | None = None
        self._created: list[str] = []

    # --- without a server ------------------------------------------------------------------

    def check(self) -> Findings:
        """Every finding that needs no server, in reading order."""
        return Findings(self._check().diagnostics, self.name)

    @property
    def name(self) -> str:
        """The name of the definition, or of its file while it has findings."""
        definition = self._check().definition
        return definition.name if definition else str(self._given).partition("\n")[0]

    @property
    def definition(self) -> Definition:
        """The definition, free of errors."""
        return self._check().require()

    @property
    def tables(self) -> TableViews:
        """The tables that the definition describes."""
        return TableViews(self.definition.tables)

    @property
    def patterns(self) -> PatternViews:
        """The access patterns that the definition describes."""
        return PatternViews(self.definition.access_patterns, self.definition)

    def facts(self, entity: str) -> pd.DataFrame:
        """The rows of an entity."""
        prepared = self._prepare()
        self._known(entity, [one.name for one in self.definition.entities], "entity")
        from dynaproof.facts.quoting import quoted

        return prepared.facts.connection.execute(f"SELECT * FROM {quoted(entity)}").df()

    def items(self, table: str, limit: int | None = None) -> pd.DataFrame:
        """The items of a table, keys first, as plain values; ``limit`` None for all."""
        prepared = self._prepare()
        self._known(table, list(prepared.items), "table")
        from dynaproof.report.frames import items_frame

        return items_frame(prepared.items[table], limit)

    def generate(
        self, folder: str | Path, *, format_: str = "jsonl", replace: bool = False
    ) -> list[Path]:
        """Write facts (``jsonl``, ``csv``, ``parquet``) and items (DynamoDB JSON) to a folder.

        A folder that holds anything is refused, unless ``replace``. Gives the files written.
        """
        prepared = self._prepare()
        from dynaproof.report.generated_files import FORMATS, write_generated

        self._known(format_, FORMATS, "format")
        names = [entity.name for entity in self.definition.entities]
        return write_generated(
            prepared.facts.connection,
            {name: prepared.facts.columns(name) for name in names},
            prepared.items,
            Path(folder),
            format_=format_,
            replace=replace,
        )

    def units(self, table: str) -> pd.DataFrame:
        """Bytes and capacity units of every item of a table and of its index entries."""
        prepared = self._prepare()
        self._known(table, list(prepared.items), "table")
        from dynaproof.items.units import units_query

        items = prepared.items[table]
        return items.connection.execute(units_query(items)).df()

    def explain(
        self, pattern: str, parameter_set: str | None = None, /, **parameters: object
    ) -> Explained:
        """How the predicted capacity of one call comes about, step by step.

        ``parameter_set`` names a set of the run, such as ``smallest``; without it and without
        parameters it is the call that meets the largest item collection.
        """
        found = self._pattern(pattern)
        from dynaproof.proof.explain import explain_pattern

        return Explained(explain_pattern(self._prepare(), found, parameters, parameter_set))

    # --- with a server ---------------------------------------------------------------------

    def run(self, *patterns: str) -> Run:
        """Run all access patterns, or those named."""
        definition = self.definition
        for name in patterns:
            self._known(name, [p.name for p in definition.access_patterns], "access pattern")
        endpoint = self._load()
        from dynaproof.proof.run import run_patterns

        return Run(
            self._guarded(
                lambda: run_patterns(
                    self._prepare(),
                    endpoint,
                    server=self._server_name(),
                    only=patterns,
                    listen=self._listener,
                )
            )
        )

    def query(self, pattern: str, **parameters: object) -> Answer:
        """Make one call of an access pattern; a parameter left out is drawn from the facts.

        A write stays written on this bench's tables until ``close``.
        """
        found = self._pattern(pattern)
        prepared = self._prepare()
        from dynaproof.proof.query import query_pattern

        endpoint = self._load()
        answered = self._guarded(lambda: query_pattern(prepared, endpoint, found, parameters))
        name = found.request.arguments.get("TableName") if found.request else None
        return Answer(answered, found, self.definition.table(str(name)))

    @property
    def endpoint_url(self) -> str:
        """Where the tables are; creates and loads them if that has not happened."""
        return self._load().url

    def close(self) -> None:
        """Drop the tables made at a given endpoint, end the server, forget the facts."""
        try:
            if self._created and self._endpoint is not None and self._server is None:
                from dynaproof.proof.run import drop_tables

                created, self._created = self._created, []
                drop_tables(self._endpoint, created)
        finally:
            self._created = []
            self._endpoint = None
            if self._server is not None:
                self._server.stop()
                self._server = None
            if self._prepared is not None:
                self._prepared.facts.close()
                self._prepared = None

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except EnvironmentFault as left:
            if not isinstance(error, DynaproofError):
                raise
            raise type(error)(*error.diagnostics, *left.diagnostics) from error

    def __repr__(self) -> str:
        return f"Workbench({self.name!r}, seed={self.seed})"

    # --- wiring ----------------------------------------------------------------------------

    def _listener(self, event: object) -> None:
        if self._listen is not None:
            self._listen(event)  # type: ignore[arg-type]  # the union of events, imported late

    def _check(self) -> Checked:
        if self._checked is None:
            given = self._given
            if isinstance(given, str) and "\n" in given:
                self._checked = check_text(given, folder=Path.cwd())
            else:
                self._checked = check_file(Path(given))
        return self._checked

    def _prepare(self) -> Prepared:
        if self._prepared is None:
            from dynaproof.proof.run import prepare_items

            self._prepared = prepare_items(self.definition, self.seed, self._listener)
        return self._prepared

    def _load(self) -> Endpoint:
        """The endpoint with the tables loaded."""
        if self._endpoint is not None:
            return self._endpoint
        from dynaproof.proof.run import load_tables

        prepared = self._prepare()
        endpoint = self._choose_endpoint()
        try:
            self._created = self._guarded(lambda: load_tables(prepared, endpoint, self._listener))
        except BaseException:
            if self._server is not None:
                self._server.stop()
                self._server = None
            raise
        self._endpoint = endpoint
        return endpoint

    def _choose_endpoint(self) -> Endpoint:
        from dynaproof.dynamodb.endpoint import Endpoint, choose_endpoint

        if self._endpoint_url is not None:
            return choose_endpoint(
                self._endpoint_url, aws=self._aws, table_prefix=self._table_prefix
            )
        self._server = start_server(self._listener, self._server_version)
        return Endpoint(self._server.endpoint_url, table_prefix=self._table_prefix)

    def _server_name(self) -> str:
        if self._server is not None:
            return f"DynamoDB Local {self._server.version}"
        return "the endpoint given"

    def _guarded(self, work: Callable[[], T]) -> T:
        """Do work; where our server died meanwhile, say so with its last words."""
        try:
            return work()
        except EnvironmentFault as fault:
            if self._server is not None:
                try:
                    self._server.raise_if_dead(DEATH_SECONDS)
                except EnvironmentFault as death:
                    raise death from fault
            raise

    def _pattern(self, name: str) -> AccessPattern:
        patterns = {pattern.name: pattern for pattern in self.definition.access_patterns}
        self._known(name, list(patterns), "access pattern")
        return patterns[name]

    def _known(self, name: str, names: Sequence[str], what: str) -> None:
        if name in names:
            return
        from dynaproof.definition.validation import did_you_mean

        raise InputError(
            Diagnostic(
                Code.UNKNOWN_NAME,
                f"'{self.name}' has no {what} '{name}'",
                hint=did_you_mean(name, names),
            )
        )


def start_server(listen: Callable[[object], None], version: str | None = None) -> LocalServer:
    """Install DynamoDB Local if need be, and start one on a free port."""
    from dynaproof.dynamodb.local.install import install
    from dynaproof.dynamodb.local.server import LocalServer
    from dynaproof.proof.events import ServerMessage, StageStarted

    listen(StageStarted("server"))
    installation = install(version=version, progress=lambda text: listen(ServerMessage(text)))
    return LocalServer.start(installation)


@dataclass(frozen=True)
class Findings:
    """The findings of a check; true when there are none that stop a run."""

    diagnostics: tuple[Diagnostic, ...]
    name: str

    def __bool__(self) -> bool:
        return not any(d.severity.value == "error" for d in self.diagnostics)

    def __len__(self) -> int:
        return len(self.diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def __repr__(self) -> str:
        if not self.diagnostics:
            return f"{self.name}: no findings"
        return "\n".join(str(found) for found in self.diagnostics)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import diagnostics_html

        return diagnostics_html(self.diagnostics, self.name)


@dataclass(frozen=True)
class Run:
    """A run's result, with frames, charts and JSON."""

    result: RunResult

    @property
    def ok(self) -> bool:
        """Whether every expectation held and every request was accepted."""
        return self.result.exit_status == 0

    @property
    def patterns(self) -> pd.DataFrame:
        """One row for each access pattern."""
        from dynaproof.report.frames import patterns_frame

        return patterns_frame(self.result)

    @property
    def calls(self) -> pd.DataFrame:
        """One row for each call."""
        from dynaproof.report.frames import calls_frame

        return calls_frame(self.result)

    @property
    def capacity(self) -> pd.DataFrame:
        """One row for each call and each table or index that it touched."""
        from dynaproof.report.frames import capacity_frame

        return capacity_frame(self.result)

    @property
    def tables(self) -> pd.DataFrame:
        """One row for each table."""
        from dynaproof.report.frames import tables_frame

        return tables_frame(self.result)

    @property
    def item_types(self) -> pd.DataFrame:
        """One row for each item type: numbers and sizes in bytes."""
        from dynaproof.report.frames import item_types_frame

        return item_types_frame(self.result)

    @property
    def collections(self) -> pd.DataFrame:
        """One row for each table and index: its item collections."""
        from dynaproof.report.frames import collections_frame

        return collections_frame(self.result)

    def pattern(self, name: str) -> PatternResult | None:
        """The result of one access pattern."""
        return self.result.pattern(name)

    def capacity_chart(self) -> Chart:
        """Capacity per access pattern, split by table and index."""
        from dynaproof.report.charts import capacity_chart

        return Chart(capacity_chart(self.result))

    def item_sizes_chart(self) -> Chart:
        """Item sizes by item type."""
        from dynaproof.report.charts import item_sizes_chart

        return Chart(item_sizes_chart(self.result))

    def collections_chart(self) -> Chart:
        """Item collections by size."""
        from dynaproof.report.charts import collections_chart

        return Chart(collections_chart(self.result))

    def save_charts(
        self, folder: str | Path, formats: Sequence[str] = ("svg", "png")
    ) -> list[Path]:
        """Write all charts to a folder; gives the files written."""
        charts = {
            "capacity": self.capacity_chart(),
            "item-sizes": self.item_sizes_chart(),
            "collections": self.collections_chart(),
        }
        written: list[Path] = []
        for name, chart in charts.items():
            for suffix in formats:
                path = Path(folder) / f"{self.result.definition.name}-{name}.{suffix}"
                chart.save(path)
                written.append(path)
        return written

    def to_json(self) -> bytes:
        """The whole run as JSON; ``dynaproof schema --run`` prints its schema."""
        from dynaproof.report.run_json import run_to_json

        return run_to_json(self.result)

    def save_json(self, path: str | Path) -> None:
        """Write the run as JSON, whole or not at all; makes the folder."""
        from dynaproof.report.output_file import make_folder_of, write_atomically

        make_folder_of(Path(path))
        write_atomically(Path(path), self.to_json())

    def __repr__(self) -> str:
        from dynaproof.report.terminal import run_text

        return run_text(self.result)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import run_html

        return run_html(self.result)


@dataclass(frozen=True)
class Chart:
    """A matplotlib figure that a notebook shows by itself."""

    figure: Figure

    def save(self, path: str | Path) -> None:
        """Write it as PNG or SVG, by the file's suffix; the same run gives the same bytes."""
        from dynaproof.report.charts import save_chart

        save_chart(self.figure, Path(path))

    def _repr_png_(self) -> bytes:
        from dynaproof.report.charts import chart_bytes

        return chart_bytes(self.figure, ".png", 96)


@dataclass(frozen=True)
class Answer:
    """What one call of an access pattern gave."""

    answered: Answered
    pattern: AccessPattern
    table: Table | None = None
    """The table of the request, when it is about one."""

    @property
    def items(self) -> list[dict[str, object]]:
        """The items as plain values."""
        from dynaproof.report.frames import plain_items

        return plain_items(self.answered.items)

    @property
    def frame(self) -> pd.DataFrame:
        """The items as a frame."""
        from dynaproof.report.frames import answer_frame

        return answer_frame(self.answered, self.table)

    @property
    def parameters(self) -> Mapping[str, object]:
        """The parameters that were used."""
        return self.answered.call.parameters

    def __repr__(self) -> str:
        from dynaproof.report.terminal import answer_text

        return answer_text(self.answered, self.pattern, self.table)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import answer_html

        return answer_html(self.answered, self.pattern, self.table)


@dataclass(frozen=True)
class Explained:
    """How a predicted figure comes about."""

    explanation: Explanation

    def __repr__(self) -> str:
        from dynaproof.report.explanation import explanation_text

        return explanation_text(self.explanation)

    def _repr_html_(self) -> str:
        from dynaproof.report.explanation import explanation_html

        return explanation_html(self.explanation)


@dataclass(frozen=True)
class TableViews(Sequence["Table"]):
    """Tables of a definition, shown with keys, indexes and item types."""

    tables: tuple[Table, ...]

    def __getitem__(self, position: int) -> Table:  # type: ignore[override]  # no slices
        return self.tables[position]

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        from dynaproof.report.definition_text import definition_tables_text

        return definition_tables_text(self.tables)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import definition_tables_html

        return definition_tables_html(self.tables)


@dataclass(frozen=True)
class PatternViews(Sequence["AccessPattern"]):
    """Access patterns of a definition, shown with operation, index, keys and budget."""

    patterns: tuple[AccessPattern, ...]
    definition: Definition

    def __getitem__(self, position: int) -> AccessPattern:  # type: ignore[override]  # no slices
        return self.patterns[position]

    def __len__(self) -> int:
        return len(self.patterns)

    def __repr__(self) -> str:
        from dynaproof.report.definition_text import definition_patterns_text

        return definition_patterns_text(self.patterns)

    def _repr_html_(self) -> str:
        from dynaproof.report.html import definition_patterns_html

        return definition_patterns_html(self.patterns)
