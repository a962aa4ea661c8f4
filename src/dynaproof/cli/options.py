"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dynaproof.dynamodb.endpoint import Endpoint
    from dynaproof.model.definition import Definition

Command = Callable[..., Any]  # what click decorates: a function of any options


class DefinitionPath(click.Path):
    """A definition's file; a folder is that of its ``definition.yaml``. Raises InputError."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:  # as click declares it
        """The file that is meant."""
        from dynaproof.definition.definition_file import definition_file

        return definition_file(Path(str(super().convert(value, param, ctx))))


DEFINITION = click.argument("definition", type=DefinitionPath(), metavar="DEFINITION")
SERVER_VERSION = click.option(
    "--server-version", metavar="VERSION", help="A version of DynamoDB Local."
)
FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
SEED = click.option("--seed", type=int, default=42, show_default=True, help="Seed of all facts.")


def endpoint_options(command: Command) -> Command:
    """--endpoint-url, --aws and --table-prefix."""
    for option in (
        click.option(
            "--table-prefix", default="", metavar="TEXT", help="Stands before every table name."
        ),
        click.option(
            "--aws", is_flag=True, help="Allow a real AWS endpoint (costs money; with a prefix)."
        ),
        click.option(
            "--endpoint-url", metavar="URL", help="Use this endpoint, not a server of our own."
        ),
    ):
        command = option(command)
    return command


def chosen_endpoint(endpoint_url: str | None, aws: bool, table_prefix: str) -> Endpoint:
    """The endpoint that is named, or the background server; raises EnvironmentFault."""
    from dynaproof.dynamodb.endpoint import Endpoint, choose_endpoint
    from dynaproof.dynamodb.local.background import background_status
    from dynaproof.model.codes import Code
    from dynaproof.model.diagnostic import Diagnostic, EnvironmentFault

    if endpoint_url is not None:
        return choose_endpoint(endpoint_url, aws=aws, table_prefix=table_prefix)
    state = background_status()
    if state is None:
        raise EnvironmentFault(
            Diagnostic(
                Code.NO_SERVER,
                "no server is running",
                hint="Start one with 'dynaproof server start', or give --endpoint-url.",
            )
        )
    return Endpoint(f"http://127.0.0.1:{state.port}", table_prefix=table_prefix)


def parameter_values(params: Iterable[str]) -> dict[str, str]:
    """The values of ``--param NAME=VALUE``; raises BadParameter."""
    values: dict[str, str] = {}
    for text in params:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"'{text}' is not NAME=VALUE", param_hint="--param")
        values[name] = value
    return values


def checked(definition: Path) -> Definition:
    """A definition free of errors; raises InputError."""
    from dynaproof.proof.check import check_file

    return check_file(definition).require()
