"""``dynaproof export``: a definition in another tool's form, written all or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from dynaproof.api.workbench import DEFAULT_SEED
from dynaproof.exchange.exported import Exported, GeneratedItem
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.chosen_tables import with_tables
from dynaproof.exchange.outgoing.formats import FORMATS, ExportFormat
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, InputError, Place
from dynaproof.proof.check import check_file
from dynaproof.proof.events import Listener, no_listener
from dynaproof.proof.prepared import Prepared, prepare_items

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """``files`` were written, in this order; ``not_carried`` has no place in the form."""

    definition: str
    format: str
    files: tuple[Path, ...]
    not_carried: tuple[NotCarried, ...]

    def to_json(self) -> bytes:
        """What ``--json`` writes."""
        document = {
            "format": "dynaproof-export",
            "version": 1,
            "definition": self.definition,
            "to": self.format,
            "files": [str(one) for one in self.files],
            "not_carried": [{"place": one.place, "reason": one.reason} for one in self.not_carried],
        }
        return (json.dumps(document, indent=2) + "\n").encode()


def export_model(
    definition: str | Path,
    format_: str,
    target: str | Path,
    *,
    tables: Sequence[str] = (),
    seed: int = DEFAULT_SEED,
    force: bool = False,
    listen: Listener | None = None,
) -> ExportedModel:
    """Write a definition in another tool's form to a file or a folder; gives what was written.

    ``format_`` is one of ``exchange.outgoing.formats.FORMATS``; ``tables`` chooses some. Items,
    where the form has a place for them, follow ``seed``. Files that are there are only replaced
    with ``force``. Raises InputError for the definition, a name, or what the form cannot say at
    all, EnvironmentFault (DP513) for the target.
    """
    form = _format(format_)
    target = Path(target)
    suffix = _suffix(form, target)
    whole = check_file(Path(definition)).require()
    chosen, others = with_tables(whole, tables)
    if not form.is_folder or _is_alone(form, target):
        _refuse_file(target, force=force)
    with _Items(whole, seed, listen or no_listener) as items:
        exported = form.export(suffix)(chosen, items.of)
        exported = replace(exported, not_carried=(*others, *exported.not_carried))
        files, not_carried = _write(form, exported, target, force=force)
    return ExportedModel(chosen.name, form.name, files, not_carried)


def _format(name: str) -> ExportFormat:
    if name in FORMATS:
        return FORMATS[name]
    from dynaproof.definition.validation import did_you_mean

    message = f"there is no form '{name}' to export to"
    raise InputError(Diagnostic(Code.UNKNOWN_NAME, message, hint=did_you_mean(name, list(FORMATS))))


def _suffix(form: ExportFormat, target: Path) -> str:
    """The suffix that chooses the exporter; that of a folder, or of a device, says nothing."""
    if form.is_folder:
        return ""
    if target.suffix in form.functions:
        return target.suffix
    if target.exists() and not target.is_file() and not target.is_dir():
        return next(iter(form.functions))
    message = f"a file of the form '{form.name}' ends with {' or '.join(form.functions)}"
    raise InputError(Diagnostic(Code.EXPORT, message, Place(str(target)), "Name it so."))


class _Items:
    """The items of a definition, generated when the first one is asked for."""

    def __init__(self, definition: Definition, seed: int, listen: Listener) -> None:
        self._definition, self._seed, self._listen = definition, seed, listen
        self._prepared: Prepared | None = None

    def of(self, table: str) -> Iterator[GeneratedItem]:
        """The items of a table in the order of their keys."""
        if self._prepared is None:
            self._prepared = prepare_items(self._definition, self._seed, self._listen)
        for batch in self._prepared.items[table].typed_batches(_BATCH):
            for item_type, text in batch:
                yield GeneratedItem(item_type, text)

    def __enter__(self) -> _Items:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._prepared is not None:
            self._prepared.facts.close()


def _write(
    form: ExportFormat, exported: Exported, target: Path, *, force: bool
) -> tuple[tuple[Path, ...], tuple[NotCarried, ...]]:
    if _is_alone(form, target):
        exported = _only_file(form, exported, target)
    elif form.is_folder:
        from dynaproof.report.output_folder import write_folder

        told: list[NotCarried] = []
        written = write_folder(target, exported.writers(told), replace=force)
        return written, (*exported.not_carried, *told)
    from dynaproof.report.output_file import make_folder_of, write_atomically

    contents, not_carried = exported.whole()
    [content] = contents.values()
    make_folder_of(target)
    write_atomically(target, content)
    return (target,), not_carried


def _is_alone(form: ExportFormat, target: Path) -> bool:
    """Whether the target is to be the one file of a form that is a folder."""
    return bool(form.alone) and target.suffix == form.alone and not target.is_dir()


def _only_file(form: ExportFormat, exported: Exported, target: Path) -> Exported:
    files = {name: one for name, one in exported.files.items() if name.endswith(form.alone)}
    if len(files) != 1:
        message = f"the form '{form.name}' gives {len(files)} files ending with {form.alone} here"
        hint = f"Name a folder; or some of the tables with --table. They are: {', '.join(files)}."
        raise InputError(Diagnostic(Code.EXPORT, message, Place(str(target)), hint))
    beside = tuple(
        NotCarried(name, "it is written where the target is a folder")
        for name in exported.files
        if name not in files
    )
    return replace(exported, files=files, not_carried=(*exported.not_carried, *beside))


def _refuse_file(target: Path, *, force: bool) -> None:
    try:
        device = target.exists() and not target.is_file() and not target.is_dir()
        there = os.path.lexists(target) and not device and not target.is_dir()
    except (OSError, ValueError):
        there = False  # a name that no file can have; writing tells why
    if there and not force:
        raise EnvironmentFault(
            Diagnostic(
                Code.OUTPUT,
                "there is such a file already",
                Place(str(target)),
                "Name another one, or give --force to write it anew.",
            )
        )
