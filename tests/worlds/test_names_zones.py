"""Private hosted zones and the names they answer or take (Route 53 Developer Guide; RFC 4592 for wildcards)."""

import pytest
from worlds.build import (
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_NAME,
    ENDPOINT_URL,
    HOSTED_ZONE,
    REGION,
    VPC_C,
    VPC_E,
    ZONE_NAME,
    World,
    an_id,
)
from worlds.cases import Cases, check_case
from worlds.changes import customer_zone, private_dns, seen_zone, zones_of
from worlds.judge import judge
from worlds.layouts import cross_account, peered, same_vpc, transit
from worlds.route53 import (
    WILDCARD_AND_APEX,
    alias,
    any_of,
    hosted,
    only,
    plain,
    seen_by,
    zone_arn,
)
from worlds.test_unknown import forget, refusal

CASES = Cases()
GONE = "10.1.4.99"
SUFFIX_ZONE = f"{REGION}.amazonaws.com"
PROFILED = zone_arn(HOSTED_ZONE)


# Records of one zone.


@CASES.healthy(peered, cross_account)
def a_wildcard_and_no_apex(world: World) -> None:
    customer_zone(world, any_of(ZONE_NAME))


@CASES.healthy(peered)
def a_zone_for_the_api_with_its_apex(world: World) -> None:
    only(world, DEFAULT_NAME, alias(DEFAULT_NAME))


@CASES.broken("D07", peered)
def a_zone_for_the_api_with_only_a_wildcard(world: World) -> None:
    """``*.example.com`` is not ``example.com``."""
    only(world, DEFAULT_NAME, alias(any_of(DEFAULT_NAME)))


@CASES.broken("D07", peered, transit)
def a_zone_with_nothing_but_soa_and_ns(world: World) -> None:
    only(world, ZONE_NAME)


@CASES.broken("D07", peered)
def the_record_has_only_an_ipv6_address(world: World) -> None:
    """The name exists, the type does not: no data, and no other zone is asked."""
    only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "AAAA", "2001:db8::21"))


@CASES.broken("D07", peered)
def another_type_at_the_very_name_hides_the_wildcard(world: World) -> None:
    """A wildcard stands for names that do not exist; a name with a TXT record exists."""
    only(world, ZONE_NAME, *WILDCARD_AND_APEX, plain(DEFAULT_NAME, "TXT", '"owner=pets"'))


@CASES.broken("D07", peered)
def an_empty_name_above_a_record_hides_the_wildcard(world: World) -> None:
    """A record below the API's name makes the API's name exist, without data (RFC 4592, 2.2.2)."""
    only(world, ZONE_NAME, *WILDCARD_AND_APEX, plain(f"www.{DEFAULT_NAME}", "TXT", '"x"'))


@CASES.broken("D07", peered)
def a_wildcard_further_up_does_not_reach_below_a_name_that_exists(world: World) -> None:
    """``sqs.execute-api.…`` makes ``execute-api.…`` exist, so the wildcard beside it covers nothing below it."""
    other = plain(f"sqs.{ZONE_NAME}", "A", "10.1.4.50")
    only(world, SUFFIX_ZONE, alias(any_of(SUFFIX_ZONE)), other)


@CASES.healthy(peered)
def a_wildcard_further_up_covers_several_labels(world: World) -> None:
    only(world, SUFFIX_ZONE, alias(any_of(SUFFIX_ZONE)))


@CASES.healthy(peered)
def another_name_beside_the_wildcard(world: World) -> None:
    only(world, ZONE_NAME, *WILDCARD_AND_APEX, plain(f"zzz7654321.{ZONE_NAME}", "TXT", '"x"'))


@CASES.healthy(peered)
def records_in_capitals(world: World) -> None:
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME.upper()), ENDPOINT_NAME.upper()))


@CASES.healthy(peered)
def a_cname_to_the_endpoints_name(world: World) -> None:
    """The client sends the API's name all the same: the certificate fits."""
    only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "CNAME", f"{ENDPOINT_NAME}."))


