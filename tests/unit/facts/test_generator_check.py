from __future__ import annotations

import subprocess
import sys

import pytest

from dynaproof.facts.generator_check import check_generator
from dynaproof.facts.kinds import KINDS
from dynaproof.model.entity import Generator, Option

WRONG: list[tuple[str, dict[str, Option], str, str]] = [
    ("uid", {}, "there is no generator 'uid'", "'uuid'"),
    ("nonsense9", {}, "there is no generator", "uuid, name"),
    ("sentence", {"max_lenght": 3}, "has no option 'max_lenght'", "'max_length'"),
    ("sentence", {"max_length": "3"}, "must be a whole number", ""),
    ("sentence", {"max_length": True}, "must be a whole number", ""),
    ("sentence", {"max_length": 0}, "must be at least 1", ""),
    ("text", {"max_length": 400_001}, "must be at most 400000", ""),
    ("text", {"min_length": 10, "max_length": 9}, "between min_length and max_length", ""),
    ("integer", {"min": 5, "max": 4}, "nothing between min and max", "Raise max"),
    ("integer", {"max": 2**63}, "must be at most", ""),
    ("decimal", {"max": "much"}, "must be a number", ""),
    ("decimal", {"max": 10**17}, "at most 18 digits", ""),
    ("decimal", {"min": 0.001, "max": 0.009}, "nothing between min and max", ""),
    ("boolean", {"true": 1.5}, "from 0 to 1", ""),
    ("choice", {}, "needs values", ""),
    ("choice", {"values": ()}, "at least one value", ""),
    ("choice", {"values": ("a", 1)}, "all of one type", ""),
    ("choice", {"values": (True, 1)}, "all of one type", ""),
    ("choice", {"values": ("a",), "weights": (1, 2)}, "1 values and 2 weights", ""),
    ("choice", {"values": ("a",), "weights": (0,)}, "not all 0", ""),
    ("choice", {"values": ("a", "b"), "weights": (2, -1)}, "not negative", ""),
    ("timestamp", {"from": "soon"}, "a date or an instant", ""),
    ("timestamp", {"from": "2026-01-02", "to": "2026-01-01"}, "between from and to", ""),
    ("timestamp", {"precision": "days"}, "one of seconds, milliseconds", ""),
    ("date", {"to": "2026-01-01T00:00:00"}, "a date such as", ""),
    ("sequence", {"step": 0}, "must not be 0", ""),
    ("code", {"pattern": ""}, "must be a text", ""),
    ("clock", {}, "for parameters only", ""),
]


@pytest.mark.parametrize(("kind", "options", "message", "hint"), WRONG)
def test_what_is_wrong_is_said(
    kind: str, options: dict[str, Option], message: str, hint: str
) -> None:
    [(said, hinted)] = check_generator(Generator(kind, options))
    assert message in said
    assert hint in hinted


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if not kind.parameters_only])
def test_every_generator_takes_its_defaults(kind: object) -> None:
    name = getattr(kind, "name", "")
    options: dict[str, Option] = {"values": ("a",)} if name == "choice" else {}
    assert check_generator(Generator(name, options)) == []


def test_all_wrong_options_are_said_at_once() -> None:
    generator = Generator("text", {"min": 1, "max_length": -1})
    assert len(check_generator(generator)) == 2


def test_the_clock_is_a_parameter() -> None:
    assert check_generator(Generator("clock"), parameter=True) == []


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (Generator("boolean"), "cannot be unique"),
        (Generator("sentence", {"max_length": 11}), "12 or more"),
        (Generator("text", {"min_length": 5}), "12 or more"),
    ],
)
def test_what_cannot_be_unique_is_said(generator: Generator, message: str) -> None:
    [(said, _)] = check_generator(generator, unique=True)
    assert message in said


def test_checking_needs_no_heavy_library() -> None:
    code = (
        "import sys, dynaproof.facts.entity_check as e;"
        "print([m for m in ('numpy', 'pyarrow', 'duckdb', 'mimesis', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
