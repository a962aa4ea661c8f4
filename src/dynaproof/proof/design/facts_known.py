"""What the facts say of a column: where its values come from, their form, whether they repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dynaproof.facts import kinds
from dynaproof.model.definition import Definition
from dynaproof.model.entity import Attribute, Entity, Generator, References
from dynaproof.model.template import Field
from dynaproof.proof.design import key_language as language
from dynaproof.proof.design.key_language import DIGITS, Atom, Atoms
from dynaproof.proof.design.select_tree import Column

FREE_TEXTS = frozenset({
    "name", "first_name", "last_name", "company", "country", "city", "street", "url", "product",
    "word", "sentence", "text",
})  # fmt: skip
"""Kinds whose values may hold any character, a delimiter too."""
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz") | DIGITS
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MICROSECONDS = {"iso": 1_000, "iso-us": 1, "epoch-ms": 1_000, "": 1_000}
"""What a format tells apart; the others tell seconds apart at most."""


@dataclass(frozen=True, slots=True)
class FactsKnown:
    """The entities of a definition, by column; names are in lower case."""

    entities: Mapping[str, Entity]

    @classmethod
    def of(cls, definition: Definition) -> FactsKnown:
        """Those of a definition."""
        return cls({entity.name.lower(): entity for entity in definition.entities})

    def attribute(self, column: Column) -> Attribute | None:
        """The attribute that makes a column; None for that of ``each``, and of a dataset."""
        entity = self.entities.get(column.entity.lower())
        attributes = entity.attributes if entity else ()
        return next((a for a in attributes if a.name.lower() == column.attribute.lower()), None)

    def root(self, column: Column) -> Column:
        """The column that the values are taken from, however far back."""
        for _ in range(len(self.entities) + 1):
            entity = self.entities.get(column.entity.lower())
            if entity is None:
                return column
            each = entity.each
            if each is not None and each.name.lower() == column.attribute.lower():
                column = Column(each.entity.lower(), each.attribute.lower())
                continue
            attribute = self.attribute(column)
            if attribute is None or not isinstance(attribute.source, References):
                break
            source = attribute.source
            column = Column(source.entity.lower(), source.attribute.lower())
        return column

    def generator(self, column: Column) -> Generator | None:
        """What makes the values in the end."""
        attribute = self.attribute(self.root(column))
        source = attribute.source if attribute else None
        return source if isinstance(source, Generator) else None

    def may_be_absent(self, column: Column) -> bool:
        """Whether some row has no value, or may have none."""
        attribute = self.attribute(column)
        entity = self.entities.get(column.entity.lower())
        if attribute is None:
            return entity is None or entity.dataset is not None  # that of 'each' is there
        return attribute.null > 0 or attribute.source is None

    def is_unique(self, column: Column, format_: str = "") -> bool:
        """Whether no two rows of the entity share a value, as it is written in a format."""
        attribute = self.attribute(column)
        if attribute is None:
            entity = self.entities.get(column.entity.lower())
            if entity is None or entity.each is None:
                return entity is None or entity.dataset is not None
            each = entity.each
            parent = Column(each.entity.lower(), each.attribute.lower())
            return each.count.maximum == 1 and self.is_unique(parent)
        source = attribute.source
        if source is None:
            return True  # of a dataset: the rows are what they are
        if isinstance(source, References):
            return attribute.unique
        if kinds.KINDS[source.kind].unique == "always":
            return True
        if not attribute.unique:
            return False
        if source.kind == "timestamp":
            step = kinds.PRECISIONS[kinds.text(source, "precision")]
            return _MICROSECONDS.get(format_, 1_000_000) <= step and "%" not in format_
        return "%" not in format_

    def are_unique_together(self, columns: Mapping[Column, str]) -> bool:
        """Whether no two rows of one entity agree on all the columns, as they are formatted."""
        if any(self.is_unique(column, format_) for column, format_ in columns.items()):
            return True
        for column in columns:
            attribute = self.attribute(column)
            source = attribute.source if attribute else None
            if isinstance(source, References) and source.distinct_within is not None:
                other = Column(column.entity, source.distinct_within.lower())
                if other in columns or self.root(other) in {self.root(c) for c in columns}:
                    return True
        return False

    def atoms(self, column: Column | None, format_: str = "") -> Atoms | None:
        """What the values look like inside of a text; None where that is not known."""
        if column is None:
            return None
        generator = self.generator(column)
        return None if generator is None else generator_atoms(generator, self.root(column), format_)

    def field_atoms(self, column: Column | None, field: Field) -> Atoms:
        """What a field looks like; anything where that is not known."""
        return self.atoms(column, field.format) or format_atoms(field.format)


def format_atoms(format_: str) -> Atoms:
    """What a value looks like of which only the format is known."""
    if not format_:
        return language.ANYTHING
    if format_.endswith("d") and "%" not in format_:
        return language.some(DIGITS | {"-"})
    return language.instant(format_)


def generator_atoms(generator: Generator, column: Column | str, format_: str = "") -> Atoms | None:
    """What a generator makes; ``column`` is whose values they are."""
    match generator.kind:
        case "uuid":
            return language.uuid_of(str(column))
        case "timestamp" | "clock":
            return language.instant(format_)
        case "date":
            return language.instant(format_ or "%Y-%m-%d")
        case "integer" | "sequence" | "decimal":
            return language.some(_number_characters(generator))
        case "user_name":
            return language.some(_LOWER | set("._-"))
        case "email":
            local = language.some(_LOWER | set("._+-"))
            return (*local, Atom(frozenset("@")), *language.some(_LOWER | set(".-")))
        case "phone":
            return (Atom(frozenset("+")), *language.some(DIGITS))
        case "boolean":
            return language.some(frozenset("truefals"))
        case "choice":
            texts = [str(value) for value in kinds.values(generator, "values")]
            return language.some(frozenset("".join(texts)))
        case "code":
            classes = {"#": DIGITS, "?": _CAPITALS}
            pattern = kinds.text(generator, "pattern")
            return tuple(Atom(classes.get(one, frozenset(one))) for one in pattern)
        case kind if kind in FREE_TEXTS:
            return language.ANYTHING
    return None


def _number_characters(generator: Generator) -> frozenset[str]:
    characters = set(DIGITS)
    if generator.kind == "sequence":
        if kinds.whole(generator, "start") < 0 or kinds.whole(generator, "step") < 0:
            characters.add("-")
        return frozenset(characters)
    if float(kinds.text(generator, "min")) < 0:
        characters.add("-")
    if generator.kind == "decimal":
        characters.add(".")
    return frozenset(characters)
