"""Rows with the configuration behind them: one setting is wrong, and the answer is what it causes."""

from typing import Any

from attribution.forbidden import POLICY
from attribution.row import (
    ADMITTED,
    BACKEND_OK,
    BY_HOST,
    DIRECT,
    FORBIDDEN,
    MISSING,
    PLAIN,
    ROLE,
    SIGNED,
    Answer,
    Row,
    Rung,
    denied,
    faults,
    with_setting,
)
from worlds.build import API, API_ACCOUNT, REGION, World, statement
from worlds.changes import set_endpoint_policy, set_methods, set_policy
from worlds.layouts import on_prem, same_vpc

SILENT = " because no resource-based policy allows the execute-api:Invoke action"
EXPLICIT = " with an explicit deny in a resource-based policy"
OTHER = "vpce-0000000000000dead"
BOTH = faults("H10 H12")


def web_acl(world: World) -> None:
    """AWS WAF guards the stage."""
    world["prod"]["webAclArn"] = f"arn:aws:wafv2:{REGION}:{API_ACCOUNT}:regional/webacl/shop/0a"


def wants_key(world: World) -> None:
    """The method asks for an API key."""
    set_methods(world, {"/pets": {"GET": "NONE"}}, key=True)


def regional(world: World) -> None:
    """The API is public."""
    world[API]["endpointConfiguration"] = {"types": ["REGIONAL"], "ipAddressType": "ipv4"}


def switched_off(world: World) -> None:
    """The default name is off."""
    world[API]["disableExecuteApiEndpoint"] = True


def off_and_key(world: World) -> None:
    """The default name is off, which no deployment knows yet, and the method asks for an API key."""
    switched_off(world)
    wants_key(world)


def strict(world: World) -> None:
    """SNI has to be the Host."""
    world[API].update(securityPolicy="SecurityPolicy_TLS13_1_2_2021_06", endpointAccessMode="STRICT")


def basic(world: World) -> None:
    """The access mode is BASIC again; that takes about 15 minutes (faults.md T10)."""
    world[API].update(securityPolicy="SecurityPolicy_TLS13_1_2_2021_06", endpointAccessMode="BASIC")


def unknown_api(world: World) -> None:
    """No such API in the account."""
    answers = world.answers(API_ACCOUNT)
    answers["get_rest_apis"]["items"].clear()
    answers["get_rest_api"] = {
        API: {"error": {"Code": "NotFoundException", "Message": "Invalid API identifier specified"}}
    }


def no_such_method(world: World) -> None:
    """The stage runs another resource."""
    set_methods(world, {"/cats": {"GET": "NONE"}})


def iam(world: World) -> None:
    """The method asks for a signature."""
    set_methods(world, {"/pets": {"GET": "AWS_IAM"}})


def authorizer(kind: str) -> Any:
    """The method has an authorizer."""
    return lambda world: set_methods(world, {"/pets": {"GET": kind}})


def other_endpoint(world: World) -> None:
    """The policy denies every endpoint but another one."""
    set_policy(
        world, statement(), statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": OTHER}})
    )


def source_ip(world: World) -> None:
    """The policy allows private ranges by a key that private APIs do not have."""
    set_policy(world, statement(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))


def other_stage(world: World) -> None:
    """The policy allows another stage."""
    set_policy(world, statement(resource="dev/*"))


def closed_endpoint(world: World) -> None:
    """The endpoint's policy is about another service."""
    set_endpoint_policy(world, {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})


def _set(
    name: str,
    change: Any,
    answer: Answer,
    fault: str,
    floor: str = "certain",
    excluded: str = "",
    **rest: Any,
) -> Row:
    layout = with_setting(rest.pop("layout", same_vpc), change)
    return Row(name, "faults.md 3; configuration proves it", answer, faults(fault), floor, "certain", frozenset(),
               faults(excluded), layout=layout, **({"call": PLAIN} | rest))  # fmt: skip


def nothing(world: World) -> None:
    """Nothing is changed."""


