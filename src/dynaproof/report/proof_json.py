"""What proving came to, as JSON."""

from __future__ import annotations

import orjson

from dynaproof.proof.search.result import ProveResult
from dynaproof.report.findings import diagnostic_document
from dynaproof.report.race_story import race_json
from dynaproof.report.story import story_json

VERSION = 1
"""Of this form; a change that readers notice gives the next one."""


def proof_json(result: ProveResult) -> bytes:
    """The result as JSON, indented; the same for the same result."""
    return orjson.dumps(proof_document(result), option=orjson.OPT_INDENT_2) + b"\n"


def proof_document(result: ProveResult) -> dict[str, object]:
    """The result as the values of its JSON."""
    searched, raced = result.searched, result.raced
    return {
        "version": VERSION,
        "definition": {"name": result.definition.name, "sha256": result.definition.digest},
        "seed": result.seed,
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
