"""The ways to invoke, from a URL and from answers; every one is a call that can be made."""

import pytest
from msgspec.structs import replace

from apidoctor.model.inventory import Inventory
from apidoctor.model.observation import DnsSeen
from apidoctor.model.snapshot import Snapshot
from apidoctor.reasoning.apigateway.names import read_target
from apidoctor.reasoning.matrix import ways
from apidoctor.reasoning.matrix.domains import Mapping, mappings_of
from apidoctor.reasoning.scene.case import Case, Sources

API, REGION, VPCE = "abc1234567", "us-east-1", "vpce-0aaa000000000000a"
ZONE = f"execute-api.{REGION}.amazonaws.com"
OWN = f"{VPCE}-1a2b3c4d.execute-api.{REGION}.vpce.amazonaws.com"
URL = f"https://{API}.{ZONE}/prod/pets?a=1"


def found(target=URL, accounts=None, observations=(), **options):
    request = read_target(target, region=REGION, **options)
    snapshot = Snapshot("apidoctor.snapshot", "1.0", "", accounts or {}, list(observations))
    return ways(Case(request, snapshot, Sources(aws=bool(accounts))))


def by_form(listed):
    return {way.form: way for way in listed}


def inventory(*domains, vpce=VPCE, mappings=()):
    endpoint = {
        "VpcEndpointId": vpce,
        "VpcEndpointType": "Interface",
        "ServiceName": f"com.amazonaws.{REGION}.execute-api",
        "State": "available",
        "NetworkInterfaceIds": ["eni-1"],
        "DnsEntries": [{"DnsName": OWN}],
    }
    interface = {
        "NetworkInterfaceId": "eni-1",
        "PrivateIpAddress": "10.1.4.21",
        "AvailabilityZone": "us-east-1a",
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.1.4.21"}],
    }
    listed = [
        {"domainName": name, "domainNameId": f"d{number}", "endpointConfiguration": {"types": ["PRIVATE"]}}
        for number, name in enumerate(domains)
    ]
    here = {
        "describe_vpc_endpoints": {"VpcEndpoints": [endpoint]},
        "describe_network_interfaces": {"NetworkInterfaces": [interface]},
        "get_domain_names": {"items": listed},
        "get_base_path_mappings": {
            f"{name}/d{number}": {"items": list(mappings)} for number, name in enumerate(domains)
        },
    }
    return {"111111111111": {REGION: here}}


def test_a_default_name_alone_is_one_way():
    (way,) = found()

    assert (way.form, way.asked, way.request.url) == ("private-dns", True, URL)


def test_via_adds_the_alias():
    listed = by_form(found(endpoint=VPCE))

    assert set(listed) == {"private-dns", "alias"}
    assert listed["alias"].request.url == f"https://{API}-{VPCE}.{ZONE}/prod/pets?a=1"


def test_an_endpoint_name_gives_both_headers_and_its_answers_give_addresses():
    seen = DnsSeen(name=OWN, outcome="answer", addresses=["10.1.4.21", "no-address"])
    listed = found(
        f"https://{OWN}/prod/pets", headers=[("x-apigw-api-id", API), ("X-Mine", "1")], observations=[seen]
    )
    forms = by_form(listed)

    assert set(forms) == {"private-dns", "endpoint-host", "endpoint-id-header", "alias", "direct-ip"}
    assert [way.form for way in listed if way.asked] == ["endpoint-id-header"]
    host = forms["endpoint-host"]
    assert (host.header, host.server_name, host.request.host) == (f"Host: {API}.{ZONE}", OWN, f"{API}.{ZONE}")
    assert dict(host.request.headers) == {"Host": f"{API}.{ZONE}", "X-Mine": "1"}
    bare = forms["direct-ip"]
    assert (bare.name, bare.server_name, bare.request.host) == ("10.1.4.21", f"{API}.{ZONE}", f"{API}.{ZONE}")
    assert {way.addresses for way in listed} == {("10.1.4.21",)}