@CASES.healthy(peered)
def a_cname_to_one_zone_of_the_endpoint(world: World) -> None:
    zonal = ENDPOINT_NAME.replace(".", f"-{REGION}b.", 1)
    only(world, ZONE_NAME, plain(DEFAULT_NAME, "CNAME", zonal))


@CASES.healthy(peered)
def an_alias_to_one_zone_of_the_endpoint(world: World) -> None:
    zonal = ENDPOINT_NAME.replace(".", f"-{REGION}a.", 1)
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME), zonal))


@CASES.healthy(peered)
def an_alias_inside_the_zone(world: World) -> None:
    hub = f"hub.{ZONE_NAME}"
    zone = only(world, ZONE_NAME)
    world.answers(API_ACCOUNT, "global")["list_resource_record_sets"][zone]["ResourceRecordSets"] += [
        alias(hub),
        alias(any_of(ZONE_NAME), hub, zone=zone),
    ]


@CASES.healthy(peered)
def a_cname_inside_the_zone(world: World) -> None:
    hub = f"hub.{ZONE_NAME}"
    only(world, ZONE_NAME, alias(hub), plain(any_of(ZONE_NAME), "CNAME", f"{hub}."))


@CASES.broken("D08", peered)
def a_cname_inside_the_zone_to_an_old_address(world: World) -> None:
    hub = f"hub.{ZONE_NAME}"
    only(world, ZONE_NAME, plain(hub, "A", GONE), plain(any_of(ZONE_NAME), "CNAME", f"{hub}."))


@CASES.healthy(peered)
def weighted_records_that_all_lead_to_the_endpoint(world: World) -> None:
    zonal = [ENDPOINT_NAME.replace(".", f"-{REGION}{zone}.", 1) for zone in "ab"]
    records = [
        alias(any_of(ZONE_NAME), to, SetIdentifier=to[:40], Weight=weight)
        for to, weight in zip(zonal, (90, 10), strict=True)
    ]
    only(world, ZONE_NAME, *records)


@CASES.broken("D08", peered)
def all_weighted_records_hold_old_addresses(world: World) -> None:
    records = [
        plain(any_of(ZONE_NAME), "A", address, SetIdentifier=address, Weight=50)
        for address in (GONE, "10.1.5.99")
    ]
    only(world, ZONE_NAME, *records)


@CASES.healthy(peered)
def a_record_of_weight_nought_is_never_given(world: World) -> None:
    right = alias(any_of(ZONE_NAME), SetIdentifier="new", Weight=100)
    old = plain(any_of(ZONE_NAME), "A", GONE, SetIdentifier="old", Weight=0)
    only(world, ZONE_NAME, right, old)


@CASES.broken("D08", peered)
def addresses_of_another_endpoint_of_the_vpc(world: World) -> None:
    """An endpoint for another service has its own interfaces: the zone names the wrong one."""
    other = ENDPOINT_NAME.replace(ENDPOINT, an_id("vpce", "b")).replace("execute-api", "sqs")
    endpoint = world[ENDPOINT] | {
        "VpcEndpointId": an_id("vpce", "b"),
        "ServiceName": f"com.amazonaws.{REGION}.sqs",
        "NetworkInterfaceIds": [],
        "PrivateDnsEnabled": False,
        "DnsEntries": [{"DnsName": other, "HostedZoneId": AWS_SQS_ZONE}],
    }
    world.answers(world.endpoint_account)["describe_vpc_endpoints"]["VpcEndpoints"].append(endpoint)
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME), other, zone=AWS_SQS_ZONE))


AWS_SQS_ZONE = "Z7HUB22UULQXV"


@CASES.broken("D08", peered)
def all_addresses_are_of_an_endpoint_that_was_replaced(world: World) -> None:
    only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "A", GONE, "10.1.5.99"))


# Several zones.


@CASES.broken("D07", peered, cross_account)
def the_longer_of_two_zones_is_empty(world: World) -> None:
    """The most specific zone answers; nothing falls through to the other one."""
    hosted(world, DEFAULT_NAME, vpcs=(VPC_C,))


