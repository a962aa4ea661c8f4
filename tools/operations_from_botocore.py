"""Write src/dynaproof/model/operations.json: the request shapes of DynamoDB's data plane.

Extracted from the service model that botocore ships. Run it after botocore was updated:

    python tools/operations_from_botocore.py
"""

from __future__ import annotations

import json
from pathlib import Path

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.session import get_session

TARGET = Path(__file__).parent.parent / "src" / "dynaproof" / "model" / "operations.json"
OPERATIONS = (
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
)
SCALARS = {"string", "integer", "boolean"}


def request_shapes() -> str:
    """Give the text of operations.json from the installed botocore."""
    model = get_session().get_service_model("dynamodb")
    shapes: dict[str, dict[str, object]] = {}
    operations: dict[str, str] = {}
    for operation in OPERATIONS:
        shape = model.operation_model(operation).input_shape
        if shape is None:
            raise ValueError(f"botocore knows no request of {operation}")
        operations[operation] = shape.name
        _collect(shape, shapes)
    lines = [
        '{"source": "DynamoDB API ' + model.api_version + ', from botocore",',
        ' "operations": {',
        *_lines(operations),
        " },",
        ' "shapes": {',
        *_lines(shapes),
        " }}",
    ]
    return "\n".join(lines) + "\n"


def _lines(entries: dict[str, str] | dict[str, dict[str, object]]) -> list[str]:
    texts = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
    return [text + "," for text in texts[:-1]] + texts[-1:]


def _collect(shape: Shape, shapes: dict[str, dict[str, object]]) -> None:
    if shape.name in shapes:
        return
    if shape.name == "AttributeValue":
        shapes[shape.name] = {"type": "attribute_value"}
        return
    entry: dict[str, object] = {"type": shape.type_name}
    shapes[shape.name] = entry
    inner: list[Shape] = []
    match shape:
        case StructureShape():
            entry["members"] = {name: member.name for name, member in shape.members.items()}
            if shape.required_members:
                entry["required"] = list(shape.required_members)
            inner = list(shape.members.values())
        case ListShape():
            entry["element"] = shape.member.name
            inner = [shape.member]
        case MapShape():
            # Keys are names in every map of the data plane: only the values have a shape.
            entry["element"] = shape.value.name
            inner = [shape.value]
        case StringShape():
            if shape.enum:
                entry["enum"] = list(shape.enum)
        case _ if shape.type_name not in SCALARS:
            raise ValueError(f"{shape.name} is a {shape.type_name}: teach model/operations.py")
    entry |= {limit: shape.metadata[limit] for limit in ("min", "max") if limit in shape.metadata}
    for each in inner:
        _collect(each, shapes)


if __name__ == "__main__":
    TARGET.write_text(request_shapes(), encoding="utf-8")
