"""What somebody tells of a model that is to be written: things, what they belong to, attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dynaproof.definition.language import NAME_PATTERN
from dynaproof.facts.kinds import KINDS, did_you_mean
from dynaproof.model.codes import Code
from dynaproof.model.diagnostic import Diagnostic, InputError

DEFAULT_ROWS = 100
DEFAULT_ROWS_EACH = 8
MOST_ROWS = 100_000
MOST_THINGS = 20
MOST_ATTRIBUTES = 50
MOST_ITEM_BYTES = 4_096
"""Up to here a strongly consistent read is one unit, and an eventually consistent one half."""
_IDENTITIES = ("uuid", "id", "uid", "key_uuid")
_NAME = re.compile(NAME_PATTERN)
_DEFINITION_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{2,60}"
_LONGEST_NAME = 60
_TAKEN = "from"
"""Among parameters it is SQL, among tables a template."""
_BYTES = {"text": 1_100, "sentence": 210}
"""Of kinds that are longer than the rest."""

_NO_KINDS = {kind.name for kind in KINDS.values() if kind.parameters_only} | {
    kind.name for kind in KINDS.values() if any(option.required for option in kind.options.values())
}
POSSIBLE_KINDS = tuple(name for name in KINDS if name not in _NO_KINDS)


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity. ``attributes`` are names and generators; the first is a uuid, its identity.

    ``parent`` is the entity that it belongs to. ``rows`` is how many there are, of each parent's
    row on average where there is a parent.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    parent: str | None = None
    rows: int | None = None

    @property
    def identity(self) -> str:
        """The attribute that tells rows apart."""
        return self.attributes[0][0]

    @property
    def time(self) -> str | None:
        """The first timestamp, by which the rows of one parent are ordered."""
        return next((name for name, kind in self.attributes if kind == "timestamp"), None)

    @property
    def is_small(self) -> bool:
        """Whether an item is sure to be of at most 4 KB."""
        return sum(_BYTES.get(kind, 120) + len(n) for n, kind in self.attributes) < MOST_ITEM_BYTES


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a first definition is made of. ``lists`` and ``puts``: which patterns it gets."""

    name: str
    things: tuple[Thing, ...]
    description: str = ""
    lists: bool = True
    puts: bool = True


def read_thing(text: str) -> Thing:
    """A thing from ``orders=uuid,placed_at:timestamp``; a kind left out is the attribute's name.

    An attribute ``uuid`` is put first where there is no uuid. Raises InputError.
    """
    name, _, listed = text.partition("=")
    attributes: list[tuple[str, str]] = []
    for one in filter(None, (part.strip() for part in listed.split(","))):
        attribute, colon, kind = (part.strip() for part in one.partition(":"))
        attributes.append((attribute, kind if colon else _kind_of(attribute)))
    return Thing(name.strip(), tuple(attributes))


def completed(sketch: Sketch) -> Sketch:
    """The sketch with an identity for each thing; raises InputError with all that is wrong."""
    found = list(_findings(sketch))
    if found:
        raise InputError(*found)
    return replace(sketch, things=tuple(_with_identity(thing) for thing in sketch.things))


def with_parents(things: Iterable[Thing], each: Mapping[str, str]) -> tuple[Thing, ...]:
    """The things with what they belong to, by name; raises InputError for an unknown name."""
    listed = tuple(things)
    names = [thing.name for thing in listed]
    unknown = [name for name in each if name not in names]
    if unknown:
        raise InputError(*(_no_thing(name, names) for name in unknown))
    return tuple(replace(thing, parent=each.get(thing.name, thing.parent)) for thing in listed)


def with_rows(things: Iterable[Thing], rows: Mapping[str, int]) -> tuple[Thing, ...]:
    """The things with their numbers of rows, by name; raises InputError for an unknown name."""
    listed = tuple(things)
    names = [thing.name for thing in listed]
    unknown = [name for name in rows if name not in names]
    if unknown:
        raise InputError(*(_no_thing(name, names) for name in unknown))
    return tuple(replace(thing, rows=rows.get(thing.name, thing.rows)) for thing in listed)


def name_finding(name: str, what: str) -> Diagnostic | None:
    """What is wrong with a name of the language; None where nothing is."""
    if name == _TAKEN:
        message = f"'{name}' cannot be the name of {what}: it has a meaning of its own"
        return Diagnostic(Code.WRONG_TYPE, message, hint="Take another name.")
    if _NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
        return None
    return Diagnostic(
        Code.WRONG_TYPE,
        f"'{name[:_LONGEST_NAME]}' cannot be the name of {what}",
        hint="A name starts with a letter, holds letters, digits and '_', and is not longer than"
        f" {_LONGEST_NAME} characters.",
    )


