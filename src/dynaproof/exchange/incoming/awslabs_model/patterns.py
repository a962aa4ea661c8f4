"""Access patterns of awslabs' data-model JSON: command lines to requests with parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.aws_cli.requests import CliRequest, cli_request
from dynaproof.exchange.incoming.aws_cli.words import CommandError, CommandLine, command_lines
from dynaproof.exchange.incoming.example_values import example_values
from dynaproof.exchange.incoming.index_filters import unprojected
from dynaproof.exchange.incoming.pattern_names import pattern_name
from dynaproof.exchange.incoming.placeholders import Parameters, mapped
from dynaproof.model.attribute_value import Item
from dynaproof.model.operations import table_names
from dynaproof.model.table import Table

_SPELT = {"transactwrite": "transactwriteitems", "transactget": "transactgetitems"}


def read_patterns(
    root: JsonReader, tables: Mapping[str, Table], items: Mapping[str, Sequence[Item]]
) -> list[DraftPattern]:
    """Read ``access_patterns``; one without a command that can be read has no operation."""
    return [
        pattern
        for entry in root.objects("access_patterns")
        for pattern in _Pattern(entry, tables, items).read()
    ]


class _Pattern:
    def __init__(
        self,
        entry: JsonReader,
        tables: Mapping[str, Table],
        items: Mapping[str, Sequence[Item]],
    ) -> None:
        self.entry = entry
        self.tables = tables
        self.items = items
        self.number = entry.text("pattern") or entry.text("pattern_id") or entry.text("id")
        self.said = entry.text("description") or entry.text("name")
        self.name = pattern_name(entry.text("name") or self.said, self.number)
        self.operation = entry.text("dynamodb_operation") or entry.text("operation")
        self.description = self._description()

    def read(self) -> Iterator[DraftPattern]:
        command = self.entry.text("implementation")
        reason = self.entry.text("reason")
        self.entry.ignore("table", "index")
        self.entry.unknown_keys()
        if not command.strip():
            why = f": {reason}" if reason else ""
            self.entry.report(f"the pattern has no command{why}", "implementation")
            yield self._stub()
            return
        try:
            lines = command_lines(command)
        except CommandError as error:
            self.entry.report(f"no request can be made of it: {error}", "implementation")
            yield self._stub()
            return
        for n, line in enumerate(lines):
            yield self._of_line(line, "" if len(lines) == 1 else f"-{n + 1}")

    def _of_line(self, line: CommandLine, suffix: str) -> DraftPattern:
        try:
            request = cli_request(line)
            unknown = [name for name in table_names(request.operation, request.arguments)
                       if name not in self.tables]  # fmt: skip
            if unknown:
                raise CommandError(f"the table '{unknown[0][:80]}' is not defined")
            arguments = request.arguments
            attribute = unprojected(
                arguments.get("FilterExpression"),
                arguments.get("ExpressionAttributeNames"),
                self.tables.get(str(arguments.get("TableName"))),
                arguments.get("IndexName"),
            )
            if attribute is not None:
                raise CommandError(
                    f"its filter is on '{attribute[:60]}', which is not in the index"
                )
        except CommandError as error:
            self.entry.report(f"no request can be made of it: {error}", "implementation")
            return self._stub(suffix)
        for remark in dict.fromkeys(request.remarks):
            self.entry.report(remark, "implementation")
        self._compare_operation(request)
        parameters = Parameters()
        templated = mapped(request.arguments, parameters.template)
        assert isinstance(templated, dict)  # noqa: S101  it was a mapping
        values = example_values(
            request.operation, templated, parameters.names, self.tables, self.items
        )
        return DraftPattern(
            name=self.name + suffix,
            description=self.description,
            operation=request.operation,
            arguments=templated,
            parameters={name: {"value": value} for name, value in values.items()},
            place=self.entry.path,
        )

    def _stub(self, suffix: str = "") -> DraftPattern:
        table, index = (self._said_of(name) for name in ("table", "index"))
        known = [
            f"{what} {said}"
            for what, said in (("operation", self.operation), ("table", table), ("index", index))
            if said and said.lower() not in ("null", "none", "n/a", "-")
        ]
        told = f" ({', '.join(known)})" if known else ""
        return DraftPattern(
            self.name + suffix, f"{self.description}{told}".strip(), place=self.entry.path
        )

    def _said_of(self, name: str) -> str:
        said = self.entry.value.get(name)
        return said if isinstance(said, str) else ""

    def _compare_operation(self, request: CliRequest) -> None:
        said = re.sub(r"[^a-z]", "", self.operation.lower())
        if said and _SPELT.get(said, said) != request.operation.lower():
            self.entry.report(
                f"the pattern says {self.operation[:40]}, its command is {request.operation}",
                "dynamodb_operation",
            )

    def _description(self) -> str:
        return f"{self.number}: {self.said}" if self.number and self.said else self.said
