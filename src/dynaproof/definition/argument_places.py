"""Where in the file a part of a request's arguments was written."""

from __future__ import annotations

from dynaproof.model.access_pattern import Request
from dynaproof.model.definition import Path

FORMS = {
    "GetItem": "get",
    "Query": "query",
    "Scan": "scan",
    "PutItem": "put",
    "UpdateItem": "update",
    "DeleteItem": "delete",
    "BatchGetItem": "batch_get",
    "BatchWriteItem": "batch_write",
    "TransactGetItems": "transact_get",
    "TransactWriteItems": "transact_write",
    "ExecuteStatement": "execute_statement",
}
_PARTS = {
    "Get": "get",
    "Put": "put",
    "Update": "update",
    "Delete": "delete",
    "ConditionCheck": "condition_check",
}
_KEYS = {
    "TableName": "table",
    "IndexName": "index",
    "Key": "key",
    "Keys": "keys",
    "Item": "item",
    "FilterExpression": "filter",
    "ConditionExpression": "condition",
    "UpdateExpression": "update",
    "ProjectionExpression": "project",
    "ExpressionAttributeNames": "names",
    "ExpressionAttributeValues": "values",
    "ConsistentRead": "consistent_read",
    "ScanIndexForward": "scan_index_forward",
    "Limit": "limit",
    "Select": "select",
    "ReturnValues": "return_values",
    "Statement": "statement",
    "Parameters": "parameters",
}


def argument_path(request: Request, inner: Path, offset: int | None = None) -> Path:
    """The path, below the access pattern or step, of the argument at ``inner``.

    A short form is mapped back as far as its keys say what the argument says; ``offset`` tells
    the two halves of a key condition apart.
    """
    if not request.short:
        return ("request", request.operation, *inner)
    path: list[str | int] = [FORMS[request.operation]]
    rest = list(inner)
    if rest[:1] == ["TransactItems"] and len(rest) >= 3:
        path += [rest[1], _PARTS.get(str(rest[2]), str(rest[2]))]
        rest = rest[3:]
    elif rest[:1] == ["RequestItems"]:
        rest = rest[2:] if request.operation == "BatchGetItem" else []
    if not rest:
        return tuple(path)
    name = str(rest[0])
    if name == "KeyConditionExpression":
        text = str(request.arguments.get(name, ""))
        in_sort_key = " AND " in text and (offset or 0) > text.index(" AND ")
        return (*path, "sort_key" if in_sort_key else "partition_key")
    return (*path, _KEYS.get(name, name), *rest[1:])


def is_as_written(request: Request, inner: Path) -> bool:
    """Whether the text at ``inner`` stands in the file as it is, so that offsets hold."""
    return not request.short or (bool(inner) and inner[-1] != "KeyConditionExpression")


def in_words_of(request: Request, text: str) -> str:
    """A text about arguments, in the words of the form that the request was written in."""
    if request.short:
        for name, short in _KEYS.items():
            if name.startswith("ExpressionAttribute"):
                text = text.replace(name, f"'{short}'")
    return text
