"""Plain values -> YAML that reads back as the same values, and differs little when they do."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

_ON_ONE_LINE = 3
"""Depth from which on a mapping or list stands on one line: rows of an entity."""


def yaml_text(document: Mapping[str, object]) -> str:
    """Write texts, numbers, truth values, None, lists and mappings.

    Only ASCII is written, all else as escapes: what is in a text cannot steer a terminal, and
    cannot be changed by an editor. Raises TypeError for another value.
    """
    writer = YAML()
    writer.width = 10**9  # a row is one line
    writer.allow_unicode = False
    writer.default_flow_style = False
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(_node(document, 1), stream)
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
