"""Rows in disguise: gateway responses that were customised or translated, headers and bodies of every shape."""

import json
from dataclasses import replace

from attribution.forbidden import DEFAULT_NAMED, OPEN, OTHER_NAMES, UNFOUND
from attribution.policies import IDENTITY, LAYERS, RESOURCE, SILENT
from attribution.row import ADMITTED, MISSING, NOBODY, ROLE, SIGNED, Answer, Row, Rung, denied, faults
from attribution.signatures import STALE_5, expected, signature

CUSTOM = "faults.md 1 caveats, H13; aws.md E.1 (the type header is stronger than the text)"
HEADER = "aws.md E.1 (header names, value suffix)"
SHAPE = "aws.md E.1 (bodies)"
DENIED = "AccessDeniedException"
ANY_DENIAL = LAYERS | faults("A01 A13 A17 A20 A22 H13")
SORRY = '{"error":"sorry","code":17}'
NOT_FOUND_FAMILY = faults("D02 D22 H01 H05 H06 H08 H12 T04")
QUOTED = "/prod/The%20security%20token%20included%20in%20the%20request%20is%20expired"
REMOTE = ":http://internal.amazon.com/coral/com.amazon.coral.service/"
ENDPOINT_TEXT = denied(" with an explicit deny in a VPC endpoint policy")


def _kept(name: str, kind: str, heads: str, listed: str, body: str = SORRY, status: int = 403,
    ceiling: str = "likely",
          excluded: frozenset[str] = NOT_FOUND_FAMILY) -> Row:  # fmt: skip
    """The body says nothing; the type header was kept."""
    found = faults(heads)
    return Row(f"{name}: {kind} {status}", CUSTOM, Answer(body, kind, status), found | {"H13"}, "possible", ceiling,
               faults(listed), excluded - found)  # fmt: skip


def _same(name: str, answer: Answer, rests: str = SHAPE) -> Row:
    """The explicit deny of an endpoint policy, in whatever shape."""
    return Row(
        name,
        rests,
        answer,
        faults("A09"),
        "likely",
        "certain",
        frozenset(),
        faults("A02 A03 A08 A10 A11 H02 D22"),
    )


def _told(name: str, answer: Answer, fault: str, wrong: str) -> Row:
    """A signed call whose refusal names one fault, in whatever shape."""
    return Row(name, SHAPE, answer, faults(fault), "possible", "certain", frozenset(), faults(wrong), SIGNED)


def _body(body: str) -> Answer:
    return Answer(body, DENIED)


