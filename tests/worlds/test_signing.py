"""A refused signature: what was signed beside what the server shows, broken worlds and near misses."""

import html
import json
from typing import Any

import pytest
from worlds.build import API, DEFAULT_NAME, ENDPOINT_NAME, ENDPOINT_URL, REGION, URL, World
from worlds.cases import Cases, check_case
from worlds.changes import set_methods
from worlds.judge import arguments, judge, written
from worlds.layouts import same_vpc
from worlds.seen import identity, of, probed, refused, without

from apidoctor.cli.app import run
from apidoctor.model.mismatch import read_mismatch

CASES = Cases()
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
STAMP = "20261122T104206Z"
SCOPE = f"20261122/{REGION}/execute-api/aws4_request"
MISMATCH = "The request signature we calculated does not match the signature you provided. "
OTHER = "proxy.corp.example"


def iam() -> World:
    """A signed call in one VPC and account."""
    return same_vpc("AWS_IAM")


def canonical(
    host: str = DEFAULT_NAME, method: str = "GET", path: str = "/prod/pets", query: str = "", **headers: str
) -> str:
    """A canonical request; headers are given with underscores, ``names`` and ``body`` are the last two lines."""
    names, body = headers.pop("names", ""), headers.pop("body", EMPTY)
    values = {"host": host, "x-amz-date": STAMP} | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = [f"{name}:{values[name]}" for name in sorted(values)]
    return "\n".join([method, path, query, *lines, "", names or ";".join(sorted(values)), body])


def to_sign(scope: str = SCOPE, mark: str = "a") -> str:
    """A string to sign."""
    return f"AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{mark * 64}"


def text_of(received: str, last: str | None = None) -> str:
    """The message of a server that shows what it computed."""
    shown = f"\n\nThe String-to-Sign should have been\n'{last or to_sign()}'\n"
    return f"{MISMATCH}\n\nThe Canonical String for this request should have been\n'{received}'{shown}"


def mismatch(
    world: World, signed: str | None, received: str | None, last: str | None = None, **sent: str
) -> None:
    """The test call was refused; *signed* and *received* are the canonical requests, None: not known, not shown."""
    probed(world)
    seen = of(world, "http")[0]
    seen["sent"] |= sent
    text = MISMATCH if received is None else text_of(received, last)
    refused(world, "InvalidSignatureException", json.dumps({"message": text})[:2048])
    seen["signing"] = {
        "canonical_request": signed,
        "string_to_sign": signed and to_sign(),
        "received_canonical_request": received,
        "received_string_to_sign": received and (last or to_sign()),
    }


@CASES.broken("A15", iam)
def signed_for_another_host_than_the_one_that_is_sent(world: World) -> None:
    mismatch(world, canonical(ENDPOINT_NAME), canonical(DEFAULT_NAME))


@CASES.broken("A15", iam)
def signed_with_the_port_in_the_host(world: World) -> None:
    mismatch(world, canonical(f"{DEFAULT_NAME}:443"), canonical(DEFAULT_NAME))


@CASES.broken("A15", iam)
def signed_for_another_host_and_the_server_shows_nothing(world: World) -> None:
    mismatch(world, canonical(ENDPOINT_NAME), None)


@CASES.broken("A26", iam)
def host_is_rewritten_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(OTHER))


@CASES.broken("A26", iam)
def host_is_written_in_other_letters_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(DEFAULT_NAME.upper()))


@CASES.broken("A26", iam)
def host_is_rewritten_and_only_the_body_tells(world: World) -> None:
    mismatch(world, None, canonical(OTHER))
    of(world, "http")[0]["signing"] = None


@CASES.broken("A26", iam)
def stage_is_cut_off_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(path="/pets"))


@CASES.broken("A26", iam)
def stage_is_put_in_front_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(path="/v1/prod/pets"))


@CASES.broken("A26", iam)
def slash_at_the_end_is_added(world: World) -> None:
    mismatch(world, canonical(), canonical(path="/prod/pets/"))


@CASES.broken("A26", iam)
def method_is_changed_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(method="HEAD"))


@CASES.broken("A26", iam)
def parameter_is_added_on_the_way(world: World) -> None:
    mismatch(world, canonical(query="a=1"), canonical(query="a=1&utm=x"))


@CASES.broken("A26", iam)
def signed_header_is_changed_on_the_way(world: World) -> None:
    mismatch(world, canonical(x_amz_meta="a"), canonical(x_amz_meta="b"))


@CASES.broken("A26", iam)
def signed_header_is_removed_on_the_way(world: World) -> None:
    mismatch(world, canonical(content_type="text/plain"), canonical(content_type=""))


@CASES.broken("A26", iam)
def token_is_another_one_though_both_are_masked(world: World) -> None:
    mismatch(
        world, canonical(x_amz_security_token="***"), canonical(x_amz_security_token="*** (another value)")
    )


@CASES.broken("A25", iam)
def path_is_encoded_once_on_one_side(world: World) -> None:
    world.target = URL.replace("/pets", "/a%20b")
    set_methods(world, {"/{name}": {"GET": "AWS_IAM"}})
    mismatch(world, canonical(path="/prod/a%20b"), canonical(path="/prod/a%2520b"))


