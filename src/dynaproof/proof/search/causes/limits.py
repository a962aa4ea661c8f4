"""Answers that end too early, or too late: limits, pages, filters after limits."""

from __future__ import annotations

from dynaproof.model.codes import Code
from dynaproof.proof.search.causes.reading import Reading
from dynaproof.proof.search.causes.said import count_of

Cause = tuple[Code, str]


def cause_in_limit(reading: Reading) -> Cause | None:
    """What the request's own Limit, or the page's 1 MB, does to the answer."""
    if reading.limit is None:
        return None
    items = reading.turned(reading.filtered(reading.in_range(reading.collection)))
    difference, limit = reading.difference, reading.limit
    asked = count_of(difference.expected, "row")
    if not reading.right(reading.cut(items)):
        return None
    if reading.filter is not None and reading.filtered(reading.collection) != list(
        reading.collection
    ):
        return (
            Code.FILTER_AFTER_LIMIT,
            (
                f"DynamoDB takes {count_of(limit, 'item')} and filters then; without the limit, and cut"
                f" to {asked} after the filter, the answer is right. Read on until enough is found, or"
                " make what is filtered part of a key (a sparse index)."
            ),
        )
    if difference.found > difference.expected and not reading.counts:
        return (
            difference.code,
            f"The request takes up to {count_of(limit, 'item')}, and the question has {asked}.",
        )
    if reading.made.answered.call.items_read < limit:
        return (
            Code.PAGE_NOT_FOLLOWED,
            (
                f"The page ended at 1 MB, after {count_of(reading.made.answered.call.items_read, 'item')}"
                f" of a limit of {limit:,}. Follow LastEvaluatedKey until there is none."
            ),
        )
    return (
        Code.PAGE_NOT_FOLLOWED,
        (
            f"The request stops at its limit of {count_of(limit, 'item')}, and the question has"
            f" {asked}. Follow LastEvaluatedKey, or ask for as many as the question does."
        ),
    )
