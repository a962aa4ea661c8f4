"""Two texts side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dynaproof.report.revision_html import CONTEXT, side_by_side

TEXTS = st.lists(st.sampled_from("abcd"), max_size=40)


@given(TEXTS, TEXTS)
def test_every_line_is_shown_once_in_order_or_counted(old: list[str], new: list[str]) -> None:
    rows = list(side_by_side(old, new))
    for lines, side in ((old, "old"), (new, "new")):
        at = 0
        for row in rows:
            line = row.old if side == "old" else row.new
            if row.kind == "skipped":
                at += row.skipped
            elif line.number:
                assert (line.number, line.text) == (at + 1, lines[at])
                at += 1
        assert at == len(lines)


@given(TEXTS, TEXTS)
def test_lines_called_the_same_are_the_same(old: list[str], new: list[str]) -> None:
    for row in side_by_side(old, new):
        if row.kind == "same":
            assert row.old.text == row.new.text


@given(TEXTS)
def test_a_text_against_itself_shows_no_line_as_changed(text: list[str]) -> None:
    assert all(row.kind == "skipped" for row in side_by_side(text, text))


def test_what_is_the_same_is_folded_but_for_a_few_lines() -> None:
    same = [str(number) for number in range(20)]
    rows = list(side_by_side(["a", *same, "b"], ["x", *same, "y"]))
    kinds = [row.kind for row in rows]
    around = ["same"] * CONTEXT
    assert kinds == ["changed", *around, "skipped", *around, "changed"]
    assert rows[1 + CONTEXT].skipped == 20 - 2 * CONTEXT
