"""Which texts a key template can become, and whether two templates can become the same.

A template is a sequence of atoms, each one character of a set, or one or more of them. A UUID is
a single character of its own, one for each column that UUIDs come from: two of them are the same
only by coming from the same column.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dynaproof.model.template import Field, Template

Characters = frozenset[str] | None
"""None: any."""

DIGITS = frozenset(string.digits)
_WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "f": 6, "j": 3, "u": 1}
_INSTANTS = {
    "iso": "%Y-%m-%dT%H:%M:%S.mmmZ",
    "iso-s": "%Y-%m-%dT%H:%M:%SZ",
    "iso-us": "%Y-%m-%dT%H:%M:%S.%fZ",
}


@dataclass(frozen=True, slots=True)
class Atom:
    """One character among some; ``many``: one or more."""

    characters: Characters
    many: bool = False

    def meets(self, other: Atom) -> bool:
        """Whether some character is of both."""
        if self.characters is None or other.characters is None:
            return True
        return not self.characters.isdisjoint(other.characters)


Atoms = tuple[Atom, ...]
ANYTHING: Atoms = (Atom(None, many=True),)
FieldAtoms = Callable[[Field], Atoms]


def fixed(text: str) -> Atoms:
    """A text that always stands so."""
    return tuple(Atom(frozenset(character)) for character in text)


def some(characters: Characters) -> Atoms:
    """One or more characters of a set."""
    return (Atom(characters, many=True),)


def uuid_of(column: str) -> Atoms:
    """A UUID of a column."""
    return (Atom(frozenset({f"uuid of {column}"})),)


def instant(format_: str) -> Atoms:
    """An instant in a format of templates."""
    if format_.startswith("epoch"):
        return some(DIGITS | {"-"})
    if "%" not in format_:
        format_ = _INSTANTS.get(format_ or "iso", _INSTANTS["iso"])
    atoms: list[Atom] = []
    rest = iter(format_.replace("mmm", "\0\0\0"))
    for character in rest:
        if character == "%":
            width = _WIDTHS.get(next(rest, ""), 1)
            atoms += [Atom(DIGITS)] * width
        else:
            atoms.append(Atom(DIGITS if character == "\0" else frozenset(character)))
    return tuple(atoms)


def atoms_of(template: Template, field_atoms: FieldAtoms) -> Atoms:
    """The atoms of a template."""
    atoms: list[Atom] = []
    for part in template.parts:
        atoms += fixed(part) if isinstance(part, str) else field_atoms(part)
    return tuple(atoms)


def can_be_equal(one: Sequence[Atom], other: Sequence[Atom], *, prefix: bool = False) -> bool:
    """Whether some text is of both; with ``prefix``, whether some text of ``other`` begins so."""
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        i, j = here
        if i == len(one) and (prefix or j == len(other)):
            return True
        if i == len(one) or j == len(other) or not one[i].meets(other[j]):
            continue
        for next_i in (i + 1, i) if one[i].many else (i + 1,):
            ends = (j + 1, j) if other[j].many else (j + 1,)
            waiting += [(next_i, next_j) for next_j in ends]

    return False


def has_fixed_length(atoms: Sequence[Atom]) -> bool:
    """Whether all texts of the atoms have one length."""
    return not any(atom.many for atom in atoms)
