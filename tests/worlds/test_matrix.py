"""The invoke matrix of whole worlds: should (the checks' verdict on the configuration) against did, and near misses."""

import json
from pathlib import Path
from typing import Any

import pytest
from worlds.build import (
    ACL_E2,
    ADDRESSES,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT,
    ENDPOINT_NAME,
    ENI_E1,
    ENI_E2,
    GROUP_E,
    REGION,
    World,
)
from worlds.changes import set_policy
from worlds.domain import rule
from worlds.layouts import on_prem, peered, same_vpc
from worlds.seen import dns
from worlds.test_unknown import refuse
from worlds.tries import FORBIDDEN, OK, TIMEOUT, matrix, of, proved, statuses, to_the_endpoint, tried

ONE, OTHER = ADDRESSES[ENI_E1], ADDRESSES[ENI_E2]
PUBLIC = "52.94.1.9"
DOMAIN = "api.corp.example"
THROUGH = ("endpoint-host", "endpoint-id-header", "endpoint-zonal")

SIGNED = OK | {"signed": True}
MISMATCH: dict[str, Any] = {
    "status": 403,
    "error": "InvalidSignatureException",
    "body": '{"message":"The request signature we calculated does not match the signature you provided."}',
    "signed": True,
}
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def always(said: dict[str, Any]):
    return lambda row, address: said


def unassociated(world: World) -> World:
    """The API lists no endpoint: there is no alias."""
    for answer in [*world.answers(API_ACCOUNT)["get_rest_apis"]["items"], world.things[API]]:
        answer["endpointConfiguration"]["vpcEndpointIds"] = []
    for answer in world.answers(API_ACCOUNT).get("get_rest_api", {}).values():
        answer["endpointConfiguration"]["vpcEndpointIds"] = []
    return world


def with_domain(world: World) -> World:
    """A private custom domain is mapped to the API's stage below /shop."""
    domain = {
        "domainName": DOMAIN,
        "domainNameId": "d1",
        "endpointConfiguration": {"types": ["PRIVATE"]},
        "domainNameStatus": "AVAILABLE",
    }
    world.answers(API_ACCOUNT)["get_domain_names"]["items"].append(domain)
    mapping = {"items": [{"basePath": "shop", "restApiId": API, "stage": "prod"}]}
    world.keyed(API_ACCOUNT, "get_base_path_mappings", f"{DOMAIN}/d1", mapping)
    return world


def test_untried_rows_say_what_should_be(tmp_path: Path) -> None:
    told = matrix(same_vpc(), tmp_path)

    assert told["works"] == []
    assert told["summary"].startswith(
        "not known: nothing was tried; by configuration these forms should work: private-dns"
    )
    assert {row["status"] for row in told["rows"]} == {"not tried"}
    assert all(row["should"]["works"] for row in told["rows"])
    assert {row["form"] for row in told["rows"]} >= {
        "private-dns",
        "endpoint-host",
        "alias",
        "direct-ip",
        *THROUGH[1:2],
    }
    assert [row["asked"] for row in told["rows"]] == [True] + [False] * (len(told["rows"]) - 1)


def test_a_healthy_world_works_in_every_form(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always(OK), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"works"}
    assert told["proves"] == []
    assert told["use"]["form"] == "private-dns"
    cell = of(told, "private-dns")["cells"][0]
    assert (cell["tcp_ms"], cell["tls_ms"], cell["http_ms"], cell["http_status"]) == (1.0, 11.0, 30.0, 200)


def test_a_healthy_world_that_times_out_fails_unexpectedly(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always(TIMEOUT), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"fails unexpectedly"}
    assert (of(told, "alias")["phase"], of(told, "alias")["text"]) == ("tcp", "times out")
    assert proved(told) == {"N01": "possible"}
    assert told["use"] is None


def group_is_closed(world: World) -> World:
    world[GROUP_E]["IpPermissions"] = []
    return world


def test_a_closed_group_fails_as_configured_everywhere(tmp_path: Path) -> None:
    told = tried(group_is_closed(same_vpc()), tmp_path, always(TIMEOUT), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"fails as configured"}
    assert {row["should"]["fault"] for row in told["rows"]} == {"N01"}


