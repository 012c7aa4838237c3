"""Policies that are written in a way that does not do what was meant: each trap, and the near miss beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from worlds.build import API, ENDPOINT, REGION, VPC_C, VPC_E, World, document, role_arn, statement
from worlds.changes import export, identity_policy, set_endpoint_policy, set_policy
from worlds.judge import judge
from worlds.layouts import cross_account, same_vpc

ONLY_OURS = statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": ENDPOINT}})
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
Change = Callable[[World], None]


def iam() -> World:
    """A signed call in one VPC and account."""
    return same_vpc("AWS_IAM")


def resource(*statements: dict[str, Any]) -> Change:
    """A resource policy of these statements, saved and deployed."""
    return lambda world: set_policy(world, *statements)


def when(effect: str = "Allow", /, **condition: Any) -> dict[str, Any]:
    return statement(effect, Condition=condition)


def twice(world: World) -> None:
    """The policy that is copied from page to page: one operator written twice."""
    first, second = (
        json.dumps({key: value})[1:-1]
        for key, value in (("aws:SourceVpc", VPC_E), ("aws:SourceVpce", ENDPOINT))
    )
    body = json.dumps(statement(Condition={}))
    text = body.replace(
        '"Condition": {}', f'"Condition": {{"StringEquals": {{{first}}}, "StringEquals": {{{second}}}}}'
    )
    set_policy(world, when(StringEquals={"aws:SourceVpc": VPC_E, "aws:SourceVpce": ENDPOINT}))
    world[API]["policy"] = f'{{"Version": "2012-10-17", "Statement": [{text}]}}'.replace('"', '\\"')


def endpoint_policy(*statements: dict[str, Any]) -> Change:
    return lambda world: set_endpoint_policy(world, *statements)


def old_version(world: World) -> None:
    named = f"arn:aws:execute-api:{REGION}:*:{API}/prod/GET/${{aws:username}}"
    policy = document(statement(), ONLY_OURS, statement(resource="x", Resource=named))
    del policy["Version"]
    world[API]["policy"] = json.dumps(policy)
    export(world)["x-amazon-apigateway-policy"] = policy


def with_identity(**elements: Any) -> Change:
    """A further statement in the caller's own policy."""
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    more = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*", **elements}
    return lambda world: identity_policy(world, allow, more)


