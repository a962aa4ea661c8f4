"""Access patterns of awslabs' schema JSON, to the language's short forms with parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dynaproof.exchange.draft import DraftPattern
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.awslabs_schema.entities import SchemaTable
from dynaproof.exchange.incoming.awslabs_schema.filters import Filter, read_filter
from dynaproof.exchange.incoming.described_keys import Described, parsed
from dynaproof.exchange.incoming.described_requests import (
    Binding,
    Said,
    filled,
    item_of,
    key_of,
)
from dynaproof.exchange.incoming.index_filters import without_unprojected
from dynaproof.exchange.incoming.pattern_names import pattern_name
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.template import Field, Template

_RANGES = {"begins_with": 1, "between": 2, ">=": 1, "<=": 1, ">": 1, "<": 1}
_OPERATORS = {">=": "ge", "<=": "le", ">": "gt", "<": "lt", "begins_with": "begins_with"}


def read_patterns(table: SchemaTable) -> list[DraftPattern]:
    """Read ``access_patterns`` of a table's entities."""
    found: list[DraftPattern] = []
    for said, entity in table.entities.items():
        spec = JsonReader(
            _object(_object(table.place.value.get("entities")).get(said)),
            f"{table.place.at('entities')}.{said}",
            table.place.not_carried,
        )
        found += [
            _Pattern(entry, entity, table).read() for entry in spec.objects("access_patterns")
        ]
    return found


def read_parameters(entry: JsonReader) -> list[Said]:
    """Read ``parameters`` of a pattern."""
    found: list[Said] = []
    for one in entry.objects("parameters"):
        name = one.text("name").strip()
        if not name:
            one.report("a parameter without a name")
            continue
        found.append(Said(name, one.text("type", "string"), one.text("entity_type")))
        one.ignore("description", "required", "default")
        one.unknown_keys()
    return found


def described(entry: JsonReader) -> tuple[str, str]:
    """Name and description of a pattern."""
    number = entry.text("pattern_id")
    said = entry.text("description")
    name = pattern_name(entry.text("name") or said, number)
    return name, f"{number}: {said}" if number and said else said


