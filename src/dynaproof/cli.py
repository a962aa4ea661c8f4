"""The command line: options become one call of the API, its outcome an exit status.

0 all held, 1 an expectation broken, 2 bad input, 3 environment. Only click is imported here;
everything else when a command needs it, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dynaproof import __version__

if TYPE_CHECKING:
    from rich.console import Console

    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.model.definition import Definition
    from dynaproof.model.diagnostic import Diagnostic

Command = Callable[..., Any]  # what click decorates: a function of any options
INTERRUPTED = 130
"""The status that shells give a command ended by Ctrl-C."""

DEFINITION = click.argument(
    "definition", type=click.Path(dir_okay=False, path_type=Path), metavar="DEFINITION"
)
SEED = click.option("--seed", type=int, default=42, show_default=True, help="Seed of all facts.")


def endpoint_options(command: Command) -> Command:
    """--endpoint-url, --aws and --table-prefix."""
    for option in (
        click.option(
            "--table-prefix", default="", metavar="TEXT", help="Stands before every table name."
        ),
        click.option(
            "--aws", is_flag=True, help="Allow a real AWS endpoint (costs money; with a prefix)."
        ),
        click.option(
            "--endpoint-url", metavar="URL", help="Use this endpoint, not a server of our own."
        ),
    ):
        command = option(command)
    return command


class Interface(click.Group):
    """The group of all commands; every DynaproofError ends in its exit status."""

    def invoke(self, ctx: click.Context) -> Any:  # as click declares it
        from dynaproof.model.diagnostic import DynaproofError

        try:
            return super().invoke(ctx)
        except DynaproofError as error:
            show(error.diagnostics)
            sys.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            sys.stderr.close()  # whoever read us has gone, and needs no complaint
            sys.exit(0)


@click.group(cls=Interface, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="dynaproof %(version)s")
def main() -> None:
    r"""Model, run and validate DynamoDB access patterns on the real DynamoDB Local.

    \b
    dynaproof check patterns/cruddur.yaml     what can be found without a server
    dynaproof run patterns/cruddur.yaml       facts, items, tables, patterns, capacity
    """


@main.command()
@DEFINITION
@SEED
@click.option("--pattern", "patterns", multiple=True, metavar="NAME", help="Only this pattern.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="Write the whole result as JSON; '-' for standard output.",
)
@click.option(
    "--charts", type=click.Path(file_okay=False, path_type=Path), help="Write charts to a folder."
)
@click.option("--server-version", metavar="VERSION", help="A version of DynamoDB Local.")
@click.option("-q", "--quiet", is_flag=True, help="No table and no progress.")
@endpoint_options
def run(
    definition: Path,
    seed: int,
    patterns: tuple[str, ...],
    json_file: Path | None,
    charts: Path | None,
    server_version: str | None,
    quiet: bool,
    **endpoint: Any,
) -> None:
    """Run every access pattern of DEFINITION and measure what it consumes.

    Facts are generated, items made and loaded into DynamoDB Local; each pattern is called with
    the largest and the smallest item collection, with parameters drawn by the seed, and with
    some that find nothing.
    """
    from dynaproof.api import Workbench
    from dynaproof.report.terminal import print_run

    with (
        progress(quiet) as listen,
        Workbench(
            definition, seed=seed, server_version=server_version, listen=listen, **endpoint
        ) as bench,
    ):
        show([d for d in bench.check() if d.severity.value == "warning"])
        outcome = bench.run(*patterns)
    to_stdout = json_file is not None and str(json_file) == "-"
    if not quiet and not to_stdout:
        print_run(outcome.result, console())
    if to_stdout:
        click.echo(outcome.to_json().decode(), nl=False)
    elif json_file is not None:
        outcome.save_json(json_file)
        note(f"wrote {json_file}", quiet)
    if charts is not None:
        for path in outcome.save_charts(charts):
            note(f"wrote {path}", quiet)
    sys.exit(outcome.result.exit_status)


@main.command()
@click.argument(
    "definitions",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="DEFINITION...",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
def check(definitions: tuple[Path, ...], format_: str) -> None:
    """Find what is wrong without a server: every finding with its place, all at once."""
    from dynaproof.model.diagnostic import InputError
    from dynaproof.proof.check import check_file

    found: list[Diagnostic] = []
    for definition in definitions:
        try:
            found += check_file(definition).diagnostics
        except InputError as error:
            found += error.diagnostics
    errors = sum(1 for one in found if one.severity.value == "error")
    if format_ == "text":
        show(found)
        names = ", ".join(str(path) for path in definitions)
        click.echo(f"{names}: {_counted(errors, 'error')}" if errors else f"{names}: no findings")
    else:
        from dynaproof.report.findings import diagnostics_to_github, diagnostics_to_json

        as_json = format_ == "json"
        text = diagnostics_to_json(found).decode() if as_json else diagnostics_to_github(found)
        click.echo(text, nl=False)
    sys.exit(2 if errors else 0)


@main.command()
@click.option("--run", "of_run", is_flag=True, help="The schema of 'run --json' instead.")
def schema(of_run: bool) -> None:
    """Print the JSON Schema of definitions, for editors and CI."""
    if of_run:
        from dynaproof.report.run_json import run_schema

        click.echo(run_schema(), nl=False)
        return
    from dynaproof.definition.json_schema import schema_text

    click.echo(schema_text(), nl=False)


@main.command()
@click.argument("pattern")
@click.option(
    "-d",
    "--definition",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The definition; by default the one in patterns/ that has PATTERN.",
)
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter's value.")
@click.option("--show", "show_code", is_flag=True, help="Print it as boto3, AWS CLI and PartiQL.")
@click.option("--server-version", metavar="VERSION", help="A version of DynamoDB Local.")
@SEED
@endpoint_options
def query(
    pattern: str,
    definition: Path | None,
    params: tuple[str, ...],
    show_code: bool,
    server_version: str | None,
    seed: int,
    **endpoint: Any,
) -> None:
    """Make one call of an access pattern; see its items and what it consumes.

    Parameters that are not given are drawn from the facts.
    """
    from dynaproof.api import Workbench
    from dynaproof.report.answers import print_answer

    values = dict(_parameter(text) for text in params)
    with (
        progress(quiet=False) as listen,
        Workbench(
            definition or _definition_of(pattern),
            seed=seed,
            server_version=server_version,
            listen=listen,
            **endpoint,
        ) as bench,
    ):
        answer = bench.query(pattern, **values)
        print_answer(answer.answered, console(), answer.table)
        if show_code and answer.pattern.request is not None:
            from dynaproof.report.request_code import print_request

            print_request(
                answer.pattern.request.operation,
                answer.answered.call.request,
                bench.endpoint_url,
                console(),
            )
    refused = answer.answered.call.error is not None
    sys.exit(1 if refused and answer.pattern.expect.fails is None else 0)


@main.group()
def server() -> None:
    """DynamoDB Local: get it, and keep one running in the background."""


@server.command("install")
@click.option("--version", metavar="VERSION", help="A version; the newest by default.")
def server_install(version: str | None) -> None:
    """Get DynamoDB Local, its digest checked, into the cache."""
    from dynaproof.dynamodb.local.install import install

    found = install(version=version, progress=lambda text: click.echo(text, err=True))
    click.echo(f"DynamoDB Local {found.version} is in {found.folder}")


@server.command("start")
@click.option("--port", type=int, help="The port to listen on; a free one by default.")
def server_start(port: int | None) -> None:
    """Start a server in the background; it stays until 'server stop'."""
    from dynaproof.dynamodb.local.background import background_status, start_background

    running = background_status()
    state = running or start_background(port)
    how = "runs already" if running else "started"
    click.echo(f"DynamoDB Local {state.version} {how} at http://127.0.0.1:{state.port}")


@server.command("stop")
def server_stop() -> None:
    """Stop the background server; what it held is gone."""
    from dynaproof.dynamodb.local.background import stop_background

    stopped = stop_background()
    click.echo("stopped" if stopped else "no server was running")


@server.command("status")
def server_status() -> None:
    """Tell whether a background server runs, and where; exit status 3 if none does."""
    from dynaproof.dynamodb.local.background import background_status

    state = background_status()
    if state is None:
        click.echo("no server is running")
        sys.exit(3)
    click.echo(
        f"DynamoDB Local {state.version} at http://127.0.0.1:{state.port} (process {state.pid})"
    )


@main.group()
def tables() -> None:
    """Tables on the background server or on an endpoint: list, create, load, scan, drop."""


@tables.command("list")
@endpoint_options
def tables_list(**options: Any) -> None:
    """List tables with keys, indexes, item count, size and protection."""
    from dynaproof.dynamodb.tables import Tables
    from dynaproof.report.stored_tables import print_tables

    with Tables(_endpoint(**options)) as control:
        print_tables([control.describe(name) for name in control.names()], console())


@tables.command("create")
@DEFINITION
@endpoint_options
def tables_create(definition: Path, **options: Any) -> None:
    """Create the tables of DEFINITION, without items."""
    from dynaproof.dynamodb.tables import Tables

    found = _checked(definition)
    with Tables(_endpoint(**options)) as control:
        for table in found.tables:
            name = control.create(table, place=found.source.key("tables", table.name))
            click.echo(f"created {name}")


@tables.command("load")
@DEFINITION
@SEED
@endpoint_options
def tables_load(definition: Path, seed: int, **options: Any) -> None:
    """Load the items of DEFINITION into its tables, which are created if need be."""
    from dynaproof.proof.run import load_tables, prepare_items

    found = _checked(definition)
    endpoint = _endpoint(**options)
    with progress(quiet=False) as listen:
        prepared = prepare_items(found, seed, listen)
        try:
            load_tables(prepared, endpoint, listen, protect=True, into_existing=True)
            counts = {name: items.count() for name, items in prepared.items.items()}
        finally:
            prepared.facts.close()
    for name, count in counts.items():
        click.echo(f"loaded {count:,} items into {endpoint.table_prefix}{name}")


@tables.command("scan")
@click.argument("table")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@endpoint_options
def tables_scan(table: str, limit: int, **options: Any) -> None:
    """Show the first items of TABLE and what reading them consumed."""
    from dynaproof.dynamodb.tables import Tables
    from dynaproof.proof.query import scan_table
    from dynaproof.report.answers import print_answer

    endpoint = _endpoint(**options)
    with Tables(endpoint) as control:
        stored = control.describe(endpoint.table_prefix + table)
    print_answer(scan_table(endpoint, stored.table.name, limit), console(), stored.table)


@tables.command("drop")
@click.argument("names", nargs=-1, required=True, metavar="TABLE...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@endpoint_options
def tables_drop(names: tuple[str, ...], yes: bool, **options: Any) -> None:
    """Drop tables and all their items; a table with deletion protection stays."""
    from dynaproof.dynamodb.tables import Tables

    endpoint = _endpoint(**options)
    with Tables(endpoint) as control:
        for name in [endpoint.table_prefix + name for name in names]:
            stored = control.describe(name)
            question = f"Drop the table '{name}' with {stored.items:,} items at {endpoint.url}?"
            if not yes and not click.confirm(question, err=True):
                click.echo(f"kept {name}")
                continue
            control.drop(name)
            click.echo(f"dropped {name}")


def show(diagnostics: Any) -> None:
    """Print findings to stderr, each with its line of the file."""
    if not diagnostics:
        return
    from dynaproof.report.findings import print_diagnostics

    print_diagnostics(diagnostics, console(stderr=True))


def console(*, stderr: bool = False) -> Console:
    """A console that folds to the terminal and is plain when there is none."""
    from dynaproof.report.terminal import terminal_console

    return terminal_console(stderr=stderr)


@contextmanager
def progress(quiet: bool) -> Iterator[Any]:
    """A listener that shows what takes longer than a second."""
    if quiet:
        yield None
        return
    from dynaproof.report.progress import show_progress

    with show_progress(console(stderr=True)) as listen:
        yield listen


def note(text: str, quiet: bool) -> None:
    """A remark on stderr."""
    if not quiet:
        click.echo(text, err=True)


def _endpoint(endpoint_url: str | None, aws: bool, table_prefix: str) -> Endpoint:
    from dynaproof.dynamodb.endpoint import Endpoint, choose_endpoint
    from dynaproof.dynamodb.local.background import background_status
    from dynaproof.model.codes import Code
    from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

    if endpoint_url is not None:
        return choose_endpoint(endpoint_url, aws=aws, table_prefix=table_prefix)
    state = background_status()
    if state is None:
        raise EnvironmentFault(
            Diagnostic(
                Code.NO_SERVER,
                "no server is running",
                hint="Start one with 'dynaproof server start', or give --endpoint-url.",
            )
        )
    return Endpoint(f"http://127.0.0.1:{state.port}", table_prefix=table_prefix)


def _checked(definition: Path) -> Definition:
    from dynaproof.proof.check import check_file

    return check_file(definition).require()


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"'{text}' is not NAME=VALUE", param_hint="--param")
    return name, value


def _definition_of(pattern: str) -> Path:
    """The one definition below patterns/ that has an access pattern."""
    from dynaproof.proof.check import check_file

    files = sorted(Path("patterns").glob("*.yaml"))
    with_pattern = [
        file
        for file in files
        if (found := check_file(file).definition) and found.access_pattern(pattern)
    ]
    if len(with_pattern) == 1:
        return with_pattern[0]
    from dynaproof.model.codes import Code
    from dynaproof.model.diagnostic import Diagnostic, InputError

    if with_pattern:
        message = f"several definitions have '{pattern}': {', '.join(map(str, with_pattern))}"
    elif files:
        message = f"no definition in patterns/ has an access pattern '{pattern}'"
    else:
        message = "there is no definition in patterns/"
    raise InputError(
        Diagnostic(Code.UNKNOWN_NAME, message, hint="Name one with --definition FILE.")
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


if __name__ == "__main__":
    main()
