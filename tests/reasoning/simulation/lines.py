"""Draws lines of a batch: about a third each is allowed, denied by silence and denied by a statement.

``generic`` lines hold any service, ``gateway`` lines an authorization type of API Gateway; ``unknown`` lines are either
of them with keys of unknown value. Points on which AWS's documentation is silent are left out.
"""

import base64
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from reasoning.simulation.drawing import (
    V2012,
    Element,
    Scene,
    action_element,
    condition,
    listed,
    near,
    odd_capitals,
    principal_element,
    resource_element,
)
from reasoning.simulation.twin.decide import Line, decide
from reasoning.simulation.twin.gateway import needs_signature
from reasoning.simulation.twin.principals import Caller, caller_of

PARTITIONS = {"aws": ["us-east-1", "eu-west-1"], "aws-cn": ["cn-north-1"], "aws-us-gov": ["us-gov-west-1"]}
ACCOUNTS = ["111111111111", "222222222222", "333333333333"]
ORGANIZATIONS = ["o-aaaa111111", "o-bbbb222222"]
ACTIONS = {
    "execute-api": ["execute-api:Invoke"] * 5 + ["execute-api:InvalidateCache", "execute-api:ManageConnections"],
    "s3": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    "sqs": ["sqs:SendMessage", "sqs:ReceiveMessage"],
    "kms": ["kms:Decrypt", "kms:GenerateDataKey"],
    "sts": ["sts:AssumeRole"] * 5 + ["sts:AssumeRoleWithWebIdentity"],
}
KINDS = {
    "generic": {"user": 4, "session": 7, "federated": 2, "root": 1, "role": 1, "linked": 1, "anonymous": 3, "service": 1},
    "sts": {"user": 4, "session": 7, "role": 1, "service": 1},
    "AWS_IAM": {"user": 5, "session": 8, "federated": 2, "root": 1, "role": 1, "anonymous": 1},
    "NONE": {"anonymous": 5, "user": 1, "session": 2},
    "CUSTOM": {"anonymous": 9, "session": 1},
    "COGNITO_USER_POOLS": {"anonymous": 1},
}
"""How often which kind of caller makes a call."""

