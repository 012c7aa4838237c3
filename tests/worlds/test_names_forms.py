"""Every partition, every form of call, and what the URL or Host itself gets wrong (aws.md A.1-A.4, A.9, A.10)."""

import json
import re
from collections.abc import Callable

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_NAME,
    ENDPOINT_URL,
    REGION,
    URL,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
)
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, zones_of
from worlds.judge import judge
from worlds.layouts import cross_account, on_prem, peered, same_vpc
from worlds.route53 import (
    alias,
    any_of,
    block,
    firewall,
    hosted,
    only,
    resolver_rule,
    seen_by,
)
from worlds.seen import dns, probed, refused, without
from worlds.test_unknown import refuse

PLACES = {
    "China": ("cn-north-1", "amazonaws.com.cn", "aws-cn"),
    "GovCloud": ("us-gov-west-1", "amazonaws.com", "aws-us-gov"),
    "EU sovereign": ("eusc-de-east-1", "amazonaws.eu", "aws-eusc"),
    "isolated": ("us-iso-east-1", "c2s.ic.gov", "aws-iso"),
    "another Region": ("ap-southeast-5", "amazonaws.com", "aws"),
}
Place = tuple[str, str, str]


def moved(text: str, place: Place) -> str:
    """A text about us-east-1 as it reads in another Region and partition."""
    region, suffix, partition = place
    text = re.sub(rf"({REGION}(?:\.vpce)?)\.amazonaws\.com\b", rf"\1.{suffix}", text, flags=re.IGNORECASE)
    return text.replace("arn:aws:", f"arn:{partition}:").replace(REGION, region)


def move(world: World, place: Place) -> None:
    """Let the whole world, and the question, stand in another Region and partition."""
    world.accounts = json.loads(moved(json.dumps(world.accounts), place))
    world.observations = json.loads(moved(json.dumps(world.observations), place))
    world.target, world.principal = moved(world.target, place), moved(world.principal, place)
    world.options = [moved(option, place) for option in world.options]


ANYWHERE, FORMS, WRONG = Cases(), Cases(), Cases()
HEADER = ["-H", f"x-apigw-api-id:{API}"]
HOST = ["-H", f"Host:{DEFAULT_NAME}"]


# The same in every partition.


@ANYWHERE.healthy(same_vpc, peered, cross_account, on_prem)
def nothing_is_wrong(world: World) -> None:
    """The layout as it is."""


@ANYWHERE.healthy(on_prem)
def the_endpoints_name_with_host(world: World) -> None:
    world.options = HOST


@ANYWHERE.healthy(on_prem)
def the_alias(world: World) -> None:
    world.target, world.options = ALIAS_URL, []


@ANYWHERE.healthy(peered)
def the_zonal_name(world: World) -> None:
    zonal = ENDPOINT_NAME.replace(".", f"-{REGION}a.", 1)
    world.target, world.options = f"https://{zonal}/prod/pets", HEADER


@ANYWHERE.broken("D01", same_vpc)
def private_dns_is_off(world: World) -> None:
    private_dns(world, on=False)


