"""The size of one item, as the service counts it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
says what counts; how numbers are packed was measured on the service (architect/dynalite's tests,
recorded in ``datasets/capacity-cases.json``).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

CONTAINER_BYTES = 3
"""A list or a map itself."""
ELEMENT_BYTES = 1
"""Each element of a list or a map."""
MAX_NUMBER_BYTES = 21


def item_bytes(item: Mapping[str, object]) -> int:
    """Bytes of an item of typed attribute values, names included."""
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def value_bytes(value: object) -> int:
    """Bytes of one typed attribute value, such as ``{"S": "text"}``; B is bytes or base64 text."""
    ((kind, inner),) = cast(Mapping[str, object], value).items()
    match kind:
        case "S":
            return len(str(inner).encode("utf-8", "surrogatepass"))
        case "N":
            return number_bytes(str(inner))
        case "B":
            return _binary_bytes(inner)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(str(one).encode()) for one in cast(Sequence[object], inner))
        case "NS":
            return sum(number_bytes(str(one)) for one in cast(Sequence[object], inner))
        case "BS":
            return sum(_binary_bytes(one) for one in cast(Sequence[object], inner))
        case "L":
            elements = cast(Sequence[object], inner)
            return CONTAINER_BYTES + sum(ELEMENT_BYTES + value_bytes(one) for one in elements)
        case "M":
            members = cast(Mapping[str, object], inner)
            return CONTAINER_BYTES + ELEMENT_BYTES * len(members) + item_bytes(members)
    raise ValueError(f"{kind!r} is no type of DynamoDB")


def number_bytes(number: str) -> int:
    """Bytes of a number: base-100 digit pairs aligned on the decimal point, and one.

    Zero takes 1, a sign one more, 21 at most.
    """
    value = Decimal(number)
    sign, digits, exponent = value.as_tuple()
    if not value:
        return 1
    if not isinstance(exponent, int):
        raise ValueError(f"{number} is not a number that DynamoDB stores")
    text = "".join(map(str, digits)).lstrip("0")
    point = len(text) + exponent
    significant = text.rstrip("0")
    pairs = (len(significant) + point % 2 + 1) // 2
    return min(MAX_NUMBER_BYTES, 1 + pairs + sign)


def _binary_bytes(value: object) -> int:
    if isinstance(value, str):
        return len(base64.b64decode(value))
    return len(bytes(cast(bytes, value)))
