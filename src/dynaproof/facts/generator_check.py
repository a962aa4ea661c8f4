"""What is wrong with a generator: its kind, its options, its uniqueness. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from dynaproof.facts.kinds import (
    KINDS,
    MAX_DECIMAL_DIGITS,
    OptionRule,
    date_bounds,
    did_you_mean,
    scaled_bounds,
    timestamp_bounds,
    values,
    whole,
)
from dynaproof.model.entity import Generator, Option

Problem = tuple[str, str]
"""What is wrong, and a hint of what would be right."""
_UNIQUE_LENGTH = 12  # a unique text ends with a number of its own


def check_generator(
    generator: Generator, *, unique: bool = False, parameter: bool = False
) -> list[Problem]:
    """What is wrong with a generator: its kind, its options, or its uniqueness."""
    kind = KINDS.get(generator.kind)
    known = [k.name for k in KINDS.values() if parameter or not k.parameters_only]
    if kind is None:
        message = f"there is no generator '{generator.kind}'"
        return [(message, did_you_mean(generator.kind, known, "Generators are"))]
    if kind.parameters_only and not parameter:
        return [(f"the generator '{kind.name}' is for parameters only", "")]
    problems: list[Problem] = []
    for name, value in generator.options.items():
        rule = kind.options.get(name)
        if rule is None:
            message = f"the generator '{kind.name}' has no option '{name}'"
            problems.append((message, did_you_mean(name, kind.options, "Its options are")))
        elif wrong := _ill_typed(rule, value):
            problems.append(
                (f"{name} of the generator '{kind.name}' must be {wrong}", rule.meaning)
            )
    problems += [
        (f"the generator '{kind.name}' needs {name}", rule.meaning)
        for name, rule in kind.options.items()
        if rule.required and name not in generator.options
    ]
    if not problems:
        problems += _contradictions(generator)
    if not problems and unique and kind.unique == "no":
        problems.append((f"the generator '{kind.name}' cannot be unique", "Leave out unique."))
    if (
        not problems
        and unique
        and kind.name == "sentence"
        and whole(generator, "max_length") < _UNIQUE_LENGTH
    ):
        problems.append(("a unique sentence needs a max_length of 12 or more", ""))
    if (
        not problems
        and unique
        and kind.name == "text"
        and whole(generator, "min_length") < _UNIQUE_LENGTH
    ):
        problems.append(("a unique text needs a min_length of 12 or more", ""))
    return problems


def _ill_typed(rule: OptionRule, value: Option) -> str:
    """What the value must be, when it is not; else empty."""
    if not _TYPE_TESTS[rule.takes](value):
        return _NAMES[rule.takes]
    if rule.among and value not in rule.among:
        return "one of " + ", ".join(rule.among)
    if isinstance(value, int):
        if rule.minimum is not None and value < rule.minimum:
            return f"at least {rule.minimum}"
        if rule.maximum is not None and value > rule.maximum:
            return f"at most {rule.maximum}"
    return ""


def _is_number(value: Option) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _is_share(value: Option) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= 1


def _is_date(value: Option) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_instant(value: Option) -> bool:
    try:
        return isinstance(value, str) and 1 <= datetime.fromisoformat(value).year < 9999
    except ValueError:
        return False


_TYPE_TESTS: Mapping[str, Callable[[Option], bool]] = {
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _is_number,
    "share": _is_share,
    "text": lambda value: isinstance(value, str) and value != "",
    "date": _is_date,
    "instant": _is_instant,
    "list": lambda value: isinstance(value, tuple) and len(value) > 0,
}
_NAMES: Mapping[str, str] = {
    "whole number": "a whole number",
    "number": "a number",
    "share": "a number from 0 to 1",
    "text": "a text",
    "date": "a date such as 2026-01-31",
    "instant": "a date or an instant such as 2026-01-31T12:00:00Z",
    "list": "a list with at least one value",
}


def _contradictions(generator: Generator) -> list[Problem]:
    match generator.kind:
        case "integer":
            return _order(whole(generator, "min"), whole(generator, "max"), "min", "max")
        case "text":
            low, high = (whole(generator, name) for name in ("min_length", "max_length"))
            return _order(low, high, "min_length", "max_length")
        case "decimal":
            low, high = scaled_bounds(generator)
            limit = 10**MAX_DECIMAL_DIGITS
            if low <= -limit or high >= limit:
                return [(f"a decimal has at most {MAX_DECIMAL_DIGITS} digits, places included", "")]
            return _order(low, high, "min", "max")
        case "timestamp":
            return _order(*timestamp_bounds(generator), "from", "to")
        case "date":
            return _order(*date_bounds(generator), "from", "to")
        case "sequence" if whole(generator, "step") == 0:
            return [("step of the generator 'sequence' must not be 0", "")]
        case "choice":
            return _choice_problems(generator)
    return []


def _order(low: int, high: int, low_name: str, high_name: str) -> list[Problem]:
    if low <= high:
        return []
    return [(f"there is nothing between {low_name} and {high_name}", f"Raise {high_name}.")]


def _choice_problems(generator: Generator) -> list[Problem]:
    chosen, weights = values(generator, "values"), values(generator, "weights")
    texts = [isinstance(value, str) for value in chosen]
    truths = [isinstance(value, bool) for value in chosen]
    if None in chosen or (any(texts) and not all(texts)) or (any(truths) and not all(truths)):
        return [("values of the generator 'choice' must be all of one type", "Quote the texts.")]
    if not all(texts) and not all(truths) and not all(map(_is_number, chosen)):
        return [("values of the generator 'choice' must be texts, numbers or truth values", "")]
    if not weights:
        return []
    if len(weights) != len(chosen):
        message = f"choice has {len(chosen)} values and {len(weights)} weights"
        return [(message, "Give one weight for each value.")]
    numbers = [w for w in weights if isinstance(w, int | float) and not isinstance(w, bool)]
    if len(numbers) < len(weights) or min(numbers) < 0 or not 0 < sum(numbers) < float("inf"):
        return [("weights of the generator 'choice' must be numbers, not negative, not all 0", "")]
    return []
