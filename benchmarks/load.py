"""Loading 50,000 items of about 300 bytes: dynaproof, boto3's batch_writer, ready bodies.

    python benchmarks/load.py [--items 50000] [--rounds 3]

The three load the same items into fresh tables of one server, in turn, round after round; the
medians and ratios of one run are comparable, single times are not. "Ready bodies" is what the
server takes: the same requests, built beforehand, over the same number of connections, with
nothing else to do.
"""

from __future__ import annotations

import argparse
import queue
import statistics
import threading
import time
from collections.abc import Callable
from decimal import Decimal

import boto3
import orjson

from dynaproof.dynamodb.bulk_load import CONNECTIONS, batch_bodies, load_items
from dynaproof.dynamodb.endpoint import LOCAL_ACCESS_KEY, LOCAL_REGION, Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import connect
from dynaproof.dynamodb.tables import Tables
from dynaproof.model.table import KeyAttribute, Table


def make_items(count: int) -> list[dict[str, dict[str, str]]]:
    """Items of about 300 bytes."""
    return [
        {
            "pk": {"S": f"MSG#{n % 500:08d}"},
            "sk": {"S": f"2026-01-01T00:00:00.{n:08d}Z"},
            "message_uuid": {"S": f"{n:032x}"},
            "message": {"S": f"{n} " + "the quick brown fox jumps over the lazy dog " * 3},
            "user_handle": {"S": f"user{n % 200}"},
            "number": {"N": str(n)},
        }
        for n in range(count)
    ]


def with_dynaproof(endpoint: Endpoint, table: str, texts: list[str]) -> None:
    load_items(endpoint, table, iter(texts))


def with_ready_bodies(endpoint: Endpoint, bodies: list[bytes]) -> None:
    work: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in bodies:
        work.put(body)

    def send() -> None:
        with connect(endpoint) as connection:
            while True:
                try:
                    body = work.get_nowait()
                except queue.Empty:
                    return
                connection.send("BatchWriteItem", body)

    threads = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def with_batch_writer(endpoint: Endpoint, table: str, plain: list[dict[str, object]]) -> None:
    resource = boto3.resource(
        "dynamodb",
        endpoint_url=endpoint.url,
        region_name=LOCAL_REGION,
        aws_access_key_id=LOCAL_ACCESS_KEY,
        aws_secret_access_key="local",
    )
    with resource.Table(table).batch_writer() as writer:
        for item in plain:
            writer.put_item(Item=item)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    items = make_items(options.items)
    texts = [orjson.dumps(item).decode() for item in items]
    plain: list[dict[str, object]] = [
        {k: v["S"] if "S" in v else Decimal(v["N"]) for k, v in item.items()} for item in items
    ]
    times: dict[str, list[float]] = {"dynaproof": [], "ready bodies": [], "batch_writer": []}
    with LocalServer.start() as server:
        endpoint = Endpoint(server.endpoint_url)
        with Tables(endpoint) as tables:

            def measure(name: str, load: Callable[[str], None], number: int, keep: bool) -> None:
                table = Table(f"load-{name.replace(' ', '-')}-{number}", *_KEYS)
                tables.create(table)
                start = time.perf_counter()
                load(table.name)
                seconds = time.perf_counter() - start
                tables.drop(table.name)
                if keep:
                    times[name].append(seconds)

            names = [f"load-ready-bodies-{number}" for number in range(options.rounds + 1)]
            bodies = {name: [body for _, body in batch_bodies(name, texts)] for name in names}
            for number in range(options.rounds + 1):
                keep = number > 0  # the first round warms the server up
                measure("dynaproof", lambda t: with_dynaproof(endpoint, t, texts), number, keep)
                measure(
                    "ready bodies", lambda t: with_ready_bodies(endpoint, bodies[t]), number, keep
                )
                measure(
                    "batch_writer", lambda t: with_batch_writer(endpoint, t, plain), number, keep
                )
    print(
        f"{options.items:,} items, {len(texts[0])} bytes of JSON each, median of {options.rounds}"
    )
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    for name, seconds in medians.items():
        spread = f"{min(times[name]):.2f} to {max(times[name]):.2f} s"
        print(f"{name:14} {seconds:7.2f} s {options.items / seconds:9,.0f} items/s  ({spread})")
    for other in ("batch_writer", "ready bodies"):
        pairs = [b / a for a, b in zip(times["dynaproof"], times[other], strict=True)]
        print(f"dynaproof is {statistics.median(pairs):.2f} times {other} (in pairs)")


_KEYS = (KeyAttribute("pk"), KeyAttribute("sk"))

if __name__ == "__main__":
    main()
