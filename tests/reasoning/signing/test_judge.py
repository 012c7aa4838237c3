"""What can be told of a signature that a request brings, without the secret key."""

from datetime import UTC, datetime, timedelta

import pytest

from apidoctor.model.signature import read_authorization, read_presigned, read_sent, shown
from apidoctor.reasoning.signing.judge import Around, problems

NOW = datetime(2026, 11, 22, 10, 42, 6, tzinfo=UTC)
SCOPE = "20261122/us-east-1/execute-api/aws4_request"
SENT = {"host": "a.example", "x-amz-date": "20261122T104206Z"}


def header(scope=SCOPE, key="AKIAIOSFODNN7EXAMPLE", names="host;x-amz-date", end=", Signature=" + "ab" * 32):
    return f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}{end}"


def faults(value, now=NOW, **sent):
    headers = {**SENT, **{name.replace("_", "-"): text for name, text in sent.items()}}
    found = problems(
        read_authorization(value), Around("us-east-1", {k: v for k, v in headers.items() if v}, now=now)
    )
    return [problem.fault for problem in found]


def test_a_good_signature_has_no_problem():
    assert faults(header()) == []


@pytest.mark.parametrize(
    ("value", "sent", "expected"),
    [
        (header(SCOPE.replace("us-east-1", "eu-west-1")), {}, ["A14"]),
        (header(SCOPE.replace("execute-api", "apigateway")), {}, ["A14"]),
        (header(SCOPE.replace("aws4_request", "aws4")), {}, ["A14"]),
        (header(SCOPE.replace("20261122", "20261121")), {}, ["A14"]),
        (header("20261122/us-east-1/aws4_request"), {}, ["A19"]),
        (header(key="ASIAIOSFODNN7EXAMPLE"), {}, ["A17"]),
        (
            header(key="ASIAIOSFODNN7EXAMPLE", names="host;x-amz-date;x-amz-security-token"),
            {"x_amz_security_token": "t"},
            [],
        ),
        (header(), {"x_amz_security_token": "t"}, ["A17", "A25"]),
        (header(names="x-amz-date"), {}, ["A15"]),
        (header(names="x-amz-date;host"), {}, ["A25"]),
        (header(names="Host;X-Amz-Date"), {}, ["A25"]),
        (header(names="host;x-amz-date;x-mine"), {}, ["A26"]),
        (header(names="content-type;host;x-amz-date"), {}, []),
        (header(end=""), {}, ["A19"]),
        (header(names="host"), {"x_amz_date": ""}, ["A19"]),
        (header(), {"x_amz_date": "2026-11-22T10:42:06Z"}, ["A19"]),
        (header(SCOPE.replace("20261122", "20261399")), {"x_amz_date": "20261399T999999Z"}, ["A19"]),
        ("Bearer abc.def.ghi", {}, ["A19"]),
        ("Basic dXNlcjpwYXNz", {}, ["A19"]),
        ("an-api-key", {}, ["A19"]),
        ("AWS AKIAIOSFODNN7EXAMPLE:c2ln", {}, ["A19"]),
        ("Digest username=x", {}, ["A19"]),
        ("", {}, ["A19"]),
        ("AWS4-HMAC-SHA256", {}, ["A19"]),
        ("AWS4-HMAC-SHA256 Credential=,,,=;;", {}, ["A19"]),
        ("AWS4-HMAC-SHA256 " + "Credential" * 10_000, {}, ["A19"]),
    ],
)
def test_what_is_wrong_is_named(value, sent, expected):
    assert faults(value, **sent) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-4.9, []), (4.9, []), (5.1, ["A16"]), (-5.1, ["A16"]), (60 * 24 * 400, ["A16"])],
)
def test_the_age_is_judged_with_five_minutes_of_tolerance(minutes, expected):
    assert faults(header(), now=NOW + timedelta(minutes=minutes)) == expected


def test_without_a_clock_the_age_is_not_judged():
    assert faults(header(), now=None) == []


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ("us-east-1", []),
        ("*", []),
        ("us-*", []),
        ("eu-west-1,us-east-1", []),
        ("eu-*", ["A14"]),
        ("", ["A14"]),
    ],
)
def test_sigv4a_names_its_regions_in_a_header(regions, expected):
    value = (
        "AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/execute-api/aws4_request, "
        f"SignedHeaders=host;x-amz-date{';x-amz-region-set' if regions else ''}, Signature=3045"
    )

    assert read_authorization(value).scheme == "sigv4a"
    assert faults(value, x_amz_region_set=regions) == expected


@pytest.mark.parametrize(
    ("expires", "minutes", "expected"),
    [
        ("900", 10, []),
        ("900", 16, ["A16"]),
        ("0", 0, ["A16"]),
        ("604801", 0, ["A16"]),
        (None, 0, ["A16"]),
        ("9" * 99, 0, ["A16"]),
    ],
)
def test_a_presigned_url_lives_as_long_as_it_says(expires, minutes, expected):
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F{SCOPE.replace('/', '%2F')}"
        f"&X-Amz-Date=20261122T104206Z&X-Amz-SignedHeaders=host&X-Amz-Signature={'ab' * 32}"
        + (f"&X-Amz-Expires={expires}" if expires is not None else "")
    )
    given = {name.lower(): value for name, _, value in (part.partition("=") for part in query.split("&"))}
    around = Around("us-east-1", {"host": "a.example"}, given, NOW + timedelta(minutes=minutes))

    assert [problem.fault for problem in problems(read_presigned(query), around)] == expected


def test_an_observation_tells_of_a_signature_without_its_secrets():
    told = shown(read_authorization(header()))

    assert told["credential-scope"] == SCOPE
    assert "IOSFODNN7" not in str(told)
    assert "abab" not in str(told)
    assert read_sent(told) == read_authorization(header())


def test_what_an_observation_does_not_tell_is_not_held_against_it():
    around = Around("us-east-1", {"host": "a.example"}, now=NOW, is_whole=False)

    assert problems(read_authorization(header(key="ASIAIOSFODNN7EXAMPLE", names="host;x-mine")), around) == []
