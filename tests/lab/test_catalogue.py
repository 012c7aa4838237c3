"""Every refusal of API Gateway can be provoked in a running lab, with exactly its bytes and headers."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from apidoctor.lab import front_door
from apidoctor.lab.description import Refusal
from apidoctor.lab.front_door.catalogue import rows

ARN = "arn:aws:execute-api:us-east-1:********1111:<api:pets>/prod/GET/pets"
SCP = "arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-1"
DENIED = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {ARN}"
UNRELATED = "User is not authorized to access this resource"
UNSIGNED = "Bearer abc.def"
HASH = base64.b64encode(hashlib.sha256(UNSIGNED.encode()).digest()).decode()
KEY_VALUE = (
    f"'abc.def' not a valid key=value pair (missing equal-sign) in Authorization header: '{UNSIGNED}'."
)
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
STAMP = r"\d{8}T\d{6}Z"


def m(text: str) -> str:
    return '{"message":"' + text + '"}'


def cap(text: str) -> str:
    return '{"Message":"' + text + '"}'


def because(layer: str) -> str:
    return cap(f"{DENIED} because no {layer} allows the execute-api:Invoke action")


def deny(layer: str) -> str:
    return cap(f"{DENIED} with an explicit deny in a{layer}")


DENIES, SIGNS = "AccessDeniedException", "InvalidSignatureException"
INTERNAL, INCOMPLETE = "InternalServerErrorException", "IncompleteSignatureException"

SECTION_1 = {
    "F1": (403, "ForbiddenException", m("Forbidden")),
    "F2": (403, "MissingAuthenticationTokenException", m("Missing Authentication Token")),
    "A1": (403, DENIES, cap(DENIED)),
    "A1-tight": (403, DENIES, cap(DENIED.replace("resource: ", "resource:"))),
    "A2": (403, DENIES, because("resource-based policy")),
    "A5": (403, DENIES, because("identity-based policy")),
    "A6": (403, DENIES, because("VPC endpoint policy")),
    "A3": (403, DENIES, deny(" resource-based policy")),
    "A3-old": (403, DENIES, cap(f"{DENIED} with an explicit deny")),
    "A4": (403, DENIES, deny("n identity-based policy")),
    "A6-deny": (403, DENIES, deny(" VPC endpoint policy")),
    "A6-transitive": (
        403,
        DENIES,
        deny(" VPC endpoint policy transitively through a service control policy"),
    ),
    "A7-control": (403, DENIES, because("service control policy")),
    "A7-control-deny": (403, DENIES, deny(" service control policy")),
    "A7-boundary": (403, DENIES, because("permissions boundary")),
    "A7-boundary-deny": (403, DENIES, deny(" permissions boundary")),
    "A7-session": (403, DENIES, because("session policy")),
    "A7-session-deny": (403, DENIES, deny(" session policy")),
    "A7-resource-control": (403, DENIES, because("resource control policy")),
    "A7-resource-control-deny": (403, DENIES, deny(" resource control policy")),
    "A4-named": (403, DENIES, cap(f"{DENIED} with an explicit deny in a service control policy: {SCP}")),
    "L1": (403, DENIES, cap(f"{UNRELATED} with an explicit deny")),
    "L1-identity": (403, DENIES, cap(f"{UNRELATED} with an explicit deny in an identity-based policy")),
    "L2": (
        403,
        DENIES,
        cap(f"{UNRELATED} because no identity-based policy allows the execute-api:Invoke action"),
    ),
    "S3": (403, DENIES, m("The security token included in the request is invalid.")),
    "S3-key": (
        403,
        "UnrecognizedClientException",
        m("The security token included in the request is invalid."),
    ),
    "S4": (403, "ExpiredTokenException", m("The security token included in the request is expired")),
    "S1": (403, SIGNS, m(MISMATCH)),
    "S5-region": (403, SIGNS, m("Credential should be scoped to a valid region.")),
    "S5-service": (403, SIGNS, m("Credential should be scoped to correct service: 'execute-api'.")),
    "S5-both": (
        403,
        SIGNS,
        m(
            "Credential should be scoped to a valid region. "
            "Credential should be scoped to correct service: 'execute-api'."
        ),
    ),
    "S6-token": (403, INCOMPLETE, m(KEY_VALUE)),
    "S6-hashed": (
        403,
        INCOMPLETE,
        m(
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{HASH}'."
        ),
    ),
    "S6-part": (403, INCOMPLETE, m("Authorization header requires 'Credential' parameter.")),
    "S6-scope": (403, INCOMPLETE, m("Authorization header requires a valid 'Credential' parameter.")),
    "S6-empty": (403, INCOMPLETE, m("Authorization header cannot be empty")),
    "S6-xml": (403, INCOMPLETE, f"<{INCOMPLETE}>\n  <Message>{KEY_VALUE}</Message>\n</{INCOMPLETE}>\n"),
    "S2-date": (403, SIGNS, m("Date must be in ISO-8601 'basic format'. Got an empty or other form.")),
    "K1": (403, "ForbiddenException", m("Forbidden")),
    "K1-named": (403, "ForbiddenException", m("Invalid API Key identifier specified")),
    "W1": (403, "ForbiddenException", m("Forbidden")),
    "W1-empty": (403, "ForbiddenException", ""),
    "L3": (401, "UnauthorizedException", m("Unauthorized")),
    "T1": (429, "TooManyRequestsException", m("Too Many Requests")),
    "T2": (429, "LimitExceededException", m("Limit Exceeded")),
    "L4": (500, "AuthorizerConfigurationException", '{"message":null}'),
    "L5": (500, "AuthorizerFailureException", '{"message":null}'),
    "I1": (500, INTERNAL, '{"message": "Internal server error"}'),
    "I2": (502, INTERNAL, '{"message": "Internal server error"}'),
    "I3": (504, INTERNAL, m("Network error communicating with endpoint")),
    "I4": (504, INTERNAL, m("Endpoint request timed out")),
    "I5": (503, None, m("Service Unavailable")),
    "R1": (404, "ResourceNotFoundException", m("Not Found")),
    "R2-parameters": (
        400,
        "BadRequestException",
        '{"message": "Missing required request parameters: [kind]"}',
    ),
    "R2-body": (400, "BadRequestException", '{"message": "Invalid request body"}'),
    "R3": (413, "RequestTooLargeException", m("Request Too Long")),
    "R4": (414, None, m("Request URI too long")),
    "R5": (415, "BadRequestException", '{"message": "Unsupported Media Type"}'),
}
"""Row to status, ``x-amzn-ErrorType`` (None: absent) and the whole body."""

PATTERNS = {
    "S2-late": rf"Signature expired: {STAMP} is now earlier than {STAMP} \({STAMP} - 5 min\.\)",
    "S2-early": rf"Signature not yet current: {STAMP} is still later than {STAMP} \({STAMP} \+ 5 min\.\)",
    "S1-canonical": r"The request signature we calculated .*\n\nThe Canonical String for this request should have "
    r"been\n'GET\n/prod/pets\n'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n.*'\n",
}
"""Rows with times or canonical strings: a pattern of the whole message."""

VALUES = {
    "A4-named": {
        "denial": f"{DENIED} with an explicit deny in a service control policy",
        "policy": SCP,
    },
    "R2-parameters": {"parameters": "kind"},
    "S2-late": {"date": "20261122T100000Z"},
    "S2-early": {"date": "20361122T100000Z"},
    "S1-canonical": {"canonical": "GET\n/prod/pets\n", "to_sign": "AWS4-HMAC-SHA256\n20261122T100000Z"},
}


def provoke(client, row, **options):
    world = client.lab.world
    values = {name: world.fill(value) for name, value in VALUES.get(row, {}).items()}
    world.front_door.refusals[:] = [Refusal(row, values=values)]
    try:
        return client.get(
            world.fill("https://<api:pets>.execute-api.us-east-1.amazonaws.com/prod/pets"), **options
        )
    finally:
        world.front_door.refusals.clear()


def test_the_table_and_this_list_have_the_same_rows():
    assert set(rows()) == set(SECTION_1) | set(PATTERNS)


@pytest.mark.parametrize("row", sorted(SECTION_1))
def test_each_refusal_comes_with_its_very_bytes_and_headers(same_account, row):
    status, kind, body = SECTION_1[row]
    mine = "11111111-2222-4333-8444-555555555555"
    root = "Root=1-5759e988-bd862e3fe1be46a994272793"
    sent = {"Authorization": UNSIGNED, "x-amzn-requestid": mine, "X-Amzn-Trace-Id": f"{root};Sampled=1"}
    answer = provoke(same_account, row, headers=sent)

    assert answer.status_code == status
    assert answer.headers.get("x-amzn-ErrorType") == kind
    assert answer.content == same_account.lab.world.fill(body).encode()
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-type"] == ("application/xml" if row == "S6-xml" else "application/json")
    assert answer.headers["x-amzn-requestid"] == mine
    assert len(base64.b64decode(answer.headers["x-amz-apigw-id"])) == 11
    assert answer.headers["x-amzn-trace-id"] == root


@pytest.mark.parametrize("row", sorted(PATTERNS))
def test_texts_with_times_and_canonical_strings_have_their_form(same_account, row):
    answer = provoke(same_account, row)

    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (403, SIGNS)
    assert re.fullmatch(PATTERNS[row], answer.json()["message"], re.DOTALL)


def test_sizes_of_the_two_bodies_that_are_known_to_the_byte(same_account):
    assert len(provoke(same_account, "F1").content) == 23
    assert len(provoke(same_account, "I1").content) == 36


def test_without_a_trace_of_the_clients_a_new_one_is_made(same_account):
    first, second = (provoke(same_account, "F1", headers={"X-Amzn-Trace-Id": "Root=x"}) for _ in range(2))
    traces = {answer.headers["x-amzn-trace-id"] for answer in (first, second)}

    assert len(traces) == 2
    assert all(re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", trace) for trace in traces)


def test_a_refusal_can_wait_for_its_turn_and_concern_one_method(same_account):
    world = same_account.lab.world
    target = world.fill("https://<api:pets>.execute-api.us-east-1.amazonaws.com/prod/pets")
    world.front_door.refusals[:] = [
        Refusal("T1", method="GET /orders"),
        Refusal("W1", api="pets", method="GET /pets", after=2),
    ]
    try:
        statuses = [same_account.get(target).status_code for _ in range(4)]
    finally:
        world.front_door.refusals.clear()

    assert statuses[-2:] == [403, 403]
    assert statuses[0] == 200


def test_every_row_says_how_well_it_is_known_and_where_from():
    for id, row in rows().items():
        assert set(row.evidence.split()) <= set("DKICRU"), id
        assert row.evidence, id
        assert row.source, id


def test_the_error_type_can_carry_a_suffix(lab):
    suffix = ":http://internal.amazon.com/coral/com.amazon.coral.service/"
    client = lab(change=lambda world: setattr(world.front_door, "kind_suffix", suffix))

    assert provoke(client, "A2").headers["x-amzn-ErrorType"] == f"AccessDeniedException{suffix}"


def test_the_front_door_has_no_words_of_its_own():
    sources = [path.read_text() for path in Path(front_door.__file__).parent.glob("*.py")]
    kinds = {row.kind for row in rows().values() if row.kind}
    texts = {row.text.partition("{")[0].strip() for row in rows().values()}
    literal = {f'"{text}' for text in texts if len(text) > 5}

    assert len(sources) > 8
    assert [word for word in kinds | literal for source in sources if word in source] == []


def test_a_row_that_is_not_in_the_table_ends_the_start(lab):
    with pytest.raises(KeyError, match="Z9"):
        lab(change=lambda world: world.front_door.refusals.append(Refusal("Z9")))
