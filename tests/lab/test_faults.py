"""Every fault of the lab shows itself to an independent client exactly as AWS would."""

import httpx
import pytest

from apidoctor.lab import faults, worlds

IMPLICIT = "because no {} policy allows the execute-api:Invoke action"
EXPLICIT = "with an explicit deny in a {} policy"

ANSWERS = {
    "A01": IMPLICIT.format("resource-based"),
    "A02": IMPLICIT.format("resource-based"),
    "A03": EXPLICIT.format("resource-based"),
    "A04": EXPLICIT.format("resource-based"),
    "A05": IMPLICIT.format("resource-based"),
    "A06": IMPLICIT.format("resource-based"),
    "A07": EXPLICIT.format("resource-based"),
    "A08": IMPLICIT.format("VPC endpoint"),
    "A09": EXPLICIT.format("VPC endpoint"),
    "A10": IMPLICIT.format("VPC endpoint"),
    "A11": IMPLICIT.format("identity-based"),
    "A12": EXPLICIT.format("service control"),
    "A14": "Credential should be scoped to a valid region.",
    "A15": "The request signature we calculated does not match the signature you provided.",
    "A16": "Signature expired: ",
    "A17": "The security token included in the request is expired",
    "A18": '{"message":"Missing Authentication Token"}',
    "A19": "Invalid key=value pair (missing equal-sign) in Authorization header (hashed",
    "A20": "User is not authorized to access this resource with an explicit deny",
    "A22": "/domainnames/api.corp.example+",
    "A26": "host:<api:pets>-<endpoint:main>.execute-api.us-east-1.amazonaws.com",
    "D01": '{"message":"Forbidden"}',
    "D02": '{"message":"Forbidden"}',
    "D03": '{"message":"Forbidden"}',
    "D06": '{"message":"Forbidden"}',
    "D09": '{"message":"Forbidden"}',
    "D10": '{"message":"Forbidden"}',
    "D22": '{"message":"Forbidden"}',
    "H01": '{"message":"Forbidden"}',
    "H02": '{"message":"Missing Authentication Token"}',
    "H03": '{"message":"Forbidden"}',
    "H05": '{"message":"Forbidden"}',
    "H07": '{"message":"Forbidden"}',
    "H08": '{"message":"Forbidden"}',
    "H10": '{"message":"Forbidden"}',
    "H12": '{"message":"Forbidden"}',
    "N16": "Access denied by policy",
    "T04": '{"message":"Forbidden"}',
    "T07": "Signature expired: ",
}
OTHER_ANSWERS = {
    "A21": (401, '{"message":"Unauthorized"}'),
    "B01": (500, '{"message": "Internal server error"}'),
    "B02": (500, '{"message": "Internal server error"}'),
    "B04": (504, '{"message":"Endpoint request timed out"}'),
    "B05": (502, '{"message": "Internal server error"}'),
    "H11": (429, '{"message":"Too Many Requests"}'),
    "H13": (404, '{"fehler":"Nicht gefunden"}'),
}
"""Status and whole body of answers that are no 403."""
UNTRUSTED = {
    "H06": "Hostname mismatch",
    "T02": "Hostname mismatch",
    "T03": "unable to get local issuer certificate",
    "T06": "certificate has expired",
}
"""What a verifying client says of the certificate."""
TIMEOUTS = {"N01", "N02", "N04", "N06", "N07", "N09", "N11", "D08"}
WITHOUT_ADDRESS = {"D07", "D15"}


@pytest.mark.parametrize("world", worlds())
def test_a_healthy_world_answers_200(lab, world):
    assert lab(world).as_asked().status_code == 200


@pytest.mark.parametrize("fault", sorted(ANSWERS))
def test_a_refused_call_has_the_literal_text(lab, fault):
    client = lab(fault=fault)
    answer = client.as_asked()

    assert answer.status_code == 403
    assert client.lab.world.fill(ANSWERS[fault]) in answer.text


@pytest.mark.parametrize("fault", sorted(OTHER_ANSWERS))
def test_other_refusals_have_their_status_and_body(lab, fault):
    answer = lab(fault=fault).as_asked()

    assert (answer.status_code, answer.text) == OTHER_ANSWERS[fault]


@pytest.mark.parametrize("fault", sorted(UNTRUSTED))
def test_a_certificate_that_does_not_fit_ends_the_handshake(lab, fault):
    with pytest.raises(httpx.ConnectError, match=UNTRUSTED[fault]):
        lab(fault=fault).as_asked()


