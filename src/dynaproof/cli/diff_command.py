"""``dynaproof diff``: two definitions, or two revisions of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynaproof.cli.options import SEED
from dynaproof.cli.screen import console, note, progress
from dynaproof.cli.tolerance import TOLERANCE

if TYPE_CHECKING:
    from dynaproof.api.comparisons import Difference
    from dynaproof.proof.revisions.difference import FailOn


@click.command()
@click.argument("definitions", nargs=-1, metavar="OLD NEW", required=True)
@click.option(
    "--git", "revision", metavar="REV", help="Compare DEFINITION at this revision with the file."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    show_default=True,
    help="For a terminal, a pull request, a review, a program.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file instead of standard output.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "dearer", "migration", "any"]),
    default="never",
    show_default=True,
    help="What gives exit status 1.",
)
@click.option(
    "--tolerance",
    type=TOLERANCE,
    default="0%",
    show_default=True,
    metavar="PERCENT",
    help="Figures that differ by less are the same.",
)
@SEED
@click.option("--steps", is_flag=True, help="Run patterns with steps on DynamoDB Local as well.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks.")
def diff(
    definitions: tuple[str, ...],
    revision: str | None,
    format_: str,
    output: Path | None,
    fail_on: FailOn,
    tolerance: float,
    seed: int,
    steps: bool,
    quiet: bool,
) -> None:
    """Tell what differs between two definitions, and what it takes on a live table.

    OLD and NEW are files, or REV:PATH for a file of a git revision; with --git REV, one
    DEFINITION is compared with itself at that revision. Access patterns that are new, gone,
    dearer or cheaper (predicted for one seed), tables and indexes that changed, and what DynamoDB
    cannot change in place: migrations.

    Datasets beside a definition are read from the work tree, whatever the revision.
    """
    from dynaproof.api.comparisons import compare, compare_with_revision

    wanted = 1 if revision is not None else 2
    if len(definitions) != wanted:
        names = "one DEFINITION with --git" if revision is not None else "OLD and NEW"
        raise click.UsageError(f"diff takes {names}, not {len(definitions)} names")
    with progress(quiet) as listen:
        if revision is not None:
            found = compare_with_revision(
                revision,
                definitions[0],
                seed=seed,
                tolerance=tolerance,
                steps=steps,
                listen=listen,
            )
        else:
            found = compare(
                definitions[0],
                definitions[1],
                seed=seed,
                tolerance=tolerance,
                steps=steps,
                listen=listen,
            )
    if output is not None:
        from dynaproof.report.output_file import write_atomically

        write_atomically(output, _document(found, format_).encode("utf-8", "backslashreplace"))
        note(f"wrote {output}", quiet)
    elif format_ == "text":
        from dynaproof.report.revision_text import print_revisions

        print_revisions(found.found, console())
    else:
        click.echo(_document(found, format_), nl=False)
    sys.exit(int(found.fails(fail_on)))


def _document(found: Difference, format_: str) -> str:
    match format_:
        case "markdown":
            return found.to_markdown()
        case "html":
            return found.to_html()
        case "json":
            return found.to_json().decode()
    return f"{found}\n"
