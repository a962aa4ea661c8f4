"""``--format`` and ``--output``: one result in the formats that people, programs and CI read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.options import Command
from dynaproof.cli.screen import note

if TYPE_CHECKING:
    from dynaproof.model.diagnostic import DynaproofError
    from dynaproof.report import outcome as outcomes

FORMATS = ("text", "json", "junit", "sarif", "github", "markdown")
STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Outputs:
    """``shown`` is the format on stdout, ``files`` are written beside it."""

    shown: str
    files: tuple[tuple[str, Path], ...] = ()

    def make_folders(self) -> None:
        """What cannot be written is told before the work, not after it."""
        if not self.files:
            return
        from dynaproof.report.output_file import make_folder_of

        for _, file in self.files:
            make_folder_of(file)

    def write(
        self,
        found: Sequence[outcomes.Outcome],
        *,
        text: Callable[[], str],
        json: Callable[[], bytes],
        quiet: bool = False,
    ) -> None:
        """Write all files, then what stdout shows unless that is text: the command prints that."""
        for format_, file in self.files:
            from dynaproof.report.output_file import write_atomically

            write_atomically(file, _bytes(format_, found, text, json))
            note(f"wrote {file}", quiet)
        if self.shown != "text":
            click.echo(_bytes(self.shown, found, text, json).decode(), nl=False)

    def write_fault(
        self, command: outcomes.Command, definition: Path, error: DynaproofError, *, quiet: bool
    ) -> None:
        """Tell CI that a command could not be carried out; the JSON of a result is not written."""
        wanted = tuple(one for one in self.files if one[0] not in ("text", "json"))
        shown = self.shown if self.shown != "json" else "text"
        if not wanted and shown == "text":
            return
        from dynaproof.report.outcome import fault_outcome

        found = [fault_outcome(command, str(definition), error)]
        told = Outputs(shown, wanted)
        told.make_folders()
        told.write(found, text=str, json=bytes, quiet=quiet)


def output_options(command: Command) -> Command:
    """--format and --output."""
    for option in (
        click.option(
            "-o",
            "--output",
            "outputs",
            multiple=True,
            metavar="FORMAT=FILE",
            help="Write a file too, in any of these formats; may be repeated.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(FORMATS),
            default="text",
            show_default=True,
            help="What stdout shows.",
        ),
    ):
        command = option(command)
    return command


def chosen_outputs(format_: str, outputs: Sequence[str], json_file: Path | None = None) -> Outputs:
    """What the options ask for; ``json_file`` is that of ``--json``. Raises BadParameter."""
    files: list[tuple[str, Path]] = []
    for text in outputs:
        kind, equals, name = text.partition("=")
        if not equals or not name or kind not in FORMATS:
            raise click.BadParameter(
                f"'{text}' is not FORMAT=FILE, with FORMAT one of {', '.join(FORMATS)}",
                param_hint="--output",
            )
        files.append((kind, Path(name)))
    if json_file == STDOUT:
        if format_ not in ("text", "json"):
            raise click.BadParameter(f"stdout shows '{format_}': name a file", param_hint="--json")
        format_ = "json"
    elif json_file is not None:
        files.append(("json", json_file))
    named = [file for _, file in files]
    for file in named:
        if named.count(file) > 1:
            raise click.BadParameter(f"'{file}' is named twice", param_hint="--output")
    return Outputs(format_, tuple(files))


def _bytes(
    format_: str,
    found: Sequence[outcomes.Outcome],
    text: Callable[[], str],
    json: Callable[[], bytes],
) -> bytes:
    if format_ == "text":
        return f"{text()}\n".encode(errors="backslashreplace")
    if format_ == "json":
        return json()
    from dynaproof.report.ci_formats import CI_FORMATS

    return CI_FORMATS[format_](found)
