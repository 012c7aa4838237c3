"""Rows of the other statuses: what API Gateway says of tokens, limits and backends, and what a backend says itself."""

from typing import Any

from attribution.configured import web_acl
from attribution.row import BACKEND_OK, MISSING, NOBODY, SIGNED, Answer, Row, Rung, faults, with_setting
from worlds.changes import set_methods
from worlds.layouts import same_vpc

GATEWAY = faults("D02 D22 H01 H02 H05 H06 H08 H12 T04 A02 A11 A18")
BACKEND = faults("B01 B02 B03 B04 B05")
MIDDLE = faults("N16 N19 H15 O05")
FAILED = '{"message": "Internal server error"}'
assert len(FAILED) == 36, "faults.md 1 gives the length"
NOBODY_TO_BLAME = GATEWAY | BACKEND | faults("H10 H13 A20 A21")
OWN = {"content-type": "text/html", "server": "nginx/1.27.0"}


HTTP_API = {"apigw-requestid": "WSg1ihmdliAEJXA="}
"""The id of an HTTP API's answers, in the place of a REST API's two."""


def http_api(status: int, body: str) -> Answer:
    """An answer of an HTTP API."""
    return Answer(body, None, status, ids=False, headers=HTTP_API)


def waf(status: int, action: str, **more: Any) -> Answer:
    """What AWS WAF answers who asks for no page: no body."""
    return Answer("", None, status, headers={"x-amzn-waf-action": action, "content-length": "0"}, **more)


def _passed(
    name: str, answer: Answer, rests: str = "aws.md E.1 (ids, no error type, body not a known one)"
) -> Row:
    return Row(name, rests, answer, frozenset(), excluded=NOBODY_TO_BLAME)


