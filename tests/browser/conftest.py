"""A real browser, and the review of a real run to look at in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from dynaproof import Workbench
from dynaproof.api.review import Review

PATTERNS = Path(__file__).parents[2] / "patterns"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, that of the machine; there is no test without one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("no chromium: apt-get install chromium, or set CHROMIUM to a browser's path")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []  # which Chromium asks of root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=options)
        yield started
        started.close()


@pytest.fixture(scope="session")
def run_json() -> bytes:
    """A run of a shipped definition on the real server."""
    with Workbench(PATTERNS / "online-shop.yaml") as bench:
        return bench.run().to_json()


@pytest.fixture(scope="session")
def page_file(run_json: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The review of that run, in which one pattern broke its budget."""
    document = json.loads(run_json)
    document["access_patterns"][2]["verdict"] = "broken"
    document["access_patterns"][2]["broken"] = [
        {
            "what": "read_capacity_units",
            "expected": "at most 0.5",
            "found": "1",
            "parameter_set": "largest",
            "diagnostic": {
                "code": "DP601",
                "severity": "error",
                "message": "read_capacity_units is 1, expected at most 0.5",
                "hint": "",
                "file": "shop.yaml",
                "line": 1,
                "column": 1,
            },
        }
    ]
    file = tmp_path_factory.mktemp("review") / "review.html"
    Review.of_json(json.dumps(document).encode()).save(file)
    return file
