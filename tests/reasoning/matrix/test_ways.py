"""The ways to invoke, from a URL and from answers; every one is a call that can be made."""

import pytest

from apidoctor.model.observation import DnsSeen
from apidoctor.model.snapshot import Snapshot
from apidoctor.reasoning.apigateway.names import read_target
from apidoctor.reasoning.matrix import left_out, wanted, ways
from apidoctor.reasoning.scene.case import Case, Sources

API, REGION, VPCE = "abc1234567", "us-east-1", "vpce-0aaa000000000000a"
ZONE = f"execute-api.{REGION}.amazonaws.com"
OWN = f"{VPCE}-1a2b3c4d.execute-api.{REGION}.vpce.amazonaws.com"
URL = f"https://{API}.{ZONE}/prod/pets?a=1"


def case_of(target=URL, accounts=None, observations=(), **options):
    request = read_target(target, region=REGION, **options)
    snapshot = Snapshot("apidoctor.snapshot", "1.0", "", accounts or {}, list(observations))
    return Case(request, snapshot, Sources(aws=bool(accounts)))


def found(*args, **options):
    return ways(case_of(*args, **options))


def by_form(listed):
    return {way.form: way for way in listed}


def inventory(*domains, vpce=VPCE, mappings=(), rules=None, mode=None):
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
    for item in listed if mode else ():
        item["routingMode"] = mode
    if rules is not None:
        here["apigatewayv2.list_routing_rules"] = {
            f"{name}/d{number}": {"RoutingRules": list(rules)} for number, name in enumerate(domains)
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


# Routing rules


def rule(priority, *bases, strip=True, headers=(), api=API, stage="prod"):
    conditions = [{"MatchBasePaths": {"AnyOf": list(bases)}}] if bases else []
    conditions += [
        {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob}]}} for name, glob in headers
    ]
    target = {"ApiId": api, "Stage": stage, "StripBasePath": strip}
    return {
        "RoutingRuleId": f"rule{priority:06}",
        "Priority": priority,
        "Conditions": conditions,
        "Actions": [{"InvokeApi": target}],
    }


RULES_ONLY, RULES_FIRST = "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"
DOMAIN = "api.corp.example"
TO_PROD = {"basePath": "shop", "restApiId": API, "stage": "prod"}


def behind(*rules, mode=RULES_ONLY, mappings=()):
    return inventory(DOMAIN, rules=rules, mode=mode, mappings=mappings)


def test_a_rule_with_a_base_path_gives_the_domains_url():
    listed = by_form(found(accounts=behind(rule(10, "v1", "v2"))))

    assert listed["custom-domain"].request.url == f"https://{DOMAIN}/v1/pets?a=1"
    assert listed["custom-domain"].header is None
    assert listed["custom-domain-endpoint"].request.url == f"https://{OWN}/v1/pets?a=1"


def test_mappings_do_not_count_where_only_rules_do():
    accounts = behind(rule(10, "v1"), mappings=[TO_PROD])
    assert by_form(found(accounts=accounts))["custom-domain"].request.path == "/v1/pets"

    accounts = behind(mappings=[TO_PROD])
    assert "custom-domain" not in by_form(found(accounts=accounts))


def test_a_base_path_that_an_earlier_rule_takes_away_is_not_used():
    accounts = behind(rule(5, "v1", api="zzz9999999"), rule(10, "v1", "v2"))
    assert by_form(found(accounts=accounts))["custom-domain"].request.path == "/v2/pets"

    accounts = behind(rule(5, "v1", stage="test"), rule(10, "v1"))
    assert "custom-domain" not in by_form(found(accounts=accounts))

    accounts = behind(rule(5, api="zzz9999999"), rule(10, "v1"), mode=RULES_FIRST, mappings=[TO_PROD])
    assert "custom-domain" not in by_form(found(accounts=accounts))
    assert left_out(case_of(accounts=accounts)) == [
        f"{DOMAIN} was left out: its mappings and routing rules lead to {API}, but none leads to /pets in stage prod, "
        "whichever header is added"
    ]


def test_the_header_that_a_rule_asks_for_is_added_and_told():
    accounts = behind(rule(10, headers=(("X-Tenant", "blue*"),)))
    listed = by_form(found(accounts=accounts))
    way = listed["custom-domain"]

    assert (way.request.url, way.header) == (f"https://{DOMAIN}/pets?a=1", "X-Tenant: blue")
    assert ("X-Tenant", "blue") in way.request.headers
    assert "X-Tenant for routing rule rule000010" in way.needs
    assert listed["custom-domain-endpoint"].header == f"Host: {DOMAIN}, and X-Tenant: blue"
    assert all(each != ("X-Tenant", "blue") for each in listed["private-dns"].request.headers)
    own = by_form(found(accounts=accounts, headers=[("x-tenant", "blue-1")]))["custom-domain"]
    assert own.header is None
    assert "rule000010" not in own.needs


