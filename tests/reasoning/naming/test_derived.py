"""Names are derived from an API, its endpoints and domains, in every partition (aws.md A.2, A.3)."""

import pytest

from apidoctor.model.inventory import Inventory
from apidoctor.reasoning.apigateway.names import PARTITIONS
from apidoctor.reasoning.naming.derived import derive
from apidoctor.reasoning.naming.vantages import OUTSIDE, gets

API, ACCOUNT, ENDPOINT = "abc1234567", "222222222222", "vpce-0aaa0000000000000"
REGIONS = {
    "aws": "eu-west-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}


def world(region, suffix, *, private_dns=True, domains=(), mappings=None):
    """One endpoint with an interface in each of two zones, its names as `DnsEntries` show them."""
    public = f"{ENDPOINT}-1b2c3d4e"
    names = [
        f"{public}{zone}.execute-api.{region}.vpce.{suffix}" for zone in ("", f"-{region}a", f"-{region}b")
    ]
    endpoint = {
        "VpcEndpointId": ENDPOINT,
        "VpcId": "vpc-e",
        "VpcEndpointType": "Interface",
        "ServiceName": f"com.amazonaws.{region}.execute-api",
        "State": "available",
        "PrivateDnsEnabled": private_dns,
        "NetworkInterfaceIds": ["eni-a", "eni-b"],
        "DnsEntries": [{"DnsName": name} for name in names],
    }
    interfaces = [
        {
            "NetworkInterfaceId": f"eni-{zone}",
            "AvailabilityZone": f"{region}{zone}",
            "PrivateIpAddresses": [{"PrivateIpAddress": address}],
        }
        for zone, address in (("a", "10.1.4.21"), ("b", "10.1.5.21"))
    ]
    on = {"Value": True}
    here = {
        "describe_vpcs": {"Vpcs": [{"VpcId": "vpc-e", "CidrBlock": "10.1.0.0/16"}]},
        "describe_vpc_endpoints": {"VpcEndpoints": [endpoint]},
        "describe_network_interfaces": {"NetworkInterfaces": interfaces},
        "describe_vpc_attribute": {
            "vpc-e/enableDnsSupport": {"EnableDnsSupport": on},
            "vpc-e/enableDnsHostnames": {"EnableDnsHostnames": on},
        },
        "list_resolver_rules": {"ResolverRules": []},
        "list_resolver_rule_associations": {"ResolverRuleAssociations": []},
        "get_rest_apis": {"items": [{"id": API, "endpointConfiguration": {"types": ["PRIVATE"]}}]},
        "get_domain_names": {"items": list(domains)},
        "get_base_path_mappings": mappings or {},
    }
    zones = {"list_hosted_zones_by_vpc": {f"vpc-e/{region}": {"HostedZoneSummaries": []}}}
    return Inventory({ACCOUNT: {region: here, "global": zones}})


@pytest.mark.parametrize(("partition", "suffix"), [(row[0], row[1]) for row in PARTITIONS])
def test_every_partition_has_all_forms_with_its_own_suffix(partition, suffix):
    region = REGIONS[partition]
    names, endpoints = derive(world(region, suffix), region, API)
    zone, own = f"execute-api.{region}.{suffix}", f"{ENDPOINT}-1b2c3d4e"

    assert [found[1]["VpcEndpointId"] for found in endpoints] == [ENDPOINT]
    assert [(name.form, name.name, name.host, name.api_id_header) for name in names] == [
        ("private-dns", f"{API}.{zone}", None, None),
        ("endpoint-host", f"{own}.execute-api.{region}.vpce.{suffix}", f"{API}.{zone}", None),
        ("endpoint-id-header", f"{own}.execute-api.{region}.vpce.{suffix}", None, API),
        ("endpoint-zonal", f"{own}-{region}a.execute-api.{region}.vpce.{suffix}", f"{API}.{zone}", None),
        ("endpoint-zonal", f"{own}-{region}b.execute-api.{region}.vpce.{suffix}", f"{API}.{zone}", None),
        ("alias", f"{API}-{ENDPOINT}.{zone}", None, None),
        ("direct-ip", "10.1.4.21", f"{API}.{zone}", None),
        ("direct-ip", "10.1.5.21", f"{API}.{zone}", None),
    ]


def test_a_zonal_name_should_be_the_address_of_its_zone_alone():
    names, _ = derive(world("eu-west-1", "amazonaws.com"), "eu-west-1", API)
    zonal = {name.zone: name.addresses for name in names if name.form == "endpoint-zonal"}

    assert zonal == {"eu-west-1a": ("10.1.4.21",), "eu-west-1b": ("10.1.5.21",)}


PRIVATE = {"endpointConfiguration": {"types": ["PRIVATE"]}}


@pytest.mark.parametrize(
    ("mappings", "listed"),
    [
        ({"api.corp.example/d1": {"items": [{"restApiId": API}]}}, True),
        ({"api.corp.example/d1": {"items": [{"restApiId": "other12345"}]}}, False),
        ({"api.corp.example/d1": {"error": {"Code": "AccessDeniedException", "Message": ""}}}, True),
    ],
    ids=["mapped to it", "mapped to another", "not to be read"],
)
def test_a_private_custom_domain_is_a_name_when_it_may_lead_to_the_api(mappings, listed):
    domain = {"domainName": "api.corp.example", "domainNameId": "d1", **PRIVATE}
    names, _ = derive(
        world("eu-west-1", "amazonaws.com", domains=[domain], mappings=mappings), "eu-west-1", API
    )
    forms = [name.form for name in names if "api.corp.example" in (name.name, name.host)]

    assert forms == (["custom-domain", "custom-domain-endpoint"] if listed else [])


def test_a_public_custom_domain_is_no_name_of_a_private_api():
    domain = {"domainName": "api.corp.example", "endpointConfiguration": {"types": ["REGIONAL"]}}
    names, _ = derive(world("eu-west-1", "amazonaws.com", domains=[domain]), "eu-west-1", API)

    assert not [name for name in names if name.form.startswith("custom-domain")]


@pytest.mark.parametrize("private_dns", [True, False])
def test_what_the_default_name_gets_hangs_on_the_place_and_on_private_dns(private_dns):
    inventory = world("eu-west-1", "amazonaws.com", private_dns=private_dns)
    default = derive(inventory, "eu-west-1", API)[0][0]

    assert {place: good for place, _, good in gets(inventory, default)} == {
        "vpc-e": private_dns,
        OUTSIDE: False,
    }


def test_the_endpoints_own_name_is_right_everywhere():
    inventory = world("eu-west-1", "amazonaws.com", private_dns=False)
    own = derive(inventory, "eu-west-1", API)[0][1]

    assert [good for _, _, good in gets(inventory, own)] == [True, True]


def ruled(*bases, api=API):
    """One routing rule that leads to an API, with the base paths it asks for."""
    conditions = [{"MatchBasePaths": {"AnyOf": list(bases)}}] if bases else []
    return {
        "Priority": 10,
        "Conditions": conditions,
        "Actions": [{"InvokeApi": {"ApiId": api, "Stage": "prod"}}],
    }


@pytest.mark.parametrize(
    ("mode", "rules", "listed"),
    [
        ("ROUTING_RULE_ONLY", [ruled()], True),
        ("ROUTING_RULE_ONLY", [ruled(api="other12345")], False),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", [ruled()], True),
        ("BASE_PATH_MAPPING_ONLY", [ruled()], False),
        ("ROUTING_RULE_ONLY", None, True),
    ],
)
def test_a_routing_rule_makes_a_domain_a_name_of_the_api(mode, rules, listed):
    domain = {"domainName": "api.corp.example", "domainNameId": "d1", "routingMode": mode, **PRIVATE}
    region = "eu-west-1"
    inventory = world(
        region, "amazonaws.com", domains=[domain], mappings={"api.corp.example/d1": {"items": []}}
    )
    if rules is not None:
        here = inventory._answers[ACCOUNT][region]
        here["apigatewayv2.list_routing_rules"] = {"api.corp.example/d1": {"RoutingRules": rules}}
    names, _ = derive(inventory, region, API)

    assert any(name.form == "custom-domain" for name in names) == listed


def test_a_domain_that_two_lists_show_is_one_name_with_its_base_path_and_association():
    region, arn = "eu-west-1", f"arn:aws:apigateway:eu-west-1:{ACCOUNT}:/domainnames/api.corp.example+d1"
    domain = {"domainName": "api.corp.example", "domainNameId": "d1", **PRIVATE}
    mappings = {"api.corp.example/d1": {"items": [{"restApiId": API, "basePath": "shop"}]}}
    inventory = world(region, "amazonaws.com", domains=[domain, domain], mappings=mappings)
    tie = {"domainNameArn": arn, "accessAssociationSource": ENDPOINT}
    inventory._answers[ACCOUNT][region]["get_domain_name_access_associations"] = {"items": [tie]}
    names, _ = derive(inventory, region, API)
    (direct,) = [name for name in names if name.form == "custom-domain"]

    assert "(there is one)" in direct.needs
    assert direct.needs.endswith("a path below /shop")