NEEDS_CALLER = {
    "aws:PrincipalArn": "arn", "aws:PrincipalAccount": "string", "aws:PrincipalOrgID": "string",
    "aws:PrincipalOrgPaths": "multi", "aws:PrincipalTag/Team": "string", "aws:PrincipalTag/cost-center": "string",
    "aws:PrincipalType": "string", "aws:username": "string", "aws:userid": "string", "aws:TokenIssueTime": "date",
    "aws:MultiFactorAuthPresent": "bool", "aws:MultiFactorAuthAge": "number",
}  # fmt: skip
API_KEYS = NEEDS_CALLER | {
    "aws:SourceVpce": "string", "aws:SourceVpc": "string", "aws:VpcSourceIp": "ip", "aws:SourceIp": "ip",
    "aws:CurrentTime": "date", "aws:EpochTime": "epoch", "aws:SecureTransport": "bool", "aws:Referer": "string",
    "aws:UserAgent": "string", "aws:SourceArn": "arn",
    # not handed to an API's resource policy
    "aws:SourceAccount": "string", "aws:VpceAccount": "string", "aws:ResourceOrgID": "string",
    "aws:SourceVpcArn": "arn",
}  # fmt: skip
ALL_KEYS = API_KEYS | {
    "aws:RequestedRegion": "string", "aws:ResourceAccount": "string", "aws:ResourceTag/Env": "string",
    "aws:TagKeys": "multi", "aws:CalledVia": "multi", "aws:ViaAWSService": "bool", "app:Label": "string",
    "app:Weight": "number", "app:Fingerprint": "binary",
}  # fmt: skip
SERVICE_KEYS = {
    "s3": {"s3:prefix": "string", "s3:max-keys": "number", "s3:x-amz-acl": "string"},
    "sts": {"sts:ExternalId": "string", "sts:RoleSessionName": "string"},
    "execute-api": {"execute-api:viaDomainArn": "arn"},
}
OPTIONAL = {
    "aws:UserAgent": ["curl/8.0", "Boto3/1.34 (x86) *", "what?", "cost$5"],
    "aws:Referer": ["https://example.com/a?b=1", "https://example.com/"],
    "aws:SourceArn": ["arn:aws:sns:us-east-1:111111111111:topic", "arn:aws:s3:::bucket", "arn:aws:lambda:::a:b"],
    "aws:SourceAccount": ACCOUNTS, "aws:VpceAccount": ACCOUNTS, "aws:ResourceOrgID": ORGANIZATIONS,
    "aws:SourceVpcArn": ["arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1"],
    "aws:ResourceTag/Env": ["prod", "dev", "Prod"], "app:Label": ["alpha", "a*c", "a:b:c", "Zeta-9", "$x", "q?"],
    "app:Weight": ["0", "7", "42", "-3", "10.5"], "aws:ViaAWSService": ["true", "false"],
    "app:Fingerprint": [base64.b64encode(each).decode() for each in (b"\x00\x01\x02", b"hello", b"binary!")],
    "aws:TagKeys": [["Team"], ["Env", "Owner"], ["Team", "Env", "cost"]],
    "aws:CalledVia": [["athena.amazonaws.com"], ["athena.amazonaws.com", "cloudformation.amazonaws.com"]],
    "s3:prefix": ["home/alice/", "home/", "logs"], "s3:max-keys": ["10", "100"], "s3:x-amz-acl": ["private"],
    "sts:ExternalId": ["ext-1", "Ext-1"], "sts:RoleSessionName": ["s1", "deploy"],
    "execute-api:viaDomainArn": ["arn:aws:execute-api:us-east-1:111111111111:/domainnames/api.example.com+xyz1"],
}  # fmt: skip
"""What a request may hold besides its caller, its way and its time."""

FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
WITH_PRINCIPAL = ("resource", "endpoint", "rcp")
NO_POLICIES = [
    "{not json", "[]", {"Version": V2012}, {"Statement": ["x"]}, {"Version": "2012-10-18", "Statement": [FULL]},
    {"Statement": {**FULL, "Effect": "allow"}}, {"Statement": {**FULL, "NotAction": "s3:*"}},
    {"Statement": {**FULL, "Condition": ["x"]}}, {"Statement": {"Effect": "Allow", "Resource": "*"}},
    {"Statement": {"Action": "*", "Resource": "*"}}, {"Statement": {**FULL, "NotResource": "*"}},
]  # fmt: skip


def generate(seed: int, count: int, flavour: str) -> Iterator[Line]:
    """So many lines of a flavour, always the same ones for a seed."""
    for number in range(count):
        yield draw_line(f"{flavour}-{seed}-{number}", flavour)


def draw_line(name: str, flavour: str) -> Line:
    """The line of a name."""
    rng = random.Random(name)
    request, scene = draw_request(rng, rng.choice(["generic", "gateway"]) if flavour == "unknown" else flavour)
    wanted = rng.choice(["allow", "implicit_deny", "explicit_deny"])
    for _ in range(4):
        line = {"id": name, "request": request, **draw_policies(scene, wanted)}
        if decide(line)[0] == wanted:
            break
    if flavour == "unknown":
        hide_keys(scene, line)
    elif scene.chance(3):
        spoil(scene, line["policies"])
    context = request["context"]
    request["context"] = {odd_capitals(scene, k) if scene.chance(6) else k: v for k, v in context.items()}
    line["policies"] = {k: v for k, v in line["policies"].items() if v or scene.chance(50)}
    return json.loads(json.dumps(line))


# Requests


