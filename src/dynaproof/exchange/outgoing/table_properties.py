"""A table as the properties of AWS::DynamoDB::Table.

They are CreateTable's arguments but for the stream, which is there or not, and time to live.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Iterator

from dynaproof.dynamodb.create_table import table_properties
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.table import Table


def cloudformation_properties(table: Table) -> dict[str, object]:
    """All properties; what the definition does not say is left to the service's defaults."""
    properties = {"TableName": table.name} | table_properties(table)
    if table.stream:
        properties["StreamSpecification"] = {"StreamViewType": table.stream.upper()}
    if table.ttl_attribute is not None:
        properties["TimeToLiveSpecification"] = {
            "AttributeName": table.ttl_attribute,
            "Enabled": True,
        }
    if table.deletion_protection:
        properties["DeletionProtectionEnabled"] = True
    return properties


def require_tables(definition: Definition, form: str) -> None:
    """Raise InputError where there is no table: a template needs a resource."""
    if not definition.tables:
        message = f"'{definition.name}' has no table, and {form} needs one"
        place = definition.source.place("tables")
        raise InputError(Diagnostic(Code.EXPORT, message, place, "Add a table."))


def refuse_names(definition: Definition, commands: tuple[str, ...], why: str) -> None:
    """Raise InputError for names of attributes that the form cannot write as they are.

    ``commands`` are such parts as ``{{resolve:``, for which it has no escape.
    """
    found = [
        Diagnostic(
            Code.EXPORT,
            f"the attribute name {name!r} of the table '{table.name}' has {command!r}, {why}",
            definition.source.key("tables", table.name),
            "Rename the attribute.",
        )
        for table in definition.tables
        for name in dict.fromkeys(attribute_names(table))
        for command in commands
        if command in name
    ]
    if found:
        raise InputError(*found)


def attribute_names(table: Table) -> Iterator[str]:
    """Every name of an attribute that the table itself names."""
    yield from table.attribute_types
    for index in table.indexes:
        yield from index.projection.attributes
    if table.ttl_attribute is not None:
        yield table.ttl_attribute
