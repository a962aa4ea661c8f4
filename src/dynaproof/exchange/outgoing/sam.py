"""A SAM template with the tables of a definition, to which functions can be added.

Tables are AWS::DynamoDB::Table there too. AWS::Serverless::SimpleTable has no sort key, no index,
no stream and no time to live, so that a table would change its type on its way.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
"""

from __future__ import annotations

from dynaproof.definition.yaml_writer import template_yaml_text
from dynaproof.exchange.exported import Exported, ItemsOf
from dynaproof.exchange.outgoing.cloudformation import cloudformation_template, json_bytes
from dynaproof.model.definition import Definition

TRANSFORM = "AWS::Serverless-2016-10-31"


def export_sam(definition: Definition, _items: ItemsOf) -> Exported:
    """A template as JSON; no items are asked for. Raises InputError."""
    template, left_out = cloudformation_template(definition, TRANSFORM)
    return Exported({"template.json": json_bytes(template)}, left_out)


def export_sam_yaml(definition: Definition, _items: ItemsOf) -> Exported:
    """A template as YAML; no items are asked for. Raises InputError."""
    template, left_out = cloudformation_template(definition, TRANSFORM)
    return Exported({"template.yaml": template_yaml_text(template).encode()}, left_out)