def draw_request(rng: random.Random, flavour: str) -> tuple[Element, Scene]:
    """A request, and the scene that its policies are drawn for."""
    gateway = flavour == "gateway"
    authorization = rng.choice(["NONE", "AWS_IAM", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]) if gateway else None
    service = "execute-api" if gateway else rng.choice(["execute-api", "execute-api", "s3", "sqs", "kms", "sts"])
    partition = rng.choice(["aws", "aws", "aws", *PARTITIONS])
    region, owner = rng.choice(PARTITIONS[partition]), rng.choice(ACCOUNTS)
    action = rng.choice(ACTIONS[service])
    account = owner if rng.random() < 0.55 else rng.choice(ACCOUNTS)
    name = rng.choice(["alice", "Carol", "app", "build-1", "x.y@z"])
    weights = KINDS[authorization or ("sts" if service == "sts" else "generic")]
    kind = rng.choices(list(weights), list(weights.values()))[0]
    if "Web" in action:
        kind = "issuer"
    arn, behind = draw_caller(rng, kind, f"arn:{partition}:", account, name)
    request: Element = {
        "action": action,
        "resource": f"arn:{partition}:" + draw_resource(rng, service, region, owner, name, action),
        "principal_arn": arn,
        "principal_account": account if arn and arn.count(":") == 5 and kind != "issuer" else None,
        "resource_account": owner,
    }
    context = draw_context(rng, service, region, via_endpoint=gateway or rng.random() < 0.5)
    if request["principal_account"]:
        context |= draw_caller_keys(rng, kind, behind or str(arn), account, name)
    request["context"] = context
    caller = caller_of(request, context)
    keys = ALL_KEYS | SERVICE_KEYS.get(service, {})
    layers = ("identity", "resource", "endpoint", "boundary", "session", "scp", "rcp", "authorizer")
    scene = Scene(rng, action, request["resource"], caller, [], context, authorization)
    scene.keys = dict.fromkeys(layers, keys) | ({"resource": API_KEYS} if gateway else {})
    if gateway:
        scene.keys["authorizer"] = {key: kind for key, kind in keys.items() if not needs_signature(key)}
    scene.strangers = draw_strangers(scene, f"arn:{partition}:", name)
    return request, scene


def draw_caller(rng: random.Random, kind: str, head: str, account: str, name: str) -> tuple[str | None, str | None]:
    """The ARN of a caller, and of the role or user behind a session."""
    path = rng.choice(["", "", "team/", "a/b/"])
    session = f"{head}sts::{account}:assumed-role/"
    linked = "AWSServiceRoleForThing"
    return {
        "anonymous": (None, None),
        "service": (rng.choice(["lambda.amazonaws.com", "sns.amazonaws.com"]), None),
        "issuer": (f"{head}iam::{account}:oidc-provider/token.example.com", None),
        "root": (f"{head}iam::{account}:root", None),
        "user": (f"{head}iam::{account}:user/{path}{name}", None),
        "role": (f"{head}iam::{account}:role/{path}{name}", None),
        "session": (
            f"{session}{name}/{rng.choice(['s1', 'deploy', 'i-0abc'])}",
            f"{head}iam::{account}:role/{path}{name}",
        ),
        "linked": (
            f"{session}{linked}/s1",
            f"{head}iam::{account}:role/aws-service-role/thing.amazonaws.com/{linked}",
        ),
        "federated": (
            f"{head}sts::{account}:federated-user/{name}",
            f"{head}iam::{account}:user/{name}" if rng.random() < 0.4 else None,
        ),
    }[kind]


