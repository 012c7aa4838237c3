"""Draws the elements of statements close to what a request is.

Each is drawn until the twin says that it matches, or that it just does not.
"""

import base64
import ipaddress
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reasoning.simulation.twin.elements import Request, applying_ways
from reasoning.simulation.twin.gateway import for_resource_policy, unsigned
from reasoning.simulation.twin.principals import NOBODY, Caller

Element = dict[str, Any]

V2012 = "2012-10-17"
NO_VALUE = "no-such-value"
OPEN = {"Action": "*", "Resource": "*", "Principal": "*"}
FOREIGN = ["ec2:Run*", "iam:*", "lambda:Invoke*", "s3:GetBucketAcl", "execute-api:Invoked", "sts:Get*"]
ABSENT = {"arn": "arn:aws:iam::111111111111:role/app", "ip": "10.1.2.3", "date": "2024-06-01T00:00:00Z"}
ABSENT |= {"number": "10", "bool": "true", "binary": "AAEC", "string": "vpce-0aaa", "multi": "Team"}
"""What a policy may ask of a key that the request does not have."""

STRINGS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]
STRINGS += ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
OPERATORS = {
    "string": STRINGS,
    "arn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals"],
    "ip": ["IpAddress", "NotIpAddress"],
    "date": [f"Date{order}" for order in ORDERS],
    "number": [f"Numeric{order}" for order in ORDERS],
    "bool": ["Bool"],
    "binary": ["BinaryEquals"],
    "multi": [f"{words}:{name}" for words in ("ForAllValues", "ForAnyValue") for name in STRINGS],
}


@dataclass
class Scene:
    """A request, and the chance that everything about it is drawn with."""

    rng: random.Random
    request: Element
    caller: Caller
    context: dict[str, list[str]]
    authorization: str | None
    keys: dict[str, dict[str, str]]
    """The keys that policies of a layer may ask about, each with its type."""
    strangers: list[str] = field(default_factory=list)
    """Principals that are not the caller, some of them nearly."""
    bounded: bool = False

    def __post_init__(self) -> None:
        self.seen = {layer: self.see(layer) for layer in self.keys}

    def chance(self, percent: float) -> bool:
        """True so many times out of a hundred."""
        return self.rng.random() * 100 < percent

    def one_of(self, *options: Any) -> Any:
        """Any of the options."""
        return self.rng.choice(options)

    def some_of(self, options: list[Any], most: int = 3) -> list[Any]:
        """One or a few of the options."""
        return self.rng.sample(options, min(len(options), self.rng.randint(1, most)))

    def listed(self, values: list[Any]) -> Any:
        """One value alone or in a list."""
        return values[0] if len(values) == 1 and self.chance(60) else values

    def odd(self, text: str, percent: float = 100) -> str:
        """The text, so many times out of a hundred in other capitals."""
        return "".join(map(self.one_of, text, text.swapcase())) if self.chance(percent) else text

    def see(self, layer: str) -> tuple[Caller, dict[str, list[str]]]:
        """Whom and which keys a policy of the layer sees: without IAM authorization everyone is anonymous."""
        caller, context = self.caller, self.context
        if layer in ("resource", "authorizer") and self.authorization not in (None, "AWS_IAM"):
            caller, context = NOBODY, unsigned(context)
        if layer == "resource" and self.authorization:
            context = for_resource_policy(context)
        return caller, {key: values for key, values in context.items() if key in self.keys[layer]}

    def until(self, layer: str, version: str | None, draw: Callable[[], Element], wanted: bool) -> Element:
        """Draws an element until a Deny of nothing else applies, or does not, as wanted."""
        asked = Request(self.request["action"], self.request["resource"], self.bounded)
        caller, context = self.seen[layer]
        for element in iter(draw, None):
            rest = {k: v for k, v in OPEN.items() if k not in element and f"Not{k}" not in element}
            statement = {"Effect": "Deny", **rest, **element}
            if bool(applying_ways(statement, str(version), layer, asked, caller, context)) == wanted:
                break
        return element


# Texts