def test_a_closed_group_that_lets_calls_through_works_unexpectedly(tmp_path: Path) -> None:
    told = tried(group_is_closed(same_vpc()), tmp_path, always(OK), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"works unexpectedly"}


def test_a_group_does_not_explain_a_refusal_behind_it(tmp_path: Path) -> None:
    told = tried(group_is_closed(same_vpc()), tmp_path, always(FORBIDDEN), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"fails unexpectedly"}


def one_zone(world: World) -> World:
    world[ACL_E2]["Entries"] = [entry for entry in world[ACL_E2]["Entries"] if entry["RuleNumber"] == 32767]
    return world


def only_one(row: dict[str, Any], address: str) -> dict[str, Any]:
    return OK if address == ONE else TIMEOUT


def test_one_zone_behind_a_closed_acl_fails_alone(tmp_path: Path) -> None:
    told = tried(one_zone(same_vpc()), tmp_path, only_one, to_the_endpoint)
    default = of(told, "private-dns")
    good, bad = default["cells"]

    assert (good["status"], good["should"]["works"]) == ("works", True)
    assert (bad["status"], bad["should"]["fault"]) == ("fails as configured", "N05")
    assert (default["status"], default["text"]) == ("fails as configured", "times out at 1 of 2 addresses")
    assert of(told, "direct-ip", ONE)["status"] == "works"
    assert proved(told) == {"N05": "likely", "N13": "possible"}
    assert told["exit_code"] == 1


def test_outside_aws_a_firewall_that_knows_one_address_comes_before_the_acl(tmp_path: Path) -> None:
    told = tried(on_prem(), tmp_path, only_one, to_the_endpoint)

    assert list(proved(told)) == ["N11", "N05", "N13"]
    assert set(proved(told).values()) == {"possible"}


def test_one_form_that_times_out_at_one_address_is_no_fault_of_its_zone(tmp_path: Path) -> None:
    def odd(row: dict[str, Any], address: str) -> dict[str, Any]:
        return TIMEOUT if row["form"] == "alias" and address == OTHER else OK

    assert proved(tried(same_vpc(), tmp_path, odd, to_the_endpoint)) == {}


def test_a_host_without_ipv6_proves_nothing_of_a_zone(tmp_path: Path) -> None:
    world = same_vpc()
    world.things[ENI_E1]["Ipv6Addresses"] = [{"Ipv6Address": "2001:db8::21"}]
    world.things[ENDPOINT]["IpAddressType"] = world.things[ENDPOINT]["DnsOptions"]["DnsRecordIpType"] = (
        "dualstack"
    )

    def only_ipv4(row: dict[str, Any], address: str) -> dict[str, Any]:
        return {"tcp": "no_route"} if ":" in address else OK

    told = tried(world, tmp_path, only_ipv4, lambda row: dns(row["name"], "answer", ONE, OTHER))

    assert "2001:db8::21" in [cell["address"] for cell in of(told, "private-dns")["cells"]]
    assert of(told, "private-dns")["status"] == "works"
    assert "N05" not in proved(told)


def test_all_addresses_refused_is_no_zone_and_no_group(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always({"tcp": "refused"}), to_the_endpoint)

    assert proved(told) == {}


def test_one_refused_address_may_be_one_of_the_past(tmp_path: Path) -> None:
    def half(row: dict[str, Any], address: str) -> dict[str, Any]:
        return {"tcp": "refused"} if address == OTHER else OK

    assert proved(tried(same_vpc(), tmp_path, half, to_the_endpoint)) == {"N23": "possible"}


def test_an_answer_of_somebody_else_does_not_work(tmp_path: Path) -> None:
    def portal(row: dict[str, Any], address: str) -> dict[str, Any]:
        return OK | {"headers": {"server": "proxy"}}

    told = tried(same_vpc(), tmp_path, portal, to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"fails unexpectedly"}
    assert "not API Gateway" in of(told, "private-dns")["text"]


def elsewhere(row: dict[str, Any]) -> dict[str, Any]:
    """The default name leads to the public front door, as without private DNS."""
    return dns(row["name"], "answer", PUBLIC) if row["form"] == "private-dns" else to_the_endpoint(row)


