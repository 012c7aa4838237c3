"""What a call tells, what stays unknown, and which keys each policy layer sees."""

import pytest
from msgspec.structs import replace

from apidoctor.reasoning.apigateway.authorize import (
    Call,
    Verdict,
    authorize,
    authorize_domain,
    authorize_request,
    classify_denial,
    explain_request,
    method_arn,
    request_of,
)
from apidoctor.reasoning.iam import Kind, Policies, Policy, read_policy

OWNER = "111111111111"
ROLE = f"arn:aws:iam::{OWNER}:role/app"
CALL = Call(
    "abc1234567",
    OWNER,
    "us-east-1",
    "prod",
    "get",
    "/pets/7?x=1",
    authorization="NONE",
    endpoint="vpce-aaa",
    endpoint_vpc="vpc-a",
    source_ip="10.0.0.7",
)
SIGNED = replace(CALL, authorization="AWS_IAM", principal_arn=ROLE, signed=True)


def read(condition: dict, kind: Kind = "resource", effect: str = "Allow", principal: object = "*") -> Policy:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*", "Condition": condition}
    if kind in ("resource", "endpoint"):
        statement["Principal"] = principal
    return read_policy({"Version": "2012-10-17", "Statement": statement}, kind=kind)


def verdict(condition: dict, call: Call = CALL) -> Verdict:
    return authorize(call, Policies(resource=read(condition)))


def test_the_method_arn_has_the_path_without_query_and_the_root_ends_in_a_slash():
    assert method_arn(CALL) == f"arn:aws:execute-api:us-east-1:{OWNER}:abc1234567/prod/GET/pets/7"
    assert method_arn(replace(CALL, path="/")).endswith("/prod/GET/")
    assert method_arn(replace(CALL, partition="aws-cn")).startswith("arn:aws-cn:")


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:SourceVpce", "vpce-aaa"),
        ("StringEquals", "aws:SourceVpc", "vpc-a"),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/24"),
        ("Bool", "aws:SecureTransport", "true"),
    ],
)
def test_what_the_call_tells_is_known(operator, key, value):
    assert verdict({operator: {key: value}}).decision == "allow"


@pytest.mark.parametrize(
    ("operator", "key", "value", "changes"),
    [
        ("StringEquals", "aws:SourceVpce", "vpce-aaa", {"endpoint": None}),
        ("StringEquals", "aws:SourceVpc", "vpc-a", {"endpoint_vpc": None}),
        ("IpAddress", "aws:VpcSourceIp", "10.0.0.0/24", {"source_ip": None}),
        ("DateLessThan", "aws:CurrentTime", "2030-01-01", {}),
        ("StringLike", "aws:UserAgent", "curl*", {}),
    ],
)
def test_what_the_call_does_not_tell_is_unknown(operator, key, value, changes):
    found = verdict({operator: {key: value}}, replace(CALL, **changes))

    assert found.decision == "indeterminate"
    assert found.unknown == (key,)


