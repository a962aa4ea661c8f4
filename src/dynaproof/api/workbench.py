"""The workbench: the wiring of everything below it.

Each command of the command line is one call of a Workbench.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from dynaproof.api.own_server import start_server
from dynaproof.api.proof_view import Proof
from dynaproof.api.views import Answer, Explained, Findings, PatternViews, Run, TableViews
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, DynaproofError, EnvironmentFault, InputError
from dynaproof.proof.check import Checked, check_file, check_text

if TYPE_CHECKING:
    import pandas as pd

    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.dynamodb.local.server import LocalServer
    from dynaproof.model.access_pattern import AccessPattern
    from dynaproof.proof.events import Listener
    from dynaproof.proof.run import Prepared

T = TypeVar("T")
DEFAULT_SEED = 42
DEATH_SECONDS = 2.0
"""A connection breaks before the end of its server is known; how long to wait for that."""


class Workbench:
    """One definition on the bench: check it, look at its facts and items, run its patterns.

    ``definition`` is a file, or the text of a definition, which places call ``label``. Facts,
    items, server and tables are made when first needed and kept until ``close``. With ``endpoint_url`` the tables are made
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
        label: str = "definition",
    ) -> None:
        self._text = definition if isinstance(definition, str) and "\n" in definition else None
        self._label = str(definition) if self._text is None else label
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
        return definition.name if definition else self._label

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
                    checked=self._check().diagnostics,
                    listen=self._listener,
                )
            )
        )

    def prove(self, *patterns: str, sets: int | None = None, seconds: float | None = None) -> Proof:
        """Look for facts on which access patterns, all or those named, are wrong.

        ``sets`` is how many sets of hard facts are tried, ``seconds`` for how long at most.
        """
        definition = self.definition
        for name in patterns:
            self._known(name, [p.name for p in definition.access_patterns], "access pattern")
        from dynaproof.api.proof_view import proof_of

        endpoint = self._endpoint or self._choose_endpoint()
        return self._guarded(
            lambda: proof_of(
                self._check(),
                endpoint,
                self._server_name(),
                seed=self.seed,
                only=patterns,
                sets=sets,
                seconds=seconds,
                listen=self._listener,
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
        if found.request is not None:
            name = str(found.request.arguments.get("TableName"))
        else:
            asked = answered.requests[0].get("TableName") if answered.requests else None
            name = str(asked).removeprefix(endpoint.table_prefix)
        return Answer(answered, found, self.definition.table(name))

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
            if self._text is not None:
                self._checked = check_text(self._text, self._label, folder=Path.cwd())
            else:
                self._checked = check_file(Path(self._label))
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
        if self._server is None:
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
