"""Faults of the API, its stage and the request, each told from the inventory alone (API Gateway Developer Guide)."""

import pytest
from worlds.build import API, DEFAULT_NAME, ENDPOINT_NAME, ENDPOINT_URL, REGION, URL, World
from worlds.cases import Cases, check_case
from worlds.changes import set_methods
from worlds.layouts import cross_account, on_prem, peered, same_vpc
from worlds.stages import usage_plan

CASES = Cases()
REGIONAL = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}


def pets_by(verb: str, auth: str = "NONE") -> dict[str, dict[str, str]]:
    """One resource, /pets, with one method."""
    return {"/pets": {verb: auth}}


@CASES.broken("H01", on_prem)
def endpoint_name_without_a_header(world: World) -> None:
    world.options = []


@CASES.broken("H01", same_vpc)
def zonal_endpoint_name_without_a_header(world: World) -> None:
    world.target = ENDPOINT_URL.replace(".", f"-{REGION}a.", 1)


@CASES.healthy(on_prem, same_vpc)
def zonal_endpoint_name_with_the_id(world: World) -> None:
    world.target = ENDPOINT_URL.replace(".", f"-{REGION}a.", 1)
    world.options = ["-H", f"X-Apigw-Api-Id: {API}"]


@CASES.broken("H02", same_vpc, peered)
def path_is_not_in_the_api(world: World) -> None:
    world.target = URL.replace("/pets", "/cats")


@CASES.broken("H02", same_vpc)
def path_in_other_capitals(world: World) -> None:
    world.target = URL.replace("/pets", "/Pets")


@CASES.broken("H02", same_vpc, cross_account)
def method_is_not_in_the_api(world: World) -> None:
    world.options = ["--method", "POST"]


@CASES.broken("H02", same_vpc, on_prem)
def stage_does_not_exist(world: World) -> None:
    world.target = world.target.replace("/prod/", "/test/")


@CASES.broken("H02", same_vpc)
def api_has_no_stage_at_all(world: World) -> None:
    world.keyed(world.api_account, "get_stages", API, {"item": []})
    for operation in ("get_stage", "get_export"):
        del world.answers(world.api_account)[operation]


@CASES.broken("H02", same_vpc)
def path_below_a_resource_without_a_method(world: World) -> None:
    set_methods(world, {"/pets": {}, "/pets/{id}": {"GET": "NONE"}})


@CASES.broken("H02", same_vpc)
def proxy_does_not_answer_at_the_root(world: World) -> None:
    """{proxy+} does not cover the resource it stands below."""
    set_methods(world, {"/{proxy+}": {"ANY": "NONE"}})
    world.target = URL.replace("/pets", "")


@CASES.broken("H03", same_vpc)
def url_without_a_stage(world: World) -> None:
    world.target = f"https://{DEFAULT_NAME}/"


@CASES.broken("H03", on_prem)
def endpoint_url_without_a_stage(world: World) -> None:
    world.target = f"https://{ENDPOINT_NAME}/"


@CASES.broken("H04", same_vpc)
def method_is_saved_and_not_deployed(world: World) -> None:
    set_methods(world, pets_by("POST"))
    set_methods(world, pets_by("GET"), deployed=False)


@CASES.broken("H05", same_vpc, peered, on_prem)
def default_name_is_switched_off(world: World) -> None:
    world[API]["disableExecuteApiEndpoint"] = True


@CASES.broken("H08", on_prem)
def regional_api_through_the_endpoints_name(world: World) -> None:
    world[API]["endpointConfiguration"] = REGIONAL


@CASES.broken("H10", same_vpc, cross_account)
def method_asks_for_a_key_and_none_is_sent(world: World) -> None:
    set_methods(world, pets_by("GET", "AWS_IAM" if world.principal != "anonymous" else "NONE"), key=True)


@CASES.undecided(same_vpc)
def method_asks_for_a_key_and_one_is_sent(world: World) -> None:
    """The value of an API key is for a probe or a person to judge."""
    set_methods(world, pets_by("GET"), key=True)
    usage_plan(world)
    world.options = ["-H", "x-api-key: 0123456789abcdefghij"]


@CASES.undecided(same_vpc)
def api_id_that_this_account_does_not_have(world: World) -> None:
    """It may be mistyped, it may be another account's."""
    world.target = URL.replace(API, "abc1234576")


# Near misses.


@CASES.healthy(same_vpc)
def method_any(world: World) -> None:
    set_methods(world, pets_by("ANY"))
    world.options = ["--method", "HEAD"]


@CASES.healthy(same_vpc)
def path_parameter(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}, "/pets/{id}": {"GET": "NONE"}})
    world.target = URL + "/17"


@CASES.healthy(same_vpc)
def greedy_path_parameter(world: World) -> None:
    set_methods(world, {"/": {"GET": "NONE"}, "/{proxy+}": {"ANY": "NONE"}})
    world.target = URL + "/17/toys"


@CASES.healthy(same_vpc)
def path_parameter_over_a_greedy_one(world: World) -> None:
    set_methods(world, {"/pets/{proxy+}": {"ANY": "AWS_IAM"}, "/pets/{id}": {"GET": "NONE"}})
    world.target = URL + "/17"


@CASES.healthy(same_vpc)
def query_and_final_slash(world: World) -> None:
    world.target = URL + "?colour=black&x=%2F"


@CASES.healthy(same_vpc)
def root_method(world: World) -> None:
    set_methods(world, {"/": {"GET": "NONE"}})
    world.target = f"https://{DEFAULT_NAME}/prod"


@CASES.healthy(same_vpc)
def stage_path_and_method_by_option(world: World) -> None:
    world.target = API
    world.options = ["--region", REGION, "--stage", "prod", "--path", "/pets", "--method", "GET"]


@CASES.healthy(same_vpc)
def target_by_method_arn(world: World) -> None:
    world.target = f"arn:aws:execute-api:{REGION}:{world.api_account}:{API}/prod/GET/pets"


@CASES.healthy(same_vpc)
def api_serves_no_endpoint_by_alias(world: World) -> None:
    """The association is only for the alias name; the default name needs none."""
    world[API]["endpointConfiguration"]["vpcEndpointIds"] = []


@CASES.healthy(same_vpc)
def another_method_asks_for_a_key(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "NONE"}, "/orders": {"GET": "NONE"}})
    items = world.answers(world.api_account)["get_resources"][API]["items"]
    items[-1]["resourceMethods"]["GET"]["apiKeyRequired"] = True


@CASES.healthy(same_vpc)
def an_endpoint_type_that_speaks_both_families(world: World) -> None:
    endpoint = world.answers(world.endpoint_account)["describe_vpc_endpoints"]["VpcEndpoints"][0]
    endpoint |= {"IpAddressType": "dualstack", "DnsOptions": {"DnsRecordIpType": "dualstack"}}


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_fault_of_api_or_request_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)