@ANYWHERE.broken("D15", on_prem)
def the_alias_of_an_endpoint_that_is_not_associated(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []


@ANYWHERE.broken("D12", same_vpc)
def a_rule_takes_the_zone(world: World) -> None:
    resolver_rule(world, ZONE_NAME)


@ANYWHERE.broken("D07", peered)
def the_zone_lacks_the_name(world: World) -> None:
    only(world, ZONE_NAME)


@ANYWHERE.broken("D13", same_vpc)
def the_firewall_blocks_the_zone(world: World) -> None:
    firewall(world, block(f"*.{ZONE_NAME}"))


@ANYWHERE.broken("D02", same_vpc)
def the_api_is_public(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"]}


@ANYWHERE.healthy(same_vpc)
def a_host_saw_that_all_is_well(world: World) -> None:
    probed(world)


def everywhere() -> list:
    """Each case in each place."""
    return [
        pytest.param(place, *case.values, id=f"{name}: {case.id}")
        for name, place in PLACES.items()
        for case in ANYWHERE.params
    ]


@pytest.mark.parametrize(("place", "layout", "change", "faults", "verdict"), everywhere())
def test_partitions_differ_in_nothing_but_names(place, layout, change, faults, verdict, tmp_path):
    def change_and_move(world: World) -> None:
        change(world)
        move(world, place)

    check_case(layout, change_and_move, faults, verdict, tmp_path)


def in_china() -> World:
    """One VPC in Beijing."""
    world = same_vpc()
    move(world, PLACES["China"])
    return world


def by_endpoint_name_in_china() -> World:
    """From a data centre in Beijing, by the endpoint's name with the API's name as Host."""
    world = on_prem()
    world.options = list(HOST)
    move(world, PLACES["China"])
    return world


# D21: the suffix of another partition.


@WRONG.broken("D21", in_china)
def the_url_lacks_cn(world: World) -> None:
    world.target = world.target.replace("amazonaws.com.cn", "amazonaws.com")


@WRONG.broken("D21", in_china)
def the_url_lacks_cn_and_no_zone_is_left(world: World) -> None:
    """Private DNS is off, or on for the right suffix: either way the name is another partition's."""
    the_url_lacks_cn(world)
    for _, answer in world.everywhere("describe_vpc_endpoints"):
        for endpoint in answer["VpcEndpoints"]:
            endpoint["PrivateDnsEnabled"] = False


@WRONG.broken("D21", by_endpoint_name_in_china)
def the_endpoints_name_lacks_cn(world: World) -> None:
    world.target = world.target.replace("amazonaws.com.cn", "amazonaws.com")
    world.options = HEADER


@WRONG.broken("D21", by_endpoint_name_in_china)
def the_host_lacks_cn(world: World) -> None:
    world.options = [option.replace("amazonaws.com.cn", "amazonaws.com") for option in world.options]


@WRONG.broken("D21", same_vpc)
def the_url_has_cn_outside_china(world: World) -> None:
    world.target = URL.replace("amazonaws.com", "amazonaws.com.cn")


@WRONG.broken("D21", on_prem)
def the_host_has_cn_outside_china(world: World) -> None:
    world.options = ["-H", f"Host:{DEFAULT_NAME}.cn"]


@WRONG.broken("D21", same_vpc)
def the_url_has_the_sovereign_suffix(world: World) -> None:
    world.target = URL.replace("amazonaws.com", "amazonaws.eu")


@WRONG.healthy(by_endpoint_name_in_china)
def the_id_header_needs_no_suffix(world: World) -> None:
    world.options = HEADER


@WRONG.healthy(in_china)
def the_url_is_right_in_china(world: World) -> None:
    assert ".amazonaws.com.cn/" in world.target


# D22: the API or the Region in the URL. Another account may own it: what the host saw decides.


def mistyped(world: World, api: str = "abc1234568") -> None:
    """The account has no such API."""
    missing = {"error": {"Code": "NotFoundException", "Message": "Invalid API identifier specified"}}
    world.keyed(API_ACCOUNT, "get_rest_api", api, missing)


def forbidden(world: World) -> None:
    """The call reached the endpoint and was refused."""
    refused(probed(world), "ForbiddenException", '{"message":"Forbidden"}')


@WRONG.broken("D22", same_vpc)
def the_api_id_is_mistyped_with_private_dns_on(world: World) -> None:
    world.target = URL.replace(API, "abc1234568")
    mistyped(world)
    forbidden(world)


@WRONG.broken("D22", on_prem)
def the_api_id_is_mistyped_in_host(world: World) -> None:
    world.options = ["-H", f"Host:{DEFAULT_NAME.replace(API, 'abc1234568')}"]
    mistyped(world)
    forbidden(world)


@WRONG.broken("D22", on_prem)
def the_api_id_is_mistyped_in_the_id_header(world: World) -> None:
    world.options = ["-H", "x-apigw-api-id:abc1234568"]
    mistyped(world)
    forbidden(world)


@WRONG.undecided(same_vpc, on_prem)
def the_api_may_belong_to_another_account(world: World) -> None:
    world.target = world.target.replace(API, "abc1234568")
    world.options = [option.replace(API, "abc1234568") for option in world.options]
    mistyped(world)


# D14: private DNS cannot be on.

CONFLICT = (
    "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
    f"{ZONE_NAME} in the VPC {VPC_E}"
)


def another_endpoint(world: World, state: str, dns: bool = True) -> dict:
    """A second execute-api endpoint of the VPC."""
    other = json.loads(json.dumps(world[ENDPOINT])) | {
        "VpcEndpointId": an_id("vpce", "b"),
        "State": state,
        "PrivateDnsEnabled": dns,
        "NetworkInterfaceIds": [],
        "SubnetIds": [],
        "CreationTimestamp": "2025-01-05T09:00:00+00:00",
    }
    for entry in other["DnsEntries"]:
        entry["DnsName"] = entry["DnsName"].replace(ENDPOINT, other["VpcEndpointId"])
    world.answers(world.endpoint_account)["describe_vpc_endpoints"]["VpcEndpoints"].append(other)
    return other


@WRONG.broken("D14", same_vpc)
def private_dns_is_off_and_the_endpoint_tells_of_a_conflict(world: World) -> None:
    private_dns(world, on=False)
    world[ENDPOINT]["LastError"] = {"Code": "InvalidParameter", "Message": CONFLICT}


@WRONG.broken("D14", same_vpc)
def private_dns_is_off_beside_an_endpoint_that_is_being_deleted(world: World) -> None:
    another_endpoint(world, "deleting")
    private_dns(world, on=False)


@WRONG.broken("D01", same_vpc)
def private_dns_is_off_beside_an_endpoint_that_was_deleted(world: World) -> None:
    """What is gone owns no name."""
    another_endpoint(world, "deleted")
    private_dns(world, on=False)


@WRONG.broken("D01", same_vpc)
def private_dns_is_off_and_the_endpoint_tells_of_another_error(world: World) -> None:
    private_dns(world, on=False)
    world[ENDPOINT]["LastError"] = {"Code": "InvalidParameter", "Message": "the subnet is gone"}


@WRONG.broken("D01", same_vpc)
def private_dns_is_off_beside_an_endpoint_for_another_service(world: World) -> None:
    other = another_endpoint(world, "available")
    other["ServiceName"] = f"com.amazonaws.{REGION}.sqs"
    other["DnsEntries"] = [{"DnsName": f"sqs.{REGION}.amazonaws.com", "HostedZoneId": "Z01AWSOWNED00000001"}]
    private_dns(world, on=False)


@WRONG.broken("D01", same_vpc)
def private_dns_is_off_beside_an_endpoint_of_another_vpc(world: World) -> None:
    another_endpoint(world, "available")["VpcId"] = VPC_C
    private_dns(world, on=False)


@WRONG.healthy(same_vpc)
def an_old_conflict_is_still_told_while_private_dns_is_on(world: World) -> None:
    world[ENDPOINT]["LastError"] = {"Code": "InvalidParameter", "Message": CONFLICT}


@WRONG.healthy(same_vpc)
def a_conflict_does_not_matter_to_the_alias(world: World) -> None:
    private_dns(world, on=False)
    world[ENDPOINT]["LastError"] = {"Code": "InvalidParameter", "Message": CONFLICT}
    world.target = ALIAS_URL


@WRONG.healthy(same_vpc)
def a_conflict_does_not_matter_to_the_endpoints_name(world: World) -> None:
    private_dns(world, on=False)
    another_endpoint(world, "deleting")
    world.target, world.options = ENDPOINT_URL, HEADER


# D15: the alias.


@WRONG.healthy(on_prem, peered)
def the_alias_of_one_of_several_endpoints(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = [an_id("vpce", "b"), ENDPOINT]


@WRONG.broken("D15", peered)
def the_alias_of_an_api_that_lists_another_endpoint(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    world.target = ALIAS_URL
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = [an_id("vpce", "b")]


@WRONG.healthy(same_vpc, on_prem)
def only_the_alias_needs_the_association(world: World) -> None:
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = [an_id("vpce", "b")]


@WRONG.undecided(on_prem)
def the_alias_of_an_api_that_may_not_be_read(world: World) -> None:
    world.target, world.options = ALIAS_URL, []
    refuse(world, "get_rest_api")
    refuse(world, "get_rest_apis")


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), WRONG.params)
def test_what_the_url_or_the_endpoint_gets_wrong_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_an_api_that_another_account_may_own_is_not_missing_for_certain(tmp_path):
    world = same_vpc()
    world.target = URL.replace(API, "zzz7654321")
    said = judge(world, tmp_path)
    causes = [(cause["fault"], cause["confidence"]) for cause in said.report["root_causes"]]
    assert said.report["verdict"] != "healthy", said.story()
    assert set(causes) <= {("D22", "likely"), ("D22", "possible")}, said.story()


def test_a_region_that_was_not_read_is_not_blamed_for_certain(tmp_path):
    world = same_vpc()
    world.target = URL.replace(REGION, "us-west-2")
    said = judge(world, tmp_path)
    causes = [(cause["fault"], cause["confidence"]) for cause in said.report["root_causes"]]
    assert said.report["verdict"] != "healthy", said.story()
    assert {fault for fault, _ in causes} <= {"D22", "N14"}, said.story()
    assert "certain" not in {confidence for _, confidence in causes}, said.story()


def test_a_region_without_such_an_api_and_without_an_endpoint_is_no_target(tmp_path):
    """Nothing could be evaluated: exit 4."""
    world = same_vpc()
    world.target = URL.replace(REGION, "us-west-2")
    world.answers(API_ACCOUNT, "us-west-2")
    missing = {"error": {"Code": "NotFoundException", "Message": "x"}}
    world.keyed(API_ACCOUNT, "get_rest_api", API, missing, "us-west-2")
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.code, said.faults) == ("undecided", 4, []), said.story()


@pytest.mark.parametrize("dns_on", [True, False])
def test_a_name_that_does_not_exist_in_the_region_of_the_url(dns_on, tmp_path):
    """NXDOMAIN from the VPC's resolver: the id or the Region is wrong."""
    world = same_vpc()
    private_dns(world, on=dns_on)
    world.target = URL.replace(REGION, "us-west-2")
    world.answers(API_ACCOUNT, "us-west-2")
    probed(world)
    without(world, "dns", "tcp", "tls", "http")
    world.observations.append(dns(DEFAULT_NAME.replace(REGION, "us-west-2"), "nxdomain"))
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.faults) == ("broken", ["D22"]), said.story()


