"""Draws the elements of statements: texts close to those of a request, and conditions on its keys.

An element is drawn until the twin says that it matches, or that it just does not.
"""

import base64
import ipaddress
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from reasoning.simulation.twin.conditions import condition_holds
from reasoning.simulation.twin.elements import Request, action_applies, principal_ways, resource_applies
from reasoning.simulation.twin.gateway import for_resource_policy, unsigned
from reasoning.simulation.twin.principals import NOBODY, Caller

Element = dict[str, Any]
T = TypeVar("T")

V2012 = "2012-10-17"
ABSENT = {
    "string": ["vpce-0aaa", "x*"],
    "arn": ["arn:aws:iam::111111111111:role/app"],
    "ip": ["10.1.2.3", "2001:db8::1"],
    "date": ["2024-06-01T00:00:00Z"],
    "number": ["10", "3.5"],
    "bool": ["true", "false"],
    "binary": ["AAEC"],
    "multi": ["Team", "o-aaaa111111/r-1/"],
}
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
FOREIGN = ["ec2:RunInstances", "iam:*", "lambda:Invoke*", "s3:GetBucketAcl", "execute-api:Invoked", "sts:Get*"]


@dataclass
class Scene:
    """A request, and the chance that everything about it is drawn with."""

    rng: random.Random
    action: str
    resource: str
    caller: Caller
    strangers: list[str]
    """Principals that are not the caller, some of them nearly."""
    context: dict[str, list[str]]
    authorization: str | None = None
    bounded: bool = False
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """The keys that policies of a layer may ask about, each with its type."""

    def chance(self, percent: float) -> bool:
        """True so many times out of a hundred."""
        return self.rng.random() * 100 < percent

    def one_of(self, *options: T) -> T:
        """Any of the options."""
        return self.rng.choice(options)

    def some_of(self, options: Iterable[T], most: int = 3) -> list[T]:
        """One or a few of the options."""
        found = list(options)
        return self.rng.sample(found, min(len(found), self.rng.randint(1, most)))

    def until(self, draw: Callable[[], T], holds: Callable[[T], bool], wanted: bool) -> T | None:
        """Draws until it holds as wanted; ``None`` when that does not happen."""
        return next((found for found in (draw() for _ in range(30)) if holds(found) == wanted), None)

    def named(self, layer: str) -> Caller:
        """Whom a policy of the layer sees: without IAM authorization everyone is anonymous to an API."""
        seen = layer not in ("resource", "authorizer") or self.authorization in (None, "AWS_IAM")
        return self.caller if seen else NOBODY

    def visible(self, layer: str) -> dict[str, list[str]]:
        """What conditions and variables of the layer see of the request."""
        context = self.context
        if self.named(layer) is NOBODY:
            context = unsigned(context)
        if self.authorization and layer == "resource":
            context = for_resource_policy(context)
        return {key: values for key, values in context.items() if key in self.keys[layer]}


def listed(scene: Scene, values: list[Any]) -> Any:
    """One value alone or in a list."""
    return values[0] if len(values) == 1 and scene.chance(60) else values


def odd_capitals(scene: Scene, text: str) -> str:
    """The text in other capitals."""
    return "".join(each.swapcase() if scene.chance(40) else each for each in text)


# Texts


def near(scene: Scene, text: str) -> str:
    """A text that differs by one thing."""
    at = scene.rng.randrange(len(text) + 1)
    changed = text[:at] + scene.one_of("z", "0") + text[at + 1 :]
    return scene.one_of(text + scene.one_of("x", "0", "/"), text[:-1], changed, text.swapcase())


def pattern(scene: Scene, text: str) -> str:
    """A text with wildcards that fits, or nearly."""
    start, end = sorted(scene.rng.randint(0, len(text)) for _ in "ab")
    return scene.one_of(
        text[:start] + "*" + text[end:],
        text[:start] + "*",
        "*" + text[end:],
        text[:start] + "?" + text[start + 1 :],
        text + scene.one_of("*", "?", "?*"),
        "?" * len(text),
    )


def with_variable(scene: Scene, text: str, context: dict[str, list[str]]) -> str:
    """The text with a variable, or an escape, in the place of a part of it."""
    choices = [(sign, f"${{{sign}}}") for sign in "*?$" if sign in text]
    for key, values in context.items():
        value = values[0] if len(values) == 1 else ""
        if len(value) > 1 and value in text and not set(value) & set("*?$:'"):
            name = odd_capitals(scene, key) if scene.chance(30) else key
            choices.append((value, scene.one_of(f"${{{name}}}", f"${{{name}, 'other'}}")))
    words = [word for word in text.replace(":", "/").split("/") if len(word) > 2 and word.isalnum()]
    choices += [(word, f"${{app:Nowhere, '{word}'}}") for word in words[-1:]]
    choices += [(word, "${app:Nowhere}") for word in words[-1:] if scene.chance(30)]
    return text.replace(*scene.one_of(*choices), 1) if choices else text


