"""Draws lines of a batch: about a third each is allowed, denied by silence and denied by a statement.

``generic`` lines hold any service, ``gateway`` lines an authorization type of API Gateway; ``unknown`` lines are either
of them with keys of unknown value. Points on which AWS's documentation is silent are left out.
"""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from reasoning.simulation.drawing import OPEN, V2012, Element, Scene, action, condition, principal, resource
from reasoning.simulation.twin.decide import Line, decide
from reasoning.simulation.twin.principals import caller_of

WORDS = {
    "account": ["111111111111", "222222222222", "333333333333"], "name": ["alice", "Carol", "app", "x.y@z"],
    "path": ["", "", "team/", "a/b/"], "session": ["s1", "deploy", "i-0abc"], "stage": ["prod", "Prod"],
    "api": ["abc1234567", "zzz9999999"], "method": ["GET", "POST"], "bucket": ["data", "my.bucket"],
    "item": ["pets", "pets/{name}", "users/red/orders", "", "a:b/c", "odd*name", "cost$5/x"],
    "key": ["1234-abcd", "mrk-77"], "host": ["lambda.amazonaws.com", "sns.amazonaws.com"],
}  # fmt: skip
REGIONS = {"aws": ["us-east-1", "eu-west-1"], "aws-cn": ["cn-north-1"], "aws-us-gov": ["us-gov-west-1"]}
METHOD = "execute-api:{region}:{owner}:{api}/{stage}/{method}/{item}"
RESOURCES = {
    "execute-api:Invoke": METHOD, "execute-api:ManageConnections": METHOD,
    "execute-api:InvalidateCache": "execute-api:{region}:{owner}:/domainnames/api.example.com+xyz1",
    "s3:GetObject": "s3:::{bucket}/{item}", "s3:ListBucket": "s3:::{bucket}",
    "sqs:SendMessage": "sqs:{region}:{owner}:{name}-jobs",
    "kms:Decrypt": "kms:{region}:{owner}:key/{key}", "sts:AssumeRole": "iam::{owner}:role/{path}target",
    "sts:AssumeRoleWithWebIdentity": "iam::{owner}:role/{path}target",
}  # fmt: skip
CALLERS = {
    "user": ["iam::{account}:user/{path}{name}"],
    "role": ["iam::{account}:role/{path}{name}"],
    "root": ["iam::{account}:root"],
    "session": ["sts::{account}:assumed-role/{name}/{session}", "iam::{account}:role/{path}{name}"],
    "linked": [
        "sts::{account}:assumed-role/AWSServiceRoleForX/s1",
        "iam::{account}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    ],
    "federated": ["sts::{account}:federated-user/{name}", "iam::{account}:user/{name}"],
    "issuer": ["iam::{account}:oidc-provider/token.example.com"],
}
"""The ARN of a caller, and of the role or user behind a session."""

AUTHORIZATIONS = ["NONE", "AWS_IAM", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]

MANY = "user user session session session federated root role linked linked anonymous anonymous service"
KINDS = {
    "sts": "user session session role service", "sts:AssumeRoleWithWebIdentity": "issuer",
    "AWS_IAM": "user user user session session session session federated root role anonymous",
    "NONE": "anonymous anonymous user session", "CUSTOM": "anonymous anonymous session",
    "COGNITO_USER_POOLS": "anonymous",
}  # fmt: skip
"""Who calls, as often as the word is there: for some actions, services and authorization types."""

KEYS = """
aws:PrincipalArn             arn     caller
aws:PrincipalAccount         string  caller
aws:PrincipalType            string  caller
aws:username                 string  caller
aws:userid                   string  caller       AIDAEXAMPLE | AROAEXAMPLE:s1
aws:PrincipalOrgID           string  caller       o-aaaa111111 | o-bbbb222222
aws:PrincipalOrgPaths        multi   caller       o-aaaa111111/r-1/ou-1/ | o-aaaa111111/r-1/ou-1/ou-2/
aws:PrincipalTag/Team        string  caller       red | blue |
aws:TokenIssueTime           date    caller       2024-05-13T10:00:00Z | 2024-08-19T10:00:00Z
aws:MultiFactorAuthPresent   bool    caller       true | false
aws:MultiFactorAuthAge       number  caller       60 | 3600
aws:CurrentTime              date    api
aws:EpochTime                epoch   api
aws:SourceVpce               string  api
aws:SourceVpc                string  api
aws:VpcSourceIp              ip      api
aws:SourceIp                 ip      api
aws:SecureTransport          bool    api          true | false
aws:UserAgent                string  api          curl/8.0 | Boto3/1.34 (x86) * | what? | cost$5
aws:Referer                  string  api          https://example.com/a?b=1 | https://example.com/
aws:SourceArn                arn     api          arn:aws:sns:us-east-1:111111111111:topic | no-such-value
aws:SourceAccount            string  not-for-api  111111111111 | 222222222222
aws:VpceAccount              string  not-for-api  111111111111 | 222222222222
aws:ResourceOrgID            string  not-for-api  o-aaaa111111 | o-bbbb222222
aws:SourceVpcArn             arn     not-for-api  arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1
aws:RequestedRegion          string  any          us-east-1 | eu-west-1
aws:ResourceTag/Env          string  any          prod | dev | Prod
aws:TagKeys                  multi   any          Team | Env,Owner | Team,Env,cost
aws:CalledVia                multi   any          athena.amazonaws.com | athena.amazonaws.com,sns.amazonaws.com
aws:ViaAWSService            bool    any          true | false
app:Label                    string  any          alpha | a*c | a:b:c | Zeta-9 | $x | q?
app:Weight                   number  any          0 | 7 | 42 | -3 | 10.5 | no-such-value
app:Fingerprint              binary  any          AAEC | aGVsbG8= | YmluYXJ5IQ==
s3:prefix                    string  s3           home/alice/ | home/ | logs
s3:max-keys                  number  s3           10 | 100
sts:ExternalId               string  sts          ext-1 | Ext-1
sts:RoleSessionName          string  sts          s1 | deploy
execute-api:viaDomainArn     arn     execute-api  arn:aws:execute-api:us-east-1:111111111111:/domainnames/a.b+xyz1
"""
"""The keys of requests: their type, whose they are, and values that they may have."""

SINGLE = ("resource", "endpoint", "boundary", "session")
ROWS = [re.split(r"\s{2,}", row, maxsplit=3) for row in KEYS.strip().splitlines()]
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NO_POLICIES = [
    "{not json", "[]", {"Version": V2012}, {"Statement": ["x"]}, {"Version": "2012-10-18", "Statement": [FULL]},
    *({"Statement": {**FULL, **odd}} for odd in ({"Effect": "allow"}, {"NotAction": "s3:*"}, {"Condition": ["x"]})),
    {"Statement": {"Effect": "Allow", "Resource": "*"}}, {"Statement": {"Action": "*", "Resource": "*"}},
]  # fmt: skip


def generate(seed: int, count: int, flavour: str) -> Iterator[Line]:
    """So many lines of a flavour, always the same ones for a seed."""
    return (draw_line(f"{flavour}-{seed}-{number}", flavour) for number in range(count))


def draw_line(name: str, flavour: str) -> Line:
    """The line of a name."""
    rng = random.Random(name)
    scene = draw_scene(rng, rng.choice(["generic", "gateway"]) if flavour == "unknown" else flavour)
    wanted = rng.choice(["allow", "implicit_deny", "explicit_deny"])
    line: Line = {"id": name, "request": scene.request | {"context": scene.context}}
    for _ in range(4):
        line |= draw_policies(scene, wanted)
        if decide(line)[0] == wanted:
            break
    if flavour == "unknown":
        hide_keys(scene, line)
    elif scene.chance(3):
        spoil(scene, line["policies"])
    context, policies = line["request"]["context"], line["policies"]
    line["request"]["context"] = {scene.odd(key, 6): values for key, values in context.items()}
    line["policies"] = {name: found for name, found in policies.items() if found or scene.chance(50)}
    return json.loads(json.dumps(line))


# Requests


def draw_scene(rng: random.Random, flavour: str) -> Scene:
    """A request and its caller."""
    authorization = rng.choice(AUTHORIZATIONS) if flavour == "gateway" else None
    asked = rng.choice([each for each in RESOURCES if not authorization or each.startswith("execute-api")])
    service = asked.split(":")[0]
    words = {word: rng.choice(options) for word, options in WORDS.items()}
    words["item"] = words["item"].format(**words)
    partition = rng.choice(["aws", "aws", "aws", *REGIONS])
    words |= {"region": rng.choice(REGIONS[partition]), "owner": words["account"]}
    words["account"] = rng.choice([words["account"], *WORDS["account"]])
    kind = rng.choice(KINDS.get(asked, KINDS.get(authorization or service, MANY)).split())
    arns = [f"arn:{partition}:{each.format(**words)}" for each in CALLERS.get(kind, [])]
    behind = arns[-1] if arns and (kind != "federated" or rng.random() < 0.5) else "".join(arns[:1])
    request = {
        "action": asked,
        "resource": f"arn:{partition}:" + RESOURCES[asked].format(**words),
        "principal_arn": arns[0] if arns else words["host"] if kind == "service" else None,
        "principal_account": words["account"] if arns and kind != "issuer" else None,
        "resource_account": words["owner"],
    }
    context = draw_context(rng, words, kind, behind, service, bool(authorization))
    caller, keys = caller_of(request, context), keys_of_layers(service, authorization)
    strangers = draw_strangers(rng, f"arn:{partition}:iam::", words, {*arns, behind})
    return Scene(rng, request, caller, context, authorization, keys, strangers)


def draw_strangers(rng: random.Random, head: str, words: dict[str, str], own: set[str]) -> list[str]:
    """Principals that are not the caller; some differ from it by one thing."""
    other = rng.choice(["444455556666", *WORDS["account"]])
    near = [f"{arn}x" for arn in own if arn] + [f"{head}{other}:root", "AIDAQQQQQQQQQQQQQQQQQ"]
    near += [other] if other != words["account"] else []
    for name in ("user/nobody", "role/App", f"role/{words['name']}", f"user/{words['name']}"):
        near.append(f"{head}{words['account']}:{name}")
    home = f"{head}{words['account']}:root"
    return sorted({*near, f"{head}444455556666:root"} - own - {home})


def keys_of_layers(service: str, authorization: str | None) -> dict[str, dict[str, str]]:
    """What the policies of each layer may ask about."""
    every = {"caller", "api", "not-for-api", "any", service}
    whose = dict.fromkeys(["identity", *SINGLE, "scp", "rcp"], every) | {"authorizer": every - {"caller"}}
    if authorization:
        whose["resource"] = every - {"any", service}
    return {
        layer: {key: kind for key, kind, group, *_ in ROWS if group in groups}
        for layer, groups in whose.items()
    }


def draw_context(
    rng: random.Random, words: dict[str, str], kind: str, behind: str, service: str, gateway: bool
) -> dict[str, list[str]]:
    """The keys of a request: its time and its way, its caller, and some others."""
    seconds = rng.randint(1_704_067_200, 1_735_689_599)
    at = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {"aws:CurrentTime": at, "aws:EpochTime": str(seconds)}
    if gateway or rng.random() < 0.5:
        found["aws:SourceVpce"] = rng.choice(["vpce-0aaa", "vpce-0bbb", "vpce-0aaa1"])
        found["aws:SourceVpc"] = rng.choice(["vpc-1", "vpc-2"])
        found["aws:VpcSourceIp"] = rng.choice(["10.1.2.3", "10.1.200.7", "172.16.0.9", "fd00:1:2::5"])
    else:
        found["aws:SourceIp"] = rng.choice(["203.0.113.7", "198.51.100.200", "2001:db8:1::7"])
    signed = bool(behind) and kind != "issuer"
    if signed:
        types = {"user": "User", "root": "Account", "federated": "FederatedUser"}
        found |= {"aws:PrincipalArn": behind, "aws:PrincipalAccount": words["account"]}
        found["aws:PrincipalType"] = types.get(kind, "AssumedRole")
        found |= {"aws:username": words["name"]} if kind == "user" else {}
    sets = {key: [value] for key, value in found.items()}
    for key, kind_of_value, whose, *options in ROWS:
        belongs = whose in ("api", "not-for-api", "any", service) or (whose == "caller" and signed)
        if options and belongs and rng.random() < 0.4:
            value = rng.choice(options[0].split("|")).strip()
            sets[key] = value.split(",") if kind_of_value == "multi" else [value]
    return sets


# Policies


def statement(scene: Scene, layer: str, effect: str, version: str | None, applies: bool) -> Element:
    """A statement that applies, or that misses in one element; a role's trust policy has no Resource."""
    draws = {"Action": lambda: action(scene)}
    if not (layer == "resource" and scene.request["action"].startswith("sts:")):
        draws["Resource"] = lambda: resource(scene, layer)
    if layer in ("resource", "endpoint"):
        draws["Principal"] = lambda: principal(scene, layer, effect)
    missing = None if applies else scene.one_of(*draws, *draws, "Action", "Condition", "Condition")
    found = {"Effect": effect, **({"Principal": "*"} if layer == "rcp" else {})}
    for element, draw in draws.items():
        found |= scene.until(layer, version, draw, element != missing)
    if missing == "Condition" or scene.chance(45):
        found |= condition(scene, layer, version, missing != "Condition")
    return found | ({"Sid": f"S{scene.rng.randrange(10**6)}"} if scene.chance(30) else {})


def document(scene: Scene, layer: str, *, opens: bool, denies: bool = False) -> Any:
    """A policy, as an object or as its text."""
    version = scene.one_of(V2012, V2012, V2012, V2012, "2008-10-17", None)
    plan = [("Allow", True)] * opens + [("Deny", True)] * denies
    plan += [(scene.one_of("Allow", "Deny"), False) for _ in range(scene.one_of(0, 0, 1, 1, 2) or not plan)]
    scene.rng.shuffle(plan)
    statements = [statement(scene, layer, effect, version, applies) for effect, applies in plan]
    found = ({"Version": version} if version else {}) | {"Statement": scene.listed(statements)}
    return json.dumps(found) if scene.chance(10) else found


def levels(scene: Scene, layer: str, *, opens: bool, denies: bool) -> list[list[Any]]:
    """The levels of an organization, one of which may be shut or hold a Deny; RCPs always allow at each."""
    count = scene.one_of(1, 2, 3)
    shut, denied = (scene.rng.randrange(count) for _ in "ab")
    found = []
    for level in range(count):
        closed = level == shut and not opens and layer == "scp"
        full = {"Version": V2012, "Statement": OPEN | {"Effect": "Allow"} if layer == "rcp" else FULL}
        drawn = closed or (layer == "scp" and scene.chance(50))
        documents = [document(scene, layer, opens=not closed) if drawn else full]
        documents += [document(scene, layer, opens=False, denies=True)] * (level == denied and denies)
        found.append(scene.rng.sample(documents, len(documents)))
    return found


def layers_of(scene: Scene) -> list[str]:
    """The layers that have policies; some of them may play no part for the caller or the method."""
    caller, authorization = scene.caller, scene.authorization
    percent = {"resource": 85, "endpoint": 80 if authorization else 35, "rcp": 30}
    if caller.is_iam and authorization in (None, "AWS_IAM"):
        percent["scp"] = 40
    if caller.has_policies:
        percent |= {"identity": 100, "boundary": 30}
        percent["session"] = {"federated": 75, "session": 40, "role": 40}.get(caller.kind, 0)
    if authorization in ("CUSTOM", "COGNITO_USER_POOLS"):
        percent["authorizer"] = 100
    return [layer for layer, often in percent.items() if scene.chance(often)]


def plays_no_part(scene: Scene, layer: str) -> bool:
    """Policies of the layer are not asked: what they deny is allowed all the same."""
    if layer in ("scp", "rcp") and scene.caller.is_service_linked:
        return True
    if layer == "rcp":
        return scene.request["action"].startswith("execute-api:")
    return scene.authorization == "NONE" and layer not in ("resource", "endpoint")


def draw_policies(scene: Scene, wanted: str) -> Element:
    """Policies under which the decision is likely to be the wanted one."""
    layers = layers_of(scene)
    scene.bounded = scene.caller.has_policies and "boundary" in layers
    percent = {"allow": 88, "implicit_deny": 55, "explicit_deny": 75}[wanted]
    opens = {layer: scene.chance(percent) for layer in layers}
    # An unsigned call of an AWS_IAM method ends before the resource policy, and every call behind a silent endpoint.
    unasked = scene.authorization == "AWS_IAM" and not scene.caller.is_iam
    denying = [layer for layer in layers if layer == "endpoint" or not unasked]
    denying += [layer for layer in ("boundary", "session", "scp") if layer in denying] * 2
    denied = scene.one_of(*denying) if wanted == "explicit_deny" and denying else None
    opens["endpoint"] = opens.get("endpoint", True) or bool(scene.authorization and denied)
    policies: Element = {"identity": [], **dict.fromkeys(SINGLE), "scps": [], "rcps": []}
    found: Element = {"policies": policies}
    found |= {"authorization": scene.authorization} if scene.authorization else {}
    for layer in layers:
        stray = plays_no_part(scene, layer) and scene.chance(50)
        says = {"opens": opens[layer], "denies": layer == denied or stray}
        if layer in ("scp", "rcp"):
            policies[f"{layer}s"] = levels(scene, layer, **says)
        elif layer == "authorizer":
            bare = any(says.values()) and scene.chance(50)
            found[layer] = ("deny" if says["denies"] else "allow") if bare else document(scene, layer, **says)
        elif layer == "identity":
            others = [document(scene, layer, opens=False) for _ in range(scene.one_of(0, 0, 1))]
            policies[layer] = [*others, document(scene, layer, **says)]
        elif layer == "endpoint" and opens[layer] and layer != denied and scene.chance(30):
            policies[layer] = {"Statement": [OPEN | {"Effect": "Allow"}]}
        else:
            policies[layer] = document(scene, layer, **says)
    return found


# Changes to a whole line


def spoil(scene: Scene, policies: Element) -> None:
    """One document becomes no policy, or a text in which a key of a condition is repeated."""
    single = [layer for layer in SINGLE if isinstance(policies[layer], dict)]
    if not single or scene.chance(50):
        policies["identity"] = [*policies["identity"], scene.one_of(*NO_POLICIES)]
        return
    layer = scene.one_of(*single)
    statements = policies[layer]["Statement"]
    chosen = scene.one_of(*statements) if isinstance(statements, list) else statements
    chosen |= condition(scene, layer, policies[layer].get("Version"), scene.chance(60))
    operator, keys = next(iter(chosen["Condition"].items()))
    chosen["Condition"][f"{operator}@again"] = {key: scene.one_of("zq", "true", "false", "*") for key in keys}
    policies[layer] = json.dumps(policies[layer]).replace("@again", "")


def hide_keys(scene: Scene, line: Line) -> None:
    """One or two keys that the policies name become unknown."""
    written = json.dumps([line["policies"], line.get("authorizer")]).lower()
    named = [key for key in scene.keys["identity"] if f'"{key.lower()}' in written.replace("\\", "")]
    chosen = scene.some_of(named or ["aws:Referer"], scene.one_of(1, 1, 1, 2))
    for key in chosen:
        line["request"]["context"].pop(key, None)
    line["unknown_context"] = [scene.odd(key, 10) for key in chosen]
