"""Rows of gateway responses that configuration shows: the answer is one of them, or only nearly so.

A response that was customised may have any status and body and need not keep its error type (faults.md 1, caveats).
Beside each stands the near miss: a backend's own answer, which blames nobody.
"""

import json
from collections.abc import Callable
from typing import Any

from attribution.configured import BOTH, authorizer, other_endpoint, wants_key, web_acl
from attribution.row import MISSING, NOBODY, SIGNED, Answer, Row, Rung, faults
from worlds.build import API, World
from worlds.layouts import same_vpc
from worlds.stages import customise

SECTION = "faults.md 1 caveats, H13; aws.md E.1, E.2 (gateway response types)"
CORS = {"access-control-allow-origin": "*"}
OOPS = '{"oops":true}'
JSON = "application/json"
REST = faults("D02 D22 H01 H05 H08 A18")


def own(*changes: Any, asks: str = "NONE", **responses: tuple[str | None, str | None]) -> Callable[[], World]:
    """A layout whose API has these responses, ``TYPE=(status, body)``; no body: only the status was changed."""

    def layout() -> World:
        world = same_vpc(asks)
        for change in changes:
            change(world)
        shown: list[Any] = []
        for kind, (status, body) in responses.items():
            customise(world, kind, {} if body is None else {JSON: body}, status)
            shown += next(iter(world.answers(world.api_account)["get_gateway_responses"].values()))["items"]
        world.keyed(world.api_account, "get_gateway_responses", API, {"items": shown})
        return world

    return layout


def _answer(status: int, body: str, **headers: str) -> Answer:
    """An answer without an error type, with the header that every response of `own` adds."""
    return Answer(body, None, status, headers=CORS | headers)


def _is(
    name: str, answer: Answer, heads: str, layout: Callable[[], World], excluded: str = "", **rest: Any
) -> Row:
    """It is that response; a backend may say the same, so that nothing is certain."""
    floor = rest.pop("floor", "likely")
    return Row(f"own words: {name}", SECTION, answer, faults(heads), floor, "likely", frozenset(),
               (REST | faults(excluded)) - faults(heads), layout=layout, **rest)  # fmt: skip


def _near(name: str, answer: Answer, layout: Callable[[], World], **rest: Any) -> Row:
    return Row(f"nearly own words: {name}", SECTION, answer, frozenset({NOBODY}), "possible", "possible", frozenset(),
               REST | BOTH | faults("H13 H11 A02 A20"), layout=layout, **rest)  # fmt: skip


FOUR = own(DEFAULT_4XX=("418", OOPS))
BLOCKED = '{"error":"waf"}'
IMPOSSIBLE = (Rung("impossible", _answer(418, OOPS)),)
ANYBODY = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
ANYBODY += f"arn:aws:execute-api:us-east-1:********1111:{API}/prod/GET/pets"
BY_RESOURCE = f"{ANYBODY} because no resource-based policy allows the execute-api:Invoke action"
BY_ENDPOINT = f"{ANYBODY} with an explicit deny in a VPC endpoint policy"
OTHERS = ANYBODY.replace("execute-api:Invoke", "dynamodb:GetItem").replace("execute-api", "dynamodb")
TYPED = (Rung("impossible", MISSING),)


def _passes(name: str, body: str, heads: str, status: int = 403, **rest: Any) -> Row:
    """A template passed API Gateway's message or type on, and nobody could read the gateway responses."""
    rest = {"floor": "possible", "ceiling": "likely"} | rest
    return Row(f"passed on: {name}", "aws.md E.1, K.9; faults.md 1 caveats", Answer(body, None, status), faults(heads),
               excluded=faults("D22 D02 H05 T04"), **rest)  # fmt: skip


def _open(name: str, body: str, status: int = 403, **rest: Any) -> Row:
    """A backend's answer, or a gateway response of this type alone: nothing was read that tells."""
    return Row(f"open: {name}", "aws.md E.1; faults.md H13", Answer(body, None, status), frozenset(),
               excluded=REST | faults("H10 H12 H13 A11 A20 A21"), rungs=TYPED, **rest)  # fmt: skip


