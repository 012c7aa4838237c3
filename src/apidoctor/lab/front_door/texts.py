"""The literal answers of API Gateway, quoted.

Sources: AWS knowledge centre "Troubleshoot 403 Forbidden errors from API Gateway"; API Gateway guide,
"Gateway response types"; IAM guide, "Troubleshoot access denied error messages".  Policy denials spell the
key ``Message``.
"""

import json

from msgspec import Struct

from apidoctor.lab.description import REGION, Api
from apidoctor.lab.description.behaviour import Layer

ACTION = "execute-api:Invoke"
SIGNED_WRONGLY = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n"
    "The Canonical String for this request should have been\n'{canonical}'\n\n"
    "The String-to-Sign should have been\n'{to_sign}'\n"
)
TOO_LATE = "Signature expired: {date} is now earlier than {limit} ({now} - 5 min.)"
TOO_EARLY = "Signature not yet current: {date} is still later than {limit} ({now} + 5 min.)"
NO_KEY_VALUE = (
    "Invalid key=value pair (missing equal-sign) in Authorization header "
    "(hashed with SHA-256 and encoded with Base64): '{digest}'."
)


class Reply(Struct, frozen=True):
    """One HTTP answer: *kind* is ``x-amzn-ErrorType``, empty for a good one."""

    status: int
    kind: str
    body: str


def _reply(status: int, kind: str, key: str, text: str) -> Reply:
    return Reply(status, kind, json.dumps({key: text}, separators=(",", ":")))


FORBIDDEN = _reply(403, "ForbiddenException", "message", "Forbidden")
MISSING_TOKEN = _reply(403, "MissingAuthenticationTokenException", "message", "Missing Authentication Token")
TOO_LARGE = _reply(413, "RequestTooLargeException", "message", "Request Too Long")


def bad_signature(text: str) -> Reply:
    """The signature is there and wrong."""
    return _reply(403, "InvalidSignatureException", "message", text)


def incomplete_signature(text: str) -> Reply:
    """The Authorization header is no signature."""
    return _reply(403, "IncompleteSignatureException", "message", text)


def unknown_token() -> Reply:
    """The access key or the session token was never issued."""
    text = "The security token included in the request is invalid."
    return _reply(403, "UnrecognizedClientException", "message", text)


def denied(who: str, api: Api, request: str, layer: Layer, explicit: bool) -> Reply:
    """A policy denies; *who* is an ARN or ``anonymous``, *request* is ``stage/METHOD/path``.

    The account in the resource is masked to its last four digits.
    """
    arn = f"arn:aws:execute-api:{REGION}:********{api.account[-4:]}:{api.id}/{request}"
    if explicit:
        reason = f"with an explicit deny in {'an' if layer[0] in 'aeiou' else 'a'} {layer} policy"
    elif layer == "permissions boundary":
        reason = f"because no permissions boundary allows the {ACTION} action"
    else:
        reason = f"because no {layer} policy allows the {ACTION} action"
    reason = reason.replace("permissions boundary policy", "permissions boundary")
    text = f"User: {who} is not authorized to perform: {ACTION} on resource: {arn} {reason}"
    return _reply(403, "AccessDeniedException", "Message", text)


def good(api: Api, path: str) -> Reply:
    """What the MOCK integration answers."""
    return Reply(200, "", json.dumps({"api": api.id, "path": path, "ok": True}))
