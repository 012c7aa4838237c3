"""Private custom domains: certificate, association, policy, mapping, and what the control plane says of them."""

import json
import socket
import ssl

import httpx
import pytest
from lab.conftest import Client

from apidoctor.lab import Lab
from apidoctor.lab.description import Association, Denial, Domain, Mapping
from apidoctor.lab.description.domain import Rule

NAME = "api.corp.example"
FORBIDDEN = '{"message":"Forbidden"}'


@pytest.fixture(scope="module")
def custom(request):

    with Lab("custom-domain") as running:
        yield Client(running)


@pytest.fixture
def domain(custom):
    """The running world's domain, which is put back after the test."""
    world = custom.lab.world
    mine = world.domains["corp"]
    kept = vars(mine).copy()
    lists = {name: list(kept[name]) for name in ("associations", "mappings", "rules")}
    yield mine
    vars(mine).update(kept | lists)
    world.front_door.denials.clear()
    world.domains = {"corp": mine}


def call(client, path="/v1/pets", name=NAME, **options):
    return client.get(f"https://{name}{path}", **options)


def test_the_name_leads_to_the_endpoint_and_its_certificate_is_the_domains(custom):
    assert custom.addresses(NAME) == ["10.1.4.21", "10.1.5.21"]
    assert call(custom).status_code == 200
    assert call(custom).json()["path"] == "/pets"


def test_through_the_endpoints_own_name_with_its_host_it_answers_too(custom):
    endpoint = custom.lab.world.fill("<host:main>")

    assert call(custom, name=endpoint, headers={"Host": NAME}).status_code == 200


@pytest.mark.parametrize("age", [None, 3])
def test_without_a_ready_association_the_fallback_certificate_is_shown_and_calls_are_forbidden(
    custom, domain, age
):
    domain.associations = [] if age is None else [Association("main", "111111111111", age)]
    endpoint = custom.lab.world.fill("<host:main>")

    with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
        call(custom)
    assert call(custom, name=endpoint, headers={"Host": NAME}).text == FORBIDDEN


def test_the_stage_in_the_url_is_a_missing_token_and_no_mapping_is_forbidden(custom, domain):
    domain.mappings = [Mapping("", "pets")]
    in_url = call(custom, "/prod/pets")
    domain.mappings = [Mapping("v2", "pets")]

    assert in_url.json() == {"message": "Missing Authentication Token"}
    assert call(custom).text == FORBIDDEN


def test_the_root_mapping_takes_what_no_other_does(custom, domain):
    domain.mappings = [Mapping("", "pets"), Mapping("v1", "pets")]

    assert call(custom, "/pets").json()["path"] == "/pets"
    assert call(custom, "/v1/pets").json()["path"] == "/pets"


def test_routing_rules_know_headers_and_paths_of_many_segments(custom, domain):
    domain.routing = "ROUTING_RULE_ONLY"
    domain.rules = [
        Rule(20, "pets", paths=["deep/v1"]),
        Rule(10, "pets", header=("x-version", "beta")),
    ]

    assert call(custom, "/deep/v1/pets").json()["path"] == "/pets"
    assert call(custom, "/pets", headers={"x-version": "beta"}).json()["path"] == "/pets"
    assert call(custom, "/v1/pets").text == FORBIDDEN
    domain.routing = "ROUTING_RULE_THEN_BASE_PATH_MAPPING"
    assert call(custom, "/v1/pets").status_code == 200


def test_a_default_name_that_is_off_leaves_the_domain_on(custom, domain):
    world = custom.lab.world
    world.api.disabled = True
    try:
        default = world.fill("<api:pets>.execute-api.us-east-1.amazonaws.com")
        assert custom.get(f"https://{default}/prod/pets").text == FORBIDDEN
        assert call(custom).status_code == 200
    finally:
        world.api.disabled = False