def draw_resource(
    rng: random.Random, service: str, region: str, owner: str, name: str, action: str
) -> str:
    """The resource's ARN behind its partition."""
    piece = rng.choice(["42", "Items", name, "red"])
    path = rng.choice(["pets", f"pets/{piece}", f"users/{piece}/orders", "", "a:b/c", "odd*name", "cost$5/x"])
    method = f"{rng.choice(['abc1234567', 'zzz9999999'])}/{rng.choice(['prod', 'Prod'])}/{rng.choice(['GET', 'POST'])}/"
    return {
        "execute-api": f"execute-api:{region}:{owner}:"
        + rng.choice([method + path] * 20 + ["/domainnames/api.example.com+xyz1"]),
        "s3": f"s3:::{rng.choice(['data', 'my.bucket'])}"
        + ("" if action == "s3:ListBucket" else rng.choice(["/k", f"/home/{piece}/f.txt", "/x:y"])),
        "sqs": f"sqs:{region}:{owner}:{rng.choice(['jobs', piece + '-queue'])}",
        "kms": f"kms:{region}:{owner}:key/{rng.choice(['1234-abcd', 'mrk-77'])}",
        "sts": f"iam::{owner}:role/{rng.choice(['', 'team/'])}{rng.choice(['target', piece])}",
    }[service]


def draw_context(rng: random.Random, service: str, region: str, *, via_endpoint: bool) -> dict[str, list[str]]:
    """The keys that do not depend on the caller."""
    at = datetime(2024, rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59), tzinfo=UTC)
    found: dict[str, Any] = {
        "aws:CurrentTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(at.timestamp())),
        "aws:SecureTransport": rng.choice(["true", "true", "false"]),
        "aws:RequestedRegion": region,
    }
    if via_endpoint:
        found["aws:SourceVpce"] = rng.choice(["vpce-0aaa", "vpce-0bbb", "vpce-0aaa1"])
        found["aws:SourceVpc"] = rng.choice(["vpc-1", "vpc-2"])
        found["aws:VpcSourceIp"] = rng.choice(["10.1.2.3", "10.1.200.7", "172.16.0.9", "fd00:1:2::5"])
    else:
        found["aws:SourceIp"] = rng.choice(["203.0.113.7", "198.51.100.200", "2001:db8:1::7"])
    for key, options in OPTIONAL.items():
        if (key in ALL_KEYS or key in SERVICE_KEYS.get(service, {})) and rng.random() < 0.3:
            found[key] = rng.choice(options)
    return {key: value if isinstance(value, list) else [value] for key, value in found.items()}


def draw_caller_keys(rng: random.Random, kind: str, behind: str, account: str, name: str) -> dict[str, list[str]]:
    """The keys that IAM adds for an authenticated caller."""
    types = {"user": "User", "root": "Account", "federated": "FederatedUser"}
    found = {
        "aws:PrincipalArn": behind,
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": types.get(kind, "AssumedRole"),
        "aws:userid": {"user": "AIDAEXAMPLE", "root": account}.get(kind, f"AROAEXAMPLE:{name}"),
    }
    if kind == "user":
        found["aws:username"] = name
    if kind in ("session", "linked", "federated"):
        found["aws:TokenIssueTime"] = f"2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}T10:00:00Z"
        found["aws:MultiFactorAuthPresent"] = rng.choice(["true", "false"])
    for key, options in {
        "aws:PrincipalOrgID": ORGANIZATIONS,
        "aws:PrincipalOrgPaths": ["o-aaaa111111/r-1/ou-1/", "o-aaaa111111/r-1/ou-1/ou-2/"],
        "aws:PrincipalTag/Team": ["red", "blue", ""],
        "aws:PrincipalTag/cost-center": ["42", "R&D"],
        "aws:MultiFactorAuthAge": ["60", "3600"],
    }.items():
        if rng.random() < 0.5:
            found[key] = rng.choice(options)
    return {key: [value] for key, value in found.items()}


