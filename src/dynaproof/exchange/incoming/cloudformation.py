"""Tables of a CloudFormation or SAM template, or of a serverless.yml that holds one.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath

from dynaproof.exchange.draft import Draft, DraftTable
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson, path_to
from dynaproof.exchange.incoming.cloudformation_values import TemplateValues
from dynaproof.exchange.incoming.described_table import CARRIED, read_table
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place
from dynaproof.model.table import Table

TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
_ABOUT_TABLES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "autoscaling is not part of a model",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "autoscaling is not part of a model",
    "AWS::DAX::Cluster": "caches are not part of a model",
}
_WRITE = "WriteProvisionedThroughputSettings"


def read_cloudformation(parsed: ParsedJson) -> Draft:
    """Read the tables of a template; raises InputError where it has none."""
    root, resources = template_of(parsed.value)
    values = TemplateValues(root, list(parsed.not_carried))
    tables: list[DraftTable] = []
    others: Counter[str] = Counter()
    for place, logical_id, resource in resources:
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if logical_id.startswith("Fn::"):
            values.not_carried.append(NotCarried(place, "resources made in a loop are left out"))
        elif kind in (TABLE, GLOBAL_TABLE, SIMPLE_TABLE):
            table = _table(str(kind), logical_id, _mapping(resource), place, values)
            if table is not None:
                tables.append(DraftTable(table, description=f"The resource {logical_id}."))
        elif kind in _ABOUT_TABLES:
            values.not_carried.append(NotCarried(place, _ABOUT_TABLES[kind]))
        else:
            others[kind if isinstance(kind, str) else "no type"] += 1
    if others:
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(others.items())[:20])
        values.not_carried.append(
            NotCarried("Resources", f"resources that are no tables: {listed}")
        )
    if not tables:
        reasons = "; ".join(map(str, values.not_carried[:3]))
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the template holds no table that could be used",
            place=Place(parsed.file),
            hint=reasons
            or f"It needs a resource of type {TABLE}, {GLOBAL_TABLE} or {SIMPLE_TABLE}.",
        )
    description = root.get("Description")
    return Draft(
        name=PurePath(parsed.file).stem,
        source=f"{parsed.file}, a CloudFormation template",
        description=description if isinstance(description, str) else "",
        tables=tuple(tables),
        not_carried=tuple(values.not_carried),
    )


Resource = tuple[str, str, object]
"""Where it stands, its logical id, and what stands there."""


def template_of(value: object) -> tuple[Mapping[str, object], list[Resource]]:
    """The template in a file, and its resources: none where the file holds no template.

    It may stand under ``resources``, as in serverless.yml, there in a list too; a file may hold
    resources alone, or one.
    """
    root = _mapping(value)
    if "Resources" in root or "AWSTemplateFormatVersion" in root:
        return root, _resources(root.get("Resources"), "Resources")
    inner = root.get("resources")
    parts = inner if isinstance(inner, list) else [inner]
    templates = [one for one in parts if isinstance(one, dict) and "Resources" in one]
    if templates:
        merged: dict[str, object] = {}
        found: list[Resource] = []
        for one in templates:
            merged |= one
            found += _resources(one["Resources"], "resources.Resources")
        return merged, found
    if _is_resource(root):
        return {}, [("", "Table", root)]
    if any(map(_is_resource, root.values())):
        return {}, _resources(root, "")
    return {}, []


def _resources(value: object, path: str) -> list[Resource]:
    return [(path_to(path, name), name, one) for name, one in _mapping(value).items()]


def _is_resource(value: object) -> bool:
    return str(_mapping(value).get("Type")) in (TABLE, GLOBAL_TABLE, SIMPLE_TABLE)


def _table(
    kind: str,
    logical_id: str,
    resource: Mapping[str, object],
    place: str,
    values: TemplateValues,
) -> Table | None:
    path = path_to(place, "Properties")
    given = resource.get("Properties")
    properties = given if isinstance(given, dict) else {}
    if "Condition" in resource:
        values.not_carried.append(
            NotCarried(path_to(place, "Condition"), "the table is there in any case")
        )
    known = dict(properties)
    form: dict[str, object] = {}
    if kind == SIMPLE_TABLE:
        form |= _simple_key(values.resolved(known.pop("PrimaryKey", None), path))
    if kind == GLOBAL_TABLE:
        form |= _of_replicas(known, path, values)
        known.pop(_WRITE, None)
    for name, value in known.items():
        if name in CARRIED:
            form[name] = values.resolved(value, path_to(path, name))
        else:
            form[name] = value  # reported as it is, whatever is in it
    if "${" in str(form.get("TableName")):  # as the Serverless Framework writes its variables
        form["TableName"] = None
    spec = JsonReader(form, path, values.not_carried)
    if known.get("TableName") is not None and form["TableName"] is None:
        spec.report(f"the table is named by its logical id, {logical_id}", "TableName")
    return read_table(spec, logical_id)


def _simple_key(given: object) -> dict[str, object]:
    """The key of a SimpleTable; without one it is "id", a text."""
    key = given if isinstance(given, dict) else {}
    name, kind = key.get("Name", "id"), key.get("Type", "String")
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind}],
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
    }


def _of_replicas(
    properties: Mapping[str, object], path: str, values: TemplateValues
) -> dict[str, object]:
    """What a GlobalTable says by replica, or as the bounds of autoscaling; the first one's."""
    not_carried = values.not_carried
    form: dict[str, object] = {}
    replicas = values.resolved(properties.get("Replicas"), path_to(path, "Replicas"))
    first = next((one for one in _list(replicas) if isinstance(one, dict)), {})
    if "DeletionProtectionEnabled" in first:
        form["DeletionProtectionEnabled"] = first["DeletionProtectionEnabled"]
    write = values.resolved(properties.get(_WRITE), path_to(path, _WRITE))
    units = {
        "ReadCapacityUnits": _least(first.get("ReadProvisionedThroughputSettings"), "Read"),
        "WriteCapacityUnits": _least(write, "Write"),
    }
    if all(one is not None for one in units.values()):
        form["ProvisionedThroughput"] = units
    if write is not None:
        not_carried.append(NotCarried(path_to(path, _WRITE), "autoscaling: the least is taken"))
    return form


def _least(settings: object, kind: str) -> object:
    given = settings if isinstance(settings, dict) else {}
    scaling = given.get(f"{kind}CapacityAutoScalingSettings")
    bounds = scaling if isinstance(scaling, dict) else {}
    return given.get(f"{kind}CapacityUnits", bounds.get("MinCapacity"))


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
