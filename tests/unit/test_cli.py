"""Commands that need no server are quick: they load no library that they do not use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dynaproof.cli import main

HEAVY = {"boto3", "botocore", "matplotlib", "mimesis", "numpy", "pandas", "pyarrow", "rich"}
PATTERNS = Path(__file__).parents[2] / "patterns"

RUN = """\
import json, sys
from dynaproof.cli import main
try:
    main(sys.argv[1:], prog_name="dynaproof")
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], HEAVY | {"duckdb", "pydantic", "ruamel", "orjson"}),
        (["--version"], HEAVY | {"duckdb", "pydantic", "ruamel", "orjson"}),
        (["run", "--help"], HEAVY | {"duckdb", "pydantic", "ruamel", "orjson"}),
        (["schema"], HEAVY | {"duckdb"}),
        (["check", str(PATTERNS / "chat-system.yaml")], HEAVY),
        (["check", str(PATTERNS / "cruddur.yaml")], HEAVY - {"rich"}),
    ],
)
def test_a_command_loads_only_what_it_uses(arguments: list[str], unused: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "click" in loaded
    assert loaded & unused == set()


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name, command in sorted(group.commands.items()):
        found.append((" ".join((*path, name)), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


@pytest.mark.parametrize(("name", "command"), commands(main))
def test_every_command_and_option_says_what_it_is_for(name: str, command: click.Command) -> None:
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["run"],
        ["check"],
        ["runn", "x"],
        ["run", "x", "--sead", "1"],
        ["run", "x", "--seed", "a"],
    ],
)
def test_wrong_options_end_with_status_2(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dynaproof", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Usage:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["chat-system.yaml"], 0, "no findings"),
        (["chat-system.yaml", "--strict"], 0, "no findings"),
        (["cruddur.yaml"], 0, "warnings"),
        (["cruddur.yaml", "--strict"], 1, "warnings"),
    ],
)
def test_warnings_about_the_design_stop_nothing_but_a_strict_check(
    arguments: list[str], status: int, said: str
) -> None:
    name, *options = arguments
    done = CliRunner().invoke(main, ["check", str(PATTERNS / name), *options])
    assert (done.exit_code, said in done.stdout) == (status, True)
