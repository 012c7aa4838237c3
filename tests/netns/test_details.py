"""What the probe tells besides outcomes: who said it, where the way ends, how large, and no secrets."""

import dataclasses

import pytest
from netns import plan
from netns.cases.all import CASES
from netns.cases.case import FIRST, SECOND

BY_NAME = {case.name: case for case in CASES}
SECRET = "hunter2-proxy-password"
with_password = dataclasses.replace(
    BY_NAME["proxy-refuses"],
    name="proxy-with-password",
    environment={"HTTPS_PROXY": f"http://user:{SECRET}@{plan.PROXY}:3128"},
)


def of(*names: str):
    """The cases of a test; each is visited once, whoever asks."""
    return pytest.mark.parametrize("case", [BY_NAME[name] for name in names], ids=names)


@pytest.fixture
def look(visit, case):
    """Observations of the case, chosen by kind and members."""
    found = visit(case).snapshot["observations"]

    def choose(kind, **members):
        return [
            one
            for one in found
            if one["kind"] == kind and all(one.get(name) == value for name, value in members.items())
        ]

    return choose


@of("forwarding-right-bind")
def test_route_and_source_address(look):
    (host,) = look("host")

    assert host["routes"] == [
        {
            "destination": "0.0.0.0/0",
            "via": plan.HOST_GATEWAY,
            "device": "eth0",
            "source": plan.HOST,
            "mtu": 1500,
        }
    ]
    assert host["addresses"] == [plan.HOST]
    assert {one["source"] for one in look("tcp")} == {plan.HOST}
    assert abs(host["clock_offset_ms"]) < 5000


@of("forwarding-right-bind")
def test_each_address_is_tried_from_two_ports(look):
    for address in plan.ENIS:
        ports = [one["source_port"] for one in look("tcp", address=address)]
        assert len(set(ports)) == 2


@of("forwarding-right-bind")
def test_questions_are_repeated_and_roles_are_told(look):
    to_resolver = look("dns", server=plan.RESOLVER, transport="udp", type="A", name=plan.NAME, edns=1232)
    to_inbound = look("dns", server=plan.INBOUND[0], transport="udp", type="A", name=plan.NAME)

    assert [one["attempt"] for one in to_resolver] == [1, 2, 3]
    assert {one["role"] for one in to_resolver} == {"configured"}
    assert [one["attempt"] for one in to_inbound] == [1, 2, 3]
    assert {one["role"] for one in to_inbound} == {"inbound"}
    assert all(record["ttl"] <= 60 for one in to_resolver for record in one["chain"])


@of("rebinding-bind")
def test_an_outside_server_has_its_role(look):
    assert {one["role"] for one in look("dns", server=plan.PUBLIC_DNS)} == {"outside"}


@of("cached-nxdomain", "cached-by-host")
def test_a_remembered_refusal_names_the_zone_that_said_it(look):
    refused = look("dns", outcome="nxdomain", name=plan.NAME, transport="udp")

    assert refused
    assert {one["soa"] for one in refused} == {plan.APEX}


@of("inbound-udp-only-large-bind")
def test_a_cut_answer_is_followed_over_tcp(look):
    for server in plan.INBOUND:
        cut = look("dns", server=server, transport="udp", type="A", truncated=True, attempt=1)
        over_tcp = look("dns", server=server, transport="tcp", type="A")
        assert cut
        assert {one["outcome"] for one in over_tcp} == {"timeout"}


@of("inbound-rejected", "resolvers-rejected")
def test_errors_of_icmp_are_told(look):
    reasons = {one["reason"] for one in look("dns", outcome="error")}

    assert reasons
    assert reasons <= {"no route to host", "connection refused", "network is unreachable"}


@of("public-domain-captured-bind")
def test_the_aliases_of_an_answer_are_told(look):
    (seen,) = look("dns", server=plan.RESOLVER, transport="udp", type="A", edns=1232, attempt=1,
                   name=plan.REGIONAL_DOMAIN)  # fmt: skip
    aliases = [(one["name"], one["value"]) for one in seen["chain"] if one["type"] == "CNAME"]

    assert aliases == [(plan.REGIONAL_DOMAIN, f"d-0a1b2c3d4e.{plan.APEX}")]


@of("search-domain-wildcard")
def test_search_domains_and_what_they_did_are_told(look):
    (host,) = look("host")
    (system,) = look("dns", server="system", type="A", name=plan.NAME)

    assert host["search"] == [plan.CORPORATE_ZONE]
    assert "ndots:5" in host["resolver_options"]
    assert f"{plan.NAME}.{plan.CORPORATE_ZONE}" in {one["value"] for one in system["chain"]}


@of("mtu-hole")
def test_the_size_that_gets_through_is_found(look):
    for seen in look("path_mtu"):
        assert seen["link_mtu"] == 1500
        assert 1200 <= seen["mtu"] <= 1300


@of("firewall-prohibits")
def test_who_prohibits_is_told(look):
    hops = [hop for one in look("tcp") for hop in one.get("hops", [])]

    assert (plan.HOST_GATEWAY, "prohibited") in {(hop["address"], hop.get("said")) for hop in hops}


@of("no-route-at-router")
def test_who_has_no_route_is_told(look):
    assert all(plan.HOST_GATEWAY in one["reason"] for one in look("tcp"))


@of("no-route-at-host")
def test_no_route_at_all_is_told(look):
    (host,) = look("host")

    assert {(one["destination"], one["device"]) for one in host["routes"]} == {(FIRST, None), (SECOND, None)}


@pytest.mark.parametrize(
    ("case", "last"),
    [(BY_NAME["endpoint-drops"], plan.EDGE), (BY_NAME["firewall-drops"], plan.HOST_GATEWAY)],
    ids=["endpoint-drops", "firewall-drops"],
)
def test_where_the_way_ends_is_told(look, last):
    ways = [
        [hop["address"] for hop in one["hops"] if hop.get("address")]
        for one in look("tcp")
        if one.get("hops")
    ]

    assert [way[-1] for way in ways] == [last] * len(plan.ENIS)


@of("intercepted")
def test_the_inspecting_authority_is_named(look):
    assert {one["issuer"] for one in look("tls")} == {"CN=Corp Inspection CA,O=Example Corp"}
    assert look("http") == []


@of("intercepted-and-trusted")
def test_an_answer_without_the_marks_of_aws_is_told_as_it_is(look):
    (seen,) = look("http")

    assert seen["status"] == 403
    assert not [name for name in seen["headers"] if name.startswith("x-amz")]
    assert seen["headers"]["via"] == "1.1 inspection.corp.example"
    assert "Access blocked by policy" in seen["body"]


@of("forwarding-missing-nxdomain", "proxy-leads-to-internet")
def test_marks_of_api_gateway_are_told(look):
    seen = look("http")[-1]

    assert {"x-amzn-requestid", "x-amz-apigw-id"} <= set(seen["headers"])


@pytest.mark.parametrize("case", [with_password], ids=["proxy-with-password"])
def test_the_password_of_a_proxy_is_told_nowhere(visit, case, look):
    found = visit(case)
    (host,) = look("host")

    assert host["proxies"]["https_proxy"] == f"http://{plan.PROXY}:3128"
    assert SECRET not in str(found.snapshot)
    assert SECRET not in found.said
