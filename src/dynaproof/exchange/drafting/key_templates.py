"""Key templates from samples: ``USER#123#ORDER#9`` is ``USER#${user_id}#ORDER#${order_id}``.

What an alias of the source says (``USER#<user_id>``) decides where it fits the values; else a part
is fixed when all items have it and it looks like a label. A template is taken only when it gives
every key again, to the character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dynaproof.exchange.drafting.names import sql_name

DELIMITERS = ("#", "|", "::", "~", "^", "/", ":", "+", "@", ".", "_", "-")
"""Tried in this order: what stands within values comes late."""
_WITHIN_VALUES = frozenset({":", "@", ".", "_", "-", "/", "+"})
_PLACEHOLDER = re.compile(r"<<?([^<>]+)>?>|\$?\{\{?([^{}]+)\}\}?|\[([^\[\]]+)\]|%([A-Za-z_]\w*)%")
_LABEL = re.compile(r"\$?[A-Za-z][A-Za-z _-]{0,39}|v[0-9]{1,4}")
_CAPITALS = re.compile(r"\$?[A-Z][A-Z _-]*")
_INSTANT = re.compile(r"\d{4}-\d{2}(-\d{2}.*)?")

Values = tuple[str | None, ...]
"""One for each item; None where the item has no such attribute."""


@dataclass(frozen=True, slots=True)
class KeyField:
    """A part of a key that differs from item to item."""

    name: str
    values: Values


KeyParts = tuple[str | KeyField, ...]
"""Fixed texts and fields, in order."""


@dataclass(frozen=True, slots=True)
class KeyHints:
    """What is known of a key attribute beside its values.

    ``alias`` is what the source calls it. ``known`` has the values of the items' other attributes
    and of fields found before, as texts: a field with the same values takes the name; a key that
    is one field alone only one of ``texts``. ``fields`` are those that were found. ``partition``: whether it is a partition key;
    ``primary``: whether it is part of the table's key. ``made_up``: whether its name says nothing of
    what it holds, such as ``pk``.
    """

    alias: str = ""
    known: Mapping[str, Values] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    partition: bool = True
    primary: bool = True
    made_up: bool = True


def key_parts(values: Values, hints: KeyHints) -> KeyParts | None:
    """The parts of a key attribute of texts; None where it is best kept whole."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    naming = _Naming(hints.known, hints)
    tried = (
        _split(values, present, delimiter, naming, hints.partition)
        for delimiter in DELIMITERS
        if all(delimiter in value for value in present)
    )
    made = next((parts for parts in tried if parts is not None), None)
    if made is None:
        made = _undivided(values, present, hints)
    if made is None or any(_filled(made, n) != value for n, value in enumerate(values)):
        return None
    return made


def alias_words(alias: str) -> str:
    """An alias without the marks of its placeholders: ``USER#<user_id>`` is ``USER#user_id``."""
    return _PLACEHOLDER.sub(_placeholder, alias)


class _Naming:
    """Names of fields, by values known already, by the alias and by labels."""

    def __init__(self, known: Mapping[str, Values], hints: KeyHints) -> None:
        self.known = known
        self.alias = hints.alias
        self.made_up = hints.made_up
        self.told = hints.texts - hints.fields

    def segments(self, delimiter: str, count: int) -> list[tuple[str, bool]] | None:
        """The alias's segments, and which are placeholders; None where they are not so many."""
        marked = _PLACEHOLDER.sub(lambda found: f"\0{_placeholder(found)}", self.alias)
        segments = marked.split(delimiter)
        if len(segments) != count:
            return None
        return [(one.replace("\0", ""), "\0" in one) for one in segments]

    def field(self, values: Values, hint: str, label: str) -> KeyField:
        alike = [name for name, others in self.known.items() if others == values]
        words = _squeezed(hint), _squeezed(label)
        for name in alike:
            if _squeezed(name) in words:
                return KeyField(name, values)
        several = len({value for value in values if value is not None}) > 1
        near = [
            n for n in alike if any(w and (w in _squeezed(n) or _squeezed(n) in w) for w in words)
        ]
        if not near and not several:  # one value alone: it may be another's by chance
            telling = any(v is not None and len(v) > 2 and not v.isdigit() for v in values)
            alike = [name for name in alike if telling and not hint and name in self.told]
        if near or alike:
            return KeyField((near or alike)[0], values)
        return KeyField(self._free(_name(hint, label, values), values), values)

    def _free(self, name: str, values: Values) -> str:
        for candidate in (name, f"{name}_id", f"{name}_key"):
            taken = next((k for k in self.known if k.lower() == candidate.lower()), None)
            if taken is None or self.known[taken] == values:
                return taken or candidate
        return f"{name}_key"


