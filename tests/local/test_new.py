"""``dynaproof new`` on a real server: what it writes runs and proves as it stands."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from dynaproof import Workbench
from dynaproof.definition.json_schema import schema_text

SHOP = (
    "--from=users=uuid,handle:user_name,joined:date",
    "--from=orders=placed_at:timestamp,total:decimal,paid:boolean",
    "--from=lines=product,amount:integer,picture:bytes,number:sequence,note:text",
    "--each=orders:users",
    "--each=lines:orders",
    "--count=users=20",
    "--count=orders=4",
    "--count=lines=3",
)


def new(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dynaproof", "new", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_what_is_written_runs_and_proves_as_it_stands(tmp_path: Path) -> None:
    done = new(tmp_path, "shop.yaml", *SHOP)
    assert done.returncode == 0, done.stderr
    with Workbench(tmp_path / "shop.yaml") as bench:
        assert len(bench.check()) == 0
        assert len(bench.facts("users")) == 20
        result = bench.run().result
        assert result.exit_status == 0
        assert {one.proof for one in result.patterns} == {"proved"}
        proof = bench.prove(sets=12, seconds=600)
        assert proof.holds, str(proof)
        assert proof.result.not_compared == ()
    assert [file.name for file in tmp_path.iterdir()] == ["shop.yaml"]


def test_an_editor_finds_the_schema(tmp_path: Path) -> None:
    done = new(tmp_path, "deep/er/shop.yaml", "--from=users=uuid")
    assert done.returncode == 0, done.stderr
    file = tmp_path / "deep" / "er" / "shop.yaml"
    first = file.read_text().splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert schema != first
    assert (file.parent / schema).read_text() == schema_text()


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("mine")
    refused = new(tmp_path, "shop.yaml", "--from=users=uuid")
    assert refused.returncode == 3
    assert "DP513" in refused.stderr
    assert "--force" in refused.stderr
    assert file.read_text() == "mine"
    wrong = new(tmp_path, "shop.yaml", "--force", "--from=users=uuid,x:nothing")
    assert wrong.returncode == 2
    assert file.read_text() == "mine", "what is wrong overwrites nothing"
    assert new(tmp_path, "shop.yaml", "--force", "--from=users=uuid").returncode == 0
    assert "entities:" in file.read_text()


REFUSED = [
    (["a.yaml"], "stdin is no terminal"),
    (["a.txt", "--from=users=uuid"], "ends with .yaml or .yml"),
    (["a.yaml", "--name=../b", "--from=users=uuid"], "cannot be the name"),
    (["a.yaml", "--from=users=uuid", "--each=users"], "is not A:B"),
    (["a.yaml", "--from=users=uuid", "--count=users=many"], "no whole number"),
    (["a.yaml", "--from=users=uuid", "--count=a=1", "--count=a=2"], "is there twice"),
    (["a.yaml", "--each=a:b"], "--each goes with --from"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_is_refused_writes_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = new(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_asks_at_a_terminal_and_asks_again(tmp_path: Path) -> None:
    answers = [
        "Notes of users",
        "users", "uuid,handle:user_nam", "uuid,handle:user_name", "5",  # no such generator
        "2 notes",  # no name: asked again for all of it
        "notes", "written_at:timestamp,body:sentence", "readers", "users", "2",  # no such parent
        "",
        "get,list",
    ]  # fmt: skip
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "dynaproof", "new", "notes.yaml"],
            cwd=tmp_path,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
            told, errors = process.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0, told + errors
    assert "Did you mean 'user_name'?" in errors
    assert "'2 notes' cannot be the name" in errors
    assert "there is no entity 'readers'" in errors
    with Workbench(tmp_path / "notes.yaml") as bench:
        assert len(bench.check()) == 0
        assert bench.definition.description == "Notes of users"
        users, notes = bench.definition.entities
        assert [one.name for one in users.attributes] == ["uuid", "handle"]
        assert (notes.name, notes.each and notes.each.entity) == ("notes", "users")
        assert [one.name for one in bench.definition.access_patterns] == [
            "get-user",
            "get-note",
            "newest-notes-of-user",
        ]
        assert bench.run().result.exit_status == 0
