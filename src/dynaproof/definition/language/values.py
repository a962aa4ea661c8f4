"""The smallest parts of the language: names, values, shapes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
TABLE_NAME_PATTERN = r"^[A-Za-z0-9_.-]{3,255}$"

Scalar = str | int | float | bool | None
Value = Any  # a plain YAML value with templates inside; DynamoDB has no narrower type
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
TableName = Annotated[str, Field(pattern=TABLE_NAME_PATTERN)]
Accept = Annotated[
    dict[str, str],
    Field(
        default_factory=dict,
        description="Findings about the design that are meant to be so: code and reason.",
    ),
]
ColumnReference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_]\w*\.[A-Za-z_]\w*$",
        description="A column of the facts, as in `users.uuid`.",
    ),
]


class Strict(BaseModel):
    """Unknown keys are errors; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


def shape(value: object) -> str:
    # The branch of a union, by what the YAML value is; tags in <> never show in a place.
    match value:
        case str():
            return "<text>"
        case bool():
            return "<truth>"
        case int() | float():
            return "<number>"
        case dict():
            return "<mapping>"
        case list():
            return "<list>"
    return "<mapping>"