def text_for(scene: Scene, text: str, context: dict[str, list[str]]) -> str:
    """A text of a policy that means, nearly means or covers a text of the request."""
    if scene.chance(30):
        return with_variable(scene, text, context) + scene.one_of("", "", "", "*", "?", "x")
    return scene.one_of(text, near(scene, text), pattern(scene, text), odd_capitals(scene, text))


def arn_for(scene: Scene, arn: str, context: dict[str, list[str]], *, kept: tuple[int, ...]) -> str:
    """An ARN, segment by segment; the kept segments are left as they are."""
    parts = arn.split(":", 5)
    for at, part in enumerate(parts):
        if at == 5:
            parts[at] = scene.one_of(part, pattern(scene, part), text_for(scene, part, context))
        elif at not in kept and scene.chance(25):
            parts[at] = scene.one_of("*", "*", pattern(scene, part), near(scene, part)).replace(":", "")
    return ":".join(parts)


# Conditions


def network_for(scene: Scene, text: str) -> str:
    """The address, or a range around it or beside it."""
    address = ipaddress.ip_address(text)
    mask = scene.one_of(*([8, 12, 16, 24, 31, 32] if address.version == 4 else [16, 32, 48, 64, 128]))
    size = 1 << (address.max_prefixlen - mask)
    first = (int(address) // size + scene.one_of(0, 0, 1, -1)) * size
    written = f"{type(address)(first)}/{mask}"
    return scene.one_of(text, written, written, written.upper(), "2001:db8:ffff::/48", "10.0.0.0/8")


def moment_for(scene: Scene, text: str) -> str:
    """The moment or one close to it, in one of the ways to write it."""
    at = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
    at += timedelta(seconds=scene.one_of(0, 0, 0, -1, 1, -1000, 1000))
    zoned = (at + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
    return scene.one_of(
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        zoned,
        str(int(at.timestamp())),
        at.strftime("%Y-%m-%d"),
    )


def number_for(scene: Scene, text: str) -> Any:
    """The number or one close to it, as a text or as a number of JSON."""
    value = float(text) + scene.one_of(0, 0, 0, -1, 1, 0.5, 1000)
    whole = int(value) if value == int(value) else value
    return scene.one_of(str(whole), str(value), whole)


def value_for(scene: Scene, kind: str, got: str, context: dict[str, list[str]]) -> Any:
    """A listed value that means, or nearly means, a value of the request."""
    if kind in ("ip", "date", "number", "binary") and scene.chance(2):
        return "no-such-value"
    if kind == "arn":
        return scene.one_of(got, arn_for(scene, got, context, kept=(0,)))
    if kind == "ip":
        return network_for(scene, got)
    if kind == "date":
        return moment_for(scene, got)
    if kind == "number":
        return number_for(scene, got)
    if kind == "bool":
        return scene.one_of("true", "false", True, False)
    if kind == "binary":
        return scene.one_of(got, base64.b64encode(base64.b64decode(got) + b"!").decode())
    return text_for(scene, got, context)


def entry(scene: Scene, layer: str, context: dict[str, list[str]]) -> tuple[str, str, Any]:
    """An operator, a key and its listed values."""
    keys = scene.keys[layer]
    present = [key for key in keys if key in context]
    key = scene.rng.choice(present if present and scene.chance(75) else list(keys))
    kind, got = keys[key], context.get(key)
    if kind == "epoch":
        kind = scene.one_of("number", "date")
    written = odd_capitals(scene, key) if scene.chance(12) else key
    if scene.chance(7):
        return "Null", written, listed(scene, [scene.one_of("true", "false", True, False)])
    operator = scene.rng.choice(OPERATORS[kind])
    if kind != "multi" and scene.chance(6):
        operator = scene.one_of("ForAllValues:", "ForAnyValue:") + operator
    if not operator.startswith("ForAnyValue") and scene.chance(12):
        operator += "IfExists"
    values = [value_for(scene, kind, scene.rng.choice(got or ABSENT[kind]), context) for _ in range(3)]
    return operator, written, listed(scene, values[: scene.one_of(1, 1, 2, 3)])


def condition(scene: Scene, layer: str, version: str | None, wanted: bool) -> Element:
    """A block that holds, or that fails in one entry."""
    context = scene.visible(layer)
    block: Element = {}
    for number in range(scene.one_of(1, 1, 1, 2, 3)):
        found = scene.until(
            lambda: entry(scene, layer, context),
            lambda each: condition_holds({each[0]: {each[1]: each[2]}}, context, version == V2012),
            wanted or number > 0,
        )
        operator, key, values = found or ("Null", "app:Nowhere", "true" if wanted or number > 0 else "false")
        under = block.setdefault(operator, {})
        if key.lower() not in map(str.lower, under):
            under[key] = values
    return dict(scene.rng.sample(list(block.items()), len(block)))


# Elements


def action_element(scene: Scene, wanted: bool) -> Element:
    """Action or NotAction."""
    service, name = scene.action.split(":")

    def draw() -> Element:
        covering = [scene.action, f"{service}:*", "*", f"{service}:{pattern(scene, name)}", f"{service}:{name}X"]
        covering.append(odd_capitals(scene, scene.action))
        values = scene.some_of([scene.one_of(*covering), *scene.some_of(FOREIGN, 2)])
        return {"NotAction" if scene.chance(18) else "Action": listed(scene, values)}

    asked = Request(scene.action, scene.resource)
    found = scene.until(draw, lambda each: action_applies(each, asked), wanted)
    return found or {"Action": "*" if wanted else "ec2:*"}


def resource_text(scene: Scene, layer: str) -> str:
    """A Resource that means, nearly means or covers the resource; in an API's policy also the short form."""
    parts = scene.resource.split(":", 5)
    if layer == "resource" and parts[2] == "execute-api" and parts[5][0] != "/" and scene.chance(40):
        rest = parts[5].split("/", 1)[1]
        return "execute-api:/" + scene.one_of("*", rest, near(scene, rest), pattern(scene, rest), pattern(scene, rest))
    if layer != "authorizer" and scene.chance(6):
        return ":".join(parts[: scene.one_of(2, 3, 4, 5)]) + scene.one_of("", "*", ":*")
    if scene.chance(15):
        return "*"
    return arn_for(scene, scene.resource, scene.visible(layer), kept=(0, 2))


def resource_element(scene: Scene, layer: str, version: str | None, wanted: bool) -> Element:
    """Resource or NotResource; a role's trust policy has neither."""
    if layer == "resource" and scene.action.startswith("sts:"):
        return {}

    def draw() -> Element:
        values = [resource_text(scene, layer) for _ in range(scene.one_of(1, 1, 2))]
        plain = not any("Nowhere}" in each for each in values)
        return {"NotResource" if plain and scene.chance(12) else "Resource": listed(scene, values)}

    asked, context = Request(scene.action, scene.resource), scene.visible(layer)
    found = scene.until(
        draw, lambda each: resource_applies(each, asked, context, version == V2012, layer), wanted
    )
    return found or {"Resource": "*" if wanted else "arn:aws:s3:::nothing"}


def principal_element(scene: Scene, layer: str, effect: str, wanted: bool) -> Element:
    """Principal, or NotPrincipal of a Deny."""
    if layer == "rcp":
        return {"Principal": "*"}
    caller = scene.named(layer)
    account = [caller.account, f"arn:{caller.arn.split(':')[1]}:iam::{caller.account}:root"] if caller.is_iam else []
    own = [each for each in (caller.arn, caller.role_arn, caller.user_arn) if each]
    spares = effect == "Deny" and caller.kind != "federated" and not scene.action.startswith("sts:")

    def draw() -> Element:
        if spares and scene.chance(14):
            entries = [scene.one_of(*account), *own] if account and scene.chance(60) else scene.some_of(scene.strangers)
            if caller.kind != "user" and scene.chance(40):
                entries = scene.some_of(entries)
            return {"NotPrincipal": {"AWS": listed(scene, entries)}}
        if scene.chance(30 if wanted else 5):
            return {"Principal": scene.one_of("*", {"AWS": "*"}, {"AWS": ["*"]})}
        kind = {"service": "Service", "issuer": "Federated"}.get(caller.kind, "AWS")
        naming = [*own, *account] if wanted else []
        entries = scene.some_of([*naming, *(scene.strangers if kind == "AWS" else ["ec2.amazonaws.com"])])
        return {"Principal": {kind: listed(scene, entries)}}

    asked = Request(scene.action, scene.resource, scene.bounded)
    found = scene.until(
        draw, lambda each: bool(principal_ways({"Effect": effect, **each}, layer, asked, caller)), wanted
    )
    return found or {"Principal": "*" if wanted else {"AWS": scene.strangers[0]}}
