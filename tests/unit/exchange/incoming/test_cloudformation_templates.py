"""Tables of templates as drafts: what a template alone tells, and what it leaves open."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dynaproof.exchange.draft import Draft
from dynaproof.exchange.incoming.reading import read_foreign
from dynaproof.model.diagnostic import InputError
from dynaproof.model.table import KeyAttribute, Table, Throughput

LIBRARY = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: Loans of a library.
Parameters:
  Stage: {Type: String, Default: dev}
  Units: {Type: Number}
Mappings:
  Capacity: {dev: {Read: 3}, prod: {Read: 50}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
Resources:
  Loans:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "${Stage}-loans"
      BillingMode: !If [IsProd, PAY_PER_REQUEST, PROVISIONED]
      ProvisionedThroughput:
        ReadCapacityUnits: !FindInMap [Capacity, !Ref Stage, Read]
        WriteCapacityUnits: 2
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: due, AttributeType: N}
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      GlobalSecondaryIndexes:
        - IndexName: !Join ["-", [by, due, !Ref Stage]]
          KeySchema: [{AttributeName: due, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
        - !If [IsProd, {IndexName: by-pk}, !Ref "AWS::NoValue"]
      TimeToLiveSpecification: {AttributeName: expires, Enabled: !If [IsDev, true, false]}
"""


def read(text: str, format_: str | None = None) -> Draft:
    return read_foreign(text.encode(), "template.yaml", format_)[1]


def template(properties: Mapping[str, object], **more: object) -> str:
    keys = {
        "TableName": "loans",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    resource = {"Type": "AWS::DynamoDB::Table", "Properties": {**keys, **properties}}
    return json.dumps({"Resources": {"Loans": resource}, **more})


def told(text: str) -> list[str]:
    return [str(one) for one in read(text).not_carried]


LOANS = Table("loans", KeyAttribute("pk"))


def test_functions_are_carried_out_with_the_defaults_of_parameters() -> None:
    draft = read(LIBRARY)
    [found] = draft.tables
    assert found.table.name == "dev-loans"
    assert found.table.throughput == Throughput(3, 2)
    assert [index.name for index in found.table.indexes] == ["by-due-dev"]
    assert found.table.ttl_attribute == "expires"
    assert (draft.name, draft.description) == ("template", "Loans of a library.")
    assert draft.not_carried == ()


def test_json_and_yaml_are_the_same() -> None:
    assert read(template({})).tables[0].table == LOANS
    yaml = "Resources:\n  Loans:\n    Type: AWS::DynamoDB::Table\n    Properties: " + json.dumps(
        json.loads(template({}))["Resources"]["Loans"]["Properties"]
    )
    assert read(yaml).tables[0].table == LOANS


def test_a_template_within_a_serverless_file_is_found() -> None:
    inner = json.dumps(json.loads(template({})))
    draft = read(f"service: library\nprovider: {{name: aws}}\nresources: {inner}\n")
    assert draft.tables[0].table == LOANS


def test_resources_of_a_serverless_file_may_stand_in_a_list() -> None:
    inner = json.loads(template({}))
    other = {"Resources": {"Returns": inner["Resources"]["Loans"]}}
    draft = read(json.dumps({"service": "library", "resources": ["${file(a.yml)}", inner, other]}))
    assert [one.table.name for one in draft.tables] == ["loans", "loans"]


def test_variables_of_the_serverless_framework_stay_unknown() -> None:
    text = template({"TableName": "${self:service}-loans-${sls:stage}"})
    assert read(text).tables[0].table.name == "Loans"
    assert "named by its logical id" in told(text)[0]


def test_resources_alone_are_a_template() -> None:
    resources = json.loads(template({}))["Resources"]
    assert read(json.dumps(resources)).tables[0].table == LOANS
    assert read(json.dumps(resources["Loans"])).tables[0].table == LOANS
    yaml = "Loans:\n  Type: 'AWS::DynamoDB::Table'\n  Properties: " + json.dumps(
        resources["Loans"]["Properties"]
    )
    assert read(yaml).tables[0].table == LOANS


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Fn::Sub": "${AWS::StackName}-loans"}, '"AWS::StackName" is known to the stack alone'),
        ({"Ref": "Name"}, 'the parameter "Name" has no default'),
        ({"Fn::ImportValue": "x"}, "the template alone does not tell what Fn::ImportValue gives"),
        ({"Fn::GetAtt": ["A", "B"]}, "does not tell what Fn::GetAtt gives"),
        ({"Fn::Join": "x"}, "Fn::Join takes two values"),
        ({"Fn::Select": [7, ["a"]]}, "Fn::Select finds nothing"),
        ({"Fn::FindInMap": ["a", "b", "c"]}, "Fn::FindInMap finds nothing in Mappings"),
    ],
    ids=str,
)
def test_a_name_that_stays_unknown_is_the_logical_id(value: object, said: str) -> None:
    text = template({"TableName": value}, Parameters={"Name": {"Type": "String"}})
    assert read(text).tables[0].table.name == "Loans"
    first, second = told(text)
    assert first.startswith("Resources.Loans.Properties.TableName: ")
    assert said in first
    assert second.endswith("the table is named by its logical id, Loans")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"Fn::Sub": ["${a}-${Stage}", {"a": {"Ref": "Stage"}}]}, "dev-dev"),
        ({"Fn::Sub": "${!a}-loans"}, "Loans"),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a-b,c-d"]}]}, "c-d"),
        ({"Fn::If": ["Yes", "first", "second"]}, "first"),
        ({"Fn::If": ["No", "first", {"Fn::Sub": "${Stage}-second"}]}, "dev-second"),
        ({"Fn::If": ["Unknown", {"Ref": "AWS::NoValue"}, "second"]}, "second"),
    ],
    ids=str,
)
def test_names_are_put_together_as_the_service_does(value: object, name: str) -> None:
    text = template(
        {"TableName": value},
        Parameters={"Stage": {"Default": "dev"}},
        Conditions={
            "Yes": {"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": ["1", 1]}]},
            "No": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Not": [{"Condition": "Yes"}]}]},
            "Unknown": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
        },
    )
    assert read(text).tables[0].table.name == name


