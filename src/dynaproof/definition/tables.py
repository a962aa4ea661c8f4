"""Language models -> tables, indexes and item types; the key schema rules of DynamoDB."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dynaproof.definition import language
from dynaproof.definition.acceptance import read_acceptance
from dynaproof.definition.findings import Findings
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.item import AttributeTemplate, Constant, ItemType
from dynaproof.model.table import (
    MAX_GLOBAL_SECONDARY_INDEXES,
    MAX_INDEX_KEY_ATTRIBUTES,
    MAX_LOCAL_SECONDARY_INDEXES,
    MAX_PROJECTED_NON_KEY_ATTRIBUTES,
    KeyAttribute,
    Projection,
    SecondaryIndex,
    Table,
    Throughput,
)

_NAMING_RULES = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "HowItWorks.NamingRulesDataTypes.html"
)


def build_table(
    name: str, form: language.TableModel, base: Table | None, findings: Findings
) -> Table | None:
    """Make a table; ``base`` is the same table as a CloudFormation template states it."""
    path: Path = ("tables", name)
    if not re.fullmatch(language.TABLE_NAME_PATTERN, name):
        findings.at_key(
            Code.KEY_SCHEMA,
            f"'{name}' cannot be the name of a table",
            path,
            f"3 to 255 letters, digits, '_', '.' and '-' ({_NAMING_RULES}).",
        )
    if form.partition_key is not None:
        partition_key: KeyAttribute = _key(form.partition_key)
    elif base is not None:
        partition_key = base.partition_key
    else:
        findings.at_key(
            Code.MISSING_KEY,
            f"the table '{name}' has no 'partition_key'",
            path,
            "Add 'partition_key: ...' here.",
        )
        return None
    table = Table(
        name=base.name if base else name,
        partition_key=partition_key,
        sort_key=_key(form.sort_key) if form.sort_key else (base.sort_key if base else None),
        throughput=_throughput(form.billing)
        if form.billing
        else (base.throughput if base else None),
        stream=form.stream or (base.stream if base else None),
        ttl_attribute=form.ttl or (base.ttl_attribute if base else None),
        deletion_protection=(
            form.deletion_protection
            if form.deletion_protection is not None
            else bool(base and base.deletion_protection)
        ),
        global_secondary_indexes=(base.global_secondary_indexes if base else ())
        + tuple(
            _global(index, spec, path, findings)
            for index, spec in form.global_secondary_indexes.items()
        ),
        local_secondary_indexes=(base.local_secondary_indexes if base else ())
        + tuple(
            _local(index, spec, partition_key, path, findings)
            for index, spec in form.local_secondary_indexes.items()
        ),
        items=tuple(
            _item_type(item, spec, (*path, "items", item), findings)
            for item, spec in form.items.items()
        ),
        accepted=read_acceptance(form.accept, path, findings),
    )
    _check_keys(table, path, findings)
    _check_items(table, form, path, findings)
    return table


def _key(spec: str | language.KeyModel) -> KeyAttribute:
    return KeyAttribute(spec) if isinstance(spec, str) else KeyAttribute(spec.name, spec.type)


def _keys(
    spec: str | language.KeyModel | Sequence[str | language.KeyModel] | None,
) -> tuple[KeyAttribute, ...]:
    if spec is None:
        return ()
    if isinstance(spec, str | language.KeyModel):
        return (_key(spec),)
    return tuple(_key(one) for one in spec)


def _throughput(billing: str | language.ProvisionedModel | None) -> Throughput | None:
    if isinstance(billing, language.ProvisionedModel):
        given = billing.provisioned
        return Throughput(given.read_capacity_units, given.write_capacity_units)
    return None


def _projection(spec: str | language.IncludeModel) -> Projection:
    if isinstance(spec, language.IncludeModel):
        return Projection("include", tuple(spec.include))
    return Projection("all" if spec == "all" else "keys_only")


def _global(
    name: str, spec: language.GlobalIndexModel, table: Path, findings: Findings
) -> SecondaryIndex:
    return SecondaryIndex(
        name,
        "global",
        _keys(spec.partition_key),
        _keys(spec.sort_key),
        _projection(spec.projection),
        _throughput(spec.billing),
        read_acceptance(spec.accept, (*table, "global_secondary_indexes", name), findings),
    )


def _local(
    name: str,
    spec: language.LocalIndexModel,
    partition: KeyAttribute,
    table: Path,
    findings: Findings,
) -> SecondaryIndex:
    return SecondaryIndex(
        name,
        "local",
        (partition,),
        (_key(spec.sort_key),),
        _projection(spec.projection),
        accepted=read_acceptance(spec.accept, (*table, "local_secondary_indexes", name), findings),
    )


def _item_type(name: str, spec: language.ItemModel, path: Path, findings: Findings) -> ItemType:
    return ItemType(
        name,
        spec.from_.strip(),
        _attributes(spec.key, (*path, "key"), findings),
        _attributes(spec.attributes, (*path, "attributes"), findings),
        read_acceptance(spec.accept, path, findings),
    )


def _attributes(
    specs: Mapping[str, language.AttributeTemplateSpec], path: Path, findings: Findings
) -> tuple[AttributeTemplate, ...]:
    found: list[AttributeTemplate] = []
    for name, spec in specs.items():
        if isinstance(spec, language.DynamodbJsonTemplate):
            json = findings.template(spec.dynamodb_json, (*path, name, "dynamodb_json"))
            if json is not None:
                found.append(AttributeTemplate(name, json, dynamodb_json=True))
            continue
        typed = isinstance(spec, language.TypedTemplate)
        value = spec.value if isinstance(spec, language.TypedTemplate) else spec
        kind = spec.type if isinstance(spec, language.TypedTemplate) else None
        place: Path = (*path, name, "value") if typed else (*path, name)
        template = findings.template(value, place) if isinstance(value, str) else Constant(value)
        if template is not None:
            found.append(AttributeTemplate(name, template, kind))
    return tuple(found)


def _check_keys(table: Table, path: Path, findings: Findings) -> None:
    key_names = [key.name for key in table.key_attributes]
    if len(set(key_names)) < len(key_names):
        findings.add(
            Code.KEY_SCHEMA,
            f"'{key_names[0]}' is both partition key and sort key",
            (*path, "sort_key"),
            "Give the sort key an attribute of its own.",
        )
    types: dict[str, str] = {}
    for key in [*table.key_attributes, *(k for i in table.indexes for k in i.key_attributes)]:
        if types.setdefault(key.name, key.type) != key.type:
            findings.add(
                Code.KEY_SCHEMA,
                f"the key attribute '{key.name}' has the types {types[key.name]} and {key.type}",
                path,
                "An attribute that is part of a key has one type in the table and all indexes.",
            )
    names = [index.name for index in table.indexes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.add(Code.KEY_SCHEMA, f"two indexes are named '{name}'", path, "Rename one.")
    _quota(table.local_secondary_indexes, MAX_LOCAL_SECONDARY_INDEXES, "local", path, findings)
    _quota(table.global_secondary_indexes, MAX_GLOBAL_SECONDARY_INDEXES, "global", path, findings)
    if table.local_secondary_indexes and table.sort_key is None:
        findings.at_key(
            Code.KEY_SCHEMA,
            "a local secondary index needs a table with a sort key",
            (*path, "local_secondary_indexes"),
            "Add 'sort_key' to the table, or make it a global secondary index.",
        )
    projected = 0
    for index in table.indexes:
        index_path = (*path, f"{index.kind}_secondary_indexes", index.name)
        projected += len(index.projection.attributes)
        if not re.fullmatch(language.TABLE_NAME_PATTERN, index.name):
            findings.at_key(
                Code.KEY_SCHEMA,
                f"'{index.name}' cannot be the name of an index",
                index_path,
                "3 to 255 letters, digits, '_', '.' and '-'.",
            )
        for which, keys in (("partition_key", index.partition_key), ("sort_key", index.sort_key)):
            if len(keys) > MAX_INDEX_KEY_ATTRIBUTES:
                findings.add(
                    Code.QUOTA,
                    f"a key has at most {MAX_INDEX_KEY_ATTRIBUTES} attributes, not {len(keys)}",
                    (*index_path, which),
                )
        own = [key.name for key in index.key_attributes]
        if len(set(own)) < len(own):
            findings.add(
                Code.KEY_SCHEMA,
                f"an attribute is twice in the key of '{index.name}'",
                index_path,
                "Name each attribute once.",
            )
    if projected > MAX_PROJECTED_NON_KEY_ATTRIBUTES:
        findings.add(
            Code.QUOTA,
            f"the indexes of a table may include {MAX_PROJECTED_NON_KEY_ATTRIBUTES} attributes"
            f" by name, not {projected}",
            path,
            "Project 'all', or fewer attributes.",
        )
    if table.ttl_attribute in key_names:
        findings.add(Code.KEY_SCHEMA, "the TTL attribute cannot be part of the key", (*path, "ttl"))


def _quota(
    indexes: Sequence[SecondaryIndex], most: int, kind: str, path: Path, findings: Findings
) -> None:
    if len(indexes) > most:
        findings.at_key(
            Code.QUOTA,
            f"a table has at most {most} {kind} secondary indexes, not {len(indexes)}",
            (*path, f"{kind}_secondary_indexes"),
            "Overload one index for several item types, or ask AWS for a higher quota."
            if kind == "global"
            else "Use global secondary indexes for the others.",
        )


def _check_items(table: Table, form: language.TableModel, path: Path, findings: Findings) -> None:
    keys = [key.name for key in table.key_attributes]
    for item in table.items:
        item_path = (*path, "items", item.name)
        given = set(form.items[item.name].key)  # those with a template that is no template too
        for name in keys:
            if name not in given:
                findings.at_key(
                    Code.KEY_TEMPLATE_MISSING,
                    f"the item type '{item.name}' has no template for the key attribute '{name}'",
                    (*item_path, "key"),
                    f"Add '{name}: ...' to 'key'.",
                )
        for attribute in item.key:
            if attribute.name not in keys:
                findings.at_key(
                    Code.KEY_SCHEMA,
                    f"'{attribute.name}' is not part of the table's key",
                    (*item_path, "key", attribute.name),
                    "The key is made of " + ", ".join(keys) + "; other attributes, those of "
                    "indexes too, stand under 'attributes'.",
                )
        for attribute in item.attributes:
            if attribute.name in given:
                findings.at_key(
                    Code.DUPLICATE_KEY,
                    f"'{attribute.name}' is in 'key' and in 'attributes'",
                    (*item_path, "attributes", attribute.name),
                    "Keep it in 'key'.",
                )
