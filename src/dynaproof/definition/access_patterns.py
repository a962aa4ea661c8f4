"""Language models -> access patterns and stream handlers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dynaproof.definition import language
from dynaproof.definition.acceptance import read_acceptance
from dynaproof.definition.entities import read_options
from dynaproof.definition.findings import Findings
from dynaproof.definition.key_conditions import ShortFormError
from dynaproof.definition.short_forms import given_forms, to_request
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.access_pattern import (
    OPERATIONS,
    AccessPattern,
    Bound,
    Expectation,
    FactsColumn,
    Parameter,
    Rate,
    Request,
    Step,
    StreamHandler,
    Value,
)
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.entity import Generator
from dynaproof.model.table import Table


def build_access_pattern(
    name: str,
    form: language.AccessPatternModel,
    tables: Mapping[str, Table],
    findings: Findings,
) -> AccessPattern:
    """Make an access pattern: exactly one operation, or steps."""
    path: Path = ("access_patterns", name)
    given = given_forms(form) + (["steps"] if form.steps else [])
    request: Request | None = None
    default = next(iter(tables)) if len(tables) == 1 else None
    if len(given) != 1:
        what = "no operation" if not given else "more than one operation: " + ", ".join(given)
        findings.at_key(
            Code.MISSING_KEY if not given else Code.UNKNOWN_KEY,
            f"the access pattern '{name}' has {what}",
            path,
            "Give one of " + ", ".join(language.Operations.model_fields) + " or steps.",
        )
    elif not form.steps:
        request = _request(form, path, tables, default, findings)
    if form.question is not None and form.change is not None:
        findings.at_key(
            Code.UNKNOWN_KEY,
            f"'{name}' has both a 'question' and a 'change'",
            (*path, "change"),
            "A read carries a question, a write carries a change.",
        )
    return AccessPattern(
        name=name,
        request=request,
        steps=_steps(form.steps, (*path, "steps"), tables, default, findings),
        description=form.description.strip(),
        rate=Rate(form.rate.average, form.rate.peak) if form.rate else None,
        parameters=_parameters(form.parameters),
        parameters_from=form.parameters.from_ if form.parameters else None,
        sets=form.sets,
        question=form.question,
        strict=form.strict,
        change=form.change,
        expect=_expectation(form.expect),
        accepted=read_acceptance(form.accept, path, findings),
    )


def build_stream_handler(
    name: str,
    form: language.StreamHandlerModel,
    tables: Mapping[str, Table],
    findings: Findings,
) -> StreamHandler | None:
    """Make a stream handler; its table must have a stream."""
    path: Path = ("stream_handlers", name)
    table_name = form.table or (next(iter(tables)) if len(tables) == 1 else None)
    table = tables.get(table_name or "")
    if table_name is None or table is None:
        findings.add(
            Code.UNKNOWN_TABLE,
            f"there is no table '{table_name}'" if table_name else "the key 'table' is missing",
            (*path, "table"),
            did_you_mean(table_name or "", tables),
        )
        return None
    if table.stream is None:
        findings.at_key(
            Code.UNKNOWN_NAME,
            f"the table '{table_name}' has no stream",
            path,
            "Add 'stream: new_image' to the table.",
        )
    if form.when.item and form.when.item not in {item.name for item in table.items}:
        findings.add(
            Code.UNKNOWN_NAME,
            f"'{table_name}' has no item type '{form.when.item}'",
            (*path, "when", "item"),
            did_you_mean(form.when.item, (item.name for item in table.items)),
        )
    steps = _steps(form.steps, (*path, "steps"), tables, table_name, findings)
    accepted = read_acceptance(form.accept, path, findings)
    return StreamHandler(name, table_name, form.when.event, form.when.item, steps, accepted)


def _request(
    form: language.Operations,
    path: Path,
    tables: Mapping[str, Table],
    default: str | None,
    findings: Findings,
) -> Request | None:
    ((short),) = given_forms(form)
    if form.request is not None:
        operation = next(iter(form.request))
        if operation not in OPERATIONS:
            findings.at_key(
                Code.REQUEST_SHAPE,
                f"'{operation}' is not an operation of DynamoDB's data plane",
                (*path, "request", operation),
                did_you_mean(operation, OPERATIONS),
            )
            return None
    try:
        return to_request(form, tables, default)
    except ShortFormError as error:
        code = {
            "index": Code.UNKNOWN_INDEX,
            "table": Code.UNKNOWN_TABLE,
            "partition_key": Code.KEY_CONDITION,
            "sort_key": Code.KEY_CONDITION,
        }.get(error.key[0] if error.key else "", Code.MISSING_KEY)
        hint = error.hint
        form_model = getattr(form, short)
        if not hint and error.key == ("index",):
            table = tables.get(form_model.table or default or "")
            hint = did_you_mean(form_model.index, [i.name for i in table.indexes] if table else [])
        if not hint and error.key == ("table",):
            hint = did_you_mean(form_model.table or "", tables)
        findings.add(code, str(error), (*path, short, *error.key), hint)
        return None


def _steps(
    forms: Sequence[language.StepModel],
    path: Path,
    tables: Mapping[str, Table],
    default: str | None,
    findings: Findings,
) -> tuple[Step, ...]:
    steps: list[Step] = []
    for position, form in enumerate(forms):
        here: Path = (*path, position)
        given = given_forms(form)
        if len(given) + bool(form.steps) != 1:
            findings.add(
                Code.MISSING_KEY,
                "a step has one operation, or 'steps' of its own",
                here,
                "For example {query: {...}, as: rows}.",
            )
            continue
        request = _request(form, here, tables, default, findings) if given else None
        inner = _steps(form.steps, (*here, "steps"), tables, default, findings)
        steps.append(Step(request, form.as_, form.for_each, form.if_, inner, form.may_fail))
    return tuple(steps)


def _parameters(form: language.Parameters | None) -> tuple[Parameter, ...]:
    if form is None:
        return ()
    return tuple(_parameter(name, spec) for name, spec in (form.model_extra or {}).items())


def _parameter(name: str, spec: language.ParameterSpec) -> Parameter:
    match spec:
        case str():
            entity, _, attribute = spec.partition(".")
            return Parameter(name, FactsColumn(entity, attribute))
        case language.FixedParameter():
            return Parameter(name, Value(spec.value))
        case _:
            return Parameter(name, Generator(spec.generate, read_options(spec.model_extra or {})))


def _expectation(form: language.ExpectModel | None) -> Expectation:
    if form is None:
        return Expectation()
    return Expectation(
        read_capacity_units=_bound(form.read_capacity_units),
        write_capacity_units=_bound(form.write_capacity_units),
        pages=_bound(form.pages),
        items=_bound(form.items),
        fails=form.fails,
    )


def _bound(form: float | language.Range | None) -> Bound | None:
    if isinstance(form, language.Range):
        return Bound(form.min, form.max)
    return None if form is None else Bound(form, form)
