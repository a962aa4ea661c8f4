from __future__ import annotations

from pathlib import Path

from dynaproof.facts.generators_page import generators_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "generators.md"


def test_the_reference_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == generators_page(), (
        "write it again: dynaproof.facts.generators_page.generators_page()"
    )
