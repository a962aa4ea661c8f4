"""A stack of the AWS CDK in Python with the tables of a definition.

``Table`` and not ``TableV2``: the latter has no write capacity that stays what it is, and makes
global tables, which are another resource.
https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.aws_dynamodb/Table.html
"""

from __future__ import annotations

from dynaproof.dynamodb.create_table import billing_mode, index_throughput
from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.cloudformation import template_description
from dynaproof.exchange.outgoing.identifiers import (
    class_name,
    logical_id,
    unique_identifiers,
    variable_name,
)
from dynaproof.exchange.outgoing.left_out import left_out_by_tables
from dynaproof.exchange.outgoing.python_call import Call, Expression, Name, python_expression
from dynaproof.exchange.outgoing.python_text import python_text
from dynaproof.exchange.outgoing.table_properties import refuse_names, require_tables
from dynaproof.model.definition import Definition
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput

_TYPES = {"S": "STRING", "N": "NUMBER", "B": "BINARY"}
_STREAMS = {"new_image": "NEW_IMAGE", "old_image": "OLD_IMAGE", "keys_only": "KEYS_ONLY"}
# https://docs.aws.amazon.com/cdk/v2/guide/tokens.html, and what CloudFormation makes of the rest
_COMMANDS = ("${Token[", "#{Token[", "{{resolve:")
_WITHIN = "        "

_HEAD = '''\
"""The DynamoDB tables of {name}, as dynaproof exported them.

cdk deploy --app "python3 <this file>"
"""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct


class {stack}(cdk.Stack):
    def __init__(self, scope: Construct, construct_id: str, **kwargs: object) -> None:
{described}        super().__init__(scope, construct_id, **kwargs)
'''
_TAIL = """

if __name__ == "__main__":
    app = cdk.App()
    {stack}(app, {construct})
    app.synth()
"""


def export_cdk(definition: Definition, _items: ItemsOf) -> Exported:
    """A module with a stack; no items are asked for. Raises InputError."""
    require_tables(definition, "a stack")
    refuse_names(definition, _COMMANDS, "which the CDK or CloudFormation would carry out")
    names = [table.name for table in definition.tables]
    construct_ids = unique_identifiers(names, logical_id)
    variables = unique_identifiers(names, lambda one: variable_name(one, "table"))
    stack = stack_name(definition)
    described, left_out = _description(definition)
    text = _HEAD.format(name=definition.name, stack=stack, described=described)
    for table in definition.tables:
        variable = f"self.{variables[table.name]}"
        text += f"\n{_WITHIN}{variable} = "
        text += python_expression(_table(table, construct_ids[table.name]), _WITHIN) + "\n"
        for index in table.indexes:
            call = _index(index, table, variable)
            text += f"{_WITHIN}{python_expression(call, _WITHIN)}\n"
    text += _TAIL.format(stack=stack, construct=python_text(stack))
    left_out += left_out_by_tables(definition)
    return Exported({"stack.py": text.encode()}, left_out)


def stack_name(definition: Definition) -> str:
    """The name of the stack's class, and of the stack where the module is run."""
    return class_name(definition.name, "Stack")


def _description(definition: Definition) -> tuple[str, tuple[NotCarried, ...]]:
    """The description as the stack's, unless another is given; and why not, or not whole."""
    if any(command in definition.description for command in _COMMANDS):
        return "", (NotCarried("description", "the CDK would carry out what is in it"),)
    description, left_out = template_description(definition)
    if not description:
        return "", left_out
    call = Call("kwargs.setdefault", ("description", description))
    return f"{_WITHIN}{python_expression(call, _WITHIN)}\n", left_out


def _table(table: Table, construct_id: str) -> Call:
    named: dict[str, Expression] = {
        "table_name": table.name,
        "partition_key": _attribute(table.partition_key),
    }
    if table.sort_key is not None:
        named["sort_key"] = _attribute(table.sort_key)
    named["billing_mode"] = Name(f"dynamodb.BillingMode.{billing_mode(table)}")
    named |= _capacity(table.throughput)
    if table.stream is not None:
        view = _STREAMS.get(table.stream, "NEW_AND_OLD_IMAGES")
        named["stream"] = Name(f"dynamodb.StreamViewType.{view}")
    if table.ttl_attribute is not None:
        named["time_to_live_attribute"] = table.ttl_attribute
    if table.deletion_protection:
        named["deletion_protection"] = True
    named["removal_policy"] = Name("cdk.RemovalPolicy.RETAIN")
    return Call("dynamodb.Table", (Name("self"), construct_id), named)


def _index(index: SecondaryIndex, table: Table, variable: str) -> Call:
    named: dict[str, Expression] = {"index_name": index.name}
    if index.kind == "local":
        named["sort_key"] = _attribute(index.sort_key[0])
    else:
        named |= _keys("partition_key", index.partition_key)
        named |= _keys("sort_key", index.sort_key)
        named |= _capacity(index_throughput(index, table))
    named["projection_type"] = Name(f"dynamodb.ProjectionType.{index.projection.kind.upper()}")
    if index.projection.kind == "include":
        named["non_key_attributes"] = index.projection.attributes
    return Call(f"{variable}.add_{index.kind}_secondary_index", (), named)


def _keys(name: str, keys: tuple[KeyAttribute, ...]) -> dict[str, Expression]:
    """One key attribute by itself, several as a list, which takes another name."""
    if len(keys) == 1:
        return {name: _attribute(keys[0])}
    return {f"{name}s": [_attribute(key) for key in keys]} if keys else {}


def _attribute(key: KeyAttribute) -> Call:
    kind = Name(f"dynamodb.AttributeType.{_TYPES[key.type]}")
    return Call("dynamodb.Attribute", (), {"name": key.name, "type": kind})


def _capacity(throughput: Throughput | None) -> dict[str, Expression]:
    if throughput is None:
        return {}
    return {
        "read_capacity": throughput.read_capacity_units,
        "write_capacity": throughput.write_capacity_units,
    }