def _kind_of(attribute: str) -> str:
    """``uuid`` alone is a uuid, ``email`` an email; any other is a word."""
    return attribute if attribute in POSSIBLE_KINDS else "word"


def _with_identity(thing: Thing) -> Thing:
    attributes = thing.attributes
    first = next((one for one in attributes if one[1] == "uuid"), None)
    if first is None:
        taken = {name.lower() for name, _ in attributes}
        first = (next(name for name in _identities() if name not in taken), "uuid")
    return replace(thing, attributes=(first, *(one for one in attributes if one != first)))


def _identities() -> Iterator[str]:
    yield from _IDENTITIES
    yield from (f"uuid_{number}" for number in range(1, MOST_ATTRIBUTES + 1))


def _findings(sketch: Sketch) -> Iterator[Diagnostic]:
    things = sketch.things
    if sketch.name == _TAKEN or not re.fullmatch(_DEFINITION_NAME, sketch.name):
        yield Diagnostic(
            Code.WRONG_TYPE,
            f"'{sketch.name[:_LONGEST_NAME]}' cannot be the name of a definition and its table",
            hint="3 to 61 letters, digits, '_', '.' and '-', the first a letter or digit.",
        )
    if not things:
        yield Diagnostic(
            Code.MISSING_KEY,
            "a definition has at least one entity",
            hint="Name one: --from users=uuid,handle:user_name",
        )
    if len(things) > MOST_THINGS:
        yield Diagnostic(Code.WRONG_TYPE, f"a first definition has at most {MOST_THINGS} entities")
    yield from _twice([thing.name for thing in things], "entity")
    names = [thing.name for thing in things]
    for thing in things:
        yield from _thing_findings(thing, names)
    yield from _circles(things)


def _thing_findings(thing: Thing, names: Sequence[str]) -> Iterator[Diagnostic]:
    if (found := name_finding(thing.name, "an entity")) is not None:
        yield found
    if len(thing.attributes) > MOST_ATTRIBUTES:
        yield Diagnostic(
            Code.WRONG_TYPE,
            f"'{thing.name}' has {len(thing.attributes)} attributes; a first definition has at"
            f" most {MOST_ATTRIBUTES}",
        )
    yield from _twice([name for name, _ in thing.attributes], f"attribute of '{thing.name}'")
    for attribute, kind in thing.attributes:
        if (found := name_finding(attribute, f"an attribute of '{thing.name}'")) is not None:
            yield found
        if kind not in POSSIBLE_KINDS:
            yield _wrong_kind(thing, attribute, kind)
    if thing.parent is not None and thing.parent not in names:
        yield _no_thing(thing.parent, names)
    if thing.rows is not None and not 1 <= thing.rows <= MOST_ROWS:
        yield Diagnostic(
            Code.WRONG_TYPE,
            f"'{thing.name}' cannot have {thing.rows:,} rows: a first definition has 1 to"
            f" {MOST_ROWS:,}",
        )


def _circles(things: Sequence[Thing]) -> Iterator[Diagnostic]:
    parents = {thing.name: thing.parent for thing in things}
    for name in parents:
        seen: list[str] = []
        at: str | None = name
        while at is not None and at not in seen:
            seen.append(at)
            at = parents.get(at)
        if at == name:
            yield Diagnostic(
                Code.CIRCULAR_ENTITIES,
                f"'{name}' belongs to itself: {' of '.join([*seen, name])}",
                hint="Let the first of them belong to nothing.",
            )


def _twice(names: Sequence[str], what: str) -> Iterator[Diagnostic]:
    """SQL takes names that differ in capital letters alone for the same."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            yield Diagnostic(Code.DUPLICATE_KEY, f"there are two of the {what} '{name}'")
        seen.add(name.lower())


def _wrong_kind(thing: Thing, attribute: str, kind: str) -> Diagnostic:
    if kind in _NO_KINDS:
        message = f"'{thing.name}.{attribute}': '{kind}' cannot be asked for here"
        hint = "Take another generator, and change it in the file that is written."
    else:
        message = f"'{thing.name}.{attribute}': there is no generator '{kind}'"
        hint = did_you_mean(kind, POSSIBLE_KINDS, "There are")
    return Diagnostic(Code.UNKNOWN_GENERATOR, message, hint=hint)


def _no_thing(name: str, names: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        Code.UNKNOWN_ENTITY,
        f"there is no entity '{name}'",
        hint=did_you_mean(name, names, "There are"),
    )