def by_address(row: dict[str, Any], address: str) -> dict[str, Any]:
    return FORBIDDEN if address == PUBLIC else OK


def test_a_name_that_leads_elsewhere_while_the_address_works_is_dns_alone(tmp_path: Path) -> None:
    world = peered()
    for zones in world.everywhere("list_hosted_zones_by_vpc"):
        for answer in zones[1].values():
            answer["HostedZoneSummaries"] = []
    told = tried(world, tmp_path, by_address, elsewhere)
    default = of(told, "private-dns")

    assert default["status"] == "fails as configured"
    assert default["should"]["fault"].startswith("D")
    assert {cell["status"] for cell in default["cells"] if cell["own"]} == {"works"}
    assert [cell["resolved"] for cell in default["cells"]] == [False, False, True]
    assert proved(told) == {"D01": "likely"}
    assert told["use"] == {
        "form": "alias",
        "url": f"https://{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com/prod/pets",
        "header": None,
        "resolve": None,
    }


def test_from_a_data_centre_the_same_is_a_missing_forwarder(tmp_path: Path) -> None:
    told = tried(on_prem(), tmp_path, by_address, elsewhere)

    assert proved(told) == {"D03": "likely"}
    assert told["exit_code"] == 0
    assert told["use"]["form"] == "endpoint-id-header"
    assert told["use"]["header"] == f"x-apigw-api-id: {API}"


def test_a_call_past_the_name_is_not_told_as_none(tmp_path: Path) -> None:
    def past(row: dict[str, Any], address: str) -> dict[str, Any] | None:
        return OK if row["form"] == "private-dns" and address == ONE else None

    told = tried(on_prem(), tmp_path, past, elsewhere)

    assert told["summary"].startswith(
        "not known: only addresses to which the name does not lead were called (private-dns)"
    )


@pytest.mark.parametrize("layout", [peered, on_prem])
def test_a_name_whose_public_address_answers_too_needs_no_forwarder(tmp_path: Path, layout: Any) -> None:
    assert not {"D01", "D03", "D08"} & set(proved(tried(layout(), tmp_path, always(OK), elsewhere)))


def test_a_name_that_leads_to_another_private_address_is_stale(tmp_path: Path) -> None:
    def stale(row: dict[str, Any]) -> dict[str, Any]:
        return (
            dns(row["name"], "answer", "10.1.9.99") if row["form"] == "private-dns" else to_the_endpoint(row)
        )

    def dead(row: dict[str, Any], address: str) -> dict[str, Any]:
        return TIMEOUT if address == "10.1.9.99" else OK

    assert proved(tried(same_vpc(), tmp_path, dead, stale)) == {"D08": "likely"}


def test_an_address_that_fails_too_proves_nothing_of_dns(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always(FORBIDDEN), elsewhere)

    assert not {"D01", "D03", "D08"} & set(proved(told))


def without_alias(row: dict[str, Any]) -> dict[str, Any]:
    return dns(row["name"], "nxdomain") if row["form"] == "alias" else to_the_endpoint(row)


def not_the_alias(row: dict[str, Any], address: str) -> dict[str, Any]:
    return FORBIDDEN if row["form"] == "alias" else OK


def test_an_alias_of_nobody_fails_as_configured(tmp_path: Path) -> None:
    told = tried(unassociated(same_vpc()), tmp_path, not_the_alias, without_alias)
    alias = of(told, "alias")

    assert (alias["status"], alias["phase"], alias["should"]["fault"]) == (
        "fails as configured",
        "dns",
        "D15",
    )
    assert {cell["status"] for cell in alias["cells"]} == {"fails as configured"}
    assert proved(told) == {"D15": "likely"}


def test_an_alias_that_is_associated_and_unknown_to_dns_fails_unexpectedly(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, not_the_alias, without_alias)

    assert of(told, "alias")["status"] == "fails unexpectedly"


def test_names_that_all_fail_say_nothing_of_the_alias(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always(OK), lambda row: dns(row["name"], "nxdomain"))

    assert "D15" not in proved(told)


