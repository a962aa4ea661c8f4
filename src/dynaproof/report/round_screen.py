"""A terminal that watches a definition: counterexamples as they come, then the round."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from dynaproof.model.definition import Definition
from dynaproof.proof.events import (
    SAVE,
    CounterexampleFound,
    Event,
    HardFactsTried,
    Listener,
    PatternFinished,
    StageStarted,
)
from dynaproof.proof.rounds.round import Refused, Round, Standing
from dynaproof.proof.search.counterexample import Counterexample
from dynaproof.report.figures import counted
from dynaproof.report.plain_values import printable
from dynaproof.report.round_text import print_round
from dynaproof.report.story import print_story


class RoundScreen:
    """Prints to ``console``; what it does not know itself goes on to ``listen``.

    ``clear``: each save begins with an empty screen, where there is a terminal.
    """

    def __init__(self, console: Console, listen: Listener, *, clear: bool = False) -> None:
        self._console = console
        self._listen = listen
        self._clear = clear and console.is_terminal
        self._definition: Definition | None = None
        self._untold: list[Counterexample] = []

    def hear(self, event: Event) -> None:
        """Print what is found at once: a line amid a round, the whole story after it."""
        match event:
            case StageStarted(stage) if stage == SAVE:
                self._definition = None
                if self._clear:
                    self._console.clear()
            case CounterexampleFound(one):
                if self._definition is not None:
                    self._tell(one, self._definition)
                else:
                    self._untold.append(one)
                    self._say(f"  found: {one.code.value} {_where(one)}", "red")
            case PatternFinished(result):
                standing = Standing(result)
                if standing.is_wrong:
                    self._say(f"  {result.pattern.name}: {standing.word}", "red")
            case HardFactsTried(patterns, fact_sets, seconds):
                tried = counted(patterns, "access pattern")
                sets = counted(fact_sets, "set")
                self._say(f"  {tried} tried on {sets} of hard facts after {seconds:.1f} s", "dim")
            case _:
                self._listen(event)

    def show(self, one: Round | Refused) -> None:
        """Print a round, and the stories of what it found."""
        print_round(one, self._console)
        self._console.print()
        untold, self._untold = self._untold, []
        if isinstance(one, Round):
            self._definition = one.definition
            for found in untold:
                self._tell(found, one.definition)

    def _tell(self, one: Counterexample, definition: Definition) -> None:
        print_story(one, definition, self._console)
        self._console.print()

    def _say(self, text: str, style: str) -> None:
        self._console.print(Text(printable(text), style), soft_wrap=True)


def _where(one: Counterexample) -> str:
    name = f"'{one.pattern.name}': " if one.pattern else ""
    return f"{name}{one.difference.summary}"
