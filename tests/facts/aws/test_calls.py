"""Calls are built from the table of operations alone."""

import json
import time

import boto3
import pytest
from facts.canned import asked, canned, ec2_error, ec2_list, identity
from werkzeug import Response

from apidoctor.facts.aws.calls import MAX_PAGES, join, read, split_key
from apidoctor.facts.aws.failures import MissingParameter, NotReadOnly
from apidoctor.facts.aws.looker import AwsLooker
from apidoctor.model.missing import Lookup, Probe
from apidoctor.model.operations import OPERATIONS, Operation

ACCOUNT = "111111111111"
pytestmark = pytest.mark.usefixtures("keys")


@pytest.fixture
def look(monkeypatch):
    """Return a function that looks something up at a server which *reply* plays; it returns the body."""

    def look(reply, operation, key="", region="us-east-1", field="", values=()):
        with canned(reply) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            looker = AwsLooker(region="us-east-1")
            looker.look(Probe("identity"))
            (answer,) = looker.look(Lookup(operation, ACCOUNT, region, key, field, tuple(values))).answers
        return answer

    return look


@pytest.mark.parametrize(
    ("operation", "key", "expected"),
    [
        ("get_rest_api", "abc", {"restApiId": "abc"}),
        ("get_stage", "abc/prod", {"restApiId": "abc", "stageName": "prod"}),
        ("get_export", "abc/prod/oas30", {"restApiId": "abc", "stageName": "prod", "exportType": "oas30"}),
        ("get_domain_name", "api.example", {"domainName": "api.example"}),
        ("get_domain_name", "api.example/dn1", {"domainName": "api.example", "domainNameId": "dn1"}),
        (
            "describe_vpc_attribute",
            "vpc-1/enableDnsSupport",
            {"VpcId": "vpc-1", "Attribute": "enableDnsSupport"},
        ),
        (
            "describe_listeners",
            "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/n/1",
            {"LoadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/n/1"},
        ),
        (
            "get_policy_version",
            "arn:aws:iam::1:policy/team/p/v3",
            {"PolicyArn": "arn:aws:iam::1:policy/team/p", "VersionId": "v3"},
        ),
        ("get_role_policy", "app/p", {"RoleName": "app", "PolicyName": "p"}),
        ("describe_vpcs", "ignored", {}),
    ],
)
def test_a_key_is_split_into_the_parameters_of_its_operation(operation, key, expected):
    row = OPERATIONS[operation]
    client = boto3.client(row.service, region_name="us-east-1")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[row.method])
    required = model.input_shape.required_members if model.input_shape else []

    assert split_key(row, key, required) == expected


@pytest.mark.parametrize(("operation", "key"), [("get_stage", "abc"), ("get_rest_api", ""), ("get_user", "")])
def test_a_key_with_too_few_parts_is_told(operation, key):
    with pytest.raises(MissingParameter):
        split_key(OPERATIONS[operation], key, ("restApiId", "stageName"))


def test_pages_are_joined_and_their_tokens_dropped(look):
    def reply(request):
        if asked(request) != "DescribeVpcs":
            return None
        page = int(request.form.get("NextToken", "0"))
        return ec2_list(
            "DescribeVpcs", "vpcSet", [f"<vpcId>vpc-{page}</vpcId>"], str(page + 1) if page < 4 else ""
        )

    body = look(reply, "describe_vpcs").body

    assert body == {"Vpcs": [{"VpcId": f"vpc-{page}"} for page in range(5)]}


