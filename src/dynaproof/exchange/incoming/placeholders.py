"""Places for values in texts of other tools: ``<user_id>``, ``$USER_ID``, ``{userId}``.

They become fields of the language's templates, and all else of the text stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_NAME = r"[A-Za-z_][\w.-]{0,60}"
_PLACEHOLDER = re.compile(
    rf"\$?\{{\{{\s*({_NAME})\s*\}}\}}"  # {{ name }}
    rf"|\$?\{{({_NAME})\}}"  # {name}, ${name}
    rf"|\$({_NAME})"  # $NAME
    r"|\\?<([A-Za-z_][\w .'/-]{0,60}?)\\?>"  # <name>
)
_CLOSING_TAG = re.compile(r"</|/>")


@dataclass(slots=True)
class Parameters:
    """The parameters of one request: a name for each placeholder, the same for the same."""

    names: dict[str, str] = field(default_factory=dict)
    """The parameter's name -> what stands in the text. ``userId`` and ``USER_ID`` are the same."""

    def template(self, text: str) -> str:
        """The text as a template; what was no placeholder stands for itself."""
        if _CLOSING_TAG.search(text):
            return escaped(text)
        made, end = "", 0
        for found in _PLACEHOLDER.finditer(text):
            made += escaped(text[end : found.start()]) + f"${{{self.name(_inner(found))}}}"
            end = found.end()
        return made + escaped(text[end:])

    def name(self, said: str) -> str:
        """A name for what a text calls a value, whatever it says."""
        made = identifier(said, "value")
        self.names.setdefault(made, said)
        return made


def has_placeholder(text: str) -> bool:
    """Whether a text leaves room for a value."""
    return not _CLOSING_TAG.search(text) and _PLACEHOLDER.search(text) is not None


def escaped(text: str) -> str:
    """A text that stands for itself, as a template."""
    return text.replace("$", "$$")


def identifier(said: str, default: str) -> str:
    """A name as the language takes it: ASCII letters, digits and underscores, no ``from``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", said) if not said.isupper() else said
    made = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").lower()[:60].strip("_")
    if not made:
        return default
    if made[0].isdigit() or made == "from":
        return f"{default}_{made}"
    return made


def mapped(value: object, change: Callable[[str], str]) -> object:
    """A value with every text in it changed; names of members stay."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {name: mapped(inner, change) for name, inner in value.items()}
        case list() | tuple():
            return [mapped(inner, change) for inner in value]
    return value


def _inner(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)
