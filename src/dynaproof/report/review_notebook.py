"""A notebook that reviews a definition: findings, tables, run, proof, what each pattern costs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dynaproof.model.definition import Definition
from dynaproof.report.markdown_text import markdown_text

if TYPE_CHECKING:
    from nbformat import NotebookNode

LANGUAGE = {"name": "python"}
"""The same whatever Python executes the notebook."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
UNTIMED_SECONDS = 3600
"""A proof is ended by its sets of facts, not by the clock: the same on every machine."""
_MARKDOWN, _CODE = "markdown", "code"

Source = tuple[str, str]
"""A cell: its type, its text."""


def review_notebook(
    definition: Definition,
    file: str,
    *,
    seed: int,
    sets: int,
    unexplained: Mapping[str, str],
) -> NotebookNode:
    """A notebook without outputs; the same definition gives the same bytes.

    ``file`` is the definition as seen from the notebook. ``unexplained`` are patterns whose cost
    cannot be explained before they are run, with the reason.
    """
    import nbformat

    cells: list[dict[str, object]] = []
    for number, (kind, text) in enumerate(_cells(definition, file, seed, sets, unexplained)):
        cell = {"cell_type": kind, "id": f"review-{number:03}", "metadata": {}, "source": text}
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == _CODE else {}))
    document = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": LANGUAGE},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    made: NotebookNode = nbformat.from_dict(document)  # type: ignore[no-untyped-call]  # has none
    return made


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as JSON, free of what differs from one execution to the next."""
    import nbformat

    notebook.metadata["language_info"] = LANGUAGE
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # has no types
    return f"{text.rstrip()}\n".encode()


_RUN = """\
## Run

Every access pattern on DynamoDB Local, with the largest item collection, the smallest, some drawn
ones and one that finds nothing. Answers are held against questions, and tables after a write
against the changed facts."""
_ITEMS = """\
## Items

Reads are charged in steps of 4 KB, writes in steps of 1 KB. Items of one partition key are an item
collection."""
_PROOF = """\
## Proof

Small sets of facts, made to be hard, and calls that meet: what is found to fail is told as a
story."""
_COSTS = """\
## What each access pattern costs

The call that meets the largest item collection."""
_FIGURES = """\
Figures are capacity units of the service, *predicted* by its rules, and those that DynamoDB Local
*measured*."""


def _cells(
    definition: Definition,
    file: str,
    seed: int,
    sets: int,
    unexplained: Mapping[str, str],
) -> Iterator[Source]:
    place = f"The definition is {markdown_text(file)}; its facts are generated from seed {seed}."
    title = f"# Review of {markdown_text(definition.name)}"
    yield _markdown(title, markdown_text(definition.description), f"{place}\n{_FIGURES}")
    yield _code(
        "from dynaproof import Workbench",
        "",
        f"bench = Workbench({_literal(file)}, seed={seed})",
        "bench.check()",
    )
    yield _markdown("## Tables", "Keys, billing, indexes, and the item types that are stored.")
    yield _code("bench.tables")
    yield _markdown("## Access patterns", "What is asked, and what it may cost.")
    yield _code("bench.patterns")
    yield _markdown(_RUN)
    yield _code("run = bench.run()", "run")
    yield _code("run.capacity_chart()")
    yield _markdown(_ITEMS)
    yield _code("run.item_sizes_chart()")
    yield _code("run.collections_chart()")
    yield _markdown(_PROOF)
    yield _code(f"proof = bench.prove(sets={sets}, seconds={UNTIMED_SECONDS})", "proof")
    yield _markdown(_COSTS)
    for pattern in definition.access_patterns:
        reason = unexplained.get(pattern.name, "")
        told = f"Not explained: {markdown_text(reason)}." if reason else ""
        name = f"### {markdown_text(pattern.name)}"
        yield _markdown(name, markdown_text(pattern.description), told)
        if not reason:
            yield _code(f"bench.explain({_literal(pattern.name)})")
    yield _code("bench.close()")


def _markdown(*paragraphs: str) -> Source:
    return _MARKDOWN, "\n\n".join(text for text in paragraphs if text)


def _code(*lines: str) -> Source:
    return _CODE, "\n".join(lines)


def _literal(text: str) -> str:
    """A text as Python writes it; JSON's escapes are Python's as well."""
    return json.dumps(text)
