"""The table of AWS reads: nothing in it can change anything, and it names what IAM and botocore name."""

import botocore.session
import pytest
from botocore import xform_name

from apidoctor.model.operations import _TABLE, GLOBAL_SERVICES, OPERATIONS, READ_ONLY, operation

BOTOCORE = botocore.session.get_session()


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_row_can_change_anything(name):
    row = OPERATIONS[name]

    assert READ_ONLY.match(row.method)
    verb = row.action.partition(":")[2]
    reads = ("Get", "List", "Describe", "Search", "Filter", "BatchGet")
    assert verb == "GET" or verb.startswith(reads)


def test_no_read_has_two_rows():
    assert len(_TABLE) == len(OPERATIONS)


@pytest.fixture(scope="module")
def models():
    kept = {}

    def model(service):
        if service not in kept:
            kept[service] = BOTOCORE.get_service_model(service)
        return kept[service]

    return model


@pytest.mark.parametrize("name", OPERATIONS)
def test_botocore_knows_the_operation_its_parameters_and_its_list(name, models):
    row = OPERATIONS[name]
    found = [
        models(row.service).operation_model(each)
        for each in models(row.service).operation_names
        if xform_name(each) == row.method
    ]
    assert len(found) == 1
    takes, always = found[0].input_shape, set(row.params) | set(row.fixed) | {row.window} - {""}
    for variant in row.variants or ({},):
        sent = always | set(variant)
        assert sent <= set(takes.members if takes else ())
        assert set(takes.required_members if takes else ()) <= sent | set(row.narrow.values())
        assert all(value in (takes.members[key].enum or [value]) for key, value in variant.items())
    assert not row.items or found[0].output_shape.members[row.items].type_name == "list"


def test_each_action_is_spelt_as_iam_spells_it():
    actions = {name: operation(name).action for name in OPERATIONS}

    assert actions["describe_vpc_endpoints"] == "ec2:DescribeVpcEndpoints"
    assert actions["describe_listeners"] == "elasticloadbalancing:DescribeListeners"
    assert actions["list_hosted_zones_by_vpc"] == "route53:ListHostedZonesByVPC"
    assert actions["get_rest_api"] == actions["apigatewayv2.get_vpc_links"] == "apigateway:GET"
    assert actions["iam.get_policy"] == "iam:GetPolicy"


@pytest.mark.parametrize(
    ("name", "key", "resource"),
    [
        ("get_stage", "abc/prod", "/restapis/abc/stages/prod"),
        ("get_export", "abc/prod/oas30", "/restapis/abc/stages/prod/exports/oas30"),
        ("get_rest_apis", "", "/restapis"),
        ("describe_vpcs", "", "*"),
        ("get_role", "app", "*"),
        (
            "filter_log_events",
            "API-Gateway-Execution-Logs_abc/prod",
            "log-group:API-Gateway-Execution-Logs_abc/prod",
        ),
    ],
)
def test_a_permission_names_the_resource_to_scope_it_to(name, key, resource):
    assert operation(name).resource(key) == resource


def test_the_same_name_is_another_operation_in_the_global_region():
    assert operation("get_policy", "global").service == "iam"
    assert operation("get_policy", "us-east-1").service == "lambda"
    assert {"iam", "route53", "organizations", "sts"} == set(GLOBAL_SERVICES)


def test_an_operation_that_is_not_in_the_table_is_a_plain_list():
    assert operation("describe_nothing").items == ""
    assert operation("wafv2.list_things").service == "wafv2"