def strict(world: World) -> World:
    for answer in world.answers(API_ACCOUNT).get("get_rest_api", {}).values():
        answer |= {"endpointAccessMode": "STRICT", "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}
    api = world.answers(API_ACCOUNT)["get_rest_apis"]["items"][0]
    api |= {"endpointAccessMode": "STRICT", "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}
    return world


def by_sni(row: dict[str, Any], address: str) -> dict[str, Any]:
    return OK if row["form"] in ("private-dns", "direct-ip") else FORBIDDEN


def test_strict_takes_only_the_own_name(tmp_path: Path) -> None:
    told = tried(strict(same_vpc()), tmp_path, by_sni, to_the_endpoint)

    assert statuses(told)["private-dns"] == statuses(told)["direct-ip"] == {"works"}
    assert {of(told, form)["should"]["fault"] for form in THROUGH[:2]} == {"T04"}
    assert statuses(told)["endpoint-host"] == {"fails as configured"}
    assert proved(told) == {"T04": "likely"}


def test_the_same_cells_prove_strict_without_any_read_of_aws(tmp_path: Path) -> None:
    world = same_vpc()
    told = tried(world, tmp_path, by_sni, to_the_endpoint)

    assert statuses(told)["endpoint-host"] == {"fails unexpectedly"}
    assert proved(told) == {"T04": "likely"}


def test_a_refusal_of_every_form_is_not_strict(tmp_path: Path) -> None:
    assert "T04" not in proved(tried(same_vpc(), tmp_path, always(FORBIDDEN), to_the_endpoint))


def test_one_address_that_takes_the_endpoints_name_is_not_strict(tmp_path: Path) -> None:
    def half(row: dict[str, Any], address: str) -> dict[str, Any]:
        return FORBIDDEN if row["form"] == "endpoint-host" and address == OTHER else OK

    assert "T04" not in proved(tried(same_vpc(), tmp_path, half, to_the_endpoint))


UNTYPED: dict[str, Any] = {"status": 404, "body": '{"e":"no pet"}'}


def test_an_answer_that_backend_or_gateway_may_have_written_is_not_known(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, always(UNTYPED), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"not known"}
    assert (told["exit_code"], told["works"], told["use"], told["proves"]) == (3, [], None, [])
    assert told["summary"].startswith("not known whether backend or API Gateway wrote the answer")


def test_what_is_open_is_told_before_the_form_that_fails(tmp_path: Path) -> None:
    def answer(row: dict[str, Any], address: str) -> dict[str, Any]:
        return FORBIDDEN if row["form"] == "endpoint-host" else UNTYPED

    told = tried(same_vpc(), tmp_path, answer, to_the_endpoint)

    assert told["summary"].startswith(
        "not known whether backend or API Gateway wrote the answer (private-dns"
    )
    assert told["summary"].endswith("; these forms fail: endpoint-host")


def test_a_certain_refusal_at_one_address_fails_beside_an_open_answer(tmp_path: Path) -> None:
    def half(row: dict[str, Any], address: str) -> dict[str, Any]:
        return UNTYPED if address == ONE else FORBIDDEN

    told = tried(same_vpc(), tmp_path, half, to_the_endpoint)

    assert statuses(told)["private-dns"] == {"fails unexpectedly"}
    assert told["exit_code"] == 1


def lone(*forms: str):
    """Calls of these forms are forbidden; all others work."""
    return lambda row, address: FORBIDDEN if row["form"] in forms else OK


@pytest.mark.parametrize("form", ["endpoint-host", "endpoint-id-header", "endpoint-zonal", "alias"])
def test_one_form_that_strict_refuses_and_that_works_disproves_it(form: str, tmp_path: Path) -> None:
    def answer(row: dict[str, Any], address: str) -> dict[str, Any]:
        return OK if row["form"] == form else by_sni(row, address)

    assert "T04" not in proved(tried(same_vpc(), tmp_path, answer, to_the_endpoint))


def test_a_working_form_at_another_address_disproves_strict(tmp_path: Path) -> None:
    def answer(row: dict[str, Any], address: str) -> dict[str, Any]:
        if row["form"] == "endpoint-id-header" and address == OTHER:
            return OK
        return by_sni(row, address) if address == ONE else FORBIDDEN

    assert "T04" not in proved(tried(same_vpc(), tmp_path, answer, to_the_endpoint))


def test_a_host_that_fails_where_the_id_header_works_may_be_changed(tmp_path: Path) -> None:
    told = tried(same_vpc(), tmp_path, lone("endpoint-host", "endpoint-zonal"), to_the_endpoint)

    assert proved(told) == {"A26": "possible"}


def test_an_id_header_alone_that_fails_says_nothing_of_host(tmp_path: Path) -> None:
    assert proved(tried(same_vpc(), tmp_path, lone("endpoint-id-header"), to_the_endpoint)) == {}


def only_alias(row: dict[str, Any], address: str) -> dict[str, Any] | None:
    if row["form"] == "alias":
        return FORBIDDEN
    return OK if row["form"] in ("private-dns", "direct-ip") else None


def test_an_associated_alias_that_alone_is_forbidden_speaks_for_strict(tmp_path: Path) -> None:
    assert proved(tried(same_vpc(), tmp_path, only_alias, to_the_endpoint)) == {"T04": "likely"}


def test_an_alias_of_which_nothing_is_known_is_strict_or_not_associated(tmp_path: Path) -> None:
    world = same_vpc()
    refuse(world, "get_rest_api")
    refuse(world, "get_rest_apis")

    told = tried(world, tmp_path, only_alias, to_the_endpoint)

    assert proved(told) == {"T04": "possible", "D15": "possible"}


def test_an_alias_that_is_not_associated_is_not_strict(tmp_path: Path) -> None:
    assert "T04" not in proved(tried(unassociated(same_vpc()), tmp_path, only_alias, to_the_endpoint))


def test_a_custom_domain_has_its_rows_with_its_own_path(tmp_path: Path) -> None:
    told = matrix(with_domain(same_vpc()), tmp_path)

    assert of(told, "custom-domain")["url"] == f"https://{DOMAIN}/shop/pets"
    through = of(told, "custom-domain-endpoint")
    assert through["url"] == f"https://{ENDPOINT_NAME}/shop/pets"
    assert (through["header"], through["server_name"]) == (f"Host: {DOMAIN}", ENDPOINT_NAME)


def with_rules(world: World, *rules: dict[str, Any]) -> World:
    """The domain is led by routing rules alone."""
    with_domain(world)
    world.answers(API_ACCOUNT)["get_domain_names"]["items"][0]["routingMode"] = "ROUTING_RULE_ONLY"
    world.keyed(API_ACCOUNT, "apigatewayv2.list_routing_rules", f"{DOMAIN}/d1", {"RoutingRules": list(rules)})
    return world


def test_a_domain_with_routing_rules_has_its_rows_with_the_rules_path(tmp_path: Path) -> None:
    world = with_rules(same_vpc(), rule(5, "shop", api="zzz9999999"), rule(10, "v1"))
    told = matrix(world, tmp_path)

    assert of(told, "custom-domain")["url"] == f"https://{DOMAIN}/v1/pets"
    assert of(told, "custom-domain-endpoint")["url"] == f"https://{ENDPOINT_NAME}/v1/pets"


def test_a_rule_for_a_header_says_which_in_the_row(tmp_path: Path) -> None:
    told = matrix(with_rules(same_vpc(), rule(10, headers=(("X-Tenant", "blue"),))), tmp_path)

    assert of(told, "custom-domain")["url"] == f"https://{DOMAIN}/pets"
    assert of(told, "custom-domain")["header"] == "X-Tenant: blue"


def test_a_domain_that_leads_to_another_stage_is_left_out_with_words(tmp_path: Path) -> None:
    told = matrix(with_rules(same_vpc(), rule(10, "v1", stage="test")), tmp_path)

    assert not [row for row in told["rows"] if row["form"].startswith("custom-domain")]
    assert any(f"{DOMAIN} was left out" in note for note in told["notes"])


def only_the_domain(row: dict[str, Any], address: str) -> dict[str, Any]:
    return OK if row["form"].startswith("custom-domain") else FORBIDDEN


def test_only_the_custom_domain_works_when_the_default_name_is_off(tmp_path: Path) -> None:
    world = with_domain(same_vpc())
    told = tried(world, tmp_path, only_the_domain, to_the_endpoint)

    assert proved(told) == {"H05": "likely"}
    assert told["use"]["url"] == f"https://{DOMAIN}/shop/pets"


def test_a_default_name_that_works_beside_the_domain_is_on(tmp_path: Path) -> None:
    world = with_domain(same_vpc())

    assert "H05" not in proved(tried(world, tmp_path, always(OK), to_the_endpoint))


def test_a_domain_without_association_gets_a_certificate_of_another_name(tmp_path: Path) -> None:
    def unknown_there(row: dict[str, Any], address: str) -> dict[str, Any]:
        if row["form"] == "custom-domain":
            return {"tls": "name_mismatch"}
        return FORBIDDEN if row["form"] == "custom-domain-endpoint" else OK

    told = tried(with_domain(same_vpc()), tmp_path, unknown_there, to_the_endpoint)

    assert proved(told) == {"H06": "likely", "H07": "possible"}
    assert of(told, "custom-domain")["phase"] == "tls"


def test_an_inspecting_proxy_shows_one_issuer_everywhere(tmp_path: Path) -> None:
    inspected = {"tls": "untrusted", "issuer": "CN=Corp Proxy CA"}
    told = tried(same_vpc(), tmp_path, always(inspected), to_the_endpoint)

    assert proved(told) == {"T03": "likely"}
    assert "Corp Proxy CA" in of(told, "private-dns")["text"]


@pytest.mark.parametrize(("outcome", "proves"), [("untrusted", {"T03": "likely"}), ("expired", {})])
def test_an_answer_of_a_server_that_is_not_trusted_is_no_way_that_works(
    tmp_path: Path, outcome: str, proves: dict[str, str]
) -> None:
    called = OK | {"tls": outcome, "issuer": "CN=Corp Proxy CA"}
    told = tried(same_vpc(), tmp_path, always(called), to_the_endpoint)
    cells = [cell for row in told["rows"] for cell in row["cells"]]

    assert (told["works"], told["use"], told["exit_code"]) == ([], None, 1)
    assert {(row["phase"], row["status"]) for row in told["rows"] if row["form"] != "alias"} == {
        ("tls", "fails unexpectedly")
    }
    assert {(cell["phase"], cell["outcome"], cell["http_status"]) for cell in cells} == {
        ("tls", outcome, 200)
    }
    assert all("it answers 200" in cell["text"] for cell in cells)
    assert proved(told) == proves


NOT_OURS: dict[str, Any] = {"status": 502, "body": "<html>Bad Gateway</html>", "headers": {"server": "proxy"}}


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ({"tls": "untrusted", "issuer": "CN=Corp Proxy CA"}, {"N16": "likely"}),
        ({"tls": "name_mismatch"}, {"N16": "likely"}),
        ({"tls": "reset"}, {"N16": "likely"}),
        ({"tls": "timeout"}, {}),
        (NOT_OURS, {"N16": "possible"}),
        (FORBIDDEN, {"A26": "possible"}),
    ],
)
def test_one_interface_that_differs_after_tcp_has_something_before_it(
    tmp_path: Path, said: dict[str, Any], proves: dict[str, str]
) -> None:
    def at_one(row: dict[str, Any], address: str) -> dict[str, Any]:
        return said if address == OTHER else OK

    told = tried(same_vpc(), tmp_path, at_one, to_the_endpoint)

    assert proved(told) == proves
    assert all(f"at {OTHER} gets" in one["because"] for one in told["proves"])


