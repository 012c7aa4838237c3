"""Four that share no code agree: the signer, AWS's own C library, the canonicaliser, and the lab's verifier."""

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import quote

import awscrt.auth
import awscrt.http
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apidoctor.facts.probes.call import prepare
from apidoctor.facts.probes.sign import SigningCredentials, sign, worth_signing
from apidoctor.lab.front_door import sigv4 as lab
from apidoctor.model.request import Request
from apidoctor.reasoning.signing.canonical import canonical_lines, canonical_request, string_to_sign

REGION, NAME = "us-east-1", "abc1234567.execute-api.us-east-1.amazonaws.com"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

SEGMENT = st.one_of(
    st.sampled_from(
        [
            "",
            ".",
            "..",
            "a b",
            "%2F",
            "%2f",
            "%20",
            "%25",
            "é",
            "語",
            "a+b",
            "~x",
            "a:b@c",
            "(1)",
            "%7e",
            "%zz",
            "a;b=c",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/?#"), max_size=6),
)
PATHS = st.lists(SEGMENT, max_size=5).map(lambda parts: "/" + "/".join(parts))
NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="#&="), min_size=1, max_size=5
)
VALUES = st.one_of(
    st.none(), st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="#&"), max_size=6)
)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(
    lambda pairs: "&".join(name if value is None else f"{name}={value}" for name, value in pairs)
)
HEADERS = st.dictionaries(
    st.sampled_from(["x-apigw-api-id", "Content-Type", "x-amz-meta-one", "X-Mine", "Accept"]),
    st.text("abc XYZ09;=/,.", max_size=12),
)
TOKENS = st.one_of(st.none(), st.text("abcABC012+/=", min_size=4, max_size=40))


def signed_by_aws(keys, method, target, headers, body, stamp):
    """Return the signature that AWS's C library gives."""
    config = awscrt.auth.AwsSigningConfig(
        algorithm=awscrt.auth.AwsSigningAlgorithm.V4,
        signature_type=awscrt.auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(
            keys.access_key, keys.secret_key, keys.token
        ),
        region=REGION,
        service="execute-api",
        date=datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        use_double_uri_encode=True,
        should_normalize_uri_path=True,
    )
    request = awscrt.http.HttpRequest(
        method, target, awscrt.http.HttpHeaders(list(headers.items())), io.BytesIO(body)
    )
    awscrt.auth.aws_sign_request(request, config).result(timeout=10)
    return request.headers.get("Authorization").rpartition("Signature=")[2]


def given_signature(authorization):
    """Return the signature in an Authorization header."""
    return authorization.rpartition("Signature=")[2]


def all_agree(method, target, sent, keys, signed, body=b""):
    """Compare what the four make of one request; *sent* are all its headers but the signature's."""
    stamp = signed.headers["X-Amz-Date"]
    to_sign = {"host": sent["host"], **worth_signing(sent)}
    ours = given_signature(signed.headers["Authorization"])
    # The C library takes what stands before ":/" for the scheme of an absolute URI: then the other three are left.
    theirs = ours if ":/" in target else signed_by_aws(keys, method, target, to_sign, body, stamp)

    with_date = {**to_sign, "x-amz-date": stamp}
    if keys.token:
        with_date["x-amz-security-token"] = keys.token
    text = canonical_request(canonical_lines(method, target, with_date, lab.hashlib.sha256(body).hexdigest()))
    scope = signed.string_to_sign.split("\n")[2]
    arrived = {**sent, **{name.lower(): value for name, value in signed.headers.items()}}
    known = SimpleNamespace(arn="arn", secret=keys.secret_key, token=keys.token or "")
    now = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    assert text == signed.canonical_request
    assert string_to_sign(text, stamp, scope) == signed.string_to_sign
    assert ours == theirs
    assert (
        lab.verify(lab.Signed(method, target, arrived, body), lambda key: known, now, timedelta(minutes=5))
        == "arn"
    )


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["GET", "HEAD", "OPTIONS"]), PATHS, QUERIES, HEADERS, TOKENS)
@example("GET", "/prod/a b", "b=2&a=1&a=0&q=a+b&q", {}, None)
@example("GET", "/prod/%2F/é", "q=%7e&q=%2f&'()*", {"x-apigw-api-id": " a  b "}, "tok+en/=")
@example("GET", "/prod//a/./b/../c/.", "", {}, None)
@example("GET", "/..", "", {}, None)
@example("GET", "/:/", "", {}, None)
def test_what_is_sent_is_signed_as_everybody_signs_it(method, path, query, headers, token):
    keys = SigningCredentials("AKIAIOSFODNN7EXAMPLE", SECRET, token)
    request = Request(
        target="x",
        name=NAME,
        region=REGION,
        api_id="abc1234567",
        method=method,
        headers=tuple(headers.items()),
    )
    call = prepare(request, f"https://{NAME}{path}{'?' if query else ''}{query}", "signed", keys)
    sent = {k: v for k, v in call.headers if k not in ("authorization", "x-amz-date", "x-amz-security-token")}

    assert call.signature is not None
    all_agree(method, call.target, sent, keys, call.signature)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]), st.binary(max_size=200), TOKENS)
@example("POST", b"", None)
def test_a_body_is_signed_as_everybody_signs_it(method, body, token):
    keys = SigningCredentials("AKIAIOSFODNN7EXAMPLE", SECRET, token)
    sent = {"host": NAME, "content-type": "application/json"}
    signed = sign(keys, method, f"https://{NAME}/prod/pets", sent, body, region=REGION, host=NAME)

    all_agree(method, "/prod/pets", sent, keys, signed, body)


@pytest.mark.parametrize("part", ["method", "target", "host", "body"])
def test_the_independent_signer_tells_a_changed_request(part):
    keys = SigningCredentials("AKIAIOSFODNN7EXAMPLE", SECRET)
    sent = {"host": NAME}
    signed = sign(keys, "GET", f"https://{NAME}/prod/pets?{quote('a')}=1", sent, region=REGION, host=NAME)
    asked = {"method": "GET", "target": "/prod/pets?a=1", "headers": sent, "body": b""}
    changed = {"method": "HEAD", "target": "/pets?a=1", "headers": {"host": "other.example"}, "body": b"x"}
    name = "headers" if part == "host" else part
    stamp = signed.headers["X-Amz-Date"]
    ours = given_signature(signed.headers["Authorization"])

    assert signed_by_aws(keys, **asked, stamp=stamp) == ours
    assert signed_by_aws(keys, **{**asked, name: changed[name]}, stamp=stamp) != ours