def test_an_api_of_another_region_than_the_endpoint(tmp_path):
    """It exists there; the endpoint here does not serve it (N14, not D22)."""
    world = same_vpc()
    world.target = URL.replace(REGION, "us-west-2")
    other = world.answers(API_ACCOUNT, "us-west-2")
    here = world.answers(API_ACCOUNT)
    for operation in ("get_rest_api", "get_stages", "get_resources", "get_export", "get_deployments"):
        other[operation] = json.loads(json.dumps(here[operation]).replace(REGION, "us-west-2"))
    other["get_rest_apis"] = {"items": [other["get_rest_api"][API]]}
    said = judge(world, tmp_path)
    assert said.report["verdict"] != "healthy", said.story()
    assert set(said.faults) <= {"N14"}, said.story()


def test_an_alias_in_a_vpc_whose_wildcard_takes_it_still_needs_the_association(tmp_path):
    """Where it leads there is not settled by the sources: never an all-clear, nothing but D15."""
    world = same_vpc()
    world.target = ALIAS_URL
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []
    said = judge(world, tmp_path)
    assert said.report["verdict"] in ("broken", "undecided"), said.story()
    assert set(said.faults) <= {"D15"}, said.story()


def test_another_endpoint_owns_the_name(tmp_path):
    """Private DNS is on at the other one: the name leads there, and whoever asked about this one must hear of it."""
    world = same_vpc()
    another_endpoint(world, "available")
    private_dns(world, on=False)
    seen_by(world, VPC_E).append(
        {
            "HostedZoneId": "Z01AWSOWNED00000002",
            "Name": f"{ZONE_NAME}.",
            "Owner": {"OwningService": "vpce.amazonaws.com"},
        }
    )
    world.options = ["--via", ENDPOINT]
    said = judge(world, tmp_path)
    told = said.of("fail") + said.of("warn")
    assert {each["fault"] for each in told} == {"D14"}, said.story()