@pytest.mark.parametrize("said", [{"tls": "name_mismatch"}, FORBIDDEN])
def test_one_address_of_the_name_that_is_no_interface_is_of_another_server(
    tmp_path: Path, said: dict[str, Any]
) -> None:
    def stale_too(row: dict[str, Any]) -> dict[str, Any]:
        return dns(row["name"], "answer", ONE, OTHER, "10.1.9.99")

    def only_own(row: dict[str, Any], address: str) -> dict[str, Any]:
        return OK if address in (ONE, OTHER) else said

    assert proved(tried(same_vpc(), tmp_path, only_own, stale_too)) == {"D08": "likely"}


def test_an_address_at_which_any_form_works_has_nothing_before_it(tmp_path: Path) -> None:
    def one_form(row: dict[str, Any], address: str) -> dict[str, Any]:
        return FORBIDDEN if address == OTHER and row["form"] != "endpoint-id-header" else OK

    assert proved(tried(same_vpc(), tmp_path, one_form, to_the_endpoint)) == {}


def test_a_chain_that_no_client_takes_is_told_in_the_cells(tmp_path: Path) -> None:
    huge = {"tls": "handshake_failure", "reason": "TLS: EXCESSIVE_MESSAGE_SIZE"}
    told = tried(same_vpc(), tmp_path, always(huge), to_the_endpoint)

    assert "certificates are larger than TLS clients take" in of(told, "private-dns")["text"]


