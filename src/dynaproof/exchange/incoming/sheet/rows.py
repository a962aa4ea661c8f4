"""Sheets of access patterns, Markdown or CSV: pattern, operation, table or index, keys, filter, rate.

Where a row says enough it becomes a request, on tables, keys and item types that are made up from what
all rows say; else a note of what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from dynaproof.exchange.draft import Draft, DraftPattern
from dynaproof.exchange.incoming.described_keys import Described, renamed
from dynaproof.exchange.incoming.described_requests import Binding, item_of
from dynaproof.exchange.incoming.pattern_names import pattern_name
from dynaproof.exchange.incoming.sheet.filters import sheet_filter
from dynaproof.exchange.incoming.sheet.model import Bound, SheetModel, SheetModelTable
from dynaproof.exchange.incoming.sheet.requests import RowRequest, rate_of, row_request
from dynaproof.exchange.incoming.sheet.tables import MOST_ROWS, Role, Row, sheet_tables, title
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import InputError, Place

_CELLS: tuple[Role, ...] = (
    *("operation", "call", "table", "index", "place", "partition_key", "sort_key", "keys"),
    *("filter", "limit", "order"),
)


def read_sheet(text: str, file: str) -> Draft:
    """Read a sheet; raises InputError where no table of it is one of access patterns."""
    tables = sheet_tables(text)
    rows = [row for table in tables for row in table.rows]
    if not rows:
        raise InputError.of(
            Code.FOREIGN_FILE,
            "the file holds no table of access patterns",
            place=Place(file),
            hint="Its columns are told by their headings, such as: pattern, description, operation, "
            "table, index, partition key, sort key, filter, rate.",
        )
    name = PurePath(file).stem
    model = SheetModel(name)
    sheet = _Sheet(model, [])
    for table in tables:
        for heading in table.unread:
            sheet.not_carried.append(
                NotCarried(f"line {table.line}", f"the column '{heading}' is not known")
            )
    asked = [(row, row_request(row)) for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        sheet.not_carried.append(
            NotCarried(rows[MOST_ROWS].place, f"only the first {MOST_ROWS} rows are read")
        )
    usable = [request for _, request in asked if _is_usable(request)]
    model.add_tables(usable)
    # Rows that name one item come first: what they say of keys is whole.
    made: dict[int, DraftPattern] = {}
    for whole in (True, False):
        for position, (row, request) in enumerate(asked):
            if (_names_one_item(request)) == whole:
                made[position] = sheet.pattern(row, request)
    return Draft(
        name=title(text) or name,
        source=f"{file}, a sheet of access patterns",
        tables=tuple(table.made() for table in model.tables.values()),
        patterns=tuple(made[position] for position in range(len(asked))),
        not_carried=tuple(sheet.not_carried),
    )


def _is_usable(request: RowRequest) -> bool:
    return not request.problem and (bool(request.keys) or request.operation == "Scan")


def _names_one_item(request: RowRequest) -> bool:
    return request.operation not in ("Query", "Scan", None) and not request.index


@dataclass(slots=True)
class _Sheet:
    model: SheetModel
    not_carried: list[NotCarried]

    def pattern(self, row: Row, request: RowRequest) -> DraftPattern:
        said = row.text("description")
        first = row.text("pattern")
        if said and (not first or first.rstrip(".)").isdigit()):
            first, number = said, row.text("number") or first
        else:
            number = row.text("number")
        notes = row.text("notes")
        text = ". ".join(part.rstrip(". ") for part in (said or first, notes) if part)
        description = f"{number}: {text}" if number else text
        name = pattern_name(first or row.text("number"), number or str(row.line))
        if not request.problem and not _is_usable(request):
            request.problem = "it does not say which keys"
        stub = DraftPattern(
            name,
            description[:500],
            arguments={role.replace("_", " "): row.text(role) for role in _CELLS if row.text(role)},
            rate=rate_of(row),
            place=row.place,
        )
        if request.problem:
            self.report(row, f"no request can be made of it: {request.problem}")
            return stub
        binding = Binding([])
        made = self.request(row, request, binding)
        if made is None:
            return stub
        operation, arguments = made
        return DraftPattern(
            name, description[:500], operation, arguments, binding.made, rate_of(row), row.place
        )

    def report(self, row: Row, reason: str) -> None:
        self.not_carried.append(NotCarried(row.place, reason))

    def request(
        self, row: Row, request: RowRequest, binding: Binding
    ) -> tuple[str, dict[str, object]] | None:
        table = self.model.tables[request.table]
        operation = request.operation or ""
        if operation == "Scan":
            return "scan", self.scan(row, request, table, binding)
        if operation.startswith("Transact"):
            self.report(row, "no request can be made of it: a transaction has several parts")
            return None
        is_whole = request.sort is not None and request.sort.operator == "eq"
        whole = not request.index and (table.keys.sort is None or is_whole)
        if operation in ("GetItem", "BatchGetItem") and not whole:
            why = "an index" if request.index else "it names no sort key"
            self.report(row, f"{operation} cannot be: {why}; it is a query")
            operation = "Query"
        if operation == "Query":
            bound = self.model.bound(request, whole=False)
            return "query", self.query(row, request, table, bound, binding)
        if request.index:
            self.report(row, f"{operation} is on the table, not on the index {request.index}")
            request.index = ""
        if not whole and operation not in ("PutItem", "BatchWriteItem"):
            self.report(row, "no request can be made of it: it names no sort key")
            return None
        bound = self.model.bound(request, whole=True)
        return self.of_item(row, operation, table, bound, binding)

    def of_item(
        self, row: Row, operation: str, table: SheetModelTable, bound: Bound, binding: Binding
    ) -> tuple[str, dict[str, object]]:
        names = [table.keys.partition, *([table.keys.sort] if table.keys.sort else [])]
        if operation in ("PutItem", "BatchWriteItem"):
            table.made()  # tells which field is the one that tells items apart
            item = item_of(bound.item_type, names, binding)
            if operation == "PutItem":
                return "put", {"table": table.name, "item": item}
            return "BatchWriteItem", {
                "RequestItems": {table.name: [{"PutRequest": {"Item": item}}]}
            }
        templates = [bound.partition, *(bound.sort.operands if bound.sort else ())]
        key = {
            name: self.filled(template, bound, binding)
            for name, template in zip(names, templates, strict=False)
        }
        if operation == "BatchGetItem":
            return "batch_get", {"table": table.name, "keys": [key]}
        if operation == "UpdateItem":
            self.report(row, "the row does not say in the language of updates what is updated")
        form = {"GetItem": "get", "UpdateItem": "update", "DeleteItem": "delete"}[operation]
        return form, {"table": table.name, "key": key}

    def query(
        self,
        row: Row,
        request: RowRequest,
        table: SheetModelTable,
        bound: Bound,
        binding: Binding,
    ) -> dict[str, object]:
        made: dict[str, object] = {"table": table.name}
        if request.index:
            made["index"] = request.index
        made["partition_key"] = self.filled(bound.partition, bound, binding)
        keys = table.indexes[request.index] if request.index else table.keys
        if bound.sort is not None and keys.sort is not None:
            operands = [self.filled(one, bound, binding) for one in bound.sort.operands]
            made["sort_key"] = (
                operands[0]
                if bound.sort.operator == "eq"
                else {bound.sort.operator: operands if len(operands) > 1 else operands[0]}
            )
        if request.backwards:
            made["scan_index_forward"] = False
        return made | self.rest(row, request, binding, [bound.item_type])

    def scan(
        self, row: Row, request: RowRequest, table: SheetModelTable, binding: Binding
    ) -> dict[str, object]:
        made: dict[str, object] = {"table": table.name}
        if request.index:
            made["index"] = request.index
        return made | self.rest(row, request, binding, table.item_types)

    def rest(
        self, row: Row, request: RowRequest, binding: Binding, item_types: Sequence[Described]
    ) -> dict[str, object]:
        made: dict[str, object] = {}
        kept = sheet_filter(request)
        if kept.problem:
            self.report(row, kept.problem)
        made |= kept.form
        attributes = {name.lower() for name in self.model.tables[request.table].attributes}
        for item_type in item_types:
            taken = attributes | {item_type.attribute_of(name).lower() for name in item_type.fields}
            for attribute, field in kept.asked.items():
                if attribute.lower() not in taken:
                    item_type.add(attribute, field)
        names: dict[str, str] = {
            name: binding.bind(name, source) for name, source in kept.parameters.items()
        }
        if names:
            made["values"] = {
                label: renamed(value, names) if isinstance(value, str) else value
                for label, value in kept.values.items()
            }
        if request.limit is not None:
            made["limit"] = request.limit
        return made

    def filled(self, template: str, bound: Bound, binding: Binding) -> str:
        """A template with its parameters entered, each drawn from a column of the facts."""
        names = {
            parameter: binding.column(bound.item_type, column, parameter)
            for parameter, column in bound.columns.items()
            if f"${{{parameter}}}" in template
        }
        return renamed(template, names)