def shown_as_sent(world: World, path: str, signed: str, received: str) -> None:
    """*path* below the stage is sent; *signed* is right, and the server shows *received*."""
    world.target = URL.replace("/pets", path)
    set_methods(world, {"/{name+}": {"GET": "AWS_IAM"}})
    mismatch(world, canonical(path=signed), canonical(path=received))


@CASES.broken("A25", iam)
def path_is_shown_as_it_was_sent_and_not_encoded_once_more(world: World) -> None:
    shown_as_sent(world, "/a%20b", "/prod/a%2520b", "/prod/a%20b")


@CASES.broken("A25", iam)
def path_is_shown_as_it_was_sent_with_its_double_slash(world: World) -> None:
    shown_as_sent(world, "/a//b", "/prod/a/b", "/prod/a//b")


@CASES.broken("A26", iam)
def path_with_a_space_loses_its_stage_on_the_way(world: World) -> None:
    shown_as_sent(world, "/a%20b", "/prod/a%2520b", "/a%20b")


@CASES.broken("A25", iam)
def query_is_shown_as_it_was_sent(world: World) -> None:
    world.target = f"{URL}?b=2&a=1"
    mismatch(world, canonical(query="a=1&b=2"), canonical(query="b=2&a=1"))


@CASES.broken("A25", iam)
def query_is_shown_as_it_was_sent_and_not_as_it_was_written(world: World) -> None:
    world.target = f"{URL}?b=x+y&a"
    mismatch(world, canonical(query="a=&b=x%2By"), canonical(query="b=x%2By&a="))


@CASES.broken("A26", iam)
def plus_that_was_sent_encoded_is_decoded_on_the_way(world: World) -> None:
    world.target = f"{URL}?b=x+y"
    mismatch(world, canonical(query="b=x%2By"), canonical(query="b=x%20y"))


@CASES.broken("A26", iam)
def path_is_encoded_once_more_on_the_way(world: World) -> None:
    world.target = URL.replace("/pets", "/a%20b")
    set_methods(world, {"/{name}": {"GET": "AWS_IAM"}})
    mismatch(world, canonical(path="/prod/a%2520b"), canonical(path="/prod/a%252520b"))


@CASES.broken("A26", iam)
def body_is_added_on_the_way(world: World) -> None:
    mismatch(world, canonical(), canonical(body="b" * 64))


@CASES.broken("A25", iam)
def path_with_letters_that_are_encoded_when_they_are_sent(world: World) -> None:
    world.target = URL.replace("/pets", "/é%")
    set_methods(world, {"/{name}": {"GET": "AWS_IAM"}})
    mismatch(world, None, canonical(path="/prod/%25C3%25A9%2525"))


@CASES.broken("A25", iam)
def plus_is_a_space_on_one_side(world: World) -> None:
    mismatch(world, canonical(query="q=a%2Bb"), canonical(query="q=a%20b"))


@CASES.broken("A25", iam)
def query_is_not_sorted(world: World) -> None:
    mismatch(world, canonical(query="b=2&a=1"), canonical(query="a=1&b=2"))


@CASES.broken("A25", iam)
def equals_sign_is_missing(world: World) -> None:
    mismatch(world, canonical(query="flag"), canonical(query="flag="))


@CASES.broken("A25", iam)
def body_is_hashed_otherwise(world: World) -> None:
    mismatch(world, canonical(body="UNSIGNED-PAYLOAD"), canonical())


@CASES.broken("A25", iam)
def nothing_differs_so_the_secret_key_is_another(world: World) -> None:
    mismatch(world, canonical(), canonical())


@CASES.broken("A25", iam)
def line_ends_are_those_of_windows_and_nothing_differs(world: World) -> None:
    mismatch(world, canonical(), canonical())
    of(world, "http")[0]["signing"] |= {"received_canonical_request": None, "received_string_to_sign": None}
    body = json.dumps({"message": text_of(canonical()).replace("\n", "\r\n")})
    of(world, "http")[0]["body"] = body


def escaped(world: World, received: str) -> None:
    """A box escapes the text as markup; a parameter is called as an entity."""
    world.target = f"{URL}?a=1&copy=2"
    mismatch(world, canonical(query="a=1&copy=2"), None)
    refused(world, "InvalidSignatureException", json.dumps({"message": html.escape(text_of(received))}))


@CASES.broken("A26", iam)
def host_is_rewritten_and_the_text_is_escaped(world: World) -> None:
    escaped(world, canonical(OTHER, query="a=1&copy=2"))


@CASES.broken("A25", iam)
def nothing_differs_in_a_text_that_is_escaped(world: World) -> None:
    escaped(world, canonical(query="a=1&copy=2"))


@CASES.broken("A14", iam)
def scope_is_another_in_the_string_to_sign(world: World) -> None:
    mismatch(world, canonical(), canonical(), to_sign(SCOPE.replace(REGION, "eu-west-1")))


@CASES.broken("A14", iam)
def server_names_another_day_in_the_scope(world: World) -> None:
    text = (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121'"
    )
    refused(probed(world), "InvalidSignatureException", json.dumps({"message": text}))


