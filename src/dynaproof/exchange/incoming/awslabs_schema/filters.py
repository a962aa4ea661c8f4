"""``filter_expression`` of awslabs' schema JSON: conditions on fields, to a FilterExpression."""

from __future__ import annotations

from dataclasses import dataclass, field

from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.described_keys import Described
from dynaproof.exchange.incoming.described_requests import Binding
from dynaproof.exchange.incoming.placeholders import escaped

_COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
_FUNCTIONS = ("contains", "begins_with", "attribute_exists", "attribute_not_exists", "size")


@dataclass(slots=True)
class Filter:
    """A filter of a query or scan; ``values`` are parameters by label, entered when it is used."""

    expression: str = ""
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, tuple[str, object]] = field(default_factory=dict)

    def form(self, binding: Binding) -> dict[str, object]:
        """Its keys in the short form; its parameters are entered."""
        if not self.expression:
            return {}
        values: dict[str, object] = {
            label: f"${{{binding.bind(name, source)}}}"
            for label, (name, source) in self.values.items()
        }
        made: dict[str, object] = {"filter": self.expression, "names": self.names}
        return made | ({"values": values} if values else {})


def read_filter(entry: JsonReader, entity: Described, binding: Binding) -> Filter:
    """Read the filter of a pattern; its parameters are taken from those that are open."""
    made = Filter()
    given = entry.raw("filter_expression")
    if isinstance(given, str):
        entry.report("a filter that is a text is left out", "filter_expression")
        return made
    spec = entry.child("filter_expression")
    parts: list[str] = []
    for condition in spec.objects("conditions"):
        part = _condition(condition, entity, made, binding)
        if part:
            parts.append(part)
        condition.ignore("description")
        condition.unknown_keys()
    joint = spec.one_of("logical_operator", ("AND", "OR"), "AND")
    made.expression = f" {joint} ".join(parts)
    spec.unknown_keys()
    return made


def _condition(spec: JsonReader, entity: Described, made: Filter, binding: Binding) -> str:
    said = spec.text("field")
    known = entity.said.get(said)
    attribute = entity.attribute_of(known) if known is not None else said
    if not attribute:
        spec.report("the condition names no field", "field")
        return ""
    function = spec.one_of("function", _FUNCTIONS)
    operator = spec.one_of("operator", (*_COMPARATORS, "between", "in"))
    path = _name(made, attribute)
    if function in ("attribute_exists", "attribute_not_exists"):
        return f"{function}({path})"
    names = [spec.text("param"), spec.text("param2"), *spec.texts("params")]
    operands = [_value(made, name, known, entity, binding, function) for name in names if name]
    if function in ("contains", "begins_with") and operands:
        return f"{function}({path}, {operands[0]})"
    subject = f"size({path})" if function == "size" else path
    if operator == "between" and len(operands) >= 2:
        return f"{subject} BETWEEN {operands[0]} AND {operands[1]}"
    if operator == "in" and operands:
        return f"{subject} IN ({', '.join(operands)})"
    if operator in _COMPARATORS and operands:
        return f"{subject} {operator} {operands[0]}"
    spec.report("the condition is left out: it has no operator, or no parameter for it")
    return ""


def _name(made: Filter, attribute: str) -> str:
    label = next((one for one, name in made.names.items() if name == escaped(attribute)), None)
    if label is None:
        label = f"#f{len(made.names) + 1}"
        made.names[label] = escaped(attribute)
    return label


def _value(
    made: Filter,
    said: str,
    known: str | None,
    entity: Described,
    binding: Binding,
    function: str | None,
) -> str:
    """A value of the filter; it is of the column that it is compared with, where it can be."""
    parameter = binding.take(said, positional=False)
    numeric = parameter is not None and parameter.type in ("integer", "decimal", "number")
    column = entity.fields.get(known) if known is not None else None
    source: object = {"value": 1 if numeric or function == "size" else said}
    if column is not None and function != "size" and column.type in ("S", "N", "BOOL"):
        source = f"{entity.name}.{known}"
    label = f":f{len(made.values) + 1}"
    made.values[label] = (said, source)
    return label