@pytest.mark.parametrize("name", ["Host", "Authorization", "x-api-key", "X-Amz-Date", "X-A: b", "X\r\nY", ""])
def test_headers_that_mean_something_else_are_never_added(name):
    accounts = behind(rule(10, headers=((name, "blue"),)))

    assert "custom-domain" not in by_form(found(accounts=accounts))
    assert len(left_out(case_of(accounts=accounts))) == 1


def test_a_way_without_more_headers_comes_before_one_with():
    accounts = behind(rule(5, headers=(("X-Tenant", "blue"),)), mode=RULES_FIRST, mappings=[TO_PROD])
    way = by_form(found(accounts=accounts))["custom-domain"]

    assert (way.request.path, way.header) == ("/shop/pets", None)


def test_a_rule_that_leaves_the_base_path_reaches_only_paths_below_it():
    accounts = behind(rule(10, "pets", strip=False))
    assert by_form(found(accounts=accounts))["custom-domain"].request.path == "/pets"

    accounts = behind(rule(10, "v1", strip=False))
    assert "custom-domain" not in by_form(found(accounts=accounts))


@pytest.mark.parametrize("mapped", ["test", "(none)"])
def test_the_stage_is_the_one_that_is_called(mapped):
    listed = by_form(found(accounts=inventory(DOMAIN, mappings=[{**TO_PROD, "stage": mapped}])))
    path = listed["custom-domain"].request.path if "custom-domain" in listed else None

    assert path == ("/shop/prod/pets" if mapped == "(none)" else None)


def test_from_a_domain_with_rules_the_call_leads_to_the_rules_api_and_stage():
    rules = (rule(5, headers=(("X-Tenant", "blue"),), stage="blue"), rule(10, "v1"))
    for headers, url in (([], "prod/pets"), ([("X-Tenant", "blue")], "blue/v1/pets")):
        listed = by_form(found(f"https://{DOMAIN}/v1/pets", behind(*rules), headers=headers))
        assert listed["private-dns"].request.url == f"https://{API}.{ZONE}/{url}"
        assert (listed["custom-domain"].asked, listed["custom-domain"].request.path) == (True, "/v1/pets")


def test_a_path_that_leads_nowhere_is_one_of_the_only_stage_behind_the_domain():
    listed = by_form(found(f"https://{DOMAIN}/pets", behind(rule(10, "v1"))))
    assert listed["private-dns"].request.url == f"https://{API}.{ZONE}/prod/pets"
    assert (listed["custom-domain"].asked, listed["custom-domain"].request.path) == (True, "/pets")

    (way,) = found(f"https://{DOMAIN}/pets", behind(rule(10, "v1"), rule(20, "v2", stage="test")))
    assert way.form == "custom-domain"


def test_another_domain_of_the_api_has_the_call_at_its_own_path():
    accounts = inventory(DOMAIN, "other.corp.example", mappings=[TO_PROD])
    here = accounts["111111111111"][REGION]["get_base_path_mappings"]
    here["other.corp.example/d1"] = {"items": [{**TO_PROD, "basePath": "store"}]}
    urls = {way.request.url for way in found(f"https://{DOMAIN}/shop/pets", accounts)}

    assert {f"https://{DOMAIN}/shop/pets", "https://other.corp.example/store/pets"} <= urls


def test_rules_are_asked_for_where_they_count():
    accounts = inventory(DOMAIN, mode=RULES_ONLY)
    del accounts["111111111111"][REGION]["get_base_path_mappings"]
    asked = {getattr(gap, "operation", "") for gap in wanted(case_of(accounts=accounts))}

    assert "apigatewayv2.list_routing_rules" in asked
    assert "get_base_path_mappings" not in asked


@pytest.mark.parametrize(
    "odd",
    [
        7,
        {"Conditions": 7},
        {
            "Actions": [{"InvokeApi": {"ApiId": API, "Stage": "prod"}}],
            "Conditions": [{"MatchHeaders": {"AnyOf": [7]}}],
        },
    ],
)
def test_rules_of_an_odd_shape_are_no_way(odd):
    assert "custom-domain" not in by_form(found(accounts=behind(odd)))
