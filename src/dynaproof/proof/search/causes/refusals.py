"""Requests that DynamoDB refuses on facts which the definition allows: what its message means."""

from __future__ import annotations

from dynaproof.proof.differences import Difference

_MEANT = (
    (
        "contains duplicates",
        "Two keys of the batch are the same on these facts. Ask for each key once.",
    ),
    (
        "multiple operations on one item",
        (
            "Two parts of the transaction write the same item on these facts. Refuse such a call before"
            " it is made, or put both into one part."
        ),
    ),
    (
        "empty string",
        (
            "A key attribute, of the table or of an index, is given an empty text. Leave the attribute"
            " out where there is no value."
        ),
    ),
    (
        "BETWEEN operator requires upper bound",
        (
            "The upper bound is below the lower one on these facts. Such a call finds nothing: do not"
            " make it."
        ),
    ),
    (
        "refers to an attribute that does not exist",
        (
            "The update reads an attribute that some items do not have. Give it a value to begin"
            " with: if_not_exists(name, :empty)."
        ),
    ),
    (
        "does not project",
        (
            "The request asks for what the index does not hold. Add it to the projection of the"
            " index, or read the items from the table."
        ),
    ),
    (
        "Item size",
        (
            "The item grows with every call, and no item may have more than 400 KB. Give what is added"
            " an item of its own."
        ),
    ),
)
"""Words of DynamoDB's messages, the same in the service and in DynamoDB Local, and their meaning."""


def cause_of_refusal(difference: Difference) -> str:
    """A sentence or two; empty where the message says all that is known."""
    return next((said for words, said in _MEANT if words in difference.summary), "")
