"""Language models -> entities."""

from __future__ import annotations

from collections.abc import Mapping

from dynaproof.definition import language
from dynaproof.definition.findings import Findings
from dynaproof.definition.validation import did_you_mean
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path
from dynaproof.model.entity import Attribute, Count, Each, Entity, Generator, Option, References


def build_entities(
    forms: dict[str, language.EntityModel], findings: Findings
) -> tuple[Entity, ...]:
    """Make the entities; what a name refers to is checked where the facts are made."""
    return tuple(_entity(name, form, forms, findings) for name, form in forms.items())


def _entity(
    name: str,
    form: language.EntityModel,
    forms: dict[str, language.EntityModel],
    findings: Findings,
) -> Entity:
    path: Path = ("entities", name)
    ways = [
        key
        for key, given in (("count", form.count), ("each", form.each), ("from", form.from_))
        if given is not None
    ]
    if len(ways) != 1:
        findings.at_key(
            Code.MISSING_KEY if not ways else Code.UNKNOWN_KEY,
            f"the entity '{name}' has "
            + (
                "none of"
                if not ways
                else " and ".join(f"'{way}'" for way in ways) + ", more than one of"
            )
            + " 'count', 'each' and 'from'",
            path,
            "'count' makes so many rows, 'each' makes rows for each row of another entity, "
            "'from' reads a dataset.",
        )
    attributes = tuple(
        _attribute(attribute, spec, (*path, "attributes", attribute), findings)
        for attribute, spec in form.attributes.items()
    )
    each = _each(form.each, forms, path, findings) if form.each is not None else None
    if each is not None and any(attribute.name == each.name for attribute in attributes):
        findings.at_key(
            Code.DUPLICATE_KEY,
            f"'{each.name}' is made by 'each' already",
            (*path, "attributes", each.name),
            "Take it out here, or give 'as' another name.",
        )
    return Entity(name, attributes, form.count, each, form.from_)


def _each(
    form: language.EachModel,
    forms: dict[str, language.EntityModel],
    path: Path,
    findings: Findings,
) -> Each | None:
    parent_name, _, attribute = form.of.partition(".")
    parent = forms.get(parent_name)
    if not attribute and parent is not None:
        first = next(iter(parent.attributes), None)
        if first is None:
            findings.add(
                Code.UNKNOWN_ATTRIBUTE,
                f"'{parent_name}' names no attribute that could be repeated here",
                (*path, "each", "of"),
                f"Write 'of: {parent_name}.attribute'.",
            )
            return None
        attribute = first
    return Each(parent_name, attribute, form.as_, _count(form.count, path, findings))


def _count(form: int | language.Distribution, path: Path, findings: Findings) -> Count:
    if isinstance(form, int):
        return Count.fixed(form)
    given = [
        kind for kind in ("lognormal", "uniform", "poisson") if getattr(form, kind) is not None
    ]
    place: Path = (*path, "each", "count")
    if len(given) != 1:
        findings.add(
            Code.MISSING_KEY if not given else Code.UNKNOWN_KEY,
            "a count has exactly one of 'lognormal', 'uniform' and 'poisson'",
            place,
            "For example {lognormal: {mean: 40, sigma: 1.0}, max: 5000}.",
        )
    if form.max is not None and form.max < form.min:
        findings.add(Code.WRONG_TYPE, "'max' is less than 'min'", (*place, "max"))
    if form.lognormal is not None:
        lognormal = form.lognormal
        return Count("lognormal", lognormal.mean, lognormal.sigma, form.min, form.max)
    if form.uniform is not None:
        if form.uniform.max < form.uniform.min:
            findings.add(Code.WRONG_TYPE, "'max' is less than 'min'", (*place, "uniform", "max"))
        return Count("uniform", minimum=form.uniform.min, maximum=form.uniform.max)
    mean = form.poisson.mean if form.poisson is not None else 0.0
    return Count("poisson", mean, minimum=form.min, maximum=form.max)


def _attribute(
    name: str,
    form: language.AttributeModel | None,
    path: Path,
    findings: Findings,
) -> Attribute:
    if form is None:
        form = language.AttributeModel()
    options = form.model_extra or {}
    if form.generate is not None and form.references is not None:
        findings.add(
            Code.UNKNOWN_KEY,
            f"'{name}' has both 'generate' and 'references'",
            path,
            "Keep one of them.",
        )
    if form.type is not None and (form.generate is not None or form.references is not None):
        findings.at_key(
            Code.UNKNOWN_KEY,
            "'type' goes with columns of a dataset",
            (*path, "type"),
            "A generator gives its own type, and 'references' that of the other attribute.",
        )
    if form.references is not None:
        return _reference(name, form, options, path, findings)
    for option in ("where", "distinct_within", "skew"):
        if option in form.model_fields_set:
            findings.at_key(Code.UNKNOWN_KEY, f"'{option}' goes with 'references'", (*path, option))
    if form.generate is not None:
        return Attribute(
            name, Generator(form.generate, read_options(options)), form.unique, form.null
        )
    for option in options:
        findings.at_key(
            Code.UNKNOWN_KEY,
            f"unknown key '{option}'",
            (*path, option),
            did_you_mean(option, ("generate", "references", "type", "null", "unique")),
        )
    return Attribute(name, None, form.unique, form.null, form.type)


def _reference(
    name: str,
    form: language.AttributeModel,
    options: Mapping[str, object],
    path: Path,
    findings: Findings,
) -> Attribute:
    for option in options:
        findings.at_key(
            Code.UNKNOWN_KEY,
            f"unknown key '{option}'",
            (*path, option),
            did_you_mean(option, ("where", "distinct_within", "skew", "null", "unique")),
        )
    entity, _, attribute = (form.references or "").partition(".")
    zipf = form.skew.zipf if form.skew else 0.0
    source = References(entity, attribute, form.where, form.distinct_within, zipf)
    return Attribute(name, source, form.unique, form.null)


def read_options(given: dict[str, object]) -> dict[str, Option]:
    """Read the options of a generator."""
    return {name: _option(value) for name, value in given.items()}


def _option(value: object) -> Option:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case list():
            return tuple(one for one in map(_option, value) if not isinstance(one, tuple))
    # A mapping is no option of any generator; its text makes the finding readable.
    return str(value)
