"""Saved queries of a OneTable schema, to requests.

https://github.com/sensedeep/dynamodb-onetable/blob/main/doc/schema-1.1.0.md#queries
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.described_keys import Described, parsed
from dynaproof.exchange.incoming.index_filters import without_unprojected
from dynaproof.exchange.incoming.onetable.models import Params
from dynaproof.exchange.incoming.pattern_names import pattern_name
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.table import KeyAttribute, Table

_SORT = {
    "equal": "eq",
    "less than": "lt",
    "less than or equal": "le",
    "greater than": "gt",
    "greater than or equal": "ge",
    "begins with": "begins_with",
    "between": "between",
}
_FILTERS = {
    "equal": "{path} = {value}",
    "not equal": "{path} <> {value}",
    "less than": "{path} < {value}",
    "less than or equal": "{path} <= {value}",
    "greater than": "{path} > {value}",
    "greater than or equal": "{path} >= {value}",
    "begins with": "begins_with({path}, {value})",
    "contains": "contains({path}, {value})",
    "does not contain": "NOT contains({path}, {value})",
    "existing": "attribute_exists({path})",
    "not existing": "attribute_not_exists({path})",
}
_MOST = 1_000_000


def read_queries(
    given: JsonReader, table: Table, models: Mapping[str, Described], params: Params
) -> list[DraftPattern]:
    """Read ``queries``: each is a Query, or a Scan where it says so or has no partition key."""
    return [
        _Query(name, spec, table, models, params).read() for name, spec in given.members().items()
    ]


class _Query:
    def __init__(
        self,
        said: str,
        spec: JsonReader,
        table: Table,
        models: Mapping[str, Described],
        params: Params,
    ) -> None:
        self.said = said
        self.spec = spec
        self.table = table
        self.models = models
        self.params = params
        self.names: dict[str, str] = {}
        self.values: dict[str, object] = {}
        self.parameters: dict[str, object] = {}

    def read(self) -> DraftPattern:
        spec = self.spec
        name = pattern_name(self.said)
        index_name = spec.text("index") or "primary"
        index = None if index_name == "primary" else self.table.index(index_name)
        scans = spec.text("type").lower() == "scan"
        hash_ = spec.text("hash")
        model = self.models.get(spec.text("model"))
        described = spec.text("description") or self.said
        spec.ignore("name", "schema", "operation", "sort", "filters", "limit", "cursor", "params")
        spec.unknown_keys()
        if index is None and index_name != "primary":
            spec.report(f"the table has no index '{index_name[:60]}'", "index")
            return DraftPattern(name, described, place=spec.path)
        made: dict[str, object] = {"table": self.table.name}
        if index is not None:
            made["index"] = index.name
        keys = (
            (self.table.partition_key, self.table.sort_key)
            if index is None
            else (index.partition_key[0], index.sort_key[0] if index.sort_key else None)
        )
        if not hash_ and not scans and model is not None:
            partition: object = self.of_model(model, keys[0])
        else:
            partition = self.literal(hash_, keys[0]) if hash_ else None
        queries = partition is not None and not scans
        if queries:
            made["partition_key"] = partition
            self.sort_key(made, keys[1], model if not hash_ else None)
        elif not scans:
            spec.report("the query has no value for the partition key; it is a scan", "hash")
        self.filters(made, model if not queries else None)
        limit = spec.whole("limit")
        if limit is not None and 0 < limit <= _MOST:
            made["limit"] = limit
        made, why = without_unprojected(made, self.table, None if index is None else index.name)
        if why is not None:
            spec.report(why, "filters")
        return DraftPattern(
            name,
            described,
            "query" if queries else "scan",
            made,
            self.parameters,
            place=spec.path,
        )

    def of_model(self, model: Described, key: KeyAttribute) -> str | None:
        """The partition key of a model's items, its fields drawn from the facts."""
        template = model.template_of(key.name)
        if template is None:
            return None
        for name in parsed(template).names:
            self.parameters[name] = f"{model.name}.{name}"
        return template

    def literal(self, text: str, key: KeyAttribute) -> object:
        """A value as it is saved, or drawn from the facts where it is of a model's template."""
        for model in self.models.values():
            template = parsed(model.template_of(key.name) or "")
            if template.names and template.prefix and template.match(text) is not None:
                return self.of_model(model, key)
        return self.value(text, key.type)

    def value(self, text: str, kind: str) -> object:
        if kind == "N":
            try:
                number = Decimal(text.strip())
            except ArithmeticError:
                return escaped(text)
            if number.is_finite() and abs(number.adjusted()) < 30:
                return int(number) if number == number.to_integral_value() else float(number)
        return escaped(text)

    def sort_key(
        self, made: dict[str, object], key: KeyAttribute | None, model: Described | None
    ) -> None:
        spec = self.spec
        said = spec.text("operation").strip().lower()
        given = spec.value.get("sort")
        if given in (None, "") or key is None:
            if model is not None and key is not None:
                prefix = parsed(model.template_of(key.name) or "").prefix
                if prefix:
                    made["sort_key"] = {"begins_with": escaped(prefix)}
            return
        operator = _SORT.get(said or "equal")
        values = given if isinstance(given, list) else [given]
        texts = [str(one) for one in values if isinstance(one, str | int | Decimal)]
        if operator is None or len(texts) != (2 if operator == "between" else 1):
            spec.report(f"the condition on the sort key is left out: {said[:40]}", "operation")
            return
        operands = [self.value(text, key.type) for text in texts]
        made["sort_key"] = {operator: operands if operator == "between" else operands[0]}

    def filters(self, made: dict[str, object], model: Described | None) -> None:
        parts: list[str] = []
        if model is not None:
            said = next(said for said, one in self.models.items() if one is model)
            parts.append(f"{self.name(self.params.type_field)} = {self.label(escaped(said))}")
        for spec in self.spec.objects("filters"):
            attribute = spec.text("field")
            template = _FILTERS.get(spec.text("operation").strip().lower())
            joint = spec.one_of("combine", ("And", "Or"), "And")
            value = spec.raw("value")
            kind = spec.text("type").lower()
            spec.unknown_keys()
            if template is None or not attribute or isinstance(value, dict | list):
                spec.report("the filter is left out: it cannot be read")
                continue
            label = ""
            if "{value}" in template:
                label = self.label(self.filter_value(value, kind))
            part = template.format(path=self.name(attribute), value=label)
            parts.append(f"{str(joint).upper()} {part}" if parts else part)
        if not parts:
            return
        made["filter"] = " ".join(
            part if not n or part.startswith(("AND ", "OR ")) else f"AND {part}"
            for n, part in enumerate(parts)
        )
        made["names"] = self.names
        if self.values:
            made["values"] = self.values

    def filter_value(self, value: object, kind: str) -> object:
        if kind == "number" and isinstance(value, str):
            return self.value(value, "N")
        if kind == "boolean" and isinstance(value, str):
            return value.strip().lower() == "true"
        if isinstance(value, str):
            return escaped(value)
        if isinstance(value, Decimal):
            return self.value(str(value), "N")
        return value

    def name(self, attribute: str) -> str:
        label = next((one for one, name in self.names.items() if name == escaped(attribute)), None)
        if label is None:
            label = f"#f{len(self.names) + 1}"
            self.names[label] = escaped(attribute)
        return label

    def label(self, value: object) -> str:
        label = f":f{len(self.values) + 1}"
        self.values[label] = value
        return label
