"""``baseline`` and ``diff`` at the command line, with files and with a real git repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from dynaproof.cli import main

CHAT = """\
version: 1
name: chat
entities:
  rooms:
    count: 3
    attributes:
      id: {generate: uuid}
  messages:
    each: {of: rooms, count: 30, as: room}
    attributes:
      id: {generate: uuid}
      body: {generate: sentence, max_length: 100}
tables:
  chat:
    partition_key: pk
    sort_key: sk
    items:
      message:
        from: messages
        key: {pk: "ROOM#${room}", sk: "${id}"}
        attributes:
          body: ${body}
access_patterns:
  list-messages:
    parameters: {room: rooms.id}
    query: {table: chat, partition_key: "ROOM#${room}"}
  send-message:
    parameters: {room: rooms.id, id: {generate: uuid}}
    put: {table: chat, item: {pk: "ROOM#${room}", sk: "${id}", sender: someone}}
  edit-then-read:
    parameters: {room: rooms.id}
    steps:
      - query: {table: chat, partition_key: "ROOM#${room}", limit: 1}
"""
GROWN = CHAT.replace(
    "          body: ${body}\n", "          body: ${body}\n          copy: ${body}${body}${body}\n"
)
INDEXED = CHAT.replace(
    "    items:\n",
    "    global_secondary_indexes:\n"
    "      by-sender: {partition_key: sender, sort_key: sk, projection: all}\n"
    "    items:\n",
    1,
)
REKEYED = (
    CHAT.replace("    sort_key: sk\n", "    sort_key: {name: sk, type: S}\n")
    .replace("sort_key: {name: sk, type: S}", "sort_key: at")
    .replace('sk: "${id}"', 'at: "${id}"')
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.yaml"
    path.write_text(CHAT)
    return path


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository that holds the definition in a folder, and is the working directory."""
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "chat.yaml").write_text(CHAT)
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "chat"]):
        subprocess.run(["git", *arguments], check=True)
    return tmp_path


def test_a_definition_holds_its_own_baseline(chat: Path) -> None:
    assert run("baseline", "write", chat).exit_code == 0
    found = run("baseline", "check", chat)
    assert found.exit_code == 0, found.output
    assert "none changed" not in found.output  # the pattern with steps is told
    assert "not compared  edit-then-read: it has steps" in found.output
    assert "2 compared with the baseline" in found.output


def test_a_baseline_is_the_same_bytes_each_time_and_keeps_to_its_schema(chat: Path) -> None:
    texts = []
    for name in ("one.json", "two.json"):
        path = chat.parent / name
        assert run("baseline", "write", chat, "-o", path).exit_code == 0
        texts.append(path.read_text())
    assert texts[0] == texts[1]
    schema = json.loads(run("baseline", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(texts[0]), schema)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GROWN, ["dearer  ", "list-messages: 1 -> 1.5 RCU", "'message' grew", "by 'copy' (+"]),
        (INDEXED, ["dearer  ", "send-message: 1 -> 2 WCU", "the new index by-sender (+1)"]),
    ],
)
def test_what_got_dearer_fails_with_its_cause(chat: Path, text: str, said: list[str]) -> None:
    run("baseline", "write", chat)
    chat.write_text(text)
    found = run("baseline", "check", chat, "-q")
    assert found.exit_code == 1
    told = " ".join(found.stdout.split())
    assert all(" ".join(part.split()) in told for part in said), found.stdout
    assert run("baseline", "check", chat, "--tolerance", "400%").exit_code == 0


def test_what_got_cheaper_is_told_and_does_not_fail(chat: Path) -> None:
    chat.write_text(INDEXED)
    run("baseline", "write", chat)
    chat.write_text(CHAT)
    found = run("baseline", "check", chat, "-q")
    assert found.exit_code == 0
    assert "cheaper" in found.stdout
    assert "by-sender is gone (-1)" in found.stdout


def test_github_shows_what_got_dearer_at_its_pattern(chat: Path) -> None:
    run("baseline", "write", chat)
    chat.write_text(INDEXED)
    found = run("baseline", "check", chat, "--format", "github", "-q")
    line = INDEXED.split("\n").index("  send-message:") + 1
    assert found.stdout.startswith(f"::error file={chat},line={line},col=3,title=DP605 ")
    assert found.stdout.count("\n") == 1