TEXT = ENDPOINT_TEXT.body.split('"')[3]
AUTHORIZER = "User is not authorized to access this resource with an explicit deny"
INVALID_TOKEN = "The security token included in the request is invalid."
PASSED_ON = [
    ("nested, an authorizer's", json.dumps({"errors": [{"detail": AUTHORIZER}]}), DENIED, 403, "A20", "A02 A11 D22"),
    ("after other words, an authorizer's", json.dumps({"message": f"Denied! {AUTHORIZER}"}), DENIED, 403, "A20",
     "A02 A11 D22"),
    ("nested, a token's", json.dumps({"errors": [{"detail": INVALID_TOKEN}]}), DENIED, 403, "A17", "A02 D22"),
    ("nested, a signature's", json.dumps({"errors": [{"detail": STALE_5}]}), "InvalidSignatureException", 403, "A16",
     "A15 A14 D22"),
]  # fmt: skip
OTHERS_TEXT = [
    ("Forbidden", DENIED, 403, "A01-A10 A13 A17 A20 A22", "A02 A03 A08 A20", "H02 H10 A18"),
    (
        "Missing Authentication Token",
        DENIED,
        403,
        "A01-A10 A13 A17 A20 A22",
        "A02 A03 A08 A20",
        "H02 H10 A18",
    ),
    ("Unauthorized", DENIED, 403, "A01-A10 A13 A17 A20 A22", "A02 A03 A08 A20", "A21 H02"),
    ("Forbidden", "MissingAuthenticationTokenException", 403, "H02 H04 A18", "H02 H04 A18", "H10 A02"),
    ("Forbidden", "ExpiredTokenException", 403, "A17", "A17", "H10 A02"),
    ("Forbidden", "InvalidSignatureException", 403, "A14 A15 A16 A25 A26", "A15 A16 A14", "H10 A02"),
    ("Forbidden", "IncompleteSignatureException", 403, "A19 H02", "A19 H02", "H10 A02"),
    ("Forbidden", "UnauthorizedException", 403, "A20 A21", "A20 A21", "H10 A02"),
    ("Forbidden", "TooManyRequestsException", 429, "H11", "H11", "H10 A02"),
    ("Forbidden", "TooManyRequestsException", 403, "H11", "H11", "H10 A02"),
    ("Forbidden", "InternalServerErrorException", 500, "B01 B02 B03", "B01 B02 B03", "H10 A02"),
    ("Missing Authentication Token", "InternalServerErrorException", 504, "B04 B02 B05", "B04", "H02 A18"),
]
ROWS = [
    # The type header is kept, the body is the owner's.
    _kept("customised body", DENIED, "A01-A10 A13 A17 A20 A22", "A02 A03 A08 A09 A20",
        excluded=NOT_FOUND_FAMILY | IDENTITY | faults("H02 A18")),
    _kept("customised body, status 200", DENIED, "A01-A10 A13 A17 A20 A22", "A02", status=200,
          excluded=NOT_FOUND_FAMILY | IDENTITY | faults("H02 A18")),
    _kept("customised body", "ForbiddenException", "D02 D22 H05 H08 H10 H12", "D22 H05 H12",
        excluded=OTHER_NAMES | faults("A02 A18")),
    _kept("customised body", "MissingAuthenticationTokenException", "H02 H04 A18", "H02 H04 A18"),
    _kept("customised body", "MissingAuthenticationTokenException", "H02 H04 A18", "H02 H04 A18", status=404),
    _kept("translated body", "MissingAuthenticationTokenException", "H02 H04 A18", "H02 H04 A18",
        '{"message":"認証トークンがありません"}'),
    _kept("translated body", "InvalidSignatureException", "A14 A15 A16 A25 A26", "A15 A16 A14",
        '{"message":"Signatur ungültig"}'),
    _kept("translated body", "ExpiredTokenException", "A17", "A17", '{"message":"Le jeton a expiré"}',
        ceiling="certain"),
    _kept("translated body", "IncompleteSignatureException", "A19 H02", "A19 H02",
        '{"message":"La firma está incompleta"}'),
    _kept("customised body", "UnauthorizedException", "A20 A21", "A20 A21", status=401),
    _kept("customised body", "UnauthorizedException", "A20 A21", "A20 A21", status=403),
    _kept("customised body", "TooManyRequestsException", "H11", "H11", status=429, ceiling="certain"),
    _kept("customised body", "LimitExceededException", "H11", "H11", status=503, ceiling="certain"),
    _kept("customised body", "InternalServerErrorException", "B01 B02 B03", "B01 B02 B03", status=500),
    _kept("customised body", "InternalServerErrorException", "B04 B02 B05", "B04", status=504),
    _kept("customised body, a page", "ForbiddenException", "D02 D22 H05 H08 H10 H12", "D22 H05 H12",
          "<html><body>no</body></html>", excluded=OTHER_NAMES | faults("A02 A18")),
    # The owner's text is one that API Gateway says elsewhere: DEFAULT_4XX gives one text to all.
    *(_kept(f"text of another type, {text}", kind, heads, listed, json.dumps({"message": text}), status,
            excluded=(NOT_FOUND_FAMILY | faults(more)) - faults(heads), ceiling="certain")
      for text, kind, status, heads, listed, more in OTHERS_TEXT),
    # A HEAD has no body: the type header is all there is.
    _kept("no body", DENIED, "A01-A10 A13 A17 A20 A22", "A02 A03 A08", "",
          excluded=NOT_FOUND_FAMILY | faults("H02 A18")),
    _kept("no body", "MissingAuthenticationTokenException", "H02 H04 A18", "H02 H04 A18", ""),
    _kept("no body", "InvalidSignatureException", "A14 A15 A16 A25 A26", "A14 A15 A16", ""),
    _kept("no body", "IncompleteSignatureException", "A19 H02", "A19 H02", ""),
    _kept("no body", "ExpiredTokenException", "A17", "A17", "", ceiling="certain"),
    _kept("no body", "UnrecognizedClientException", "A17", "A17", "", ceiling="certain"),
    _kept("no body", "TooManyRequestsException", "H11", "H11", "", 429, ceiling="certain"),
    # The type header is gone and the ids are there; the body is one of API Gateway's own.
    Row("no type header: policy text", CUSTOM, replace(denied(SILENT), kind=None), RESOURCE, "possible", "likely",
        RESOURCE, IDENTITY),
    Row("no type header: identity policy text", CUSTOM,
        replace(denied(" because no identity-based policy allows the execute-api:Invoke action", ROLE), kind=None),
        faults("A11"),
        "possible", "certain", frozenset(), faults("A02 A08 A20"), SIGNED),
    Row("no type header: Forbidden", CUSTOM, Answer(kind=None), DEFAULT_NAMED, "possible", "possible",
        faults("D22 H12"), OTHER_NAMES),
    Row("no type header: Missing Authentication Token", CUSTOM, replace(MISSING, kind=None), faults("H02 H04 A18"),
        "possible",
        "possible", faults("H02 H04 A18"), NOT_FOUND_FAMILY),
    Row("no type header: signature expired", CUSTOM, Answer(f'{{"message":"{STALE_5}"}}', None), faults("A16"),
        "possible", "certain",
        frozenset(), NOT_FOUND_FAMILY | faults("A15 A17"), SIGNED),
    Row("no type header: endpoint request timed out", CUSTOM, Answer('{"message": "Endpoint request timed out"}',
        None, 504),
        faults("B04"), "possible", "certain", frozenset(), NOT_FOUND_FAMILY),
    # Header names and values.
    _same("x-amzn-ErrorType", replace(ENDPOINT_TEXT, kind_header="x-amzn-ErrorType"), HEADER),
    _same("X-AMZN-ERRORTYPE", replace(ENDPOINT_TEXT, kind_header="X-AMZN-ERRORTYPE"), HEADER),
    _same("type with suffix", replace(ENDPOINT_TEXT, kind=f"{DENIED}{REMOTE}"), HEADER),
    _same("type with colon", replace(ENDPOINT_TEXT, kind=f"{DENIED}:"), HEADER),
    _same("type with blanks", replace(ENDPOINT_TEXT, kind=f" {DENIED} "), HEADER),
    Row("Forbidden with suffix", HEADER, Answer(kind=f"ForbiddenException{REMOTE}"),
        DEFAULT_NAMED, "possible", "possible", OPEN, OTHER_NAMES),
    Row("expired token with suffix, body translated", HEADER, Answer(SORRY, f"ExpiredTokenException{REMOTE}"),
        faults("A17"), "possible",
        "certain", frozenset(), NOT_FOUND_FAMILY, SIGNED),
    _same("ids written X-Amzn-RequestId and X-Amz-Apigw-Id", replace(ENDPOINT_TEXT, ids=False, headers={
        "X-Amzn-RequestId": "3d4f3f0e-6d5e-4b0a-9a4e-000000000001", "X-Amz-Apigw-Id": "abcDEFghIJ="}), HEADER),
    _same("only the extended id", replace(ENDPOINT_TEXT, ids=False, headers={"x-amz-apigw-id": "abcDEFghIJ="}),
        HEADER),
    _same("only the request id", replace(ENDPOINT_TEXT, ids=False,
        headers={"x-amzn-requestid": "3d4f3f0e-6d5e-4b0a-9a4e-000000000001"}), HEADER),
    # Bodies.
    _same("key message", _body(f'{{"message":"{TEXT}"}}')),
    _same("key MESSAGE", _body(f'{{"MESSAGE":"{TEXT}"}}')),
    _same("blanks and line ends", _body(f'\r\n {{\n  "Message" :\t"{TEXT}"\n}}\n\n')),
    _same("more keys", _body(
        f'{{"__type":"{DENIED}","requestId":"1","Message":"{TEXT}","help":null,"n":[1,{{"a":2}}]}}')),
    _same("both keys", _body(f'{{"message":null,"Message":"{TEXT}"}}')),
    _same("XML", _body(f"<{DENIED}>\n  <Message>{TEXT}</Message>\n</{DENIED}>\n")),
    _same("XML with a declaration",
        _body(f'<?xml version="1.0"?>\n<{DENIED}><Message>{TEXT}</Message></{DENIED}>')),
    _same("byte order mark", _body("\ufeff" + ENDPOINT_TEXT.body)),
    _same("escaped letters", _body(ENDPOINT_TEXT.body.replace("explicit", "\\u0065xplicit").replace("/", "\\/"))),
    _same("plain text", _body(TEXT)),
    _same("cut off", _body(ENDPOINT_TEXT.body[:-2])),
    # A customised body that passes the sentence on.
    _same("in a page", _body(f"<html><body><h1>Sorry</h1><p>{TEXT}</p></body></html>")),
    _same("after other words", _body(f'{{"message":"Denied! {TEXT}"}}')),
    _same("nested", _body(f'{{"errors":[{{"code":17,"detail":"{TEXT}"}}]}}')),
    _same("beside an id", _body(f'{{"id":"3d4f3f0e","why":"{TEXT}"}}')),
    # So does one that passes another text of the type on; it is read as well with the type as without.
    *(_told(f"{name}, {'type' if kind else 'no type'}", Answer(body, kind, status), fault, wrong)
      for name, body, type_, status, fault, wrong in PASSED_ON for kind in (type_, None)),
    _told("in a page, an authorizer's", Answer(f"<html><p>{AUTHORIZER}</p></html>", DENIED), "A20", "A02 A11 D22"),
    _kept("a text of another type, nested", DENIED, "A01-A10 A13 A17 A20 A22", "A02 A03 A08 A20",
          '{"errors":[{"detail":"Missing Authentication Token"}]}', excluded=NOT_FOUND_FAMILY | faults("H02 A18")),
    Row("a backend that speaks of authorization", "aws.md E.1", Answer(
        '{"error":"Sorry. User is not authorized to access this resource"}', None), faults("H13") | {NOBODY},
        excluded=DEFAULT_NAMED | faults("A20 A02")),
    _same("a final stop", _body(f'{{"Message":"{TEXT}."}}')),
    _same("no blank after resource:", _body(ENDPOINT_TEXT.body.replace("resource: arn", "resource:arn"))),
    _same("a long path", _body(ENDPOINT_TEXT.body.replace("/GET/pets", f"/GET/pets/{'x' * 1200}"))),
    # A whole sentence is read as it stands, whatever its path holds.
    _same("a path with an angle bracket", _body(ENDPOINT_TEXT.body.replace("/GET/pets", "/GET/pets/<x>"))),
    _same("a path with a quotation mark", _body(ENDPOINT_TEXT.body.replace("/GET/pets", '/GET/pets/a\\"b'))),
    _same("a very long path", _body(ENDPOINT_TEXT.body.replace("/GET/pets", f"/GET/pets/{'x' * 2500}"))),
    _same("a path with an angle bracket, no type", replace(_body(
        ENDPOINT_TEXT.body.replace("/GET/pets", "/GET/pets/<x>")), kind=None)),
    _same("after other words, no blank after resource:", _body(
        f'{{"message":"Denied! {TEXT.replace("resource: arn", "resource:arn")}"}}')),
    _same("an odd path", _body(ENDPOINT_TEXT.body.replace("/GET/pets", "/GET/a b;c|d%20e'f"))),
    # What a text quotes is not what it says: a path or a token may hold another text's words.
    _same("a path that quotes another refusal", _body(
        ENDPOINT_TEXT.body.replace("/GET/pets", "/GET/Missing%20Authentication%20Token/with-an-explicit-deny"))),
    Row("a canonical request that quotes another refusal", SHAPE,
        signature(expected("other.example", QUOTED)),
        faults("A15 A25 A26"), "possible", "certain", frozenset(), faults("A17 A02 H02 D22"), SIGNED),
    Row("a backend that quotes a refusal", "aws.md E.1", Answer(
        '{"log":"upstream said Missing Authentication Token, then Forbidden"}', None, 500), frozenset(),
        excluded=DEFAULT_NAMED | faults("H02 A18")),
    # The status says one thing and the type another: the type is the stronger evidence.
    Row("Forbidden everywhere, body customised", CUSTOM, Answer(SORRY), UNFOUND | {"H13"}, "possible", "possible",
        frozenset({"D22"}),
        OTHER_NAMES | faults("H10 A02"), rungs=(Rung("impossible", Answer(SORRY)),)),
    Row("customised denial unsigned, admitted signed", CUSTOM, Answer(SORRY, DENIED), ANY_DENIAL - IDENTITY,
        "possible", "likely", frozenset(),
        NOT_FOUND_FAMILY | faults("A11 A12 H02"), rungs=(Rung("signed", ADMITTED),)),
    Row("customised body, signed", CUSTOM, Answer(SORRY, DENIED), ANY_DENIAL - {"A10"}, "possible", "likely",
        faults("A02 A11 A12"),
        NOT_FOUND_FAMILY | faults("A10 H02 A18"), SIGNED),
]  # fmt: skip
