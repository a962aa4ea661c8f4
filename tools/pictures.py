"""Take the pictures of docs/images that show a page: ``python tools/pictures.py``.

Needs a Chromium (``apt-get install chromium``, or CHROMIUM names one) and DynamoDB Local.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dynaproof import Workbench

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
DEFINITION = ROOT / "patterns" / "cruddur.yaml"
WIDTH, HEIGHT = 1440, 1640


def take_review(chromium: str) -> None:
    """The review of the messaging model: its verdict, its sheet, its first table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "review.html"
        with Workbench(DEFINITION) as bench:
            bench.run().review().save(page_file)
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.screenshot(path=IMAGES / "review.png")
        browser.close()


if __name__ == "__main__":
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        sys.exit("no chromium: apt-get install chromium, or set CHROMIUM to a browser's path")
    take_review(found)
