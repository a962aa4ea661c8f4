"""Filters as sheets state them, to a FilterExpression: ``status = open``, ``contains(tags, x)``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.incoming.placeholders import Parameters, escaped
from dynaproof.exchange.incoming.sheet.conditions import template_of
from dynaproof.exchange.incoming.sheet.requests import RowRequest
from dynaproof.model.template import Template

_ATTRIBUTE = r"#?(?P<name>[A-Za-z_][\w.-]{0,80})"
_COMPARED = re.compile(
    rf"{_ATTRIBUTE}\s*(?P<operator>==|!=|<>|>=|<=|=|>|<(?![\w .-]{{1,60}}>))\s*(?P<value>\S.*)",
    re.DOTALL,
)
_FUNCTION = re.compile(
    rf"(?P<function>begins_with|contains|attribute_exists|attribute_not_exists)"
    rf"\s*\(\s*{_ATTRIBUTE}\s*(?:,\s*(?P<value>[^()]+?)\s*)?\)",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"\s+(and|or)\s+|\s*(&&?)\s*|(\n)", re.IGNORECASE)
_NOT_A_FILTER = re.compile(
    r"\s*(?:limit|top)\s*[=:]?\s*[0-9]+\s*|\s*scan_?index_?forward\s*[=:]?\s*(?:true|false)\s*"
    r"|\s*(?:desc|asc)(?:ending)?\s*|\s*newest first\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")


@dataclass(slots=True)
class SheetFilter:
    """A filter in the short form; ``problem``: what could not be read, and is left out."""

    expression: str = ""
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    parameters: dict[str, object] = field(default_factory=dict)
    asked: dict[str, DraftField] = field(default_factory=dict)
    """Fields, by attribute, that items need so that the filter finds some of them."""
    problem: str = ""

    @property
    def form(self) -> dict[str, object]:
        """Its keys of ``query`` and ``scan``."""
        if not self.expression:
            return {}
        made: dict[str, object] = {"filter": self.expression, "names": self.names}
        return made | ({"values": self.values} if self.values else {})


def sheet_filter(request: RowRequest) -> SheetFilter:
    """Read the filter of a row; all of it, or nothing."""
    made = SheetFilter()
    text = re.sub(r"^\s*(?:filter(?:[ _-]?expression)?|where)\b\s*[:=]?\s*", "", request.filter[:1_000],
                  flags=re.IGNORECASE)  # fmt: skip
    pieces = _JOINTS.split(text)
    conditions, joints = pieces[::4], pieces[1::4]
    kept: list[str] = []
    for position, condition in enumerate(conditions):
        if not condition.strip() or _NOT_A_FILTER.fullmatch(condition):
            continue
        one = _condition(condition.strip(" ;,."), made)
        if one is None:
            said = " ".join(request.filter.split())[:60]
            return SheetFilter(problem=f"the filter is left out: {said}")
        joint = joints[position - 1] if position else None
        kept.append(f"{(joint or 'and').upper()} {one}" if kept else one)
    made.expression = " ".join(kept)
    return made


def _condition(text: str, made: SheetFilter) -> str | None:
    function = _FUNCTION.fullmatch(text)
    if function is not None:
        name = function["function"].lower()
        made.asked.setdefault(function["name"], DraftField("", null=0.5))
        path = _name(made, function["name"])
        if name.startswith("attribute"):
            return f"{name}({path})" if function["value"] is None else None
        if function["value"] is None:
            return None
        return f"{name}({path}, {_value(made, function['value'])})"
    compared = _COMPARED.fullmatch(text)
    if compared is None:
        return None
    operator = {"==": "=", "!=": "<>"}.get(compared["operator"], compared["operator"])
    label = _value(made, compared["value"])
    made.asked.setdefault(compared["name"], _field_of(made.values[label], made.parameters))
    return f"{_name(made, compared['name'])} {operator} {label}"


def _field_of(value: object, parameters: Mapping[str, object]) -> DraftField:
    """A field of which some rows have the value that a filter compares with."""
    match value:
        case bool():
            return DraftField("", "BOOL", "boolean")
        case int() | float():
            low, high = math.floor(value) - 1, math.ceil(value) + 1
            return DraftField("", "N", "integer", {"min": low, "max": high})
    said = Template.parse(str(value))
    sole = said.sole_field
    source = parameters.get(sole.name) if sole is not None else None
    text = source.get("value") if isinstance(source, Mapping) else said.prefix
    return DraftField("", values=tuple(dict.fromkeys((str(text) or "some", "other"))))


def _name(made: SheetFilter, attribute: str) -> str:
    label = f"#f{len(made.names) + 1}"
    made.names[label] = escaped(attribute)
    return label


def _value(made: SheetFilter, text: str) -> str:
    label = f":f{len(made.values) + 1}"
    text = text.strip()
    if _NUMBER.fullmatch(text):
        made.values[label] = float(text) if "." in text else int(text)
    elif text.lower() in ("true", "false"):
        made.values[label] = text.lower() == "true"
    else:
        parameters = Parameters()
        made.values[label] = template_of(text, parameters)
        for name, said in parameters.names.items():
            made.parameters[name] = {"value": said}
    return label
