"""Every item arrives, once, whatever the endpoint puts in the way; or the load says why not."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dynaproof.dynamodb.bulk_load import load_items
from dynaproof.dynamodb.connection import ServiceError
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import EnvironmentFault
from dynaproof.model.table import KeyAttribute, Table
from dynaproof.proof.restore import scan_items

NOTES = Table("notes", KeyAttribute("pk"))
Change = Callable[[str, bytes], tuple[int, object] | bytes | None]
"""(operation, body) -> an answer instead of the server's, or another body, or None."""


def note(number: int, size: int = 10) -> str:
    return json.dumps({"pk": {"S": f"note-{number}"}, "text": {"S": "x" * size}})


@pytest.fixture
def notes(endpoint: Endpoint) -> str:
    with Tables(endpoint) as tables:
        return tables.create(NOTES)


def stored(endpoint: Endpoint, name: str) -> dict[str, int]:
    """Length of each note's text, by key."""
    with connect(endpoint) as connection:
        items = scan_items(connection, {name: NOTES}).values()
    texts = json.loads(json.dumps(list(items)))
    return {item["pk"]["S"]: len(item["text"]["S"]) for item in texts}


@contextmanager
def proxy(server: LocalServer, change: Change) -> Iterator[Endpoint]:
    """An endpoint before the real server, which answers or changes some requests itself."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            changed = change(operation, body)
            if isinstance(changed, tuple):
                status, answer = changed[0], json.dumps(changed[1]).encode()
            else:
                onward = http.client.HTTPConnection("127.0.0.1", server.port)
                kept = ("Content-Type", "X-Amz-Target", "Authorization")
                headers = {name: self.headers[name] for name in kept}
                onward.request("POST", "/", body if changed is None else changed, headers)
                response = onward.getresponse()
                status, answer = response.status, response.read()
                onward.close()
                if changed is not None:
                    left = json.loads(body)["RequestItems"]
                    sent = json.loads(changed)["RequestItems"]
                    unsent = {name: left[name][len(sent[name]) :] for name in left}
                    answer = json.dumps({"UnprocessedItems": unsent}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    listening.block_on_close = False
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Endpoint(f"http://127.0.0.1:{listening.server_port}")
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.mark.parametrize("number", [0, 1, 25, 26, 4_003])
def test_every_item_arrives(endpoint: Endpoint, notes: str, number: int) -> None:
    heard: list[int] = []
    loaded = load_items(endpoint, notes, map(note, range(number)), progress=heard.append)
    assert loaded == number
    assert stored(endpoint, notes) == {f"note-{n}": 10 for n in range(number)}
    assert heard == sorted(heard)
    assert heard[-1:] == ([number] if number else [])


def test_long_items_go_in_requests_that_the_service_accepts(endpoint: Endpoint, notes: str) -> None:
    # 25 of them, or their escapes, would be more than the 16 MB of one request.
    load_items(endpoint, notes, (note(n, 350_000) for n in range(60)))
    assert stored(endpoint, notes) == {f"note-{n}": 350_000 for n in range(60)}


def test_bytes_count_and_not_characters(endpoint: Endpoint, notes: str) -> None:
    text = "\\u0001" * 390_000  # six bytes of JSON for one of the item
    items = [f'{{"pk":{{"S":"note-{n}"}},"text":{{"S":"{text}"}}}}' for n in range(12)]
    load_items(endpoint, notes, items)
    assert stored(endpoint, notes) == {f"note-{n}": 390_000 for n in range(12)}


def test_what_is_left_unprocessed_is_sent_again(
    local_server: LocalServer, endpoint: Endpoint, notes: str
) -> None:
    requests: list[int] = []

    def keep_four(_operation: str, body: bytes) -> bytes | None:
        [(name, puts)] = json.loads(body)["RequestItems"].items()
        requests.append(len(puts))
        if len(puts) <= 4:
            return None
        return json.dumps({"RequestItems": {name: puts[:4]}}).encode()

    with proxy(local_server, keep_four) as faulty:
        assert load_items(faulty, notes, map(note, range(110))) == 110
    assert stored(endpoint, notes) == {f"note-{n}": 10 for n in range(110)}
    assert max(requests) == 25
    assert len(requests) > 110 / 25


THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "too fast",
}


def test_throttling_is_waited_out(
    local_server: LocalServer, endpoint: Endpoint, notes: str
) -> None:
    turn = iter(range(1_000))

    def every_other(_operation: str, _body: bytes) -> tuple[int, object] | None:
        return (400, THROTTLED) if next(turn) % 2 == 0 else None

    with proxy(local_server, every_other) as faulty:
        assert load_items(faulty, notes, map(note, range(130))) == 130
    assert stored(endpoint, notes) == {f"note-{n}": 10 for n in range(130)}


def test_an_error_of_the_service_ends_the_load(endpoint: Endpoint, notes: str) -> None:
    items = [note(n) for n in range(1_000)]
    items[500] = '{"pk":{"N":"1"}}'
    with pytest.raises(ServiceError, match="ValidationException"):
        load_items(endpoint, notes, items)
    assert threads() == []


def test_what_is_not_dynamodb_is_told_so(
    local_server: LocalServer, endpoint: Endpoint, notes: str
) -> None:
    for answer in ((200, ["no", "map"]), (404, {"error": "not here"}), (500, "down")):
        with (
            proxy(local_server, lambda *_, given=answer: given) as faulty,
            pytest.raises(EnvironmentFault) as fault,
        ):
            load_items(faulty, notes, [note(1)])
        assert fault.value.diagnostics[0].code is Code.ENDPOINT_ERROR


def test_a_fault_of_the_items_ends_the_load(endpoint: Endpoint, notes: str) -> None:
    def broken() -> Iterator[str]:
        yield from map(note, range(300))
        raise LookupError("the view fails in the middle")

    with pytest.raises(LookupError):
        load_items(endpoint, notes, broken())
    assert threads() == []


def test_a_server_that_dies_while_loading_is_a_finding() -> None:
    with LocalServer.start() as server:
        mortal = Endpoint(server.endpoint_url)
        with Tables(mortal) as tables:
            name = tables.create(NOTES)

        def kill(done: int) -> None:
            if done >= 1_000 and not killed:
                killed.append(done)
                os.kill(server.pid, signal.SIGKILL)

        killed: list[int] = []
        with pytest.raises(EnvironmentFault) as fault:
            load_items(mortal, name, map(note, range(200_000)), progress=kill)
        assert killed
        assert {found.code for found in fault.value.diagnostics} == {Code.SERVER_DIED}
        assert threads() == []


def threads() -> list[threading.Thread]:
    """Threads that a load has left behind."""
    return [one for one in threading.enumerate() if "(work)" in one.name]
