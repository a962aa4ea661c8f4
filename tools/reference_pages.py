"""Write the generated pages of docs/reference: codes, command line, generators.

Run it after a change: ``python tools/reference_pages.py``. tests/unit/test_architecture.py holds
the pages against the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from dynaproof.cli import main
from dynaproof.facts.generators_page import generators_page
from dynaproof.model.codes import Code

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
RANGES = {
    "1": "The file and the language",
    "2": "Facts and SQL",
    "3": "Tables and items",
    "4": "Access patterns",
    "5": "The environment",
    "6": "Expectations of a run",
    "7": "The design of a model",
    "8": "Answers and items held against the facts",
}
CODES_HEAD = """\
Every finding and error has a code that stays the same from version to version, a place in a file
where there is one, a message, and a hint about what would be right. Codes DP1 to DP4 end with exit
status 2, DP5 with 3, DP6 and DP8 with 1. DP7 are warnings; [each has a page](design/README.md)."""
EXIT_STATUS = """\
| exit status | what happened |
| --- | --- |
| 0 | everything held |
| 1 | an expectation is broken, or a call failed that was not to |
| 2 | a definition, a file or an option is wrong |
| 3 | Java, network, server, endpoint or disk |
| 130, 141, 143 | Ctrl-C, the reader of the output went away, SIGTERM |
"""


def codes_page() -> str:
    """Every code with its meaning."""
    lines = [
        "# Codes",
        "",
        "Written from `src/dynaproof/model/codes.py` by `tools/reference_pages.py`.",
        "",
        CODES_HEAD,
    ]
    for digit, title in RANGES.items():
        lines += ["", f"## {title}", "", "| code | meaning |", "| --- | --- |"]
        lines += [f"| {code.value} | {code.meaning} |" for code in Code if code.value[2] == digit]
    return "\n".join(lines) + "\n"


def cli_page() -> str:
    """The help of every command."""
    lines = [
        "# The command line",
        "",
        "Written from `src/dynaproof/cli/` by `tools/reference_pages.py`.",
        "",
        EXIT_STATUS,
    ]
    for path, text in command_helps(main, ("dynaproof",)):
        lines += [f"## {' '.join(path)}", "", "```", text.rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def command_helps(
    command: click.Command, path: tuple[str, ...], parent: click.Context | None = None
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The help of a command and of all commands below it."""
    context = click.Context(
        command,
        parent,
        path[-1],
        terminal_width=88,
        max_content_width=88,
        color=False,
        **command.context_settings,
    )
    yield path, command.get_help(context)
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from command_helps(inner, (*path, name), context)


PAGES = {"codes.md": codes_page, "cli.md": cli_page, "generators.md": generators_page}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
