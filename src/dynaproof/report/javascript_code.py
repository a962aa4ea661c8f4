"""A filled request as JavaScript for the AWS SDK, version 3."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dynaproof.model.request_shape import Shape, request_shape, shape_of
from dynaproof.report.request_code import PAGED

_WIDTH = 76


def javascript_call(operation: str, arguments: Mapping[str, object]) -> str:
    """JavaScript with a ``client`` that is there: ``answer``, or ``items`` of all pages."""
    request = _literal(request_shape(operation), arguments)
    if operation in PAGED and "Limit" not in arguments:
        return "\n".join(
            [
                f"const request = {request};",
                "const items = [];",
                f"for await (const page of paginate{operation}({{ client }}, request)) {{",
                "  items.push(...(page.Items ?? []));",
                "}",
            ]
        )
    return f"const answer = await client.send(new {operation}Command({request}));"


def javascript_imports(operations: Sequence[str]) -> str:
    """What calls of these operations import, and the client that they use."""
    names = {"DynamoDBClient"}
    names |= {f"{operation}Command" for operation in operations}
    names |= {f"paginate{operation}" for operation in operations if operation in PAGED}
    listed = "".join(f"  {name},\n" for name in sorted(names))
    return (
        f'import {{\n{listed}}} from "@aws-sdk/client-dynamodb";\n\n'
        "const client = new DynamoDBClient({});"
    )


def _literal(shape: Shape | None, value: object, indent: int = 0) -> str:
    """A value on one line where there is room, else a line for each of its parts."""
    inner = indent + 2
    match value:
        case Mapping() if shape is not None and shape.type == "attribute_value":
            parts = [
                f"{_name(kind)}: {_payload(str(kind), payload, inner)}"
                for kind, payload in value.items()
            ]
            brackets = "{}"
        case Mapping():
            parts = [
                f"{_name(name)}: {_literal(_member(shape, str(name)), part, inner)}"
                for name, part in value.items()
            ]
            brackets = "{}"
        case list() | tuple():
            element = shape_of(shape.element) if shape and shape.type == "list" else None
            parts, brackets = [_literal(element, part, inner) for part in value], "[]"
        case _:
            return json.dumps(value, ensure_ascii=False)
    return _joined(parts, brackets, indent)


def _payload(kind: str, value: object, indent: int) -> str:
    """What stands under a type descriptor; binary is base64 in the JSON protocol."""
    match kind, value:
        case "B", str():
            return f'Buffer.from({json.dumps(value, ensure_ascii=False)}, "base64")'
        case "BS", list():
            return _joined([_payload("B", one, indent + 2) for one in value], "[]", indent)
        case "L", list():
            attribute = shape_of("AttributeValue")
            return _joined([_literal(attribute, one, indent + 2) for one in value], "[]", indent)
        case "M", Mapping():
            attribute = shape_of("AttributeValue")
            parts = [
                f"{_name(name)}: {_literal(attribute, one, indent + 2)}"
                for name, one in value.items()
            ]
            return _joined(parts, "{}", indent)
    return _literal(None, value, indent)


def _joined(parts: Sequence[str], brackets: str, indent: int) -> str:
    space = " " if brackets == "{}" and parts else ""
    inline = f"{brackets[0]}{space}{', '.join(parts)}{space}{brackets[1]}"
    if indent and len(inline) + indent <= _WIDTH and "\n" not in inline:
        return inline
    lines = "".join(f"{' ' * (indent + 2)}{part},\n" for part in parts)
    return f"{brackets[0]}\n{lines}{' ' * indent}{brackets[1]}"


def _name(name: object) -> str:
    text = str(name)
    if text == "__proto__":  # written plainly it would be the object's prototype
        return '["__proto__"]'
    if text.isascii() and text.isidentifier():
        return text
    return json.dumps(text, ensure_ascii=False)


def _member(shape: Shape | None, name: str) -> Shape | None:
    if shape is None:
        return None
    if shape.type == "structure" and name in shape.members:
        return shape_of(shape.members[name])
    if shape.type == "map":
        return shape_of(shape.element)
    return None