def test_a_choice_that_stays_open_is_told() -> None:
    text = template({"BillingMode": {"Fn::If": ["Open", "PAY_PER_REQUEST", "PROVISIONED"]}})
    assert told(text) == [
        (
            'Resources.Loans.Properties.BillingMode: the condition "Open" is unknown; the first '
            "value is taken"
        )
    ]


def test_conditions_that_name_one_another_end() -> None:
    conditions: dict[str, object] = {
        f"C{n}": {"Fn::And": [{"Condition": f"C{n + 1}"}, {"Condition": f"C{n + 1}"}]}
        for n in range(50)
    }
    conditions["C50"] = {"Condition": "C0"}
    text = template({"TableName": {"Fn::If": ["C0", "one", "two"]}}, Conditions=conditions)
    assert read(text).tables[0].table.name == "one"


def test_texts_do_not_grow_without_end() -> None:
    value: object = "x" * 1000
    for _ in range(20):
        value = (
            {"Fn::Join": ["", [value, value]]}
            if isinstance(value, str)
            else {"Fn::Sub": ["${a}${a}", {"a": value}]}
        )
    text = template({"TableName": value})
    assert read(text).tables[0].table.name == "Loans"
    assert "the text is too long" in told(text)[0]


def test_a_simple_table_has_a_key_of_its_own() -> None:
    key = {"PrimaryKey": {"Name": "number", "Type": "Number"}}
    resources = {
        "Plain": {"Type": "AWS::Serverless::SimpleTable"},
        "Keyed": {"Type": "AWS::Serverless::SimpleTable", "Properties": key},
    }
    draft = read(json.dumps({"Resources": resources}))
    assert [one.table for one in draft.tables] == [
        Table("Plain", KeyAttribute("id")),
        Table("Keyed", KeyAttribute("number", "N")),
    ]


