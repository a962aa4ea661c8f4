"""Plain values -> language models; what pydantic finds becomes diagnostics with places."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from dynaproof.definition.language import DefinitionModel
from dynaproof.model.codes import Code
from dynaproof.model.definition import Path, SourceMap
from dynaproof.model.diagnostic import Diagnostic

_WHAT = {
    "<text>": "a text",
    "<number>": "a number",
    "<truth>": "true or false",
    "<mapping>": "a mapping",
    "<list>": "a list",
    "<value>": "a mapping with 'value'",
    "<json>": "a mapping with 'dynamodb_json'",
}
_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "list_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_NOTHING_REFERS_TO = ("access_patterns", "stream_handlers")


def validate_language(
    value: object, source: SourceMap
) -> tuple[DefinitionModel | None, list[Diagnostic]]:
    """Hold a YAML value against the language; all findings at once.

    Where only access patterns and stream handlers have findings, the rest is given without
    them, so that its own findings are told in the same check.
    """
    if not isinstance(value, dict):
        place = source.place()
        return None, [
            Diagnostic(
                Code.WRONG_TYPE,
                "a definition is a mapping",
                place,
                "Start with 'version: 1' and 'name: ...'.",
            )
        ]
    try:
        return DefinitionModel.model_validate(value), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return _rest(value, found), [_diagnostic(one, source) for one in found]


def _rest(value: dict[str, Any], errors: Sequence[ErrorDetails]) -> DefinitionModel | None:
    """The definition without the patterns and handlers that errors are about."""
    wrong = {error["loc"][:2] for error in errors}
    if any(len(path) < 2 or path[0] not in _NOTHING_REFERS_TO for path in wrong):
        return None
    rest = {
        section: {name: one for name, one in content.items() if (section, name) not in wrong}
        if section in _NOTHING_REFERS_TO
        else content
        for section, content in value.items()
    }
    try:
        return DefinitionModel.model_validate(rest)
    except ValidationError:
        return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known word, or lists the known ones when they are few."""
    candidates = sorted(known)
    near = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if 0 < len(candidates) <= 20:
        return "Known here: " + ", ".join(candidates) + "."
    return ""


def _diagnostic(error: ErrorDetails, source: SourceMap) -> Diagnostic:
    location = error["loc"]
    path: Path = tuple(part for part in location if not str(part).startswith("<"))
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    place = source.place(*path)
    name = str(path[-1]) if path else ""
    if path == ("version",) and kind != "missing":
        return Diagnostic(
            Code.UNSUPPORTED_VERSION,
            f"version {given!r} of the language is not known",
            place,
            "This dynaproof reads 'version: 1'.",
        )
    if kind == "extra_forbidden":
        known = _field_names(location[:-1])
        return Diagnostic(
            Code.UNKNOWN_KEY,
            f"unknown key '{name}'",
            source.key(*path),
            did_you_mean(name, known),
        )
    if kind == "missing":
        return Diagnostic(
            Code.MISSING_KEY,
            f"the key '{name}' is missing",
            source.key(*path[:-1]),
            f"Add '{name}: ...' here.",
        )
    if kind == "literal_error":
        expected = str(context.get("expected", ""))
        words = expected.replace("'", "").replace(" or ", ", ").split(", ")
        near = difflib.get_close_matches(str(given), words, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else ""
        return Diagnostic(
            Code.WRONG_TYPE, f"'{name}' must be {expected}, not {_show(given)}", place, hint
        )
    if kind == "union_tag_invalid":
        tags = str(context.get("expected_tags", "")).replace("'", "").split(", ")
        expected = " or ".join(_WHAT.get(tag, tag) for tag in tags)
        return Diagnostic(
            Code.WRONG_TYPE, f"'{name}' must be {expected}, not {_show(given)}", place
        )
    if kind in _TYPES:
        return Diagnostic(
            Code.WRONG_TYPE, f"'{name}' must be {_TYPES[kind]}, not {_show(given)}", place
        )
    if kind == "string_pattern_mismatch":
        if "[key]" in str(location[-1]):
            name = str(path[-2]) if len(path) > 1 else name
        return _pattern(str(given), str(context.get("pattern", "")), place, path, source)
    message = error["msg"][0].lower() + error["msg"][1:]
    return Diagnostic(Code.WRONG_TYPE, f"'{name}': {message}; here it is {_show(given)}", place)


def _pattern(given: str, pattern: str, place: Any, path: Path, source: SourceMap) -> Diagnostic:
    if r"\." in pattern and r"\w*\." in pattern and "?" not in pattern:
        return Diagnostic(
            Code.WRONG_TYPE,
            f"{given!r} is not a column of the facts",
            place,
            "Write 'entity.attribute', such as 'users.uuid', or {generate: ...}, or {value: ...}.",
        )
    if path and path[-1] == "[key]":
        return Diagnostic(
            Code.WRONG_TYPE,
            f"'{given}' cannot be a name",
            source.key(*path[:-1]),
            "A name starts with a letter and holds letters, digits and '_'.",
        )
    return Diagnostic(
        Code.WRONG_TYPE,
        f"'{given}' is not allowed here",
        place,
        "Allowed are letters, digits, '_', '.' and '-'"
        + (", 3 to 255 of them." if "{3,255}" in pattern else "."),
    )


def _show(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value[:40]}'"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    return str(value)[:40]


def _field_names(location: tuple[int | str, ...]) -> set[str]:
    """The keys that the language knows at a location, tags of unions included."""
    current: Any = DefinitionModel
    for part in location:
        current = _step(current, part)
    model = _model(current)
    if model is None:
        return set()
    return {info.alias or name for name, info in model.model_fields.items()}


def _step(annotation: Any, part: int | str) -> Any:
    if isinstance(part, str) and part.startswith("<"):
        return _tagged(annotation, part)
    model = _model(annotation)
    if model is not None:
        for name, info in model.model_fields.items():
            if (info.alias or name) == part:
                # FieldInfo keeps a Discriminator apart from the bare union; both are needed.
                return info.annotation
        extra = model.__annotations__.get("__pydantic_extra__")
        return _extra_type(model) if extra else None
    for candidate in _branches(annotation):
        if get_origin(candidate) is dict:
            return get_args(candidate)[1]
        if get_origin(candidate) is list:
            return get_args(candidate)[0]
    return None


def _extra_type(model: type[BaseModel]) -> Any:
    from dynaproof.definition import language

    return {
        "Tables": language.TableModel,
        "Parameters": language.ParameterSpec,
    }.get(model.__name__)


def _branches(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _branches(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [leaf for branch in get_args(annotation) for leaf in _branches(branch)]
    return [annotation]


def _tagged(annotation: Any, tag: str) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        if any(isinstance(item, Tag) and item.tag == tag for item in metadata):
            return inner
        return _tagged(inner, tag)
    if origin in (Union, types.UnionType):
        for branch in get_args(annotation):
            found = _tagged(branch, tag)
            if found is not None:
                return found
    return None


def _model(annotation: Any) -> type[BaseModel] | None:
    for branch in _branches(annotation):
        if isinstance(branch, type) and issubclass(branch, BaseModel):
            return branch
    return None
