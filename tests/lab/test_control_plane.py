"""The control plane answers with the shapes of AWS, also where the emulator below it does not."""

import json
import time

import pytest
from botocore.exceptions import ClientError

DEFAULT_ZONE = "execute-api.us-east-1.amazonaws.com"


def test_an_endpoint_lists_regional_zonal_and_private_names(same_account):
    endpoint = same_account.aws("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]
    label = same_account.lab.world.endpoint.label

    assert [entry["DnsName"] for entry in endpoint["DnsEntries"]] == [
        f"{label}.execute-api.us-east-1.vpce.amazonaws.com",
        f"{label}-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com",
        f"{label}-us-east-1b.execute-api.us-east-1.vpce.amazonaws.com",
        DEFAULT_ZONE,
        f"*.{DEFAULT_ZONE}",
    ]
    assert endpoint["State"] == "available"
    assert (endpoint["IpAddressType"], endpoint["DnsOptions"]) == ("ipv4", {"DnsRecordIpType": "ipv4"})
    assert (endpoint["PrivateDnsEnabled"], endpoint["RequesterManaged"]) == (True, False)
    assert len(endpoint["SubnetIds"]) == len(endpoint["NetworkInterfaceIds"]) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("interface-type", "vpc_endpoint"),
        ("group-id", "<endpoint>"),
        ("description", "VPC Endpoint Interface*"),
        ("requester-managed", "true"),
    ],
)
def test_filters_find_the_interfaces_of_the_endpoint(same_account, name, value):
    value = value.replace("<endpoint>", same_account.lab.world.groups["endpoint"].id)
    found = same_account.aws("ec2").describe_network_interfaces(Filters=[{"Name": name, "Values": [value]}])

    assert sorted(card["PrivateIpAddress"] for card in found["NetworkInterfaces"]) == [
        "10.1.4.21",
        "10.1.5.21",
    ]
    assert {card["InterfaceType"] for card in found["NetworkInterfaces"]} == {"vpc_endpoint"}
    assert all(card["RequesterManaged"] for card in found["NetworkInterfaces"])


def test_an_interface_is_found_by_its_address_and_the_callers_by_its_instance(same_account):
    ec2, world = same_account.aws("ec2"), same_account.lab.world
    by_address = [{"Name": "addresses.private-ip-address", "Values": ["10.1.5.21"]}]
    by_instance = [{"Name": "attachment.instance-id", "Values": [world.instance.id]}]
    endpoint = ec2.describe_network_interfaces(Filters=by_address)["NetworkInterfaces"]
    caller = ec2.describe_network_interfaces(Filters=by_instance)["NetworkInterfaces"]

    assert [card["NetworkInterfaceId"] for card in endpoint] == [world.endpoint.interfaces[1].id]
    assert [card["PrivateIpAddress"] for card in caller] == ["10.1.8.20"]
    assert caller[0]["Attachment"]["InstanceId"] == world.instance.id


def test_every_acl_ends_with_the_rule_that_denies_the_rest(same_account):
    acls = same_account.aws("ec2").describe_network_acls(
        Filters=[{"Name": "vpc-id", "Values": [same_account.lab.world.vpcs["main"].id]}]
    )["NetworkAcls"]

    assert len(acls) == 4
    for acl in acls:
        last = [entry for entry in acl["Entries"] if entry["RuleNumber"] == 32767]
        assert sorted(entry["Egress"] for entry in last) == [False, True]
        assert {(entry["RuleAction"], entry["Protocol"]) for entry in last} == {("deny", "-1")}


