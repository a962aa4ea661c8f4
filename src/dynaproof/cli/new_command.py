"""``dynaproof new``: a first definition."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from dynaproof.report.first_sketch import Sketch, Thing

T = TypeVar("T")
_QUESTIONS = ("get", "list", "put")
HELP = """Write a first definition, with comments, that passes check, run and prove.

Without --from it asks what the model is about, which things there are, how many, and what belongs
to what. FILE is model.yaml unless another is named.

\b
dynaproof new shop.yaml --from users=uuid,handle:user_name \\
    --from orders=uuid,placed_at:timestamp,total:decimal --each orders:users
"""


@click.command(help=HELP)
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), default="model.yaml", metavar="[FILE]"
)
@click.option(
    "--from",
    "things",
    multiple=True,
    metavar="ENTITY=ATTRIBUTE[:KIND],...",
    help="An entity and its attributes; a kind is the name of a generator.",
)
@click.option(
    "--each",
    "parents",
    multiple=True,
    metavar="ENTITY:PARENT",
    help="An entity that belongs to another.",
)
@click.option(
    "--count",
    "counts",
    multiple=True,
    metavar="ENTITY=N",
    help="How many; of each parent's on average.  [default: 100, 8 of each parent]",
)
@click.option("--name", help="Name of the definition and its table.  [default: the file's]")
@click.option("--description", default="", help="What it is about.")
@click.option(
    "--pattern",
    "patterns",
    multiple=True,
    type=click.Choice(_QUESTIONS),
    default=_QUESTIONS,
    help="Patterns of each entity; 'get' is always there.  [default: all]",
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
def new(
    file: Path,
    things: tuple[str, ...],
    parents: tuple[str, ...],
    counts: tuple[str, ...],
    name: str | None,
    description: str,
    patterns: tuple[str, ...],
    force: bool,
) -> None:
    """Write a first definition."""
    from dynaproof.api.first_definition import new_definition, refuse_file
    from dynaproof.report.first_sketch import Sketch, read_thing, with_parents, with_rows

    refuse_file(file, force=force)
    if things:
        found = with_parents(
            [read_thing(one) for one in things], dict(_pairs(parents, ":", "--each"))
        )
        rows = {entity: _whole(n) for entity, n in _pairs(counts, "=", "--count")}
        found = with_rows(found, rows)
        sketch = Sketch(
            name or file.stem, found, description, "list" in patterns, "put" in patterns
        )
    else:
        for given, option in ((parents, "--each"), (counts, "--count")):
            if given:
                raise click.UsageError(f"{option} goes with --from")
        if not sys.stdin.isatty():
            raise click.UsageError(
                "there is nobody to ask: stdin is no terminal. Name the entities: "
                "--from users=uuid,handle:user_name"
            )
        sketch = _asked(name or file.stem, description)
    path = new_definition(file, sketch, force=force)
    click.echo(f"wrote {path}", err=True)
    click.echo(f"next: dynaproof run {path}, dynaproof prove {path}", err=True)


def _asked(name: str, description: str) -> Sketch:
    """Ask for everything, and ask again for what cannot be."""
    from dynaproof.facts.kinds import KINDS
    from dynaproof.report.first_sketch import POSSIBLE_KINDS, Sketch, completed

    about = description or click.prompt("What is it about", default="", show_default=False)
    click.echo(
        "Name the things one after the other, those that others belong to first.\n"
        "Attributes are name:kind, with a comma between them. Kinds: "
        + ", ".join(sorted(set(POSSIBLE_KINDS) & set(KINDS)))
    )
    found: list[Thing] = []
    while True:
        thing = _again(lambda: _asked_thing(name, found))
        if thing is None:
            break
        found.append(thing)
    asked = click.prompt(
        "Which questions are asked of each (get is always there)",
        default=",".join(_QUESTIONS),
        value_proc=_questions,
    )
    return completed(Sketch(name, tuple(found), about, "list" in asked, "put" in asked))


def _asked_thing(name: str, before: list[Thing]) -> Thing | None:
    from dataclasses import replace

    from dynaproof.report.first_sketch import (
        DEFAULT_ROWS,
        DEFAULT_ROWS_EACH,
        Sketch,
        completed,
        read_thing,
    )

    more = "" if before else ", such as users"
    entity = click.prompt(
        f"A thing{more} (empty: no more)" if before else f"A thing{more}",
        default="" if before else None,
        show_default=False,
    )
    if not entity:
        return None

    def possible(thing: Thing) -> Thing:
        completed(Sketch(name, (*before, thing)))  # told now, while it can be mended
        return thing

    def with_attributes() -> Thing:
        listed = click.prompt(
            "  its attributes, such as handle:user_name", default="", show_default=False
        )
        return possible(read_thing(f"{entity}={listed}"))

    def with_parent() -> Thing:
        parent = click.prompt(
            f"  belongs to (empty: to nothing; {names})", default="", show_default=False
        )
        return possible(replace(thing, parent=parent or None))

    possible(read_thing(f"{entity}="))
    thing = _again(with_attributes)
    if before:
        names = ", ".join(one.name for one in before)
        thing = _again(with_parent)
    each = f" for each of {thing.parent}, on average" if thing.parent else ""
    rows = click.prompt(
        f"  how many{each}",
        default=DEFAULT_ROWS_EACH if thing.parent else DEFAULT_ROWS,
        type=int,
    )
    return possible(replace(thing, rows=rows))


def _again(ask: Callable[[], T]) -> T:
    from dynaproof.cli.screen import show
    from dynaproof.model.diagnostic import InputError

    while True:
        try:
            return ask()
        except InputError as error:
            show(error.diagnostics)


def _questions(text: str) -> set[str]:
    chosen = {one.strip() for one in text.split(",") if one.strip()}
    if unknown := chosen - set(_QUESTIONS):
        raise click.BadParameter(f"'{min(unknown)}' is none of {', '.join(_QUESTIONS)}")
    return chosen


def _pairs(texts: Iterable[str], between: str, option: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for text in texts:
        first, found, second = (part.strip() for part in text.partition(between))
        if not found or not first or not second:
            raise click.BadParameter(f"'{text}' is not A{between}B", param_hint=option)
        if first in dict(pairs):
            raise click.BadParameter(f"'{first}' is there twice", param_hint=option)
        pairs.append((first, second))
    return pairs


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise click.BadParameter(f"'{text}' is no whole number", param_hint="--count")
    return int(text)
