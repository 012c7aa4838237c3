"""A row: what a host saw, perhaps the configuration behind it, and the verdicts that are right for it.

The rows are truth taken from the catalogue of faults and the AWS reference; each names the section it rests
on.  A row says which faults may stand at the head, between which confidences, which candidates must be listed
beside it and which must not be.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from worlds.build import (
    ADDRESSES,
    API,
    API_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    REGION,
    URL,
    World,
    role_arn,
)
from worlds.seen import AWS_HEADERS, COMMON, dns, host, identity, tcp, tls

RANK = {"possible": 0, "likely": 1, "certain": 2}
ADDRESS = ADDRESSES[min(ADDRESSES)]
NOBODY = ""
"""Stands in a row's heads where blaming nobody is right too."""
NOT_FOUND_PATH = "/apidoctor-0a1b2c3d4e5f"
BACKEND_OK = '{"pets": []}'
SCOPE = f"20261122/{REGION}/execute-api/aws4_request"
DOMAIN = "api.corp.example"


@dataclass(frozen=True)
class Call:
    """How the API was called."""

    target: str = URL
    form: str = "private-dns"
    signed: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    """The user's own headers."""
    sign_host: str = ""
    server_name: str = ""
    """SNI where it is not the URL's own name."""
    method: str = "GET"

    @property
    def name(self) -> str:
        """The name in the URL."""
        return urlsplit(self.target).hostname or ""

    @property
    def host(self) -> str:
        """The Host header really sent."""
        return {name.lower(): value for name, value in self.headers.items()}.get("host", self.name)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; by default API Gateway's own, with both ids."""

    body: str = '{"message":"Forbidden"}'
    kind: str | None = "ForbiddenException"
    """The value of x-amzn-ErrorType; None: no such header."""
    status: int = 403
    ids: bool = True
    kind_header: str = "x-amzn-errortype"
    headers: dict[str, str] = field(default_factory=dict)
    """Further headers, or others in the place of the usual ones."""

    def all_headers(self) -> dict[str, str]:
        """Every header of the answer."""
        made = {name: value for name, value in AWS_HEADERS.items() if self.ids or not name.startswith("x-am")}
        return made | ({self.kind_header: self.kind} if self.kind else {}) | self.headers


@dataclass(frozen=True)
class Rung:
    """Another call that was made beside the one that was asked for, and its answer."""

    name: str
    """``impossible``, ``unsigned``, ``signed``, or ``""`` for another form."""
    answer: Answer
    call: Call | None = None
    """None: the row's own call."""


@dataclass(frozen=True)
class Row:
    """One line of the truth."""

    name: str
    rests: str
    """The section it rests on."""
    answer: Answer | None
    """None: the row changes the observations itself."""
    heads: frozenset[str]
    """Faults that may stand at the head; empty: nobody may be blamed."""
    floor: str = "possible"
    ceiling: str = "certain"
    listed: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    call: Call = Call()
    rungs: tuple[Rung, ...] = ()
    change: Callable[[World], None] | None = None
    layout: Callable[[], World] | None = None
    """The configuration that is known; None: AWS answered nothing."""
    says: tuple[str, ...] = ()
    """Words that the report has to hold somewhere."""

    def world(self) -> World:
        """The row as a world whose observations are those of the row."""
        world = self.layout() if self.layout else World()
        known = bool(self.layout)
        world.target, world.origin = self.call.target, "local"
        world.options = [
            part for name, value in self.call.headers.items() for part in ("-H", f"{name}: {value}")
        ]
        world.options += ["--sign-host", self.call.sign_host] if self.call.sign_host else []
        world.options += ["--method", self.call.method] if self.call.method != "GET" else []
        if not self.call.name.endswith("amazonaws.com"):
            world.options += ["--region", REGION]
        if not known:
            world.principal = role_arn(API_ACCOUNT) if self.call.signed else "anonymous"
        world.observations = [host(world), dns(self.call.name), *(tcp(a) for a in ADDRESSES.values())]
        world.observations += [tls(a, self.call.name, **peer(self.call.name)) for a in ADDRESSES.values()]
        if self.call.signed:
            world.observations.append(identity(world))
        if self.answer:
            name = "signed" if self.call.signed else "unsigned"
            world.observations.append(seen(self.call, self.answer, name))
        for rung in self.rungs:
            world.observations.append(
                seen(rung.call or of_rung(self.call, rung.name), rung.answer, rung.name)
            )
        if self.change:
            self.change(world)
        return world


