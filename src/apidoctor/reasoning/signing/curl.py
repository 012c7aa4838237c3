"""A curl line that signs the same request, without a secret in it, and where curl would sign otherwise.

``--aws-sigv4`` of curl 7.88 (Debian 12) was tried against a verifier of the published rule: it signs the query as it
stands, and the path encoded once.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

from apidoctor.model.signature import KeyType
from apidoctor.reasoning.signing.canonical import SERVICE, canonical_path, canonical_query, normal_path

MASK = "***"
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_BY_SIGNER = ("authorization", "host", "x-amz-date", "x-amz-security-token")


class Hidden(Struct, frozen=True):
    """What of a request is secret: a variable of the shell stands for it."""

    headers: frozenset[str] = frozenset()
    """Names of headers, in lower case."""
    parameters: frozenset[str] = frozenset()
    """Parameters of the query, each as it stands in the canonical request (``name=value``)."""


class Curl(Struct, frozen=True):
    """A command to paste."""

    line: str
    """The command, over several lines."""
    warnings: tuple[str, ...]
    """Where curl signs something else than the rule says, or needs something first."""


def curl_line(
    method: str,
    there: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    *,
    host: str,
    sign_host: str | None,
    region: str,
    keys: KeyType,
    profile: str | None,
    hidden: Hidden,
    body: str | None = None,
) -> Curl:
    """Return the command for a request.

    *there* is name and port of the URL, *target* path and query as they are sent, *headers* are the user's, *host* is
    the Host that is sent; *keys* decides whether a session token goes along.  *body* is the file of the body, empty
    for one that was typed: a variable stands for it.  A secret in the path is masked already.
    """
    path, _, query = target.partition("?")
    ordered = canonical_query(query)
    parts = [
        f'--aws-sigv4 "aws:amz:{region}:{SERVICE}"',
        '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    ]
    if keys != "long-term":
        parts.append('-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN"')
    if method == "HEAD":
        parts.append("--head")
    elif method != ("GET" if body is None else "POST"):
        parts.append(f"--request {shlex.quote(method)}")
    if host.lower() != there.lower():
        parts.append(f"-H {shlex.quote(f'Host: {host}')}")
    given = [(name, value) for name, value in headers if name.lower() not in _BY_SIGNER]
    own = [(name, value) for name, value in given if value.strip()]
    parts += [_header(name, value, hidden) for name, value in own]
    if body is not None:
        # Unlike --data both send every byte; the second takes an @ in front for itself.
        parts.append(f"--data-binary {shlex.quote(f'@{body}')}" if body else '--data-raw "$BODY"')
    url, put = _url(f"https://{there}{path}", ordered, hidden)
    if re.search(r"[\[\]{}]", f"{there}{path}{ordered}"):
        parts.append("--globoff")
    line = " \\\n  ".join(["curl", *parts, url])
    found = _warnings(path, query, ordered, own, host, sign_host, keys, profile)
    if empty := [name for name, value in given if not value.strip()]:
        found.append(f"left out, as curl 7.88 signs a header without a value wrongly: {', '.join(empty)}")
    found += _asked(path, [name for name, _ in own if name.lower() in hidden.headers], put)
    if body is not None:
        found += _of_body(body, own)
    if any(name.lower() == "x-amz-date" for name, _ in headers):
        found.append("curl makes an X-Amz-Date of its own: what it signs is of the moment when it is run")
    return Curl(line, tuple(found))


def _of_body(file: str, own: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Say what has to be known of the body."""
    if not file:
        yield "put the body into $BODY"
    if not any(name.lower() == "content-type" for name, _ in own):
        yield "curl adds Content-Type: application/x-www-form-urlencoded, unsigned, where -H gives none"


def _header(name: str, value: str, hidden: Hidden) -> str:
    if name.lower() not in hidden.headers:
        return f"-H {shlex.quote(f'{name}: {value}')}"
    if _PLAIN.fullmatch(name):
        return f'-H "{name}: ${_variable(name)}"'
    return f'-H {shlex.quote(f"{name}: ")}"${_variable(name)}"'


def _url(there: str, query: str, hidden: Hidden) -> tuple[str, list[tuple[str, str]]]:
    """Return the URL for a shell; and parameters whose values are in variables, each with its variable."""
    words: list[str] = []
    put: list[tuple[str, str]] = []
    plain = there
    for number, part in enumerate(query.split("&") if query else ()):
        name = part.partition("=")[0]
        plain += "&" if number else "?"
        if part not in hidden.parameters:
            plain += part
            continue
        variable = _variable(f"query_{name}")
        if any(variable == other for _, other in put):
            variable += f"_{len(put) + 1}"
        put.append((name, variable))
        words += [shlex.quote(f"{plain}{name}="), f'"${variable}"']
        plain = ""
    return "".join([*words, *([shlex.quote(plain)] if plain else [])]), put


def _asked(path: str, headers: Sequence[str], parameters: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Say what has to be put where a secret was left out."""
    if headers:
        names = ", ".join("$" + _variable(name) for name in headers)
        yield f"put the values of {', '.join(headers)} into {names}"
    for name, variable in parameters:
        yield f"put the value of the parameter {name}, percent-encoded, into ${variable}"
    if MASK in path:
        yield f"the path holds a secret: write it in place of {MASK}"


def _variable(name: str) -> str:
    """Return the variable for a header; none that a shell has itself, such as PATH."""
    word = re.sub(r"[^A-Z0-9]", "_", name.upper())
    return word if word.startswith(("X_", "QUERY_")) else f"HEADER_{word}"


def _warnings(
    path: str,
    query: str,
    ordered: str,
    own: Sequence[tuple[str, str]],
    host: str,
    sign_host: str | None,
    keys: KeyType,
    profile: str | None,
) -> list[str]:
    found = []
    if profile:
        found.append(
            f'first: eval "$(aws configure export-credentials --profile {shlex.quote(profile)} --format env)"'
        )
    if not keys:
        found.append(
            "no keys were found here: leave the session token out if yours are long-term ones (AKIA…)"
        )
    normal = normal_path(path)
    if canonical_path(normal) != normal:
        found.append(
            "the path holds encoded characters, or others than A-Z a-z 0-9 - . _ ~: curl 7.88 signs them as they are "
            "sent, which is wrong for execute-api"
        )
    if normal != path:
        found.append(
            "the path holds dot segments, double slashes or an end that curl sends or signs otherwise"
        )
    if query and _order(query) != _order(ordered):
        found.append(
            "the query is sorted here: curl 7.88 signs it as it stands, and the rule wants it sorted"
        )
    if _repeated(query) != _repeated(ordered):
        found.append("sorting changed the order of values of one parameter")
    for name, value in own:
        if re.search(r"\s{2}", value):
            found.append(f"curl does not make one space of several in {name}")
    signed = [name for name, _ in own]
    if signed:
        found.append(f"curl signs every header that is given to it, also {', '.join(signed)}")
    if sign_host and sign_host.lower() != host.lower():
        found.append("curl signs the Host that it sends: it does not repeat --sign-host")
    return found


def _order(query: str) -> list[str]:
    return [part.partition("=")[0] for part in query.split("&")]


def _repeated(query: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        values.setdefault(name, []).append(value)
    return values