@dataclass(slots=True)
class _Pattern:
    entry: JsonReader
    entity: Described
    table: SchemaTable

    def read(self) -> DraftPattern:
        name, description = described(self.entry)
        said = self.entry.text("operation")
        makers: dict[str, tuple[str, Callable[[Binding], dict[str, object] | None]]] = {
            "getitem": ("get", self.get),
            "putitem": ("put", self.put),
            "updateitem": ("update", self.update),
            "deleteitem": ("delete", self.delete),
            "query": ("query", self.query),
            "scan": ("scan", self.scan),
            "batchgetitem": ("batch_get", self.batch_get),
            "batchwriteitem": ("BatchWriteItem", self.batch_write),
        }
        found = makers.get(said.replace("_", "").lower())
        if found is None:
            self.entry.report(f"the operation '{said[:40]}' is none of the schema's", "operation")
            return DraftPattern(name, description, place=self.entry.path)
        operation, make = found
        binding = Binding(read_parameters(self.entry))
        made = make(binding)
        for one in binding.open:
            if one.type != "entity":
                reason = f"the parameter '{one.name[:40]}' stands for nothing in the request"
                self.entry.report(reason, "parameters")
        self.entry.ignore("return_type", "index_name", "range_condition", "consistent_read")
        self.entry.ignore("filter_expression", "projection", "projected_attributes")
        self.entry.unknown_keys()
        if made is None:
            return DraftPattern(name, description, place=self.entry.path)
        return DraftPattern(name, description, operation, made, binding.made, place=self.entry.path)

    @property
    def key(self) -> tuple[str, ...]:
        keys = self.table.key_names(None)
        return keys[0] + keys[1] if keys else ()

    def get(self, binding: Binding) -> dict[str, object]:
        key = key_of(self.entity, self.key, binding)
        return {"table": self.table.name, "key": key} | self.consistent(None)

    def put(self, binding: Binding) -> dict[str, object]:
        return {"table": self.table.name, "item": item_of(self.entity, self.key, binding)}

    def delete(self, binding: Binding) -> dict[str, object]:
        return {"table": self.table.name, "key": key_of(self.entity, self.key, binding)}

    def update(self, binding: Binding) -> dict[str, object]:
        key = key_of(self.entity, self.key, binding, positional=False)
        made: dict[str, object] = {"table": self.table.name, "key": key}
        assignments: list[str] = []
        names: dict[str, str] = {}
        values: dict[str, object] = {}
        for said in list(binding.open):
            field = self.entity.said.get(said.name)
            if field is None or self.entity.attribute_of(field) in key:
                continue
            binding.take(said.name, positional=False)
            parameter = binding.column(self.entity, field)
            label = f"u{len(names) + 1}"
            names[f"#{label}"] = escaped(self.entity.attribute_of(field))
            values[f":{label}"] = f"${{{parameter}}}"
            assignments.append(f"#{label} = :{label}")
        if not assignments:
            self.entry.report("the pattern does not say what is updated", "parameters")
            return made
        return made | {"update": "SET " + ", ".join(assignments), "names": names, "values": values}

    def batch_get(self, binding: Binding) -> dict[str, object]:
        key = key_of(self.entity, self.key, binding)
        return {"table": self.table.name, "keys": [key]} | self.consistent(None)

    def batch_write(self, binding: Binding) -> dict[str, object]:
        item = item_of(self.entity, self.key, binding)
        return {"RequestItems": {self.table.name: [{"PutRequest": {"Item": item}}]}}

    def scan(self, binding: Binding) -> dict[str, object] | None:
        index = self.index()
        if index is not None and self.table.key_names(index) is None:
            return None
        made: dict[str, object] = {"table": self.table.name}
        if index is not None:
            made["index"] = index
        return made | self.kept(self.filtered(binding), index, binding) | self.consistent(index)

    def query(self, binding: Binding) -> dict[str, object] | None:
        index = self.index()
        keys = self.table.key_names(index)
        if keys is None:
            return None
        templates = [[self.entity.template_of(name) for name in names] for names in keys]
        if any(template is None for template in templates[0]):
            self.entry.report("the entity has no value for the partition key", "index_name")
            return None
        kept = self.filtered(binding)
        made: dict[str, object] = {"table": self.table.name}
        if index is not None:
            made["index"] = index
        partition = [filled(self.entity, str(one), binding) for one in templates[0]]
        made["partition_key"] = partition[0] if len(partition) == 1 else partition
        if templates[1] and templates[1][0] is not None:
            sort = self.sort_key([one for one in templates[1] if one is not None], binding)
            if sort is not None:
                made["sort_key"] = sort
        elif self.entry.has("range_condition"):
            self.entry.report("there is no sort key to set a condition on", "range_condition")
        return made | self.kept(kept, index, binding) | self.consistent(index)

    def index(self) -> str | None:
        index = self.entry.text("index_name") or None
        if index is not None and self.table.key_names(index) is None:
            self.entry.report(f"the table has no index '{index[:60]}'", "index_name")
        return index

    def filtered(self, binding: Binding) -> Filter:
        return read_filter(self.entry, self.entity, binding)

    def kept(self, given: Filter, index: str | None, binding: Binding) -> dict[str, object]:
        """A filter that the index can answer."""
        form = {"filter": given.expression, "names": given.names}
        _, why = without_unprojected(dict(form), self.table.table, index)
        if why is not None:
            self.entry.report(why, "filter_expression")
            return {}
        return given.form(binding)

    def consistent(self, index: str | None) -> dict[str, object]:
        if not self.entry.truth("consistent_read"):
            return {}
        if index is not None:
            self.entry.report("a global secondary index has no consistent reads", "consistent_read")
            return {}
        return {"consistent_read": True}

    def sort_key(self, templates: Sequence[str], binding: Binding) -> object:
        condition = self.entry.one_of("range_condition", tuple(_RANGES))
        count = _RANGES[condition] if condition else 0
        open_ = [one for one in binding.open if one.type != "entity"]
        if len(open_) < count:
            self.entry.report(f"the pattern has no parameter for {condition}", "range_condition")
            condition, count = None, 0
        bounds = open_[len(open_) - count :]
        equal = open_[: len(open_) - count]
        if len(templates) == 1:
            return self.single(templates[0], equal, bounds, condition, binding)
        return self.several(templates, equal, bounds, condition, binding)

    def single(
        self,
        template: str,
        equal: Sequence[Said],
        bounds: Sequence[Said],
        condition: str | None,
        binding: Binding,
    ) -> object:
        """A condition on one attribute: its template up to the field that is open."""
        parts = parsed(template).parts
        prefix: list[str | Field] = []
        left = list(equal)
        following: Field | None = None
        for part in parts:
            if isinstance(part, str):
                prefix.append(part)
                continue
            said = _of_field(self.entity, part.name, left)
            if said is None:
                following = part
                break
            left.remove(said)
            binding.open.remove(said)
            parameter = binding.column(self.entity, part.name, said.name)
            prefix.append(Field(parameter, part.format))
        if condition is not None:
            return self.range(prefix, following, bounds, condition, binding)
        text = str(Template(tuple(prefix)))
        shared = len(self.table.entities) > 1 or bool(equal)
        if following is None and (equal or self.entry.text("return_type") != "mixed_data"):
            return text
        if prefix and (equal or (shared and self.entry.text("return_type") != "mixed_data")):
            return {"begins_with": text}
        return None

    def range(
        self,
        prefix: Sequence[str | Field],
        following: Field | None,
        bounds: Sequence[Said],
        condition: str,
        binding: Binding,
    ) -> object:
        made: list[str] = []
        for said in bounds:
            binding.open.remove(said)
            if following is None:
                parameter = binding.bind(said.name, {"value": said.name})
                field = Field(parameter)
            else:
                parameter = binding.column(self.entity, following.name, said.name)
                field = Field(parameter, following.format)
            made.append(str(Template((*prefix, field))))
        if condition == "between":
            return {"between": made}
        return {_OPERATORS[condition]: made[0]}

    def several(
        self,
        templates: Sequence[str],
        equal: Sequence[Said],
        bounds: Sequence[Said],
        condition: str | None,
        binding: Binding,
    ) -> object:
        """Conditions on the attributes of a key from left to right, the last one a range."""
        made: list[object] = []
        left = list(equal)
        for template in templates:
            names = parsed(template).names
            if names and not left:
                if condition is not None:
                    parts = parsed(template).parts
                    first = next(n for n, part in enumerate(parts) if isinstance(part, Field))
                    field = parts[first]
                    assert isinstance(field, Field)  # noqa: S101  found as one
                    made.append(self.range(parts[:first], field, bounds, condition, binding))
                break
            for _ in names[: len(left)]:
                left.pop(0)
            made.append(filled(self.entity, template, binding))
        return made or None


def _of_field(entity: Described, name: str, open_: Sequence[Said]) -> Said | None:
    by_name = next((one for one in open_ if entity.said.get(one.name) == name), None)
    return by_name or (open_[0] if open_ else None)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
