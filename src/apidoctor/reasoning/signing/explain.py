"""A request explained: what has to be signed, line by line, and what is wrong with a signature that it brings."""

from collections.abc import Callable

from msgspec import Struct

from apidoctor.model.signature import ALGORITHMS, Signature
from apidoctor.reasoning.signing.canonical import (
    ALGORITHM,
    Line,
    canonical_lines,
    canonical_request,
    scope_of,
    string_to_sign,
)
from apidoctor.reasoning.signing.judge import Problem

MASK = "***"
HASH_HIDDEN = "(SHA-256 of the canonical request: it holds the session token, which is not at hand)"


class Explained(Struct, frozen=True, kw_only=True):
    """What ``apidoctor sign`` tells; no secret in it."""

    method: str
    """HTTP method."""
    url: str
    """URL as it is sent."""
    host: str
    """Host header that is sent."""
    lines: tuple[Line, ...]
    """Canonical request, line by line."""
    canonical_request: str
    """The same as one text."""
    string_to_sign: str
    """String to sign."""
    signed_headers: str
    """Names of the signed headers."""
    scope: str
    """Credential scope, without the access key id."""
    keys: str
    """Which keys would sign, in words."""
    curl: str | None = None
    """A command that signs the same request; None where a signature is explained that the request brings."""
    warnings: tuple[str, ...] = ()
    """What to know before the command is used."""
    authorization: Signature | None = None
    """The signature that the request brings."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it, or with what was asked to be signed."""


def other_host(signed: str, sent: str) -> tuple[Problem, ...]:
    """Return what is wrong when the Host *signed* is not the one that is *sent*; nothing when they are the same."""
    if signed.lower() == sent.lower():
        return ()
    words = f"The Host that is signed is {signed[:253]}, the one that is sent is {sent[:253]}: API Gateway refuses it."
    return (Problem("A15", words, f"Sign the Host header that is sent ({sent[:253]})."),)


def other_body(told: str | None, body_hash: str | None) -> tuple[Problem, ...]:
    """Return what is wrong when ``X-Amz-Content-Sha256`` tells another hash than that of the body that is sent."""
    if body_hash is None or told is None or told.strip().lower() == body_hash:
        return ()
    words = f"X-Amz-Content-Sha256 is not the hash of the body: API Gateway hashes what it gets, {body_hash}."
    return (Problem("A25", words, "Sign the SHA-256 of the body that is sent, or leave the header out."),)


def relabelled(lines: tuple[Line, ...], sent: str) -> tuple[Line, ...]:
    """Return *lines* with the Host's called what it is, where another Host is *sent*."""
    rule = f"the Host of --sign-host; the one that is sent is {sent}"
    return tuple(
        Line(line.element, line.text, rule) if line.text.startswith("host:") else line for line in lines
    )


def to_sign(
    method: str,
    target: str,
    headers: dict[str, str],
    *,
    stamp: str,
    region: str,
    token: str | None,
    temporary: bool,
    hide: Callable[[Line], Line],
    body_hash: str | None = None,
) -> tuple[tuple[Line, ...], str, str]:
    """Return the lines of the canonical request, the string to sign and the scope.

    *headers* are those to sign, the Host among them; *body_hash* is that of the body, None where there is none (see
    `canonical_lines`); *hide* masks a line, after it was hashed.  The token is never in
    what is returned: its line is masked, and where it is not at hand the hash is not known.
    """
    given = {**headers, "x-amz-date": stamp}
    if temporary:
        given["x-amz-security-token"] = token or MASK
    lines = canonical_lines(method, target, given, body_hash)
    scope = scope_of(stamp, region)
    text = string_to_sign(canonical_request(lines), stamp, scope)
    if temporary and not token:
        text = "\n".join([ALGORITHM, stamp, scope, HASH_HIDDEN])
    return tuple(_masked(hide(line)) for line in lines), text, scope


def was_signed(
    own: Signature,
    method: str,
    target: str,
    headers: dict[str, str],
    stamp: str,
    hide: Callable[[Line], Line],
    body_hash: str | None = None,
) -> tuple[tuple[Line, ...], str]:
    """Return what a signature that the request brings must have been made from; ``(not sent)`` where that is not known.

    The signature of a presigned URL is no part of its own query; *hide* masks a line, after it was hashed.
    """
    path, mark, query = target.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.lower().startswith("x-amz-signature="))
    given = {name.lower(): headers.get(name.lower(), "(not sent)") for name in own.signed_headers}
    true = canonical_lines(method, f"{path}{mark if kept else ''}{kept}", given, body_hash)
    lines = tuple(_masked(hide(line)) for line in true)
    algorithm = next((name for name, scheme in ALGORITHMS.items() if scheme == own.scheme), ALGORITHM)
    hides = "x-amz-security-token" in given or "x-amz-security-token=" in kept.lower()
    if hides or "(not sent)" in given.values():
        last = HASH_HIDDEN if hides else "(SHA-256 of the canonical request: not all of it is known)"
        return lines, "\n".join([algorithm, stamp, "/".join(own.scope), last])
    return lines, string_to_sign(canonical_request(true), stamp, "/".join(own.scope), algorithm)


def _masked(line: Line) -> Line:
    name = line.text.partition(":")[0]
    if name == "x-amz-security-token":
        return Line(line.element, f"{name}:{MASK}", line.rule)
    return line
