"""The texts of a 403 that name the policy layer: which text a layer prints, and which layer a text names.

Source: IAM User Guide, "Troubleshoot access denied error messages" (the endings); the knowledge centre's
"How do I troubleshoot HTTP 403 errors from API Gateway?" and public captures (the beginnings, the masked
ARN).
"""

import json
import re
from typing import Any, Literal

from apidoctor.reasoning.iam import Layer

from .authorization_values import Denial, Step, Verdict

MAX_BODY = 64 * 1024
"""Most characters of a body that are looked at."""

_POLICY_NAME: dict[Layer, str] = {
    "identity": "identity-based policy",
    "authorizer": "identity-based policy",
    "resource": "resource-based policy",
    "endpoint": "VPC endpoint policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
}
_AUTHORIZER = "User is not authorized to access this resource"
_LAYERS: tuple[tuple[str, Layer], ...] = (
    ("service control", "scp"),
    ("resource control", "rcp"),
    ("vpc endpoint", "endpoint"),
    ("permissions boundary", "boundary"),
    ("session", "session"),
    ("role trust", "resource"),
    ("resource-based", "resource"),
    ("identity-based", "identity"),
)
"""Words of the text and the layer they stand for, the first that is found counts: an endpoint policy's denial
"transitively through a service control policy" is the service control policy's."""

_DENIAL = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource:\s*(?P<arn>\S+))?(?P<tail>.*)",
    re.DOTALL,
)
_TAIL = re.compile(
    r"because no (?P<implicit>[\w -]{1,40}?)(?: policy)? allows"
    r"|with an explicit deny(?: in (?:an|a|the) (?P<explicit>[\w -]{1,120}))?"
)
_POLICY_ARN = re.compile(r"(arn:[\w-]+:(?:iam|organizations|sts):\S*?:\S+?)[).,]*\s*$")
_METHOD_ARN = re.compile(
    r"arn:(?P<partition>[\w-]+):execute-api:(?P<region>[\w-]*):(?P<account>[*\d]*):"
    r"(?:/domainnames/(?P<domain>\S+)|(?P<api>[^/\s]+)(?:/(?P<stage>[^/\s]*)(?:/(?P<method>[^/\s]*)(?P<path>/\S*)?)?)?)"
)
_AFTER_ARN = re.compile(r"\s*(?:$|[^\w\s/]|because\b|with\b)")
"""What may follow the ARN: another word is the rest of a path that is printed with a blank in it."""
_XML_MESSAGE = re.compile(r"<[Mm]essage>([^<]*)</[Mm]essage>")


def denial_text(denied: Verdict | Step, action: str = "execute-api:Invoke") -> str:
    """The literal ending of the message that a denying layer prints; empty when nothing denies.

    Authentication and authorizers print a message of their own, which is given whole.
    """
    step = denied.symptom if isinstance(denied, Verdict) else denied
    if step is None or not step.denies:
        return ""
    if step.layer is None:
        return "Missing Authentication Token" if step.gate == "authentication" else "Forbidden"
    tail = _ending(step.layer, step.decision == "explicit_deny", action)
    return f"{_AUTHORIZER} {tail}" if step.layer == "authorizer" else tail


def _ending(layer: Layer, explicit: bool, action: str) -> str:
    if layer == "authorizer" and explicit:
        return "with an explicit deny"
    name = _POLICY_NAME[layer]
    if explicit or layer == "scp":
        # AWS words it as a Deny also when a service control policy merely does not allow.
        article = "an" if name[0] in "ai" else "a"
        return f"with an explicit deny in {article} {name}"
    return f"because no {name} allows the {action} action"


def parse_denial(body: str) -> Denial | None:
    """Read the body of a 403, JSON, XML or plain; ``None`` when no policy layer speaks in it."""
    message = _message(body[:MAX_BODY]).strip()
    if message.startswith(_AUTHORIZER):
        kind = _kind(message[len(_AUTHORIZER) :])[0]
        return Denial(layer="authorizer", kind=kind)
    match = _DENIAL.match(message)
    if match is None:
        return None
    tail = match["tail"]
    kind, layer = _kind(tail)
    policy_arn = _POLICY_ARN.search(tail[-2048:])
    parts = _parts(match["arn"] or "")
    if not _AFTER_ARN.match(tail):
        parts |= {"method": None, "path": None}
    return Denial(
        layer=layer,
        kind=kind,
        who=match["who"],
        action=match["action"],
        resource=match["arn"],
        policy_arn=policy_arn[1] if policy_arn else None,
        **parts,
    )


def _message(body: str) -> str:
    """The message inside a body; the key is ``Message`` or ``message``."""
    text = body.strip()
    if text.startswith("{"):
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError):
            return text
        found = value.get("Message") or value.get("message")
        return found if isinstance(found, str) else ""
    xml = _XML_MESSAGE.search(text)
    return xml[1] if xml else text


def _kind(tail: str) -> tuple[Literal["explicit", "implicit"] | None, Layer | None]:
    """Explicit or implicit, and the layer; older texts tell neither or only the first."""
    match = _TAIL.search(tail)
    if match is None:
        return None, None
    if match["implicit"]:
        return "implicit", _layer(match["implicit"])
    return "explicit", _layer(match["explicit"] or "")


def _layer(words: str) -> Layer | None:
    lowered = words.lower()
    return next((layer for text, layer in _LAYERS if text in lowered), None)


def _parts(arn: str) -> dict[str, str | None]:
    """The parts of a method's or domain's ARN as the text prints it."""
    match = _METHOD_ARN.fullmatch(arn)
    if match is None:
        return {}
    return {
        "partition": match["partition"],
        "region": match["region"],
        "account_last4": match["account"][-4:] or None,
        "api_id": match["api"],
        "stage": match["stage"],
        "method": match["method"],
        "path": match["path"],
        "domain": match["domain"],
    }
