"""``cross_table_access_patterns`` of awslabs' schema JSON: transactions over several tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.awslabs_schema.entities import SchemaTable
from dynaproof.exchange.incoming.awslabs_schema.patterns import described, read_parameters
from dynaproof.exchange.incoming.described_keys import Described
from dynaproof.exchange.incoming.described_requests import Binding, item_of, key_of
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.expressions.parser import parse_condition
from dynaproof.model.expressions.reserved_words import is_reserved
from dynaproof.model.expressions.tokens import ExpressionError

_OPERATIONS = {
    "transactwrite": "TransactWriteItems",
    "transactwriteitems": "TransactWriteItems",
    "transactget": "TransactGetItems",
    "transactgetitems": "TransactGetItems",
}
_ACTIONS = ("Put", "Update", "Delete", "ConditionCheck", "Get")
_WORD = re.compile(r"(?P<lead>[#:.])?\b(?P<word>[A-Za-z][A-Za-z0-9_]*)\b(?P<call>\s*\()?")
_KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_GENERIC = frozenset({"pk", "partition_key", "hash_key", "sk", "sort_key", "range_key", "id"})


def read_transactions(root: JsonReader, tables: Mapping[str, SchemaTable]) -> list[DraftPattern]:
    """Read the patterns over several tables."""
    return [_pattern(entry, tables) for entry in root.objects("cross_table_access_patterns")]


def _pattern(entry: JsonReader, tables: Mapping[str, SchemaTable]) -> DraftPattern:
    name, description = described(entry)
    said = entry.text("operation")
    operation = _OPERATIONS.get(re.sub(r"[^a-z]", "", said.lower()))
    stub = DraftPattern(name, description, place=entry.path)
    if operation is None:
        entry.report(f"the operation '{said[:40]}' is none of the schema's", "operation")
        return stub
    binding = Binding(read_parameters(entry))
    requests: list[object] = []
    for one in entry.objects("entities_involved"):
        request = _request(one, tables, binding, reads=operation == "TransactGetItems")
        if request is None:
            return stub
        requests.append(request)
        one.unknown_keys()
    entry.ignore("return_type")
    entry.unknown_keys()
    if not requests:
        entry.report("the pattern names no entities", "entities_involved")
        return stub
    return DraftPattern(
        name, description, operation, {"TransactItems": requests}, binding.made, place=entry.path
    )


def _request(
    spec: JsonReader, tables: Mapping[str, SchemaTable], binding: Binding, *, reads: bool
) -> dict[str, object] | None:
    table = tables.get(spec.text("table"))
    entity = table.entities.get(spec.text("entity")) if table is not None else None
    action = spec.one_of("action", _ACTIONS)
    if table is None or entity is None:
        spec.report("there is no such entity in such a table; the pattern is not carried")
        return None
    if action is None or (action == "Get") != reads:
        spec.report("the action does not fit the operation; the pattern is not carried", "action")
        return None
    keys = table.key_names(None)
    attributes = keys[0] + keys[1] if keys else ()
    condition = _condition(spec, entity, attributes, binding)
    made: dict[str, object] = {"TableName": table.name}
    if action == "Put":
        existing = "attribute_exists" in str(condition.get("ConditionExpression", ""))
        made["Item"] = item_of(entity, attributes, binding, fresh=not existing)
    else:
        made["Key"] = key_of(entity, attributes, binding, positional=False)
    if action == "ConditionCheck" and not condition:
        condition = {
            "ConditionExpression": "attribute_exists(#key)",
            "ExpressionAttributeNames": {"#key": escaped(attributes[0])},
        }
        spec.report("a check without a condition; it is that the item is there", "condition")
    if action == "Update":
        spec.report("the pattern does not say what is updated")
    return {action: made | condition}


def _condition(
    spec: JsonReader, entity: Described, attributes: tuple[str, ...], binding: Binding
) -> dict[str, object]:
    """A condition, with names for reserved words, and parameters for its values."""
    text = spec.text("condition").strip()
    if not text:
        return {}
    names: dict[str, str] = {}
    values: dict[str, object] = {}
    missing: list[str] = []
    open_ = {one.name: one for one in binding.open}

    def word(found: re.Match[str]) -> str:
        lead, said = found["lead"], found["word"]
        if found["call"] or lead == "." or (lead is None and said.upper() in _KEYWORDS):
            return found[0]
        if lead == ":":
            parameter = open_.get(said)
            field = entity.said.get(said)
            if parameter is None and field is None:
                missing.append(f":{said}")
                return found[0]
            source: object = f"{entity.name}.{field}" if field else {"value": 1}
            values[f":{said}"] = f"${{{binding.bind(said, source)}}}"
            return found[0]
        attribute = said
        if said.lower() in _GENERIC and said not in entity.said and said not in attributes:
            attribute = attributes[-1 if said.lower().startswith(("s", "r")) else 0]
        if lead == "#" or is_reserved(attribute) or attribute != said:
            names[f"#{said}"] = escaped(attribute)
            return f"#{said}"
        return found[0]

    made = _WORD.sub(word, text[:4_000])
    try:
        parse_condition(made)
    except ExpressionError as error:
        spec.report(f"the condition is left out: {error.message}", "condition")
        return {}
    if missing:
        spec.report(f"the condition is left out: {missing[0][:40]} has no value", "condition")
        return {}
    form: dict[str, object] = {"ConditionExpression": made}
    if names:
        form["ExpressionAttributeNames"] = names
    if values:
        form["ExpressionAttributeValues"] = values
    return form