def with_variable(scene: Scene, text: str, context: dict[str, list[str]]) -> str:
    """The text with a variable, or an escape, in the place of a part of it."""
    choices = [(sign, f"${{{sign}}}") for sign in "*?$" if sign in text]
    for key, (value, *more) in context.items():
        if not more and len(value) > 1 and value in text and not set(value) & set("*?$:'"):
            choices.append((value, scene.one_of("${%s}", "${%s, 'other'}") % scene.odd(key, 30)))
    empty = scene.one_of("app:Nowhere", *(key for key, values in context.items() if values == [""]))
    for word in [word for word in text.replace(":", "/").split("/") if len(word) > 2 and word.isalnum()][-1:]:
        default = scene.one_of("", f", '{word}'", f", '{word}'", f",'{word}'")
        choices.append((word, f"${{{empty}{default}}}"))
    return text.replace(*scene.one_of(*choices), 1) if choices else text


SAME = [lambda text, _at, _end: text]
CLOSE = [
    lambda text, _at, _end: text[:-1],
    lambda text, _at, _end: text + "x",
    lambda text, _at, _end: text + "/",
    lambda text, at, _end: f"{text[:at]}z{text[at + 1 :]}",
    lambda text, _at, _end: text.swapcase(),
]
GLOBS = [
    lambda text, at, _end: f"{text[:at]}?{text[at + 1 :]}",
    lambda text, at, end: f"{text[:at]}*{text[end:]}",
    lambda text, at, _end: f"{text[:at]}*",
    lambda text, _at, end: f"*{text[end:]}",
    lambda text, _at, _end: "?" * len(text),
    lambda text, _at, _end: f"{text}*",
    lambda text, _at, _end: f"{text}?",
    lambda text, _at, _end: f"{text}?*",
]


def like(scene: Scene, text: str, context: dict[str, list[str]] | None = None) -> str:
    """A text of a policy that means, nearly means or covers a text of the request."""
    if context and scene.chance(30):
        return with_variable(scene, text, context) + scene.one_of("", "", "", "*", "?", "x")
    if scene.chance(6):
        return scene.odd(text)
    at, end = sorted(scene.rng.randint(0, len(text)) for _ in "ab")
    return scene.one_of(*scene.one_of(SAME, CLOSE, GLOBS))(text, at, end)


def arn_like(scene: Scene, arn: str, context: dict[str, list[str]], kept: tuple[int, ...]) -> str:
    """An ARN, segment by segment; the kept segments are left as they are."""
    parts = arn.split(":", 5)
    for at in range(5):
        if at not in kept and scene.chance(25):
            parts[at] = scene.one_of("*", like(scene, parts[at])).replace(":", "")
    return ":".join([*parts[:5], like(scene, parts[5], context)])