def test_the_domains_own_policy_denies_in_its_own_name(custom, domain):
    custom.lab.world.front_door.denials.append(Denial("resource-based", domain="corp"))
    message = call(custom).json()["Message"]

    assert f"********1111:/domainnames/{NAME}+{domain.id} because no resource-based policy" in message


@pytest.mark.parametrize(
    ("kind", "words"), [("expired", "expired"), ("future", "not yet valid"), ("wrong-name", "mismatch")]
)
def test_its_certificate_can_be_bad(custom, domain, kind, words):
    domain.certificate = kind

    with pytest.raises(httpx.ConnectError, match=words):
        call(custom)


def test_a_strict_domain_wants_its_own_name_in_the_handshake(custom, domain):
    domain.strict = True
    endpoint = custom.lab.world.fill("<host:main>")

    assert call(custom).status_code == 200
    assert call(custom, name=endpoint, headers={"Host": NAME}).text == FORBIDDEN


def test_the_control_plane_shows_domain_mapping_association_and_rules(custom, domain):
    apigateway, world = custom.aws("apigateway"), custom.lab.world
    domain.rules = [Rule(5, "pets", paths=["deep/v1"])]
    shown = apigateway.get_domain_names()["items"][0]
    one = apigateway.get_domain_name(domainName=NAME, domainNameId=domain.id)
    mappings = apigateway.get_base_path_mappings(domainName=NAME, domainNameId=domain.id)["items"]
    association = apigateway.get_domain_name_access_associations()["items"][0]
    rules = custom.aws("apigatewayv2").list_routing_rules(DomainName=NAME, DomainNameId=domain.id)

    assert (shown["domainName"], shown["domainNameId"]) == (NAME, domain.id)
    assert shown["endpointConfiguration"]["types"] == ["PRIVATE"]
    assert (one["domainNameStatus"], one["routingMode"]) == ("AVAILABLE", "BASE_PATH_MAPPING_ONLY")
    assert world.endpoint.id in json.loads(f'"{one["policy"]}"')
    assert mappings == [{"basePath": "v1", "restApiId": world.api.id, "stage": "prod"}]
    assert association["accessAssociationSource"] == world.endpoint.id
    assert association["domainNameArn"] == one["domainNameArn"]
    assert association["domainNameAccessAssociationArn"].endswith(
        f"+{domain.id}/vpcesource/{world.endpoint.id}"
    )
    assert rules["RoutingRules"][0]["Actions"][0]["InvokeApi"]["ApiId"] == world.api.id


def test_what_others_share_is_asked_for_and_names_are_not_unique(custom, domain):
    world = custom.lab.world
    world.domains["theirs"] = Domain(NAME, "222222222222", [Association("main", "111111111111")], id="abc")
    apigateway = custom.aws("apigateway")
    theirs = apigateway.get_domain_names(resourceOwner="OTHER_ACCOUNTS")["items"]

    assert [item["domainNameId"] for item in theirs] == ["abc"]
    assert "policy" not in theirs[0]
    assert len(apigateway.get_domain_names()["items"]) == 1


def test_the_certificate_in_acm_fits_what_is_shown(custom, domain):
    domain.certificate = "expired"
    arn = custom.aws("apigateway").get_domain_name(domainName=NAME)["certificateArn"]
    shown = custom.aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]

    assert (shown["Status"], shown["DomainName"]) == ("EXPIRED", NAME)


def test_a_domain_that_is_not_there_is_not_found(custom):
    apigateway = custom.aws("apigateway")
    with pytest.raises(apigateway.exceptions.NotFoundException):
        apigateway.get_domain_name(domainName="nothing.corp.example")


def test_only_the_associated_endpoint_shows_the_certificate(custom):
    trust = ssl.create_default_context(cafile=custom.option("--ca-file")[0])
    public = custom.book["198.51.100.10"].split(":")
    with (
        socket.create_connection((public[0], int(public[1]))) as raw,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        trust.wrap_socket(raw, server_hostname=NAME)
