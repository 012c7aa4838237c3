"""What stands around a stage and behind a method is read from an emulator, and its secrets stay there."""

import io
import json
import zipfile

import boto3
import pytest

from apidoctor.facts.aws.looker import AwsLooker
from apidoctor.model.missing import Lookup, Probe

ACCOUNT, REGION = "123456789012", "us-east-1"
CANARY = "canary-4f1e-canary-4f1e"
pytestmark = pytest.mark.usefixtures("moto")


@pytest.fixture
def moto(moto_url, monkeypatch, keys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)


@pytest.fixture
def look(moto):
    """Return a function that looks one thing up and returns the body."""
    looker = AwsLooker(region=REGION)
    looker.look(Probe("identity"))

    def look(operation, key="", field="", *values):
        (answer,) = looker.look(Lookup(operation, ACCOUNT, REGION, key, field, tuple(values))).answers
        return answer.body

    return look


def test_keys_of_a_usage_plan_are_seen_without_their_values(look):
    api = boto3.client("apigateway", region_name=REGION)
    plan = api.create_usage_plan(name="silver")["id"]
    key = api.create_api_key(name="shop", enabled=True, value=CANARY)["id"]
    api.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")

    listed, of_plan = look("get_api_keys"), look("get_usage_plan_keys", plan)

    assert [item["enabled"] for item in listed["items"] if item["id"] == key] == [True]
    assert [item["id"] for item in of_plan["items"]] == [key]
    assert CANARY not in json.dumps([listed, of_plan])


def test_a_load_balancer_is_found_by_its_arn_with_its_listeners_and_targets(look):
    ec2, elb = (boto3.client(name, region_name=REGION) for name in ("ec2", "elbv2"))
    vpc = ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.78.0.0/24")["Subnet"]["SubnetId"]
    made = elb.create_load_balancer(Name="pets", Type="network", Scheme="internal", Subnets=[subnet])
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="pets", Protocol="TCP", Port=80, VpcId=vpc, TargetType="ip")
    group_arn = group["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": group_arn}
    elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=[action])

    found = look("describe_load_balancers", "", "LoadBalancerArn", arn)
    none = look("describe_load_balancers", "", "LoadBalancerArn", f"{arn}0")
    listeners = look("describe_listeners", arn)["Listeners"]

    assert [item["LoadBalancerArn"] for item in found["LoadBalancers"]] == [arn]
    assert none == {"LoadBalancers": []}
    assert [(item["Port"], item["Protocol"]) for item in listeners] == [(80, "TCP")]
    assert look("describe_rules", listeners[0]["ListenerArn"])["Rules"]
    assert look("describe_target_health", group_arn) == {"TargetHealthDescriptions": []}


def test_a_function_is_read_with_its_policy_and_without_its_environment(look):
    iam, functions = (boto3.client(name, region_name=REGION) for name in ("iam", "lambda"))
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = iam.create_role(RoleName="pets-role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("pets.py", "def handler(event, context): return {}")
    functions.create_function(
        FunctionName="pets",
        Runtime="python3.12",
        Role=role,
        Handler="pets.handler",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"PASSWORD": CANARY}},
    )
    functions.add_permission(
        FunctionName="pets",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc1234567/*/GET/pets",
    )

    shown, policy = look("get_function_configuration", "pets"), look("get_policy", "pets")

    assert shown["FunctionName"] == "pets"
    assert CANARY not in json.dumps(shown)
    assert "apigateway.amazonaws.com" in policy["Policy"]
    assert look("get_policy", "cats")["error"]["Code"] == "ResourceNotFoundException"


def test_the_names_of_a_certificate_are_read(look):
    acm = boto3.client("acm", region_name=REGION)
    arn = acm.request_certificate(DomainName="pets.example.com")["CertificateArn"]

    body = look("describe_certificate", arn)

    assert body.get("Certificate", body).get("DomainName") == "pets.example.com", body


def test_an_ip_set_and_a_web_acl_are_read_by_name_scope_and_id(look):
    waf = boto3.client("wafv2", region_name=REGION)
    made = waf.create_ip_set(
        Name="office", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["10.0.0.0/8"]
    )["Summary"]
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}
    acl = waf.create_web_acl(
        Name="shop", Scope="REGIONAL", DefaultAction={"Block": {}}, VisibilityConfig=shown, Rules=[]
    )["Summary"]

    assert look("get_ip_set", f"office/REGIONAL/{made['Id']}")["IPSet"]["Addresses"] == ["10.0.0.0/8"]
    assert look("get_web_acl", f"shop/REGIONAL/{acl['Id']}")["WebACL"]["DefaultAction"] == {"Block": {}}
