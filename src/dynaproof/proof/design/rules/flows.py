"""Several requests of one flow, or several parts of one request, that are not one."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.model.access_pattern import StreamHandler
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Flow, Read, Write, index_path
from dynaproof.proof.design.subject import Design


def index_reads_after_writes(design: Design) -> Iterator[Finding]:
    """Steps read a global secondary index after a write to its table.

    A global secondary index follows its table a moment later, mostly within a second: a read of
    it just after the write may not see the write. DynamoDB Local has no such moment, so tests
    pass. A stream handler that reads an index of the table whose record set it off is in the same
    position.

    Right is to read the table itself (``consistent_read: true``), to take what is needed from
    the write's own answer or the stream's record, or to read the index before the write.
    """
    for flow in design.flows:
        written: set[str] = set()
        handler = isinstance(flow.owner, StreamHandler)
        if isinstance(flow.owner, StreamHandler):
            written.add(flow.owner.table)
        for event in flow.events:
            if isinstance(event, Write):
                written.add(event.table.name)
            elif (
                event.index is not None
                and event.index.kind == "global"
                and event.table.name in written
            ):
                yield Finding(
                    f"the index '{event.index.name}' is read after a write to"
                    f" '{event.table.name}'"
                    + (", whose record sets this handler off" if handler else ""),
                    event.path("IndexName") if "IndexName" in event.arguments else event.path(),
                    "The index may not have caught up: read the table consistently, or use what"
                    " the write or the record gives.",
                    (*event.about, index_path(event.table, event.index)),
                )


def batches_of_one_change(design: Design) -> Iterator[Finding]:
    """A batch_write writes items of different types, which belong together.

    BatchWriteItem is no transaction: some items may be written and others not (the unprocessed
    ones come back to be sent again), and it knows no conditions. A reader may see a conversation
    without its first message, and a program that stops half way leaves it so.

    Right is ``transact_write``: all or nothing, at twice the capacity of the writes. A batch of
    independent items of one type is fine.
    """
    for flow in design.flows:
        for writes in _by_request(flow, "BatchWriteItem"):
            types = [design.could_be(w.owner, w.table, w.key) for w in writes]
            names = {one[0].item.name: one[0] for one in types if len(one) == 1}
            if len(names) > 1:
                listed = " and ".join(f"'{name}'" for name in names)
                yield Finding(
                    f"one batch writes items of the types {listed}: some may be written and"
                    " others not",
                    (*writes[0].request_path, *_form(writes[0])),
                    "Use transact_write where they belong together; a batch for each type where"
                    " they do not.",
                    (*writes[0].about, *(one.path for one in names.values())),
                )


def replacements(design: Design) -> Iterator[Finding]:
    """An item is deleted and put again in separate requests.

    A key attribute cannot be updated: an item changes its key by being deleted and put anew.
    Between the two requests it is there twice or not at all, for every reader; and what stops in
    between leaves it so.

    Right is one ``transact_write`` with both, the delete with a condition that the item is still
    the one that was read; or a key that does not change.
    """
    for flow in design.flows:
        if len({write.request_path for write in flow.writes}) < 2:
            continue
        for delete in flow.writes:
            if delete.operation != "DeleteItem":
                continue
            put = next((w for w in flow.writes if _replaces(design, flow, delete, w)), None)
            if put is not None:
                yield Finding(
                    "an item is deleted here and put again in a request of its own",
                    (*delete.request_path, *_form(delete)),
                    "Do both in one transact_write: between two requests the item is there twice"
                    " or not at all.",
                    delete.about,
                )


def _replaces(design: Design, flow: Flow, delete: Write, put: Write) -> bool:
    if put.operation != "PutItem" or put.request_path == delete.request_path:
        return False
    if put.table.name != delete.table.name:
        return False
    partition = put.table.partition_key.name
    if delete.key == put.key or (
        put.table.sort_key is not None
        and partition in put.key
        and put.key[partition] == delete.key.get(partition)
        and _is_read(flow, delete)
    ):
        return True
    deleted = design.could_be(delete.owner, delete.table, delete.key)
    made = design.could_be(put.owner, put.table, put.key)
    return len(deleted) == 1 and deleted == made


def _is_read(flow: Flow, write: Write) -> bool:
    """Whether the key is that of an item which the flow has read, whatever it is."""
    return any(isinstance(e, Read) for e in flow.events) and all(
        isinstance(value, str) and value.startswith("${") and "." in value
        for value in write.key.values()
    )


def _by_request(flow: Flow, operation: str) -> Iterator[list[Write]]:
    found: dict[tuple[str | int, ...], list[Write]] = {}
    for write in flow.writes:
        if write.request.operation == operation:
            found.setdefault(write.request_path, []).append(write)
    yield from found.values()


def _form(write: Write) -> tuple[str | int, ...]:
    from dynaproof.definition.argument_places import argument_path

    return argument_path(write.request, ())
