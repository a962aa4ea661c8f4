"""Reads that go through more than they give back."""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.model.expressions.syntax_tree import (
    And,
    Between,
    Comparison,
    Condition,
    Function,
    Operand,
    Path,
)
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.requests import Read
from dynaproof.proof.design.subject import Design


def scans(design: Design) -> Iterator[Finding]:
    """A pattern or handler reads a table or an index by Scan.

    A Scan reads, and charges, every item there is, whatever a filter leaves of them: its cost and
    its time grow with the table and not with the answer. A PartiQL SELECT without ``=`` or ``IN``
    on the partition key is a Scan too.

    Right is a Query: on the table, or on an index whose partition key is what the pattern asks
    for; a sparse index holds only the items that are wanted. Where the table is small and stays
    so, or the work is done once a night, accept the finding with that reason.
    """
    for read in design.reads:
        if read.operation == "Scan":
            what = f"the index '{read.index.name}'" if read.index else f"'{read.table.name}'"
            yield Finding(
                f"this scans {what}: every item is read and charged",
                read.path(),
                "Query the table or an index by what the pattern asks for; a sparse index holds"
                " only what is wanted.",
                read.about,
            )


def filters_on_keys(design: Design) -> Iterator[Finding]:
    """A filter is on an attribute that is there to be a key.

    A filter drops items after they were read and charged; a key condition does not read them at
    all. A Scan that filters by a partition key, and a Query that filters by what is the sort key
    of another index with the same partition key, read all of it for the little that they give
    back. (DynamoDB refuses a filter on the key of the very table or index that a Query goes by.)

    Right is a key condition on the table or index that has the attribute as its key.
    """
    for read in design.reads:
        for name in sorted(_compared(read)):
            better = _key_that_answers(read, name)
            if better:
                yield Finding(
                    f"the filter is on '{name}', which is a key of {better}",
                    read.path("FilterExpression"),
                    f"Query {better} with a key condition on '{name}', or have its prefix in the"
                    " key of the index that is read: what a filter drops is charged all the same.",
                    read.about,
                )


def limits_before_filters(design: Design) -> Iterator[Finding]:
    """A limit and a filter stand in one request.

    DynamoDB counts a limit before the filter: ``limit: 20`` reads 20 items, and gives back those
    of them that the filter leaves, perhaps none, though more that match come behind them.

    Right is to have the filtered attribute in the key (of a sparse index, for instance), so that
    the limit counts what is wanted; or to follow the pages and count in the program, without a
    limit in the request.
    """
    for read in design.reads:
        if read.operation in ("Query", "Scan") and read.filters and read.limit is not None:
            yield Finding(
                f"the limit of {read.limit} counts items before the filter drops some of them",
                read.path("Limit"),
                "Have the filtered attribute in a key, or leave the limit out and follow the"
                " pages.",
                read.about,
            )


def unordered_operations(design: Design) -> Iterator[Finding]:
    """A question has ORDER BY, and the operation returns items in no order.

    A Scan and a BatchGetItem give items back in whatever order the partitions answer, and a
    Query of an index without a sort key does too. Items that came in the right order on one day
    come in another one on the next.

    Right is a Query of a table or index whose sort key is that order; or a question without
    ORDER BY, and a program that sorts.
    """
    for read in design.reads:
        if read.question is None or read.counts:
            continue
        select = design.select(read.question)
        if select is None or not select.order:
            continue
        what = _unordered(read)
        if what:
            yield Finding(
                f"the question has ORDER BY, and {what} gives items back in no order",
                (*read.owner_path, "question"),
                "Query a table or index whose sort key is that order, or sort in the program"
                " and leave ORDER BY out.",
                read.about,
            )


def _unordered(read: Read) -> str:
    if read.operation == "Scan":
        return "a Scan"
    if read.request.operation == "BatchGetItem" and len(read.keys) > 1:
        return "a BatchGetItem"
    if read.operation == "Query" and read.index is not None and not read.index.sort_key:
        return f"the index '{read.index.name}', which has no sort key,"
    return ""


def _key_that_answers(read: Read, name: str) -> str:
    table, index = read.table, read.index
    if read.operation == "Scan":
        if name == table.partition_key.name:
            return f"the table '{table.name}'"
        found = [one for one in table.indexes if [k.name for k in one.partition_key] == [name]]
        return f"the index '{found[0].name}'" if found else ""
    partition = index.partition_key if index else (table.partition_key,)
    if index is not None and name in {key.name for key in table.key_attributes}:
        return f"the table '{table.name}'"
    for other in table.indexes:
        sorts = other.sort_key[:1]
        if other != index and other.partition_key == partition and sorts and sorts[0].name == name:
            return f"the index '{other.name}'"
    return ""


def _compared(read: Read) -> set[str]:
    """The attributes that all items must meet a comparison on that a key condition could make."""
    return {
        name
        for condition in read.filters
        for one in _conjuncts(condition)
        if (name := _compared_name(one, read)) is not None
    }


def _conjuncts(condition: Condition) -> list[Condition]:
    if isinstance(condition, And):
        return [inner for one in condition.conditions for inner in _conjuncts(one)]
    return [condition]


def _compared_name(condition: Condition, read: Read) -> str | None:
    operand: Operand | None = None
    match condition:
        case Comparison(left, comparator, right) if comparator != "<>":
            operand = left if isinstance(left, Path) else right
        case Between(between):
            operand = between
        case Function("begins_with", (first, *_)):
            operand = first
    if not isinstance(operand, Path) or len(operand.elements) > 1:
        return None
    name = str(operand.elements[0])
    return read.names.get(name, name)
