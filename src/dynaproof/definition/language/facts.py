"""Entities, as a definition writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from dynaproof.definition.language.values import (
    ColumnReference,
    Name,
    Strict,
    shape,
)
from dynaproof.model.entity import ColumnType


class Skew(Strict):
    zipf: float = Field(gt=0, le=5, description="Exponent of Zipf's law: 1.1 is a strong skew.")


class AttributeModel(BaseModel):
    """A column: generated, taken from another entity, or read from the dataset.

    Further keys are options of the generator.
    """

    model_config = ConfigDict(extra="allow", strict=True)

    type: ColumnType | None = Field(
        None, description="The type of a dataset's column, where it is not to be guessed."
    )
    generate: str | None = Field(None, description="The name of a generator, such as `uuid`.")
    references: ColumnReference | None = None
    where: Name | None = Field(
        None, description="Only rows of the other entity which agree on this attribute."
    )
    distinct_within: Name | None = Field(
        None, description="No value twice among rows that share this attribute."
    )
    skew: Skew | None = None
    unique: bool = False
    null: float = Field(0.0, ge=0, le=1, description="Share of rows without a value.")


class Lognormal(Strict):
    mean: float = Field(gt=0)
    sigma: float = Field(gt=0)


class Uniform(Strict):
    min: int = Field(ge=0)
    max: int = Field(ge=0)


class Poisson(Strict):
    mean: float = Field(gt=0)


class Distribution(Strict):
    """How many rows for each parent row."""

    lognormal: Lognormal | None = None
    uniform: Uniform | None = None
    poisson: Poisson | None = None
    min: int = Field(0, ge=0)
    max: int | None = Field(None, ge=0)


CountModel = Annotated[
    Annotated[Annotated[int, Field(ge=0)], Tag("<number>")]
    | Annotated[Distribution, Tag("<mapping>")],
    Discriminator(shape),
]


class EachModel(Strict):
    of: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$")] = Field(
        description="The parent entity; its first attribute is repeated, or the one named."
    )
    count: CountModel
    as_: Name = Field(alias="as", description="The column that repeats the parent's attribute.")


class EntityModel(Strict):
    """A relation: `count` rows, rows for `each` row of another, or `from` a dataset."""

    count: int | None = Field(None, ge=0)
    each: EachModel | None = None
    from_: str | None = Field(None, alias="from", description="A CSV, JSON lines or Parquet file.")
    attributes: dict[Name, AttributeModel | None] = Field(default_factory=dict)
