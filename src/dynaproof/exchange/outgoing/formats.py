"""The forms that a definition can be exported to, each with the function that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from dynaproof.exchange.exported import Export


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A form and its exporter, imported when it is used.

    ``functions`` are by the target's suffix where the form is one file, and that of ``""`` alone
    where it is a folder. ``alone``: the suffix of a target that takes the only such file of a
    folder; empty where none does.
    """

    name: str
    meaning: str
    module: str
    functions: Mapping[str, str]
    alone: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether the target is a folder with any number of files."""
        return "" in self.functions

    def export(self, suffix: str = "") -> Export:
        """The exporter for a target's suffix, one of ``functions``."""
        module = import_module(f"dynaproof.exchange.outgoing.{self.module}")
        return cast(Export, getattr(module, self.functions[suffix]))


def _file(name: str, meaning: str, module: str, *suffixes: str) -> ExportFormat:
    return ExportFormat(name, meaning, module, dict.fromkeys(suffixes, f"export_{module}"))


def _folder(name: str, meaning: str, module: str, alone: str = "") -> ExportFormat:
    function = f"export_{name.replace('-', '_')}"
    return ExportFormat(name, meaning, module, {"": function}, alone)


def _template(name: str, meaning: str) -> ExportFormat:
    yaml = f"export_{name}_yaml"
    suffixes = {".json": f"export_{name}", ".yaml": yaml, ".yml": yaml}
    return ExportFormat(name, meaning, name, suffixes)


FORMATS: Mapping[str, ExportFormat] = {
    one.name: one
    for one in (
        _file("workbench", "a model of NoSQL Workbench, version 3.0", "workbench", ".json"),
        _template("cloudformation", "a CloudFormation template with the tables"),
        _template("sam", "a SAM template with the tables"),
        _folder("terraform", "Terraform JSON with the tables", "terraform", ".json"),
        _file("cdk", "a CDK stack in Python with the tables", "cdk", ".py"),
        _file("pynamodb", "PynamoDB models", "pynamodb", ".py"),
        _file("electrodb", "ElectroDB entities", "electrodb", ".mjs", ".js"),
        _folder("onetable", "a OneTable schema for each table", "onetable", ".json"),
        _folder("s3-import", "items as gzip DynamoDB JSON lines, for ImportTable", "s3_import"),
        _folder("csv", "items of each item type as CSV", "csv_files", ".csv"),
        _folder("parquet", "items of each item type as Parquet", "parquet_files", ".parquet"),
    )
}
