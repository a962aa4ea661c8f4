"""What the names in access patterns refer to: tables, indexes, keys, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.definition.argument_places import argument_path, in_words_of, is_as_written
from dynaproof.definition.findings import Findings
from dynaproof.definition.request_keys import check_request_keys
from dynaproof.definition.step_names import check_record_names, check_step_names
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.access_pattern import AccessPattern, FactsColumn, Request, Step
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition, Path
from dynaproof.model.expressions.check import check_expressions
from dynaproof.model.operations import check_request
from dynaproof.model.table import Table
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in


def check_references(definition: Definition, findings: Findings) -> None:
    """Find names of access patterns and stream handlers that refer to nothing."""
    tables = {table.name: table for table in definition.tables}
    for pattern in definition.access_patterns:
        path: Path = ("access_patterns", pattern.name)
        _check_parameters(pattern, definition, path, findings)
        known = {parameter.name for parameter in pattern.parameters}
        open_ended = pattern.parameters_from is not None
        if pattern.request is not None:
            _check_request(pattern.request, tables, path, findings)
            if not open_ended:
                _check_names(pattern.request.arguments, known, path, findings)
        _check_steps(pattern.steps, tables, (*path, "steps"), findings)
        names = None if open_ended else frozenset(known)
        check_step_names(pattern.steps, names, (*path, "steps"), findings)
    for handler in definition.stream_handlers:
        steps: Path = ("stream_handlers", handler.name, "steps")
        _check_steps(handler.steps, tables, steps, findings)
        table = tables.get(handler.table)
        stream = table.stream if table is not None else None
        check_record_names(handler.steps, stream, steps, findings)


def tables_of(request: Request) -> list[tuple[str, Mapping[str, object]]]:
    """Each table that a request names, with the arguments that apply to it."""
    return [(name, part) for name, part, _ in _parts(request.arguments, ())]


def _parts(
    arguments: Mapping[str, object], path: Path
) -> Iterator[tuple[str, Mapping[str, object], Path]]:
    name = arguments.get("TableName")
    if isinstance(name, str):
        yield name, arguments, path
    by_table = arguments.get("RequestItems")
    if isinstance(by_table, Mapping):
        for table, part in by_table.items():
            yield table, part if isinstance(part, Mapping) else {}, (*path, "RequestItems", table)
    items = arguments.get("TransactItems")
    if isinstance(items, list):
        for position, item in enumerate(items):
            if isinstance(item, Mapping):
                for kind, part in item.items():
                    if isinstance(part, Mapping):
                        yield from _parts(part, (*path, "TransactItems", position, kind))


def _check_steps(
    steps: tuple[Step, ...], tables: Mapping[str, Table], path: Path, findings: Findings
) -> None:
    for position, step in enumerate(steps):
        here: Path = (*path, position)
        if step.request is not None:
            _check_request(step.request, tables, here, findings)
        _check_steps(step.steps, tables, (*here, "steps"), findings)


def _check_request(
    request: Request, tables: Mapping[str, Table], path: Path, findings: Findings
) -> None:
    for inner, message, hint in check_request(request.operation, request.arguments):
        place: Path = (*path, *argument_path(request, inner))
        report = findings.at_key if message.startswith("unknown") else findings.add
        report(Code.REQUEST_SHAPE, message, place, hint)
    missing = False
    for name, arguments, inner in _parts(request.arguments, ()):
        table = tables.get(name)
        if table is None:
            if "${" not in name:
                missing = True
                findings.add(
                    Code.UNKNOWN_TABLE,
                    f"there is no table '{name}'",
                    (*path, *argument_path(request, (*inner, "TableName"))),
                    did_you_mean(name, tables),
                )
            continue
        index_name = arguments.get("IndexName")
        if not isinstance(index_name, str):
            continue
        index = table.index(index_name)
        if index is None:
            missing = True
            findings.add(
                Code.UNKNOWN_INDEX,
                f"the table '{name}' has no index '{index_name}'",
                (*path, *argument_path(request, (*inner, "IndexName"))),
                did_you_mean(index_name, (one.name for one in table.indexes)),
            )
        elif index.kind == "global" and arguments.get("ConsistentRead") is True:
            findings.add(
                Code.CONSISTENT_READ_ON_GSI,
                f"'{index_name}' is a global secondary index and has no consistent reads",
                (*path, *argument_path(request, (*inner, "ConsistentRead"))),
                "Leave it out, or read the table, or a local secondary index.",
            )
    if not missing:
        check_request_keys(request, tables, path, findings)
        _check_expressions(request, tables, path, findings)


def _check_expressions(
    request: Request, tables: Mapping[str, Table], path: Path, findings: Findings
) -> None:
    for found in check_expressions(request.operation, request.arguments, tables):
        place: Path = (*path, *argument_path(request, found.path, found.offset))
        hint = in_words_of(request, found.hint)
        if found.offset is not None and is_as_written(request, found.path):
            findings.within(found.code, found.message, place, found.offset, hint)
        else:
            findings.add(found.code, found.message, place, hint)


def _check_names(
    arguments: Mapping[str, object], known: set[str], path: Path, findings: Findings
) -> None:
    said: set[str] = set()
    for _, text in texts_in(arguments):
        if "$" not in text:
            continue
        try:
            names = Template.parse(text).names
        except TemplateError as error:
            findings.add(
                Code.TEMPLATE_SYNTAX,
                f"in '{text}': {error}",
                _find(findings, path, text),
                "Write ${name} or ${name:format}; a dollar sign is $$.",
            )
            continue
        for name in names:
            if name not in known and name not in said:
                said.add(name)
                findings.add(
                    Code.UNKNOWN_PARAMETER,
                    f"'{name}' is not a parameter of this access pattern",
                    _find(findings, path, text),
                    did_you_mean(name, known) or "Add it to 'parameters'.",
                )


def _find(findings: Findings, path: Path, text: str) -> Path:
    """The path, below ``path``, of the value whose text this is."""
    return findings.text_path(path, text) or path


def _check_parameters(
    pattern: AccessPattern, definition: Definition, path: Path, findings: Findings
) -> None:
    for parameter in pattern.parameters:
        source = parameter.source
        if not isinstance(source, FactsColumn):
            continue
        place: Path = (*path, "parameters", parameter.name)
        entity = definition.entity(source.entity)
        if entity is None:
            findings.add(
                Code.UNKNOWN_ENTITY,
                f"there is no entity '{source.entity}'",
                place,
                did_you_mean(source.entity, (one.name for one in definition.entities)),
            )
        elif source.attribute not in entity.columns and not (
            entity.dataset and not entity.attributes
        ):
            findings.add(
                Code.UNKNOWN_ATTRIBUTE,
                f"'{source.entity}' has no attribute '{source.attribute}'",
                place,
                did_you_mean(source.attribute, entity.columns),
            )
