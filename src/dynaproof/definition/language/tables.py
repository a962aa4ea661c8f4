"""Tables, indexes and item types, as a definition writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from dynaproof.definition.language.values import (
    Accept,
    Name,
    Strict,
    shape,
)


class KeyModel(Strict):
    name: str = Field(min_length=1, max_length=255)
    type: Literal["S", "N", "B"] = "S"


KeySpec = Annotated[
    Annotated[Annotated[str, Field(min_length=1, max_length=255)], Tag("<text>")]
    | Annotated[KeyModel, Tag("<mapping>")],
    Discriminator(shape),
]
KeyList = Annotated[
    Annotated[Annotated[str, Field(min_length=1, max_length=255)], Tag("<text>")]
    | Annotated[KeyModel, Tag("<mapping>")]
    | Annotated[Annotated[list[KeySpec], Field(min_length=1)], Tag("<list>")],
    Discriminator(shape),
]


class ThroughputModel(Strict):
    read_capacity_units: int = Field(ge=1)
    write_capacity_units: int = Field(ge=1)


class ProvisionedModel(Strict):
    provisioned: ThroughputModel


Billing = Annotated[
    Annotated[Literal["on_demand"], Tag("<text>")] | Annotated[ProvisionedModel, Tag("<mapping>")],
    Discriminator(shape),
]


class IncludeModel(Strict):
    include: list[str] = Field(min_length=1)


ProjectionSpec = Annotated[
    Annotated[Literal["all", "keys_only"], Tag("<text>")]
    | Annotated[IncludeModel, Tag("<mapping>")],
    Discriminator(shape),
]


class GlobalIndexModel(Strict):
    partition_key: KeyList
    sort_key: KeyList | None = None
    projection: ProjectionSpec = "all"
    billing: Billing | None = Field(None, description="The table's own billing, if left out.")
    accept: Accept


class LocalIndexModel(Strict):
    sort_key: KeySpec
    projection: ProjectionSpec = "all"
    accept: Accept


class TypedTemplate(Strict):
    """`{value: ${tags}, type: SS}` where the DynamoDB type does not follow from the SQL type."""

    value: str | int | float | bool
    type: Literal["S", "N", "B", "SS", "NS", "BS", "BOOL", "L", "M", "NULL"]


class DynamodbJsonTemplate(Strict):
    """`{dynamodb_json: ${info}}` where a column of text holds DynamoDB JSON of the value."""

    dynamodb_json: str


def _template_shape(value: object) -> str:
    if isinstance(value, dict) and "dynamodb_json" in value:
        return "<json>"
    return shape(value)


KeyTemplateSpec = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[int | float, Tag("<number>")]
    | Annotated[bool, Tag("<truth>")]
    | Annotated[TypedTemplate, Tag("<mapping>")],
    Discriminator(shape),
]
AttributeTemplateSpec = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[int | float, Tag("<number>")]
    | Annotated[bool, Tag("<truth>")]
    | Annotated[TypedTemplate, Tag("<mapping>")]
    | Annotated[DynamodbJsonTemplate, Tag("<json>")],
    Discriminator(_template_shape),
]


class ItemModel(Strict):
    """An item type: one item for each row of `from`."""

    from_: str = Field(alias="from", description="An entity, or SQL over the entities.")
    key: dict[str, KeyTemplateSpec]
    attributes: dict[str, AttributeTemplateSpec] = Field(default_factory=dict)
    accept: Accept


class TableModel(Strict):
    partition_key: KeySpec | None = None
    sort_key: KeySpec | None = None
    billing: Billing | None = None
    stream: Literal["keys_only", "new_image", "old_image", "new_and_old_images"] | None = None
    ttl: str | None = Field(None, description="The attribute that holds the expiry, epoch seconds.")
    deletion_protection: bool | None = None
    global_secondary_indexes: dict[str, GlobalIndexModel] = Field(default_factory=dict)
    local_secondary_indexes: dict[str, LocalIndexModel] = Field(default_factory=dict)
    items: dict[Name, ItemModel] = Field(default_factory=dict)
    accept: Accept
