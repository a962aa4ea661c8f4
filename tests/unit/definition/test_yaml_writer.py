"""What is written as YAML is read back as the same values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.definition.yaml_writer import yaml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    [
        "null",
        "~",
        "yes",
        "2026-01-01",
        "1e3",
        "0x1f",
        "1_000",
        ".inf",
        "<<",
        "=",
        "- a",
        "a: b",
        "#",
    ]
)
SCALARS = TEXTS | st.booleans() | st.integers(-(10**30), 10**30) | st.none()
PLAIN = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, PLAIN, min_size=1, max_size=5))
def test_any_plain_values_come_back(document: dict[str, object]) -> None:
    text = yaml_text(document)
    parsed = parse_yaml(text, "any.yaml")
    assert parsed.diagnostics == []
    assert parsed.value == document
    assert text.isascii()