def value_like(scene: Scene, kind: str, got: str, context: dict[str, list[str]]) -> Any:
    """A listed value that means, or nearly means, a value of the request."""
    if kind in ("ip", "date", "number", "binary") and scene.chance(2):
        return NO_VALUE
    if got == NO_VALUE:
        return ABSENT[kind]
    if kind == "arn":
        return scene.one_of(got, arn_like(scene, got, context, kept=(0,)))
    if kind == "ip":
        mask = scene.one_of(8, 12, 16, 24, 31, 32) * (4 if ":" in got else 1)
        around = ipaddress.ip_network(f"{got}/{mask}", strict=False)
        written = f"{around[0] + around.num_addresses * scene.one_of(0, 0, 1, -1)}/{mask}"
        return scene.one_of(got, written, written.upper(), "2001:db8:ffff::/48")
    if kind == "date":
        at = datetime.fromtimestamp(int(got), UTC) if got.isdigit() else datetime.fromisoformat(got)
        at += timedelta(seconds=scene.one_of(0, 0, 0, -1, 1, -1000, 1000))
        zoned = (at + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
        form = scene.one_of("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.000Z", "%Y-%m-%d")
        return scene.one_of(at.strftime(form), at.strftime(form), zoned, str(int(at.timestamp())))
    if kind == "number":
        value = float(got) + scene.one_of(0, 0, 0, -1, 1, 0.5, 1000)
        return scene.one_of(str(value), str(int(value)), int(value), value)
    if kind == "bool":
        return scene.one_of("true", "false", True, False)
    if kind == "binary":
        return scene.one_of(got, base64.b64encode(base64.b64decode(got) + b"!").decode())
    return like(scene, got, context)


# Elements


def entry(scene: Scene, layer: str, context: dict[str, list[str]]) -> Element:
    """A condition with one operator and one key."""
    keys = scene.keys[layer]
    key = scene.one_of(*(context if context and scene.chance(60) else keys))
    kind = scene.one_of("number", "date") if keys[key] == "epoch" else keys[key]
    if scene.chance(7):
        return {"Null": {key: scene.listed([scene.one_of("true", "false", True, False)])}}
    operator = scene.one_of(*OPERATORS[kind])
    if kind != "multi" and scene.chance(10):
        operator = scene.one_of("ForAllValues:", "ForAnyValue:") + operator
    if not operator.startswith("ForAnyValue") and scene.chance(12):
        operator += "IfExists"
    # A key that the layer does not see is compared with what it holds elsewhere.
    got = scene.context.get(key, [ABSENT[kind]])
    values = [value_like(scene, kind, scene.one_of(*got), context) for _ in range(scene.one_of(1, 1, 2, 3))]
    return {operator: {scene.odd(key, 12): scene.listed(values)}}


def condition(scene: Scene, layer: str, version: str | None, wanted: bool) -> Element:
    """A block that holds, or that fails in one entry."""
    context = scene.seen[layer][1]
    block: Element = {}
    for number in range(scene.one_of(1, 1, 1, 2, 3)):
        holds = wanted or number > 0
        found = scene.until(layer, version, lambda: {"Condition": entry(scene, layer, context)}, holds)
        ((operator, keys),) = found["Condition"].items()
        if not {*map(str.lower, keys)} & {*map(str.lower, block.get(operator, {}))}:
            block[operator] = block.get(operator, {}) | keys
    return {"Condition": dict(scene.rng.sample([*block.items()], len(block)))}


def action(scene: Scene) -> Element:
    """Action or NotAction."""
    service, name = scene.request["action"].split(":")
    own = scene.one_of("*", *(f"{service}:{each}" for each in (name, "*", like(scene, name), f"{name}X")))
    values = scene.some_of([scene.odd(own, 20), *scene.some_of(FOREIGN, 2)])
    return {"NotAction" if scene.chance(18) else "Action": scene.listed(values)}


def resource_text(scene: Scene, layer: str) -> str:
    """A text of Resource; in an API's policy also the short form, and ARNs that end early."""
    arn = scene.request["resource"]
    parts, context = arn.split(":", 5), scene.seen[layer][1]
    if layer == "resource" and parts[2] == "execute-api" and parts[5][0] != "/" and scene.chance(40):
        return "execute-api:/" + scene.one_of("*", like(scene, parts[5].split("/", 1)[1], context))
    if layer != "authorizer" and scene.chance(6):
        return ":".join(parts[: scene.one_of(2, 3, 4, 5)]) + scene.one_of("", "*", ":*")
    return "*" if scene.chance(15) else arn_like(scene, arn, context, kept=(0, 2))


def resource(scene: Scene, layer: str) -> Element:
    """Resource or NotResource."""
    values = [resource_text(scene, layer) for _ in range(scene.one_of(1, 1, 2))]
    excludes = scene.chance(12) and not any("Nowhere}" in each or ",'" in each for each in values)
    return {"NotResource" if excludes else "Resource": scene.listed(values)}


def principal(scene: Scene, layer: str, effect: str) -> Element:
    """Principal, or NotPrincipal of a Deny."""
    caller = scene.seen[layer][0]
    own = [each for each in (caller.arn, caller.role_arn, caller.user_arn) if each]
    partition = scene.request["resource"].split(":")[1]
    home = [caller.account, f"arn:{partition}:iam::{caller.account}:root"] if caller.is_iam else []
    spares = caller.kind != "federated" and not scene.request["action"].startswith("sts:")
    if effect == "Deny" and spares and scene.chance(25):
        entries = [scene.one_of(*home), *own] if home and scene.chance(60) else scene.some_of(scene.strangers)
        if len(entries) > 1 and scene.chance(50):
            entries = scene.rng.sample(entries, len(entries) - 1)
        return {"NotPrincipal": {"AWS": scene.listed(entries)}}
    if scene.chance(20):
        return {"Principal": scene.one_of("*", {"AWS": "*"}, {"AWS": ["*"]})}
    kind = {"service": "Service", "issuer": "Federated"}.get(caller.kind, "AWS")
    others = scene.strangers if kind == "AWS" else ["ec2.amazonaws.com", "s3.amazonaws.com"]
    return {"Principal": {kind: scene.listed(scene.some_of([*own, *home, *scene.some_of(others)], 2))}}
