"""What the terminal would show, as plain text."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console

PLAIN_WIDTH = 100
"""Columns where no terminal says how wide it is."""


def plain_text(write: Callable[[Console], None], width: int = PLAIN_WIDTH) -> str:
    """Give what ``write`` prints, without colours and without blanks at the ends of lines."""
    stream = io.StringIO()
    write(
        Console(
            file=stream,
            width=width,
            # A notebook's kernel asks for colours and for display; this is text alone.
            force_jupyter=False,
            force_terminal=False,
            color_system=None,
            highlight=False,
            markup=False,
            emoji=False,
        )
    )
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
