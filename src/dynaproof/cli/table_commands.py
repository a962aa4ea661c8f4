"""``dynaproof tables``: tables on the background server or on an endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dynaproof.cli.options import (
    DEFINITION,
    FORMAT,
    SEED,
    checked,
    chosen_endpoint,
    endpoint_options,
)
from dynaproof.cli.screen import console, progress


@click.group()
def tables() -> None:
    """List, create, load, scan and drop tables on a server."""


@tables.command("list")
@FORMAT
@endpoint_options
def tables_list(format_: str, **options: Any) -> None:
    """List tables with keys, indexes, item count, size and protection."""
    from dynaproof.dynamodb.tables import Tables
    from dynaproof.report.endpoint_json import tables_to_json
    from dynaproof.report.stored_tables import print_tables

    with Tables(chosen_endpoint(**options)) as control:
        stored = [control.describe(name) for name in control.names()]
    if format_ == "json":
        click.echo(tables_to_json(stored), nl=False)
    else:
        print_tables(stored, console())


@tables.command("create")
@DEFINITION
@endpoint_options
def tables_create(definition: Path, **options: Any) -> None:
    """Create the tables of DEFINITION, without items."""
    from dynaproof.dynamodb.tables import Tables

    found = checked(definition)
    with Tables(chosen_endpoint(**options)) as control:
        for table in found.tables:
            name = control.create(table, place=found.source.key("tables", table.name))
            click.echo(f"created {name}")


@tables.command("load")
@DEFINITION
@SEED
@endpoint_options
def tables_load(definition: Path, seed: int, **options: Any) -> None:
    """Load the items of DEFINITION, and create its tables if need be."""
    from dynaproof.proof.run import load_tables, prepare_items

    found = checked(definition)
    endpoint = chosen_endpoint(**options)
    with progress(quiet=False) as listen:
        prepared = prepare_items(found, seed, listen)
        try:
            load_tables(prepared, endpoint, listen, lasting=True, into_existing=True)
            counts = {name: items.count() for name, items in prepared.items.items()}
        finally:
            prepared.facts.close()
    for name, count in counts.items():
        click.echo(f"loaded {count:,} items into {endpoint.table_prefix}{name}")


@tables.command("scan")
@click.argument("table")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Items at most.",
)
@endpoint_options
def tables_scan(table: str, limit: int, **options: Any) -> None:
    """Show the first items of TABLE and what reading them consumed."""
    from dynaproof.dynamodb.tables import Tables
    from dynaproof.proof.query import scan_table
    from dynaproof.report.answers import print_answer

    endpoint = chosen_endpoint(**options)
    with Tables(endpoint) as control:
        stored = control.describe(endpoint.table_prefix + table)
    print_answer(scan_table(endpoint, stored.table.name, limit), console(), stored.table)


@tables.command("drop")
@click.argument("names", nargs=-1, required=True, metavar="TABLE...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@endpoint_options
def tables_drop(names: tuple[str, ...], yes: bool, **options: Any) -> None:
    """Drop tables and all their items.

    A table with deletion protection stays.
    """
    from dynaproof.dynamodb.tables import Tables

    endpoint = chosen_endpoint(**options)
    with Tables(endpoint) as control:
        for name in [endpoint.table_prefix + name for name in names]:
            stored = control.describe(name)
            question = f"Drop the table '{name}' with {stored.items:,} items at {endpoint.url}?"
            if not yes and not click.confirm(question, err=True):
                click.echo(f"kept {name}")
                continue
            control.drop(name)
            click.echo(f"dropped {name}")