def test_n19_sets_a_proxy_that_refuses_and_leaves_the_direct_way_open(lab):
    client = lab(fault="N19")
    proxy = client.lab.environment["HTTPS_PROXY"]

    assert client.as_asked().status_code == 200
    with httpx.Client(proxy=proxy, trust_env=False) as proxied, pytest.raises(httpx.ProxyError, match="403"):
        proxied.get(client.lab.target)


@pytest.mark.parametrize("fault", sorted(TIMEOUTS))
def test_a_closed_path_times_out_on_every_address(lab, fault):
    client = lab(fault=fault)
    for address in client.addresses(client.lab.target.split("/")[2]):
        with pytest.raises(httpx.ConnectTimeout):
            client.get(client.lab.target, address=address)


@pytest.mark.parametrize("fault", sorted(WITHOUT_ADDRESS))
def test_a_name_that_nobody_answers_is_nxdomain(lab, fault):
    client = lab(fault=fault)
    answer = client.dig(client.lab.target.split("/")[2])

    assert answer.rcode() == 3
    assert answer.authority[0].name.to_text() == "execute-api.us-east-1.amazonaws.com."


def test_n05_closes_one_zone_and_leaves_the_other_open(lab):
    client = lab(fault="N05")

    assert client.get(client.lab.target, address="10.1.4.21").status_code == 200
    with pytest.raises(httpx.ConnectTimeout):
        client.get(client.lab.target, address="10.1.5.21")


def test_n12_takes_the_names_of_the_endpoint_away(lab):
    client = lab(fault="N12")

    assert client.dig(client.lab.target.split("/")[2]).rcode() == 3
    assert client.dig(client.lab.world.fill("<host:main>")).rcode() == 3
    endpoint = client.aws("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]
    assert (endpoint["State"], endpoint["LastError"]["Code"]) == ("failed", "InternalError")


def test_d01_and_d10_lead_the_default_name_to_the_public_front_door(lab):
    for fault in ("D01", "D10"):
        client = lab(fault=fault)
        assert client.addresses(client.lab.target.split("/")[2]) == ["198.51.100.10", "198.51.100.11"]


def test_n09_shows_the_route_over_the_pending_peering_as_a_blackhole(lab):
    client = lab(fault="N09")
    world = client.lab.world
    tables = client.aws("ec2").describe_route_tables(RouteTableIds=[world.route_tables["caller"].id])
    states = {route["DestinationCidrBlock"]: route["State"] for route in tables["RouteTables"][0]["Routes"]}
    peering = client.aws("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"][0]

    assert states == {"10.3.0.0/16": "active", "10.1.0.0/16": "blackhole"}
    assert peering["Status"]["Code"] == "pending-acceptance"


def test_t04_shows_the_access_mode_of_the_api(lab):
    client = lab(fault="T04")
    shown = client.aws("apigateway").get_rest_api(restApiId=client.lab.world.api.id)

    assert shown["endpointAccessMode"] == "STRICT"
    assert client.aws("apigateway").get_rest_apis()["items"][0]["endpointAccessMode"] == "STRICT"


def test_a07_saves_one_policy_and_deploys_another(lab):
    client = lab(fault="A07")
    api = client.lab.world.api.id
    saved = client.aws("apigateway").get_rest_api(restApiId=api)["policy"]
    export = client.aws("apigateway").get_export(restApiId=api, stageName="prod", exportType="oas30")
    deployed = export["body"].read().decode()

    assert client.lab.world.endpoint.id in saved
    assert "vpce-0123456789abcdef0" in deployed
    assert client.lab.world.endpoint.id not in deployed


def test_only_t07_shows_the_wrong_clock_in_date_headers(lab):
    ahead = {}
    for fault in ("A16", "T07"):
        answer = lab(fault=fault).as_asked()
        server = answer.text.split("(")[1].split(" - ")[0]
        ahead[fault] = httpx.Headers(answer.headers)["Date"].split()[4][:5].replace(":", "") == server[9:13]

    assert ahead == {"A16": False, "T07": True}


def test_every_fault_is_listed_once_and_in_order():
    ids = [fault.id for fault in faults()]

    assert ids == sorted(set(ids))
    answered = set(ANSWERS) | set(OTHER_ANSWERS) | set(UNTRUSTED)
    assert set(ids) == answered | TIMEOUTS | WITHOUT_ADDRESS | {"N05", "N12", "N19"}
    assert {fault.world for fault in faults()} <= set(worlds())