@CASES.broken("D08", peered)
def the_longer_of_two_zones_holds_an_old_address(world: World) -> None:
    hosted(world, DEFAULT_NAME, plain(DEFAULT_NAME, "A", GONE), vpcs=(VPC_C,))


@CASES.broken("D07", same_vpc)
def a_longer_zone_than_the_endpoints_own_is_empty(world: World) -> None:
    """Private DNS is on; a customer's zone for this very API takes the name all the same."""
    hosted(world, DEFAULT_NAME, vpcs=(VPC_E,))


@CASES.broken("D08", same_vpc)
def a_longer_zone_than_the_endpoints_own_holds_an_old_address(world: World) -> None:
    hosted(world, DEFAULT_NAME, plain(DEFAULT_NAME, "A", GONE), vpcs=(VPC_E,))


@CASES.healthy(same_vpc, peered)
def a_shorter_zone_is_empty(world: World) -> None:
    hosted(world, "amazonaws.com", vpcs=(VPC_E if world.target and not sees_customer(world) else VPC_C,))


def sees_customer(world: World) -> bool:
    """Whether this is a world with a caller's VPC of its own."""
    return VPC_C in world.things


@CASES.healthy(same_vpc)
def a_zone_for_another_api_is_empty(world: World) -> None:
    hosted(world, f"zzz7654321.{ZONE_NAME}", vpcs=(VPC_E,))


@CASES.healthy(same_vpc)
def a_zone_for_another_region_is_empty(world: World) -> None:
    hosted(world, "execute-api.eu-west-1.amazonaws.com", vpcs=(VPC_E,))


@CASES.healthy(same_vpc)
def a_zone_whose_name_only_ends_alike(world: World) -> None:
    """``notexecute-api.…`` shares letters, not labels."""
    hosted(world, f"7.{ZONE_NAME}", vpcs=(VPC_E,))
    hosted(world, f"not{ZONE_NAME}", vpcs=(VPC_E,))


@CASES.broken("D07", peered)
def only_a_short_zone_without_the_name(world: World) -> None:
    only(world, "amazonaws.com", plain("www.amazonaws.com", "A", "10.9.9.9"))


@CASES.broken("D07", peered)
def only_a_zone_for_the_region_without_the_name(world: World) -> None:
    only(world, SUFFIX_ZONE, plain(f"sqs.{SUFFIX_ZONE}", "A", "10.1.4.50"))


@CASES.healthy(peered)
def only_a_short_zone_with_the_name(world: World) -> None:
    only(world, "amazonaws.com", alias(any_of(ZONE_NAME)))


@CASES.broken("D06", peered)
def only_a_zone_of_another_region(world: World) -> None:
    private_dns(world, on=True)
    only(world, "execute-api.eu-west-1.amazonaws.com", alias(any_of("execute-api.eu-west-1.amazonaws.com")))
    forget(world, "list_resource_record_sets")


@CASES.undecided(peered)
def two_zones_and_the_longer_one_may_not_be_read(world: World) -> None:
    zone = hosted(world, DEFAULT_NAME, vpcs=(VPC_C,))
    answers = world.answers(API_ACCOUNT, "global")["list_resource_record_sets"]
    answers[zone] = refusal("list_resource_record_sets")


@CASES.healthy(peered)
def two_zones_and_the_shorter_one_may_not_be_read(world: World) -> None:
    zone = hosted(world, "amazonaws.com", vpcs=(VPC_C,))
    answers = world.answers(API_ACCOUNT, "global")["list_resource_record_sets"]
    answers[zone] = refusal("list_resource_record_sets")


# Private DNS as the other zone.


@CASES.healthy(same_vpc)
def private_dns_is_off_and_a_customers_zone_answers(world: World) -> None:
    private_dns(world, on=False)
    hosted(world, ZONE_NAME, *WILDCARD_AND_APEX, vpcs=(VPC_E,))


@CASES.broken("D07", same_vpc)
def private_dns_is_off_and_a_customers_zone_knows_another_api(world: World) -> None:
    private_dns(world, on=False)
    hosted(world, ZONE_NAME, alias(f"zzz7654321.{ZONE_NAME}"), vpcs=(VPC_E,))


