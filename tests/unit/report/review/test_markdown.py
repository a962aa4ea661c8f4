"""The review in short: Markdown in which data is no markup."""

from __future__ import annotations

import json
import re

import pytest

from dynaproof.report.review.markdown import plain, review_markdown
from dynaproof.report.review.run_file import RunFile, parse_run


def test_it_says_what_matters(run_file: RunFile) -> None:
    text = review_markdown(run_file)
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [
        "Access patterns",
        "Tables",
        "Item collections and the hottest key",
        "Findings",
        "Counterexamples and races",
        "Assumptions",
        "Provenance",
    ]
    said = text.splitlines()[2]
    assert said.startswith("**does not hold**: ")
    assert said.endswith(" Proving found 2 counterexamples.")
    assert ", 1 counterexample |" in text
    assert "| DP709 | warning | nobody reads it | shop.yaml:12:3 |" in text
    assert "\n    These rows\n        ORDER#1, ORDER#10\n" in text


def test_every_row_of_a_table_has_its_columns(document: dict[str, object]) -> None:
    definition = document["definition"]
    assert isinstance(definition, dict)
    definition["name"] = "a | b\n\n# c"
    text = review_markdown(parse_run(json.dumps(document).encode(), "run.json"))
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(blocks) >= 4
    for block in blocks:
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, block


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("a|b", r"a\|b"),
        ("`x` *y* _z_ [l](m)", r"\`x\` \*y\* \_z\_ \[l\](m)"),
        ("@team #12", "@&#8203;team #&#8203;12"),
        ("ORDER#1", "ORDER#1"),
        ("https://x www.y", "https:&#8203;//x www.&#8203;y"),
        ("two\nlines", "two lines"),
        ("$x$ ~y~ \\", r"\$x\$ \~y\~ " + "\\\\"),
    ],
)
def test_what_means_something_is_escaped(text: str, shown: str) -> None:
    assert plain(text) == shown