def test_every_way_calls_the_same_stage_path_and_query_with_the_users_headers():
    listed = found(accounts=inventory(), headers=[("X-Mine", "1")])

    assert {way.request.url.partition("/prod")[2] for way in listed} == {"/pets?a=1"}
    assert all(("X-Mine", "1") in way.request.headers for way in listed)


@pytest.mark.parametrize("base", ["shop", "(none)", "", None])
def test_a_base_path_stands_in_front_of_the_path_and_no_stage_does(base):
    mapping = {"basePath": base, "restApiId": API, "stage": "prod"}
    listed = by_form(found(accounts=inventory("api.corp.example", mappings=[mapping])))
    before = "/shop" if base == "shop" else ""

    assert listed["custom-domain"].request.url == f"https://api.corp.example{before}/pets?a=1"
    assert listed["custom-domain-endpoint"].request.url == f"https://{OWN}{before}/pets?a=1"
    assert listed["custom-domain-endpoint"].header == "Host: api.corp.example"


def test_from_a_custom_domain_the_mapping_leads_back_to_the_api():
    mapping = {"basePath": "shop", "restApiId": API, "stage": "prod"}
    accounts = inventory("api.corp.example", mappings=[mapping])
    listed = by_form(found("https://api.corp.example/shop/pets", accounts))

    assert listed["custom-domain"].asked
    assert listed["private-dns"].request.url == f"https://{API}.{ZONE}/prod/pets"
    assert listed["custom-domain-endpoint"].request.url == f"https://{OWN}/shop/pets"


def test_a_custom_domain_that_nobody_can_read_is_one_way():
    (way,) = found("https://api.corp.example/shop/pets")

    assert (way.form, way.asked, way.server_name) == ("custom-domain", True, "api.corp.example")


def test_domains_of_other_apis_and_public_ones_are_left_out():
    mapping = {"basePath": "shop", "restApiId": "zzz9999999", "stage": "prod"}
    accounts = inventory("api.corp.example", mappings=[mapping])

    assert "custom-domain" not in by_form(found(accounts=accounts))
    here = accounts["111111111111"][REGION]
    here["get_domain_names"]["items"][0]["endpointConfiguration"]["types"] = ["REGIONAL"]
    here["get_base_path_mappings"]["api.corp.example/d0"]["items"] = [{**mapping, "restApiId": API}]
    assert "custom-domain" not in by_form(found(accounts=accounts))


def test_an_address_as_target_is_asked_with_the_name_as_sni():
    (way,) = found("https://10.1.4.21/prod/pets", headers=[("Host", "api.corp.example")])

    assert (way.form, way.server_name, way.addresses) == ("direct-ip", "api.corp.example", ("10.1.4.21",))


@pytest.mark.parametrize(
    "name", ["a b.example", "x" * 300, "-", "[::1", "a\0b.example", "user:pass@h.example"]
)
def test_a_name_that_is_none_is_no_way_and_no_error(name):
    mapping = {"basePath": "shop", "restApiId": API, "stage": "prod"}
    listed = found(accounts=inventory(name, mappings=[mapping]))

    assert "custom-domain" not in by_form(listed)
    assert by_form(listed)["private-dns"].asked


def test_ways_are_bounded():
    mapping = {"basePath": "shop", "restApiId": API, "stage": "prod"}
    many = [f"api{number}.corp.example" for number in range(500)]

    assert len(found(accounts=inventory(*many, mappings=[mapping]))) <= 64


def test_mappings_are_read_with_their_stage_and_without():
    rows = [
        {"basePath": "a", "restApiId": API, "stage": "prod"},
        {"restApiId": API, "stage": "(none)"},
        {"x": 1},
    ]
    (account,) = inventory("api.corp.example", mappings=rows).items()
    read = mappings_of(Inventory(dict([account])), REGION, API, "")

    assert read == [Mapping("api.corp.example", API, "prod", "a"), Mapping("api.corp.example", API, None, "")]
    assert read[0].above("/pets") == "/a/pets"
    assert read[0].below("/a/pets") == read[0].below("/pets") == "/pets"
    assert replace(read[0], base="").above("/pets") == "/pets"
