"""Tables on an endpoint: create, list, describe, drop."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from dynaproof.dynamodb.create_table import stream_specification
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import control_plane
from dynaproof.dynamodb.table_description import (
    OWNER_TAG,
    StoredTable,
    create_arguments,
    stored_table,
)
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault, Place
from dynaproof.model.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WaiterConfigTypeDef

__all__ = ["StoredTable", "Tables"]

# KeyError: what answers is not DynamoDB, and botocore found nothing in the answer.
_ERRORS = (ClientError, BotoCoreError, ResponseParserError, KeyError)
_WAITING: WaiterConfigTypeDef = {"Delay": 1, "MaxAttempts": 300}


class Tables:
    """The control plane of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._client: DynamoDBClient = control_plane(endpoint)

    def create(
        self,
        table: Table,
        *,
        protect: bool = True,
        expire: bool = True,
        place: Place | None = None,
    ) -> str:
        """Create a table and wait until it is active; gives its name with the prefix.

        For tables that live as long as a run, ``protect`` False leaves deletion protection out, and
        ``expire`` False time to live: it would delete items by today's clock, amid the run.
        Raises EnvironmentFault.
        """
        name = self.endpoint.table_prefix + table.name
        if self._exists(name, place):
            raise self._exists_already(name, place)
        try:
            self._client.create_table(**create_arguments(table, name, protect, self.endpoint))  # type: ignore[arg-type]  # built as a mapping
            self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAITING)
            if table.ttl_attribute is not None and expire:
                self._client.update_time_to_live(
                    TableName=name,
                    TimeToLiveSpecification={
                        "Enabled": True,
                        "AttributeName": table.ttl_attribute,
                    },
                )
        except _ERRORS as error:
            if _error_name(error) == "ResourceInUseException":
                raise self._exists_already(name, place) from error
            fault = self._fault(error, f"cannot create the table '{name}'", place)
            raise self._undone(name, fault) from error
        except KeyboardInterrupt:
            # It was not there a moment ago, and nobody else has been told of it.
            self._undone(name, EnvironmentFault())
            raise
        return name

    def switch_stream_on(self, name: str, view_type: str) -> None:
        """Give a table that has no stream a new one, which begins empty."""
        try:
            self._client.update_table(
                TableName=name,
                StreamSpecification=stream_specification(view_type),  # type: ignore[arg-type]  # built as a mapping
            )
            self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAITING)
        except _ERRORS as error:
            raise self._fault(
                error, f"cannot switch on the stream of the table '{name}'", None
            ) from error

    def protect(self, name: str) -> None:
        """Switch deletion protection on."""
        try:
            self._client.update_table(TableName=name, DeletionProtectionEnabled=True)
        except _ERRORS as error:
            raise self._fault(error, f"cannot protect the table '{name}'", None) from error

    def names(self) -> list[str]:
        """The names of all tables with the endpoint's prefix."""
        try:
            pages = self._client.get_paginator("list_tables").paginate()
            found = [name for page in pages for name in page["TableNames"]]
        except _ERRORS as error:
            raise self._fault(error, "cannot list the tables", None) from error
        return [name for name in found if name.startswith(self.endpoint.table_prefix)]

    def describe(self, name: str) -> StoredTable:
        """Describe a table by its whole name."""
        try:
            description = self._client.describe_table(TableName=name)["Table"]
            ttl = self._client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        except _ERRORS as error:
            if _error_name(error) == "ResourceNotFoundException":
                raise EnvironmentFault(
                    Diagnostic(
                        Code.UNKNOWN_TABLE,
                        f"there is no table '{name}' at {self.endpoint.url}",
                        hint="'dynaproof tables list' shows those that there are.",
                    )
                ) from error
            raise self._fault(error, f"cannot describe the table '{name}'", None) from error
        return stored_table(description, ttl.get("AttributeName"))

    def drop(self, name: str) -> None:
        """Delete a table; raises EnvironmentFault when it is protected, or not ours on AWS."""
        stored = self.describe(name)
        if stored.table.deletion_protection:
            raise EnvironmentFault(
                Diagnostic(
                    Code.TABLE_PROTECTED,
                    f"the table '{name}' has deletion protection, and stays",
                    hint="Switch it off first: aws dynamodb update-table --table-name "
                    f"{name} --no-deletion-protection-enabled --endpoint-url {self.endpoint.url}",
                )
            )
        if self.endpoint.is_aws and not self._is_ours(name):
            raise EnvironmentFault(
                Diagnostic(
                    Code.NOT_OURS,
                    f"the table '{name}' was not created by dynaproof, and stays",
                    hint=f"On AWS only tables with the tag {OWNER_TAG} are dropped.",
                )
            )
        try:
            self._delete(name)
            self._client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=_WAITING)
        except _ERRORS as error:
            raise self._fault(error, f"cannot drop the table '{name}'", None) from error

    def close(self) -> None:
        """Close the connections of the client."""
        self._client.close()

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _exists(self, name: str, place: Place | None) -> bool:
        try:
            _ = self._client.describe_table(TableName=name)["Table"]
        except _ERRORS as error:
            if _error_name(error) == "ResourceNotFoundException":
                return False
            raise self._fault(error, f"cannot create the table '{name}'", place) from error
        return True

    def _exists_already(self, name: str, place: Place | None) -> EnvironmentFault:
        return EnvironmentFault(
            Diagnostic(
                Code.TABLE_EXISTS,
                f"the table '{name}' exists already at {self.endpoint.url}",
                place,
                "Use --table-prefix to work beside it, or drop it first.",
            )
        )

    def _undone(self, name: str, fault: EnvironmentFault) -> EnvironmentFault:
        """The fault of a table that is gone again; if it is not, that is said too."""
        try:
            self._delete(name)
        except _ERRORS as error:
            if _error_name(error) != "ResourceNotFoundException":
                left = self._fault(error, f"the table '{name}' may be left behind", None)
                return EnvironmentFault(*fault.diagnostics, *left.diagnostics)
        return fault

    def _delete(self, name: str) -> None:
        try:
            self._client.delete_table(TableName=name)
        except ClientError as error:
            if _error_name(error) != "ResourceInUseException":
                raise
            # It is being created or changed.
            self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAITING)
            self._client.delete_table(TableName=name)

    def _is_ours(self, name: str) -> bool:
        try:
            arn = self._client.describe_table(TableName=name)["Table"]["TableArn"]
            pages = self._client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
            return any(tag["Key"] == OWNER_TAG for page in pages for tag in page["Tags"])
        except _ERRORS as error:
            raise self._fault(error, f"cannot tell whose table '{name}' is", None) from error

    def _fault(self, error: Exception, what: str, place: Place | None) -> EnvironmentFault:
        reason: object = error
        if isinstance(error, ClientError):
            reason = error.response["Error"].get("Message", "")
        elif isinstance(error, KeyError | ResponseParserError):
            reason = "what answers there is not DynamoDB"
        return EnvironmentFault(
            Diagnostic(
                Code.ENDPOINT_ERROR,
                f"{what}: {reason}",
                place,
                f"The endpoint is {self.endpoint.url}.",
            )
        )


def _error_name(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
