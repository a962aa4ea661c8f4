"""A whole definition."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dynaproof.definition.language.facts import EntityModel
from dynaproof.definition.language.patterns import AccessPatternModel, StreamHandlerModel
from dynaproof.definition.language.tables import TableModel
from dynaproof.definition.language.values import (
    Name,
    Strict,
)


class Tables(BaseModel):
    """Tables by name; `from` reads keys and indexes from a CloudFormation or SAM template."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, TableModel]
    from_: str | None = Field(None, alias="from")


class DefinitionModel(Strict):
    """A dynaproof definition."""

    model_config = ConfigDict(extra="forbid", strict=True, title="dynaproof definition, version 1")

    version: Literal[1]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    description: str = ""
    entities: dict[Name, EntityModel] = Field(default_factory=dict)
    tables: Tables
    access_patterns: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")], AccessPatternModel
    ] = Field(default_factory=dict)
    stream_handlers: dict[str, StreamHandlerModel] = Field(default_factory=dict)
