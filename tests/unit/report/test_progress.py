"""Progress is shown for stages that take over a second, and for no others."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from dynaproof.proof.events import Event, ServerMessage, StageAdvanced, StageStarted
from dynaproof.report.progress import show_progress

ERASE_LINE = "\x1b[2K"


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def heard(*told: tuple[float, Event], terminal: bool) -> str:
    """What is written when each event comes so many seconds after the one before."""
    stream, clock = io.StringIO(), Clock()
    with show_progress(Console(file=stream, force_terminal=terminal, width=80), clock) as listen:
        for after, event in told:
            clock.seconds += after
            listen(event)
    return stream.getvalue()


LOAD = StageStarted("load")


@pytest.mark.parametrize("terminal", [True, False])
def test_short_stages_show_nothing(terminal: bool) -> None:
    steps: list[tuple[float, Event]] = [
        (0.3, StageAdvanced("load", "chat", n, 3)) for n in range(1, 4)
    ]
    again: list[tuple[float, Event]] = [
        (0.0, StageStarted("patterns")),
        (0.9, StageAdvanced("patterns", "list", 1, 2)),
    ]
    assert heard((0, LOAD), *steps, *again, terminal=terminal) == ""


def test_without_a_terminal_long_stages_write_a_line_now_and_then() -> None:
    steps: list[tuple[float, Event]] = [
        (0.5, StageAdvanced("load", "chat", n * 1_000, 40_000)) for n in range(1, 25)
    ]
    assert heard((0, LOAD), *steps, terminal=False).splitlines() == [
        "loading: chat, 2,000 of 40,000",
        "loading: chat, 12,000 of 40,000",
        "loading: chat, 22,000 of 40,000",
    ]


def test_on_a_terminal_a_bar_comes_and_goes() -> None:
    text = heard((0, LOAD), (2.0, StageAdvanced("load", "[red]chat", 1_000, 40_000)), terminal=True)
    assert "loading: [red]chat" in text
    assert text.rstrip().endswith(ERASE_LINE)


@pytest.mark.parametrize("terminal", [True, False])
def test_words_of_the_server_are_written_as_they_are(terminal: bool) -> None:
    said = ServerMessage("getting [version] 3.3.1\x1b[31m")
    assert heard((0, said), terminal=terminal) == "getting [version] 3.3.1\\x1b[31m\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_stage_that_is_not_announced_counts_from_its_first_step(terminal: bool) -> None:
    first = StageAdvanced("items", "chat", 0, 1)
    assert heard((50.0, first), terminal=terminal) == ""
