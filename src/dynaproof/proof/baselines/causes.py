"""Which attribute, index or part of a request made a pattern dearer or cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dynaproof.model.baseline import (
    Baseline,
    CallFigures,
    IndexFigures,
    PartFigures,
    PatternFigures,
    TableFigures,
)

MOST_ATTRIBUTES = 3
"""Attributes that are named for one item type."""
_Place = tuple[str, str | None]


def causes(
    before: Baseline,
    after: Baseline,
    was: PatternFigures,
    now: PatternFigures,
    parameter_set: str,
    measure: str,
    *,
    dearer: bool,
) -> tuple[str, ...]:
    """What changed the figure of a parameter set (or the mean), most important first."""
    call, old = _calls(was, now, parameter_set, measure, dearer=dearer)
    if call is None or old is None:
        return ("the parameter sets are others",)
    found = list(_request_causes(was, now))
    places = _parts_by_place(old) | _parts_by_place(call)
    deltas = {place: _delta(old, call, place, measure) for place in places}
    for place, delta in sorted(deltas.items(), key=lambda one: -abs(one[1])):
        if delta and (delta > 0) is dearer:
            found += _place_causes(before, after, old, call, place, delta, measure)
    if call.items_read != old.items_read:
        found.append(f"{old.items_read:,} -> {call.items_read:,} items read")
    if call.error != old.error:
        found.append(
            f"it ends with {call.error or 'success'}, before with {old.error or 'success'}"
        )
    if not found:
        sizes = [sum(part.bytes for part in one.parts) for one in (old, call)]
        if sizes[0] != sizes[1]:
            found.append(f"{sizes[0]:,} -> {sizes[1]:,} bytes, for no single attribute")
    return tuple(dict.fromkeys(found)) or ("the parameters meet other items",)


def _calls(
    was: PatternFigures, now: PatternFigures, label: str, measure: str, *, dearer: bool
) -> tuple[CallFigures | None, CallFigures | None]:
    """The calls that a change is explained with; of the mean, those that changed most."""
    pairs = [
        (call, old)
        for call in now.parameter_sets
        if (old := was.parameter_set(call.parameter_set)) is not None
    ]
    for call, old in pairs:
        if call.parameter_set == label:
            return call, old

    def change(pair: tuple[CallFigures, CallFigures]) -> float:
        sign = 1 if dearer else -1
        return sign * (_amount(pair[0], measure) - _amount(pair[1], measure))

    best = max(pairs, key=change, default=None)
    return best if best is not None and change(best) > 0 else (None, None)


def _amount(call: CallFigures, measure: str) -> float:
    if measure == "pages":
        return call.pages
    return call.read_capacity_units if measure == "RCU" else call.write_capacity_units


def _request_causes(was: PatternFigures, now: PatternFigures) -> Iterator[str]:
    if [one.operation for one in was.requests] != [one.operation for one in now.requests]:
        names = [
            " > ".join(dict.fromkeys(request.operation for request in one.requests))
            for one in (was, now)
        ]
        yield (
            f"{names[0]} became {names[1]}"
            if names[0] != names[1]
            else (f"{len(was.requests)} -> {len(now.requests)} requests")
        )
        return
    for old, new in zip(was.requests, now.requests, strict=True):
        names = [*new.arguments, *(one for one in old.arguments if one not in new.arguments)]
        for name in names:
            before, after = old.arguments.get(name), new.arguments.get(name)
            if before != after:
                yield f"the request has another {name}{_shown(before, after)}"


def _shown(before: object, after: object) -> str:
    if all(isinstance(one, bool | int | float | None) for one in (before, after)):
        return f" ({_scalar(before)} -> {_scalar(after)})"
    return ""


def _scalar(value: object) -> str:
    return "none" if value is None else str(value).lower()


def _parts_by_place(call: CallFigures) -> dict[_Place, PartFigures]:
    return {(part.table, part.index): part for part in call.parts}


def _delta(old: CallFigures, new: CallFigures, place: _Place, measure: str) -> float:
    def amount(call: CallFigures) -> float:
        part = _parts_by_place(call).get(place)
        if part is None:
            return 0.0
        return part.write_capacity_units if measure == "WCU" else part.read_capacity_units

    return amount(new) - amount(old)


def _place_causes(
    before: Baseline,
    after: Baseline,
    old: CallFigures,
    new: CallFigures,
    place: _Place,
    delta: float,
    measure: str,
) -> Iterator[str]:
    name, index_name = place
    tables = before.table(name), after.table(name)
    by = f"({delta:+g})"
    if tables[0] is None:
        yield f"the new table {name} {by}"
        return
    if tables[1] is None:
        yield f"the table {name} is gone {by}"
        return
    indexes = tables[0].index(index_name), tables[1].index(index_name)
    if index_name is not None and (indexes[0] is None or indexes[1] is None):
        which = f"the new index {index_name}" if indexes[0] is None else f"{index_name} is gone"
        yield f"{which} {by}"
        return
    if indexes[0] and indexes[1] and _shape(indexes[0]) != _shape(indexes[1]):
        yield f"the index {index_name} holds other attributes or has another key {by}"
    parts = _parts_by_place(old).get(place), _parts_by_place(new).get(place)
    where = f"the index {index_name}" if index_name else f"the table {name}"
    if parts[0] is None or parts[1] is None:
        yield f"{where} is touched now {by}" if parts[0] is None else f"{where} is not touched {by}"
        return
    if parts[0].attributes and parts[1].attributes:
        sizes = parts[0].attributes, parts[1].attributes
        change = _grown(*sizes, delta)
        if change:
            verb = "writes to" if measure == "WCU" else "reads from"
            went = _went(*(sum(one.values()) for one in sizes))
            yield f"what it {verb} {where} {went}, {change}"
        return
    types = dict.fromkeys((*old.item_types, *new.item_types))
    yield from _type_causes(tables[0], tables[1], indexes, tuple(types), delta)


def _type_causes(
    was: TableFigures,
    now: TableFigures,
    indexes: tuple[IndexFigures | None, IndexFigures | None],
    types: tuple[str, ...],
    delta: float,
) -> Iterator[str]:
    for item_type in now.item_types:
        old = was.item_type(item_type.name)
        if old is None or (types and item_type.name not in types) or not old.items:
            continue
        sizes = _held(old.attributes, indexes[0]), _held(item_type.attributes, indexes[1])
        change = _grown(*sizes, delta)
        if change:
            what = "items" if indexes[1] is None else f"entries in {indexes[1].name}"
            went = _went(sum(sizes[0].values()), sum(sizes[1].values()))
            yield f"{what} of '{item_type.name}' {went}, {change}"


def _shape(index: IndexFigures) -> tuple[object, ...]:
    return index.kind, index.keys, index.attributes


def _held(attributes: Mapping[str, float], index: IndexFigures | None) -> dict[str, float]:
    if index is None or index.attributes is None:
        return dict(attributes)
    return {name: size for name, size in attributes.items() if name in index.attributes}


def _grown(old: Mapping[str, float], new: Mapping[str, float], delta: float) -> str:
    """``by 'attachment' (+228)``: the attributes that changed in the direction of ``delta``."""
    if (sum(new.values()) - sum(old.values())) * delta <= 0:
        return ""
    names = dict.fromkeys((*new, *old))
    changes = {name: round(new.get(name, 0) - old.get(name, 0)) for name in names}
    found = sorted(
        ((name, size) for name, size in changes.items() if size * delta > 0),
        key=lambda one: -abs(one[1]),
    )
    if not found:
        return ""
    shown = [f"'{name}' ({size:+,})" for name, size in found[:MOST_ATTRIBUTES]]
    more = len(found) - len(shown)
    return "by " + ", ".join(shown) + (f" and {more} more" if more else "")


def _went(old: float, new: float) -> str:
    return f"{'grew' if new > old else 'shrank'} from {old:,.0f} to {new:,.0f} bytes"
