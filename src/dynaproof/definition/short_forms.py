"""Short forms -> calls of the DynamoDB API, as boto3 takes them.

``query: {partition_key: ..., sort_key: {begins_with: ...}}`` becomes a KeyConditionExpression
with names and values (``#pk``, ``:pk`` ...), which make way for the user's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dynaproof.definition import language
from dynaproof.definition.key_conditions import (
    Arguments,
    ShortFormError,
    equality,
    fresh,
    numbered,
    paired,
    sort_conditions,
)
from dynaproof.model.access_pattern import Request
from dynaproof.model.table import KeyAttribute, Table

Keys = Callable[[str, str | None], Sequence[Sequence[KeyAttribute]] | None]
"""(table, index) -> (partition key, sort key); None where there is no such thing."""


def given_forms(operations: language.Operations) -> list[str]:
    """All operations that are given; a right pattern has exactly one."""
    return [
        name for name in language.Operations.model_fields if getattr(operations, name) is not None
    ]


def to_request(
    operations: language.Operations, tables: Mapping[str, Table], default_table: str | None
) -> Request:
    """Turn the one operation that is given into a Request.

    Raises ShortFormError when a table or key it needs is not known.
    """
    builder = _Builder(tables, default_table)
    if operations.request is not None:
        ((operation, arguments),) = operations.request.items()
        return Request(operation, arguments)
    if operations.get is not None:
        return Request("GetItem", builder.get(operations.get), short=True)
    if operations.query is not None:
        return Request("Query", builder.query(operations.query), short=True)
    if operations.scan is not None:
        return Request("Scan", builder.scan(operations.scan), short=True)
    if operations.put is not None:
        return Request("PutItem", builder.put(operations.put), short=True)
    if operations.update is not None:
        return Request("UpdateItem", builder.update(operations.update), short=True)
    if operations.delete is not None:
        return Request("DeleteItem", builder.delete(operations.delete), short=True)
    if operations.batch_get is not None:
        return Request("BatchGetItem", builder.batch_get(operations.batch_get), short=True)
    if operations.batch_write is not None:
        return Request("BatchWriteItem", builder.batch_write(operations.batch_write), short=True)
    if operations.transact_get is not None:
        return Request("TransactGetItems", builder.transact_get(operations.transact_get), True)
    if operations.transact_write is not None:
        return Request(
            "TransactWriteItems", builder.transact_write(operations.transact_write), short=True
        )
    if operations.execute_statement is None:
        raise ShortFormError("no operation is given")
    return Request("ExecuteStatement", builder.statement(operations.execute_statement), True)


class _Builder:
    def __init__(self, tables: Mapping[str, Table], default_table: str | None) -> None:
        self.tables = tables
        self.default_table = default_table

    def table(self, name: str | None) -> str:
        found = name or self.default_table
        if found is None:
            raise ShortFormError(
                "the key 'table' is missing", hint="It may be left out where there is one table."
            )
        return found

    def get(self, form: language.GetModel) -> Arguments:
        arguments: Arguments = {"TableName": self.table(form.table), "Key": form.key}
        names = dict(form.names)
        _project(arguments, names, form.project)
        _optional(arguments, ConsistentRead=form.consistent_read)
        _expressions(arguments, names, {})
        return arguments

    def query(self, form: language.QueryModel) -> Arguments:
        table_name = self.table(form.table)
        arguments: Arguments = {"TableName": table_name}
        _optional(arguments, IndexName=form.index)
        names, values = dict(form.names), _colons(form.values)
        arguments["KeyConditionExpression"] = self.key_condition(form, table_name, names, values)
        self.search(arguments, names, form)
        _optional(arguments, ScanIndexForward=form.scan_index_forward)
        _expressions(arguments, names, values)
        return arguments

    def scan(self, form: language.ScanModel) -> Arguments:
        arguments: Arguments = {"TableName": self.table(form.table)}
        _optional(arguments, IndexName=form.index)
        names = dict(form.names)
        self.search(arguments, names, form)
        _expressions(arguments, names, _colons(form.values))
        return arguments

    def search(
        self,
        arguments: Arguments,
        names: dict[str, str],
        form: language.QueryModel | language.ScanModel,
    ) -> None:
        _optional(arguments, FilterExpression=form.filter)
        _project(arguments, names, form.project)
        _optional(
            arguments,
            Select=form.select.upper() if form.select else None,
            ConsistentRead=form.consistent_read,
            Limit=form.limit,
        )

    def key_condition(
        self,
        form: language.QueryModel,
        table_name: str,
        names: dict[str, str],
        values: Arguments,
    ) -> str:
        table = self.tables.get(table_name)
        if table is None:
            raise ShortFormError(f"there is no table '{table_name}'", "table")
        if form.index is None:
            partition: Sequence[KeyAttribute] = (table.partition_key,)
            sort: Sequence[KeyAttribute] = (table.sort_key,) if table.sort_key else ()
        else:
            index = table.index(form.index)
            if index is None:
                raise ShortFormError(
                    f"the table '{table_name}' has no index '{form.index}'", "index"
                )
            partition, sort = index.partition_key, index.sort_key
        conditions = [
            equality(numbered("pk", position), key.name, value, names, values)
            for position, (key, value) in enumerate(
                paired(partition, form.partition_key, "partition_key")
            )
        ]
        if "sort_key" in form.model_fields_set and form.sort_key is not None:
            if not sort:
                raise ShortFormError(
                    "there is no sort key to set a condition on",
                    "sort_key",
                    hint="Leave it out, or query an index that has a sort key.",
                )
            conditions += sort_conditions(sort, form.sort_key, names, values)
        return " AND ".join(conditions)

    def put(self, form: language.PutModel) -> Arguments:
        return self.conditional({"TableName": self.table(form.table), "Item": form.item}, form)

    def update(self, form: language.UpdateModel) -> Arguments:
        arguments: Arguments = {"TableName": self.table(form.table), "Key": form.key}
        _optional(arguments, UpdateExpression=form.update)
        return self.conditional(arguments, form)

    def delete(self, form: language.DeleteModel) -> Arguments:
        return self.conditional({"TableName": self.table(form.table), "Key": form.key}, form)

    def conditional(
        self,
        arguments: Arguments,
        form: language.PutModel
        | language.UpdateModel
        | language.DeleteModel
        | language.ConditionCheckModel,
    ) -> Arguments:
        _optional(arguments, ConditionExpression=form.condition)
        if not isinstance(form, language.ConditionCheckModel) and form.return_values:
            arguments["ReturnValues"] = form.return_values.upper()
        if form.return_values_on_condition_check_failure:
            arguments["ReturnValuesOnConditionCheckFailure"] = (
                form.return_values_on_condition_check_failure.upper()
            )
        _expressions(arguments, dict(form.names), _colons(form.values))
        return arguments

    def batch_get(self, form: language.BatchGetModel) -> Arguments:
        asked: Arguments = {"Keys": form.keys}
        names = dict(form.names)
        _project(asked, names, form.project)
        _optional(asked, ConsistentRead=form.consistent_read)
        _expressions(asked, names, {})
        return {"RequestItems": {self.table(form.table): asked}}

    def batch_write(self, forms: Sequence[language.BatchWriteModel]) -> Arguments:
        by_table: dict[str, list[object]] = {}
        for form in forms:
            if form.put is not None:
                by_table.setdefault(self.table(form.put.table), []).append(
                    {"PutRequest": {"Item": form.put.item}}
                )
            if form.delete is not None:
                by_table.setdefault(self.table(form.delete.table), []).append(
                    {"DeleteRequest": {"Key": form.delete.key}}
                )
        return {"RequestItems": by_table}

    def transact_get(self, forms: Sequence[language.TransactGetModel]) -> Arguments:
        items: list[object] = []
        for form in forms:
            if form.get is not None:
                get = self.get(form.get)
                if "ConsistentRead" in get:
                    raise ShortFormError(
                        "a transaction always reads consistently; leave 'consistent_read' out"
                    )
                items.append({"Get": get})
        return {"TransactItems": items}

    def transact_write(self, forms: Sequence[language.TransactWriteModel]) -> Arguments:
        items: list[object] = []
        for form in forms:
            if form.put is not None:
                items.append({"Put": self.put(form.put)})
            if form.update is not None:
                items.append({"Update": self.update(form.update)})
            if form.delete is not None:
                items.append({"Delete": self.delete(form.delete)})
            if form.condition_check is not None:
                check = form.condition_check
                arguments: Arguments = {"TableName": self.table(check.table), "Key": check.key}
                items.append({"ConditionCheck": self.conditional(arguments, check)})
        return {"TransactItems": items}

    def statement(self, form: language.StatementModel) -> Arguments:
        arguments: Arguments = {"Statement": form.statement}
        _optional(
            arguments,
            Parameters=list(form.parameters) or None,
            ConsistentRead=form.consistent_read,
            Limit=form.limit,
        )
        return arguments


def _project(arguments: Arguments, names: dict[str, str], project: str | list[str] | None) -> None:
    if project is None:
        return
    if isinstance(project, str):
        arguments["ProjectionExpression"] = project
        return
    labels: list[str] = []
    for position, attribute in enumerate(project):
        labels.append(fresh(f"#p{position + 1}", names))
        names[labels[-1]] = attribute
    arguments["ProjectionExpression"] = ", ".join(labels)


def _colons(values: Mapping[str, object]) -> Arguments:
    return {name if name.startswith(":") else f":{name}": value for name, value in values.items()}


def _expressions(arguments: Arguments, names: Mapping[str, str], values: Arguments) -> None:
    if names:
        arguments["ExpressionAttributeNames"] = dict(names)
    if values:
        arguments["ExpressionAttributeValues"] = values


def _optional(arguments: Arguments, **given: object) -> None:
    arguments.update({name: value for name, value in given.items() if value is not None})