def draw_strangers(scene: Scene, head: str, name: str) -> list[str]:
    """Principals that are not the caller; some differ from it by one thing."""
    caller = scene.caller
    other = scene.rng.choice([each for each in ACCOUNTS if each != caller.account])
    found = [other, f"{head}iam::{other}:root", f"{head}iam::{other}:role/{name}", "AIDAQQQQQQQQQQQQQQQQQ"]
    if caller.is_iam:
        home = f"{head}iam::{caller.account}:"
        found += [f"{home}role/{name}", f"{home}user/{name}", f"{home}user/nobody", f"{caller.arn}x"]
        found += [near(scene, each).replace("*", "+") for each in (caller.arn, caller.role_arn) if each]
    own = (caller.arn, caller.role_arn, caller.user_arn, caller.account)
    return [each for each in found if each not in own]


# Policies


def statement(scene: Scene, layer: str, effect: str, version: str | None, applies: bool) -> Element:
    """A statement that applies, or that misses in one element."""
    parts = ["Action", "Condition", "Condition"]
    parts += [] if layer == "resource" and scene.action.startswith("sts:") else ["Resource", "Resource"]
    parts += ["Principal", "Principal"] if layer in ("resource", "endpoint") else []
    missing = None if applies else scene.one_of(*parts)
    found: Element = {"Effect": effect}
    if layer in WITH_PRINCIPAL:
        found |= principal_element(scene, layer, effect, missing != "Principal")
    found |= action_element(scene, missing != "Action")
    found |= resource_element(scene, layer, version, missing != "Resource")
    if missing == "Condition" or scene.chance(45):
        found["Condition"] = condition(scene, layer, version, missing != "Condition")
    return found | ({"Sid": f"S{scene.rng.randrange(10**6)}"} if scene.chance(30) else {})


def document(scene: Scene, layer: str, *, opens: bool, denies: bool = False) -> Any:
    """A policy, as an object or as its text."""
    version = scene.one_of(V2012, V2012, V2012, V2012, "2008-10-17", None)
    plan = [("Allow", True)] * opens + [("Deny", True)] * denies
    plan += [(scene.one_of("Allow", "Deny"), False) for _ in range(scene.one_of(0, 1, 1, 2) or not plan)]
    scene.rng.shuffle(plan)
    statements = [statement(scene, layer, effect, version, applies) for effect, applies in plan]
    found = {"Version": version} if version else {}
    found["Statement"] = listed(scene, statements)
    return json.dumps(found) if scene.chance(10) else found


def levels(scene: Scene, layer: str, *, opens: bool, denies: bool) -> list[list[Any]]:
    """The levels of an organization, one of which may be shut or hold a Deny."""
    count = scene.one_of(1, 2, 3)
    shut, denied = (scene.rng.randrange(count) for _ in "ab")
    full = {"Version": V2012, "Statement": {**FULL, **({"Principal": "*"} if layer == "rcp" else {})}}
    found = []
    for level in range(count):
        documents = [full] if layer == "rcp" or scene.chance(50) else [document(scene, layer, opens=True)]
        if level == shut and not opens and layer == "scp":
            documents = [document(scene, layer, opens=False)]
        if level == denied and denies:
            documents.append(document(scene, layer, opens=False, denies=True))
        found.append(scene.rng.sample(documents, len(documents)))
    return found


def layers_of(scene: Scene) -> list[str]:
    """The layers that have policies in this scene; those that play no part are among them too."""
    caller, authorization = scene.caller, scene.authorization
    found = ["resource"] * scene.chance(85) + ["endpoint"] * scene.chance(80 if authorization else 35)
    if caller.has_policies and authorization in (None, "NONE", "AWS_IAM"):
        found.append("identity")
        found += ["boundary"] * scene.chance(30)
        has_session = {"federated": 75, "session": 25, "role": 25}.get(caller.kind, 0)
        found += ["session"] * scene.chance(has_session)
    if caller.is_iam and authorization in (None, "AWS_IAM"):
        found += ["scp"] * scene.chance(40)
    return found + ["rcp"] * scene.chance(30)


