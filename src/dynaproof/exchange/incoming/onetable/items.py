"""Sample items of a OneTable schema: plain values, completed by the models' value templates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dynaproof.exchange.draft import SampledItemType
from dynaproof.exchange.foreign_items import fitting_item
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.described_keys import Described, parsed
from dynaproof.exchange.incoming.onetable.models import Params
from dynaproof.model.attribute_value import Item, to_attribute_value
from dynaproof.model.table import Table
from dynaproof.model.template import Field, as_text

_SETS = {"SS": "S", "NS": "N"}


def sampled(
    root: JsonReader, models: Mapping[str, Described], table: Table, params: Params
) -> dict[str, SampledItemType]:
    """The models that have items in the file, each with its items; the others are not in it."""
    found: dict[str, dict[str, Item]] = {}
    for name in ("items", "data"):
        if not isinstance(root.raw(name), list):
            continue
        for entry in root.objects(name):
            said = str(entry.value.get(params.type_field))
            model = models.get(said)
            if model is None:
                entry.report(f"the item is of no model: {params.type_field} is {said[:40]}")
                continue
            item = _item(entry, model, table)
            if item is not None:
                key = repr([item[one.name] for one in table.key_attributes])
                if key in found.setdefault(said, {}):
                    entry.report("an item of the same key is there already; this one replaces it")
                found[said][key] = item
    return {
        said: SampledItemType(models[said].name, tuple(items.values()), _aliases(models[said]))
        for said, items in found.items()
    }


def _item(entry: JsonReader, model: Described, table: Table) -> Item | None:
    values: dict[str, object] = dict(entry.value)
    attributes: dict[str, object] = {}
    for said, value in values.items():
        field = model.said.get(said)
        attributes[said if field is None else model.attribute_of(field)] = value
    for attribute, template in model.keys.items():
        if attribute not in attributes:
            made = _filled(template, model, values)
            if made is not None:
                attributes[attribute] = made
    item: Item = {}
    for attribute, value in attributes.items():
        if value is None:
            continue
        field = model.field_of(attribute)
        kind = model.fields[field].type if field is not None else "S"
        plain: object = value
        if kind in _SETS and isinstance(value, list) and value:
            plain = {kind: [str(one) for one in value]}
        try:
            if not attribute:
                raise ValueError("an attribute without a name")
            item[attribute] = to_attribute_value(plain)
        except ValueError as error:
            entry.report(f"the attribute is left out: {error}", attribute)
    return fitting_item(item, entry.path, table, entry.not_carried)


def _filled(template: str, model: Described, values: Mapping[str, object]) -> object:
    said_of = {name: said for said, name in model.said.items()}
    given: dict[str, object] = {}
    whole = parsed(template)
    for name in whole.names:
        value = values.get(said_of.get(name, name))
        if not isinstance(value, str | int | Decimal):
            return None
        given[name] = value
    try:
        made = whole.fill(given)
    except (KeyError, ValueError, OverflowError):
        return None
    return made if isinstance(made, str | int | Decimal) else as_text(made)


def _aliases(model: Described) -> dict[str, str]:
    """Templates as other tools write them: ``USER#<user_id>``."""
    return {
        attribute: "".join(
            f"<{part.name}>" if isinstance(part, Field) else part for part in parsed(template).parts
        )
        for attribute, template in model.keys.items()
    }