def test_one_way_whose_certificate_is_not_trusted_leaves_the_others(tmp_path: Path) -> None:
    def by_endpoint(row: dict[str, Any], address: str) -> dict[str, Any]:
        return OK | ({"tls": "untrusted"} if row["form"] in THROUGH else {})

    told = tried(same_vpc(), tmp_path, by_endpoint, to_the_endpoint)

    assert not {*THROUGH} & {*told["works"]}
    assert told["use"]["form"] == "private-dns"


def test_one_untrusted_address_among_good_ones_is_no_proxy(tmp_path: Path) -> None:
    def half(row: dict[str, Any], address: str) -> dict[str, Any]:
        return {"tls": "untrusted", "issuer": "CN=Corp Proxy CA"} if address == OTHER else OK

    assert "T03" not in proved(tried(same_vpc(), tmp_path, half, to_the_endpoint))


def test_a_signature_that_fails_with_another_host_alone_is_signed_for_the_url(tmp_path: Path) -> None:
    def signs_the_url(row: dict[str, Any], address: str) -> dict[str, Any]:
        return MISMATCH if row["form"] in ("endpoint-host", "endpoint-zonal") else SIGNED

    assert proved(tried(same_vpc(), tmp_path, signs_the_url, to_the_endpoint)) == {"A15": "likely"}
    assert "A15" not in proved(tried(same_vpc(), tmp_path, always(MISMATCH), to_the_endpoint))


