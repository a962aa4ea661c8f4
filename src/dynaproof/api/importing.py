"""``dynaproof import``: another tool's model, or a live table, as a definition with datasets."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from dynaproof.api.first_definition import schema_from
from dynaproof.api.workbench import DEFAULT_SEED
from dynaproof.definition.definition_file import FILE_OF_FOLDER
from dynaproof.exchange.draft import Draft
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place

DEFAULT_ROWS = 200
SUFFIXES = (".yaml", ".yml")
DATASETS = "datasets"
STREAM = "standard input"


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """A table that was made; ``items`` by item type."""

    name: str
    indexes: int
    items: Mapping[str, int]


@dataclass(frozen=True)
class Imported:
    """What was made of a model: ``files`` were written, the definition first."""

    source: str
    format: str
    files: tuple[Path, ...]
    tables: tuple[ImportedTable, ...]
    patterns: tuple[str, ...]
    proved: tuple[str, ...]
    """Those of ``patterns`` that have a question or a change, so that a run proves them."""
    not_carried: tuple[NotCarried, ...]
    read: tuple[str, ...] = ()
    """What was read of live tables, and what it took."""

    @property
    def definition(self) -> Path:
        """The definition's file."""
        return self.files[0]

    def to_json(self) -> bytes:
        """What ``--json`` writes."""
        document = {
            "format": "dynaproof-import",
            "version": 1,
            "source": self.source,
            "from": self.format,
            "files": [str(one) for one in self.files],
            "tables": [
                {"name": one.name, "indexes": one.indexes, "items": dict(one.items)}
                for one in self.tables
            ],
            "read": list(self.read),
            "access_patterns": list(self.patterns),
            "proved": list(self.proved),
            "not_carried": [{"place": one.place, "reason": one.reason} for one in self.not_carried],
        }
        return (json.dumps(document, indent=2) + "\n").encode()

    def __repr__(self) -> str:
        return "\n".join(
            [
                f"{self.source} -> {self.definition}",
                *self.summary,
                *(f"not carried: {one}" for one in self.not_carried),
            ]
        )

    def _repr_html_(self) -> str:
        from dynaproof.report.import_html import import_html

        return import_html(
            f"{self.source} -> {self.definition}",
            self.summary,
            [(one.place, one.reason) for one in self.not_carried],
        )

    @property
    def named(self) -> Path:
        """What a command is given: the folder that stands for the definition, or its file."""
        file = self.definition
        return file.parent if file.name == FILE_OF_FOLDER else file

    @property
    def summary(self) -> list[str]:
        """What was made, a line for each table and one for the access patterns."""
        return [*self.read, *map(_table_line, self.tables), _patterns_line(self)]


def import_model(
    source: str | Path,
    target: str | Path,
    *,
    format_: str | None = None,
    usage: str | Path | None = None,
    force: bool = False,
) -> Imported:
    """Read a model of another tool and write it as a definition with datasets.

    ``format_`` is one of ``exchange.incoming.detection.FORMAT_NAMES``; None: told by the content.
    ``usage`` is the file of usage data that may go with a schema of awslabs. ``target`` is the
    definition's file where it ends in .yaml or .yml, else a folder for a ``definition.yaml``; all
    is written or nothing, and nothing is overwritten without ``force``. Raises InputError for the
    source, EnvironmentFault (DP513) for the target.
    """
    return _imported(None, str(source), target, format_, usage, force)


def import_content(
    stream: IO[bytes],
    target: str | Path,
    *,
    format_: str | None = None,
    usage: str | Path | None = None,
    force: bool = False,
) -> Imported:
    """The same for what a stream gives, such as standard input."""
    from dynaproof.exchange.incoming.reading import MOST_BYTES

    return _imported(stream.read(MOST_BYTES + 1), STREAM, target, format_, usage, force)


def import_tables(
    endpoint_url: str,
    target: str | Path,
    *,
    tables: Sequence[str] = (),
    rows: int = DEFAULT_ROWS,
    seed: int = DEFAULT_SEED,
    keep_values: bool = False,
    secret: bytes | None = None,
    aws: bool = False,
    force: bool = False,
) -> Imported:
    """Read tables of a live endpoint, and up to ``rows`` items of each, as a definition.

    ``seed`` chooses the rows. Values are masked unless ``keep_values``, under a secret that is
    drawn anew each time, or under ``secret``: whoever has that can test guesses. Nothing is
    written at the endpoint. AWS needs ``aws`` and names of ``tables``. Raises as
    ``import_model`` does, and EnvironmentFault for the endpoint.
    """
    import secrets

    from dynaproof.dynamodb.endpoint import choose_endpoint_to_read
    from dynaproof.dynamodb.session import connect
    from dynaproof.dynamodb.table_sample import MOST_TABLES, sample_table, table_names
    from dynaproof.exchange.incoming.sampled_tables import read_sampled_tables

    place = _Target.of(target)
    place.refuse(force=force)
    endpoint = choose_endpoint_to_read(endpoint_url, aws=aws, named=bool(tables))
    with connect(endpoint) as connection:
        names = list(dict.fromkeys(tables)) or table_names(connection)
        if len(names) > MOST_TABLES:
            raise InputError(
                Diagnostic(
                    Code.QUOTA,
                    f"{endpoint.url} has more than {MOST_TABLES} tables",
                    hint="Name those that are meant with --table NAME.",
                )
            )
        samples = [sample_table(connection, name, rows, seed) for name in names]
    hidden = None if keep_values else secret or secrets.token_bytes(32)
    draft = read_sampled_tables(samples, endpoint.url, secret=hidden, seed=seed)
    made = _written(draft, endpoint.url, "endpoint", place, force=force)
    read = [f"{one.table.name}: {one.description}" for one in draft.tables]
    return replace(made, read=(f"from {draft.source}", *read))


