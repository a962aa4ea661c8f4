"""Any text stands in Markdown as itself."""

from __future__ import annotations

import pytest

from dynaproof.report.markdown_text import markdown_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a & b", "a &amp; b"),
        ("ask @somebody", "ask &#64;somebody"),
        ("&#64;", "&amp;\\#64;"),
        ("a|b", "a\\|b"),
        ("# no heading", "\\# no heading"),
        ("<script>", "\\<script\\>"),
    ],
)
def test_text_is_neither_markup_nor_mention(text: str, shown: str) -> None:
    assert markdown_text(text) == shown