@CASES.broken("A15", iam)
def host_is_not_among_the_signed_headers(world: World) -> None:
    text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    refused(probed(world), "InvalidSignatureException", json.dumps({"message": text}))


# Hostile and odd texts: no error, no false proof.


@CASES.broken("A25", iam)
def server_shows_a_text_that_is_none(world: World) -> None:
    mismatch(world, canonical(), "\x1b[2J\u202e" + "a:b\n" * 5000)
    of(world, "http")[0]["signing"]["canonical_request"] = None


@CASES.broken("A26", iam)
def body_breaks_off_in_the_middle_of_what_it_shows(world: World) -> None:
    long = {f"x_amz_meta_{number:03}": "v" * 80 for number in range(60)}
    mismatch(world, None, canonical(OTHER, **long))
    of(world, "http")[0]["signing"] = None
    assert len(of(world, "http")[0]["body"]) == 2048


# The signature itself is damaged on the way.

WHOLE = {
    "authorization-type": "sigv4",
    "key-type": "long-term",
    "credential-scope": SCOPE,
    "signed-headers": "host;x-amz-date",
    "x-amz-date": STAMP,
}
NO_CREDENTIAL = (
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
    "Authorization header requires 'SignedHeaders' parameter. Authorization=***"
)
CUT_OFF = "Authorization header requires 'Signature' parameter. Authorization=***"
NO_DATE = (
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=***"
)
NO_HOST = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
MISSING = '{"message":"Missing Authentication Token"}'


def arrives_damaged(world: World, text: str, kind: str = "IncompleteSignatureException", **sent: str) -> None:
    """This run sent a whole signature, and the verifier misses a part of it."""
    probed(world)
    of(world, "http")[0]["sent"] |= WHOLE | sent
    refused(world, kind, json.dumps({"message": text}))


@CASES.broken("A26", iam)
def authorization_is_cut_off_on_the_way(world: World) -> None:
    arrives_damaged(world, CUT_OFF)


@CASES.broken("A26", iam)
def authorization_is_replaced_on_the_way(world: World) -> None:
    arrives_damaged(world, NO_CREDENTIAL)


@CASES.broken("A26", iam)
def date_is_removed_on_the_way(world: World) -> None:
    arrives_damaged(world, NO_DATE)


@CASES.broken("A26", iam)
def list_of_signed_headers_is_changed_on_the_way(world: World) -> None:
    arrives_damaged(world, NO_HOST, "InvalidSignatureException")


@CASES.broken("A19", iam)
def own_signature_is_not_whole_when_it_is_sent(world: World) -> None:
    brings(world, OWN.partition(", Signature")[0])
    of(world, "http")[0]["sent"] |= WHOLE | {"signature-lacks": "Signature"}
    refused(world, "IncompleteSignatureException", json.dumps({"message": CUT_OFF}))


@CASES.broken("A26", iam)
def own_signature_is_whole_and_is_cut_off_on_the_way(world: World) -> None:
    brings(world, OWN)
    of(world, "http")[0]["sent"] |= WHOLE
    refused(world, "IncompleteSignatureException", json.dumps({"message": CUT_OFF}))


@CASES.broken("A26", iam)
def authorization_is_taken_out_on_the_way(world: World) -> None:
    probed(world)
    of(world, "http")[0]["sent"] |= WHOLE
    refused(world, "MissingAuthenticationTokenException", MISSING)


@CASES.broken("H02", iam)
def signed_call_of_a_path_that_is_not_there(world: World) -> None:
    world.target = URL.replace("/pets", "/cats")
    authorization_is_taken_out_on_the_way(world)


# Credentials and clocks.

INVALID = json.dumps({"message": "The security token included in the request is invalid."})
EXPIRED = json.dumps({"message": "The security token included in the request is expired"})


@CASES.broken("A17", iam)
def temporary_key_without_its_token(world: World) -> None:
    probed(world)
    of(world, "http")[0]["sent"] |= {
        "authorization-type": "sigv4",
        "key-type": "temporary",
        "credential-scope": SCOPE,
    }
    refused(world, "UnrecognizedClientException", INVALID)


TEMPORARY = {
    "authorization-type": "sigv4",
    "key-type": "temporary",
    "credential-scope": SCOPE,
    "signed-headers": "host;x-amz-date;x-amz-security-token",
    "session-token": "sent",
}


def with_token(world: World, error_type: str = "UnrecognizedClientException", body: str = INVALID) -> None:
    """This run signed the call with a temporary key, sent its token, and was refused."""
    probed(world)
    world.principal = f"arn:aws:sts::{world.caller_account}:assumed-role/app/i-0c000000000000000"
    of(world, "http")[0]["sent"] |= TEMPORARY
    refused(world, error_type, body)


@CASES.broken("A17", iam)
def token_that_sts_takes_is_removed_on_the_way(world: World) -> None:
    with_token(world)


@CASES.broken("A17", iam)
def token_that_neither_sts_nor_api_gateway_takes(world: World) -> None:
    with_token(world)
    of(world, "identity")[0].update(outcome="invalid", principal=None)


