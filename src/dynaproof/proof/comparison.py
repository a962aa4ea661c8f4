"""What came of a call, held against the facts: its answer, or what its writes left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from dynaproof.facts.sql_problem import SqlError
from dynaproof.items.changed_items import Change, ExpectedChanges, ItemChanges
from dynaproof.items.item_views import TypedView
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.codes import Code
from dynaproof.model.definition import Definition
from dynaproof.model.diagnostic import Diagnostic
from dynaproof.proof.answer_check import AnswerCheck
from dynaproof.proof.attempt import Attempt
from dynaproof.proof.collision import collision_difference
from dynaproof.proof.differences import Difference
from dynaproof.proof.drift import drift, keys_to_read
from dynaproof.proof.expectations import tells_of_request
from dynaproof.proof.flow import Outcome
from dynaproof.proof.parameters import NOTHING
from dynaproof.proof.restore import Item, Key


@dataclass(frozen=True, slots=True)
class Compared:
    """``compared`` is False where there is nothing to hold the call against."""

    compared: bool
    difference: Difference | None = None


Stored = Callable[[Sequence[Key]], Mapping[Key, Item | None]]
"""Reads items as they are stored before any call, by keys with whole table names."""


class Comparison:
    """Holds calls against the facts as they stand. Close it, before the facts change.

    ``stored`` is asked for items that a write should have changed, and did not touch.
    """

    def __init__(
        self,
        definition: Definition,
        connection: duckdb.DuckDBPyConnection,
        stored: Stored,
        *,
        table_prefix: str = "",
        answers: AnswerCheck | None = None,
        views: Sequence[TypedView] | None = None,
    ) -> None:
        self._definition = definition
        self._connection = connection
        self._stored = stored
        self._prefix = table_prefix
        self._answers = answers or AnswerCheck(definition)
        self._views = views
        self._changes: ItemChanges | None = None
        self._after: dict[str, ExpectedChanges] = {}

    def of(self, pattern: AccessPattern, attempt: Attempt) -> Compared:
        """Compare one call; raises InputError where SQL fails on the facts."""
        driven = attempt.driven
        if driven is None:
            return Compared(False)
        handlers = attempt.delivered.differences if attempt.delivered else []
        if handlers:
            return Compared(True, handlers[0])
        if _refused(pattern, attempt, driven.outcome):
            return Compared(True, _of_refusal(driven.outcome))
        if pattern.question is not None:
            read = driven.outcome.read
            if read is None or driven.outcome.error is not None:
                return Compared(False)
            values = attempt.parameters.values
            return Compared(True, self._answers.check(self._connection, pattern, values, read))
        if driven.outcome.error is not None:
            failed = pattern.change is not None or pattern.expect.fails is not None
            return Compared(failed, self.drift({}, attempt, failed=True))
        if pattern.change is None or attempt.parameters.label == NOTHING:
            return Compared(False)
        expected = self.after(pattern, [(pattern.change, attempt.parameters.values)])
        if expected.collisions:
            return Compared(True, collision_difference(expected.collisions, self._definition))
        if expected.faults:
            return Compared(True, _not_storable(expected.faults))
        return Compared(True, self.drift(expected.items, attempt))

    def after(self, pattern: AccessPattern, changes: Sequence[Change]) -> ExpectedChanges:
        """The items that differ after changes; raises InputError at the pattern's change."""
        same = repr([(sql, sorted(values.items())) for sql, values in changes])
        if same in self._after:  # records are delivered in several ways after one change
            return self._after[same]
        if self._changes is None:
            self._changes = ItemChanges(self._connection, self._definition, self._views)
        try:
            expected = self._after[same] = self._changes.after(changes)
            return expected
        except SqlError as error:
            place = self._definition.source.place("access_patterns", pattern.name, "change")
            raise error.at(place) from error

    def drift(
        self, expected: Mapping[Key, Item | None], attempt: Attempt, *, failed: bool = False
    ) -> Difference | None:
        """What the writes of a call left that they should not have, or did not leave."""
        touched = list(attempt.first)
        keys = keys_to_read(expected, touched, self._prefix)
        untouched = self._stored(keys[len(touched) :]) if len(keys) > len(touched) else {}
        return drift(
            expected,
            {**attempt.first, **untouched},
            {**attempt.now, **untouched},
            prefix=self._prefix,
            failed=failed,
        )

    def close(self) -> None:
        """Forget the items as they were; may be called again."""
        self._after = {}
        if self._changes is not None:
            self._changes.close()
            self._changes = None


def _refused(pattern: AccessPattern, attempt: Attempt, outcome: Outcome) -> bool:
    """Whether DynamoDB refused a request that the facts gave rise to: it should have been right.

    A call that lacks a value is none that anybody makes.
    """
    given = attempt.parameters
    if pattern.expect.fails == outcome.error or given.label == NOTHING:
        return False
    if any(value is None for value in given.values.values()):
        return False
    asked = pattern.question is not None or pattern.change is not None
    return asked and tells_of_request(outcome.error, outcome.error_message)


def _of_refusal(outcome: Outcome) -> Difference:
    said = outcome.error_message or outcome.error
    return Difference(Code.NOT_ACCEPTED, f"DynamoDB refuses the request: {said}", total=1)


def _not_storable(faults: Sequence[Diagnostic]) -> Difference:
    return Difference(Code.NOT_STORABLE, faults[0].message, total=len(faults))
