"""Models of NoSQL Workbench, of any version, and of tools that write the same form.

The form is what the tool exports:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.Modeler.ImportExisting.html
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from dynaproof.exchange.draft import Draft, DraftPattern, DraftTable
from dynaproof.exchange.foreign_json import JsonReader, ParsedJson, shown
from dynaproof.exchange.incoming.workbench.item_types import read_item_types
from dynaproof.exchange.incoming.workbench.queries import read_queries
from dynaproof.exchange.incoming.workbench.tables import read_table
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place

_VERSIONS = ("", "1.0", "1", "2.0", "2", "3.0", "3")
_TABLE_KEYS = frozenset({"TableName", "KeyAttributes"})
_MOST_TABLES = 200


def read_workbench(parsed: ParsedJson) -> Draft:
    """Read a model, or a list of models. Raises InputError where no table of it can be used."""
    not_carried = list(parsed.not_carried)
    tables: list[DraftTable] = []
    patterns: list[DraftPattern] = []
    names: list[str] = []
    descriptions: list[str] = []
    versions: list[str] = []
    for model in _models(parsed, not_carried):
        metadata = model.child("ModelMetadata")
        names.append(model.text("ModelName").strip())
        descriptions.append(metadata.text("Description").strip())
        version = metadata.text("Version").strip()
        versions.append(version)
        if version not in _VERSIONS:
            metadata.report(f"the version {shown(version)} is not known; read as 3.0", "Version")
        if "keyspaces" in metadata.text("AWSService").lower():
            metadata.report("the model is said to be of Amazon Keyspaces", "AWSService")
        metadata.ignore("Author", "DateCreated", "DateLastModified")
        metadata.unknown_keys()
        found = [(spec, one) for spec in _tables(model) if (one := read_table(spec)) is not None]
        for spec, table in found[: _MOST_TABLES - len(tables)]:
            tables.append(DraftTable(table, tuple(read_item_types(spec, table)), _said(spec)))
            patterns += read_queries(spec, (table,))
            spec.unknown_keys()
        for spec, table in found[_MOST_TABLES:]:
            spec.report(f"the table {shown(table.name)} is left out: there are too many")
        patterns += read_queries(model, [table for _, table in found])
        model.unknown_keys()
    if not tables:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the model has no table that could be used",
            place=Place(parsed.file),
            hint="; ".join(map(str, not_carried[:3]))
            or "A model of NoSQL Workbench has its tables under 'DataModel'.",
        )
    name = next((one for one in names if one), PurePath(parsed.file).stem)
    version = next((f", version {one}" for one in versions if one in _VERSIONS[1:]), "")
    return Draft(
        name=name,
        source=f"{parsed.file}, a model of NoSQL Workbench{version}",
        description="\n".join(dict.fromkeys(one for one in descriptions if one)),
        tables=tuple(tables),
        patterns=tuple(patterns),
        not_carried=tuple(dict.fromkeys(not_carried)),
    )


def _models(parsed: ParsedJson, not_carried: list[NotCarried]) -> Iterator[JsonReader]:
    if isinstance(parsed.value, list):
        for n, one in enumerate(parsed.value):
            if isinstance(one, dict):
                yield JsonReader(one, f"[{n}]", not_carried)
            else:
                not_carried.append(NotCarried(f"[{n}]", f"expected a model, not {shown(one)}"))
        return
    root = JsonReader.of(parsed, "a model of NoSQL Workbench")
    yield JsonReader(root.value, "", not_carried)


def _tables(model: JsonReader) -> list[JsonReader]:
    """The tables of a model; a model that is a table itself, or has one without a list."""
    if isinstance(model.value.get("DataModel"), dict):
        return [model.child("DataModel")]
    if "DataModel" not in model.value and set(model.value) & _TABLE_KEYS:
        return [model]
    return model.objects("DataModel")


def _said(spec: JsonReader) -> str:
    return spec.text("Description")
