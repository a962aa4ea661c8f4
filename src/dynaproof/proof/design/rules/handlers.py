"""What stream handlers write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.model.access_pattern import StreamHandler
from dynaproof.model.expressions.syntax_tree import (
    Arithmetic,
    Function,
    Operand,
    Update,
    Value,
)
from dynaproof.model.template import Template, TemplateError
from dynaproof.model.texts import texts_in
from dynaproof.proof.design.finding import Finding
from dynaproof.proof.design.request_events import steps_below
from dynaproof.proof.design.requests import Flow, Write, mapped
from dynaproof.proof.design.subject import Design

_RECORD = frozenset({"new", "old"})


def unguarded_handlers(design: Design) -> Iterator[Finding]:
    """A stream handler writes without a guard against a record that comes again, or late.

    A stream delivers each record at least once: a batch that fails half way comes again as a
    whole. A counter that is added to counts twice; a preview that is put from an older record
    covers the newer one.

    Right is a condition that lets a write through once and forwards only
    (``condition: attribute_not_exists(sk) OR last_at < :at``, with ``may_fail:
    ConditionalCheckFailedException``), or a write whose content is read anew from the table, so
    that the last one is right whatever came before. Deletes, writes in a transaction with a
    condition, steps with ``if``, and copies that are named by the record's own key are left alone.
    """
    for flow in design.flows:
        if not isinstance(flow.owner, StreamHandler):
            continue
        conditional = _conditional_steps(flow.owner, flow)
        for write in flow.writes:
            if write.request_path in conditional or _guarded(write):
                continue
            problem = _problem(flow.owner, write)
            if problem:
                yield Finding(
                    f"this handler {problem} without a condition",
                    write.path("UpdateExpression" if write.update else "Item"),
                    "A record may come twice, or late: write with a condition that lets it"
                    " through once and forwards only, with may_fail.",
                    (*write.about, flow.path),
                )


def _conditional_steps(handler: StreamHandler, flow: Flow) -> set[tuple[str | int, ...]]:
    placed = list(steps_below(handler.steps, (*flow.path, "steps")))
    asked = [path for step, path in placed if step.condition is not None]
    return {path for _, path in placed if any(path[: len(one)] == one for one in asked)}


def _guarded(write: Write) -> bool:
    if write.conditional:
        return True
    if write.request.operation != "TransactWriteItems":
        return False
    items = write.request.arguments.get("TransactItems")
    return isinstance(items, list | tuple) and any(
        "ConditionExpression" in mapped(part) for item in items for part in mapped(item).values()
    )


def _problem(handler: StreamHandler, write: Write) -> str:
    if write.item is not None:
        content = {name: one for name, one in write.item.items() if name not in write.key}
        if not _of_record(content) or _copies(handler, write):
            return ""
        return "puts what a record says"
    if write.operation != "UpdateItem" or write.update is None:
        return ""
    if write.update.adds and not _adds_to_sets(write):
        return "adds to a number"
    if any(_computes(action.value) for action in write.update.sets):
        return "computes a value from the one before"
    values = mapped(write.arguments.get("ExpressionAttributeValues"))
    return "sets what a record says" if _of_record(_set_values(write.update, values)) else ""


def _computes(value: Operand | Arithmetic) -> bool:
    return isinstance(value, Arithmetic) or (
        isinstance(value, Function) and value.name == "list_append"
    )


def _adds_to_sets(write: Write) -> bool:
    values = mapped(write.arguments.get("ExpressionAttributeValues"))
    added = [values.get(action.value.name) for action in write.update.adds] if write.update else []
    return all(isinstance(one, Mapping) and set(one) <= {"SS", "NS", "BS"} and one for one in added)


def _set_values(update: Update, values: Mapping[str, object]) -> list[object]:
    return [
        values.get(action.value.name) for action in update.sets if isinstance(action.value, Value)
    ]


def _of_record(value: object) -> bool:
    return any(name.partition(".")[0] in _RECORD for name in _names(value))


def _copies(handler: StreamHandler, write: Write) -> bool:
    """Whether each record has an item of its own, named by all of the record's key."""
    if handler.event != "insert":
        return False
    used = _names(list(write.key.values()))
    keys = [one.partition(".")[2] for one in used if one.startswith(("new.", "keys."))]
    return len(set(keys)) >= 2 or any(one.startswith("key.") for one in used)


def _names(value: object) -> list[str]:
    found: list[str] = []
    for _, text in texts_in(value):
        try:
            found += Template.parse(text).names
        except TemplateError:
            continue
    return found
