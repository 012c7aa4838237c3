"""What is wrong with a signature that a request carries, as far as it can be told without the secret key.

Sources: IAM user guide, "Create a signed AWS API request", "Elements of an AWS API request signature", "Troubleshoot
Signature Version 4 signing for AWS API requests"; API Gateway developer guide, "Calling REST APIs" (service name
``execute-api``).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from apidoctor.model.signature import Signature
from apidoctor.reasoning.signing.canonical import SERVICE, TERMINATOR

TOLERANCE = timedelta(minutes=5)
"""How far a signature's time may be from the server's clock; its texts speak of 5 minutes, older ones of 15."""
LONGEST_LIFE = 604_800
"""Most seconds that a presigned URL may live: seven days."""

_STAMP = "%Y%m%dT%H%M%SZ"
_STAMPED = re.compile(r"\d{8}T\d{6}Z")
_MASK = "***"


class Around(Struct, frozen=True):
    """What stands beside the signature."""

    region: str
    """Region of the API."""
    headers: Mapping[str, str]
    """Headers that are sent, names in lower case; values may be masked."""
    query: Mapping[str, str] = {}
    """Parameters of a presigned URL, names in lower case."""
    now: datetime | None = None
    """When it is sent; None: not known, then its age is not judged."""
    is_whole: bool = True
    """All headers are there; False for an observation, which tells only some."""
    repeated: tuple[str, ...] = ()
    """Those of a presigned URL's parameters that are the signature's own, and stand there more than once."""


class Problem(Struct, frozen=True):
    """One thing that is wrong."""

    fault: str
    """Fault id."""
    words: str
    """One sentence."""
    fix: str
    """What to change."""


NAMES = {
    "none": "no authorization",
    "sigv4": "AWS Signature Version 4",
    "sigv4a": "AWS Signature Version 4A (several Regions)",
    "sigv2": "AWS Signature Version 2",
    "bearer": "a bearer token",
    "basic": "a user name and password (basic)",
    "other": "an authorization scheme that is not AWS's",
    "empty": "nothing",
    "bare": "a bare word, as an API key or a token without its scheme",
}
"""What each scheme is called."""


def problems(signature: Signature, around: Around) -> list[Problem]:
    """Return all that is wrong with *signature*, worst first; empty when nothing can be seen to be wrong."""
    if signature.scheme == "none":
        return []
    if not signature.is_aws:
        words = f"The Authorization header holds {NAMES[signature.scheme]}: for API Gateway that is no AWS signature."
        fix = "Sign the call with SigV4; a token belongs to a method with another authorization type."
        return [Problem("A19", words, fix)]
    if signature.missing:
        lacks = ", ".join(signature.missing)
        words = f"The signature is incomplete: it lacks {lacks}."
        fix = "Send Credential, SignedHeaders and Signature, as the signer wrote them."
        return [Problem("A19", words, fix)]
    found = [*_scope(signature, around), *_token(signature, around), *_headers(signature, around)]
    return [*_repeated(around), *found, *_form(signature), *_time(signature, around)]


def _repeated(around: Around) -> Iterator[Problem]:
    for name in around.repeated:
        words = f"{name[:60]} stands in the query more than once: which of them is taken, nobody says."
        yield Problem("A25", words, f"Send the URL as the signer wrote it, with one {name[:60]}.")


def _form(signature: Signature) -> Iterator[Problem]:
    if signature.is_misshapen:
        words = "The Signature is not 64 hexadecimal digits in lower case: it can fit no request."
        yield Problem("A25", words, "Send the Signature as the signer wrote it, whole and in lower case.")


def _scope(signature: Signature, around: Around) -> Iterator[Problem]:
    expected = 4 if signature.scheme == "sigv4" else 3
    if len(signature.scope) != expected:
        parts = "date/Region/service/aws4_request" if expected == 4 else "date/service/aws4_request"
        words = (
            f"The credential scope has {len(signature.scope)} parts behind the access key id, not {expected}."
        )
        yield Problem("A19", words, f"Write the scope as {parts}.")
        return
    date, *region, service, terminator = signature.scope
    if region and region[0] != around.region:
        words = f"The signature is for Region {region[0][:40]}; the API is in {around.region}."
        yield Problem("A14", words, f"Sign for the Region {around.region}.")
    if not region:
        yield from _region_set(around)
    if service != SERVICE:
        words = f"The signature is for service {service[:40]}, not {SERVICE}."
        yield Problem("A14", words, f"Sign for the service {SERVICE}.")
    if terminator != TERMINATOR:
        words = f"The credential scope ends in {terminator[:40]}, not {TERMINATOR}."
        yield Problem("A14", words, f"End the scope in {TERMINATOR}.")
    stamp = _stamp(around)
    if stamp and _STAMPED.fullmatch(stamp) and date != stamp[:8]:
        words = f"The credential scope is of {date[:20]}, X-Amz-Date says {stamp[:8]}: both must be the same day (UTC)."
        yield Problem("A14", words, "Derive date and scope from one moment in UTC.")


def _region_set(around: Around) -> Iterator[Problem]:
    """SigV4A names its Regions in a header; each may have one ``*`` (IAM user guide, "AWS Signature Version 4A")."""
    regions = around.headers.get("x-amz-region-set") or around.query.get("x-amz-region-set")
    if not regions and not around.is_whole:
        return
    if not regions:
        words = "A SigV4A signature has no Region in its scope, and X-Amz-Region-Set is not sent."
        yield Problem("A14", words, f"Send and sign X-Amz-Region-Set: {around.region}.")
    elif not any(_fits(one.strip(), around.region) for one in regions[:1000].split(",")):
        words = f"The signature is for the Regions {regions[:100]}; the API is in {around.region}."
        yield Problem("A14", words, f"Sign for a set of Regions with {around.region} in it.")


def _fits(pattern: str, region: str) -> bool:
    head, star, tail = pattern.partition("*")
    return region == pattern if not star else region.startswith(head) and region.endswith(tail)


def _token(signature: Signature, around: Around) -> Iterator[Problem]:
    sent = bool(
        around.headers.get("x-amz-security-token")
        or around.headers.get("session-token")
        or around.query.get("x-amz-security-token")
    )
    known = around.is_whole or "authorization-type" in around.headers
    if signature.key_type == "temporary" and not sent and known:
        words = "The access key is a temporary one (ASIA…), and its session token is not sent."
        yield Problem("A17", words, "Send the session token as X-Amz-Security-Token, and sign it.")
    if signature.key_type == "long-term" and sent:
        words = "A session token is sent with a long-term access key (AKIA…), which has none."
        yield Problem(
            "A17", words, "Take access key, secret key and session token from one set of credentials."
        )


def _headers(signature: Signature, around: Around) -> Iterator[Problem]:
    names = [name.lower() for name in signature.signed_headers]
    if "host" not in names:
        words = "The Host is not among the signed headers; every signature must cover it."
        yield Problem("A15", words, "Sign the Host header that is sent.")
    if list(signature.signed_headers) != sorted(names):
        words = "The names of the signed headers are not in lower case and sorted."
        yield Problem("A25", words, "Write SignedHeaders in lower case, sorted, joined by semicolons.")
    if not around.is_whole:
        return
    sent = {name for name in around.headers if name.startswith("x-amz-")}
    for name in sorted(sent - set(names)):
        yield Problem(
            "A25", f"The header {name[:60]} is sent and not signed.", f"Sign {name[:60]} too: all of x-amz-*."
        )
    for name in names:
        if name not in around.headers and name != "host" and name not in _MAYBE:
            words = f"The header {name[:60]} is signed and not sent."
            yield Problem("A26", words, f"Send {name[:60]} with the value that was signed.")


_MAYBE = frozenset(
    {"content-length", "content-type", "accept", "accept-encoding", "user-agent", "connection"}
)
"""Headers that an HTTP client sends by itself: that the user did not name them says nothing."""


def _stamp(around: Around) -> str:
    return around.headers.get("x-amz-date") or around.query.get("x-amz-date") or ""


def _time(signature: Signature, around: Around) -> Iterator[Problem]:
    stamp = _stamp(around)
    if not stamp:
        if around.is_whole and not around.headers.get("date"):
            words = "Neither X-Amz-Date nor Date is sent: the signature's time is not known."
            yield Problem("A19", words, "Send X-Amz-Date with the moment that was signed.")
        return
    if not _STAMPED.fullmatch(stamp):
        words = f"X-Amz-Date is {stamp[:40]}, not in the basic form of ISO 8601."
        yield Problem("A19", words, "Write it as 20261122T104206Z, in UTC.")
        return
    life = TOLERANCE
    if signature.place == "query":
        seconds = _seconds(signature.expires)
        if seconds is None:
            given = (signature.expires or "not there")[:20]
            words = f"X-Amz-Expires must be 1 to {LONGEST_LIFE} seconds; it is {given}."
            yield Problem("A16", words, "Sign the URL with X-Amz-Expires in these bounds.")
            return
        life = timedelta(seconds=seconds)
    try:
        made = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        yield Problem(
            "A19", f"X-Amz-Date is {stamp}, which is no moment.", "Sign with the current time in UTC."
        )
        return
    if around.now is not None:
        yield from _age(made, life, around.now)


def _seconds(text: str | None) -> int | None:
    if text is None or not re.fullmatch(r"[0-9]{1,6}", text):
        return None
    return int(text) if 1 <= int(text) <= LONGEST_LIFE else None


def _age(made: datetime, life: timedelta, now: datetime) -> Iterator[Problem]:
    age = now - made
    if age > life:
        words = f"The signature was made {_span(age)} before it is sent, and holds for {_span(life)}."
        yield Problem("A16", words, "Sign each request when it is sent; check the clock of what signs.")
    elif -age > TOLERANCE:
        words = f"The signature's time is {_span(-age)} ahead of this clock; {_span(TOLERANCE)} are allowed."
        yield Problem("A16", words, "Check the clock of what signs, and this host's.")


def _span(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
