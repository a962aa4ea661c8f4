"""Indexes against the reads that use them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dynaproof.model.table import SecondaryIndex, Table
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Read, compares_keys, index_path, paths_of
from dynaproof.proof.design.select_tree import is_null
from dynaproof.proof.design.stored_types import known_names
from dynaproof.proof.design.subject import Design


def unused_indexes(design: Design) -> Iterator[Finding]:
    """No access pattern and no stream handler reads an index.

    Every write of an item that is in an index is written, and charged, once more for the index,
    and the index is stored and charged too. An index that nobody reads costs that for nothing.

    Right is to take it out; or to state the access pattern that it is there for.
    """
    if not any(True for _ in design.reads):
        return  # a definition of tables alone says nothing of what is read
    used = {(r.table.name, r.index.name) for r in design.reads if r.index is not None}
    for table, index in _indexes(design):
        if (table.name, index.name) in used or _in_unknown(design, index.name):
            continue
        yield Finding(
            f"no access pattern reads the index '{index.name}'",
            index_path(table, index),
            "Take it out, or state the access pattern that it is there for: every write to it"
            " is charged.",
            paths_of(table, index),
        )


def projected_unread(design: Design) -> Iterator[Finding]:
    """An index holds attributes that none of its readers uses.

    What an index holds is stored and charged twice, makes each of its reads larger, and makes a
    write to that attribute a write to the index too.

    Right is ``projection: keys_only``, or ``include`` with what the readers use: the columns of
    their questions, what they ``project`` and filter by, and what later steps take from the
    answer. A reader without a question and without ``project`` is taken to use everything.
    """
    for table, index in _indexes(design):
        readers = [r for r in design.reads if r.table.name == table.name and r.index == index]
        if not readers or index.projection.kind == "keys_only" or _in_unknown(design, index.name):
            continue
        used: set[str] = set()
        for reader in readers:
            wanted = _used(design, reader)
            if wanted is None:
                break
            used |= wanted
        else:
            held = set(index.projection.attributes)
            if index.projection.kind == "all":
                stored = [one for one in design.types_of(table) if one.in_index(index)]
                held = set(known_names(stored))
            unread = sorted(held - used - _key_names(table, index))
            if unread:
                yield Finding(
                    f"the index '{index.name}' holds {_listed(unread)}, which nobody reads there",
                    (*index_path(table, index), "projection"),
                    "Project "
                    + (_include(held & used - _key_names(table, index)))
                    + ": what an index holds is stored, written and read again.",
                    paths_of(table, index),
                )


def not_projected(design: Design) -> Iterator[Finding]:
    """A read asks an index for attributes that the index does not hold.

    A global secondary index gives back what it holds and nothing else: a filter finds such an
    attribute absent, DynamoDB refuses to project it, and without ``project`` it is silently not
    in the answer. A local secondary index fetches what a request names from the table, one more
    read for each item.

    Right is to include the attribute in the index's projection, or to read the items themselves
    by the keys that the index gives.
    """
    for read in design.reads:
        index = read.index
        if index is None or index.projection.kind == "all":
            continue
        held = set(index.projection.attributes) | _key_names(read.table, index)
        everything = _every_name(design, read.table)
        asked: set[str] = set(read.filtered_names) | (read.projected or set())
        if read.projected is None and not read.counts:
            columns = set() if compares_keys(read) else _answer_columns(design, read)
            asked |= columns | read.use.names
        missing = sorted((asked & everything) - held)
        if not missing:
            continue
        fetched = index.kind == "local" and read.projected is not None
        where = "IndexName" if "IndexName" in read.arguments else "Statement"
        yield Finding(
            f"the index '{index.name}' does not hold {_listed(missing)}"
            + (": each item is fetched from the table as well" if fetched else ""),
            read.path(where) if where == "IndexName" else read.path(),
            f"Add {_listed(missing)} to the projection of '{index.name}', or read the items by"
            " the keys that it gives.",
            read.about,
        )


def _used(design: Design, read: Read) -> set[str] | None:
    """The attributes that a reader uses; None for all."""
    if read.counts:
        return set(read.filtered_names)
    if read.use.everything or read.arguments.get("Select") == "ALL_ATTRIBUTES" or read.opaque:
        return None
    if read.projected is not None:
        return set(read.projected | read.filtered_names)
    if read.question is None:
        if not read.use.names and not _is_step(read):
            return None
        return set(read.use.names | read.filtered_names)
    return _answer_columns(design, read) | read.use.names | read.filtered_names


def _is_step(read: Read) -> bool:
    return read.request_path != read.owner_path


def _answer_columns(design: Design, read: Read) -> set[str]:
    if read.question is None:
        return set()
    select = design.select(read.question)
    return {
        name
        for name in design.question_columns(read.owner)
        if select is None or not is_null(select.output(name) or {})
    }


def _every_name(design: Design, table: Table) -> set[str]:
    return set(known_names(design.types_of(table))) | design.written_names(table)


def _indexes(design: Design) -> Iterator[tuple[Table, SecondaryIndex]]:
    for table in design.definition.tables:
        for index in table.indexes:
            yield table, index


def _key_names(table: Table, index: SecondaryIndex) -> set[str]:
    return {key.name for key in (*table.key_attributes, *index.key_attributes)}


def _in_unknown(design: Design, name: str) -> bool:
    return any(name in text for flow in design.flows for text in flow.unknown)


def _listed(names: Sequence[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _include(names: set[str]) -> str:
    return "{include: [" + ", ".join(sorted(names)) + "]}" if names else "keys_only"
