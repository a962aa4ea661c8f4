"""Bulk load: BatchWriteItem of 25 over several persistent connections.

What was seen to work best on DynamoDB Local: bodies joined from ready JSON, eight connections.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import orjson

from dynaproof.dynamodb.connection import Connection, Wait, backoff_seconds
from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.session import connect

BATCH_ITEMS = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""
BATCH_BYTES = 15_000_000
"""Below the service's 16 MB for one request."""
CONNECTIONS = 8
_DONE = b'"UnprocessedItems":{}'


def load_items(
    endpoint: Endpoint,
    table_name: str,
    items: Iterable[str],
    *,
    progress: Callable[[int], None] | None = None,
    connections: int = CONNECTIONS,
) -> int:
    """Put items, given as DynamoDB JSON, until none is left unprocessed; gives their number.

    ``progress`` is called with the number loaded so far, from the calling thread. Keys must be
    distinct. Raises EnvironmentFault or ServiceError; then nothing more is sent.
    """
    bodies: queue.Queue[tuple[int, bytes] | None] = queue.Queue(connections)
    loaded: queue.SimpleQueue[int | BaseException] = queue.SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            with connect(endpoint) as connection:
                while (batch := bodies.get()) is not None:
                    if stop.is_set():
                        continue
                    count, body = batch
                    write_batch(connection, body, stop.wait)
                    loaded.put(count)
        except BaseException as error:
            stop.set()
            loaded.put(error)
            while bodies.get() is not None:  # let the caller's put go on
                pass

    workers = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for worker in workers:
        worker.start()
    total, failure = 0, None

    def collect(wait: bool) -> None:
        nonlocal total, failure
        while wait or not loaded.empty():
            done = loaded.get()
            if isinstance(done, BaseException):
                failure = failure or done
                return
            total += done
            if progress is not None:
                progress(total)
            wait = False

    sent = 0
    try:
        for count, body in batch_bodies(table_name, items):
            if failure is not None:
                break
            bodies.put((count, body))
            sent += count
            collect(wait=False)
        while total < sent and failure is None:
            collect(wait=True)
    finally:
        stop.set()
        for _ in workers:
            bodies.put(None)
        for worker in workers:
            worker.join()
    if failure is not None:
        raise failure
    return total


def batch_bodies(table_name: str, items: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    """Bodies of BatchWriteItem and the number of items in each."""
    head = b'{"RequestItems":{' + orjson.dumps(table_name) + b":["
    for batch in _batches(items):
        puts = ",".join(f'{{"PutRequest":{{"Item":{item}}}}}' for item in batch)
        yield len(batch), head + puts.encode() + b"]}}"


def write_batch(connection: Connection, body: bytes, wait: Wait = time.sleep) -> None:
    """Send one BatchWriteItem, again and again until no item is left unprocessed.

    ``wait`` sleeps for seconds; when it gives true, nobody needs the items any more.
    """
    attempt = 0
    while True:
        answer = connection.send("BatchWriteItem", body, wait)
        if _DONE in answer:
            return
        left = connection.answer(answer).get("UnprocessedItems")
        if not left:
            return
        attempt += 1
        if wait(backoff_seconds(min(attempt, 8))):
            return
        body = orjson.dumps({"RequestItems": left})


def _batches(items: Iterable[str]) -> Iterator[Sequence[str]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH_ITEMS)):
        # JSON of 4 bytes a character at most, so this bound needs no encoding to be kept.
        if sum(map(len, batch)) * 4 <= BATCH_BYTES:
            yield batch
        else:
            yield from _small_batches(batch)


def _small_batches(batch: Sequence[str]) -> Iterator[Sequence[str]]:
    part: list[str] = []
    size = 0
    for item in batch:
        length = len(item.encode())
        if part and size + length > BATCH_BYTES:
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    yield part
