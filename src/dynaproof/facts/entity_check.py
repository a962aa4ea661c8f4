"""What is wrong with the entities of a definition, found without making a row.

Standard library only. Also the order in which entities and their attributes are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from dynaproof.facts.generator_check import check_generator
from dynaproof.facts.kinds import did_you_mean
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.entity import MAX_ROWS, Attribute, Entity, Generator, References

Finding = tuple[Path, Code, str, str]
"""A path from the top of the definition, a code, what is wrong, and a hint."""


def check_entities(entities: Sequence[Entity]) -> list[Finding]:
    """All findings: names that refer to nothing, circles, generators and their options."""
    known = {entity.name: entity for entity in entities}
    findings: list[Finding] = []
    findings += _namesakes(entities)
    for entity in entities:
        findings += _check_rows(entity, known)
        for attribute in entity.attributes:
            findings += _check_attribute(entity, attribute, known)
    if not findings:
        findings += _circles(entities)
    return findings


def generation_order(entities: Sequence[Entity]) -> list[Entity]:
    """Entities, each after those that it refers to; after check_entities."""
    known = {entity.name: entity for entity in entities}
    return [known[name] for name in TopologicalSorter(_needed_entities(entities)).static_order()]


def attribute_order(entity: Entity) -> list[Attribute]:
    """Attributes, each after those of the same entity that it depends on."""
    known = {attribute.name: attribute for attribute in entity.attributes}
    order = TopologicalSorter(_needed_attributes(entity)).static_order()
    return [known[name] for name in order if name in known]


def _needed_entities(entities: Iterable[Entity]) -> Mapping[str, list[str]]:
    return {
        entity.name: [
            *([entity.each.entity] if entity.each else []),
            *(
                attribute.source.entity
                for attribute in entity.attributes
                if isinstance(attribute.source, References)
                and attribute.source.entity != entity.name
            ),
        ]
        for entity in entities
    }


def _needed_attributes(entity: Entity) -> Mapping[str, list[str]]:
    needed: dict[str, list[str]] = {}
    for attribute in entity.attributes:
        source = attribute.source
        names: list[str | None] = []
        if isinstance(source, References):
            names = [source.where, source.distinct_within]
            if source.entity == entity.name:
                names.append(source.attribute)
        needed[attribute.name] = [name for name in names if name is not None]
    return needed


def _check_rows(entity: Entity, known: Mapping[str, Entity]) -> list[Finding]:
    top: Path = ("entities", entity.name)
    findings: list[Finding] = []
    if entity.rows is not None and entity.rows > MAX_ROWS:
        message = f"entity '{entity.name}' would have {entity.rows:,} rows"
        hint = f"The limit is {MAX_ROWS:,} rows."
        findings.append(((*top, "count"), Code.TOO_MANY_ROWS, message, hint))
    if entity.each is not None:
        path = (*top, "each", "of")
        parent = known.get(entity.each.entity)
        found = _find(path, entity, entity.each.entity, entity.each.attribute, known)
        findings += found
        if parent is entity and not found:
            message = f"entity '{entity.name}' cannot have rows for each of its own rows"
            findings.append((path, Code.CIRCULAR_ENTITIES, message, ""))
    names = [name.casefold() for name in entity.columns]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        message = f"entity '{entity.name}' has two attributes '{name}'"
        hint = "Rename one of them: SQL does not tell capital letters apart."
        findings.append((top, Code.DUPLICATE_KEY, message, hint))
    if not names and entity.dataset is None:
        message = f"entity '{entity.name}' has no attributes"
        findings.append((top, Code.MISSING_KEY, message, "Add attributes."))
    return findings


def _namesakes(entities: Sequence[Entity]) -> list[Finding]:
    names = [entity.name.casefold() for entity in entities]
    return [
        (
            ("entities", entity.name),
            Code.DUPLICATE_KEY,
            f"there are two entities '{entity.name}'",
            "Rename one of them: SQL does not tell capital letters apart.",
        )
        for place, entity in enumerate(entities)
        if entity.name.casefold() in names[:place]
    ]


def _check_attribute(
    entity: Entity, attribute: Attribute, known: Mapping[str, Entity]
) -> list[Finding]:
    path: Path = ("entities", entity.name, "attributes", attribute.name)
    match attribute.source:
        case Generator() as generator:
            return [
                ((*path, "generate"), Code.UNKNOWN_GENERATOR, message, hint)
                for message, hint in check_generator(generator, unique=attribute.unique)
            ]
        case References() as references:
            return _check_references(path, entity, references, known)
    if entity.dataset is None:
        message = f"attribute '{attribute.name}' has neither a generator nor references"
        hint = f"Give it one, as in {attribute.name}: {{generate: uuid}}."
        return [(path, Code.UNKNOWN_GENERATOR, message, hint)]
    return []


def _check_references(
    path: Path, entity: Entity, references: References, known: Mapping[str, Entity]
) -> list[Finding]:
    top = (*path, "references")
    findings = _find(top, entity, references.entity, references.attribute, known)
    if references.where is not None:
        where = (*path, "where")
        findings += _find(where, entity, entity.name, references.where, known)
        if references.entity in known:
            findings += _find(where, entity, references.entity, references.where, known)
    if references.distinct_within is not None:
        within = (*path, "distinct_within")
        findings += _find(within, entity, entity.name, references.distinct_within, known)
    return findings


def _find(
    path: Path, entity: Entity, target: str, attribute: str, known: Mapping[str, Entity]
) -> list[Finding]:
    found = known.get(target)
    if found is None:
        hint = did_you_mean(target, [name for name in known if name != entity.name], "Entities are")
        return [(path, Code.UNKNOWN_ENTITY, f"there is no entity '{target}'", hint)]
    # A dataset without attributes of its own has all columns of its file: known when it is read.
    if attribute in found.columns or _open(found):
        return []
    hint = did_you_mean(attribute, found.columns, "Its attributes are")
    message = f"entity '{target}' has no attribute '{attribute}'"
    return [(path, Code.UNKNOWN_ATTRIBUTE, message, hint)]


def _open(entity: Entity) -> bool:
    return entity.dataset is not None and all(a.source is not None for a in entity.attributes)


def _circles(entities: Sequence[Entity]) -> list[Finding]:
    try:
        TopologicalSorter(_needed_entities(entities)).prepare()
    except CycleError as error:
        circle: list[str] = list(reversed(error.args[1]))
        message = f"entities refer to one another in a circle: {' -> '.join(circle)}"
        hint = "Take one of the references out, or move it to an entity of its own."
        return [(("entities", circle[0]), Code.CIRCULAR_ENTITIES, message, hint)]
    for entity in entities:
        try:
            TopologicalSorter(_needed_attributes(entity)).prepare()
        except CycleError as error:
            path: Path = ("entities", entity.name, "attributes", error.args[1][0])
            names = " -> ".join(reversed(error.args[1]))
            message = f"attributes of '{entity.name}' depend on one another in a circle: {names}"
            return [(path, Code.CIRCULAR_ENTITIES, message, "Take one of the references out.")]
    return []
