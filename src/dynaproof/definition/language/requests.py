"""Short forms of requests, as a definition writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dynaproof.definition.language.values import (
    Strict,
    TableName,
    Value,
)

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