def test_a_list_without_end_is_cut_and_called_partial(look):
    pages = []

    def reply(request):
        if asked(request) != "DescribeVpcs":
            return None
        pages.append(1)
        return ec2_list("DescribeVpcs", "vpcSet", [], str(len(pages)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apidoctor.facts.aws.calls.MAX_PAGES", 7)
        body = look(reply, "describe_vpcs").body

    assert body == {"Vpcs": [], "partial": True}
    assert len(pages) == 8
    assert MAX_PAGES < 1000


def test_operations_without_a_paginator_follow_their_token(look):
    def reply(request):
        if "domainnameaccessassociations" not in request.path:
            return None
        if "position" in request.args:
            return Response('{"item": [{"domainNameArn": "b"}]}', content_type="application/json")
        text = '{"item": [{"domainNameArn": "a"}], "position": "p/2"}'
        return Response(text, content_type="application/json")

    body = look(reply, "get_domain_name_access_associations").body

    assert [item["domainNameArn"] for item in body["items"]] == ["a", "b"]
    assert "position" not in body


def test_a_token_that_repeats_does_not_loop(look):
    def reply(request):
        if "domainnameaccessassociations" not in request.path:
            return None
        return Response('{"item": [{}], "position": "same"}', content_type="application/json")

    assert len(look(reply, "get_domain_name_access_associations").body["items"]) == 2


def test_a_list_of_two_owners_is_asked_for_both_and_shows_each_object_once(look):
    asked_for = []

    def reply(request):
        if "domainnameaccessassociations" not in request.path:
            return None
        asked_for.append(request.args["resourceOwner"])
        own, other = '{"domainNameArn": "a"}', '{"domainNameArn": "b"}'
        items = own if asked_for[-1] == "SELF" else f"{own}, {other}"
        return Response(f'{{"item": [{items}]}}', content_type="application/json")

    body = look(reply, "get_domain_name_access_associations").body

    assert asked_for == ["SELF", "OTHER_ACCOUNTS"]
    assert [item["domainNameArn"] for item in body["items"]] == ["a", "b"]


def test_shares_are_asked_for_what_they_carry_and_for_whom_and_dates_are_text(look):
    asked_for = []

    def reply(request):
        if not request.path.endswith("/getresourceshareassociations"):
            return None
        asked_for.append(request.get_json()["associationType"])
        item = f'{{"associationType": "{asked_for[-1]}", "status": "ASSOCIATED", "creationTime": 1700000000}}'
        return Response(f'{{"resourceShareAssociations": [{item}]}}', content_type="application/json")

    items = look(reply, "get_resource_share_associations").body["resourceShareAssociations"]

    assert asked_for == ["RESOURCE", "PRINCIPAL"]
    assert [item["associationType"] for item in items] == asked_for
    assert items[0]["creationTime"].startswith("2023-11-14T22:13:20")


def test_a_narrowed_list_is_asked_in_chunks_of_200_values(look):
    chunks = []

    def reply(request):
        if asked(request) != "DescribeSecurityGroups":
            return None
        values = [value for name, value in request.form.items() if name.startswith("Filter.1.Value.")]
        chunks.append((request.form["Filter.1.Name"], len(values)))
        groups = [f"<groupId>{value}</groupId>" for value in values[:1]]
        return ec2_list("DescribeSecurityGroups", "securityGroupInfo", groups)

    wanted = [f"sg-{number}" for number in range(450)]
    answer = look(reply, "describe_security_groups", field="GroupId", values=wanted)

    assert chunks == [("group-id", 200), ("group-id", 200), ("group-id", 50)]
    assert [one["GroupId"] for one in answer.body["SecurityGroups"]] == ["sg-0", "sg-200", "sg-400"]
    assert (answer.field, answer.values) == ("GroupId", tuple(wanted))


def test_a_field_that_cannot_narrow_brings_the_whole_list_and_says_so(look):
    def reply(request):
        if asked(request) != "DescribeSecurityGroups":
            return None
        assert not [name for name in request.form if name.startswith("Filter")]
        return ec2_list("DescribeSecurityGroups", "securityGroupInfo", [])

    answer = look(reply, "describe_security_groups", field="GroupName", values=["x"])

    assert (answer.field, answer.values, answer.body) == ("", (), {"SecurityGroups": []})


def test_fixed_parameters_are_always_sent(look):
    seen = []

    def reply(request):
        if "resources" not in request.path:
            return None
        seen.append((request.path, request.args.to_dict(flat=False)))
        return Response('{"item": []}', content_type="application/json")

    look(reply, "get_resources", "abc")

    assert seen == [("/restapis/abc/resources", {"embed": ["methods"], "limit": ["500"]})]


def test_an_export_comes_as_the_document_it_is(look):
    def reply(request):
        if "exports" not in request.path:
            return None
        assert request.args["extensions"] == "apigateway"
        return Response('{"openapi": "3.0.1", "paths": {}}', content_type="application/json")

    body = look(reply, "get_export", "abc/prod/oas30").body

    assert body["body"] == {"openapi": "3.0.1", "paths": {}}


def test_a_key_cannot_lead_to_another_path(look):
    paths = []

    def reply(request):
        paths.append(request.environ["RAW_URI"])
        return Response("{}", content_type="application/json") if "restapis" in request.path else identity()

    look(reply, "get_rest_api", "../../domainnames?x=1#")

    assert paths[-1].startswith("/restapis/..%2F..%2Fdomainnames%3Fx%3D1%23")


@pytest.mark.parametrize(
    "method", ["delete_vpc", "create_tags", "put_rest_api", "start_query", "assume_role"]
)
def test_an_operation_that_is_no_read_is_never_built(method):
    client = boto3.client("ec2", region_name="us-east-1")

    with pytest.raises(NotReadOnly):
        read(client, Operation(method, "ec2"), Lookup(method, ACCOUNT, "us-east-1"))


def test_every_operation_of_the_table_can_be_built():
    clients = {}
    for row in OPERATIONS.values():
        client = clients.setdefault(row.service, boto3.client(row.service, region_name="us-east-1"))
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[row.method])
        inputs = model.input_shape.members if model.input_shape else {}
        key = "/".join(f"k{number}" for number in range(len(row.params)))

        assert set(split_key(row, key, ())) | set(row.fixed) <= set(inputs)
        assert not row.items or row.items in model.output_shape.members


def test_joined_lists_keep_their_order_and_other_members_their_last_value():
    pages = [{"a": [1], "n": 1, "NextToken": "x"}, {"a": [2], "n": 2, "b": [3]}]

    assert join(pages) == {"a": [1, 2], "n": 2, "b": [3]}


def test_ids_that_are_a_parameter_are_asked_one_by_one_and_an_unknown_one_is_no_error(look):
    def reply(request):
        if asked(request) != "DescribeVpcEndpoints":
            return None
        wanted = request.form["VpcEndpointId.1"]
        if wanted == "vpce-gone":
            return ec2_error("InvalidVpcEndpointId.NotFound")
        item = f"<vpcEndpointId>{wanted}</vpcEndpointId>"
        return ec2_list("DescribeVpcEndpoints", "vpcEndpointSet", [item])

    ids = ["vpce-1", "vpce-gone", "vpce-2"]
    answer = look(reply, "describe_vpc_endpoints", field="VpcEndpointId", values=ids)

    assert [one["VpcEndpointId"] for one in answer.body["VpcEndpoints"]] == ["vpce-1", "vpce-2"]
    assert answer.values == tuple(ids)


def test_a_refusal_of_one_id_is_the_answer_for_all(look):
    def reply(request):
        return ec2_error("UnauthorizedOperation") if asked(request) == "DescribeVpcEndpoints" else None

    answer = look(reply, "describe_vpc_endpoints", field="VpcEndpointId", values=["vpce-1"])

    assert answer.body["error"]["Code"] == "UnauthorizedOperation"


def test_sampled_requests_are_asked_for_the_latest_hours_that_the_service_keeps(look):
    arn = "arn:aws:wafv2:us-east-1:111111111111:regional/webacl/shop/0a"
    bodies = []

    def reply(request):
        if "WAF" not in request.headers.get("x-amz-target", ""):
            return identity()
        bodies.append(json.loads(request.get_data()))
        return Response(
            '{"SampledRequests": [], "PopulationSize": 0}', content_type="application/x-amz-json-1.1"
        )

    answer = look(reply, "get_sampled_requests", f"{arn}/common/REGIONAL")

    (body,) = bodies
    assert answer.body == {"SampledRequests": [], "PopulationSize": 0}
    assert (body["WebAclArn"], body["RuleMetricName"], body["Scope"]) == (arn, "common", "REGIONAL")
    span = body["TimeWindow"]["EndTime"] - body["TimeWindow"]["StartTime"]
    assert span == pytest.approx(3 * 3600)
    assert body["TimeWindow"]["EndTime"] == pytest.approx(time.time(), abs=60)
