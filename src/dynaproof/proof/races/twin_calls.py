"""Second calls of a pattern that belong to the same rows as a first one."""

from __future__ import annotations

from dynaproof.facts.hard.fact_set import FactSet
from dynaproof.facts.hard.parameter_values import hard_parameter_values
from dynaproof.facts.kinds import KINDS
from dynaproof.model.access_pattern import AccessPattern
from dynaproof.model.entity import Generator
from dynaproof.proof.parameters import ParameterSet


def twins(
    pattern: AccessPattern, given: ParameterSet, fact_set: FactSet, seed: int
) -> list[ParameterSet]:
    """Parameters of second calls: everything that is made for a call is another; the instant is
    the same; all is the same but what is always unique, as a uuid.

    What is drawn from the facts stays.
    """
    same = with_own_uuids(pattern, given, given, fact_set, seed)
    if same is None:
        return []
    other: dict[str, object] = {}
    clocks: dict[str, object] = {}
    for name, generator in _made(pattern, unique=False).items():
        own = given.values[name]
        values = [v for v in hard_parameter_values(generator, fact_set, seed) if v != own]
        if generator.kind == "clock":
            clocks[name] = own
            # The next one later, where there is one.
            values.sort(key=lambda value: (str(value) < str(own), str(value)))
        other[name] = values[0] if values else own
    found: list[ParameterSet] = []
    for made in (other, {**other, **clocks}, {}):
        values_of_call = {**same.values, **made}
        if all(values_of_call != one.values for one in found):
            found.append(ParameterSet(given.label, values_of_call))
    return found


def with_own_uuids(
    pattern: AccessPattern, first: ParameterSet, second: ParameterSet, facts: FactSet, seed: int
) -> ParameterSet | None:
    """The second call with values of its own where they are always unique; None without such."""
    taken = [*first.values.values()]
    own: dict[str, object] = {}
    for name, generator in _made(pattern, unique=True).items():
        fresh = [second.values[name], *hard_parameter_values(generator, facts, seed)]
        found = next((value for value in fresh if value not in taken), None)
        if found is None:
            return None
        own[name] = found
        taken.append(found)
    return ParameterSet(second.label, {**second.values, **own})


def _made(pattern: AccessPattern, *, unique: bool) -> dict[str, Generator]:
    """The parameters that are made for each call, those that are always unique or the others."""
    return {
        parameter.name: parameter.source
        for parameter in pattern.parameters
        if isinstance(parameter.source, Generator)
        and (KINDS[parameter.source.kind].unique == "always") is unique
    }
