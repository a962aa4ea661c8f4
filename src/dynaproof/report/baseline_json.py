"""Comparisons of baselines and of revisions as JSON: the same comparison gives the same bytes."""

from __future__ import annotations

import orjson

from dynaproof.proof.baselines.compare import BaselineComparison, FigureChange, NotPredicted
from dynaproof.proof.revisions.difference import Difference
from dynaproof.report.plain_values import json_value

Document = dict[str, object]


def comparison_json(comparison: BaselineComparison) -> bytes:
    """A check against a baseline; figures are capacity units or pages of one call."""
    document: Document = {
        "format": "dynaproof-baseline-check",
        "version": 1,
        "name": json_value(comparison.after.name),
        "seed": json_value(comparison.after.seed),
        "holds": comparison.holds,
        **_figures(comparison),
    }
    return _bytes(document)


def revisions_json(difference: Difference) -> bytes:
    """What differs between two revisions."""
    document: Document = {
        "format": "dynaproof-diff",
        "version": 1,
        "old": json_value(difference.old.label),
        "new": json_value(difference.new.label),
        "seed": json_value(difference.new.figures.seed),
        **_figures(difference.figures),
        "changed": [
            {"access_pattern": one.name, "parts": list(one.parts)} for one in difference.patterns
        ],
        "tables": [
            {
                "table": one.table,
                "part": one.part or None,
                "what": one.what,
                "before": json_value(one.before) if one.before else None,
                "after": json_value(one.after) if one.after else None,
                "effect": one.effect,
                "advice": one.advice,
                "source": one.source or None,
            }
            for one in difference.tables
        ],
        "entities": list(difference.entities),
        "stream_handlers": list(difference.stream_handlers),
    }
    return _bytes(document)


def _figures(comparison: BaselineComparison) -> Document:
    return {
        "tolerance": comparison.tolerance,
        "dearer": [_change(one) for one in comparison.dearer],
        "cheaper": [_change(one) for one in comparison.cheaper],
        "new": list(comparison.new),
        "gone": list(comparison.gone),
        "no_longer_predicted": [_not_predicted(one) for one in comparison.lost],
        "not_compared": [_not_predicted(one) for one in comparison.not_compared],
    }


def _change(change: FigureChange) -> Document:
    return {
        "access_pattern": change.pattern,
        "measure": change.measure,
        "parameter_set": change.parameter_set,
        "before": change.before,
        "after": change.after,
        "causes": [json_value(cause) for cause in change.causes],
    }


def _not_predicted(one: NotPredicted) -> Document:
    return {"access_pattern": one.pattern, "reason": json_value(one.reason)}


def _bytes(document: Document) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