@CASES.broken("A17", iam)
def token_of_another_partition(world: World) -> None:
    with_token(world)
    of(world, "identity")[0].update(principal="arn:aws-cn:sts::111111111111:assumed-role/app/x")


@CASES.broken("A17", iam)
def token_that_sts_took_is_expired(world: World) -> None:
    with_token(world, "ExpiredTokenException", EXPIRED)


@CASES.broken("A26", iam)
def token_is_signed_and_missing_in_what_the_server_shows(world: World) -> None:
    names = TEMPORARY["signed-headers"]
    shown = canonical(names=names, x_amz_security_token="")
    mismatch(world, canonical(names=names, x_amz_security_token="***"), shown, None, **TEMPORARY)


def own_token(world: World, *, received: str) -> None:
    """The user's own client signs with a temporary key and sends its token; *received* is what arrives of it."""
    names = TEMPORARY["signed-headers"]
    own = OWN.replace("AKIA", "ASIA").replace("host;x-amz-date", names)
    brings(world, own, "X-Amz-Security-Token: s3cr3t-t0ken-of-a-session")
    of(world, "http")[0]["sent"] |= TEMPORARY | {"x-amz-date": STAMP}
    text = text_of(canonical(names=names, x_amz_security_token=received))
    refused(world, "InvalidSignatureException", json.dumps({"message": text}))


@CASES.broken("A26", iam)
def token_of_the_own_client_is_missing_in_what_the_server_shows(world: World) -> None:
    own_token(world, received="")


@CASES.broken("A25", iam)
def token_of_the_own_client_arrives(world: World) -> None:
    own_token(world, received="***")


@CASES.broken("A24", iam)
def sts_cannot_be_reached(world: World) -> None:
    probed(world)
    without(world, "identity", "http")
    world.observations.append(identity(world, "timeout"))


@CASES.healthy(iam)
def clock_is_off_and_the_call_is_answered_all_the_same(world: World) -> None:
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T10:22:06Z"


@CASES.healthy(iam)
def clock_is_off_by_four_minutes(world: World) -> None:
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T10:38:06Z"


OLD = "Signature expired: 20261122T102206Z is now earlier than 20261122T103706Z (20261122T104206Z - 5 min.)"


@CASES.broken("T07", iam)
def clock_is_off_by_six_minutes_and_the_signature_is_refused(world: World) -> None:
    probed(world)
    of(world, "http")[0]["at"] = "2026-11-22T10:36:00Z"
    refused(world, "InvalidSignatureException", json.dumps({"message": OLD}))


@CASES.broken("T07", iam)
def clock_is_off_and_the_date_is_spelt_with_a_capital(world: World) -> None:
    clock_is_off_by_six_minutes_and_the_signature_is_refused(world)
    headers = of(world, "http")[0]["headers"]
    headers["Date"] = headers.pop("date")


@CASES.broken("A16", iam)
def clock_is_right_and_an_old_signature_is_refused(world: World) -> None:
    refused(probed(world), "InvalidSignatureException", json.dumps({"message": OLD}))


# A signature of the user's own client.

OWN = f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{SCOPE}, SignedHeaders=host;x-amz-date, Signature={'ab' * 32}"


def brings(world: World, authorization: str, *more: str) -> dict[str, Any]:
    """The user gives the call an Authorization header; the call is then sent as it is."""
    words = [f"Authorization: {authorization}", f"X-Amz-Date: {STAMP}", *more]
    world.options = [word for header in words for word in ("--header", header)]
    probed(world)
    seen = of(world, "http")[0]
    seen.update(signed=False, rung="unsigned")
    seen["sent"] = {"host": DEFAULT_NAME}
    seen["host"] = DEFAULT_NAME
    return seen


@CASES.healthy(iam)
def own_signature_is_accepted(world: World) -> None:
    brings(world, OWN)


@CASES.broken("A14", iam)
def own_signature_is_for_another_region(world: World) -> None:
    brings(world, OWN.replace(REGION, "eu-west-1"))
    refused(
        world,
        "InvalidSignatureException",
        json.dumps({"message": "Credential should be scoped to a valid region."}),
    )


@CASES.broken("A14", iam)
def own_signature_has_a_scope_of_yesterday(world: World) -> None:
    brings(world, OWN.replace("20261122/", "20261121/"))
    refused(world, "InvalidSignatureException", json.dumps({"message": MISMATCH}))


@CASES.broken("A17", iam)
def own_signature_of_a_temporary_key_comes_without_token(world: World) -> None:
    brings(world, OWN.replace("AKIA", "ASIA"))
    refused(world, "UnrecognizedClientException", INVALID)


@CASES.broken("A19", iam)
def bearer_token_where_a_signature_is_asked_for(world: World) -> None:
    brings(world, "Bearer s3cr3t-bearer-t0ken")
    text = (
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 …): 'x='."
    )
    refused(world, "IncompleteSignatureException", json.dumps({"message": text}))


@CASES.healthy(same_vpc)
def bearer_token_where_an_authorizer_wants_one(world: World) -> None:
    set_methods(world, {"/pets": {"GET": "CUSTOM"}})
    brings(world, "Bearer s3cr3t-bearer-t0ken")


