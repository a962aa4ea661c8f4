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
    root, path = _template(parsed.value)
    values = TemplateValues(root, list(parsed.not_carried))
    tables: list[DraftTable] = []
    others: Counter[str] = Counter()
    resources = root.get("Resources")
    for logical_id, resource in (resources if isinstance(resources, dict) else {}).items():
        place = path_to(path_to(path, "Resources"), logical_id)
        kind = resource.get("Type") if isinstance(resource, dict) else None
        if logical_id.startswith("Fn::"):
            values.not_carried.append(NotCarried(place, "resources made in a loop are left out"))
        elif kind in (TABLE, GLOBAL_TABLE, SIMPLE_TABLE):
            table = _table(str(kind), logical_id, resource, place, values)
            if table is not None:
                tables.append(DraftTable(table, description=f"The resource {logical_id}."))
        elif kind in _ABOUT_TABLES:
            values.not_carried.append(NotCarried(place, _ABOUT_TABLES[kind]))
        else:
            others[kind if isinstance(kind, str) else "no type"] += 1
    if others:
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(others.items())[:20])
        values.not_carried.append(
            NotCarried(path_to(path, "Resources"), f"resources that are no tables: {listed}")
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


def _template(value: object) -> tuple[Mapping[str, object], str]:
    """The template and its path: serverless.yml holds one under ``resources``."""
    root = value if isinstance(value, dict) else {}
    inner = root.get("resources")
    if "Resources" not in root and isinstance(inner, dict):
        return inner, "resources"
    return root, ""


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


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