def _split(
    values: Values, present: Sequence[str], delimiter: str, naming: _Naming, partition: bool
) -> KeyParts | None:
    counts = {value.count(delimiter) for value in present}
    inner = delimiter in _WITHIN_VALUES
    if len(counts) > 1 or inner:
        aligned = naming.segments(delimiter, counts.pop() + 1) if len(counts) == 1 else None
        if aligned is None or not any(marked for _, marked in aligned):
            if inner and not naming.made_up:
                return None  # 'ord_17' is an identity, and no label with one
            return _label_and_rest(values, present, delimiter, naming, strict=inner)
        count = len(aligned)
    else:
        count = counts.pop() + 1
    columns = [_column(values, delimiter, place) for place in range(count)]
    known = naming.segments(delimiter, count)
    parts: list[str | KeyField] = []
    labels, label = 0, ""
    for place, column in enumerate(columns):
        if place:
            parts.append(delimiter)
        hint, marked = known[place] if known else ("", False)
        constant = _constant(column)
        fixed = (
            constant is not None
            and not marked
            and (constant == hint or _is_label(constant, column, place, count, naming, partition))
        )
        if fixed and constant is not None:
            parts.append(constant)
            label, labels = constant, labels + 1
            continue
        found = naming.field(column, hint, label)
        labels += bool(marked or found.name in naming.known)
        parts.append(_distinct(found, parts))
        label = ""
    if not labels and known is None:
        return None
    return _joined(parts)


def _label_and_rest(
    values: Values, present: Sequence[str], delimiter: str, naming: _Naming, *, strict: bool
) -> KeyParts | None:
    """``ORDER#2026-01-01`` and ``ORDER#7#2``: a label, and what follows it."""
    heads = {value.split(delimiter, 1)[0] for value in present}
    if len(heads) > 1:
        return None
    [head] = heads
    if not _LABEL.fullmatch(head) or (strict and (delimiter == "." or len(set(present)) < 2)):
        return None
    rest = tuple(None if v is None else v[len(head) + len(delimiter) :] for v in values)
    known = naming.segments(delimiter, 2)
    return (head + delimiter, naming.field(rest, known[1][0] if known else "", head))


def _undivided(values: Values, present: Sequence[str], hints: KeyHints) -> KeyParts | None:
    """A fixed text, such as ``PROFILE``, or an attribute; None where it is a field of its own."""
    constant = _constant(values)
    label = constant is not None and None not in values and _LABEL.fullmatch(constant)
    if constant and label and hints.primary and not _PLACEHOLDER.search(hints.alias):
        capitals = _CAPITALS.fullmatch(constant) is not None
        if capitals or constant == hints.alias or (len(present) > 1 and not hints.partition):
            return (constant,)
    texts = {name: others for name, others in hints.known.items() if name in hints.texts}
    found = _Naming(texts, hints).field(values, alias_words(hints.alias), "")
    return (found,) if found.name in texts else None


def _is_label(
    constant: str, column: Values, place: int, count: int, naming: _Naming, partition: bool
) -> bool:
    if not constant:
        return True
    if not _LABEL.fullmatch(constant):
        return False
    if place == count - 1 and (partition or column in naming.known.values()):
        return False
    if _CAPITALS.fullmatch(constant) or place < count - 1:
        return place == 0 or _CAPITALS.fullmatch(constant) is not None or len(column) > 1
    return len(column) > 1


def _column(values: Values, delimiter: str, place: int) -> Values:
    return tuple(None if value is None else value.split(delimiter)[place] for value in values)


def _constant(column: Values) -> str | None:
    found = {value for value in column if value is not None}
    return found.pop() if len(found) == 1 else None


def _distinct(one: KeyField, parts: Sequence[str | KeyField]) -> KeyField:
    """A name of its own among the fields of a key, unless the values are the same."""
    others = {part.name: part.values for part in parts if isinstance(part, KeyField)}
    name, number = one.name, 2
    while name in others and others[name] != one.values:
        name, number = f"{one.name}_{number}", number + 1
    return KeyField(name, one.values)


def _joined(parts: Sequence[str | KeyField]) -> KeyParts:
    """Fixed texts that stand side by side in one."""
    made: list[str | KeyField] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)


def _filled(parts: KeyParts, item: int) -> str | None:
    texts = [part if isinstance(part, str) else part.values[item] for part in parts]
    return None if None in texts else "".join(text for text in texts if text is not None)


def _name(hint: str, label: str, values: Values) -> str:
    if hint and re.search("[A-Za-z]", hint):
        return sql_name(hint)
    if not label:
        return "part"
    word = sql_name(label.strip(" _-")).lower()
    instants = all(_INSTANT.fullmatch(value) for value in values if value is not None)
    return word if instants or word.endswith("id") else f"{word}_id"


def _squeezed(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def _placeholder(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None).strip()
