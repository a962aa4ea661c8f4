"""Facts and items as files: whole, readable again as the same facts, nothing overwritten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from dynaproof import Workbench
from dynaproof.dynamodb.bulk_load import load_items
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault, InputError

DEFINITION = """\
version: 1
name: readings
entities:
  readings:
    count: 3000
    attributes:
      id: {generate: uuid}
      number: {generate: sequence}
      taken: {generate: timestamp, from: 2026-01-01, to: 2026-02-01, precision: seconds}
      watts: {generate: decimal, min: 0, max: 100, places: 2}
      alarm: {generate: boolean}
      remark: {generate: sentence}
tables:
  readings:
    partition_key: id
    items: {reading: {from: readings, key: {id: "${id}"}, attributes: {watts: "${watts}"}}}
access_patterns: {}
"""


def again(format_: str) -> str:
    head, rest = DEFINITION.split("    count: 3000\n")
    return f"{head}    from: out/facts/readings.{format_}\n{rest[rest.index('tables:') :]}"


def run(folder: Path, *options: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "dynaproof", "generate", "model.yaml", *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.yaml").write_text(DEFINITION, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet"])
def test_written_facts_are_read_again_as_the_same_items(folder: Path, format_: str) -> None:
    with Workbench(folder / "model.yaml") as bench:
        written = bench.generate(folder / "out", format_=format_)
        items = bench.items("readings")
        facts = bench.facts("readings")
    assert written == [
        folder / "out" / "facts" / f"readings.{format_}",
        folder / "out" / "items" / "readings.jsonl",
    ]
    (folder / "again.yaml").write_text(again(format_), encoding="utf-8")
    with Workbench(folder / "again.yaml") as bench:
        assert bench.items("readings").equals(items)
        read = bench.facts("readings")
    assert list(read.columns) == list(facts.columns)
    for column in facts.columns:
        assert [str(value) for value in read[column]] == [str(value) for value in facts[column]]


def test_written_items_are_what_dynamodb_takes(folder: Path, endpoint: Endpoint) -> None:
    run(folder, "--to", "out")
    lines = (folder / "out" / "items" / "readings.jsonl").read_bytes().splitlines()
    items = [orjson.loads(line)["Item"] for line in lines]
    with Workbench(folder / "model.yaml") as bench, Tables(endpoint) as tables:
        name = tables.create(bench.tables[0])
    assert load_items(endpoint, name, (orjson.dumps(item).decode() for item in items)) == 3_000


def test_the_same_seed_gives_the_same_files(folder: Path) -> None:
    for to, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run(folder, "--to", to, "--seed", seed, "-q")
    for file in ("facts/readings.jsonl", "items/readings.jsonl"):
        a, b, c = ((folder / to / file).read_bytes() for to in "abc")
        assert a == b != c


def test_nothing_is_overwritten_unless_asked(folder: Path) -> None:
    out = folder / "out"
    (out / "facts").mkdir(parents=True)
    (out / "facts" / "readings.jsonl").write_text("mine", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    done = run(folder, "--to", "out", status=3)
    assert "DP513" in done.stderr
    assert "--force" in done.stderr
    assert sorted(path.name for path in out.rglob("*")) == ["facts", "notes.txt", "readings.jsonl"]
    assert (out / "facts" / "readings.jsonl").read_text(encoding="utf-8") == "mine"
    run(folder, "--to", "out", "--force")
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert len((out / "facts" / "readings.jsonl").read_bytes().splitlines()) == 3_000
    assert len((out / "items" / "readings.jsonl").read_bytes().splitlines()) == 3_000


def test_what_cannot_be_written_leaves_nothing_behind(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    with Workbench(folder / "model.yaml") as bench:
        for place in (folder / "model.yaml", folder / "model.yaml" / "out"):
            with pytest.raises(EnvironmentFault) as fault:
                bench.generate(place)
            assert fault.value.diagnostics[0].code is Code.OUTPUT
        with pytest.raises(InputError):
            bench.generate(folder / "out", format_="xml")
    assert sorted(folder.rglob("*")) == before
