"""Access patterns, parameters and expectations, as a definition writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from dynaproof.definition.language.requests import Operations, Table
from dynaproof.definition.language.values import (
    Accept,
    ColumnReference,
    Name,
    Strict,
    Value,
    shape,
)


class StepModel(Operations):
    as_: Name | None = Field(None, alias="as")
    for_each: str | None = None
    if_: str | None = Field(None, alias="if")
    may_fail: str | None = Field(
        None, description="The chain goes on where the request ends with this error."
    )
    steps: list[StepModel] = Field(default_factory=list)


class GeneratedParameter(BaseModel):
    """A value made for each call, by a generator and its options."""

    model_config = ConfigDict(extra="allow", strict=True)
    generate: str


class FixedParameter(Strict):
    value: Value


def _parameter_shape(value: object) -> str:
    if isinstance(value, dict) and "value" in value:
        return "<value>"
    return "<text>" if isinstance(value, str) else "<mapping>"


ParameterSpec = Annotated[
    Annotated[ColumnReference, Tag("<text>")]
    | Annotated[GeneratedParameter, Tag("<mapping>")]
    | Annotated[FixedParameter, Tag("<value>")],
    Discriminator(_parameter_shape),
]


class Parameters(BaseModel):
    """Each parameter by name; or `from`, SQL whose columns are parameters."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, ParameterSpec]
    from_: str | None = Field(None, alias="from")


class Range(Strict):
    min: float | None = None
    max: float | None = None


def _whole_to_float(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Bound = Annotated[
    Annotated[float, BeforeValidator(_whole_to_float), Tag("<number>")]
    | Annotated[Range, Tag("<mapping>")],
    Discriminator(shape),
]


class ExpectModel(Strict):
    """A number is exact; `{min, max}` bounds."""

    read_capacity_units: Bound | None = None
    write_capacity_units: Bound | None = None
    pages: Bound | None = None
    items: Bound | None = None
    fails: str | None = Field(None, description="The error that every call must end with.")


class RateModel(Strict):
    average: float = Field(ge=0)
    peak: float = Field(ge=0)


class AccessPatternModel(Operations):
    description: str = ""
    rate: RateModel | None = None
    parameters: Parameters | None = None
    sets: int = Field(3, ge=1, le=1000, description="Parameter sets drawn by the seed.")
    steps: list[StepModel] = Field(default_factory=list)
    question: str | None = None
    strict: Literal["keys"] | None = None
    change: str | None = None
    expect: ExpectModel | None = None
    accept: Accept


class WhenModel(Strict):
    event: Literal["insert", "modify", "remove"] | None = None
    item: str | None = None


class StreamHandlerModel(Strict):
    table: Table = None
    when: WhenModel = Field(default_factory=WhenModel)
    steps: list[StepModel] = Field(min_length=1)
    accept: Accept
