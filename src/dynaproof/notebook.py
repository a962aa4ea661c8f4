"""``%load_ext dynaproof``: definitions typed in a cell, and ``%dynaproof run`` on them.

Options are those of the command line, read by click. What a line gives is the value that the
same call of a :class:`dynaproof.Workbench` gives, so a notebook shows it, and can keep it:
``run = %dynaproof run``. IPython itself is never imported: it hands itself over.
"""

from __future__ import annotations

import atexit
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dynaproof.api.workbench import DEFAULT_SEED, Workbench
from dynaproof.definition.definition_file import definition_file
from dynaproof.definition.text_file import read_text
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dynaproof.api.proof_view import Proof
    from dynaproof.api.views import Answer, Explained, Findings, PatternViews, Run, TableViews

MAGIC = "dynaproof"
UNNAMED = "definition"
"""The name of a cell's definition that is given none."""
HELP = """Model, run and prove DynamoDB access patterns in a notebook.

\b
%%dynaproof [NAME]                   check the definition in this cell, keep it
%dynaproof run                       run the access patterns of the current one
%dynaproof run -d patterns/x.yaml    of a file, the current one from then on
"""


class Interrupted(KeyboardInterrupt):
    """The kernel was interrupted; shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return ["interrupted"]


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    seed: int
    bench: Workbench
    typed: bool


@dataclass(slots=True)
class Benches:
    """The definitions of a notebook, each on a workbench of its own; one is the current one."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    _current: str | None = None

    def keep(self, name: str, text: str, seed: int, *, typed: bool = True) -> Workbench:
        """Keep a definition, which becomes the current one; an older one of this name is closed."""
        if typed:
            # The cell's first line is the magic itself: the definition begins on the second.
            bench = Workbench(f"\n{text}", seed=seed, label=name)
        else:
            bench = Workbench(Path(name), seed=seed)
        older = self._kept.pop(name, None)
        self._kept[name] = _Kept(text, seed, bench, typed)
        self._current = name
        if older is not None:
            older.bench.close()
        return bench

    def chosen(self, named: str | None = None, seed: int | None = None) -> Workbench:
        """The bench of a cell's definition or of a file, the current one if none is named.

        It becomes the current one. A file that has changed is read again; another seed makes
        other facts. Raises InputError.
        """
        name = self._current if named is None else named
        if name is None:
            raise _not_understood(
                "there is no definition yet",
                "Type one into a cell that begins with '%%dynaproof', or name a file: -d FILE.",
            )
        kept = self._kept.get(name)
        typed = kept is not None and kept.typed
        text = kept.text if kept is not None and typed else self._file_text(name)
        wanted = seed if seed is not None else kept.seed if kept is not None else DEFAULT_SEED
        if kept is not None and (kept.text, kept.seed) == (text, wanted):
            self._current = name
            return kept.bench
        return self.keep(name, text, wanted, typed=typed)

    def close(self) -> None:
        """End all servers and forget all facts; the definitions stay."""
        for kept in self._kept.values():
            kept.bench.close()

    def _file_text(self, name: str) -> str:
        try:
            return read_text(definition_file(Path(name)))
        except InputError as error:
            meant = did_you_mean(name, [one for one, kept in self._kept.items() if kept.typed])
            raise InputError(
                *(replace(one, hint=one.hint or meant) for one in error.diagnostics)
            ) from error


@dataclass(frozen=True, slots=True)
class DynaproofMagic:
    """``%dynaproof`` and ``%%dynaproof`` of one shell."""

    benches: Benches = field(default_factory=Benches)

    def __call__(self, line: str, cell: str | None = None) -> object:
        """Carry out a line, or keep a cell; gives what is to be shown. Raises DynaproofError."""
        command = _line if cell is None else _cell
        try:
            context = command.make_context(
                f"%{MAGIC}" if cell is None else f"%%{MAGIC}",
                shlex.split(line),
                obj=(self.benches, cell),
            )
            with context:
                return command.invoke(context)
        except click.exceptions.Exit:
            return None  # --help has been printed
        except click.UsageError as error:
            usage = error.ctx.get_usage() if error.ctx else ""
            raise _not_understood(error.format_message(), usage) from error
        except ValueError as error:
            raise _not_understood(str(error).lower(), "Close each quote that is opened.") from error
        except KeyboardInterrupt:
            self.benches.close()  # tables may hold half of what was to be written
            raise Interrupted from None