@CASES.broken("A14", iam)
def own_signature_of_several_regions_leaves_this_one_out(world: World) -> None:
    scope = f"20261122/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature={'ab' * 32}"
    own = f"AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}"
    brings(world, own, "X-Amz-Region-Set: eu-*,us-west-2")
    refused(world, "InvalidSignatureException", json.dumps({"message": MISMATCH}))


def ten_minutes_old(world: World) -> None:
    """The user's own signature is older than what some verifiers take."""
    brings(world, OWN)
    world.options = [word.replace(STAMP, f"{STAMP[:8]}T103206Z") for word in world.options]


def another_region(world: World) -> None:
    """The user's own signature is for another Region."""
    brings(world, OWN.replace(REGION, "eu-west-1"))


@pytest.mark.parametrize(
    ("kind", "body", "status", "fault"),
    [
        ("TooManyRequestsException", {"message": "Too Many Requests"}, 429, "H11"),
        ("MissingAuthenticationTokenException", {"message": "Missing Authentication Token"}, 403, "A26"),
        ("ForbiddenException", {"message": "Forbidden"}, 403, "D22 D02 H05 H10 H12 O04"),
        (
            "AccessDeniedException",
            {
                "Message": "User: arn:aws:sts::222222222222:assumed-role/app/x is not authorized to perform: "
                "execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets "
                "with an explicit deny in a service control policy"
            },
            403,
            "A12",
        ),
    ],
)
@pytest.mark.parametrize("change", [ten_minutes_old, another_region])
def test_an_own_signature_is_not_blamed_for_what_another_gate_says(
    change, kind, body, status, fault, tmp_path
):
    world = iam()
    change(world)
    refused(world, kind, json.dumps(body), status=status)
    said = judge(world, tmp_path)

    assert said.report["root_causes"][0]["fault"] in fault.split(), said.story()
    assert not {"A14", "A16"} & set(said.faults), said.story()


def test_a_fault_of_an_own_signature_is_told_beside_another_cause(tmp_path):
    world = iam()
    another_region(world)
    refused(world, "TooManyRequestsException", '{"message":"Too Many Requests"}', status=429)
    said = judge(world, tmp_path)

    assert [one["fault"] for one in said.of("warn") if one["check"] == "invoke/signature-is-accepted"] == [
        "A14"
    ]


@CASES.broken("A26", iam)
def own_signature_is_old_and_a_box_changed_the_host(world: World) -> None:
    """The verifier looks at the time first: it takes this one, and finds another Host."""
    ten_minutes_old(world)
    refused(world, "InvalidSignatureException", json.dumps({"message": text_of(canonical(OTHER))})[:2048])


def through_endpoint(world: World, names: str, *, received: str, host: str = "") -> None:
    """The user's own client calls the endpoint's name, with a *host* or the API's id, and signs the headers *names*."""
    world.target = ENDPOINT_URL
    naming = f"Host: {host}" if host else f"x-apigw-api-id: {API}"
    seen = brings(world, OWN.replace("host;x-amz-date", names), naming)
    form = "endpoint-host" if host else "endpoint-id-header"
    seen.update(host=host or ENDPOINT_NAME, url=ENDPOINT_URL, form=form)
    told = {
        "authorization-type": "sigv4",
        "key-type": "long-term",
        "credential-scope": SCOPE,
        "signed-headers": names,
    }
    seen["sent"] = {"host": seen["host"], "x-amz-date": STAMP} | told
    if not host:
        seen["sent"]["x-apigw-api-id"] = API
    refused(world, "InvalidSignatureException", json.dumps({"message": text_of(received)}))


@CASES.broken("A25", iam)
def own_client_sends_a_header_that_it_does_not_sign(world: World) -> None:
    through_endpoint(world, "host;x-amz-date", received=canonical(ENDPOINT_NAME))


@CASES.broken("A26", iam)
def header_that_the_own_client_signs_is_removed_on_the_way(world: World) -> None:
    names = "host;x-amz-date;x-apigw-api-id"
    through_endpoint(world, names, received=canonical(ENDPOINT_NAME, x_apigw_api_id="", names=names))