# A private custom domain.

DOMAIN, DOMAIN_ID = "api.corp.example", "dom0000001"


def domain_url(world: World) -> None:
    """A private custom domain with everything that it needs but a zone."""
    arn = f"arn:aws:apigateway:{REGION}:{API_ACCOUNT}:/domainnames/{DOMAIN}+{DOMAIN_ID}"
    invoke = f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:/domainnames/{DOMAIN}+{DOMAIN_ID}"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": invoke},
        ],
    }
    domain = {
        "domainName": DOMAIN,
        "domainNameId": DOMAIN_ID,
        "domainNameArn": arn,
        "domainNameStatus": "AVAILABLE",
        "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "dualstack"},
        "securityPolicy": "TLS_1_2",
        "routingMode": "BASE_PATH_MAPPING_ONLY",
        "policy": json.dumps(policy),
    }
    world.add(API_ACCOUNT, "get_domain_names", domain)
    world.keyed(API_ACCOUNT, "get_domain_name", f"{DOMAIN}/{DOMAIN_ID}", domain)
    mapping = {"basePath": "(none)", "restApiId": API, "stage": "prod"}
    world.keyed(API_ACCOUNT, "get_base_path_mappings", f"{DOMAIN}/{DOMAIN_ID}", {"items": [mapping]})
    association = {
        "domainNameAccessAssociationArn": f"arn:aws:apigateway:{REGION}:{API_ACCOUNT}:/domainnameaccessassociations/"
        f"domainname/{DOMAIN}+{DOMAIN_ID}/vpcesource/{ENDPOINT}",
        "domainNameArn": arn,
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": ENDPOINT,
    }
    world.add(API_ACCOUNT, "get_domain_name_access_associations", association)
    world.target, world.options = f"https://{DOMAIN}/pets", []


