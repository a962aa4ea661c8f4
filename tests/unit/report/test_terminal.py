"""A person reads runs, tables and answers at a terminal of any width."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from dynaproof.dynamodb.tables import StoredTable
from dynaproof.model.definition import Definition
from dynaproof.model.table import KeyAttribute, SecondaryIndex, Table, Throughput
from dynaproof.proof.execute import Answered
from dynaproof.proof.results import NO_PREDICTION, RunResult
from dynaproof.report.terminal import (
    answer_text,
    definition_patterns_text,
    definition_tables_text,
    print_answer,
    print_run,
    print_tables,
    run_text,
    terminal_console,
)
from dynaproof.report.verdict import verdict


def printed(result: RunResult, width: int = 80, *, terminal: bool | None = None) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=width, markup=False, highlight=False, force_terminal=terminal
    )
    print_run(result, console)
    return stream.getvalue()


def row(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split()


def test_a_pattern_has_one_row_with_its_figures(result: RunResult, shop: Definition) -> None:
    text = printed(result)
    assert row(text, "read-order") == [
        "read-order",
        "2",
        "0-1",
        "1",
        "RCU",
        "0.5",
        "0.5",
        "0.5",
        "0.5",
        "held",
        "unproved",
    ]
    assert "  GetItem shop-orders" in text
    assert "  Query shop-orders/orders-by-day" in text


def test_items_read_are_told_where_more_were_read_than_returned(result: RunResult) -> None:
    assert "26 of 1,547" in printed(result)


def test_capacity_is_split_where_a_pattern_touches_table_and_index(
    result: RunResult, shop: Definition
) -> None:
    text = printed(result)
    assert row(text, "place-order")[4:9] == ["WCU", "2", "2.5", "3", "3"]
    assert row(text, "    shop-orders ") == ["shop-orders", "WCU", "1", "1", "1", "1"]
    assert row(text, "    shop-orders/") == [
        "shop-orders/orders-by-day",
        "WCU",
        "1",
        "1.5",
        "2",
        "2",
    ]


def test_measured_figures_stand_below_the_predicted_ones(result: RunResult) -> None:
    lines = printed(result).splitlines()
    heads = next(at for at, line in enumerate(lines) if line.startswith("access pattern"))
    above = lines[heads - 1].index("predicted")
    assert lines[heads].index("pages") + 5 < above <= lines[heads].index("min")
    assert row("\n".join(lines), "  GetItem shop-orders")[2:] == [
        "measured",
        "RCU",
        *["0.5"] * 4,
    ]


def test_where_measured_and_predicted_differ_it_is_said(differing: RunResult) -> None:
    text = printed(differing)
    lines = [line.split() for line in text.splitlines()]
    at = next(number for number, line in enumerate(lines) if line[:1] == ["place-order"])
    assert lines[at][4:9] == ["WCU", "3", "3", "3", "3"]
    assert lines[at + 1][-7:] == ["measured", "WCU", "2", "2.5", "3", "3", "differs"]
    assert lines[at + 2] == ["shop-orders", "WCU", "2", "2", "2", "2"]
    assert lines[at + 3] == ["measured", "WCU", "1", "1", "1", "1"]
    assert lines[at + 4] == ["shop-orders/orders-by-day", "WCU", "1", "1", "1", "1"]
    assert lines[at + 5] == ["measured", "WCU", "1", "1.5", "2", "2"]
    assert "warning DP604: 'place-order': 2 WCU" in text


def _of_first(result: RunResult, **changes: Any) -> RunResult:
    first = result.patterns[0]
    calls = tuple(replace(call, **changes) for call in first.calls)
    return replace(result, patterns=(replace(first, calls=calls), *result.patterns[1:]))


def test_codes_of_known_differences_are_explained_once(result: RunResult) -> None:
    first = result.patterns[0]
    calls = tuple(replace(call, differences=("EMU01",)) for call in first.calls)
    first = replace(first, calls=calls)
    other = replace(first, pattern=replace(first.pattern, name="again"))
    text = printed(replace(result, patterns=(first, other)))
    assert row(text, "  GetItem")[-1] == "EMU01"
    explained = [line for line in text.splitlines() if line.startswith("EMU")]
    assert [line.split()[0] for line in explained] == ["EMU01"]
    assert text.count("docs/reference/emulator-differences.md#emu01") == 1


def test_an_endpoint_that_reports_nothing_is_told(result: RunResult) -> None:
    text = printed(_of_first(result, reported=False, consumed=()))
    assert "measured: not reported by the endpoint" in text
    assert row(text, "read-order")[4:9] == ["RCU", *["0.5"] * 4]


def test_why_there_is_no_prediction_is_told_once(result: RunResult) -> None:
    text = printed(_of_first(result, predicted=(), not_predicted="it meets too many items"))
    assert text.count("not predicted: it meets too many items") == 1
    assert row(text, "read-order") == ["read-order", "2", "0-1", "1", "held", "unproved"]
    assert row(text, "  GetItem")[2:] == ["measured", "RCU", *["0.5"] * 4]


def test_calls_without_a_prediction_are_counted(result: RunResult) -> None:
    first = result.patterns[0]
    one, other = first.calls
    calls = (replace(one, predicted=(), not_predicted="too many items"), other)
    text = printed(replace(result, patterns=(replace(first, calls=calls),)))
    assert "not predicted in 1 of 2 calls: too many items" in text


def test_what_a_prediction_rests_on_besides_the_rules_is_told(result: RunResult) -> None:
    text = printed(_of_first(result, uncertain=("the page boundary is near",)))
    assert text.count("uncertain: the page boundary is near") == 1


def test_points_of_a_column_stand_under_one_another(result: RunResult, shop: Definition) -> None:
    text = printed(result, 100)
    lines = [
        next(line for line in text.splitlines() if line.startswith(start))
        for start in ("read-order", "orders-of-a-day", "    shop-orders/")
    ]
    # The mean is 0.5, 12.5 and 1.5.
    columns = {line.index(".", line.index("CU") + 8) for line in lines}
    assert len(columns) == 1, "\n".join(lines)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_tables_keep_to_the_width(
    width: int, renamed: Callable[[str], RunResult], shop: Definition
) -> None:
    long = renamed("a-very-long-name-" * 8)
    body, _, _ = printed(long, width).partition("shop.yaml:")
    assert max(map(len, body.splitlines())) <= width


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_name_is_cut(width: int, renamed: Callable[[str], RunResult]) -> None:
    name = "read-" + "x" * 300 + "-end"
    assert name in "".join(line.strip() for line in printed(renamed(name), width).splitlines())


def test_wide_terminals_show_what_was_expected(result: RunResult) -> None:
    assert "read capacity units at most 0.5" in printed(result, 160)
    assert "read capacity units at most 0.5" not in printed(result, 80)


def test_findings_stand_at_the_end_with_their_place(result: RunResult, shop: Definition) -> None:
    text = printed(result)
    assert "shop.yaml:28:37: error DP601: 'place-order' (drawn 1)" in text
    assert "shop.yaml:29:3: error DP409: DynamoDB refused" in text
    assert text.index("DP409") > text.index("item collections")


def test_the_last_line_is_the_verdict(result: RunResult) -> None:
    last = printed(result, 40).splitlines()[-1]
    assert last == (
        "1 of 3 access patterns held its expectations, 1 broken, 1 refused, "
        "1 without an expectation; answers not proved"
    ).replace("its", "their")


def test_a_run_that_holds_says_so(result: RunResult) -> None:
    held = replace(result, patterns=result.patterns[:1])
    assert verdict(held) == "1 of 1 access pattern held its expectations; answers not proved"
    assert held.exit_status == 0


def test_patterns_that_were_not_run_say_why(result: RunResult) -> None:
    skipped = replace(result.patterns[0], calls=(), not_run="steps are not run")
    text = printed(replace(result, patterns=(skipped,)))
    assert "steps are not run" in text
    assert "not run" in text.splitlines()[-1]


def test_runs_without_patterns_or_items_can_be_printed(result: RunResult) -> None:
    [table] = result.tables
    empty = replace(table, sizes=(), collections=(), size_histogram=())
    text = printed(replace(result, patterns=(), tables=(empty,)))
    assert text.splitlines()[-1] == "no access patterns"


def test_whether_answers_are_right_stands_beside_the_budget(wrong: RunResult) -> None:
    text = printed(wrong, 100)
    assert row(text, "access pattern")[-2:] == ["expected", "answers"]
    assert row(text, "read-order")[-2:] == ["held", "differs"]
    assert row(text, "orders-of-a-day")[-3:] == ["none", "not", "proved"]
    assert row(printed(wrong, 80), "place-order")[-2:] == ["broken", "unproved"]
    first = wrong.patterns[0]
    right = tuple(replace(call, difference=None) for call in first.calls)
    proved = replace(wrong, patterns=(replace(first, calls=right, differing=()),))
    assert row(printed(proved), "read-order")[-2:] == ["held", "proved"]


def test_the_first_call_that_differs_is_shown_whole(wrong: RunResult) -> None:
    lines = [line.strip() for line in printed(wrong, 120).splitlines()]
    at = lines.index("read-order differs: nothing found")
    assert lines[at + 1] == "with id = a-1"
    assert lines[at + 2] == "1 row is not asked for"
    assert [cell.strip() for cell in lines[at + 5].split("|")] == [
        "extra",
        "2",
        "pk",
        "-",
        "ORDER#2",
    ]
    assert "and 2 more" in lines[at:]
    assert 'Query {"TableName": "shop-orders", "Limit": 3}' in lines[at:]
    assert 'DeleteItem {"TableName": "shop-orders"}' in lines[at:]


def test_only_the_first_of_the_calls_that_differ_is_shown(wrong: RunResult) -> None:
    first = wrong.patterns[0]
    calls = tuple(replace(call, difference=first.calls[1].difference) for call in first.calls)
    text = printed(replace(wrong, patterns=(replace(first, calls=calls),)))
    assert "read-order differs: largest, and 1 more of 2 calls" in text
    assert text.count("1 row is not asked for") == 2  # once with its rows, once as a finding


def test_a_difference_of_many_rows_and_requests_stays_on_a_screen(wrong: RunResult) -> None:
    first = wrong.patterns[0]
    difference = first.calls[1].difference
    assert difference is not None
    faults = tuple(
        replace(difference.faults[0], found={f"a{n}": {"S": "x" * 5_000} for n in range(40)})
        for _ in range(30)
    )
    call = replace(
        first.calls[1],
        difference=replace(difference, faults=faults, total=30),
        steps=first.calls[1].steps * 500,
        request={"ExpressionAttributeValues": {":v": {"S": "y" * 50_000}}},
        parameters={"id": "z" * 5_000},
    )
    many = replace(wrong, patterns=(replace(first, calls=(call,)),))
    text = printed(many, 80)
    start = text.index("read-order differs")
    assert text[start : text.index("shop-orders  3 items")].count("\n") <= 40
    assert "and 997 more requests" in text


def test_the_verdict_counts_what_is_proved_and_what_differs(wrong: RunResult) -> None:
    assert verdict(wrong).endswith("; 1 differs, 3 not proved")
    only = replace(wrong, patterns=wrong.patterns[:1])
    assert verdict(only) == "1 of 1 access pattern held its expectations; answers differ"
    assert only.exit_status == 1


HOSTILE = [
    pytest.param("[bold red]x[/bold red]", "[bold red]x[/bold red]", id="rich markup"),
    pytest.param("[/]", "[/]", id="closing markup"),
    pytest.param(":smile:", ":smile:", id="emoji code"),
    pytest.param("a\x1b[31mb", "a\\x1b[31mb", id="escape sequence"),
    pytest.param("a\nb", "a\\nb", id="line feed"),
    pytest.param("a\u202eb", "a\\u202eb", id="right-to-left override"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_data_is_printed_as_it_is_and_steers_nothing(
    name: str, shown: str, renamed: Callable[[str], RunResult]
) -> None:
    text = printed(renamed(name), terminal=True)
    assert shown in text
    assert "\x1b[31mb" not in text


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_what_differs_is_printed_as_it_is(name: str, shown: str, wrong: RunResult) -> None:
    first = wrong.patterns[0]
    difference = first.calls[1].difference
    assert difference is not None
    fault = replace(difference.faults[0], found={name: {"S": name}})
    call = replace(
        first.calls[1],
        difference=replace(difference, summary=name, faults=(fault,)),
        parameters={name: name},
        steps=(replace(first.calls[1].steps[0], request={"TableName": name}),),
    )
    text = printed(replace(wrong, patterns=(replace(first, calls=(call,)),)), terminal=True)
    assert shown in text
    assert "\x1b[31mb" not in text


@pytest.mark.parametrize(("name", "shown"), HOSTILE)
def test_answers_are_printed_as_they_are(
    name: str, shown: str, answer: Callable[..., Answered]
) -> None:
    assert shown in answer_text(answer({"pk": {"S": name}}))


def test_there_are_no_escape_sequences_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, result: RunResult
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    stream = io.StringIO()
    print_run(result, terminal_console(stream))
    assert "\x1b" not in stream.getvalue()


def test_no_color_leaves_colours_out_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, result: RunResult
) -> None:
    controller, terminal = os.openpty()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("NO_COLOR", "1")
        print_run(result, terminal_console(stream))
    read: list[bytes] = []
    # The kernel hands a terminal's bytes on in pieces; once the other end is closed, Linux ends
    # them with an error, and other systems with nothing.
    with suppress(OSError):
        while piece := os.read(controller, 1 << 16):
            read.append(piece)
    text = b"".join(read).decode()
    os.close(controller)
    assert "place-order" in text
    assert "\x1b[31m" not in text
    assert "\x1b[1;31m" not in text


ITEM: dict[str, object] = {
    "sk": {"S": "ORDER"},
    "n": {"N": "12345678901234567890.5"},
    "b": {"B": "AAEC"},
    "tags": {"SS": ["b", "a"]},
    "doc": {"M": {"deep": {"L": [{"BOOL": True}, {"NULL": True}]}}},
    "pk": {"S": "ORDER#1"},
}


def test_an_answer_shows_keys_first_and_plain_values(
    answer: Callable[..., Answered], shop: Definition
) -> None:
    stream = io.StringIO()
    table = shop.tables[0]
    print_answer(answer(ITEM), Console(file=stream, width=160, markup=False), table)
    head, values, *_ = stream.getvalue().splitlines()
    assert head.split() == ["pk", "sk", "b", "doc", "n", "tags"]
    assert "12345678901234567890.5" in values
    assert "{deep: [true, null]}" in values
    assert "<a, b>" in values
    assert "AAEC" in values


@pytest.mark.parametrize("width", [30, 80])
def test_answers_fold_long_values_and_lose_nothing(
    width: int, answer: Callable[..., Answered], shop: Definition
) -> None:
    stream = io.StringIO()
    long = "x" * 300
    answered = answer({**ITEM, "note": {"S": long}}, ITEM)
    print_answer(answered, Console(file=stream, width=width, markup=False))
    assert stream.getvalue().count("x") == 300
    assert "2 items returned, 1 page" in stream.getvalue()
    assert "0.5 RCU shop-orders" in stream.getvalue()


def test_an_answer_shows_predicted_and_measured_capacity(answer: Callable[..., Answered]) -> None:
    answered = answer(ITEM)
    assert "predicted:\n  0.5 RCU shop-orders\nmeasured: the same" in answer_text(answered)
    nothing = replace(answered.call.consumed[0], read=0.0)
    call = replace(answered.call, consumed=(nothing,), differences=("EMU01",))
    text = answer_text(replace(answered, call=call))
    assert "  0.5 RCU shop-orders\nmeasured (EMU01):\n  0 RCU shop-orders" in text
    call = replace(answered.call, consumed=(), reported=False)
    text = answer_text(replace(answered, call=call))
    assert "  0.5 RCU shop-orders\nmeasured: not reported by the endpoint" in text
    call = replace(answered.call, predicted=(), not_predicted="too many items")
    text = answer_text(replace(answered, call=call))
    assert "not predicted: too many items\nmeasured:\n  0.5 RCU shop-orders" in text


def test_an_answer_that_nobody_predicted_shows_the_measure(
    answer: Callable[..., Answered],
) -> None:
    answered = answer(ITEM)
    call = replace(answered.call, predicted=(), not_predicted=NO_PREDICTION)
    text = answer_text(replace(answered, call=call))
    assert text.endswith("1 page\n  0.5 RCU shop-orders")


def test_a_refused_call_shows_its_error(answer: Callable[..., Answered]) -> None:
    assert "ValidationException: it was refused" in answer_text(answer(error="ValidationException"))


def test_the_requests_of_steps_are_listed(
    answer: Callable[..., Answered], wrong: RunResult
) -> None:
    answered = answer(ITEM)
    steps = wrong.patterns[0].calls[1].steps
    lines = answer_text(replace(answered, call=replace(answered.call, steps=steps))).splitlines()
    assert "2 requests made:" in lines
    assert "  1. Query: 4 items" in lines
    assert "  2. DeleteItem: ConditionalCheckFailedException" in lines
    many = replace(answered.call, steps=steps * 20)
    assert "  and 28 more" in answer_text(replace(answered, call=many)).splitlines()


def test_stored_tables_show_keys_size_billing_and_indexes() -> None:
    key = KeyAttribute("pk")
    table = Table(
        "chat",
        key,
        KeyAttribute("n", "N"),
        throughput=Throughput(5, 2),
        stream="new_image",
        deletion_protection=True,
        global_secondary_indexes=(SecondaryIndex("by-n", "global", (KeyAttribute("n", "N"),)),),
    )
    stream = io.StringIO()
    stored = [StoredTable(table, "ACTIVE", 1_200, 5_814_627, 1_024)]
    print_tables(stored, Console(file=stream, width=100, markup=False))
    text = stream.getvalue()
    for part in (
        "chat",
        "pk (S), n (N); 1,200 items, 5.55 MB, indexes 1.00 KB; active",
        "provisioned 5 RCU, 2 WCU; deletion protection on; stream new image",
        "GSI by-n: n (N); projects all",
    ):
        assert part in text


def test_no_stored_tables_are_said_to_be_none() -> None:
    stream = io.StringIO()
    print_tables([], Console(file=stream))
    assert stream.getvalue() == "no tables\n"


def test_a_definition_is_shown_before_it_runs(shop: Definition) -> None:
    tables = definition_tables_text(shop.tables)
    assert "GSI orders-by-day: day (S), sk (S); projects keys only" in tables
    assert "item order: pk = ORDER#${id}, sk = ORDER" in tables
    patterns = definition_patterns_text(shop.access_patterns)
    assert "Query shop-orders/orders-by-day\n  day = 2026-01-02" in patterns
    assert "expected: read capacity units at most 0.5" in patterns


def test_the_text_of_a_run_is_what_is_printed(result: RunResult) -> None:
    assert run_text(result) == printed(result, 100).rstrip("\n")