def test_a_check_as_json_and_markdown(chat: Path) -> None:
    run("baseline", "write", chat)
    chat.write_text(INDEXED)
    document = json.loads(run("baseline", "check", chat, "--format", "json", "-q").stdout)
    assert document["holds"] is False
    (change,) = document["dearer"]
    assert (change["access_pattern"], change["before"], change["after"]) == ("send-message", 1, 2)
    assert change["causes"] == ["the new index by-sender (+1)"]
    markdown = run("baseline", "check", chat, "--format", "markdown", "-q").stdout
    assert "| dearer | send-message | 1 -\\> 2 WCU" in markdown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "DP114"),
        ("{", "DP114"),
        ("[]", "DP114"),
        ('{"format": "dynaproof-baseline", "version": 9}', "DP114"),
        ('{"format": "dynaproof-baseline", "version": 1, "name": "chat"}', "DP114"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_an_error(
    chat: Path, text: str | None, code: str
) -> None:
    if text is not None:
        chat.with_name("chat.baseline.json").write_text(text)
    found = run("baseline", "check", chat, "-q")
    assert found.exit_code == 2
    assert code in found.stderr


@pytest.mark.parametrize("given", ["-1%", "much", "nan", "inf"])
def test_a_tolerance_is_a_share(chat: Path, given: str) -> None:
    found = run("baseline", "check", chat, f"--tolerance={given}")
    assert found.exit_code == 2
    assert "is no share" in found.stderr


def test_a_definition_does_not_differ_from_itself(repository: Path) -> None:
    found = run("diff", "HEAD:patterns/chat.yaml", "patterns/chat.yaml", "-q", "--fail-on", "any")
    assert found.exit_code == 0
    assert "no difference" in found.stdout


def test_a_file_is_compared_with_itself_at_a_revision(repository: Path) -> None:
    (repository / "patterns" / "chat.yaml").write_text(INDEXED)
    asked = ["diff", "--git", "HEAD", "patterns/chat.yaml", "-q"]
    found = run(*asked)
    assert found.exit_code == 0
    assert "HEAD:patterns/chat.yaml -> patterns/chat.yaml" in found.stdout
    assert "1 -> 2 WCU" in found.stdout
    assert "chat/by-sender: new global secondary index" in found.stdout
    assert run(*asked, "--fail-on", "dearer").exit_code == 1
    assert run(*asked, "--fail-on", "any").exit_code == 1
    assert run(*asked, "--fail-on", "migration").exit_code == 0


def test_a_path_counts_from_the_top_or_from_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "patterns")
    for name in ("HEAD:patterns/chat.yaml", "HEAD:./chat.yaml"):
        assert run("diff", name, "chat.yaml", "-q", "--fail-on", "any").exit_code == 0


def test_datasets_of_a_revision_are_those_of_the_work_tree(repository: Path) -> None:
    folder = repository / "patterns"
    dataset = CHAT.replace(
        "    count: 3\n    attributes:\n      id: {generate: uuid}\n",
        "    from: rooms.csv\n    attributes: {id: {}}\n",
    )
    (folder / "chat.yaml").write_text(dataset)
    (folder / "rooms.csv").write_text("id\na\nb\n")
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *who, "commit", "-q", "-a", "-m", "dataset"], check=True)
    asked = ["diff", "--git", "HEAD", "patterns/chat.yaml", "-q", "--fail-on", "any"]
    assert run(*asked).exit_code == 0


def test_a_key_that_changed_is_a_migration(repository: Path) -> None:
    (repository / "patterns" / "chat.yaml").write_text(REKEYED)
    found = run("diff", "--git=HEAD", "patterns/chat.yaml", "-q", "--fail-on=migration")
    assert found.exit_code == 1, found.output
    assert "migration" in found.stdout
    assert "The key of a table cannot be changed" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nosuch:patterns/chat.yaml", "patterns/chat.yaml"], "DP115"),
        (["HEAD:nosuch.yaml", "patterns/chat.yaml"], "DP115"),
        (["HEAD:patterns", "patterns/chat.yaml"], "DP115"),
        (["--git", "nosuch", "patterns/chat.yaml"], "DP115"),
        (["--git", "HEAD", "nosuch/chat.yaml"], "DP115"),
        (["--git=--output=x", "patterns/chat.yaml"], "DP115"),
        (["nosuch.yaml", "patterns/chat.yaml"], "DP101"),
    ],
)
def test_what_git_does_not_have_is_an_error(
    repository: Path, arguments: list[str], code: str
) -> None:
    found = run("diff", "-q", *arguments)
    assert found.exit_code == 2
    assert code in found.stderr
    assert not (repository / "x").exists()


def test_a_folder_that_is_no_repository_is_an_error(
    tmp_path: Path, chat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found = run("diff", "-q", "--git", "HEAD", "chat.yaml")
    assert found.exit_code == 2
    assert "not a git repository" in found.stderr


@pytest.mark.parametrize("arguments", [["one.yaml"], ["a", "b", "c"], ["--git", "HEAD", "a", "b"]])
def test_diff_takes_two_names_or_one_with_a_revision(arguments: list[str]) -> None:
    assert run("diff", *arguments).exit_code == 2


def test_what_comes_from_data_is_escaped_in_every_form(chat: Path) -> None:
    nasty = chat.with_name("nasty.yaml")
    nasty.write_text(
        CHAT.replace("body: ${body}", 'body: "<script>alert(1)</script> | [x](javascript:y) @z"')
    )
    page = run("diff", chat, nasty, "-q", "--format", "html").stdout
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    markdown = run("diff", chat, nasty, "-q", "--format", "markdown").stdout
    assert "<script" not in markdown.replace("\\<script", "")
    assert "\\[x\\](javascript:y)" in markdown
    assert " @z" not in markdown


def test_a_page_is_written_whole_and_loads_nothing(chat: Path) -> None:
    grown = chat.with_name("grown.yaml")
    grown.write_text(GROWN)
    page = chat.with_name("diff.html")
    assert run("diff", chat, grown, "-q", "--format", "html", "-o", page).exit_code == 0
    text = page.read_text()
    assert text.startswith("<!DOCTYPE html>")
    assert text.rstrip().endswith("</html>")
    assert "src=" not in text
    assert "copy: ${body}${body}${body}" in text
    document = json.loads(run("diff", chat, grown, "-q", "--format", "json").stdout)
    assert [one["effect"] for one in document["tables"]] == ["backfill"]