def arrived_as(host: str) -> dict[str, Any]:
    """The refusal of a signature by a server that shows which Host it got."""
    lines = [
        "GET",
        "/prod/pets",
        "",
        f"host:{host}",
        "x-amz-date:20261122T104207Z",
        "",
        "host;x-amz-date",
        EMPTY,
    ]
    canonical = "\n".join(lines)
    text = f"does not match\n\nThe Canonical String for this request should have been\n'{canonical}'\n"
    return MISMATCH | {"body": json.dumps({"message": f"The request signature we calculated {text}"})}


def test_a_proxy_at_one_address_that_rewrites_the_host_is_no_signer_of_another_host(tmp_path: Path) -> None:
    def rewritten(row: dict[str, Any], address: str) -> dict[str, Any]:
        return SIGNED if address == ONE or row["form"] == "alias" else arrived_as("proxy.corp.example")

    told = tried(same_vpc(), tmp_path, rewritten, to_the_endpoint)
    (one,) = told["proves"]

    assert (one["fault"], one["confidence"]) == ("A26", "likely")
    assert f"At {OTHER} " in one["because"]
    assert f"at {ONE} " in one["because"]
    assert "API Gateway received proxy.corp.example" in one["because"]


def test_a_proxy_at_every_address_that_rewrites_the_host_is_told_by_what_the_answers_show(
    tmp_path: Path,
) -> None:
    told = tried(same_vpc(), tmp_path, always(arrived_as("proxy.corp.example")), to_the_endpoint)

    assert proved(told) == {"A26": "likely"}


