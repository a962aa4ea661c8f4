"""Terraform's JSON syntax: one aws_dynamodb_table for each table.

https://developer.hashicorp.com/terraform/language/syntax/json
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

import re

from dynaproof.dynamodb.create_table import billing_mode, index_throughput, key_schema
from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.outgoing.cloudformation import json_bytes
from dynaproof.exchange.outgoing.identifiers import unique_identifiers
from dynaproof.exchange.outgoing.left_out import left_out_by_tables
from dynaproof.exchange.outgoing.table_properties import refuse_names, require_tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import SecondaryIndex, Table, Throughput

FILE = "main.tf.json"
PROVIDER_VERSION = ">= 6.32.1"
"""``key_schema`` of indexes, which multi-attribute keys need, came with 6.29.0:
https://github.com/hashicorp/terraform-provider-aws/pull/45357. From then on a sort key in it made
every plan differ, until https://github.com/hashicorp/terraform-provider-aws/pull/46442."""

# Escaped, they would stand behind a third sign, and HCL's specification does not say which two of
# the three belong together. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-literals
_AMBIGUOUS = ("$${", "%${", "$%{", "%%{")


def export_terraform(definition: Definition, _items: ItemsOf) -> Exported:
    """``main.tf.json``; no items are asked for. Raises InputError."""
    require_tables(definition, "a Terraform module")
    refuse_names(definition, _AMBIGUOUS, "for which Terraform has no clear escape")
    names = unique_identifiers([table.name for table in definition.tables], resource_name)
    document: dict[str, object] = {}
    if definition.description:
        document["//"] = definition.description  # a comment
    document["terraform"] = {
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSION}}
    }
    document["resource"] = {
        "aws_dynamodb_table": {names[table.name]: _resource(table) for table in definition.tables}
    }
    return Exported({FILE: json_bytes(document)}, left_out_by_tables(definition))


def resource_name(table_name: str) -> str:
    """``Orders.2024`` -> ``Orders_2024``: letters, digits, ``_`` and ``-``, no digit first."""
    name = re.sub("[^A-Za-z0-9_-]", "_", table_name)
    return name if re.match("[A-Za-z_]", name) else f"table_{name}"


def literal(text: str) -> str:
    """A text of which Terraform takes nothing for a template."""
    return re.sub(r"([$%])\{", r"\1\1{", text)


def _resource(table: Table) -> dict[str, object]:
    """``prevent_destroy``: a changed key would drop the table, and its items, to make another."""
    resource: dict[str, object] = {
        "name": table.name,
        "billing_mode": billing_mode(table),
        **_capacity(table.throughput),
        "hash_key": literal(table.partition_key.name),
    }
    if table.sort_key is not None:
        resource["range_key"] = literal(table.sort_key.name)
    resource["attribute"] = [
        {"name": literal(name), "type": kind} for name, kind in table.attribute_types.items()
    ]
    if table.global_secondary_indexes:
        resource["global_secondary_index"] = [
            _global(index, table) for index in table.global_secondary_indexes
        ]
    if table.local_secondary_indexes:
        resource["local_secondary_index"] = [_local(one) for one in table.local_secondary_indexes]
    if table.stream:
        resource["stream_enabled"] = True
        resource["stream_view_type"] = table.stream.upper()
    if table.ttl_attribute is not None:
        resource["ttl"] = {"attribute_name": literal(table.ttl_attribute), "enabled": True}
    if table.deletion_protection:
        resource["deletion_protection_enabled"] = True
    return resource | {"lifecycle": {"prevent_destroy": True}}


def _global(index: SecondaryIndex, table: Table) -> dict[str, object]:
    return {
        "name": index.name,
        "key_schema": [
            {"attribute_name": literal(key["AttributeName"]), "key_type": key["KeyType"]}
            for key in key_schema(index.partition_key, index.sort_key)
        ],
        **_projection(index),
        **_capacity(index_throughput(index, table)),
    }


def _local(index: SecondaryIndex) -> dict[str, object]:
    return {
        "name": index.name,
        "range_key": literal(index.sort_key[0].name),
        **_projection(index),
    }


def _projection(index: SecondaryIndex) -> dict[str, object]:
    projected: dict[str, object] = {"projection_type": index.projection.kind.upper()}
    if index.projection.kind == "include":
        projected["non_key_attributes"] = [literal(one) for one in index.projection.attributes]
    return projected


def _capacity(throughput: Throughput | None) -> dict[str, object]:
    if throughput is None:
        return {}
    return {
        "read_capacity": throughput.read_capacity_units,
        "write_capacity": throughput.write_capacity_units,
    }