def with_domain() -> World:
    """The caller's VPC sees a zone for the private custom domain."""
    world = peered()
    domain_url(world)
    only(world, DOMAIN, alias(DOMAIN))
    return world


CUSTOM, UNBLAMED = Cases(), []
FREE = UNBLAMED.append


@FREE
def the_domain_as_it_should_be(world: World) -> None:
    """A zone named like the domain, alias at its apex."""


@FREE
def private_dns_is_not_needed_for_the_domain(world: World) -> None:
    private_dns(world, on=False)


@FREE
def a_rule_for_execute_api_does_not_matter_to_the_domain(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)
    firewall(world, block(f"*.{ZONE_NAME}"), vpc=VPC_C)


@FREE
def a_zone_above_the_domain_with_its_record(world: World) -> None:
    only(world, "corp.example", alias(DOMAIN))


@CUSTOM.broken("D07", with_domain)
def a_zone_above_the_domain_without_its_record(world: World) -> None:
    only(world, "corp.example", alias("www.corp.example"))


@CUSTOM.broken("D12", with_domain)
def a_rule_for_the_domain_takes_it(world: World) -> None:
    resolver_rule(world, DOMAIN, vpc=VPC_C)


@CUSTOM.broken("D13", with_domain)
def the_firewall_blocks_the_domain(world: World) -> None:
    firewall(world, block("*.corp.example"), vpc=VPC_C)


@FREE
def the_endpoints_name_with_the_domain_as_host(world: World) -> None:
    only(world, "corp.example")
    world.target, world.options = f"https://{ENDPOINT_NAME}/pets", ["-H", f"Host:{DOMAIN}"]


@CUSTOM.broken("D09", with_domain)
def the_zone_of_the_domain_is_not_associated(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    world.answers(API_ACCOUNT, "global")["list_hosted_zones"] = {
        "HostedZones": [
            {
                "Id": f"/hostedzone/{hosted(world, DOMAIN, alias(DOMAIN))}",
                "Name": f"{DOMAIN}.",
                "Config": {"PrivateZone": True},
            }
        ]
    }


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CUSTOM.params)
def test_the_private_custom_domain_is_judged_by_its_own_zone(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("change", UNBLAMED, ids=lambda change: change.__name__)
def test_no_name_is_blamed_where_the_domain_is_served(change, tmp_path):
    """Every naming check passes or does not apply; what the domain is mapped to is another matter."""
    world = with_domain()
    change(world)
    said = judge(world, tmp_path)
    names = {r["check"]: r["status"] for r in said.report["results"] if r["check"].startswith("naming/")}
    assert said.faults == [], said.story()
    assert set(names.values()) <= {"pass", "skipped"}, said.story()
    assert names["naming/private-zone-answers-the-name"] == "pass" or "Host:api.corp.example" in world.options


def test_a_private_custom_domain_without_any_zone_is_broken(tmp_path):
    """It exists nowhere else: NXDOMAIN (aws.md A.4)."""
    world = with_domain()
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME)))
    for _, answer in world.everywhere("list_resource_record_sets"):
        for identity in [key for key in answer if key != "Z0CUSTOMERZONE0000001"]:
            if answer[identity]["ResourceRecordSets"][0]["Name"] == f"{DOMAIN}.":
                del answer[identity]
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09"}, said.story()


Change = Callable[[World], None]


@pytest.mark.parametrize("name", ["Host", "HOST", "host"])
def test_the_case_of_the_host_header_does_not_matter(name, tmp_path):
    world = on_prem()
    world.options = ["-H", f"{name}:{DEFAULT_NAME.upper()}"]
    assert judge(world, tmp_path).report["verdict"] == "healthy"
