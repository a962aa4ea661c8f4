"""What is written as YAML is read back as the same values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dynaproof.definition.yaml_text import parse_yaml
from dynaproof.definition.yaml_writer import template_yaml_text, yaml_text

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


@given(st.dictionaries(TEXTS, PLAIN, min_size=1, max_size=5))
def test_values_of_a_template_come_back(document: dict[str, object]) -> None:
    parsed = parse_yaml(template_yaml_text(document), "any.yaml")
    assert parsed.diagnostics == []
    assert parsed.value == document


def test_in_a_template_all_is_quoted_that_yaml_1_1_may_take_for_no_text() -> None:
    texts = ["on", "Y", "1e3", "2026-01-01", "a: b", "a-b", "plain", "AWS::A::B", "PAY_PER_REQUEST"]
    quoted = [text for text in texts if f'"{text}"' in template_yaml_text({"texts": texts})]
    assert quoted == texts[:6]
