"""What the URL, the Host or the endpoint gets wrong: D22, D14 and D15 by each form of call (aws.md A.3, A.4)."""

import json

import pytest
from worlds.build import (
    ALIAS_URL,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
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
from worlds.layouts import on_prem, peered, same_vpc
from worlds.route53 import (
    seen_by,
)
from worlds.seen import dns, host, probed, refused, without
from worlds.test_unknown import refuse

WRONG = Cases()
HEADER = ["-H", f"x-apigw-api-id:{API}"]
HOST = ["-H", f"Host:{DEFAULT_NAME}"]


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


@WRONG.broken("D15", on_prem)
def the_alias_as_host_of_an_api_that_lists_another_endpoint(world: World) -> None:
    world.options = ["-H", f"Host: {API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"]
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


@pytest.mark.parametrize("name", ["Host", "HOST", "host"])
def test_the_case_of_the_host_header_does_not_matter(name, tmp_path):
    world = on_prem()
    world.options = ["-H", f"{name}:{DEFAULT_NAME.upper()}"]
    assert judge(world, tmp_path).report["verdict"] == "healthy"


@pytest.mark.parametrize(
    ("target", "fault", "words"), [(ALIAS_URL, "D15", "vpcEndpointIds"), (URL, "D03", "Forward")]
)
def test_a_name_that_does_not_exist_gets_the_fix_of_its_own_fault(target, fault, words, tmp_path):
    world = on_prem()
    world.target, world.options, world.origin = target, [], "local"
    world.observations = [host(world), dns(target.split("/")[2], "nxdomain")]
    for operation in ("get_rest_api", "get_rest_apis", "describe_vpc_endpoints"):
        refuse(world, operation)
    said = judge(world, tmp_path)
    found = said.report["root_causes"][0]
    assert found["fault"] == fault, said.story()
    assert words in found["fix"]
    assert ("Forward" in found["fix"]) == (fault == "D03")
