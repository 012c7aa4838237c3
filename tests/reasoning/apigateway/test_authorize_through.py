"""A call through a private custom domain: each gate, in the order in which it is met."""

import pytest
from reasoning.iam.samples import API, METHOD, OWNER, document, statement

from apidoctor.reasoning.apigateway.authorize import (
    Call,
    Domain,
    authorize_through_domain,
    classify_denial,
    denial_text,
)
from apidoctor.reasoning.iam import Policies, Request, read_policy

DOMAIN = f"arn:aws:execute-api:us-east-1:{OWNER}:/domainnames/api.example.com+a1b2"
CALL = Call(
    "abc1234567", OWNER, "us-east-1", "prod", "GET", "/pets",
    authorization="NONE", endpoint="vpce-a", domain_arn=DOMAIN,
)  # fmt: skip
EVERYTHING = read_policy(document(statement(Action="*", Principal="*")), kind="endpoint")


def own(*statements, kind="resource"):
    bodies = [statement(**{"Principal": "*", **each}) for each in statements or ({},)]
    return read_policy(document(*bodies), kind=kind)


def verdict(
    *, domain=None, associated=True, mapped=True, resource=None, endpoint=EVERYTHING, unknown=(), **context
):
    keys = {
        "aws:SourceVpce": ("vpce-a",),
        **{key.replace("__", ":"): (value,) for key, value in context.items()},
    }
    request = Request("execute-api:Invoke", METHOD, None, None, OWNER, keys, frozenset(unknown))
    gates = Domain(DOMAIN, domain or own(), associated, mapped)
    return authorize_through_domain(
        request, Policies(resource=resource or own(), endpoint=endpoint), "NONE", gates
    )


OTHERS = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-b"}}}
DENIES = {"effect": "Deny"}
FOR_API = own({"Resource": f"{API}/*"}, kind="endpoint")
FOR_DOMAIN = own({"Resource": DOMAIN}, kind="endpoint")


def test_a_call_that_every_gate_lets_through_is_allowed():
    found = verdict()

    assert found.decision == "allow"
    assert [step.gate for step in found.steps] == [
        "endpoint_policy", "access_association", "domain_policy", "mapping", "resource_policy"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("closed", "gate", "decision", "fault", "text"),
    [
        ({"endpoint": FOR_API}, "endpoint_policy", "implicit_deny", "A08", "VPC endpoint policy"),
        ({"endpoint": FOR_DOMAIN}, "endpoint_policy", "implicit_deny", "A08", "VPC endpoint policy"),
        ({"associated": False}, "access_association", "implicit_deny", "H06", "Forbidden"),
        ({"domain": own(OTHERS)}, "domain_policy", "implicit_deny", "A22", "no resource-based policy"),
        ({"domain": own({}, DENIES)}, "domain_policy", "explicit_deny", "A22", "explicit deny"),
        ({"mapped": False}, "mapping", "implicit_deny", "H07", "Forbidden"),
        ({"resource": own(OTHERS)}, "resource_policy", "implicit_deny", "A03", "no resource-based policy"),
        ({"resource": own({}, DENIES)}, "resource_policy", "explicit_deny", "A02", "explicit deny"),
    ],
)  # fmt: skip
def test_each_gate_refuses_with_its_own_fault_and_text(closed, gate, decision, fault, text):
    found = verdict(**closed)

    assert (found.decision, found.symptom.gate) == (decision, gate)
    assert text in denial_text(found)
    policies = Policies(resource=closed.get("resource") or own(), endpoint=closed.get("endpoint", EVERYTHING))
    assert classify_denial(found, CALL, policies) == fault


def test_the_first_closed_gate_is_what_the_caller_sees():
    found = verdict(associated=False, domain=own({}, DENIES), mapped=False, resource=own(OTHERS))

    assert found.symptom.gate == "access_association"
    assert found.decision == "implicit_deny"
    assert [step.gate for step in found.steps if step.denies] == [
        "access_association", "domain_policy", "mapping", "resource_policy"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("open_", "unknown"),
    [({"associated": None}, "access_association"), ({"mapped": None}, "mapping")],
)
def test_a_gate_that_is_not_known_leaves_the_call_undecided(open_, unknown):
    found = verdict(**open_)

    assert found.decision == "indeterminate"
    assert found.unknown == (unknown,)


def test_an_open_gate_hides_how_a_later_one_refuses_but_not_that_it_does():
    found = verdict(associated=None, mapped=False)

    assert found.decision == "indeterminate"
    assert found.denied is True


def test_an_earlier_refusal_is_certain_whatever_a_later_gate_is():
    assert verdict(domain=own({}, DENIES), mapped=None).decision == "explicit_deny"


def test_the_policies_see_through_which_domain_the_call_came():
    through = {"Condition": {"ArnEquals": {"execute-api:viaDomainArn": DOMAIN}}}

    assert verdict(endpoint=own(through, kind="endpoint")).decision == "allow"
    assert verdict(resource=own(through)).decision == "allow"


def test_a_domain_without_a_policy_refuses():
    request = Request("execute-api:Invoke", METHOD, None, None, OWNER, {})
    found = authorize_through_domain(
        request, Policies(resource=own(), endpoint=EVERYTHING), "NONE", Domain(DOMAIN, None, True, True)
    )

    assert found.symptom.gate == "domain_policy"
