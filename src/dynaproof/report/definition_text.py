"""Tables and access patterns of a definition as text, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.table import Table
from dynaproof.report.figures import expectation_texts, operation_name, target_names
from dynaproof.report.plain_values import printable
from dynaproof.report.stored_tables import billing_text, index_text, keys_text


def definition_tables_text(tables: Sequence[Table]) -> str:
    """Tables with keys, billing, stream, indexes and item types."""
    lines: list[str] = []
    for table in tables:
        lines += [table.name, *(f"  {line}" for line in table_lines(table))]
    return "\n".join(printable(line) for line in lines)


def table_lines(table: Table) -> list[str]:
    """What a definition says of a table, line by line, without its name."""
    switches = [billing_text(table.throughput)]
    if table.deletion_protection:
        switches.append("deletion protection")
    if table.stream:
        switches.append(f"stream of {table.stream.replace('_', ' ')}")
    if table.ttl_attribute:
        switches.append(f"time to live in {table.ttl_attribute}")
    lines = [keys_text(table.key_attributes), "; ".join(switches)]
    lines += [index_text(index) for index in table.indexes]
    for item in table.items:
        key = ", ".join(f"{part.name} = {template_text(part.template)}" for part in item.key)
        lines.append(f"item {item.name}: {key}")
    return lines


def definition_patterns_text(patterns: Sequence[AccessPattern]) -> str:
    """Access patterns with operation, table or index, and what they are expected to keep to."""
    lines: list[str] = []
    for pattern in patterns:
        lines += [pattern.name, *(f"  {line}" for line in pattern_lines(pattern))]
    return "\n".join(printable(line) for line in lines)


def pattern_lines(pattern: AccessPattern) -> list[str]:
    """What a definition says of an access pattern, line by line, without its name."""
    lines = [pattern.description] if pattern.description else []
    lines.append(f"{operation_name(pattern)} {', '.join(target_names(pattern))}".rstrip())
    condition = key_condition(pattern)
    if condition:
        lines.append(condition)
    if pattern.rate:
        lines.append(f"calls a second: {pattern.rate.average:g}, {pattern.rate.peak:g} at the peak")
    return [*lines, f"expected: {expected_text(pattern)}"]


def key_condition(pattern: AccessPattern) -> str:
    """The key, or the key condition with names and values filled in; empty where none is."""
    request = pattern.request
    if request is None:
        return ""
    arguments = request.arguments
    key = arguments.get("Key", arguments.get("Item"))
    if isinstance(key, dict) and "Key" in arguments:
        return ", ".join(f"{name} = {template_text(value)}" for name, value in key.items())
    condition = str(arguments.get("KeyConditionExpression", ""))
    given: dict[str, object] = {}
    for label in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        part = arguments.get(label)
        given |= part if isinstance(part, dict) else {}
    return re.sub(r"[#:]\w+", lambda name: str(given.get(name[0], name[0])), condition)


def expected_text(pattern: AccessPattern) -> str:
    """What every call is expected to keep to, in words."""
    texts = expectation_texts(pattern.expect)
    return "; ".join(f"{n.replace('_', ' ')} {t}" for n, t in texts.items()) or "nothing"


def template_text(value: object) -> str:
    """A template, or a constant, as it was written."""
    constant = getattr(value, "value", None)
    return str(value if constant is None else constant)