@CASES.broken("A15", iam)
def own_client_does_not_sign_the_host(world: World) -> None:
    shown = canonical(ENDPOINT_NAME, names="x-amz-date").replace(f"host:{ENDPOINT_NAME}\n", "")
    through_endpoint(world, "x-amz-date", received=shown)


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CASES.params)
def test_the_refused_signature_is_named(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


def evidence_of(said, source: str = "reasoning.signing") -> dict[str, Any]:
    """What the first evidence of this source says."""
    return next(item["value"] for item in said.report["evidence"].values() if item["source"] == source)


def test_the_two_lines_stand_side_by_side_and_prove_the_cause(tmp_path):
    world = iam()
    host_is_rewritten_on_the_way(world)
    said = judge(world, tmp_path)
    shown = evidence_of(said)

    assert (shown["signed"], shown["received"]) == (f"host:{DEFAULT_NAME}", f"host:{OTHER}")
    assert shown["element"] == "header host"
    assert said.report["root_causes"][0]["confidence"] == "certain"


def test_the_page_shows_the_two_lines_one_below_the_other(tmp_path, capfd):
    world = iam()
    method_is_changed_on_the_way(world)
    run(arguments(world, written(world, tmp_path))[:-1])
    lines = [line.split() for line in capfd.readouterr().out.splitlines()]
    at = lines.index(["signed:", "GET"])

    assert lines[at - 1][-1] == "method"
    assert lines[at + 1] == ["received:", "HEAD"]


def test_a_client_that_signs_another_host_behind_a_proxy_has_two_causes(tmp_path):
    world = iam()
    mismatch(world, canonical(ENDPOINT_NAME), canonical(OTHER))

    assert set(judge(world, tmp_path).faults) == {"A15", "A26"}


def test_a_path_that_may_have_been_decoded_on_the_way_has_two_candidates(tmp_path):
    world = iam()
    shown_as_sent(world, "/arn%3Aaws", "/prod/arn%253Aaws", "/prod/arn%3Aaws")

    assert listed(world, tmp_path) == [("A26", "likely"), ("A25", "possible")]


OLDER = "20261122T101500Z"


def of_older(text: str) -> str:
    """The same text of a request that was signed before."""
    return text.replace(STAMP, OLDER)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    "received",
    [
        canonical(method="POST", path="/prod/orders", body="c" * 64),
        canonical(OTHER, path="/other"),
        canonical(),
        canonical(names="host").replace(f"x-amz-date:{STAMP}\n", ""),
    ],
)
def test_a_text_of_another_request_accuses_no_line_of_this_one(received, known, tmp_path):
    world = iam()
    mismatch(world, canonical() if known else None, of_older(received), of_older(to_sign()))
    of(world, "http")[0]["sent"]["x-amz-date"] = STAMP
    said = judge(world, tmp_path)

    assert listed(world, tmp_path) == [("A26", "possible"), ("A15", "possible"), ("A25", "possible")]
    assert f"signed at {OLDER}, this one at {STAMP}" in json.dumps(said.report)
    assert evidence_of(said) == {"element": "X-Amz-Date", "signed": STAMP, "received": OLDER}


@pytest.mark.parametrize("known", [True, False])
def test_a_cut_off_text_of_another_request_accuses_no_line_of_this_one(known, tmp_path):
    world = iam()
    mismatch(world, canonical() if known else None, None)
    body = text_of(of_older(canonical(path="/prod/orders")))
    cut = body[: body.index("The String-to-Sign")]
    refused(world, "InvalidSignatureException", json.dumps({"message": cut}))
    of(world, "http")[0]["sent"]["x-amz-date"] = STAMP

    assert listed(world, tmp_path)[0] == ("A26", "possible")


def echoed(world: World) -> None:
    """The answer has the id that was sent with the call."""
    seen = of(world, "http")[0]
    seen["sent"]["x-amzn-requestid"] = seen["headers"]["x-amzn-requestid"]


@pytest.mark.parametrize(
    ("received", "last", "change"),
    [
        (of_older(canonical()), to_sign(), None),  # the string to sign has the own time
        (of_older(canonical()), of_older(to_sign()), echoed),  # nobody but who saw this call knows its id
        (canonical().replace(STAMP, "Sun, 22 Nov 2026 10:42:06 GMT"), to_sign(), None),
        (canonical().replace(STAMP, ""), to_sign(), None),
    ],
)
def test_a_date_that_was_changed_on_the_way_is_no_text_of_another_request(received, last, change, tmp_path):
    world = iam()
    mismatch(world, canonical(), received, last)
    if change:
        change(world)
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["confidence"]) == ("A26", "certain")
    assert "x-amz-date" in cause["title"] + json.dumps(judge(world, tmp_path).report["evidence"])


def test_a_token_that_is_lost_on_the_way_is_told_beside_one_that_was_revoked(tmp_path):
    world = iam()
    with_token(world)

    assert listed(world, tmp_path) == [("A17", "likely"), ("A26", "possible")]


CUT = "The text of the server breaks off: only what it shows was compared."