WAF = "AWS WAF developer guide, CAPTCHA and Challenge action behavior"
WITH_ACL = with_setting(same_vpc, web_acl)
ROWS = [
    *(
        Row(f"{status} {action}{words}", f"faults.md H12; {WAF}", waf(status, action), faults("H12"), "likely",
            "likely", frozenset(), (GATEWAY - {"H12"}) | BACKEND, layout=layout,
            says=(f"AWS WAF answers with a {action}",))
        for status, action in ((405, "captcha"), (202, "challenge"))
        for words, layout in (("", None), (", the stage has a web ACL", WITH_ACL))
    ),
    Row("405 captcha, the stage has no web ACL: another's, or one that was taken away", f"faults.md H12; {WAF}",
        waf(405, "captcha"), faults("H12"), "possible", "possible", faults("O04"), (GATEWAY - {"H12"}) | BACKEND,
        layout=same_vpc),
    Row("405 captcha without request ids", f"aws.md E.1; {WAF}", waf(405, "captcha", ids=False), faults("H12"),
        "possible", "possible", faults("O05"), (GATEWAY - {"H12"}) | BACKEND),
    _passed("405 without the header", Answer("", None, 405)),
    _passed("202 with a header of the backend's that says something else", waf(202, "passed")),
    *(
        Row(f"401 Unauthorized, {key}", "faults.md 1; aws.md L3", Answer(f'{{"{key}":"Unauthorized"}}',
            "UnauthorizedException", 401),
            faults("A20 A21"), "possible", "possible", faults("A20 A21"), GATEWAY | BACKEND)
        for key in ("message", "Message")
    ),
    Row("429 throttled", "faults.md 1; aws.md T1", Answer('{"message":"Too Many Requests"}',
        "TooManyRequestsException", 429),
        faults("H11"), "likely", "certain", frozenset(), GATEWAY | BACKEND),
    Row("429 quota", "faults.md 1; aws.md T2", Answer('{"message":"Limit Exceeded"}', "LimitExceededException",
        429),
        faults("H11"), "likely", "certain", frozenset(), GATEWAY | BACKEND),
    Row("500 internal server error", "faults.md 1; aws.md I1", Answer(FAILED, "InternalServerErrorException", 500),
        faults("B01 B02 B03"), "possible", "possible", faults("B01 B02 B03"), GATEWAY),
    Row("500 authorizer is not set up right", "faults.md 1; aws.md L4",
        Answer('{"message":null}', "AuthorizerConfigurationException", 500), faults("A20"), "possible", "likely",
        frozenset(),
        GATEWAY | BACKEND),
    Row("500 authorizer fails", "faults.md 1; aws.md L5", Answer('{"message":null}', "AuthorizerFailureException",
        500),
        faults("A20"), "possible", "likely", frozenset(), GATEWAY | BACKEND),
    Row("500 without type or message", "faults.md 1, tagged [U]", Answer('{"message":null}', None, 500),
        faults("A20"), "possible", "possible", frozenset(), GATEWAY | BACKEND),
    Row("500 without type or message, and the method has no authorizer", "faults.md 1, tagged [U]; aws.md E.1",
        Answer('{"message":null}', None, 500), frozenset(), excluded=GATEWAY | BACKEND | {"A20"}, layout=same_vpc),
    Row("500 without type or message, and the method has a Lambda authorizer", "faults.md 1; aws.md L4",
        Answer('{"message":null}', None, 500), faults("A20"), "possible", "likely", frozenset(), GATEWAY | BACKEND,
        layout=with_setting(same_vpc, lambda world: set_methods(world, {"/pets": {"GET": "CUSTOM"}}))),
    Row("500 without type or message, and other answers have their type", "aws.md E.1",
        Answer('{"message":null}', None, 500), frozenset(), excluded=GATEWAY | BACKEND | {"A20"},
        rungs=(Rung("impossible", MISSING),)),
    _passed("a backend's 503 without a message", Answer('{"message":null}', None, 503)),
    _passed("a backend's 500 that says more beside no message", Answer('{"message":null,"code":7}', None, 500)),
    Row("502 malformed reply", "faults.md 1; aws.md I2", Answer(FAILED, "InternalServerErrorException", 502),
        faults("B05"),
        "possible", "certain", frozenset(), GATEWAY | faults("B04")),
    Row("504 endpoint request timed out", "faults.md 1; aws.md I4",
        Answer('{"message": "Endpoint request timed out"}', "InternalServerErrorException", 504), faults("B04"),
        "likely",
        "certain", frozenset(), GATEWAY | faults("B05 B03")),
    Row("504 network error", "aws.md I3", Answer('{"message": "Network error communicating with endpoint"}',
        "InternalServerErrorException", 504), faults("B02 B04"), "possible", "likely", frozenset(),
        GATEWAY | faults("B05")),
    Row("503 service unavailable", "aws.md I5, tagged [U]", Answer('{"message":"Service Unavailable"}', None, 503),
        BACKEND | {NOBODY}, "possible", "possible", frozenset(), GATEWAY),
    Row("413 request too long", "faults.md H14; aws.md R3", Answer('{"message":"Request Too Long"}',
        "RequestTooLargeException", 413),
        faults("H14"), "possible", "certain", frozenset(), GATEWAY | BACKEND),
    Row("414 URI too long", "aws.md A.1, R4", Answer('{"message":"Request URI too long"}', None, 414),
        faults("H14"), "possible",
        "certain", frozenset(), GATEWAY | BACKEND),
    Row("404 resource not found after authorization", "aws.md R1",
        Answer('{"message":"Not Found"}', "ResourceNotFoundException", 404), faults("H02 H04") | {NOBODY},
        "possible", "likely",
        frozenset(), BACKEND | faults("D22 H08 A02")),
    Row("404 of an HTTP API", "faults.md H09", http_api(404, '{"message":"Not Found"}'), faults("H09 H02"),
        "possible", "likely", faults("H09 H02"), BACKEND | MIDDLE | faults("D22 H08 A02")),
    Row("403 of an HTTP API", "faults.md H09", http_api(403, '{"message":"Forbidden"}'), faults("H09 A20"),
        "possible", "likely", faults("H09 A20"), BACKEND | MIDDLE | faults("H02 H12 A02")),
    Row("404 in the words of an HTTP API, by a REST API", "faults.md H09; aws.md E.1",
        Answer('{"message":"Not Found"}', None, 404, headers=HTTP_API), frozenset(),
        excluded=NOBODY_TO_BLAME | MIDDLE | {"H09"}),
    Row("404 in the words of an HTTP API, by nobody known", "faults.md 1 (no ids)",
        Answer('{"message":"Not Found"}', None, 404, ids=False), MIDDLE, "possible", "likely", frozenset(),
        NOBODY_TO_BLAME | {"H09"}),
    Row("404 of an HTTP API, though a private REST API of that id is there", "faults.md H09",
        http_api(404, '{"message":"Not Found"}'), faults("H02 H09 O04"), "possible", "possible", frozenset(), MIDDLE,
        layout=same_vpc),
    Row("401 of an HTTP API", "faults.md A20, A21", http_api(401, '{"message":"Unauthorized"}'), faults("A20 A21"),
        "possible", "possible", faults("A20 A21"), GATEWAY | BACKEND | MIDDLE),
    _passed("200 of an HTTP API", http_api(200, BACKEND_OK)),
    _passed("a backend's 404 behind an HTTP API", http_api(404, '{"message":"Not Found","path":"/pets"}')),
    Row("400 request validation", "aws.md R2: the request was admitted and is not well formed",
        Answer('{"message":"Missing required request parameters: [name]"}', "BadRequestException", 400),
        frozenset(),
        excluded=GATEWAY | BACKEND),
    # Nobody is to blame: the call was admitted.
    _passed("200", Answer(BACKEND_OK, None, 200), "aws.md K.5"),
    _passed("200, empty", Answer("", None, 200), "aws.md K.5"),
    _passed("200, a page", Answer("<html><body>hello</body></html>", None, 200, headers=OWN), "aws.md E.1"),
    _passed("304", Answer("", None, 304), "aws.md K.5"),
    _passed("302 of a backend", Answer("", None, 302, headers={"location": "/login"}), "aws.md E.1"),
    _passed("a backend's 400", Answer('{"error":"bad pet"}', None, 400)),
    _passed("a backend's 401", Answer('{"error":"who are you"}', None, 401,
        headers={"x-amzn-remapped-www-authenticate": "Bearer"})),
    _passed("a backend's 403", Answer('{"error":"not your pet"}', None)),
    _passed("a backend's 403 page", Answer("<html><h1>403 Forbidden</h1></html>", None, headers=OWN)),
    _passed("a backend's 403, remapped headers", Answer('{"code":"NO"}', None,
        headers={"x-amzn-remapped-server": "nginx"})),
    _passed("a backend's 404", Answer('{"error":"no such pet"}', None, 404)),
    _passed("a backend's 409", Answer('{"error":"two pets"}', None, 409)),
    _passed("a backend's 429", Answer('{"error":"slow down"}', None, 429, headers={"retry-after": "3"})),
    _passed("a backend's 500", Answer('{"error":"database is away"}', None, 500)),
    _passed("a backend's 502 page", Answer("<html><h1>502 Bad Gateway</h1><hr>nginx</html>", None, 502,
        headers=OWN)),
    _passed("a backend's 503 page", Answer("<html>down for maintenance</html>", None, 503, headers=OWN)),
    Row("200 signed, though 403 unsigned", "aws.md K.5: the call that was asked for was admitted",
        Answer(BACKEND_OK, None, 200),
        frozenset(), excluded=NOBODY_TO_BLAME, call=SIGNED,
        rungs=(Rung("unsigned", Answer('{"message":"Missing Authentication Token"}',
            "MissingAuthenticationTokenException")),)),
    Row("200, though the impossible path is Missing Authentication Token", "aws.md K.5", Answer(BACKEND_OK, None,
        200), frozenset(),
        excluded=NOBODY_TO_BLAME,
        rungs=(Rung("impossible", Answer('{"message":"Missing Authentication Token"}',
            "MissingAuthenticationTokenException")),)),
]  # fmt: skip
