"""Plain values -> YAML that reads back as the same values, and differs little when they do."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_ON_ONE_LINE = 3
"""Depth from which on a mapping or list stands on one line: rows of an entity."""
_FEW = 2
"""How many plain values stand on one line in a template."""
_PLAIN_WORD = re.compile(
    "(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9]*(?:(?:_|::)[A-Za-z0-9]+)*", re.I
)
"""Letters and digits that YAML 1.1 reads as a text, https://yaml.org/type/bool.html."""


def yaml_text(document: Mapping[str, object]) -> str:
    """Write texts, numbers, truth values, None, lists and mappings.

    Only ASCII is written, all else as escapes: what is in a text cannot steer a terminal, and
    cannot be changed by an editor. Raises TypeError for another value.
    """
    return _written(_node(document, 1))


def template_yaml_text(document: Mapping[str, object]) -> str:
    """The same for CloudFormation, which reads YAML 1.1: there ``on`` and ``1e3`` are no texts.

    Texts are quoted unless they are plain words. Mappings and lists of few plain values stand on
    one line.
    """
    return _written(_template_node(document))


def _written(node: object) -> str:
    writer = YAML()
    writer.width = 10**9  # a row is one line
    writer.allow_unicode = False
    writer.default_flow_style = False
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(node, stream)
    return stream.getvalue()


def _node(value: object, depth: int) -> object:
    node: CommentedMap | CommentedSeq
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            pairs = [(str(name), _node(inner, depth + 1)) for name, inner in value.items()]
            node = CommentedMap(pairs)
        case Sequence() if not isinstance(value, bytes | bytearray):
            node = CommentedSeq([_node(inner, depth + 1) for inner in value])
        case _:
            raise TypeError(f"{type(value).__name__} is no plain value")
    if depth > _ON_ONE_LINE or not value:
        node.fa.set_flow_style()
    return node


def _template_node(value: object) -> object:
    node: CommentedMap | CommentedSeq
    match value:
        case str():
            return value if _PLAIN_WORD.fullmatch(value) else DoubleQuotedScalarString(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            inside = list(value.values())
            node = CommentedMap(
                (_template_node(str(name)), _template_node(inner)) for name, inner in value.items()
            )
        case Sequence() if not isinstance(value, bytes | bytearray):
            inside = list(value)
            node = CommentedSeq([_template_node(inner) for inner in inside])
        case _:
            raise TypeError(f"{type(value).__name__} is no plain value")
    if len(inside) <= _FEW and not any(isinstance(one, Mapping | list) for one in inside):
        node.fa.set_flow_style()
    return node
