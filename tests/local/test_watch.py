"""A watched definition on a real server: real saves, and what is told of each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from dynaproof.api.watching import watch
from dynaproof.model.codes import Code
from dynaproof.proof.events import CounterexampleFound, Event, TableLoaded
from dynaproof.proof.rounds.changes import Changes
from dynaproof.proof.rounds.round import Refused, Round
from dynaproof.report.plain_text import plain_text
from dynaproof.report.round_text import print_round

TEXT = """\
version: 1
name: notes
entities:
  users: {count: 5, attributes: {id: {generate: uuid}}}
  notes:
    each: {of: users, count: 4, as: user_id}
    attributes: {id: {generate: uuid}, sent: {generate: timestamp}}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    items:
      note: {from: notes, key: {pk: "USER#${user_id}", sk: "${sent:iso}#${id}"}, attributes: {id: "${id}"}}
access_patterns:
  all:
    parameters: {user: users.id}
    query: {partition_key: "USER#${user}"}
    question: SELECT id FROM notes WHERE user_id = $user ORDER BY sent, id
    expect: {read_capacity_units: {max: 0.5}}
  newest:
    parameters: {user: users.id}
    query: {partition_key: "USER#${user}", scan_index_forward: false, limit: 2}
    question: SELECT id FROM notes WHERE user_id = $user ORDER BY sent DESC, id DESC LIMIT 2
"""
BOTH = ("all", "newest")


class Watched:
    """A watched file, saved as an editor does; ``events`` since the last save."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.events: list[Event] = []
        self.rounds = watch(file, sets=6, seconds=600, listen=self.events.append)

    def save(self, text: str) -> Round | Refused:
        beside = self.file.with_name("beside")
        beside.write_text(text)
        beside.replace(self.file)
        self.events.clear()
        return next(self.rounds)

    def good(self, text: str) -> Round:
        found = self.save(text)
        assert isinstance(found, Round)
        return found

    @property
    def loaded(self) -> int:
        return sum(isinstance(event, TableLoaded) for event in self.events)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    file = tmp_path_factory.mktemp("watched") / "notes.yaml"
    file.write_text(TEXT)
    one = Watched(file)
    with closing(one.rounds):
        first = next(one.rounds)
        assert isinstance(first, Round)
        assert first.holds
        assert first.turned == BOTH
        assert one.loaded == 1
        yield one


def text_of(one: Round | Refused) -> str:
    return plain_text(lambda console: print_round(one, console))


def test_a_pattern_alone_is_run_on_the_tables_that_are_there(watched: Watched) -> None:
    flawed = watched.good(TEXT.replace("DESC, id DESC LIMIT 2", "DESC, id DESC LIMIT 3"))
    assert flawed.changes == Changes(patterns=("newest",))
    assert watched.loaded == 0
    assert flawed.now["newest"].word == "differs"
    assert flawed.turned == ("newest",)
    assert any(isinstance(event, CounterexampleFound) for event in watched.events)
    assert "held -> differs" not in text_of(flawed), "it had no expectation"
    assert "no expectation -> differs" in text_of(flawed)
    mended = watched.good(TEXT)
    assert mended.holds
    assert mended.now["newest"].counterexamples == ()
    assert "differs -> no expectation" in text_of(mended)


def test_a_flaw_that_only_hard_facts_show(watched: Watched) -> None:
    """Two notes of one instant overwrite each other; the seed draws no two such notes."""
    flawed = watched.good(
        TEXT.replace('#${id}"}', '"}').replace("ORDER BY sent, id", "ORDER BY sent")
    )
    assert flawed.changes.items
    assert watched.loaded == 1
    assert [one.code for one in flawed.unstorable] == [Code.KEY_COLLISION]
    assert not flawed.holds
    assert watched.good(TEXT).holds


def test_other_facts_are_loaded_anew(watched: Watched) -> None:
    more = watched.good(TEXT.replace("count: 4", "count: 90"))
    assert more.changes == Changes(facts=True, patterns=BOTH)
    assert watched.loaded == 1
    assert more.now["all"].word == "broken"
    line = next(one for one in text_of(more).splitlines() if one.startswith("  all "))
    assert "held -> broken" in line
    assert "->" in line.split("RCU")[1], "units moved"
    assert watched.good(TEXT).holds


def test_an_error_leaves_the_last_good_state(watched: Watched) -> None:
    good = watched.good(TEXT.replace("{max: 0.5}", "{max: 1}"))
    refused = watched.save(TEXT.replace("limit: 2", "limt: 2"))
    assert isinstance(refused, Refused)
    assert [one.code for one in refused.diagnostics] == [Code.UNKNOWN_KEY]
    assert refused.last is good
    assert f"the verdicts of save {good.number} stand" in text_of(refused)
    watched.file.unlink()
    gone = next(watched.rounds)
    assert isinstance(gone, Refused)
    assert [one.code for one in gone.diagnostics] == [Code.FILE_UNREADABLE]
    back = watched.good(TEXT)
    assert back.changes == Changes(patterns=("all",)), "against the last good one"
    assert back.holds


def test_facts_that_cannot_be_stored_are_told_and_mended(watched: Watched) -> None:
    """The seed's own facts share a key: nothing can be loaded, and the next save does it."""
    refused = watched.save(TEXT.replace("${sent:iso}#${id}", "note"))
    assert isinstance(refused, Refused)
    assert Code.DUPLICATE_ITEM_KEY in {one.code for one in refused.diagnostics}
    assert watched.good(TEXT).holds


def test_a_dataset_is_watched_too(tmp_path: Path) -> None:
    file, facts = tmp_path / "notes.yaml", tmp_path / "users.csv"
    facts.write_text("id\na\nb\n")
    file.write_text(
        TEXT.replace("{count: 5, attributes: {id: {generate: uuid}}}", "{from: users.csv}").replace(
            "of: users,", "of: users.id,"
        )
    )
    with closing(watch(file, sets=2, seconds=600)) as rounds:
        assert isinstance(next(rounds), Round)
        facts.write_text("id\na\nb\nc\n")
        second = next(rounds)
        assert isinstance(second, Round)
        assert second.changes == Changes(facts=True, patterns=BOTH)


def test_ctrl_c_ends_the_command_and_its_server(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text(TEXT)
    command = [sys.executable, "-m", "dynaproof", "watch", "notes.yaml", "--seconds", "0.2"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = next(line for line in process.stdout if " hold; " in line or "finding" in line)
        started = psutil.Process(process.pid).children(recursive=True)
        assert started
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate()
    assert told.startswith("2 of 2 access patterns hold")
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert psutil.wait_procs(started, timeout=20)[1] == []