def test_the_default_group_admits_only_its_own_members(same_account):
    own = [
        {"Name": "vpc-id", "Values": [same_account.lab.world.vpcs["main"].id]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    group = same_account.aws("ec2").describe_security_groups(Filters=own)["SecurityGroups"][0]

    assert [pair["GroupId"] for pair in group["IpPermissions"][0]["UserIdGroupPairs"]] == [group["GroupId"]]


def test_dhcp_options_name_their_owner(same_account):
    options = same_account.aws("ec2").describe_dhcp_options()["DhcpOptions"][0]

    assert options["OwnerId"] == "111111111111"


def test_a_saved_policy_is_escaped_and_names_the_api_in_full(same_account):
    api = same_account.lab.world.api.id
    text = same_account.aws("apigateway").get_rest_api(restApiId=api)["policy"]
    document = json.loads(json.loads(f'"{text}"'))

    assert text.startswith('{\\"Version\\"')
    assert document["Statement"][0]["Resource"] == f"arn:aws:execute-api:us-east-1:111111111111:{api}/*"
    listed = same_account.aws("apigateway").get_rest_apis()["items"][0]
    assert listed["policy"] == text
    assert listed["endpointConfiguration"] == {"types": ["PRIVATE"], "ipAddressType": "dualstack"}


def test_an_export_shows_the_deployed_methods_and_policy(same_account):
    api = same_account.lab.world.api.id
    export = same_account.aws("apigateway").get_export(
        restApiId=api, stageName="prod", exportType="oas30", parameters={"extensions": "apigateway"}
    )
    document = json.loads(export["body"].read())

    assert set(document["paths"]) == {"/pets", "/orders"}
    assert document["paths"]["/orders"]["get"]["security"] == [{"sigv4": []}]
    unless = document["x-amazon-apigateway-policy"]["Statement"][1]["Condition"]["StringNotEquals"]
    assert unless == {"aws:SourceVpce": [same_account.lab.world.endpoint.id]}


def test_an_export_of_an_unknown_stage_is_not_found(same_account):
    api = same_account.lab.world.api.id
    with pytest.raises(ClientError, match="NotFoundException"):
        same_account.aws("apigateway").get_export(restApiId=api, stageName="dev", exportType="oas30")


def test_stages_have_dates_logs_and_tracing(same_account):
    api = same_account.lab.world.api.id
    client = same_account.aws("apigateway")
    stage = client.get_stage(restApiId=api, stageName="prod")

    assert abs(stage["createdDate"].timestamp() - time.time()) < 600
    assert client.get_stages(restApiId=api)["item"][0]["lastUpdatedDate"] == stage["lastUpdatedDate"]
    assert stage["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    assert "$context.identity.vpceId" in stage["accessLogSettings"]["format"]
    assert stage["tracingEnabled"] is True


def test_gateway_responses_that_nobody_customised_are_listed_as_defaults(same_account):
    api = same_account.lab.world.api.id
    listed = same_account.aws("apigateway").get_gateway_responses(restApiId=api)["items"]

    assert len(listed) == 21
    assert {response["defaultResponse"] for response in listed} == {True}


def test_the_managed_zone_is_listed_with_the_service_that_owns_it(same_account):
    zones = same_account.aws("route53").list_hosted_zones_by_vpc(
        VPCId=same_account.lab.world.vpcs["main"].id, VPCRegion="us-east-1"
    )["HostedZoneSummaries"]

    assert [zone["Name"] for zone in zones] == [f"{DEFAULT_ZONE}."]
    assert zones[0]["Owner"] == {"OwningService": "vpce.amazonaws.com"}


def test_what_the_emulator_lacks_is_a_readable_error(same_account):
    with pytest.raises(ClientError) as caught:
        same_account.aws("ec2").describe_vpc_block_public_access_options()

    assert caught.value.response["Error"]["Code"] == "NotImplemented"


def test_a_key_that_was_never_issued_is_refused(same_account):
    unknown = {"AccessKeyId": "AKIAUNKNOWN000000000", "SecretAccessKey": "x", "SessionToken": "x"}
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        same_account.aws("sts", unknown).get_caller_identity()


def test_a_vpn_world_has_a_propagated_route_and_tunnels_that_are_up(lab):
    client = lab("on-prem")
    ec2, world = client.aws("ec2"), client.lab.world
    table = ec2.describe_route_tables(RouteTableIds=[world.route_tables["endpoint"].id])["RouteTables"][0]
    learned = [route for route in table["Routes"] if route["DestinationCidrBlock"] == "10.200.0.0/16"]
    gateway = world.vpn_gateways["main"]

    assert table["PropagatingVgws"] == [{"GatewayId": gateway.id}]
    assert [route["Origin"] for route in learned] == ["EnableVgwRoutePropagation"]
    connection = ec2.describe_vpn_connections()["VpnConnections"][0]
    assert connection["VpnGatewayId"] == gateway.id
    assert {tunnel["Status"] for tunnel in connection["VgwTelemetry"]} == {"UP"}


def test_a_peered_world_shares_the_name_through_a_customer_zone(lab):
    client = lab("peered")
    world = client.lab.world
    records = client.aws("route53").list_resource_record_sets(HostedZoneId=world.zones["shared"].id)
    aliases = {
        record["Name"]: record["AliasTarget"]["DNSName"]
        for record in records["ResourceRecordSets"]
        if "AliasTarget" in record
    }
    name = f"{world.fill('<host:main>')}."

    assert aliases == {f"{DEFAULT_ZONE}.": name, f"\\052.{DEFAULT_ZONE}.": name}
    peering = client.aws("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"][0]
    assert peering["Status"]["Code"] == "active"


def test_credentials_of_a_role_belong_to_the_roles_account(lab):
    client = lab("cross-account")
    own = client.aws("sts").get_caller_identity()
    reader = client.option("--role-arn")[0]
    keys = client.aws("sts").assume_role(RoleArn=reader, RoleSessionName="look")["Credentials"]

    assert own["Arn"] == "arn:aws:sts::222222222222:assumed-role/app/lab"
    assert client.aws("sts", keys).get_caller_identity()["Account"] == "111111111111"
    assert client.aws("apigateway").get_rest_apis()["items"] == []
    assert [api["name"] for api in client.aws("apigateway", keys).get_rest_apis()["items"]] == ["pets"]


def test_a_role_that_does_not_exist_cannot_be_assumed(lab):
    client = lab("cross-account")
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        client.aws("sts").assume_role(RoleArn="arn:aws:iam::111111111111:role/nobody", RoleSessionName="x1")


def test_an_operation_can_be_refused_in_one_account_and_allowed_in_another(lab):
    error = ("UnauthorizedOperation", "You are not authorized to perform this operation.")
    client = lab("cross-account", refused={"222222222222:ec2:DescribeNetworkAcls": error})
    keys = client.aws("sts").assume_role(RoleArn=client.option("--role-arn")[0], RoleSessionName="look")
    with pytest.raises(ClientError) as caught:
        client.aws("ec2").describe_network_acls()

    assert caught.value.response["Error"] == dict(zip(("Code", "Message"), error, strict=True))
    assert client.aws("ec2", keys["Credentials"]).describe_network_acls()["NetworkAcls"]


@pytest.mark.parametrize(
    ("operation", "service", "call"),
    [
        ("apigateway:GetRestApis", "apigateway", "get_rest_apis"),
        ("iam:ListRoles", "iam", "list_roles"),
        ("organizations:DescribeOrganization", "organizations", "describe_organization"),
        ("route53resolver:ListResolverRules", "route53resolver", "list_resolver_rules"),
        ("elasticloadbalancing:DescribeLoadBalancers", "elbv2", "describe_load_balancers"),
    ],
)
def test_a_refusal_is_readable_in_every_protocol(lab, operation, service, call):
    client = lab(refused={operation: ("AccessDeniedException", "not authorized")})
    with pytest.raises(ClientError) as caught:
        getattr(client.aws(service), call)()

    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_delay_is_waited_on_every_call(lab):
    client = lab(delay_ms=120).aws("sts")
    before = time.monotonic()
    client.get_caller_identity()

    assert time.monotonic() - before >= 0.12


def test_a_change_edits_the_world_before_it_is_built(lab):
    def bigger(world):
        world.vpcs["main"].dns_hostnames = False

    client = lab(change=bigger)
    vpc = client.lab.world.vpcs["main"].id
    answer = client.aws("ec2").describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")

    assert answer["EnableDnsHostnames"] == {"Value": False}


def test_a_new_lab_starts_from_nothing(lab):
    lab("on-prem")
    client = lab("peered")

    assert len(client.aws("ec2").describe_vpc_endpoints()["VpcEndpoints"]) == 1
    assert client.aws("ec2").describe_vpn_gateways()["VpnGateways"] == []