def draw_policies(scene: Scene, wanted: str) -> Element:
    """Policies under which the decision is likely to be the wanted one."""
    layers = layers_of(scene)
    scene.bounded = scene.caller.has_policies and "boundary" in layers
    if scene.authorization in ("CUSTOM", "COGNITO_USER_POOLS"):
        layers.append("authorizer")
    percent = {"allow": 88, "implicit_deny": 55, "explicit_deny": 75}[wanted]
    opens = {layer: scene.chance(percent) for layer in layers}
    denying = [layer for layer in layers if scene.authorization != "AWS_IAM" or scene.caller.is_iam or layer == "endpoint"]
    denied = scene.one_of(*denying) if wanted == "explicit_deny" and denying else ""
    if scene.authorization and denied:
        opens["endpoint"] = True
    policies: Element = {"identity": [], "scps": [], "rcps": []}
    policies |= dict.fromkeys(["resource", "endpoint", "boundary", "session"])
    found: Element = {"policies": policies}
    for layer in layers:
        if layer in ("scp", "rcp"):
            policies[f"{layer}s"] = levels(scene, layer, opens=opens[layer], denies=layer == denied)
        elif layer == "authorizer":
            found[layer] = draw_authorizer(scene, opens[layer], layer == denied)
        elif layer == "identity":
            more = [document(scene, layer, opens=False) for _ in range(scene.one_of(0, 0, 1, 2))]
            policies[layer] = [*more, document(scene, layer, opens=opens[layer], denies=layer == denied)]
        elif layer == "endpoint" and opens[layer] and layer != denied and scene.chance(30):
            policies[layer] = {"Statement": [{**FULL, "Principal": "*"}]}
        else:
            policies[layer] = document(scene, layer, opens=opens[layer], denies=layer == denied)
    return found | ({"authorization": scene.authorization} if scene.authorization else {})


def draw_authorizer(scene: Scene, opens: bool, denies: bool) -> Any:
    """A verdict or a policy; only a policy can say nothing."""
    if scene.chance(50) or not (opens or denies):
        return document(scene, "authorizer", opens=opens, denies=denies)
    return "deny" if denies else "allow"


# Changes to a whole line


def spoil(scene: Scene, policies: Element) -> None:
    """One document becomes no policy, or a text in which a key of a condition is repeated."""
    single = [layer for layer in ("resource", "endpoint", "boundary", "session") if isinstance(policies[layer], dict)]
    if not single or scene.chance(50):
        policies["identity"] = [*policies["identity"], scene.one_of(*NO_POLICIES)]
        return
    layer = scene.one_of(*single)
    statements = policies[layer]["Statement"]
    chosen = scene.one_of(*statements) if isinstance(statements, list) else statements
    block = condition(scene, layer, policies[layer].get("Version"), scene.chance(60))
    operator, keys = next(iter(block.items()))
    again = {key: scene.one_of("zq", "true", "false", "*") for key in keys}
    chosen["Condition"] = block | {f"{operator}@again": again}
    policies[layer] = json.dumps(policies[layer]).replace("@again", "")


def asked_keys(node: Any) -> Iterator[str]:
    """The keys that the conditions of some documents ask about."""
    if isinstance(node, str) and node.startswith("{"):
        node = json.loads(node)
    if isinstance(node, dict):
        for block in node.get("Condition", {}).values():
            yield from map(str.lower, block)
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from asked_keys(value)


def hide_keys(scene: Scene, line: Line) -> None:
    """One or two keys that the policies ask about become unknown."""
    names = {key.lower(): key for key in scene.keys["identity"]}
    asked = sorted({*asked_keys([line["policies"], line.get("authorizer")])} & {*names})
    chosen = [names[key] for key in scene.some_of(asked or ["aws:referer"], scene.one_of(1, 1, 1, 2))]
    for key in chosen:
        line["request"]["context"].pop(key, None)
    line["unknown_context"] = [odd_capitals(scene, key) if scene.chance(10) else key for key in chosen]