def test_a_global_table_has_the_settings_of_its_first_replica() -> None:
    properties = {
        **json.loads(template({}))["Resources"]["Loans"]["Properties"],
        "BillingMode": "PROVISIONED",
        "WriteProvisionedThroughputSettings": {
            "WriteCapacityAutoScalingSettings": {"MinCapacity": 4, "MaxCapacity": 40}
        },
        "Replicas": [
            {
                "Region": "eu-west-1",
                "DeletionProtectionEnabled": True,
                "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
            },
            {"Region": "us-east-1"},
        ],
    }
    text = json.dumps(
        {"Resources": {"Loans": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": properties}}}
    )
    assert read(text).tables[0].table == Table(
        "loans", KeyAttribute("pk"), throughput=Throughput(7, 4), deletion_protection=True
    )
    assert [one.partition(": ")[2] for one in told(text)] == [
        "autoscaling: the least is taken",
        "replicas are not part of a model: it is one table",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "SSESpecification",
        "PointInTimeRecoverySpecification",
        "Tags",
        "KinesisStreamSpecification",
        "ResourcePolicy",
        "ContributorInsightsSpecification",
        "ImportSourceSpecification",
        "OnDemandThroughput",
        "WarmThroughput",
        "TableClass",
    ],
)
def test_what_a_model_has_no_place_for_is_told_as_it_stands(name: str) -> None:
    [said] = told(template({name: {"Value": {"Ref": "AWS::StackName"}}}))
    assert said.startswith(f"Resources.Loans.Properties.{name}: ")
    assert "not part of a model" in said


def test_resources_around_tables_are_told() -> None:
    document = json.loads(template({}))
    document["Resources"] |= {
        "Scaling": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget"},
        "Api": {"Type": "AWS::Serverless::Api"},
        "One": {"Type": "AWS::Lambda::Function"},
        "Two": {"Type": "AWS::Lambda::Function"},
        "Fn::ForEach::Tables": ["Name", ["a", "b"], {}],
        "Broken": 7,
    }
    document["Resources"]["Loans"]["Condition"] = "IsProd"
    assert told(json.dumps(document)) == [
        "Resources.Loans.Condition: the table is there in any case",
        "Resources.Scaling: autoscaling is not part of a model",
        'Resources["Fn::ForEach::Tables"]: resources made in a loop are left out',
        (
            "Resources: resources that are no tables: 2 AWS::Lambda::Function, "
            "1 AWS::Serverless::Api, 1 no type"
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"Resources": {}}',
        '{"Resources": []}',
        '{"Resources": {"A": {"Type": "AWS::DynamoDB::Table"}}}',
        '{"Resources": {"A": {"Type": "AWS::DynamoDB::Table", "Properties": []}}}',
        "Resources:\n  A: {Type: AWS::S3::Bucket}\n",
        "Resources: !Ref A\n",
        "AWSTemplateFormatVersion: 2010-09-09\n",
    ],
)
def test_a_template_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    [found] = refused.value.diagnostics
    assert (found.code.value, found.place and found.place.file) == ("DP118", "template.yaml")
    assert found.hint


@pytest.mark.parametrize("text", ["Resources: [", "Resources: {a: 1, a: 2}", "Resources: *a"])
def test_what_is_no_yaml_is_told_with_its_place(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text, "cloudformation")
    place = refused.value.diagnostics[0].place
    assert place is not None
    assert place.line == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "Yes", "AWS::NoValue"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Not", "a"]),
            inner,
            max_size=1,
        )
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(["TableName", "KeySchema", "BillingMode", "StreamSpecification", "Replicas"]),
    VALUES,
)
@settings(max_examples=150)
def test_whatever_functions_stand_in_it_a_template_is_read_or_refused(
    name: str, value: object
) -> None:
    try:
        draft = read(template({name: value}, Conditions={"Yes": value}))
    except InputError:
        return
    assert draft.tables
