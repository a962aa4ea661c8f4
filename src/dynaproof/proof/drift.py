"""Drift: what tables hold after a write, held against what the changed facts imply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

import orjson

from dynaproof.model.attribute_equality import canonical_item, differing_attributes
from dynaproof.model.codes import Code
from dynaproof.proof.differences import Difference, FaultKind, RowFault, TypedItem
from dynaproof.proof.restore import Key

Items = Mapping[Key, TypedItem | None]
"""Items by key as in ``proof/restore``; None, as no entry at all, where there is none."""

MOST_FAULTS = 20
"""Faults that a Difference holds; ``total`` counts all."""
_CODES: Mapping[FaultKind, Code] = {
    "missing": Code.ITEM_MISSING,
    "wrong value": Code.ITEM_STALE,
    "extra": Code.ITEM_UNEXPECTED,
}
_WORDS: Mapping[FaultKind, str] = {
    "missing": "missing",
    "wrong value": "stale",
    "extra": "unexpected",
}
_MOST_SHOWN, _MOST_ATTRIBUTES = 60, 2


def drift(
    expected_changes: Items,
    before: Items,
    after: Items,
    *,
    prefix: str = "",
    failed: bool = False,
) -> Difference | None:
    """How the tables differ from the changed facts; None where they do not.

    ``expected_changes``, from ``ItemChanges.after``: what should differ from before, by keys of
    the definition's table names. ``before`` and ``after`` hold what was and is under the keys of
    ``keys_to_read``, or in whole tables; their table names begin with ``prefix``. Numbers of keys
    may be written differently. ``failed``: the write failed, and must have changed nothing.
    """
    was, found = _by_identity(before, prefix), _by_identity(after, prefix)
    wanted = {} if failed else _by_identity(expected_changes, "")
    faults: list[tuple[Key, RowFault]] = []
    changed = 0
    for identity, (key, _) in {**found, **was, **wanted}.items():
        start, now = _item(was, identity), _item(found, identity)
        fault = _fault(key[0], _item(wanted, identity) if identity in wanted else start, now)
        if fault is not None:
            faults.append((key, fault))
        changed += _fault("", start, now) is not None
    if not faults:
        return None
    # What is missing says most, what is too much least.
    order = list(_CODES)
    faults.sort(key=lambda one: (order.index(one[1].kind), one[0]))
    return Difference(
        Code.FAILED_WRITE_CHANGED if failed else _CODES[faults[0][1].kind],
        _summary(faults, failed),
        tuple(fault for _, fault in faults[:MOST_FAULTS]),
        len(faults),
        sum(_fault("", _item(was, one), _item(wanted, one)) is not None for one in wanted),
        changed,
    )


def keys_to_read(expected_changes: Items, touched: Iterable[Key], prefix: str = "") -> list[Key]:
    """The keys to read before and after a write: those it touches, and those it should touch."""
    expected = [(prefix + table, key) for table, key in expected_changes]
    keys = dict[Hashable, Key]()
    for key in (*touched, *expected):
        keys.setdefault(_identity(key), key)
    return list(keys.values())


_Held = tuple[Key, TypedItem | None]


def _by_identity(items: Items, prefix: str) -> dict[Hashable, _Held]:
    found: dict[Hashable, _Held] = {}
    for (table, key), item in items.items():
        own = (table.removeprefix(prefix), key)
        found[_identity(own)] = (own, item)
    return found


def _identity(key: Key) -> Hashable:
    """What is equal for keys that DynamoDB takes for the same."""
    if b'{"N":' not in key[1]:  # only numbers can be written in more than one way
        return key
    try:
        return key[0], canonical_item(orjson.loads(key[1]))
    except ValueError:  # what a request names, and is no key: there is no item under it
        return key


def _item(held: Mapping[Hashable, _Held], identity: Hashable) -> TypedItem | None:
    return held[identity][1] if identity in held else None


def _fault(table: str, expected: TypedItem | None, found: TypedItem | None) -> RowFault | None:
    if expected is None:
        return None if found is None else RowFault("extra", None, found, table=table)
    if found is None:
        return RowFault("missing", expected, None, table=table)
    names = () if expected == found else differing_attributes(expected, found)
    return RowFault("wrong value", expected, found, names, table=table) if names else None


def _summary(faults: Sequence[tuple[Key, RowFault]], failed: bool) -> str:
    counts = Counter(fault.kind for _, fault in faults)
    said = " and ".join(
        f"{counts[kind]:,} item{'s are' if counts[kind] > 1 else ' is'} {word}"
        for kind, word in _WORDS.items()
        if counts[kind]
    )
    if failed:
        said = f"the write failed, and still {said}"
    first = " first," if len(faults) > 1 else ""
    return f"{said}:{first} {_described(*faults[0])}"


def _described(key: Key, fault: RowFault) -> str:
    """Table, key values, and the first attributes that differ."""
    values = [_shown(value).strip("'") for value in orjson.loads(key[1]).values()]
    differing = [
        f"{name} is {_shown((fault.found or {}).get(name))},"
        f" should be {_shown((fault.expected or {}).get(name))}"
        for name in fault.attributes[:_MOST_ATTRIBUTES]
    ]
    more = len(fault.attributes) - len(differing)
    if more:
        differing.append(f"and {more} more attribute{'s' if more > 1 else ''}")
    where = " ".join([fault.table, *values])
    return f"{where}: {'; '.join(differing)}" if differing else where


def _shown(typed: object) -> str:
    if not isinstance(typed, Mapping):
        return "absent"
    ((kind, inner),) = typed.items()
    text = f"'{inner}'" if kind == "S" else str(inner)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 3] + "..."
