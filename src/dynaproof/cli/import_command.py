"""``dynaproof import``: another tool's model, or a live table, as a definition."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.json_file import prepare_json_file, write_json_file
from dynaproof.cli.outputs import STDOUT
from dynaproof.cli.screen import harmless, note

if TYPE_CHECKING:
    from dynaproof.api.importing import Imported

FORMATS = (
    "workbench",
    "onetable",
    "awslabs-schema",
    "awslabs",
    "cloudformation",
    "describe-table",
    "sheet",
)
"""Those of exchange.incoming.detection, which is imported when it is needed; a test compares."""
MOST_ROWS = 5_000
MOST_LINES = 1_000
"""Lines of what was not carried that are shown."""
HELP = """Write another tool's model, or a live table, as a definition with datasets.

SOURCE is a file ('-' for standard input): a model of NoSQL Workbench, a schema of OneTable, a data
model or schema of awslabs, a CloudFormation or SAM template, what describe-table answers, or a
sheet of access patterns in Markdown or CSV. Its format is told by what is in it.

With --endpoint-url, tables are read as they are there, and some of their items, whose values are
masked. Nothing is written there.

TARGET is the definition's file if it ends in .yaml or .yml, else a folder for it. What cannot be
carried is told with its place.

\b
dynaproof import model.json -o shop
dynaproof import --endpoint-url http://127.0.0.1:8000 --table orders -o shop
"""


@click.command("import", help=HELP)
@click.argument("source", type=click.Path(path_type=Path), required=False, metavar="[SOURCE]")
@click.option(
    "-o",
    "--output",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    metavar="TARGET",
    help="The definition's file, or a folder for it and its datasets.",
)
@click.option("--from", "format_", type=click.Choice(FORMATS), help="The format of SOURCE.")
@click.option(
    "--usage",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The usage data that goes with a schema of awslabs.",
)
@click.option("--endpoint-url", metavar="URL", help="Read the tables of this endpoint.")
@click.option("--aws", is_flag=True, help="Allow a real AWS endpoint (costs money; with --table).")
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Only this table.")
@click.option(
    "--rows",
    type=click.IntRange(0, MOST_ROWS),
    default=200,
    show_default=True,
    help="Items of each table at most.",
)
@click.option("--seed", type=int, default=42, show_default=True, help="Chooses the items.")
@click.option("--keep-values", is_flag=True, help="Write values as they are, without masks.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what was made and what was not carried; - for stdout.",
)
@click.option("-q", "--quiet", is_flag=True, help="No summary, only what was not carried.")
@click.pass_context
def import_(
    context: click.Context,
    source: Path | None,
    target: Path,
    format_: str | None,
    usage: Path | None,
    endpoint_url: str | None,
    aws: bool,
    tables: tuple[str, ...],
    rows: int,
    seed: int,
    keep_values: bool,
    force: bool,
    json_file: Path | None,
    quiet: bool,
) -> None:
    """Write another tool's model, or a live table, as a definition with datasets."""
    from dynaproof.api.importing import import_content, import_model, import_tables

    _refuse_mixed(context, source, endpoint_url)
    prepare_json_file(json_file, [target, target / "definition.yaml"])
    if endpoint_url is not None:
        made = import_tables(
            endpoint_url,
            target,
            tables=tables,
            rows=rows,
            seed=seed,
            keep_values=keep_values,
            aws=aws,
            force=force,
        )
    elif source == STDOUT:
        made = import_content(sys.stdin.buffer, target, format_=format_, usage=usage, force=force)
    else:
        assert source is not None  # noqa: S101  else there is an endpoint
        made = import_model(source, target, format_=format_, usage=usage, force=force)
    _tell(made, quiet)
    write_json_file(json_file, made.to_json(), quiet)


def _refuse_mixed(context: click.Context, source: Path | None, endpoint_url: str | None) -> None:
    """Options of files go with a SOURCE, those of tables with an endpoint."""
    if (source is None) == (endpoint_url is None):
        raise click.UsageError("name a SOURCE, or an endpoint with --endpoint-url")
    of_tables = ("aws", "tables", "rows", "seed", "keep_values")
    wrong = ("format_", "usage") if source is None else of_tables
    given = {"format_": "--from", "tables": "--table", "keep_values": "--keep-values"}
    for name in wrong:
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            other = "a SOURCE" if source is None else "--endpoint-url"
            raise click.UsageError(f"{given.get(name, f'--{name}')} goes with {other}")


def _tell(made: Imported, quiet: bool) -> None:
    for path in made.files:
        note(f"wrote {harmless(str(path))}", quiet)
    for line in made.summary:
        note(harmless(line), quiet)
    for one in made.not_carried[:MOST_LINES]:
        click.echo(f"not carried: {harmless(str(one))}", err=True)
    if (more := len(made.not_carried) - MOST_LINES) > 0:
        click.echo(f"not carried: {more:,} more; --json FILE writes all of them", err=True)
    note(f"next: dynaproof run {harmless(str(made.named))}", quiet)
