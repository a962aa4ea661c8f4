"""The language, version 1, as pydantic models: what may stand where.

The JSON Schema that editors read is made from these models. Nothing here knows what a name
refers to; that is for the checks.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
TABLE_NAME_PATTERN = r"^[A-Za-z0-9_.-]{3,255}$"

Scalar = str | int | float | bool | None
Value = Any  # a plain YAML value with templates inside; DynamoDB has no narrower type
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
TableName = Annotated[str, Field(pattern=TABLE_NAME_PATTERN)]
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


def _shape(value: object) -> str:
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


# --- facts ---------------------------------------------------------------------------------


class Skew(Strict):
    zipf: float = Field(gt=0, le=5, description="Exponent of Zipf's law: 1.1 is a strong skew.")


class AttributeModel(BaseModel):
    """A column: generated, taken from another entity, or read from the dataset.

    Further keys are options of the generator.
    """

    model_config = ConfigDict(extra="allow", strict=True)

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
    Discriminator(_shape),
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


# --- tables --------------------------------------------------------------------------------


class KeyModel(Strict):
    name: str = Field(min_length=1, max_length=255)
    type: Literal["S", "N", "B"] = "S"


KeySpec = Annotated[
    Annotated[Annotated[str, Field(min_length=1, max_length=255)], Tag("<text>")]
    | Annotated[KeyModel, Tag("<mapping>")],
    Discriminator(_shape),
]
KeyList = Annotated[
    Annotated[Annotated[str, Field(min_length=1, max_length=255)], Tag("<text>")]
    | Annotated[KeyModel, Tag("<mapping>")]
    | Annotated[Annotated[list[KeySpec], Field(min_length=1)], Tag("<list>")],
    Discriminator(_shape),
]


class ThroughputModel(Strict):
    read_capacity_units: int = Field(ge=1)
    write_capacity_units: int = Field(ge=1)


class ProvisionedModel(Strict):
    provisioned: ThroughputModel


Billing = Annotated[
    Annotated[Literal["on_demand"], Tag("<text>")] | Annotated[ProvisionedModel, Tag("<mapping>")],
    Discriminator(_shape),
]


class IncludeModel(Strict):
    include: list[str] = Field(min_length=1)


ProjectionSpec = Annotated[
    Annotated[Literal["all", "keys_only"], Tag("<text>")]
    | Annotated[IncludeModel, Tag("<mapping>")],
    Discriminator(_shape),
]


class GlobalIndexModel(Strict):
    partition_key: KeyList
    sort_key: KeyList | None = None
    projection: ProjectionSpec = "all"
    billing: Billing | None = Field(None, description="The table's own billing, if left out.")


class LocalIndexModel(Strict):
    sort_key: KeySpec
    projection: ProjectionSpec = "all"


class TypedTemplate(Strict):
    """`{value: ${tags}, type: SS}` where the DynamoDB type does not follow from the SQL type."""

    value: str | int | float | bool
    type: Literal["S", "N", "B", "SS", "NS", "BS", "BOOL", "L", "M", "NULL"]


AttributeTemplateSpec = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[int | float, Tag("<number>")]
    | Annotated[bool, Tag("<truth>")]
    | Annotated[TypedTemplate, Tag("<mapping>")],
    Discriminator(_shape),
]


class ItemModel(Strict):
    """An item type: one item for each row of `from`."""

    from_: str = Field(alias="from", description="An entity, or SQL over the entities.")
    key: dict[str, AttributeTemplateSpec]
    attributes: dict[str, AttributeTemplateSpec] = Field(default_factory=dict)


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


# --- access patterns -----------------------------------------------------------------------

Table = Annotated[
    TableName | None, Field(description="May be left out where the definition has one table.")
]
Names = Annotated[dict[str, str], Field(description='ExpressionAttributeNames: `{"#s": status}`.')]
Values = Annotated[
    dict[str, Value], Field(description="ExpressionAttributeValues; the colon may be left out.")
]
Attributes = Annotated[
    str | list[str], Field(description="ProjectionExpression, or a list of attribute names.")
]


class BetweenOrCompare(Strict):
    eq: Value = None
    lt: Value = None
    le: Value = None
    gt: Value = None
    ge: Value = None
    begins_with: Value = None
    between: Annotated[list[Value], Field(min_length=2, max_length=2)] | None = None


class QueryModel(Strict):
    table: Table = None
    index: str | None = None
    partition_key: Value
    sort_key: Value = Field(
        None,
        description="A value, or one of eq, lt, le, gt, ge, between, begins_with.",
    )
    filter: str | None = None
    names: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    project: Attributes | None = None
    select: (
        Literal["all_attributes", "all_projected_attributes", "specific_attributes", "count"] | None
    ) = None
    scan_index_forward: bool | None = None
    consistent_read: bool | None = None
    limit: int | None = Field(None, ge=1)


class ScanModel(Strict):
    table: Table = None
    index: str | None = None
    filter: str | None = None
    names: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    project: Attributes | None = None
    select: (
        Literal["all_attributes", "all_projected_attributes", "specific_attributes", "count"] | None
    ) = None
    consistent_read: bool | None = None
    limit: int | None = Field(None, ge=1)


class GetModel(Strict):
    table: Table = None
    key: dict[str, Value]
    names: Names = Field(default_factory=dict)
    project: Attributes | None = None
    consistent_read: bool | None = None


class _Conditional(Strict):
    table: Table = None
    condition: str | None = None
    names: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    return_values: Literal["none", "all_old", "updated_old", "all_new", "updated_new"] | None = None
    return_values_on_condition_check_failure: Literal["none", "all_old"] | None = None


class PutModel(_Conditional):
    item: dict[str, Value]


class UpdateModel(_Conditional):
    key: dict[str, Value]
    update: str | None = None


class DeleteModel(_Conditional):
    key: dict[str, Value]


class ConditionCheckModel(Strict):
    table: Table = None
    key: dict[str, Value]
    condition: str
    names: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    return_values_on_condition_check_failure: Literal["none", "all_old"] | None = None


class BatchGetModel(Strict):
    table: Table = None
    keys: list[dict[str, Value]] = Field(min_length=1, max_length=100)
    names: Names = Field(default_factory=dict)
    project: Attributes | None = None
    consistent_read: bool | None = None


class BatchPutModel(Strict):
    table: Table = None
    item: dict[str, Value]


class BatchDeleteModel(Strict):
    table: Table = None
    key: dict[str, Value]


class BatchWriteModel(Strict):
    put: BatchPutModel | None = None
    delete: BatchDeleteModel | None = None


class TransactGetModel(Strict):
    get: GetModel | None = None


class TransactWriteModel(Strict):
    put: PutModel | None = None
    update: UpdateModel | None = None
    delete: DeleteModel | None = None
    condition_check: ConditionCheckModel | None = None


class StatementModel(Strict):
    statement: str
    parameters: list[Value] = Field(default_factory=list)
    consistent_read: bool | None = None
    limit: int | None = Field(None, ge=1)


class Operations(Strict):
    """One operation of the data plane: a short form, or `request:` as it stands."""

    get: GetModel | None = None
    query: QueryModel | None = None
    scan: ScanModel | None = None
    put: PutModel | None = None
    update: UpdateModel | None = None
    delete: DeleteModel | None = None
    batch_get: BatchGetModel | None = None
    batch_write: Annotated[list[BatchWriteModel], Field(min_length=1, max_length=25)] | None = None
    transact_get: Annotated[list[TransactGetModel], Field(min_length=1, max_length=100)] | None = (
        None
    )
    transact_write: (
        Annotated[list[TransactWriteModel], Field(min_length=1, max_length=100)] | None
    ) = None
    execute_statement: StatementModel | None = None
    request: Annotated[dict[str, dict[str, Value]], Field(min_length=1, max_length=1)] | None = None


class StepModel(Operations):
    as_: Name | None = Field(None, alias="as")
    for_each: str | None = None
    if_: str | None = Field(None, alias="if")
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
    Discriminator(_shape),
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


class WhenModel(Strict):
    event: Literal["insert", "modify", "remove"] | None = None
    item: str | None = None


class StreamHandlerModel(Strict):
    table: Table = None
    when: WhenModel = Field(default_factory=WhenModel)
    steps: list[StepModel] = Field(min_length=1)


# --- the whole -----------------------------------------------------------------------------


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