def load(ipython: InteractiveShell) -> None:
    """Register the magics; servers end with the kernel, or when the extension is unloaded."""
    magic = DynaproofMagic()
    ipython.magics_manager.register_function(magic, "line_cell", MAGIC)
    atexit.register(magic.benches.close)


def unload(ipython: InteractiveShell) -> None:
    """Take the magics away and end their servers."""
    for kind in ("line", "cell"):
        magic = ipython.magics_manager.magics[kind].pop(MAGIC, None)
        if isinstance(magic, DynaproofMagic):
            magic.benches.close()
            atexit.unregister(magic.benches.close)


# --- what can be typed -------------------------------------------------------------------------

Command = Callable[..., Any]  # what click decorates: a function of any options
HELP_OPTION = {"help_option_names": ["-h", "--help"]}
_PARAM = click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter's value."
)
_PATTERNS = click.argument("patterns", nargs=-1, metavar="[PATTERN]...")


@click.command(context_settings=HELP_OPTION)
@click.argument("name", default=UNNAMED, metavar="[NAME]")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Of all facts.")
@click.pass_obj
def _cell(given: tuple[Benches, str], name: str, seed: int) -> Findings:
    """Check the definition in this cell, and keep it as the current one."""
    benches, text = given
    return benches.keep(name, text, seed).check()


@click.group(help=HELP, invoke_without_command=True, context_settings=HELP_OPTION)
@click.pass_context
def _line(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _command(function: Command) -> click.Command:
    """A command of the line: it gets the bench that -d and --seed choose."""

    @wraps(function)
    def on_bench(
        context: click.Context, /, definition: str | None, seed: int | None, **options: object
    ) -> object:
        benches, _ = context.obj
        return function(benches.chosen(definition, seed), **options)

    command: Command = click.pass_context(on_bench)
    for option in (
        click.option("--seed", type=int, help="Seed of all facts.  [default: 42]"),
        click.option("-d", "--definition", metavar="NAME|FILE", help="Not the current one."),
    ):
        command = option(command)
    return _line.command(context_settings=HELP_OPTION)(command)


@_command
def check(bench: Workbench) -> Findings:
    """Find what is wrong, without a server."""
    return bench.check()


@_command
def tables(bench: Workbench) -> TableViews:
    """Show the tables: keys, indexes, item types."""
    return bench.tables


@_command
def patterns(bench: Workbench) -> PatternViews:
    """Show the access patterns: operation, key condition, budget."""
    return bench.patterns


@_command
@_PATTERNS
def run(bench: Workbench, patterns: tuple[str, ...]) -> Run:
    """Run all access patterns, or those named."""
    return bench.run(*patterns)


@_command
@_PATTERNS
@click.option("--sets", type=click.IntRange(min=1), help="Sets of facts to try.  [default: 40]")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after so long.  [default: 45]",
)
def prove(
    bench: Workbench, patterns: tuple[str, ...], sets: int | None, seconds: float | None
) -> Proof:
    """Look for facts on which all access patterns, or those named, are wrong."""
    return bench.prove(*patterns, sets=sets, seconds=seconds)


@_command
@click.argument("pattern")
@_PARAM
@click.option("--set", "set_label", metavar="LABEL", help="A parameter set of the run.")
def explain(
    bench: Workbench, pattern: str, params: Iterable[str], set_label: str | None
) -> Explained:
    """Explain what the service charges for one call of PATTERN."""
    return bench.explain(pattern, set_label, **_values(params))


@_command
@click.argument("pattern")
@_PARAM
def query(bench: Workbench, pattern: str, params: Iterable[str]) -> Answer:
    """Make one call of PATTERN; a write stays until 'close'."""
    return bench.query(pattern, **_values(params))


@_command
def bench(bench: Workbench) -> Workbench:
    """Give the workbench itself."""
    return bench


@_line.command(context_settings=HELP_OPTION)
@click.pass_obj
def close(given: tuple[Benches, None]) -> None:
    """End the servers and forget the facts; definitions stay."""
    given[0].close()


def _values(params: Iterable[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in params:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"'{text}' is not NAME=VALUE", param_hint="--param")
        values[name] = value
    return values


def _not_understood(message: str, hint: str) -> InputError:
    return InputError(Diagnostic(Code.MAGIC, message, hint=hint))