@CASES.broken("D02", peered)
def a_customers_wildcard_captures_the_name_of_a_public_api(world: World) -> None:
    """The customer's own wildcard does what private DNS does (aws.md A.8)."""
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}


@CASES.broken("H08", peered, same_vpc)
def a_public_api_is_called_by_the_endpoints_name_on_purpose(world: World) -> None:
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}
    world.target, world.options = ENDPOINT_URL, ["-H", f"x-apigw-api-id:{API}"]


@CASES.broken("D02", same_vpc)
def private_dns_captures_the_name_of_an_http_api(world: World) -> None:
    """HTTP APIs are always public; their default names look the same (aws.md A.4)."""
    world.target = f"https://zzz7654321.{ZONE_NAME}/pets"
    api = {
        "ApiId": "zzz7654321",
        "Name": "orders",
        "ProtocolType": "HTTP",
        "DisableExecuteApiEndpoint": False,
    }
    world.answers(API_ACCOUNT)["apigatewayv2.get_apis"] = {"Items": [api]}


@CASES.broken("D09", cross_account)
def the_zone_of_another_account_is_not_associated(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_the_zone_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def partly_old(*addresses: str):
    """A zone with one address that is right and one that is not."""
    return lambda world: only(world, ZONE_NAME, plain(any_of(ZONE_NAME), "A", *addresses))


def half_the_weight(world: World) -> None:
    old = plain(any_of(ZONE_NAME), "A", GONE, SetIdentifier="old", Weight=50)
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME), SetIdentifier="new", Weight=50), old)


@pytest.mark.parametrize("change", [partly_old("10.1.4.21", GONE), half_the_weight])
def test_an_answer_that_is_partly_old_is_told(change, tmp_path):
    """Some calls work; a person must hear of the others."""
    world = peered()
    change(world)
    said = judge(world, tmp_path)

    told = said.of("fail") + said.of("warn")
    assert "D08" in {each["fault"] for each in told}, said.story()


def test_an_alias_to_a_name_that_its_zone_lacks_is_a_fault_of_the_zone(tmp_path):
    world = peered()
    zone = only(world, ZONE_NAME)
    world.answers(API_ACCOUNT, "global")["list_resource_record_sets"][zone]["ResourceRecordSets"].append(
        alias(any_of(f"apps.{ZONE_NAME}"), f"hub.{ZONE_NAME}", zone=zone)
    )
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.faults) == ("broken", ["D07"]), said.story()


def test_a_loop_of_aliases_ends(tmp_path):
    world = peered()
    one, two = f"one.{ZONE_NAME}", f"two.{ZONE_NAME}"
    only(
        world,
        ZONE_NAME,
        plain(any_of(ZONE_NAME), "CNAME", one),
        plain(one, "CNAME", two),
        plain(two, "CNAME", one),
    )
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D07", "D08"}, said.story()
    assert not said.of("error"), said.story()


def test_a_zone_that_is_misnamed_is_no_zone(tmp_path):
    """Landing zones have made ``execute-api.REGION.vpce.amazonaws.com`` for it: the name stays public."""
    world = peered()
    name = f"execute-api.{REGION}.vpce.amazonaws.com"
    only(world, name, alias(any_of(name)))
    forget_customer(world)
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert len(said.faults) == 1, said.story()
    assert set(said.faults) <= {"D06", "D08", "D01"}, said.story()


def forget_customer(world: World) -> None:
    """The customer's zone of the layout was never there."""
    zones_of(world, world.endpoint_account, VPC_E, [])
    for _, answer in world.everywhere("list_resource_record_sets"):
        answer.pop(HOSTED_ZONE, None)


def test_a_zone_of_two_vpcs_is_named_once(tmp_path):
    world = peered()
    assert seen_by(world, VPC_C) == [seen_zone(world)]
    only(world, ZONE_NAME, vpcs=(VPC_C, VPC_E))
    said = judge(world, tmp_path)
    assert said.faults == ["D07"], said.story()