def test_signatures_that_fail_at_one_address_in_every_form_are_not_of_the_host(tmp_path: Path) -> None:
    def one_address(row: dict[str, Any], address: str) -> dict[str, Any]:
        return SIGNED if address == ONE else MISMATCH

    def some_agreeing(row: dict[str, Any], address: str) -> dict[str, Any]:
        return SIGNED if row["form"] == "endpoint-id-header" else MISMATCH

    assert proved(tried(same_vpc(), tmp_path, one_address, to_the_endpoint)) == {}
    assert proved(tried(same_vpc(), tmp_path, some_agreeing, to_the_endpoint)) == {}


def test_a_signature_of_the_url_is_told_by_the_address_at_which_both_are_known(tmp_path: Path) -> None:
    def signs_the_url(row: dict[str, Any], address: str) -> dict[str, Any]:
        if address == ONE:
            return TIMEOUT
        return MISMATCH if row["form"] == "endpoint-host" else SIGNED

    told = tried(same_vpc(), tmp_path, signs_the_url, to_the_endpoint)

    assert proved(told)["A15"] == "likely"
    assert next(one for one in told["proves"] if one["fault"] == "A15")["because"].startswith(f"At {OTHER} ")


def test_a_policy_that_refuses_fails_as_configured_with_its_fault(tmp_path: Path) -> None:
    denied = {
        "status": 403,
        "error": "AccessDeniedException",
        "body": '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        'arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets"}',
    }
    world = same_vpc()
    set_policy(world, {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})
    told = tried(world, tmp_path, always(denied), to_the_endpoint)

    assert set().union(*statuses(told).values()) == {"fails as configured"}
    assert {cell["outcome"] for row in told["rows"] for cell in row["cells"]} == {"policy_denied"}


def test_what_cannot_be_read_is_not_known_and_what_was_seen_counts(tmp_path: Path) -> None:
    world = same_vpc()
    refuse(world, "describe_network_acls")
    told = tried(world, tmp_path, only_one, to_the_endpoint)
    good, bad = of(told, "private-dns")["cells"]

    assert (good["status"], bad["status"]) == ("works", "fails")
    assert any("DescribeNetworkAcls" in gap for gap in bad["should"]["missing"])


def test_without_answers_of_aws_the_ways_come_from_url_and_dns(tmp_path: Path) -> None:
    world = on_prem()
    world.accounts.clear()
    told = tried(world, tmp_path, always(OK), lambda row: dns(row["name"], "answer", ONE, OTHER))

    assert {row["form"] for row in told["rows"]} == {
        "private-dns",
        "endpoint-host",
        "endpoint-id-header",
        "alias",
        "direct-ip",
    }
    assert {row["should"]["works"] for row in told["rows"]} == {None}
    assert told["exit_code"] == 0


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"a": 1}])
@pytest.mark.parametrize("operation", ["describe_vpc_endpoints", "get_domain_names", "get_rest_apis"])
def test_answers_of_odd_shapes_do_no_harm(tmp_path: Path, operation: str, value: Any) -> None:
    world = with_domain(same_vpc())
    world.answers(API_ACCOUNT)[operation] = value
    told = matrix(world, tmp_path)

    assert any(row["name"] == DEFAULT_NAME for row in told["rows"])


def test_secrets_of_the_query_stand_in_no_row_and_not_in_the_call_to_make(tmp_path: Path) -> None:
    world = same_vpc()
    world.target += "?page=2&api_key=QKEYCANARY998877&X-Amz-Security-Token=QTOKCANARYabcdef"
    told = tried(world, tmp_path, always(OK), to_the_endpoint)

    assert "CANARY" not in json.dumps(told)
    shown = "?page=2&api_key=***&X-Amz-Security-Token=***"
    assert told["target"] == told["use"]["url"] == f"https://{DEFAULT_NAME}/prod/pets{shown}"
    assert {row["url"].partition("/prod/pets")[2] for row in told["rows"]} == {shown}


def test_the_same_snapshot_gives_the_same_bytes(tmp_path: Path) -> None:
    world = one_zone(same_vpc())
    tried(world, tmp_path, only_one, to_the_endpoint)

    assert matrix(world, tmp_path) == matrix(world, tmp_path)