def test_the_source_address_is_absent_even_when_given():
    given = replace(CALL, context={"aws:SourceIp": ("10.0.0.7",)})

    assert verdict({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, given).decision == "implicit_deny"


@pytest.mark.parametrize(
    "key", ["aws:SourceAccount", "aws:ResourceOrgID", "aws:VpceOrgID", "aws:SourceVpcArn"]
)
def test_keys_that_api_gateway_does_not_know_are_absent_from_resource_policies(key):
    given = replace(CALL, context={key: ("a",)})

    assert verdict({"StringEquals": {key: "a"}}, given).decision == "implicit_deny"
    assert verdict({"StringNotEquals": {key: "a"}}, given).decision == "allow"


def test_an_endpoint_policy_sees_the_organization_of_the_resource():
    policy = read({"StringEquals": {"aws:ResourceOrgID": "o-1"}}, "endpoint")
    policies = Policies(resource=read({}), endpoint=policy)

    assert authorize(replace(CALL, context={"aws:ResourceOrgID": ("o-1",)}), policies).decision == "allow"
    assert authorize(CALL, policies).unknown == ("aws:ResourceOrgID",)


@pytest.mark.parametrize(
    "key", ["aws:PrincipalArn", "aws:PrincipalOrgID", "aws:userid", "aws:PrincipalTag/team"]
)
@pytest.mark.parametrize("authorization", ["NONE", "CUSTOM", "COGNITO_USER_POOLS"])
def test_keys_of_iam_callers_are_absent_where_iam_does_not_authenticate(key, authorization):
    call = replace(SIGNED, authorization=authorization, context={key: ("a",)})
    policies = Policies(resource=read({"StringEquals": {key: "a"}}))

    assert authorize(call, policies, "implicit_deny").decision == "implicit_deny"


def test_a_signed_call_of_an_open_method_shows_its_principal_to_the_endpoint_policy_only():
    endpoint = read({}, "endpoint", principal={"AWS": ROLE})
    named = read({}, principal={"AWS": ROLE})
    call = replace(SIGNED, authorization="NONE")

    assert authorize(call, Policies(resource=read({}), endpoint=endpoint)).decision == "allow"
    assert authorize(call, Policies(resource=named, endpoint=endpoint)).decision == "implicit_deny"
    assert authorize(CALL, Policies(resource=read({}), endpoint=endpoint)).decision == "implicit_deny"


def test_what_follows_from_the_principals_arn_is_known():
    context = request_of(SIGNED).context

    assert context["aws:principalarn"] == (ROLE,)
    assert context["aws:principalaccount"] == (OWNER,)
    assert context["aws:principaltype"] == ("AssumedRole",)
    user = request_of(replace(SIGNED, principal_arn=f"arn:aws:iam::{OWNER}:user/team/bob")).context
    assert user["aws:username"] == ("bob",)


def test_the_role_behind_a_session_is_unknown_until_it_is_given():
    session = replace(SIGNED, principal_arn=f"arn:aws:sts::{OWNER}:assumed-role/app/s")
    policies = Policies(resource=read({}, principal={"AWS": ROLE}))

    assert authorize(session, policies).unknown == ("aws:PrincipalArn",)
    assert authorize(replace(session, context={"aws:PrincipalArn": (ROLE,)}), policies).decision == "allow"


def test_a_call_signed_by_somebody_unknown_is_open_where_the_principal_decides():
    call = replace(SIGNED, principal_arn=None)

    assert authorize(call, Policies(resource=read({}))).decision == "indeterminate"
    assert authorize(call, Policies(resource=read({}, effect="Deny"))).decision == "explicit_deny"


def test_identity_policies_that_could_not_be_read_leave_another_accounts_call_open():
    call = replace(SIGNED, principal_arn="arn:aws:iam::222222222222:role/app")
    unread = frozenset({"identity"})

    found = authorize(call, Policies(resource=read({}), unknown_layers=unread))
    assert (found.decision, found.unknown) == ("indeterminate", ("identity",))
    assert found.denied is None
    closed = Policies(resource=read({"StringEquals": {"aws:SourceVpce": "vpce-z"}}), unknown_layers=unread)
    assert authorize(call, closed).decision == "implicit_deny"


def test_an_unknown_authorization_type_matters_only_where_the_types_differ():
    call = replace(CALL, authorization=None)
    closed = Policies(resource=read({}), endpoint=read({"StringEquals": {"aws:SourceVpce": "z"}}, "endpoint"))

    assert authorize(call, Policies(resource=read({}))).unknown == ("authorization",)
    found = authorize(call, closed)
    assert found.denied is True
    assert found.denied_layers[0] == "endpoint"


def test_all_layers_that_would_deny_are_told_and_the_first_is_the_symptom():
    policies = Policies(
        resource=read({}, effect="Deny"),
        endpoint=read({"StringEquals": {"aws:SourceVpce": "vpce-z"}}, "endpoint"),
        boundary=read({}, "boundary", effect="Deny"),
    )
    found = authorize(SIGNED, policies)

    assert found.denied_layers == ("endpoint", "resource", "identity", "boundary")
    assert found.symptom is not None
    assert found.symptom.layer == "endpoint"
    assert [step.gate for step in found.steps] == [
        "endpoint_policy",
        "authentication",
        "resource_policy",
        "identity_policies",
        "permissions_boundary",
    ]


def test_a_layer_that_is_silent_and_need_not_speak_is_neutral():
    statements = [
        {"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"} for effect in ("Deny", "Allow")
    ]
    resource = read_policy({"Statement": statements}, kind="resource")

    found = authorize(SIGNED, Policies(resource=resource))

    assert found.denied_layers == ("resource",)
    assert [step.decision for step in found.steps] == ["allow", "explicit_deny", "neutral"]


def test_a_policy_that_names_only_the_account_lets_its_callers_in_with_a_note():
    found = authorize(SIGNED, Policies(resource=read({}, principal={"AWS": OWNER})))

    assert found.decision == "allow"
    assert len(found.notes) == 1


# A private custom domain

DOMAIN = f"arn:aws:execute-api:us-east-1:{OWNER}:/domainnames/api.example.com+a1b2"
THROUGH_DOMAIN = replace(CALL, domain_arn=DOMAIN)


def test_a_domain_asks_its_own_policy_and_the_endpoint_policy_for_the_domain():
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    domain = read_policy({"Statement": statement}, kind="resource", short_arn_prefix=DOMAIN)
    for_api = read_policy({"Statement": {**statement, "Resource": method_arn(CALL)}}, kind="endpoint")
    for_both = read_policy(
        {"Statement": {**statement, "Resource": [DOMAIN, method_arn(CALL)]}}, kind="endpoint"
    )

    assert authorize_domain(THROUGH_DOMAIN, Policies(resource=domain, endpoint=for_both)).decision == "allow"
    denied = authorize_domain(THROUGH_DOMAIN, Policies(resource=domain, endpoint=for_api))
    assert (denied.decision, denied.denied_layers) == ("implicit_deny", ("endpoint",))
    closed = authorize_domain(THROUGH_DOMAIN, Policies(endpoint=for_both))
    assert closed.symptom is not None
    assert closed.symptom.gate == "domain_policy"
    assert classify_denial(closed, THROUGH_DOMAIN, Policies(endpoint=for_both)) == "A22"


def test_the_domain_that_a_call_goes_through_is_a_key_of_the_request():
    policies = Policies(
        resource=read({}), endpoint=read({"ArnEquals": {"execute-api:viaDomainArn": DOMAIN}}, "endpoint")
    )

    assert authorize(THROUGH_DOMAIN, policies).decision == "allow"
    assert authorize(CALL, policies).decision == "implicit_deny"


# Near misses


def missed(
    call: Call, policies: Policies, authorizer: object = None
) -> list[tuple[str, str | None, tuple[str, ...]]]:
    request = request_of(call)
    found = authorize_request(request, policies, call.authorization, authorizer=authorizer)
    near = explain_request(request, policies, call.authorization, found, authorizer=authorizer)
    return [(each.layer, each.key or each.element, each.got) for each in near]


def test_near_misses_show_each_layer_what_it_sees():
    arn = {"StringEquals": {"aws:PrincipalArn": "x"}}
    identity = read({"StringEquals": {"aws:ResourceAccount": "x"}}, "identity")

    assert missed(replace(SIGNED, authorization="NONE"), Policies(resource=read(arn))) == [
        ("resource", "aws:PrincipalArn", ())
    ]
    assert missed(SIGNED, Policies(identity=(identity,), resource=read(arn))) == [
        ("identity", "aws:ResourceAccount", (OWNER,)),
        ("resource", "aws:PrincipalArn", (ROLE,)),
    ]


def test_near_misses_of_an_authorizers_policy_are_told():
    answer = read_policy(
        {
            "Statement": {
                "Effect": "Allow",
                "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:::a/b",
            }
        },
        kind="identity",
    )
    silent = read({"Bool": {"aws:SecureTransport": "false"}})

    found = missed(replace(CALL, authorization="CUSTOM"), Policies(resource=silent), answer)

    assert [(layer, element) for layer, element, _ in found] == [
        ("resource", "aws:SecureTransport"),
        ("authorizer", "Resource"),
    ]


def test_an_unsigned_call_of_an_iam_method_comes_near_nothing_but_the_endpoint_policy():
    endpoint = read({"StringEquals": {"aws:SourceVpce": "vpce-z"}}, "endpoint")
    policies = Policies(resource=read({"Bool": {"aws:SecureTransport": "false"}}), endpoint=endpoint)

    assert missed(replace(CALL, authorization="AWS_IAM"), policies) == [
        ("endpoint", "aws:SourceVpce", ("vpce-aaa",))
    ]