@pytest.mark.parametrize(
    ("received", "end", "words"),
    [
        (canonical(OTHER), "x-amz-date:", f"API Gateway received {OTHER}. {CUT}"),
        (canonical(OTHER), "host;x", CUT),
        (canonical(path="/pets"), "host:", CUT),
        (canonical(), "host;x", f"or what is not shown differs. {CUT}"),
        (canonical(), "/prod", "does not show why, as it breaks off."),
        (canonical(OTHER), EMPTY + "'", CUT),
        (canonical(), EMPTY + "'", f"or what is not shown differs. {CUT}"),
        (canonical(OTHER), to_sign(), ""),
        (canonical(), to_sign(), ""),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_a_text_that_breaks_off_is_told_to_do_so(received, end, words, stored, tmp_path):
    world = iam()
    mismatch(world, canonical(), None)
    body = text_of(received)
    cut = body[: body.index(end) + len(end)] + ("\n\nThe String-to-Sign should" if end.endswith("'") else "")
    refused(world, "InvalidSignatureException", json.dumps({"message": cut}))
    if stored:  # as a live run keeps it
        of(world, "http")[0]["signing"]["received_canonical_request"] = read_mismatch(cut).canonical_request
    (found,) = [one for one in judge(world, tmp_path).of("fail") if "ignature" in one["check"]]

    assert words in found["summary"]
    assert ("breaks off" in found["summary"]) is bool(words)


@pytest.mark.parametrize(
    "damage", [authorization_is_cut_off_on_the_way, authorization_is_taken_out_on_the_way]
)
def test_a_signature_that_did_not_arrive_is_told_beside_what_else_has_that_answer(damage, tmp_path):
    world = iam()
    damage(world)
    other = "A19" if damage is authorization_is_cut_off_on_the_way else "H02"

    assert listed(world, tmp_path) == [("A26", "likely"), (other, "possible")]
    assert "presigned URL" in json.dumps(judge(world, tmp_path).report["root_causes"])


def test_equal_texts_prove_the_secret_key_and_a_missing_end_does_not(tmp_path):
    whole, cut = iam(), iam()
    mismatch(whole, canonical(), canonical())
    mismatch(cut, canonical(), canonical())
    of(cut, "http")[0]["signing"]["received_canonical_request"] = canonical().rpartition("\n\n")[0]
    causes = [judge(world, tmp_path).report["root_causes"][0] for world in (whole, cut)]

    assert [cause["fault"] for cause in causes] == ["A25", "A25"]
    assert [cause["confidence"] for cause in causes] == ["certain", "likely"]
    assert "secret key does not belong" in causes[0]["title"] + json.dumps(judge(whole, tmp_path).report)


@pytest.mark.parametrize("shown", ["something else entirely", "(not shown)", "NONE", "***"])
def test_a_text_of_the_server_that_cannot_be_read_proves_nothing(shown, tmp_path):
    world = iam()
    mismatch(world, canonical(), shown)
    said = judge(world, tmp_path)
    (cause,) = said.report["root_causes"]

    assert cause["confidence"] == "possible"
    assert "the answer does not show why" in json.dumps(said.report)
    assert "the same on both sides" not in json.dumps(said.report)


def listed(world: World, folder: Any) -> list[tuple[str, str]]:
    """The only root cause with its confidence, and the candidates beside it."""
    (cause,) = judge(world, folder).report["root_causes"]
    found = [(one["fault"], one["confidence"]) for one in cause["candidates"]]
    assert found[0] == (cause["fault"], cause["confidence"])
    return found


def test_without_any_text_of_the_server_a_mismatch_through_the_endpoints_name_is_likely_the_host(tmp_path):
    world = iam()
    world.target, world.options = ENDPOINT_URL, ["--header", f"Host: {DEFAULT_NAME}"]
    probed(world)
    refused(world, "InvalidSignatureException", json.dumps({"message": MISMATCH}))

    assert listed(world, tmp_path) == [("A15", "likely"), ("A25", "possible"), ("A26", "possible")]


def test_a_signature_of_this_run_is_for_the_host_that_it_sent(tmp_path):
    world = iam()
    world.target, world.options = ENDPOINT_URL, ["--header", f"Host: {DEFAULT_NAME}"]
    mismatch(world, canonical(), None, **{"signed-host": DEFAULT_NAME})

    assert listed(world, tmp_path) == [("A25", "possible"), ("A26", "possible"), ("A15", "possible")]


def test_an_own_client_that_calls_the_endpoints_name_likely_signed_another_host_than_it_sent(tmp_path):
    by_endpoint, by_default = iam(), iam()
    through_endpoint(by_endpoint, "host;x-amz-date", received=canonical(DEFAULT_NAME), host=DEFAULT_NAME)
    brings(by_default, OWN)
    refused(by_default, "InvalidSignatureException", json.dumps({"message": text_of(canonical())}))

    assert listed(by_endpoint, tmp_path) == [("A15", "likely"), ("A25", "possible")]
    assert listed(by_default, tmp_path) == [("A25", "likely"), ("A15", "possible")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "belongs to other keys"),
        ({"principal": "arn:aws-cn:sts::111111111111:assumed-role/app/x"}, "partition aws-cn"),
        ({"outcome": "invalid", "principal": None}, "never valid"),
    ],
)
def test_an_invalid_token_is_told_apart_by_what_sts_says(change, words, tmp_path):
    world = iam()
    refused(probed(world), "UnrecognizedClientException", INVALID)
    of(world, "identity")[0].update(change)
    world.principal = f"arn:aws:sts::{world.caller_account}:assumed-role/app/i-0c000000000000000"
    said = judge(world, tmp_path)

    assert words in json.dumps([result["summary"] for result in said.of("fail")]), said.story()


@pytest.mark.parametrize("end", ["GET", "/prod/pets", "pets\n"])
def test_a_text_that_breaks_off_before_a_difference_accuses_nobody(end, tmp_path):
    world = iam()
    received = canonical(OTHER)
    mismatch(world, canonical(), received[: received.index(end) + len(end)])
    cut = text_of(received)
    cut = cut[: cut.index(received) + received.index(end) + len(end)]
    refused(world, "InvalidSignatureException", json.dumps({"message": cut}))
    said = judge(world, tmp_path)
    (cause,) = said.report["root_causes"]

    assert {one["fault"] for one in cause["candidates"]} == {"A15", "A25", "A26"}, said.story()
    assert "secret key does not belong" not in cause["title"]


