"""``dynaproof prove`` as a user meets it: stories, exit statuses, cases, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables

MENDED = """\
version: 1
name: topics
entities:
  topics: {count: 9, attributes: {title: {generate: user_name, unique: true}}}
  messages:
    each: {of: topics, count: {uniform: {min: 0, max: 9}}, as: topic}
    attributes: {id: {generate: uuid}, body: {generate: word}}
tables:
  chat:
    partition_key: pk
    sort_key: sk
    deletion_protection: true
    items:
      message:
        from: messages
        key: {pk: ALL, sk: "${topic}#${id}"}
        attributes: {id: "${id}", body: "${body}"}
access_patterns:
  messages-of-topic:
    parameters: {topic: topics.title}
    query: {partition_key: ALL, sort_key: {begins_with: "${topic}#"}}
    question: SELECT id, body FROM messages WHERE topic = $topic
  send-message:
    parameters: {topic: topics.title, id: {generate: uuid}, body: {generate: word}}
    put: {item: {pk: ALL, sk: "${topic}#${id}", id: "${id}", body: "${body}"}}
    change: INSERT INTO messages VALUES ($topic, $id, $body)
"""
FLAWED = MENDED.replace('"${topic}#"}', '"${topic}"}')
"""'ann' finds 'anna' as well; no two generated names begin alike."""
ENOUGH = ("--sets", "6", "--seconds", "600")
"""Sets of facts enough for the flaw, and time enough for any machine."""
ROOT = Path(__file__).parents[2]
CASE = Path("cases", "topics", "messages-of-topic-DP822.yaml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "topics.yaml"
    path.write_text(FLAWED, encoding="utf-8")
    return path


def arguments(*options: str) -> list[str]:
    return [sys.executable, "-m", "dynaproof", *options]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "200"}


def prove(file: Path, *options: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        arguments("prove", file.name, *options),
        cwd=file.parent,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stdout + done.stderr
    return done


def at(endpoint: Endpoint) -> tuple[str, ...]:
    return "--endpoint-url", endpoint.url, "--table-prefix", endpoint.table_prefix


def names(endpoint: Endpoint) -> list[str]:
    with Tables(endpoint) as tables:
        return tables.names()


def test_a_counterexample_is_told_and_nothing_is_left(file: Path, endpoint: Endpoint) -> None:
    done = prove(file, *ENOUGH, *at(endpoint), status=1)
    assert done.stdout.startswith("DP822  messages-of-topic: 1 row is not asked for\n")
    for title in ("These rows", "This call", "Answered", "Should have answered", "Likely cause"):
        assert f"\n  {title}\n" in done.stdout
    assert "1 counterexample found: 6 sets of facts" in done.stdout.splitlines()[-1]
    assert "These rows" not in done.stderr
    assert names(endpoint) == []
    assert list(file.parent.iterdir()) == [file]


def test_the_same_seed_tells_the_same_stories(file: Path, endpoint: Endpoint) -> None:
    told = [prove(file, *ENOUGH, *at(endpoint), status=1).stdout for _ in range(2)]
    assert told[0] == told[1]
    assert "seed 7" in prove(file, "--seed", "7", *ENOUGH, *at(endpoint), status=1).stdout


def test_a_right_model_stands(file: Path, endpoint: Endpoint) -> None:
    file.write_text(MENDED, encoding="utf-8")
    done = prove(file, "--sets", "10", "--seconds", "600", *at(endpoint))
    assert done.stdout.startswith("nothing found: 10 sets of facts")
    assert len(done.stdout.splitlines()) == 1
    assert names(endpoint) == []


def test_quiet_leaves_findings_with_their_places(file: Path, endpoint: Endpoint) -> None:
    done = prove(file, "-q", *ENOUGH, *at(endpoint), status=1)
    assert done.stdout == ""
    line = next(n for n, text in enumerate(FLAWED.splitlines(), 1) if "question:" in text)
    assert f"topics.yaml:{line}:" in done.stderr
    assert "DP822" in done.stderr
    assert "These rows" not in done.stderr


def test_one_pattern_is_proved_alone(file: Path, endpoint: Endpoint) -> None:
    options = (*ENOUGH, *at(endpoint), "--pattern")
    assert "nothing found" in prove(file, *options, "send-message").stdout
    assert "1 counterexample" in prove(file, *options, "messages-of-topic", status=1).stdout
    unknown = prove(file, *options, "send-messages", status=2)
    assert "did you mean 'send-message'" in unknown.stderr.lower()


@pytest.mark.parametrize(
    "options",
    [("--sets", "0"), ("--sets", "x"), ("--seconds", "0"), ("--seconds", "-1")],
    ids=" ".join,
)
def test_an_effort_must_be_more_than_nothing(file: Path, options: tuple[str, str]) -> None:
    done = prove(file, *options, status=2)
    assert options[0] in done.stderr
    assert done.stdout == ""


def test_errors_of_the_definition_come_before_any_server(file: Path) -> None:
    file.write_text(FLAWED.replace("topics.title", "topics.titel"), encoding="utf-8")
    done = prove(file, "--endpoint-url", "http://127.0.0.1:9", status=2)
    assert "topics.yaml" in done.stderr
    assert "titel" in done.stderr
    assert done.stdout == ""


def test_a_statement_that_names_no_table_is_told(file: Path, endpoint: Endpoint) -> None:
    statement = """execute_statement: {statement: 'SELECT id FROM "chats"'}"""
    file.write_text(
        MENDED.replace(
            'query: {partition_key: ALL, sort_key: {begins_with: "${topic}#"}}', statement
        ),
        encoding="utf-8",
    )

    done = prove(file, "--sets", "2", *at(endpoint), status=2)
    assert "DP401: the definition has no table 'chats'" in done.stderr


def test_an_endpoint_that_does_not_answer_is_the_environment(file: Path) -> None:
    done = prove(file, "--endpoint-url", "http://127.0.0.1:9", status=3)
    assert "DP5" in done.stderr
    assert done.stdout == ""


def test_time_that_was_too_short_is_said(file: Path, endpoint: Endpoint) -> None:
    done = prove(file, "--seconds", "0.001", *at(endpoint))
    assert "The time was over before all sets were tried" in done.stdout
    assert names(endpoint) == []


def test_json_holds_what_the_stories_tell(file: Path, endpoint: Endpoint) -> None:
    done = prove(file, *ENOUGH, "--json", "-", *at(endpoint), status=1)
    result = json.loads(done.stdout)
    [found] = result["counterexamples"]
    assert (found["code"], found["pattern"]) == ("DP822", "messages-of-topic")
    asked = found["parameters"]["topic"]
    assert any(
        row["topic"] != asked and row["topic"].startswith(asked)
        for row in found["facts"]["messages"]
    )
    assert result["holds"] is False
    prove(file, *ENOUGH, "-q", "--json", "out/proof.json", *at(endpoint), status=1)
    assert (file.parent / "out" / "proof.json").read_text(encoding="utf-8") == done.stdout


def test_a_saved_case_is_tried_ever_after(file: Path, endpoint: Endpoint) -> None:
    few = ("--sets", "1", "--seconds", "600", *at(endpoint))
    assert "nothing found" in prove(file, *few).stdout
    prove(file, *ENOUGH, "--save", *at(endpoint), status=1)
    saved = file.parent / CASE
    text = saved.read_text(encoding="utf-8")

    again = prove(file, *few, "--save", status=1)
    assert "DP822  messages-of-topic" in again.stdout
    assert "1 saved case tried first." in again.stdout
    assert list(saved.parent.iterdir()) == [saved]
    assert saved.read_text(encoding="utf-8") == text

    file.write_text(MENDED, encoding="utf-8")
    assert "1 saved case tried first." in prove(file, *few).stdout

    saved.write_text(text.replace("pattern: messages-of-topic", "pattern: gone"), encoding="utf-8")
    assert "DP113" in prove(file, *few, status=2).stderr


def test_another_counterexample_does_not_replace_a_case(file: Path, endpoint: Endpoint) -> None:
    prove(file, *ENOUGH, "--save", *at(endpoint), status=1)
    saved = file.parent / CASE
    text = saved.read_text(encoding="utf-8")
    # A delimiter that names may hold: the first case does not fail, another one does.
    file.write_text(MENDED.replace("${topic}#", "${topic}."), encoding="utf-8")
    told = prove(file, *ENOUGH, "--save", *at(endpoint), status=1)
    assert "1 saved case tried first." in told.stdout
    assert saved.read_text(encoding="utf-8") == text
    assert {path.name for path in saved.parent.iterdir()} == {
        CASE.name,
        f"{CASE.stem}-2.yaml",
    }


def test_a_server_of_its_own_goes_with_the_proof(file: Path) -> None:
    with _proving(file, "--seconds", "4") as running:
        family = psutil.Process(running.pid).children(recursive=True)
        assert any("java" in process.name() for process in family)
        running.communicate()
        assert running.returncode == 0
        _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_tables_are_dropped_when_it_is_interrupted(
    file: Path, endpoint: Endpoint, sent: int, status: int
) -> None:
    with _proving(file, "--seconds", "6000", *at(endpoint)) as running:
        assert names(endpoint) != []
        running.send_signal(sent)
        _, rest = running.communicate()
    assert "Traceback" not in rest
    assert running.returncode == status, rest
    assert names(endpoint) == []


def test_the_readme_tells_a_story_as_it_comes_out(endpoint: Endpoint) -> None:
    [told] = re.findall(r"```text\n(DP8.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    options = ("--pattern", "list-messages", "--sets", "9", "--seconds", "600", *at(endpoint))
    assert told in prove(ROOT / "patterns" / "cruddur.yaml", *options, status=1).stdout


def test_the_tutorial_says_what_prove_finds(file: Path, endpoint: Endpoint) -> None:
    page = (ROOT / "docs" / "tutorial.md").read_text()
    [notes] = re.findall(r"```yaml\n(version: 1.*?)```", page, re.DOTALL)
    file.write_text(notes, encoding="utf-8")
    assert "nothing found" in prove(file, *ENOUGH, *at(endpoint)).stdout
    file.write_text(notes.replace("${written_at:iso}#${id}", "${written_at:iso}"), encoding="utf-8")
    done = prove(file, *ENOUGH, *at(endpoint), status=1)
    assert "DP707" in done.stderr
    assert done.stdout.startswith("DP821  the tables: 2 items of type 'note'")


def _proving(file: Path, *options: str) -> subprocess.Popen[str]:
    """A right model being proved until the time is over, at the moment when facts are tried."""
    file.write_text(MENDED, encoding="utf-8")
    running = subprocess.Popen(
        arguments("prove", file.name, "--sets", "100000", *options),
        cwd=file.parent,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    said = ""
    while "trying hard facts" not in said:
        line = running.stderr.readline()
        assert line, said
        said += line
    return running
