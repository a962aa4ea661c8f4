"""YAML text -> plain values, with the place of every value and key.

YAML 1.2 by ruamel.yaml, composed to nodes and never constructed: no tag can run code. Duplicate
keys, foreign tags and endless aliases are findings with their place, all at once.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from dynaproof.model.codes import Code
from dynaproof.model.definition import Path, SourceMap
from dynaproof.model.diagnostic import Diagnostic, Place

MAX_BYTES = 5_000_000
MAX_VALUES = 200_000
_PREFIX = "tag:yaml.org,2002:"
_HALVES = re.compile("[\ud800-\udfff]")
_PLAIN_TAGS = frozenset(
    _PREFIX + name
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "value")
)


@dataclass(slots=True)
class ParsedYaml:
    """``value`` is None when the text has no document or is not well formed."""

    value: object
    source: SourceMap
    diagnostics: list[Diagnostic] = field(default_factory=list)


def parse_yaml(text: str, file: str, *, intrinsic_tags: bool = False) -> ParsedYaml:
    """Read one YAML document.

    ``intrinsic_tags`` turns CloudFormation's ``!Ref x`` into ``{"Ref": "x"}``.
    """
    if len(text) > MAX_BYTES:
        return _failed(file, Code.TOO_LARGE, f"the file has more than {MAX_BYTES:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor may be used again
            node = YAML(typ="safe", pure=True).compose(text)
        reader = _Reader(file, text.splitlines(), intrinsic_tags)
        value = reader.read(node, (), ()) if node is not None else None
    except RecursionError:
        return _failed(file, Code.TOO_LARGE, "the file is nested too deeply")
    except _TooManyValues:
        return _failed(
            file,
            Code.TOO_LARGE,
            f"the file holds more than {MAX_VALUES:,} values, aliases included",
        )
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        message = str(error.problem or error.context or "not well-formed YAML")
        return ParsedYaml(None, SourceMap(file), [_syntax_error(message, place, text)])
    except YAMLError as error:
        first_line = str(error).strip().splitlines()[0]
        return _failed(file, Code.YAML_SYNTAX, first_line)
    source = SourceMap(file, reader.places, reader.key_places, reader.lines)
    return ParsedYaml(value, source, reader.diagnostics)


class _TooManyValues(Exception):
    pass


class _Reader:
    def __init__(self, file: str, text_lines: list[str], intrinsic_tags: bool) -> None:
        self.file = file
        self.text_lines = text_lines
        self.intrinsic_tags = intrinsic_tags
        self.places: dict[Path, Place] = {}
        self.key_places: dict[Path, Place] = {}
        self.lines: dict[Path, tuple[tuple[Place, int], ...]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.values = 0

    def place(self, node: Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def read(self, node: Node, path: Path, around: tuple[Node, ...]) -> object:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _TooManyValues
        self.places[path] = self.place(node)
        if any(node is outer for outer in around):
            self.report(Code.YAML_SYNTAX, "an alias stands inside of its own anchor", node)
            return None
        within = (*around, node)
        tag = str(node.tag)
        intrinsic = self.intrinsic_tags and not tag.startswith(_PREFIX)
        if not intrinsic and tag not in _PLAIN_TAGS:
            self.report(
                Code.YAML_SYNTAX,
                f"the tag {tag.replace(_PREFIX, '!!')} has no meaning here",
                node,
                "Write the value without a tag.",
            )
        if isinstance(node, MappingNode):
            value: object = self.read_mapping(node, path, within)
        elif isinstance(node, SequenceNode):
            value = [
                self.read(child, (*path, position), within)
                for position, child in enumerate(node.value)
            ]
        elif isinstance(node, ScalarNode):
            value = self.read_scalar(node, path)
        else:
            self.report(Code.YAML_SYNTAX, "this is no value", node)
            value = None
        if intrinsic:
            return {_intrinsic_name(tag): value}
        return value

    def read_mapping(
        self, node: MappingNode, path: Path, around: tuple[Node, ...]
    ) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key_node, value_node in node.value:
            if str(key_node.tag) == _PREFIX + "merge":
                for key, value in self.merge(value_node, path, around).items():
                    merged.setdefault(key, value)
                continue
            if not isinstance(key_node, ScalarNode):
                self.report(Code.YAML_SYNTAX, "a key must be a text", key_node)
                continue
            key = self.text(key_node)
            if key in found:
                first = self.key_places[(*path, key)]
                self.report(
                    Code.DUPLICATE_KEY,
                    f"the key '{key}' stands here a second time; the first is in line {first.line}",
                    key_node,
                    "Keep one of them, or give one another name.",
                )
                continue
            self.key_places[(*path, key)] = self.place(key_node)
            found[key] = self.read(value_node, (*path, key), around)
            if value_node.start_mark.index == value_node.end_mark.index:
                # Nothing is written there; the mark of the nothing is on some later line.
                self.places[(*path, key)] = self.place(key_node)
        return {**merged, **found} if merged else found

    def merge(self, node: Node, path: Path, around: tuple[Node, ...]) -> dict[str, object]:
        if isinstance(node, MappingNode):
            value = self.read(node, path, around)
            return value if isinstance(value, dict) else {}
        if isinstance(node, SequenceNode):
            merged: dict[str, object] = {}
            for child in node.value:
                for key, value in self.merge(child, path, around).items():
                    merged.setdefault(key, value)
            return merged
        self.report(Code.YAML_SYNTAX, "'<<' merges a mapping or a list of mappings", node)
        return {}

    def read_scalar(self, node: ScalarNode, path: Path) -> object:
        text = self.text(node)
        self.lines[path] = self.text_places(node)
        reader = _SCALARS.get(str(node.tag).removeprefix(_PREFIX))
        if reader is None:
            return text
        try:
            return reader(text)
        except ValueError:
            self.report(Code.WRONG_TYPE, f"cannot read '{text[:40]}' as a value", node)
            return None

    def text(self, node: ScalarNode) -> str:
        """The text; escapes as JSON writes them, two for a character beyond 16 bits, are joined."""
        text = str(node.value)
        if not _HALVES.search(text):
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            message = "half of a surrogate pair is no character"
            self.report(Code.YAML_SYNTAX, message, node, "Write the whole character.")
            return _HALVES.sub("\ufffd", text)

    def text_places(self, node: ScalarNode) -> tuple[tuple[Place, int], ...]:
        """Place and length of each line of the text, so that a finding can point inside."""
        line, column = node.start_mark.line, node.start_mark.column
        if node.style not in ("|", ">"):
            quoted = 1 if node.style in ("'", '"') else 0
            return ((Place(self.file, line + 1, column + 1 + quoted), len(str(node.value))),)
        first = line + 1
        raw = self.text_lines[first : node.end_mark.line + 1]
        indent = min((len(t) - len(t.lstrip()) for t in raw[:1] if t.strip()), default=0)
        places: list[tuple[Place, int]] = []
        for offset, content in enumerate(raw):
            if content.strip() and len(content) - len(content.lstrip()) < indent:
                break
            place = Place(self.file, first + offset + 1, indent + 1)
            places.append((place, max(len(content) - indent, 0)))
        return tuple(places)

    def report(self, code: Code, message: str, node: Node, hint: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, self.place(node), hint))


def _whole(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0) if digits.lower().lstrip("+-").startswith(("0x", "0o")) else int(digits)


def _bool(text: str) -> bool:
    return text.lower() == "true"


def _float(text: str) -> float:
    return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))


_SCALARS: dict[str, Callable[[str], object]] = {
    "int": _whole,
    "float": _float,
    "bool": _bool,
    "null": lambda _text: None,
}


def _intrinsic_name(tag: str) -> str:
    name = tag.lstrip("!")
    return name if name in ("Ref", "Condition") else f"Fn::{name}"


def _syntax_error(message: str, place: Place, text: str) -> Diagnostic:
    hint = ""
    lines = text.splitlines()
    if "\\t" in message or (place.line and "\t" in lines[min(place.line, len(lines)) - 1][:20]):
        hint = "YAML is indented with spaces, not with tabs."
    elif "mapping values are not allowed" in message:
        hint = "A text that holds ': ' needs quotes."
    return Diagnostic(Code.YAML_SYNTAX, message, place, hint)


def _failed(file: str, code: Code, message: str) -> ParsedYaml:
    return ParsedYaml(None, SourceMap(file), [Diagnostic(code, message, Place(file))])
