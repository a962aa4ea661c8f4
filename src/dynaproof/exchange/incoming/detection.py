"""Which format a file of another tool has, by what is in it.

A format is told from another by the names at its top, never by the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from dynaproof.exchange.incoming.cloudformation import template_of

Content = Literal["json", "json or yaml", "text"]


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A format that can be imported: its name on the command line, and what it is.

    ``recognises`` takes the JSON value of a file, or its text where ``content`` is text.
    """

    name: str
    title: str
    content: Content
    recognises: Callable[[object], bool]


def _workbench(value: object) -> bool:
    found = _names(value)
    return bool(found & {"DataModel", "ModelMetadata", "ModelSchema"}) or (
        "ModelName" in found and not found & {"Resources"}
    )


def _onetable(value: object) -> bool:
    found = _names(value)
    if str(_at(value, "format")).startswith("onetable"):
        return True
    return "models" in found and ("indexes" in found or isinstance(_at(value, "models"), dict))


def _awslabs(value: object) -> bool:
    """Tables are arguments of create_table."""
    return any("KeySchema" in _names(one) for one in _elements(_at(value, "tables"))) or (
        "tables" in _names(value) and isinstance(_at(value, "items"), dict)
    )


def _awslabs_schema(value: object) -> bool:
    """Tables have entities with templates of keys."""
    return any(
        "entities" in _names(one) or "table_config" in _names(one)
        for one in _elements(_at(value, "tables"))
    )


def _cloudformation(value: object) -> bool:
    """A template, a file of the Serverless Framework that holds one, or its resources alone."""
    template, resources = template_of(value)
    return bool(template or resources)


def _described_table(value: object) -> bool:
    """What describe-table answers, what create-table takes, or several of them."""
    listed = value if isinstance(value, list) else [value]
    return any(
        "KeySchema" in _names(one)
        or any("KeySchema" in _names(_at(one, key)) for key in ("Table", "TableDescription"))
        or any("KeySchema" in _names(table) for table in _elements(_at(one, "Tables")))
        for one in listed
    )


_MARKDOWN_TABLE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|", re.MULTILINE)


def _sheet(value: object) -> bool:
    """A table in Markdown, or CSV whose first line has several columns."""
    if not isinstance(value, str):
        return False
    first = next((line for line in value.splitlines() if line.strip()), "")
    return bool(_MARKDOWN_TABLE.search(value)) or any(one in first for one in ",;\t")


FORMATS: tuple[ForeignFormat, ...] = (
    ForeignFormat("workbench", "a model of NoSQL Workbench", "json", _workbench),
    ForeignFormat("onetable", "a schema of OneTable", "json", _onetable),
    ForeignFormat("awslabs-schema", "a schema of awslabs with entities", "json", _awslabs_schema),
    ForeignFormat("awslabs", "a data model of awslabs", "json", _awslabs),
    ForeignFormat(
        "cloudformation", "a CloudFormation or SAM template", "json or yaml", _cloudformation
    ),
    ForeignFormat("describe-table", "what describe-table answers", "json", _described_table),
    ForeignFormat("sheet", "a sheet of access patterns, Markdown or CSV", "text", _sheet),
)
"""In the order in which they are tried: what tells more comes first."""
FORMAT_NAMES = tuple(one.name for one in FORMATS)


def recognised(content: object) -> ForeignFormat | None:
    """The format of a JSON value, or of a text that is no JSON; None where it has none of them."""
    return next(
        (
            one
            for one in FORMATS
            if (one.content == "text") == isinstance(content, str) and one.recognises(content)
        ),
        None,
    )


def _names(value: object) -> set[str]:
    return set(value) if isinstance(value, Mapping) else set()


def _at(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _elements(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list) else []