def peer(name: str) -> dict[str, Any]:
    """The certificate of a custom domain; API Gateway's own names have theirs already."""
    return {} if name.endswith("amazonaws.com") else {"sans": [name], "subject": f"CN={name}"}


def of_rung(call: Call, name: str) -> Call:
    """The call of one rung of the ladder."""
    if name != "impossible":
        return replace(call, signed=name == "signed")
    stage = urlsplit(call.target).path.split("/")[1]
    path = f"/{stage}{NOT_FOUND_PATH}" if call.name.endswith("amazonaws.com") and stage else NOT_FOUND_PATH
    return replace(call, target=f"https://{call.name}{path}", signed=False)


def seen(call: Call, answer: Answer, rung: str) -> dict[str, Any]:
    """The observation of one call."""
    sent = {"host": call.host, "user-agent": "apidoctor/0.1.0"}
    for name, value in call.headers.items():
        sent[name.lower()] = "***" if name.lower() in ("authorization", "x-api-key") else value
    if call.signed:
        sent |= {"signed-host": call.sign_host or call.host, "credential-scope": SCOPE}
        sent |= {"signed-headers": "host;x-amz-date", "x-amz-date": "20261122T104206Z"}
    return COMMON | {
        "kind": "http",
        "form": call.form,
        "rung": rung,
        "method": call.method,
        "address": ADDRESS,
        "url": call.target,
        "server_name": call.server_name or call.name,
        "host": call.host,
        "sent": sent,
        "signed": call.signed,
        "outcome": "response",
        "status": answer.status,
        "headers": answer.all_headers(),
        "body": answer.body,
        "elapsed_ms": {"connect": 1.0, "tls": 11.0, "first_byte": 30.0, "total": 31.0},
    }


def faults(text: str) -> frozenset[str]:
    """Fault ids from ``"A02-A05 A13"``."""
    found: list[str] = []
    for word in text.split():
        first, _, last = word.partition("-")
        numbers = range(int(first[1:]), int(last[1:] if last else first[1:]) + 1)
        found += [f"{first[0]}{number:02}" for number in numbers]
    return frozenset(found)


def with_setting(layout: Callable[[], World], change: Callable[[World], Any]) -> Callable[[], World]:
    """A layout with one thing changed in it."""

    def made() -> World:
        world = layout()
        change(world)
        return world

    return made


# The ways to call.

PLAIN = Call()
SIGNED = Call(signed=True)
BEARER = Call(headers={"Authorization": "Bearer 0123456789abcdef"})
WITH_KEY = Call(headers={"x-api-key": "0123456789abcdefghij"})
BY_HOST = Call(f"https://{ENDPOINT_NAME}/prod/pets", "endpoint-host", headers={"Host": DEFAULT_NAME})
BY_ID = Call(f"https://{ENDPOINT_NAME}/prod/pets", "endpoint-id-header", headers={"x-apigw-api-id": API})
BARE = Call(f"https://{ENDPOINT_NAME}/prod/pets", "endpoint-host")
NO_STAGE = Call(f"https://{DEFAULT_NAME}/")
BY_DOMAIN = Call(f"https://{DOMAIN}/pets", "custom-domain")
DIRECT = Call(form="direct-ip")

# What API Gateway says.

FORBIDDEN = Answer()
MISSING = Answer('{"message":"Missing Authentication Token"}', "MissingAuthenticationTokenException")
ADMITTED = Answer(BACKEND_OK, None, 200)
ARN = f"arn:aws:execute-api:{REGION}:********{API_ACCOUNT[-4:]}:{API}/prod/GET/pets"
ROLE = f"arn:aws:sts::{API_ACCOUNT}:assumed-role/app/i-0c000000000000000"


def denied(tail: str = "", who: str = "anonymous", arn: str = ARN, key: str = "Message") -> Answer:
    """The policy engine's refusal."""
    text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {arn}{tail}"
    return Answer(f'{{"{key}":"{text}"}}', "AccessDeniedException")
