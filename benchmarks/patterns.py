"""Access patterns: dynaproof's calls a second beside sequential boto3, on one server.

    python benchmarks/patterns.py [--sets 300] [--rounds 5]

The same reads of patterns/cruddur.yaml, with the same parameters, are made both ways in turn. The
whole of a run, in which parameters are chosen, every call's capacity is predicted and its answer is
held against its question too, is timed apart.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time
from pathlib import Path

from dynaproof.dynamodb.endpoint import Endpoint
from dynaproof.dynamodb.local.server import LocalServer
from dynaproof.dynamodb.session import control_plane
from dynaproof.proof.check import check_file
from dynaproof.proof.execute import Answered, execute, fill_request, is_read
from dynaproof.proof.parameters import ParameterSet, parameter_sets
from dynaproof.proof.pattern_runner import PatternRunner
from dynaproof.proof.run import load_tables, prepare_items, run_patterns

DEFINITION = Path(__file__).parents[1] / "patterns" / "cruddur.yaml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sets", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    definition = check_file(DEFINITION).require()
    reads = tuple(
        dataclasses.replace(pattern, sets=options.sets)
        for pattern in definition.access_patterns
        if pattern.request is not None and is_read(pattern.request)
    )
    definition = dataclasses.replace(definition, access_patterns=reads)
    prepared = prepare_items(definition, 42)
    ours: list[float] = []
    theirs: list[float] = []
    whole: list[float] = []
    with LocalServer.start() as server:
        endpoint = Endpoint(server.endpoint_url)
        load_tables(prepared, endpoint)
        calls = [
            (pattern.request.operation, fill_request(pattern.request, one.values), one)
            for pattern in reads
            if pattern.request is not None
            for one in parameter_sets(pattern, definition, prepared.facts, prepared.items, 42)
        ]
        requests = [arguments for _, arguments, _ in calls]
        client = control_plane(endpoint)
        for number in range(options.rounds + 1):
            start = time.perf_counter()
            result = run_patterns(prepared, endpoint, server="benchmark")
            whole_rate = sum(len(one.calls) for one in result.patterns) / (
                time.perf_counter() - start
            )
            with PatternRunner(prepared, endpoint) as runner:
                start = time.perf_counter()
                made = list(runner.pool.map(lambda call: _read(runner, *call), calls))
                our_rate = len(made) / (time.perf_counter() - start)
            start = time.perf_counter()
            for request in requests:
                client.query(**request, ReturnConsumedCapacity="INDEXES")  # type: ignore[arg-type]  # a filled request
            their_rate = len(requests) / (time.perf_counter() - start)
            if number:  # the first round warms the server up
                ours.append(our_rate)
                theirs.append(their_rate)
                whole.append(whole_rate)
    prepared.facts.close()
    print(f"{len(requests)} queries of patterns/cruddur.yaml, {options.rounds} rounds")
    print(f"dynaproof         {statistics.median(ours):8,.0f} calls/s")
    print(f"sequential boto3  {statistics.median(theirs):8,.0f} calls/s")
    print(
        f"a whole run       {statistics.median(whole):8,.0f} calls/s, predictions and comparisons included"
    )
    pairs = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"dynaproof makes {statistics.median(pairs):.2f} times the calls (median of the pairs)")


def _read(
    runner: PatternRunner, operation: str, arguments: dict[str, object], one: ParameterSet
) -> Answered:
    return execute(runner.bench().connection, operation, arguments, one, read=True)


if __name__ == "__main__":
    main()