ROWS = [
    _set("configured: the method asks for a key", wants_key, FORBIDDEN, "H10", "certain",
        "D02 D22 H01 H05 H08 H12"),
    # A web ACL alone is no proof: the one thing left is likely; the answer to the impossible path does not help.
    Row("configured: a web ACL", "aws.md E.3 line 9", FORBIDDEN, faults("H12"), "possible", "likely", frozenset(),
        faults("D02 D22 H01 H05 H08 H10"), layout=with_setting(same_vpc, web_acl)),
    Row("configured: a web ACL, and the method asks for a key", "aws.md E.3 lines 8 and 9", FORBIDDEN, BOTH,
        # The missing key is certain from configuration alone: nothing has to be listed beside it.
        "likely", "certain", frozenset(),
        faults("D02 D22 H01 H05 H08"), layout=with_setting(with_setting(same_vpc, web_acl), wants_key)),
    _set("configured: a public API", regional, FORBIDDEN, "D02", "certain", "D22 H01 H05 H10 H12"),
    _set("configured: a public API, by the endpoint's name", regional, FORBIDDEN, "H08", "certain",
        "D02 D22 H01 H05 H10 H12",
         layout=on_prem, call=BY_HOST),
    _set("configured: default name off", switched_off, FORBIDDEN, "H05", "certain", "D02 D22 H01 H08 H10 H12"),
    _set("configured: default name off, not deployed, and the method asks for a key", off_and_key, FORBIDDEN, "H10",
        "certain", "D02 D22 H01 H05 H08 H12", rungs=(Rung("impossible", MISSING),)),
    _set("configured: STRICT, by the endpoint's name", strict, FORBIDDEN, "T04", "likely",
        "D22 H01 H05 H08 H10 H12", layout=on_prem,
         call=BY_HOST),
    _set("configured: no such API", unknown_api, FORBIDDEN, "D22", "likely", "H01 H05 H08 H10 H12"),
    _set("configured: no such path", no_such_method, MISSING, "H02", "certain", "A18 H04"),
    _set("configured: AWS_IAM and unsigned", iam, MISSING, "A18", "certain", "H02 H04"),
    _set("configured: the path is there and open", nothing, MISSING, "H04 H02", "possible", "A18"),
    _set("configured: Lambda authorizer", authorizer("CUSTOM"), Answer('{"message":"Unauthorized"}',
        "UnauthorizedException", 401), "A20",
         "likely", "A21"),
    _set("configured: Cognito", authorizer("COGNITO_USER_POOLS"), Answer('{"message":"Unauthorized"}',
        "UnauthorizedException", 401), "A21",
         "likely", "A20"),
    _set("configured: policy names another endpoint", other_endpoint, denied(EXPLICIT), "A03", "likely",
        "A08 A09 A11 A12"),
    _set("configured: aws:SourceIp", source_ip, denied(SILENT), "A05", "certain", "A08 A09 A11 A13"),
    _set("configured: policy covers another stage", other_stage, denied(SILENT), "A06", "certain",
        "A05 A08 A11 A13"),
    _set("configured: endpoint policy of another service", closed_endpoint,
         denied(" because no VPC endpoint policy allows the execute-api:Invoke action"), "A08", "certain",
         "A02 A03 A10 A11"),
    Row("configured: all is well and admitted", "contracts", Answer(BACKEND_OK, None, 200), frozenset(),
        excluded=POLICY, layout=same_vpc),
    Row("configured: all is well, a backend's 403", "aws.md E.1", Answer('{"error":"not your pet"}', None),
        frozenset(),
        excluded=POLICY | BOTH | {"H13"}, layout=same_vpc),
    Row("configured: all is well, a backend's 503", "aws.md E.1", Answer("<html>busy</html>", None, 503),
        frozenset(),
        excluded=POLICY | BOTH | {"H13"}, layout=same_vpc),
    Row("configured: nothing refuses, and the impossible path is Forbidden too", "aws.md E.3", FORBIDDEN,
        # The API is there, private, on, in this Region, without key or web ACL, so that no cause is in what was read:
        # it is not what is at work (O04), or a change has not spread yet. Nobody certain, whoever is named.
        faults("O04 H05 H12 H04") | {""}, "possible", "possible", faults("O04 H05 H12"),
        faults("H01 H03 H10 D02 D22 H08"),
        layout=same_vpc, rungs=(Rung("impossible", FORBIDDEN),)),
    Row("configured: BASIC, and SNI = Host = default name is admitted", "faults.md T04, T10, 4.3", FORBIDDEN,
        faults("T04"), "likely", "likely", frozenset(), faults("O04 D22 H05 H08 H10 H12"), BY_HOST,
        layout=with_setting(on_prem, basic), rungs=(Rung("", ADMITTED, DIRECT),),
        says=("configuration says BASIC", "15 minutes")),
    Row("configured: BASIC, and SNI = Host = default name is Forbidden too", "faults.md T04, 4.3", FORBIDDEN,
        faults("O04"), "possible", "possible", frozenset(), faults("T04 D22 H08 H10"), BY_HOST,
        layout=with_setting(on_prem, basic), rungs=(Rung("", FORBIDDEN, DIRECT),)),
    Row("configured: an IAM caller that an SCP denies", "faults.md A12",
        denied(" with an explicit deny in a service control policy", ROLE),
        faults("A12"), "likely", "certain", frozenset(), faults("A02 A11"), SIGNED,
        layout=lambda: same_vpc("AWS_IAM")),
]  # fmt: skip
