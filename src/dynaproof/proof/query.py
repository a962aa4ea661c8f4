"""One call of one access pattern, with parameters that a person gives."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime

import duckdb

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect
from dynaproof.facts.quoting import quoted
from dynaproof.items.stored import view_columns
from dynaproof.model.access_pattern import AccessPattern, FactsColumn
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError
from dynaproof.proof.drive import Touched, drive
from dynaproof.proof.execute import Answered, execute
from dynaproof.proof.expectations import fails_as_expected, is_wrong_request, refusal
from dynaproof.proof.flow import FlowMaker
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.predict import CallPredictor
from dynaproof.proof.predicted_calls import with_prediction
from dynaproof.proof.prepared import Prepared
from dynaproof.proof.step_calls import one_call

_TYPES = (
    (bool, "BOOLEAN"),
    (int, "BIGINT"),
    (float, "DOUBLE"),
    (datetime, "TIMESTAMP"),
    (date, "DATE"),
    (bytes, "BLOB"),
)
"""What a text given for a generated parameter becomes."""


def query_pattern(
    prepared: Prepared,
    endpoint: Endpoint,
    pattern: AccessPattern,
    given: Mapping[str, object],
) -> Answered:
    """Make one call; parameters that are not given come from the first set of the run.

    Texts become the type of their column. The prediction is for the starting data, whatever was
    written since. Raises InputError for unknown parameters, for values that do not fit, and when
    DynamoDB refuses the request.
    """
    parameters = choose_parameters(prepared, pattern, given)
    prefix = endpoint.table_prefix
    flow = FlowMaker(prepared.definition, prefix).of_pattern(pattern, parameters.values)
    with connect(endpoint) as connection:
        tables = {prefix + table.name: table for table in prepared.definition.tables}
        driven = drive(flow, connection, parameters, Touched(connection, tables))
    predictor = CallPredictor(prepared, prefix)
    calls = [
        (
            one.ask.operation,
            with_prediction(predictor, one.ask.operation, one.answered, met=one.met),
        )
        for one in driven.made
    ]
    call = calls[0][1] if pattern.request else one_call(parameters, calls, driven.outcome)
    if is_wrong_request(call) and not fails_as_expected(pattern, call):
        raise InputError(refusal(pattern, call, prepared.definition))
    if pattern.request is not None:
        return dataclasses.replace(driven.made[0].answered, call=call)
    read = driven.outcome.read
    return Answered(call, read.items if read else (), read.requests if read else ())


def scan_table(endpoint: Endpoint, name: str, limit: int) -> Answered:
    """The first items of a table, by its whole name."""
    with connect(endpoint) as connection:
        return execute(
            connection,
            "Scan",
            {"TableName": name, "Limit": limit},
            ParameterSet("only", {}),
            read=True,
        )


def choose_parameters(
    prepared: Prepared, pattern: AccessPattern, given: Mapping[str, object]
) -> ParameterSet:
    """The parameter set of one call; raises InputError."""
    drawn = parameter_sets(
        pattern, prepared.definition, prepared.facts, prepared.items, prepared.seed
    )[0]
    unknown = [name for name in given if name not in drawn.values]
    if unknown:
        from dynaproof.definition.validation import did_you_mean

        raise InputError(
            Diagnostic(
                Code.UNKNOWN_PARAMETER,
                f"'{pattern.name}' has no parameter '{unknown[0]}'",
                hint=did_you_mean(unknown[0], drawn.values) or "It has no parameters.",
            )
        )
    types = _types(prepared, pattern, drawn.values)
    values = {
        **drawn.values,
        **{name: _typed(prepared, name, value, types) for name, value in given.items()},
    }
    return ParameterSet("given" if given else drawn.label, values)


def _types(
    prepared: Prepared, pattern: AccessPattern, drawn: Mapping[str, object]
) -> dict[str, str]:
    types = {
        name: kind for name, value in drawn.items() for of, kind in _TYPES if type(value) is of
    }
    for parameter in pattern.parameters:
        if isinstance(parameter.source, FactsColumn):
            columns = prepared.facts.columns(parameter.source.entity)
            types[parameter.name] = columns[parameter.source.attribute]
    if pattern.parameters_from is not None:
        columns_of = view_columns(
            prepared.facts.connection, pattern.parameters_from.strip().rstrip(";")
        )
        types |= {name: str(kind) for name, kind in columns_of.items()}
    return types


def _typed(prepared: Prepared, name: str, value: object, types: Mapping[str, str]) -> object:
    if not isinstance(value, str) or name not in types:
        return value
    try:
        row = prepared.facts.connection.execute(
            f"SELECT CAST($value AS {types[name]}) AS {quoted(name)}", {"value": value}
        ).fetchone()
    except duckdb.Error as error:
        raise InputError(
            Diagnostic(
                Code.WRONG_TYPE,
                f"'{value}' is no value for the parameter '{name}', which is {types[name]}",
            )
        ) from error
    return row[0] if row else value
