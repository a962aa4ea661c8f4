"""What proving came to, as JSON; the form is published as ``prove.schema.json``."""

from __future__ import annotations

import orjson

from dynaproof.proof.search.result import ProveResult
from dynaproof.report.findings import diagnostic_document
from dynaproof.report.plain_values import json_value
from dynaproof.report.race_story import race_json
from dynaproof.report.story import story_json

VERSION = 1
"""Of this form; a change that readers notice gives the next one."""


def proof_json(result: ProveResult) -> bytes:
    """The result as JSON, indented; the same for the same result."""
    document = json_value(proof_document(result))  # texts may hold what UTF-8 cannot
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def proof_document(result: ProveResult) -> dict[str, object]:
    """The result as the values of its JSON."""
    searched, raced = result.searched, result.raced
    return {
        "version": VERSION,
        "definition": {"name": result.definition.name, "sha256": result.definition.digest},
        "seed": json_value(result.seed),
        "server": result.server,
        "holds": result.exit_status == 0,
        "tried": {
            "fact_sets": searched.fact_sets,
            "calls": searched.calls,
            "pairs": raced.pairs,
            "schedules": raced.schedules,
            "cases": len(result.cases.cases),
            "stopped": searched.stopped or raced.stopped,
        },
        "not_compared": list(result.not_compared),
        "counterexamples": [story_json(one) for one in result.counterexamples],
        "races": [race_json(race) for race in result.races],
        "findings": [diagnostic_document(one) for one in result.findings],
    }
