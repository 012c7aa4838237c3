"""The published Signature Version 4 test suite, against the signer, the canonicaliser and the lab's verifier."""

import hashlib
from datetime import UTC, datetime

import botocore.auth
import pytest
from reasoning.signing.suite import (
    ACCESS_KEY,
    FOLDER,
    REGION,
    SCOPE,
    SECRET_KEY,
    SERVICE,
    STAMP,
    cases,
)

from apidoctor.facts.probes import sign as signer
from apidoctor.facts.probes.sign import SigningCredentials, sign, strict_query
from apidoctor.lab.front_door import sigv4 as lab
from apidoctor.reasoning.signing.canonical import canonical_lines, canonical_request, string_to_sign

CASES = [pytest.param(case, id=case.name) for case in cases()]


def test_the_whole_suite_is_there_with_its_licence():
    assert len(CASES) == 34
    assert (FOLDER / "LICENSE").read_text().lstrip().startswith("Apache License")
    assert "Amazon" in (FOLDER / "NOTICE").read_text()


@pytest.mark.parametrize("case", CASES)
def test_the_canonicaliser_gives_the_published_texts(case):
    lines = canonical_lines(case.method, case.target, case.headers, hashlib.sha256(case.body).hexdigest())

    assert canonical_request(lines) == case.canonical
    assert string_to_sign(case.canonical, STAMP, SCOPE) == case.to_sign


@pytest.mark.parametrize("case", CASES)
def test_the_labs_verifier_computes_the_published_texts_and_signature(case):
    request = lab.Signed(case.method, case.target, case.headers, case.body)
    canonical = lab.canonical_request(request, sorted(case.headers))
    to_sign = lab.string_to_sign(canonical, STAMP, SCOPE)

    assert (canonical, to_sign) == (case.canonical, case.to_sign)
    assert case.authorization.endswith(f"Signature={lab.signature(SECRET_KEY, SCOPE.split('/'), to_sign)}")


@pytest.mark.parametrize("case", CASES)
def test_the_signer_gives_the_published_texts_and_header(case, monkeypatch):
    """The suite signs every header and another service; which headers this tool signs is tried elsewhere."""
    when = datetime.strptime(STAMP, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: when.replace(tzinfo=None))
    monkeypatch.setattr(
        signer, "worth_signing", lambda headers: {k: v for k, v in headers.items() if k != "host"}
    )
    path, _, query = case.target.partition("?")
    url = f"https://{case.headers['host']}{path}{'?' if query else ''}{strict_query(query)}"
    keys = SigningCredentials(ACCESS_KEY, SECRET_KEY, case.headers.get("x-amz-security-token"))
    signed = sign(
        keys,
        case.method,
        url,
        case.headers,
        case.body,
        region=REGION,
        service=SERVICE,
        host=case.headers["host"],
    )

    assert signed.canonical_request == case.canonical
    assert signed.string_to_sign == case.to_sign
    assert signed.headers["Authorization"] == case.authorization
