"""A CloudFormation template with the tables of a definition, as JSON or YAML.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from dynaproof.definition.yaml_writer import template_yaml_text
from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.not_carried import NotCarried
from dynaproof.exchange.outgoing.identifiers import logical_id, unique_identifiers
from dynaproof.exchange.outgoing.left_out import left_out_by_tables
from dynaproof.exchange.outgoing.table_properties import (
    cloudformation_properties,
    refuse_names,
    require_tables,
)
from dynaproof.model.definition import Definition

MAX_DESCRIPTION_BYTES = 1_024
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-description-structure.html"""
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC_REFERENCE = "{{resolve:"


def export_cloudformation(definition: Definition, _items: ItemsOf) -> Exported:
    """A template as JSON; no items are asked for. Raises InputError."""
    template, left_out = cloudformation_template(definition)
    return Exported({"template.json": json_bytes(template)}, left_out)


def export_cloudformation_yaml(definition: Definition, _items: ItemsOf) -> Exported:
    """A template as YAML; no items are asked for. Raises InputError."""
    template, left_out = cloudformation_template(definition)
    return Exported({"template.yaml": template_yaml_text(template).encode()}, left_out)


def cloudformation_template(
    definition: Definition, transform: str | None = None
) -> tuple[dict[str, object], tuple[NotCarried, ...]]:
    """The template, and what it has no place for.

    Tables that are taken out of a template, or replaced, stay with their data: ``Retain``.
    """
    require_tables(definition, "a template")
    refuse_names(definition, (_DYNAMIC_REFERENCE,), "which CloudFormation would carry out")
    logical_ids = unique_identifiers([one.name for one in definition.tables], logical_id)
    template: dict[str, object] = {"AWSTemplateFormatVersion": "2010-09-09"}
    if transform is not None:
        template["Transform"] = transform
    description, left_out = template_description(definition)
    if description:
        template["Description"] = description
    template["Resources"] = {
        logical_ids[table.name]: {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": cloudformation_properties(table),
        }
        for table in definition.tables
    }
    return template, (*left_out, *left_out_by_tables(definition))


def template_description(definition: Definition) -> tuple[str, tuple[NotCarried, ...]]:
    """As much of the description as a template takes; and that it is cut, if it is."""
    whole = definition.description
    text = whole.encode()[:MAX_DESCRIPTION_BYTES].decode(errors="ignore")
    if text == whole:
        return whole, ()
    reason = f"only its first {MAX_DESCRIPTION_BYTES:,} bytes: a template takes no more"
    return text, (NotCarried("description", reason),)


def json_bytes(document: Mapping[str, object]) -> bytes:
    """JSON that is YAML as well, one value a line, with escapes but for characters beyond 16 bits.

    Those JSON writes as two escapes, which readers of YAML take for two characters.
    """
    text = json.dumps(document, indent=2).replace("\x7f", "\\u007f")
    return f"{_TWO_ESCAPES.sub(_one_character, text)}\n".encode()


# An escaped backslash is looked at too, so that its second half begins nothing.
_TWO_ESCAPES = re.compile(r"\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})")


def _one_character(found: re.Match[str]) -> str:
    return str(json.loads(f'"{found[0]}"')) if found[1] else found[0]