TRAPS = [
    ("no-key-is-written-twice", same_vpc, twice, "The key is repeated"),
    (
        "no-key-is-written-twice",
        same_vpc,
        resource(
            statement(),
            ONLY_OURS,
            when("Deny", Bool={"aws:SecureTransport": "false", "AWS:SecureTransport": "false"}),
        ),
        "other capitals",
    ),
    (
        "operators-and-values-fit",
        same_vpc,
        resource(statement(), ONLY_OURS, when(StringEqual={"k": "v"})),
        "StringEqual",
    ),
    (
        "operators-and-values-fit",
        same_vpc,
        resource(statement(), ONLY_OURS, when(IpAddress={"aws:VpcSourceIp": "10.0.0.0/40"})),
        "10.0.0.0/40",
    ),
    ("operators-and-values-fit", iam, with_identity(Action="Invoke"), "no service prefix"),
    ("variables-are-replaced", same_vpc, old_version, "without Version 2012-10-17"),
    (
        "resources-are-arns",
        same_vpc,
        resource(statement(), ONLY_OURS, statement(Resource="arn:aws:execute-api:*")),
        "completes it",
    ),
    (
        "resources-are-arns",
        same_vpc,
        endpoint_policy(
            {**EVERYTHING, "Resource": "execute-api:/*"}, {**EVERYTHING, "Action": "execute-api:*"}
        ),
        "neither * nor an ARN",
    ),
    (
        "principals-exist",
        same_vpc,
        resource(statement(), ONLY_OURS, statement(Principal={"AWS": "AROAEXAMPLEEXAMPLE123"})),
        "AROAEXAMPLEEXAMPLE123",
    ),
    (
        "resources-name-this-api",
        same_vpc,
        resource(
            statement(),
            ONLY_OURS,
            statement(Resource=f"arn:aws:execute-api:{REGION}:111111111111:other12345/*"),
        ),
        "it is none of",
    ),
    (
        "resources-name-this-api",
        same_vpc,
        resource(statement(), ONLY_OURS, statement(resource="")),
        "no stage, method and path",
    ),
    (
        "keys-fit-the-authorization",
        same_vpc,
        resource(statement(), ONLY_OURS, when(StringEquals={"aws:PrincipalOrgID": "o-1"})),
        "only IAM callers have",
    ),
    (
        "keys-fit-the-authorization",
        same_vpc,
        resource(statement(), ONLY_OURS, when(StringEquals={"aws:VpceAccount": "1"})),
        "does not give",
    ),
    (
        "addresses-are-seen-at-the-endpoint",
        same_vpc,
        resource(statement(), ONLY_OURS, when(IpAddress={"aws:SourceIp": "10.0.0.0/8"})),
        "never applies",
    ),
    (
        "ids-fit-their-keys",
        same_vpc,
        resource(statement(), ONLY_OURS, when(StringEquals={"aws:SourceVpce": VPC_C})),
        "id of another kind",
    ),
    (
        "one-deny-asks-one-thing",
        same_vpc,
        resource(
            statement(), when("Deny", StringNotEquals={"aws:SourceVpc": VPC_E, "aws:SourceVpce": ENDPOINT})
        ),
        "miss both",
    ),
    (
        "restrictions-are-denials",
        iam,
        resource(when(StringEquals={"aws:SourceVpce": ENDPOINT})),
        "get in around it",
    ),
    ("access-is-limited", same_vpc, resource(statement()), "every VPC endpoint of the Region"),
    (
        "set-operators-fit-keys",
        iam,
        resource(
            statement(), ONLY_OURS, when(**{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1/*"}})
        ),
        "ForAllValues",
    ),
    (
        "set-operators-fit-keys",
        iam,
        resource(statement(), ONLY_OURS, when(StringLike={"aws:PrincipalOrgPaths": "o-1/*"})),
        "never matches",
    ),
    (
        "no-allow-is-idle",
        same_vpc,
        endpoint_policy(EVERYTHING, {**EVERYTHING, "Action": "execute-api:Invoke"}),
        "limit nothing",
    ),
]


@pytest.mark.parametrize(
    ("check", "layout", "change", "words"), TRAPS, ids=[f"{check}: {words}" for check, _, _, words in TRAPS]
)
def test_a_trap_is_told_with_the_statement_as_evidence_and_breaks_nothing(
    check: str, layout: Callable[[], World], change: Change, words: str, tmp_path: Path
) -> None:
    world = layout()
    change(world)
    said = judge(world, tmp_path)
    found = [r for r in said.of("warn") if r["check"] == f"policy/{check}"]

    assert said.report["verdict"] == "healthy", said.story()
    assert words in " ".join(each["summary"] for each in found), said.story()
    for each in found:
        assert each["fix"]
        evidence = [said.report["evidence"][name]["value"] for name in each["evidence"]]
        assert any("text" in value or "code" in value for value in evidence)


NEAR_MISSES = [
    (
        "no-key-is-written-twice",
        same_vpc,
        resource(
            statement(),
            when(
                "Deny",
                StringNotEquals={"aws:SourceVpce": ENDPOINT},
                StringNotLike={"aws:SourceVpce": ENDPOINT},
            ),
        ),
    ),
    (
        "operators-and-values-fit",
        same_vpc,
        resource(
            statement(), ONLY_OURS, when("Deny", **{"ForAnyValue:StringEqualsIfExists": {"aws:Referer": "x"}})
        ),
    ),
    (
        "variables-are-replaced",
        same_vpc,
        resource(statement(), ONLY_OURS, statement(resource="prod/GET/${aws:username}")),
    ),
    (
        "principals-exist",
        same_vpc,
        resource(
            statement(), ONLY_OURS, statement(Principal={"AWS": ["111111111111", role_arn("222222222222")]})
        ),
    ),
    (
        "resources-name-this-api",
        same_vpc,
        resource(
            statement(Resource="execute-api:/*"),
            {**ONLY_OURS, "Resource": "arn:aws:execute-api:*:*:*/prod/*"},
        ),
    ),
    (
        "unsigned-callers-are-not-named",
        same_vpc,
        resource(statement(), ONLY_OURS, statement(Principal={"AWS": "222222222222"})),
    ),
    (
        "keys-fit-the-authorization",
        iam,
        resource(statement(), ONLY_OURS, when(StringEquals={"aws:PrincipalOrgID": "o-1"})),
    ),
    (
        "addresses-are-seen-at-the-endpoint",
        same_vpc,
        resource(statement(), ONLY_OURS, when("Deny", IpAddress={"aws:VpcSourceIp": "192.0.2.0/24"})),
    ),
    (
        "ids-fit-their-keys",
        same_vpc,
        resource(statement(), when("Deny", StringNotEquals={"aws:SourceVpc": VPC_E})),
    ),
    (
        "one-deny-asks-one-thing",
        same_vpc,
        resource(statement(), ONLY_OURS, when("Deny", StringNotEquals={"aws:SourceVpc": VPC_E})),
    ),
    ("restrictions-are-denials", iam, resource(when(StringEquals={"aws:SourceVpce": ENDPOINT}), ONLY_OURS)),
    ("restrictions-are-denials", cross_account, lambda world: None),
    ("access-is-limited", same_vpc, resource(when(StringEquals={"aws:SourceVpc": VPC_E}))),
    (
        "set-operators-fit-keys",
        iam,
        resource(
            statement(),
            ONLY_OURS,
            when(
                **{
                    "ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-1/*"},
                    "Null": {"aws:PrincipalOrgPaths": "false"},
                }
            ),
        ),
    ),
    ("no-allow-is-idle", same_vpc, endpoint_policy(EVERYTHING)),
]


@pytest.mark.parametrize(("check", "layout", "change"), NEAR_MISSES, ids=[each[0] for each in NEAR_MISSES])
def test_what_is_written_right_is_no_trap(
    check: str, layout: Callable[[], World], change: Change, tmp_path: Path
) -> None:
    world = layout()
    change(world)
    said = judge(world, tmp_path)

    assert [r["status"] for r in said.report["results"] if r["check"] == f"policy/{check}"] != []
    assert [r for r in said.of("warn") if r["check"] == f"policy/{check}"] == [], said.story()


@pytest.mark.parametrize(
    ("check", "fault", "change"),
    [
        ("addresses-are-seen-at-the-endpoint", "A05", resource(when(IpAddress={"aws:SourceIp": "10.0.0.0/8"}))),
        ("unsigned-callers-are-not-named", "A02", resource(statement(Principal={"AWS": "222222222222"}), ONLY_OURS)),
        ("something-is-allowed", "A02", resource(ONLY_OURS)),
    ],
)  # fmt: skip
def test_a_trap_for_which_the_call_is_refused_is_not_told_twice(
    check: str, fault: str, change: Change, tmp_path: Path
) -> None:
    world = same_vpc()
    change(world)
    said = judge(world, tmp_path)

    assert said.faults == [fault]
    assert [r["status"] for r in said.report["results"] if r["check"] == f"policy/{check}"] == ["skipped"]
