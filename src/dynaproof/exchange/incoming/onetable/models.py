"""Models of OneTable: fields, their types, and value templates, to item types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dynaproof.exchange.draft import DraftField
from dynaproof.exchange.foreign_json import JsonReader
from dynaproof.exchange.incoming.described_keys import Described
from dynaproof.exchange.incoming.placeholders import escaped
from dynaproof.model.entity import Option
from dynaproof.model.item import AttributeType

_INTERNAL = ("_Schema", "_Migration", "_Unique", "_Generic")
_TYPES: Mapping[str, tuple[AttributeType, str | None]] = {
    "string": ("S", None),
    "number": ("N", "integer"),
    "boolean": ("BOOL", "boolean"),
    "date": ("N", None),
    "object": ("M", None),
    "array": ("L", None),
    "set": ("SS", None),
    "binary": ("B", "bytes"),
    "buffer": ("B", "bytes"),
    "arraybuffer": ("B", "bytes"),
}
_ALSO = {"map": "object", "list": "array", "bool": "boolean", "int": "number", "integer": "number"}
_OPTIONAL = 0.2
_ULID = "01" + "#" * 8 + "?" * 16
# 2025, as the generators of instants have it by default; seconds and milliseconds since 1970.
_FROM, _TO = 1_735_689_600, 1_767_225_599
_IN_TEMPLATE = re.compile(r"\$\{([^{}]{1,200})\}")
_MOST_EXPANSIONS = 20
_LEFT_OUT = {
    "crypt": "values are not encrypted",
    "default": "defaults are not used",
    "reference": "references between models are not used",
    "unique": "OneTable keeps an item of its own for each unique value; there are none",
    "validate": "values are not made to match",
    "encode": "it is an attribute of its own too, not only a part of another",
}


@dataclass(slots=True)
class Params:
    """What ``params`` say of all models; ``expiries`` are attributes that hold the time to live."""

    type_field: str = "_type"
    iso_dates: bool = False
    created: str | None = None
    updated: str | None = None
    expiries: dict[str, None] = field(default_factory=dict)


def read_models(
    given: JsonReader, params: Params, attributes: Sequence[str]
) -> dict[str, Described]:
    """Read the models; ``attributes`` are the key attributes of table and indexes."""
    found: dict[str, Described] = {}
    taken: set[str] = set()
    for said, spec in given.members().items():
        if said in _INTERNAL:
            continue
        name = said
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        model = _Model(spec, Described(name), params, attributes[:2]).read(said)
        if model is not None:
            found[said] = model
    return found


class _Model:
    def __init__(
        self, spec: JsonReader, model: Described, params: Params, own: Sequence[str]
    ) -> None:
        self.spec = spec
        self.model = model
        self.params = params
        self.own = own
        self.templates: dict[str, str] = {}
        self.packed: dict[str, list[str]] = {}
        self.left_out: dict[str, list[str]] = {}

    def read(self, said: str) -> Described | None:
        for name, field_ in self.spec.members().items():
            if name != self.params.type_field:
                self.field(name, field_)
        for stamp in (self.params.created, self.params.updated):
            if stamp is not None and stamp not in self.spec.value:
                self.model.add(stamp, self.date(None))
        if not self.spec.value:
            self.spec.report("a model without fields")
            return None
        for attribute, names in self.packed.items():
            self.spec.report(
                f"{', '.join(names)[:80]} are packed into {attribute[:60]}, which has a value of its own"
            )
            self.model.add(attribute, DraftField("", "M", null=_OPTIONAL))
        for property_, names in self.left_out.items():
            self.spec.report(f"'{property_}' of {', '.join(names)[:200]}: {_LEFT_OUT[property_]}")
        self.model.constants[self.params.type_field] = said
        for attribute, template in self.templates.items():
            made = self.expanded(template, said, attribute)
            if made is not None:
                self.model.keys[attribute] = made
        for attribute in self.own:
            if self.model.template_of(attribute) is None:
                self.model.keys[attribute] = escaped(said)
                self.spec.report(f"the model has no '{attribute[:60]}'; it is '{said[:60]}'")
        return self.model

    def field(self, name: str, spec: JsonReader) -> None:
        """Read a field: one with a value template is an attribute that follows from others."""
        for property_ in _LEFT_OUT:
            if spec.value.get(property_) not in (None, False):
                self.left_out.setdefault(property_, []).append(name)
        spec.ignore(*_LEFT_OUT, "hidden", "nulls", "filter", "partial", "description", "name")
        spec.ignore("scope", "timestamp", "isIndexed", "size")
        attribute, _, packed = spec.text("map").partition(".")
        value = spec.raw("value")
        made = self.made(name, spec)
        spec.unknown_keys()
        attribute = attribute or name
        if isinstance(value, str):
            self.templates[attribute] = value
            return
        if value not in (None, False):
            spec.report("its value is computed by code; a text is made instead", "value")
        if packed:
            self.packed.setdefault(attribute, []).append(name)
            return
        if spec.truth("ttl"):
            self.params.expiries.setdefault(attribute)
        self.model.add(name, replace(made, attribute=attribute if attribute != name else None))

    def made(self, name: str, spec: JsonReader) -> DraftField:
        said = spec.text("type", "string").strip().lower()
        kind = _ALSO.get(said, said)
        if kind not in _TYPES:
            spec.report(
                f"the type '{said[:40]}' is none of OneTable's; it is read as string", "type"
            )
            kind = "string"
        type_, generator = _TYPES[kind]
        enum = tuple(dict.fromkeys(str(one) for _, one in spec.elements("enum")))
        generate = spec.raw("generate")
        unique = spec.value.get("unique") is True
        required = spec.truth("required") or bool(generate) or spec.has("default")
        items = spec.child("items")
        element = items.text("type").lower()
        spec.ignore("schema")
        null = 0.0 if required else _OPTIONAL
        if kind == "date":
            return replace(self.date(spec), null=null, unique=unique)
        if kind == "set" and element in ("number", "binary", "buffer"):
            type_ = "NS" if element == "number" else "BS"
        options: dict[str, Option] = {}
        if kind == "string" and generate:
            generator, options = _generated(generate)
            unique = unique or generator == "code"
        return DraftField(
            name,
            type_,
            None if enum else generator,
            options,
            enum if type_ in ("S", "N") else (),
            unique,
            null,
        )

    def date(self, spec: JsonReader | None) -> DraftField:
        """A date: ISO text, or milliseconds since 1970; seconds where it is the time to live."""
        ttl = spec is not None and spec.truth("ttl")
        iso = (
            self.params.iso_dates if spec is None else spec.truth("isoDates", self.params.iso_dates)
        )
        if iso and not ttl:
            return DraftField("", "S", "timestamp")
        scale = 1 if ttl else 1_000
        return DraftField("", "N", "integer", {"min": _FROM * scale, "max": _TO * scale})

    def expanded(self, template: str, said: str, attribute: str) -> str | None:
        """A value template in the language's form; templates in it are written out."""
        text = template[:2_000]
        for _ in range(_MOST_EXPANSIONS):
            inner = next(
                (
                    found
                    for found in _IN_TEMPLATE.finditer(text)
                    if found[1].strip() in self.templates
                ),
                None,
            )
            if inner is None:
                break
            text = text[: inner.start()] + self.templates[inner[1].strip()] + text[inner.end() :]
            if len(text) > 4_000:
                break
        else:
            inner = None
        if any(found[1].strip() in self.templates for found in _IN_TEMPLATE.finditer(text)):
            self.spec.report(f"the template refers to itself: {template[:60]}", attribute)
            return None
        made, end = "", 0
        for found in _IN_TEMPLATE.finditer(text):
            made += escaped(text[end : found.start()])
            end = found.end()
            made += self.filled(found[1], said, attribute)
        return made + escaped(text[end:])

    def filled(self, inner: str, said: str, attribute: str) -> str:
        name, _, rest = (part.strip() for part in inner.partition(":"))
        size, _, pad = rest.partition(":")
        if name == self.params.type_field:
            return escaped(said)
        if name not in self.model.said:
            self.spec.report(
                f"the template needs '{name[:60]}', which is no field; a text is added", attribute
            )
            self.model.add(name, DraftField(""))
        field_ = self.model.said[name]
        one = self.model.fields[field_]
        if one.type not in ("S", "N"):
            self.spec.report(
                f"the field '{name[:60]}' is part of {attribute[:60]}, and so a text", name
            )
            self.model.fields[field_] = replace(one, type="S", generator=None, options={})
            one = self.model.fields[field_]
        if not size:
            return f"${{{field_}}}"
        if one.type == "N" and re.fullmatch(r"[1-9][0-9]?", size) and pad in ("", "0"):
            return f"${{{field_}:0{size}d}}"
        self.spec.report(f"the padding of '{inner[:60]}' is left out", attribute)
        return f"${{{field_}}}"


def _generated(generate: object) -> tuple[str, dict[str, Option]]:
    """The generator of an identifier: uuid, ulid, uid(n), or the library's own choice."""
    said = str(generate).lower()
    if said == "ulid":
        return "code", {"pattern": _ULID}
    short = re.fullmatch(r"uid(?:\(([0-9]{1,3})\)?)?", said)
    if short is not None:
        size = min(max(int(short[1] or 10), 6), 60)
        return "code", {"pattern": "#" * (size // 2) + "?" * (size - size // 2)}
    return "uuid", {}