ROWS = [
    _passes("a resource policy's refusal", json.dumps({"error": {"why": BY_RESOURCE}}), "A01-A07 A13"),
    _passes("a resource policy's refusal, in a page", f"<p>{BY_RESOURCE}</p>", "A01-A07 A13"),
    _passes("an endpoint policy's refusal", f"<p>{BY_ENDPOINT}</p>", "A09", floor="likely", ceiling="certain"),
    _passes("a missing token beside an id", '{"message":"Missing Authentication Token","id":"4"}', "H02 A18"),
    _passes("a missing token under another name", '{"error":"Missing Authentication Token"}', "H02 A18"),
    _passes("a type", '{"message":"Forbidden","responseType":"INVALID_API_KEY"}', "H10", floor="likely"),
    _passes("a type, deeper", '{"error":{"type":"WAF_FILTERED"}}', "H12", floor="likely"),
    _passes("Forbidden, and other refusals have their type", '{"message":"Forbidden"}', "H10 H12", rungs=TYPED),
    _passes("Unauthorized, and other refusals have their type", '{"message":"Unauthorized"}', "A20 A21", status=401,
        rungs=TYPED),
    _open("another service's refusal", json.dumps({"Message": OTHERS})),
    _open("a backend's type", '{"type":"NOT_YOUR_PET"}'),
    _open("a code that a type has, under another name", '{"code":"INVALID_API_KEY"}'),
    _open("401", '{"error":"who are you"}', 401),
    _open("429", '{"error":"slow down"}', 429),
    Row("open: every refusal has its own words", "aws.md E.1; faults.md H13", Answer('{"no":"/prod/pets"}', None),
        frozenset(), excluded=REST, rungs=(Rung("impossible", Answer('{"no":"/prod/x"}', None)),)),
    # Configuration decides: no gateway response was changed.
    Row("configured: a backend tells what another API refused", "aws.md E.1", Answer(json.dumps({"why": BY_RESOURCE}),
        None), frozenset(), excluded=REST | faults("A01-A07 A13"), layout=same_vpc),
    Row("configured: a backend names a type", "aws.md E.1", Answer('{"type":"WAF_FILTERED"}', None), frozenset(),
        excluded=REST | faults("H12"), layout=same_vpc),
    _is("all refusals", _answer(418, OOPS), "H13", FOUR, "H10 H12 H11"),
    _is("all refusals, the impossible path too", _answer(418, OOPS), "H13", FOUR, "H10 H12", rungs=IMPOSSIBLE),
    _near("another status", _answer(404, OOPS), FOUR),
    _near("other words", _answer(418, '{"oops":false}'), FOUR),
    _near("more words", _answer(418, f"{OOPS} and more"), FOUR),
    _near("another content type", Answer(OOPS, None, 418, headers=CORS | {"content-type": "text/plain"}), FOUR),
    _near("without the header that the response adds", Answer(OOPS, None, 418), FOUR),
    _near("the impossible path is refused in other words", _answer(418, OOPS), FOUR,
        rungs=(Rung("impossible", MISSING),)),
    _is("the web ACL", _answer(406, BLOCKED), "H12", own(web_acl, WAF_FILTERED=("406", BLOCKED)), "H10 H13"),
    _near("there is no web ACL", _answer(406, BLOCKED), own(WAF_FILTERED=("406", BLOCKED))),
    _is("a throttle", _answer(503, '{"error":"later"}'), "H11", own(THROTTLED=("503", '{"error":"later"}')), "H13"),
    _is("a throttle, only its status", _answer(503, '{"message":"Too Many Requests"}'), "H11",
        own(THROTTLED=("503", None)), "H13"),
    _near("a backend that is busy, where a throttle has only another status",
        _answer(503, '{"message":"busy"}'), own(THROTTLED=("503", None))),
    _near("there is no key to ask for", _answer(404, '{"error":"key?"}'),
        own(INVALID_API_KEY=("404", '{"error":"key?"}'))),
    _is("a Lambda authorizer", _answer(404, '{"error":"who?"}'), "A20",
        own(authorizer("CUSTOM"), UNAUTHORIZED=("404", '{"error":"who?"}')), "A21 H13"),
    _is("a user pool", _answer(404, '{"error":"who?"}'), "A21",
        own(authorizer("COGNITO_USER_POOLS"), UNAUTHORIZED=("404", '{"error":"who?"}')), "A20 H13"),
    _is("a token that has expired", _answer(401, '{"error":"old token"}'), "A17",
        own(asks="AWS_IAM", EXPIRED_TOKEN=("401", '{"error":"old token"}')), "H13 A18", call=SIGNED),
    _is("a time-out of the integration", _answer(503, '{"error":"backend away"}'), "B04",
        own(INTEGRATION_TIMEOUT=("503", '{"error":"backend away"}')), "H13"),
    _is("a failure of the integration", _answer(500, '{"error":"backend away"}'), "B02 B04",
        own(INTEGRATION_FAILURE=("500", '{"error":"backend away"}')), "H13 B01", floor="possible"),
    _is("all failures", _answer(503, '{"error":"backend away"}'), "H13",
        own(DEFAULT_5XX=("503", '{"error":"backend away"}')), "B01 B02 B04"),
    _near("a backend's failure in other words", _answer(503, '{"error":"busy"}'),
        own(DEFAULT_5XX=("503", '{"error":"backend away"}'))),
    _near("a method that is deployed has no missing token", _answer(404, '{"error":"no such pet"}'),
        own(MISSING_AUTHENTICATION_TOKEN=("404", '{"error":"no such pet"}'))),
    # A policy denies, and its words are gone: the policy that was read tells which fault it is.
    Row("own words: a policy denies", SECTION, _answer(404, '{"error":"off limits"}'), faults("A03"), "likely",
        "certain", layout=own(other_endpoint, ACCESS_DENIED=("404", '{"error":"off limits"}'))),
    Row("own words: a method asks for a key", SECTION, _answer(404, '{"error":"key?"}'), faults("H10"), "likely",
        "certain", layout=own(wants_key, INVALID_API_KEY=("404", '{"error":"key?"}'))),
    # Variables stand for anything; those that tell type or message tell the fault.
    _is("variables", _answer(418, '{"id":"3d4f-1","oops":"at prod"}'), "H13",
        own(DEFAULT_4XX=("418", '{"id":"$context.requestId","oops":"at ${context.stage}"}'))),
    _is("a variable that tells the type", _answer(418, '{"type":"THROTTLED","at":"prod"}'), "H11",
        own(DEFAULT_4XX=("418", '{"type":"$context.error.responseType","at":"$context.stage"}')), "H13"),
    _is("a variable that tells the message", _answer(418, '{"why":"Too Many Requests"}'), "H11",
        own(DEFAULT_4XX=("418", '{"why":$context.error.messageString}')), "H13"),
    _near("a message that API Gateway does not say", _answer(418, '{"why":"short and stout"}'),
        own(DEFAULT_4XX=("418", '{"why":$context.error.messageString}'))),
    _near("braces alone", _answer(404, "{}"), own(DEFAULT_4XX=("404", "{}"))),
    # Two responses with the same words: neither type is told.
    _is("two types in the same words", _answer(406, BLOCKED), "H13",
        own(web_acl, WAF_FILTERED=("406", BLOCKED), THROTTLED=("406", BLOCKED)), "H11 H12"),
]  # fmt: skip