def test_an_expired_token_is_not_called_invalid(tmp_path):
    world = iam()
    refused(probed(world), "ExpiredTokenException", EXPIRED)
    said = judge(world, tmp_path)
    words = json.dumps([result["summary"] for result in said.of("fail") if result["fault"] == "A17"])

    assert said.faults == ["A17"]
    assert "expired" in words
    assert "2026-11-22T10:42:06Z" in words
    assert "never valid" not in words


def test_a_clock_is_told_with_its_uncertainty(tmp_path):
    world = iam()
    clock_is_off_by_six_minutes_and_the_signature_is_refused(world)
    said = judge(world, tmp_path)
    (clock,) = [result for result in said.of("fail") if result["check"] == "invoke/clock-is-right"]

    assert "measured to 0.5 s" in clock["summary"]
    assert "366 s" in clock["summary"] or "367 s" in clock["summary"]


def test_a_path_that_is_not_deployed_is_not_blamed_on_a_bearer_token(tmp_path):
    world = same_vpc("AWS_IAM")
    world.target = URL.replace("/pets", "/cats")
    brings(world, "Bearer s3cr3t-bearer-t0ken")
    text = "Authorization header requires 'Credential' parameter."
    refused(world, "IncompleteSignatureException", json.dumps({"message": text}))

    assert judge(world, tmp_path).faults == ["H02"]


def failure(world: World, check: str, folder: Any) -> dict[str, Any]:
    """The one failure of a check, and what its root cause says besides."""
    said = judge(world, folder)
    (found,) = [result for result in said.of("fail") if result["check"] == check]
    (cause,) = [cause for cause in said.report["root_causes"] if cause["check"] == check]
    return cause | {"summary": found["summary"]}


@pytest.mark.parametrize(("region", "confidence"), [(REGION, "likely"), ("eu-west-1", "certain")])
def test_a_scope_that_is_the_right_one_is_not_the_callers_fault(region, confidence, tmp_path):
    world = iam()
    text = "Credential should be scoped to a valid region."
    refused(probed(world), "InvalidSignatureException", json.dumps({"message": text}))
    of(world, "http")[0]["sent"]["credential-scope"] = SCOPE.replace(REGION, region)
    found = failure(world, "invoke/signature-is-accepted", tmp_path)

    assert (found["fault"], found["confidence"]) == ("A14", confidence)
    assert ("something on the way" in found["summary"]) is (region == REGION)
    assert found["fix"].startswith("Sign for") is (region != REGION)


def test_a_signature_of_this_run_is_no_old_one_when_the_clock_is_right(tmp_path):
    world = iam()
    clock_is_right_and_an_old_signature_is_refused(world)
    found = failure(world, "invoke/signature-is-accepted", tmp_path)
    assert "this run signed the call when it sent it" in found["summary"]
    assert found["fix"].startswith("Find what delays")

    for each in world.observations:
        if "clock_offset_ms" in each:
            each["clock_offset_ms"] = None
    of(world, "http")[0]["headers"].pop("date")
    found = failure(world, "invoke/signature-is-accepted", tmp_path)
    assert "this run signed" not in found["summary"]
    assert found["fix"].startswith("Sign each request")


@pytest.mark.parametrize("given", [(), ("--header", "Authorization: s3cr3t-t0ken")])
def test_a_call_without_a_token_is_told_from_one_whose_token_is_refused(given, tmp_path):
    world = same_vpc()
    set_methods(world, {"/pets": {"GET": "COGNITO_USER_POOLS"}})
    world.options = list(given)
    refused(probed(world), "UnauthorizedException", json.dumps({"message": "Unauthorized"}), status=401)
    found = failure(world, "policy/authorizer-admits-the-call", tmp_path)

    assert found["fault"] == "A21"
    assert ("has no token" in found["summary"]) is (not given)
    assert found["playbook"] == "unauthorized-401"


@pytest.mark.parametrize(("outcome", "fault"), [("name_mismatch", "T02"), ("untrusted", "T03")])
def test_a_certificate_that_several_addresses_show_is_one_cause(outcome, fault, tmp_path):
    world = iam()
    probed(world)
    without(world, "http")
    for each in of(world, "tls"):
        each.update(outcome=outcome, issuer="CN=Corp CA")
    said = judge(world, tmp_path)
    (cause,) = said.report["root_causes"]
    addresses = [each["address"] for each in of(world, "tls")]

    assert (cause["fault"], cause["playbook"]) == (fault, "certificate-not-trusted")
    assert all(address in cause["subject"] for address in addresses)
    assert len(addresses) > 1

    of(world, "tls")[1].update(issuer="CN=Another CA")
    assert judge(world, tmp_path).faults == [fault, fault]


def test_a_url_without_stage_is_told_with_a_stage_that_the_api_has(tmp_path):
    world = same_vpc()
    world.target = URL.replace("/prod/pets", "/pets")
    (found,) = [cause for cause in judge(world, tmp_path).report["root_causes"] if cause["fault"] == "H03"]

    assert "/prod/pets" in found["fix"]
