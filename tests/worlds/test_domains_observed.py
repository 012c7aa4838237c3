"""Private custom domains with what the caller's host saw: a test call that is refused, or admitted, at the domain."""

import json

import pytest
from worlds.build import API, ENDPOINT, REGION, World, statement
from worlds.cases import Cases, check_case
from worlds.changes import export, set_endpoint_policy
from worlds.domain import (
    DOMAIN,
    DOMAIN_ID,
    by_endpoint_name,
    forget_associations,
    set_domain_policy,
    set_mappings,
    with_domain,
)
from worlds.judge import Verdict, judge
from worlds.layouts import on_prem, same_vpc
from worlds.seen import of, probed, refused, without

CASES = Cases()
FORBIDDEN = '{"message":"Forbidden"}'


def looked_at() -> World:
    """The healthy domain, and a test call that its backend answered."""
    world = probed(with_domain())
    of(world, "http")[0]["form"] = "custom-domain"
    return world


def from_outside() -> World:
    """The endpoint's own name with the domain as Host, called from a data centre."""
    world = probed(by_endpoint_name())
    of(world, "http")[0]["form"] = "custom-domain-endpoint"
    return world


@CASES.healthy(looked_at, from_outside)
def the_call_is_answered(world: World) -> None:
    """Nothing is changed."""


@CASES.broken("H06", looked_at)
def no_association_and_forbidden(world: World) -> None:
    forget_associations(world)
    refused(world, "ForbiddenException", FORBIDDEN)


@CASES.healthy(looked_at)
def no_association_is_shown_and_the_call_works(world: World) -> None:
    forget_associations(world)


@CASES.broken("H07", looked_at)
def no_mapping_and_forbidden(world: World) -> None:
    set_mappings(world)
    refused(world, "ForbiddenException", FORBIDDEN)


def test_a_missing_mapping_is_a_warning_where_the_call_was_admitted(tmp_path):
    world = looked_at()
    set_mappings(world)

    said = judge(world, tmp_path)

    assert ("domain/path-is-mapped", "H07") in [(each["check"], each["fault"]) for each in said.of("warn")]
    assert said.faults == [], said.story()
    assert not said.of("error"), said.story()


@CASES.broken("H06", looked_at, from_outside)
def all_is_right_and_forbidden(world: World) -> None:
    """The association may be too young: no date of it is shown."""
    refused(world, "ForbiddenException", FORBIDDEN)


def denial(resource: str, tail: str) -> str:
    """The text of a refusal by a policy."""
    arn = f"arn:aws:execute-api:{REGION}:********1111:{resource}"
    return (
        '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        f'{arn} {tail}"}}'
    )