def read_foreign_file(file: Path) -> bytes:
    """The content of a file of bounded size; raises InputError."""
    from dynaproof.exchange.incoming.reading import MOST_BYTES

    place = Place(str(file))
    try:
        if file.is_dir():
            hint = "Name a file in it."
            raise InputError.of(Code.FILE_UNREADABLE, "this is a folder", place=place, hint=hint)
        if file.is_file() and file.stat().st_size > MOST_BYTES:
            content = None
        else:
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)  # a pipe has no size to ask for
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = str(getattr(error, "strerror", None) or error).lower()
        message = f"cannot read the file: {reason}"
        raise InputError.of(Code.FILE_UNREADABLE, message, place=place) from error
    if content is None or len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1_000_000} MB"
        raise InputError.of(Code.TOO_LARGE, message, place=place)
    return content


def _imported(
    content: bytes | None,
    source: str,
    target: str | Path,
    format_: str | None,
    usage: str | Path | None,
    force: bool,
) -> Imported:
    """``content`` None: it is read from the file ``source``."""
    from dynaproof.exchange.incoming.reading import read_foreign

    place = _Target.of(target)
    place.refuse(force=force)
    if content is None:
        content = read_foreign_file(Path(source))
    more = (read_foreign_file(Path(usage)), Path(usage).name) if usage is not None else None
    found, draft = read_foreign(content, Path(source).name, format_, usage=more)
    return _written(draft, source, found, place, force=force)


@dataclass(frozen=True, slots=True)
class _Target:
    """``folder`` gets the file ``name``, and the datasets in ``datasets`` below it."""

    folder: Path
    name: str
    datasets: str

    @classmethod
    def of(cls, target: str | Path) -> _Target:
        path = Path(target)
        if path.suffix in SUFFIXES:
            return cls(path.parent, path.name, f"{DATASETS}/{path.stem}")
        return cls(path, FILE_OF_FOLDER, DATASETS)

    @property
    def file(self) -> Path:
        return self.folder / self.name

    def refuse(self, *, force: bool) -> None:
        """Tell what is in the way before anything is read; raises EnvironmentFault."""
        if not force and os.path.lexists(self.file):
            hint = "Name another target, or give --force to write it anew."
            message = "there is such a file already"
            raise EnvironmentFault(Diagnostic(Code.OUTPUT, message, Place(str(self.file)), hint))


def _written(draft: Draft, source: str, format_: str, target: _Target, *, force: bool) -> Imported:
    """Write the draft's files, after they were checked in a folder of their own."""
    from dynaproof.exchange.drafting import definition_of
    from dynaproof.report.output_folder import write_folder

    schema = schema_from(target.file)
    drafted = definition_of(draft, datasets=target.datasets, schema=schema)
    files = {target.name: drafted.definition.encode(), **drafted.datasets}
    try:
        definition, tables = _checked(files, target)
    except InputError as error:
        message = "no sound definition can be made of it, and nothing is written"
        told = Diagnostic(Code.FOREIGN_FILE, message, Place(source))
        raise InputError(told, *error.diagnostics) from error
    except OSError as error:
        raise EnvironmentFault(
            Diagnostic(
                Code.OUTPUT,
                f"what is to be written cannot be checked: {str(error.strerror).lower()}",
                Place(tempfile.gettempdir()),
                "It needs a folder for temporary files, with room.",
            )
        ) from error
    written = write_folder(
        target.folder, {name: _writer(content) for name, content in files.items()}, replace=force
    )
    return Imported(
        source,
        format_,
        written,
        tables,
        tuple(one.name for one in definition.access_patterns),
        tuple(
            one.name
            for one in definition.access_patterns
            if one.question is not None or one.change is not None
        ),
        drafted.not_carried,
    )


def _checked(
    files: Mapping[str, bytes], target: _Target
) -> tuple[Definition, tuple[ImportedTable, ...]]:
    """What the files say, free of errors; raises InputError with what cannot be used."""
    from dynaproof.proof.check import check_text
    from dynaproof.proof.events import no_listener
    from dynaproof.proof.prepared import prepare_items

    with tempfile.TemporaryDirectory(prefix="dynaproof-import-") as folder:
        for name, content in files.items():
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        text = files[target.name].decode()
        definition = check_text(text, str(target.file), folder=Path(folder)).require()
        prepared = prepare_items(definition, DEFAULT_SEED, no_listener)
        try:
            tables = tuple(
                ImportedTable(
                    table.name,
                    len(table.indexes),
                    {one.item_type: one.items for one in prepared.items[table.name].sizes()},
                )
                for table in definition.tables
            )
        finally:
            prepared.facts.close()
    return definition, tables


def _writer(content: bytes) -> Callable[[IO[bytes]], object]:
    def write(stream: IO[bytes]) -> object:
        return stream.write(content)

    return write


def _table_line(table: ImportedTable) -> str:
    parts = [_counted(table.indexes, "index", "indexes")]
    parts += [f"{_counted(n, 'item', 'items')} of {name}" for name, n in table.items.items()]
    return f"table {table.name}: " + ", ".join(parts)


def _patterns_line(made: Imported) -> str:
    proved = f", {len(made.proved)} of them proved by a question or a change"
    return _counted(len(made.patterns), "access pattern", "access patterns") + (
        proved if made.patterns else ""
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
