"""A run with sample items, as its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, Place, Severity
from dynaproof.proof.results import Call, PatternResult, RunResult
from dynaproof.proof.sampled_items import SampledCollection, SampledItem
from dynaproof.report.review.run_file import RunFile, parse_run
from dynaproof.report.run_json import run_to_json

PROVED = {
    "holds": False,
    "tried": {"fact_sets": 40, "calls": 160, "pairs": 3, "schedules": 60, "stopped": False},
    "not_compared": ["orders-of-a-day"],
    "counterexamples": [
        {"code": "DP822", "pattern": "read-order", "summary": "1 row is not asked for: ORDER#10"}
    ],
    "races": [{"code": "DP814", "patterns": ["place-order"], "summary": "one of two is lost"}],
    "stories": ["These rows\n    ORDER#1, ORDER#10", "In this order"],
}
REQUEST = {"TableName": "shop-orders", "Key": {"pk": {"S": "ORDER#1"}, "sk": {"S": "ORDER"}}}


@pytest.fixture
def reviewed(wrong: RunResult) -> RunResult:
    """A run that differs, with sample items, requests and a finding of check."""
    [table] = wrong.tables
    rows = [
        SampledItem(1, "order", 80, {"pk": {"S": "ORDER#1"}, "sk": {"S": "ORDER"}}),
        SampledItem(
            4, "order", 140, {"pk": {"S": "ORDER#1"}, "sk": {"S": "Z"}, "tags": {"SS": ["a", "b"]}}
        ),
        SampledItem(5, "order", 90, {"pk": {"S": "ORDER#1"}}, {"note": "long ago"}),
        SampledItem(6, "order", 90, {"pk": {"S": "ORDER#1"}, "n": {"N": "7"}}),
    ]
    sampled = SampledCollection("ORDER#1", 1, 6, 400, tuple(rows))
    of_table, of_index = table.collections
    collections = (replace(of_table, samples=(sampled,)), of_index)
    checked = Diagnostic(
        Code.INDEX_UNUSED,
        "nobody reads it",
        Place("shop.yaml", 12, 3),
        "Drop it.",
        Severity.WARNING,
    )
    return replace(
        wrong,
        tables=(replace(table, collections=collections),),
        patterns=tuple(_with_requests(one) for one in wrong.patterns),
        checked=(checked,),
    )


def _with_requests(one: PatternResult) -> PatternResult:
    def call(of: Call) -> Call:
        return of if of.steps else replace(of, request=REQUEST)

    return replace(one, calls=tuple(call(of) for of in one.calls))


@pytest.fixture
def document(reviewed: RunResult) -> dict[str, object]:
    """Its JSON, with what proving found."""
    found = json.loads(run_to_json(reviewed))
    assert isinstance(found, dict)
    return found | {"proved": PROVED}


def read(document: Mapping[str, object]) -> RunFile:
    return parse_run(json.dumps(document).encode(), "run.json")


@pytest.fixture
def run_file(document: dict[str, object]) -> RunFile:
    return read(document)
