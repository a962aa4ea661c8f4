"""Tables from a CloudFormation or SAM template.

AWS::DynamoDB::Table, AWS::DynamoDB::GlobalTable and AWS::Serverless::SimpleTable are read.
``Ref`` and ``Fn::Sub`` of parameters with a default are resolved; a name that stays unknown
becomes the resource's logical id.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Literal, cast

from dynaproof.definition.findings import Findings
from dynaproof.definition.table_properties import (
    TablePropertyError,
    elements_of,
    key_schema,
    key_type,
    mapping_of,
    secondary_index,
    text_of,
    throughput,
)
from dynaproof.definition.text_file import read_text
from dynaproof.definition.yaml_text import ParsedYaml, parse_yaml
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.model.table import KeyAttribute, KeyType, Table

Stream = Literal["keys_only", "new_image", "old_image", "new_and_old_images"]
_TYPES = (
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Serverless::SimpleTable",
)


def read_template(name: str, folder: FilePath, findings: Findings) -> dict[str, Table]:
    """Give the tables of a template by logical id, and by table name where that differs."""
    place: Path = ("tables", "from")
    file = folder / name
    inside = file.resolve().is_relative_to(folder.resolve().parent)
    if FilePath(name).is_absolute() or not inside:
        findings.add(
            Code.TEMPLATE_FILE,
            f"the template '{name}' is outside of the project",
            place,
            "Give a path relative to the definition, in its folder or beside it.",
        )
        return {}
    try:
        text = read_text(file)
    except InputError as error:
        message = error.diagnostics[0].message
        findings.add(Code.TEMPLATE_FILE, f"the template '{name}': {message}", place)
        return {}
    parsed = parse_yaml(text, str(file), intrinsic_tags=True)
    if parsed.diagnostics:
        findings.diagnostics.extend(parsed.diagnostics)
        return {}
    return _Template(parsed, findings).tables(place)


class _Template:
    def __init__(self, parsed: ParsedYaml, findings: Findings) -> None:
        self.root = mapping_of(parsed.value)
        self.source = parsed.source
        self.findings = findings
        self.parameters = {
            name: spec["Default"]
            for name, spec in mapping_of(self.root.get("Parameters")).items()
            if isinstance(spec, dict) and "Default" in spec
        }

    def tables(self, place: Path) -> dict[str, Table]:
        found: dict[str, Table] = {}
        for logical_id, resource in mapping_of(self.root.get("Resources")).items():
            if not isinstance(resource, dict) or resource.get("Type") not in _TYPES:
                continue
            properties = mapping_of(self.resolve(resource.get("Properties")))
            try:
                simple = resource["Type"] == "AWS::Serverless::SimpleTable"
                table = (
                    self.simple_table(logical_id, properties)
                    if simple
                    else self.table(logical_id, properties)
                )
            except TablePropertyError as problem:
                self.findings.diagnostics.append(
                    Diagnostic(
                        Code.TEMPLATE_FILE,
                        f"the resource '{logical_id}': {problem}",
                        self.source.key("Resources", logical_id),
                        "State keys and types as plain values, or write the table in the "
                        "definition.",
                    )
                )
                continue
            found[logical_id] = table
        if not found and not self.findings.diagnostics:
            self.findings.add(
                Code.TEMPLATE_FILE,
                "the template holds no DynamoDB table",
                place,
                "It needs a resource of one of the types " + ", ".join(_TYPES) + ".",
            )
        return found

    def simple_table(self, logical_id: str, properties: Mapping[str, object]) -> Table:
        key = mapping_of(properties.get("PrimaryKey"))
        kind = {"String": "S", "Number": "N", "Binary": "B"}.get(str(key.get("Type", "String")))
        if kind is None:
            raise TablePropertyError(f"PrimaryKey has the unknown type {key.get('Type')!r}")
        return Table(
            name=self.name(logical_id, properties),
            # https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/
            # sam-resource-simpletable.html: without PrimaryKey it is "id", a string.
            partition_key=KeyAttribute(text_of(key.get("Name", "id"), "Name"), cast(KeyType, kind)),
            throughput=throughput(properties),
        )

    def table(self, logical_id: str, properties: Mapping[str, object]) -> Table:
        types = {
            text_of(mapping_of(one).get("AttributeName"), "AttributeName"): key_type(one)
            for one in elements_of(properties.get("AttributeDefinitions"))
        }
        partition, sort = key_schema(properties.get("KeySchema"), types)
        if len(partition) != 1 or len(sort) > 1:
            raise TablePropertyError("KeySchema needs one HASH and at most one RANGE key")
        on_demand = properties.get("BillingMode") == "PAY_PER_REQUEST"
        stream = mapping_of(properties.get("StreamSpecification")).get("StreamViewType")
        ttl = mapping_of(properties.get("TimeToLiveSpecification"))
        ttl_on = ttl.get("Enabled", False) in (True, "true")
        return Table(
            name=self.name(logical_id, properties),
            partition_key=partition[0],
            sort_key=sort[0] if sort else None,
            throughput=None if on_demand else throughput(properties),
            stream=cast(Stream, str(stream).lower()) if stream else None,
            ttl_attribute=text_of(ttl.get("AttributeName"), "AttributeName") if ttl_on else None,
            deletion_protection=properties.get("DeletionProtectionEnabled") in (True, "true"),
            global_secondary_indexes=tuple(
                secondary_index(one, "global", types)
                for one in elements_of(properties.get("GlobalSecondaryIndexes"))
            ),
            local_secondary_indexes=tuple(
                secondary_index(one, "local", types)
                for one in elements_of(properties.get("LocalSecondaryIndexes"))
            ),
        )

    def name(self, logical_id: str, properties: Mapping[str, object]) -> str:
        name = properties.get("TableName")
        return name if isinstance(name, str) and "${" not in name else logical_id

    def resolve(self, value: object) -> object:
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return self.parameters.get(str(value["Ref"]), value)
        if set(value) == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
            return re.sub(
                r"\$\{(\w+)\}",
                lambda found: str(self.parameters.get(found[1], found[0])),
                value["Fn::Sub"],
            )
        return {key: self.resolve(one) for key, one in value.items()}
