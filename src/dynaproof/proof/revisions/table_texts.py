"""Parts of a table as short texts; two parts with one text are the same to DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from dynaproof.model.item import AttributeTemplate, Constant, ItemType
from dynaproof.model.table import KeyAttribute, Projection, SecondaryIndex, Throughput


def keys_text(keys: Sequence[KeyAttribute]) -> str:
    """``pk S, sk N``."""
    return ", ".join(f"{key.name} {key.type}" for key in keys)


def billing_text(throughput: Throughput | None) -> str:
    """``on demand``, or ``5 RCU, 5 WCU``."""
    if throughput is None:
        return "on demand"
    return f"{throughput.read_capacity_units:,} RCU, {throughput.write_capacity_units:,} WCU"


def index_text(index: SecondaryIndex | None) -> str:
    """Partition and sort key, and what the index holds; empty for none."""
    if index is None:
        return ""
    keys = " / ".join(keys_text(part) for part in (index.partition_key, index.sort_key) if part)
    return f"{keys}: {_projection_text(index.projection)}"


def item_key_text(item: ItemType) -> str:
    """``pk = MSG#${id}, sk = ${sent_at:iso}``."""
    return ", ".join(attribute_text(one) for one in item.key)


def attribute_text(attribute: AttributeTemplate) -> str:
    """``name = template``, and the type where one is given."""
    value = attribute.template
    written = str(value.value).lower() if isinstance(value, Constant) else str(value)
    given = "DynamoDB JSON" if attribute.dynamodb_json else attribute.type
    kind = f" ({given})" if given else ""
    return f"{attribute.name} = {written}{kind}"


def _projection_text(projection: Projection) -> str:
    if projection.kind == "include":
        return f"keys, {', '.join(sorted(projection.attributes))}"
    return "keys" if projection.kind == "keys_only" else "all attributes"
