"""Findings as SARIF 2.1.0, which code scanning shows at the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import PurePath
from urllib.parse import quote

import orjson

from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.diagnostic import Diagnostic, Place
from dynaproof.proof.design.rules import RULES
from dynaproof.report.outcome import Outcome, PathsOfPlaces
from dynaproof.report.plain_values import json_value
from dynaproof.version import __version__

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "dynaproofFinding/v1"
"""The same for the same finding in a file whose lines have moved or whose figures have changed."""
_RULES_OF_DESIGN = frozenset(rule.code for rule in RULES)
"""Codes with a page of their own; the others stand on one page."""

Document = dict[str, object]


def sarif_json(outcomes: Sequence[Outcome], documentation: str | None = None) -> bytes:
    """One SARIF run, with a rule for each code and a result for each finding.

    ``documentation`` is the address below which ``codes.md`` and ``design/`` are; by default that
    of the package, if it states one.
    """
    if documentation is None:
        documentation = _documentation_address()
    codes = sorted({one.code for o in outcomes for one in o.findings}, key=lambda c: c.value)
    positions = {code: number for number, code in enumerate(codes)}
    results: list[Document] = []
    seen: Counter[str] = Counter()
    for one, path in _shown(outcomes):
        part = _part(one, path)
        seen[part] += 1  # several findings with one code about one part are counted
        digest = sha256(f"{part}\0{seen[part]}".encode(errors="replace")).hexdigest()
        results.append(_result(one, path, positions[one.code], digest))
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dynaproof",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(code, documentation) for code in codes],
                    }
                },
                "automationDetails": {"id": _category(outcomes)},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(one, positions) for one in outcomes],
                "results": results,
            }
        ],
    }
    return orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _category(outcomes: Sequence[Outcome]) -> str:
    """Keeps results of one command on one definition from replacing those of another."""
    files = [_uri(one.file) for one in outcomes] if len(outcomes) == 1 else []
    commands = dict.fromkeys(one.command for one in outcomes)
    return "".join(f"{part}/" for part in ("dynaproof", *commands, *files))


def _shown(outcomes: Sequence[Outcome]) -> list[tuple[Diagnostic, Path]]:
    """What is wrong with definitions, and the part at fault; the environment is told apart."""
    shown: list[tuple[Diagnostic, Path]] = []
    for outcome in outcomes:
        if outcome.fault:
            continue
        places = PathsOfPlaces(outcome.source) if outcome.source is not None else None
        for one in outcome.findings:
            path = places.path(one.place) if places is not None else ()
            placed = one.place or Place(outcome.file)  # code scanning drops what has no place
            shown.append((_at(one, placed), path))
    return shown


def _at(one: Diagnostic, place: Place) -> Diagnostic:
    return Diagnostic(one.code, one.message, place, one.hint, one.severity)


def _rule(code: Code, documentation: str) -> Document:
    page = f"design/{code.value}.md" if code in _RULES_OF_DESIGN else "codes.md"
    rule: Document = {
        "id": code.value,
        "name": "".join(word.capitalize() for word in code.name.split("_")),
        "shortDescription": {"text": code.meaning},
        "fullDescription": {"text": code.meaning},
        "help": {
            "text": f"{code.value}: {code.meaning} See docs/reference/{page} of dynaproof.",
            "markdown": f"**{code.value}**: {code.meaning} See `docs/reference/{page}`.",
        },
    }
    if documentation:
        rule["helpUri"] = f"{documentation.rstrip('/')}/{page}"
    return rule


def _result(one: Diagnostic, path: Path, rule: int, fingerprint: str) -> Document:
    message = "\n".join(text for text in (one.message, one.hint) if text)
    location: Document = {"physicalLocation": _physical(one.place)}
    if path:
        names = [str(step) for step in path]
        location["logicalLocations"] = [
            {"name": json_value(names[-1]), "fullyQualifiedName": json_value("/".join(names))}
        ]
    return {
        "ruleId": one.code.value,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": json_value(message)},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }


def _physical(place: Place | None) -> Document:
    if place is None:
        return {}
    physical: Document = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return physical


def _uri(file: str) -> str:
    """A file as named, as a reference relative to where the command was given."""
    path = PurePath(file)
    if path.is_absolute():
        return "file://" + quote(path.as_posix(), errors="replace")
    # A first part with a colon would be read as a scheme: that is why it is quoted.
    return quote(path.as_posix(), errors="replace")


def _invocation(outcome: Outcome, positions: dict[Code, int]) -> Document:
    invocation: Document = {
        "executionSuccessful": not outcome.fault,
        "exitCode": outcome.exit_status,
        "exitCodeDescription": json_value(outcome.said),
        "properties": {
            "command": outcome.command,
            "definition": json_value(outcome.file),
            **{name: json_value(value) for name, value in outcome.properties.items()},
        },
    }
    if outcome.fault:
        invocation["toolExecutionNotifications"] = [
            {
                "level": one.severity.value,
                "message": {"text": json_value("\n".join(t for t in (one.message, one.hint) if t))},
                "associatedRule": {"id": one.code.value, "index": positions[one.code]},
            }
            for one in outcome.findings
        ]
    return invocation


def _part(one: Diagnostic, path: Path) -> str:
    """What a finding is about, without its line."""
    part = "/".join(str(step) for step in path) or one.message
    return "\0".join([one.code.value, _uri(one.place.file) if one.place else "", part])


def _documentation_address() -> str:
    try:
        stated = metadata("dynaproof").get_all("Project-URL") or []
    except PackageNotFoundError:  # run from its sources alone
        return ""
    addresses: dict[str, str] = dict(entry.split(", ", 1) for entry in stated)
    return addresses.get("Reference", "")
