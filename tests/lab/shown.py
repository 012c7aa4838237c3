"""What every world and fault of the lab shows to an independent client: exactly what AWS would.

A lab is slow to start, so the scenario that runs the command in it asks here first (``scenarios.trial``).
"""

from collections.abc import Callable

import httpx
import pytest
from lab.conftest import Client

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


def shows_what_aws_would(client: Client) -> None:
    """Ask in a lab that has one fault and no other change, or none; AssertionError tells the difference."""
    if client.lab.fault is None:
        assert client.as_asked().status_code == 200
    else:
        for looks in LOOKS[client.lab.fault.id]:
            looks(client)


def default_addresses(client: Client) -> list[str]:
    return client.addresses(client.lab.target.split("/")[2])


def a_refused_call_has_the_literal_text(client: Client) -> None:
    answer = client.as_asked()

    assert answer.status_code == 403
    assert client.lab.world.fill(ANSWERS[client.lab.fault.id]) in answer.text


def other_refusals_have_their_status_and_body(client: Client) -> None:
    answer = client.as_asked()

    assert (answer.status_code, answer.text) == OTHER_ANSWERS[client.lab.fault.id]


def a_certificate_that_does_not_fit_ends_the_handshake(client: Client) -> None:
    with pytest.raises(httpx.ConnectError, match=UNTRUSTED[client.lab.fault.id]):
        client.as_asked()


def a_closed_path_times_out_on_every_address(client: Client) -> None:
    addresses = default_addresses(client)

    assert addresses
    for address in addresses:
        with pytest.raises(httpx.ConnectTimeout):
            client.get(client.lab.target, address=address)


def a_name_that_nobody_answers_is_nxdomain(client: Client) -> None:
    answer = client.dig(client.lab.target.split("/")[2])

    assert answer.rcode() == 3
    assert answer.authority[0].name.to_text() == "execute-api.us-east-1.amazonaws.com."


def a_proxy_refuses_and_the_direct_way_is_open(client: Client) -> None:
    proxy = client.lab.environment["HTTPS_PROXY"]

    assert client.as_asked().status_code == 200
    with httpx.Client(proxy=proxy, trust_env=False) as proxied, pytest.raises(httpx.ProxyError, match="403"):
        proxied.get(client.lab.target)


def one_zone_is_closed_and_the_other_open(client: Client) -> None:
    assert client.get(client.lab.target, address="10.1.4.21").status_code == 200
    with pytest.raises(httpx.ConnectTimeout):
        client.get(client.lab.target, address="10.1.5.21")


def the_names_of_the_endpoint_are_gone(client: Client) -> None:
    assert client.dig(client.lab.target.split("/")[2]).rcode() == 3
    assert client.dig(client.lab.world.fill("<host:main>")).rcode() == 3
    endpoint = client.aws("ec2").describe_vpc_endpoints()["VpcEndpoints"][0]
    assert (endpoint["State"], endpoint["LastError"]["Code"]) == ("failed", "InternalError")


def the_default_name_leads_to_the_public_front_door(client: Client) -> None:
    assert default_addresses(client) == ["198.51.100.10", "198.51.100.11"]


def the_route_over_the_pending_peering_is_a_blackhole(client: Client) -> None:
    world = client.lab.world
    tables = client.aws("ec2").describe_route_tables(RouteTableIds=[world.route_tables["caller"].id])
    states = {route["DestinationCidrBlock"]: route["State"] for route in tables["RouteTables"][0]["Routes"]}
    peering = client.aws("ec2").describe_vpc_peering_connections()["VpcPeeringConnections"][0]

    assert states == {"10.3.0.0/16": "active", "10.1.0.0/16": "blackhole"}
    assert peering["Status"]["Code"] == "pending-acceptance"


def the_access_mode_of_the_api_is_shown(client: Client) -> None:
    shown = client.aws("apigateway").get_rest_api(restApiId=client.lab.world.api.id)

    assert shown["endpointAccessMode"] == "STRICT"
    assert client.aws("apigateway").get_rest_apis()["items"][0]["endpointAccessMode"] == "STRICT"


def one_policy_is_saved_and_another_deployed(client: Client) -> None:
    api = client.lab.world.api.id
    saved = client.aws("apigateway").get_rest_api(restApiId=api)["policy"]
    export = client.aws("apigateway").get_export(restApiId=api, stageName="prod", exportType="oas30")
    deployed = export["body"].read().decode()

    assert client.lab.world.endpoint.id in saved
    assert "vpce-0123456789abcdef0" in deployed
    assert client.lab.world.endpoint.id not in deployed


def only_t07_shows_the_wrong_clock_in_date_headers(client: Client) -> None:
    answer = client.as_asked()
    server = answer.text.split("(")[1].split(" - ")[0]
    is_shown = httpx.Headers(answer.headers)["Date"].split()[4][:5].replace(":", "") == server[9:13]

    assert is_shown == (client.lab.fault.id == "T07")


Look = Callable[[Client], None]

MORE: dict[str, tuple[Look, ...]] = {
    "A07": (one_policy_is_saved_and_another_deployed,),
    "A16": (only_t07_shows_the_wrong_clock_in_date_headers,),
    "D01": (the_default_name_leads_to_the_public_front_door,),
    "D10": (the_default_name_leads_to_the_public_front_door,),
    "N05": (one_zone_is_closed_and_the_other_open,),
    "N09": (the_route_over_the_pending_peering_is_a_blackhole,),
    "N12": (the_names_of_the_endpoint_are_gone,),
    "N19": (a_proxy_refuses_and_the_direct_way_is_open,),
    "T04": (the_access_mode_of_the_api_is_shown,),
    "T07": (only_t07_shows_the_wrong_clock_in_date_headers,),
}
"""What is looked at beside the answer, or instead of it."""

LOOKS: dict[str, tuple[Look, ...]] = {
    id: (*looks, *MORE.get(id, ()))
    for ids, looks in (
        (ANSWERS, (a_refused_call_has_the_literal_text,)),
        (OTHER_ANSWERS, (other_refusals_have_their_status_and_body,)),
        (UNTRUSTED, (a_certificate_that_does_not_fit_ends_the_handshake,)),
        (TIMEOUTS, (a_closed_path_times_out_on_every_address,)),
        (WITHOUT_ADDRESS, (a_name_that_nobody_answers_is_nxdomain,)),
        (("N05", "N12", "N19"), ()),
    )
    for id in ids
}
"""Fault to what is looked at in its lab."""
