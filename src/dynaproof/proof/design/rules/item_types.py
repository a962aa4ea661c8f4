"""Item types against the reads, and questions against the items."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.entity import Generator
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Write, compares_keys, paths_of, template_of
from dynaproof.proof.design.select_tree import is_null
from dynaproof.proof.design.stored_types import known_names
from dynaproof.proof.design.subject import Design


def unread_item_types(design: Design) -> Iterator[Finding]:
    """No access pattern reads items of a type.

    Items that nobody reads are written, kept up to date and paid for with no use. Mostly the
    pattern that needs them is missing, or reads another type by mistake.

    A condition on such items is a use (a guard item that keeps an address unique is never read),
    and so is a stream handler that their records set off.

    Right is to state the pattern that reads them, or to store them no longer.
    """
    if not any(True for _ in design.reads):
        return
    used = {one.path for read in design.reads for one in design.could_return(read)}
    for write in design.writes:
        returned = write.arguments.get("ReturnValues", "NONE") != "NONE"
        asked = write.conditional and not _only_new(write)
        if asked or returned or not write.key:
            used |= {one.path for one in design.could_be(write.owner, write.table, write.key)}
    used |= {one.path for one in design.types if design.is_checked(one)}
    unknown = any(flow.unknown for flow in design.flows)
    for stored in design.types:
        if stored.path in used or unknown or design.sets_off_handler(stored):
            continue
        yield Finding(
            f"no access pattern reads items of the type '{stored.item.name}'",
            stored.path,
            "State the pattern that reads them, or store them no longer.",
            (stored.path, *paths_of(stored.table)),
        )


def _only_new(write: Write) -> bool:
    """Whether a put has a key that was made for it, so that its condition asks for nobody."""
    owner = write.owner
    if write.item is None or write.request.operation == "TransactWriteItems":
        return False
    if not isinstance(owner, AccessPattern):
        return False
    made = {one.name for one in owner.parameters if isinstance(one.source, Generator)}
    templates = [template_of(value) for value in write.key.values()]
    return any(made & set(template.names) for template in templates if template is not None)


def question_columns(design: Design) -> Iterator[Finding]:
    """A question has a column that no item it is compared with can have.

    Columns of a question are matched by name with the attributes of the answer. A column that
    no item type of the table has, or that ``project`` leaves out, is missing in every row.

    Right is to name the column as the attribute is called (``body AS message``), to project it,
    or to leave it out of the question.
    """
    for read in design.reads:
        if read.question is None or read.counts or read.opaque or compares_keys(read):
            continue
        select = design.select(read.question)
        others = {
            name
            for one in design.reads
            if one.owner_path == read.owner_path and one.request_path == read.request_path
            for name in known_names(design.types_of(one.table)) | design.written_names(one.table)
        }
        if not others:
            continue
        projections = [
            one.projected
            for one in design.reads
            if one.owner_path == read.owner_path and one.request_path == read.request_path
        ]
        given = (
            frozenset().union(*(one for one in projections if one is not None))
            if all(one is not None for one in projections)
            else None
        )
        for name in design.question_columns(read.owner):
            if select is not None and is_null(select.output(name) or {}):
                continue
            if name in others and (given is None or name in given):
                continue
            left_out = name in others
            yield Finding(
                f"the question has the column '{name}', which "
                + ("'project' leaves out" if left_out else "no item of the table has"),
                (*read.owner_path, "question"),
                f"Project '{name}', or leave it out of the question."
                if left_out
                else "Name it as the attribute is called: AS "
                + " or ".join(sorted(others - set(design.question_columns(read.owner)))[:4])
                + ".",
                read.about,
            )
