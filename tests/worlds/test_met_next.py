"""Two things are broken: what refused this call stands first, what it would meet next second; and the near misses."""

from collections.abc import Callable
from pathlib import Path

import pytest
from attribution.configured import (
    EXPLICIT,
    SILENT,
    closed_endpoint,
    no_such_method,
    other_endpoint,
    wants_key,
    web_acl,
)
from attribution.row import ROLE, denied
from worlds.build import API_ACCOUNT, World, role_arn
from worlds.changes import identity_policy, set_methods, set_policy
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import of, probed, refused
from worlds.test_admitted import there_is_no_policy, there_is_no_stage

Change = Callable[[World], None]
FORBIDDEN = '{"message":"Forbidden"}'
SCP = " with an explicit deny in a service control policy"
BY_ENDPOINT = " because no VPC endpoint policy allows the execute-api:Invoke action"
EXPIRED = '{"message":"The security token included in the request is expired"}'


def identity_lacks(world: World) -> None:
    """The caller's role may call nothing, and the resource policy names nobody."""
    identity_policy(world)
    set_policy(world)


def by_a_box(world: World) -> None:
    """Something between answers in API Gateway's place."""
    seen = of(world, "http")[0]
    seen.update(status=403, body="<html>Blocked</html>")
    seen["headers"] = {"content-type": "text/html", "server": "squid", "via": "1.1 box (squid)"}


def says(kind: str, body: str) -> Change:
    return lambda world: refused(world, kind, body)


CASES = [
    ("a web ACL before a stale policy", "NONE", (web_acl, other_endpoint),
     says("ForbiddenException", FORBIDDEN), "H12", "A03"),
    ("a web ACL before a path that is not deployed", "NONE", (no_such_method, web_acl),
     says("ForbiddenException", FORBIDDEN), "H12", "H02"),
    ("the endpoint policy by its words, and a stale resource policy", "NONE", (other_endpoint,),
     says("AccessDeniedException", denied(BY_ENDPOINT).body), "A10", "A03"),
    ("a guard rail, and an identity that lacks the right", "AWS_IAM", (identity_lacks,),
     says("AccessDeniedException", denied(SCP, ROLE).body), "A12", "A11"),
    ("an expired token, and an identity that lacks the right", "AWS_IAM", (identity_lacks,),
     says("ExpiredTokenException", EXPIRED), "A17", "A11"),
    ("a box, and a stale policy", "NONE", (other_endpoint,), by_a_box, "N19", "A03"),
    ("a policy by its words, and a missing key", "NONE", (other_endpoint, wants_key),
     says("AccessDeniedException", denied(EXPLICIT).body), "A03", "H10"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asks", "changes", "answer", "now", "later"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_refused_the_call_stands_before_what_it_would_meet_next(
    tmp_path: Path, asks: str, changes: tuple[Change, ...], answer: Change, now: str, later: str
) -> None:
    world = same_vpc(asks)
    if asks == "AWS_IAM":
        world.principal = role_arn(API_ACCOUNT)
    for change in changes:
        change(world)
    answer(probed(world))
    said = judge(world, tmp_path)
    (first, *rest) = said.report["root_causes"]
    told = {cause["fault"]: cause["fix"].endswith("it is met once what did is mended.") for cause in rest}

    # It is only said where it is likely what stopped the call.
    assert (first["fault"], told.get(later)) == (now, first["confidence"] != "possible"), said.story()
    assert "once what did is mended" not in first["fix"]


def test_the_gate_whose_words_the_answer_has_is_the_only_cause(tmp_path: Path) -> None:
    world = same_vpc()
    other_endpoint(world)
    refused(probed(world), "AccessDeniedException", denied(EXPLICIT).body)

    assert judge(world, tmp_path).faults == ["A03"]


def test_a_silent_policy_behind_its_own_words_stays_the_cause(tmp_path: Path) -> None:
    world = same_vpc()
    set_policy(world)
    refused(probed(world), "AccessDeniedException", denied(SILENT).body)
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["blocks"][:1]) == ("A02", ["invoke/call-is-admitted"])


def untrusted(world: World) -> None:
    """TLS ends with a certificate that nobody trusts: no call is made."""
    for each in of(world, "tls"):
        each.update(outcome="untrusted", issuer="CN=Inspection CA,O=Corp")
    world.observations = [each for each in world.observations if each["kind"] != "http"]


def times_out_after_tls(world: World) -> None:
    """Nothing comes back."""
    seen = of(world, "http")[0]
    seen.update(outcome="timeout", status=None, headers={}, body="")


@pytest.mark.parametrize("met", [untrusted, times_out_after_tls])
def test_what_keeps_the_call_from_every_gate_stands_before_them(tmp_path: Path, met: Change) -> None:
    world = same_vpc()
    other_endpoint(world)
    met(probed(world))
    said = judge(world, tmp_path)
    (first, *rest) = said.report["root_causes"]

    assert first["check"].startswith("invoke/"), said.story()
    assert "A03" in [cause["fault"] for cause in rest]


@pytest.mark.parametrize("change", [there_is_no_stage, there_is_no_policy])
def test_forbidden_may_have_a_stage_behind_it_that_is_not_there(tmp_path: Path, change: Change) -> None:
    world = same_vpc()
    change(world)
    refused(probed(world), "ForbiddenException", FORBIDDEN)
    said = judge(world, tmp_path)

    assert said.report["root_causes"][0]["check"] in (
        "api/stage-is-deployed",
        "policy/resource-policy-exists",
    ), said.story()


def not_deployed(world: World) -> None:
    """The method is saved, and the stage runs what was before."""
    set_methods(world, {"/cats": {"GET": "NONE"}})
    set_methods(world, {"/pets": {"GET": "NONE"}}, deployed=False)


INCOMPLETE = '{"message":"Authorization header requires \'Credential\' parameter."}'


@pytest.mark.parametrize(
    ("change", "check"),
    [(not_deployed, "api/method-is-deployed"), (closed_endpoint, "policy/endpoint-policy-allows-call")],
)
def test_a_token_that_is_read_as_a_signature_may_have_route_or_endpoint_policy_behind_it(
    tmp_path: Path, change: Change, check: str
) -> None:
    world = same_vpc()
    change(world)
    world.options = ["-H", "Authorization: Bearer t0"]
    refused(probed(world), "IncompleteSignatureException", INCOMPLETE)
    first = judge(world, tmp_path).report["root_causes"][0]

    assert first["check"] == check
    assert "did not stop this call" not in (first["fix"] or "")


def test_of_a_call_that_was_not_made_nothing_is_said_to_have_stopped_it(tmp_path: Path) -> None:
    world = same_vpc("AWS_IAM")
    other_endpoint(world)
    scope = "AKIDEXAMPLE/20261122/eu-west-1/execute-api/aws4_request"
    world.options = [
        "-H",
        f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
        "-H",
        "X-Amz-Date: 20261122T104206Z",
    ]
    causes = judge(world, tmp_path).report["root_causes"]

    assert [cause["fault"] for cause in causes[:1]] == ["A03"]
    assert not [cause for cause in causes if "did not stop this call" in (cause["fix"] or "")]
