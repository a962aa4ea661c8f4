"""A review as the value of a cell: a few lines, not the run that it was made from."""

from __future__ import annotations

import json

from dynaproof.api.review import Review


def _review(document: dict[str, object]) -> Review:
    return Review.of_json(json.dumps(document).encode())


def test_it_tells_the_verdict_and_how_to_write_it(document: dict[str, object]) -> None:
    title, verdict, found, figures, how = repr(_review(document)).splitlines()
    assert title == "shop: design review"
    assert verdict.startswith("does not hold: ")
    assert found == "Proving found 2 counterexamples"
    assert "access patterns 4; " in figures
    assert ".save('review.html')" in how


def test_its_html_escapes_what_comes_from_data(document: dict[str, object]) -> None:
    definition = document["definition"]
    assert isinstance(definition, dict)
    definition["name"] = "<script>alert(1)</script>"
    shown = _review(document)._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;: design review" in shown
    assert "<script" not in shown
    assert "Proving found 2 counterexamples" in shown