@CASES.broken("A22", looked_at)
def the_domains_policy_refuses_as_it_says(world: World) -> None:
    set_domain_policy(world, {"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})
    text = denial(f"/domainnames/{DOMAIN}+{DOMAIN_ID}", "with an explicit deny in a resource-based policy")
    refused(world, "AccessDeniedException", text)


@CASES.broken("A22", looked_at)
def the_domains_policy_refuses_though_the_one_read_allows(world: World) -> None:
    text = denial(
        f"/domainnames/{DOMAIN}+{DOMAIN_ID}",
        "because no resource-based policy allows the execute-api:Invoke action",
    )
    refused(world, "AccessDeniedException", text)


@CASES.broken("A22", looked_at)
def the_domains_policy_refuses_and_nobody_sees_what_the_stage_runs(world: World) -> None:
    """The domain's refusal is no word about the stage's policy."""
    del world.answers(world.api_account)["get_export"]
    the_domains_policy_refuses_as_it_says(world)


@CASES.broken("A07", looked_at)
def the_apis_policy_refuses_and_nobody_sees_what_the_stage_runs(world: World) -> None:
    del world.answers(world.api_account)["get_export"]
    silent = "because no resource-based policy allows the execute-api:Invoke action"
    refused(world, "AccessDeniedException", denial(f"{API}/prod/GET/pets", silent))


@CASES.broken("T10", looked_at)
def forbidden_while_the_domain_is_updated(world: World) -> None:
    refused(world, "ForbiddenException", FORBIDDEN)
    for answer in ("get_domain_names", "get_domain_name"):
        for _, found in world.everywhere(answer):
            for each in found["items"] if "items" in found else found.values():
                each["domainNameStatus"] = "UPDATING"


@CASES.broken("A08", looked_at)
def the_endpoint_policy_refuses_the_domain(world: World) -> None:
    set_endpoint_policy(world, statement())
    text = denial(
        f"/domainnames/{DOMAIN}+{DOMAIN_ID}",
        "because no VPC endpoint policy allows the execute-api:Invoke action",
    )
    refused(world, "AccessDeniedException", text)


def shows(world: World, outcome: str, *names: str, **more: str) -> None:
    """Every handshake ends so, with a certificate for these names; no request was sent."""
    without(world, "http")
    for each in of(world, "tls"):
        each.update({"outcome": outcome, "sans": list(names), "subject": f"CN={names[0]}"} | more)


def forgotten(world: World) -> None:
    """No account shows the domain, and no endpoint is associated with one of its name."""
    for _, answer in world.everywhere("get_domain_names"):
        answer["items"] = []
    forget_associations(world)


OWN = (f"*.execute-api.{REGION}.amazonaws.com", f"execute-api.{REGION}.amazonaws.com")


@CASES.broken("H06", looked_at)
def the_endpoint_shows_its_own_certificate_for_the_associated_domain(world: World) -> None:
    shows(world, "name_mismatch", *OWN)


@CASES.broken("H06", looked_at)
def the_endpoint_shows_its_own_certificate_for_a_domain_that_is_not_associated(world: World) -> None:
    forget_associations(world)
    shows(world, "name_mismatch", *OWN)


@CASES.broken("T02", looked_at)
def the_endpoint_shows_its_own_certificate_for_a_name_that_is_no_domain(world: World) -> None:
    forgotten(world)
    shows(world, "name_mismatch", *OWN)


@CASES.broken("T06", looked_at)
def the_certificate_is_expired_on_both_sides(world: World) -> None:
    expired(world)
    shows(world, "expired", DOMAIN, not_after=PAST)


PAST = "2026-11-20T00:00:00+00:00"


def expired(world: World) -> None:
    """AWS Certificate Manager says that the certificate is expired."""
    for _, answer in world.everywhere("describe_certificate"):
        for each in answer.values():
            each["Certificate"].update(NotAfter=PAST, Status="EXPIRED")


def head(said: Verdict) -> tuple[str, str, str]:
    """Fault, check and confidence of the first root cause."""
    cause = said.report["root_causes"][0]
    return cause["fault"], cause["check"], cause["confidence"]


def test_a_young_endpoint_that_shows_its_own_certificate_is_certainly_to_be_waited_for(tmp_path):
    world = looked_at()
    world[ENDPOINT]["CreationTimestamp"] = "2026-11-22T10:40:00+00:00"
    shows(world, "name_mismatch", *OWN)
    said = judge(world, tmp_path)

    assert head(said) == ("H06", "domain/endpoint-is-associated", "certain"), said.story()
    assert said.report["root_causes"][0]["fix"].startswith("Wait about 13 minutes"), said.story()


def test_an_old_endpoint_that_shows_its_own_certificate_is_likely_to_have_a_new_association(tmp_path):
    world = looked_at()
    shows(world, "name_mismatch", *OWN)

    assert head(judge(world, tmp_path)) == ("H06", "domain/endpoint-is-associated", "likely")


def test_the_endpoints_own_certificate_tells_that_nobody_has_the_domain(tmp_path):
    """Nothing is asked of the owner of a domain that is not there."""
    world = looked_at()
    forgotten(world)
    shows(world, "name_mismatch", *OWN)
    said = judge(world, tmp_path)

    assert head(said) == ("T02", "invoke/tls-is-trusted", "certain"), said.story()
    assert not said.of("unknown"), said.story()


def test_a_strangers_certificate_does_not_tell_that_nobody_has_the_domain(tmp_path):
    world = looked_at()
    forgotten(world)
    shows(world, "name_mismatch", "internal-lb.corp.example", issuer="CN=DigiCert,O=DigiCert Inc,C=US")
    said = judge(world, tmp_path)

    assert head(said) == ("T02", "invoke/tls-is-trusted", "likely"), said.story()
    assert "domain/domain-exists" in {each["check"] for each in said.of("unknown")}, said.story()


def test_an_expired_certificate_is_certain_only_when_a_client_meets_it(tmp_path):
    world = looked_at()
    expired(world)
    without(world, "http", "tls")
    assert head(judge(world, tmp_path)) == ("T06", "domain/certificate-is-valid", "likely")

    world = looked_at()
    the_certificate_is_expired_on_both_sides(world)
    assert head(judge(world, tmp_path)) == ("T06", "domain/certificate-is-valid", "certain")

    world = looked_at()
    expired(world)
    said = judge(world, tmp_path)
    assert (said.faults, [each["fault"] for each in said.of("warn")]) == ([], ["T06"]), said.story()


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_world_gets_its_verdict(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def test_a_young_association_is_not_called_broken_while_calls_work(tmp_path):
    world = looked_at()
    world[ENDPOINT]["CreationTimestamp"] = "2026-11-22T10:40:00+00:00"
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()


def test_a_refusal_with_everything_right_is_to_be_waited_for(tmp_path):
    world = looked_at()
    refused(world, "ForbiddenException", FORBIDDEN)
    cause = judge(world, tmp_path).report["root_causes"][0]

    assert (cause["check"], cause["confidence"]) == ("invoke/call-is-admitted", "possible")
    assert "wait" in cause["fix"]
    assert "younger than 15 minutes" in cause["title"] + json.dumps(cause)
    assert {one["fault"] for one in cause["candidates"][1:]} == {"O04", "H12"}


def test_the_default_name_off_is_certain_only_when_it_is_seen(tmp_path):
    """The switch takes effect with a deployment: the export, or an answer, tells whether that has come."""
    world = same_vpc()
    world[API]["disableExecuteApiEndpoint"] = True
    cause = judge(world, tmp_path).report["root_causes"][0]
    assert (cause["fault"], cause["confidence"]) == ("H05", "likely")
    assert "2026-01-05T09:10" in cause["title"]

    export(world)["x-amazon-apigateway-endpoint-configuration"] = {"disableExecuteApiEndpoint": True}
    cause = judge(world, tmp_path).report["root_causes"][0]
    assert (cause["fault"], cause["confidence"]) == ("H05", "certain")

    export(world)["x-amazon-apigateway-endpoint-configuration"] = {"disableExecuteApiEndpoint": False}
    said = judge(world, tmp_path)
    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()
    assert [each["fault"] for each in said.of("warn")] == ["H05"]

    world[API]["disableExecuteApiEndpoint"] = False
    export(world)["x-amazon-apigateway-endpoint-configuration"] = {"disableExecuteApiEndpoint": True}
    assert judge(world, tmp_path).faults == ["H05"]


MISSING = '{"message":"Missing Authentication Token"}'
DENIED = (
    "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
    f"arn:aws:execute-api:{REGION}:********1111:{API}/prod/GET/pets"
)


@pytest.mark.parametrize(
    ("error_type", "body", "found"),
    [
        # Only a stage of the API answers so: the switch is not deployed yet.
        ("MissingAuthenticationTokenException", MISSING, False),
        (
            "AccessDeniedException",
            json.dumps(
                {"Message": f"{DENIED} because no resource-based policy allows the execute-api:Invoke action"}
            ),
            False,
        ),
        # The endpoint policy is asked before anything of API Gateway.
        (
            "AccessDeniedException",
            json.dumps(
                {"Message": f"{DENIED} because no VPC endpoint policy allows the execute-api:Invoke action"}
            ),
            True,
        ),
        ("ForbiddenException", FORBIDDEN, True),
    ],
)
def test_the_default_name_works_where_the_stage_answers_by_it(error_type, body, found, tmp_path):
    world = probed(same_vpc())
    world[API]["disableExecuteApiEndpoint"] = True
    refused(world, error_type, body)

    said = judge(world, tmp_path)

    status = "fail" if found else "warn"
    assert ("api/default-name-is-on", "H05") in [(each["check"], each["fault"]) for each in said.of(status)]
    assert ("H05" in said.faults) is found, said.story()


def test_an_api_that_is_updating_is_to_be_waited_for(tmp_path):
    world = on_prem()
    world[API].update(apiStatus="UPDATING", endpointAccessMode="BASIC")
    said = judge(world, tmp_path)
    assert (said.report["verdict"], [each["fault"] for each in said.of("warn")]) == ("healthy", ["T10"])

    world[API]["endpointAccessMode"] = "STRICT"
    cause = judge(world, tmp_path).report["root_causes"][0]
    assert (cause["fault"], cause["confidence"]) == ("T04", "likely")
    assert cause["fix"].startswith("Wait")

    world = probed(on_prem())
    world[API].update(apiStatus="UPDATING", endpointAccessMode="BASIC")
    refused(world, "ForbiddenException", FORBIDDEN)
    said = judge(world, tmp_path)
    assert said.faults == ["T10"], said.story()
