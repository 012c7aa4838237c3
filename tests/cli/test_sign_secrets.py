"""No secret of a signature in any output, even when the server sends all of it back in every spelling."""

import html
import json
from urllib.parse import quote

import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from cli.command import apidoctor, clean
from facts.servers import Authority, dns_server, serving

from apidoctor.cli.app import run

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets"
ACCESS_KEY, SECRET_KEY = "ASIACANARYKEYEXAMPLE", "canary/secret+access+key/0123456789abcd="
TOKEN = "IQoJb3JpZ2luX2VjCANARY+token/0123456789abcdef=="
API_KEY, COOKIE, BEARER = (
    "canary-api-key-0123456789",
    "session=canary-cookie-0123",
    "canary.bearer.token-0123",
)
OWN_HEADER, PARAMETER = "canary-of-a-header-0123456789", "canary-of-a-query-0123456789"
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_SESSION_TOKEN": TOKEN}
SIGNATURE = "c0ffee" * 10 + "abcd"
PRESIGNED = (
    f"{URL}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ACCESS_KEY}%2F20261122%2Fus-east-1%2Fexecute-api"
    f"%2Faws4_request&X-Amz-Date=20261122T104206Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    f"&X-Amz-Security-Token={quote(TOKEN, safe='')}&X-Amz-Signature={SIGNATURE}"
)
FORMATS = ("text", "json", "ndjson", "junit", "github", "markdown")


class Echo:
    """Refuses every call and sends back what it got: in headers, and in the body in many spellings."""

    def __init__(self, known: list[str]) -> None:
        self.known = [
            form for one in known for form in (one, one.lower(), quote(one, safe=""), html.escape(one))
        ]
        self.signatures: list[str] = []

    def __call__(self, talk) -> None:
        head = talk.head()
        sent = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])
        }
        authorization = sent.get("authorization", "")
        self.signatures.append(authorization.rpartition("Signature=")[2])
        echoes = [f"X-Echo-{name}: {value}" for name, value in sent.items()]
        echoes += [f"Location: https://other.example/?t={quote(sent.get('x-amz-security-token', ''))}"]
        canonical = "\n".join(
            ["GET", "/prod/pets", "", *(f"{n}:{v}" for n, v in sent.items()), "", "host", "0" * 64]
        )
        text = (
            "The request signature we calculated does not match the signature you provided. "
            f"The Canonical String for this request should have been\n'{canonical}'\n"
            f"The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n{authorization}'\n"
            f"{quote(authorization)} {html.escape(authorization)} {authorization.lower()} {' '.join(self.known)}"
        )
        body = json.dumps({"message": text, "again": head}).encode()
        lines = [
            "HTTP/1.1 403 Forbidden",
            "x-amzn-RequestId: r-1",
            "x-amzn-ErrorType: InvalidSignatureException",
        ]
        lines += [*echoes, f"Content-Length: {len(body)}"]
        talk.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)


def leads_there(question, _):
    """A DNS server for which every name is the world's address."""
    reply = dns.message.make_response(question)
    asked = question.question[0]
    if asked.rdtype == dns.rdatatype.A:
        reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "A", WORLD))
    return reply


def planted(signatures=()) -> list[str]:
    """Every spelling that must not be found."""
    secrets = [
        ACCESS_KEY,
        SECRET_KEY,
        TOKEN,
        API_KEY,
        COOKIE.partition("=")[2],
        BEARER,
        SIGNATURE,
        OWN_HEADER,
        PARAMETER,
        *signatures,
    ]
    return [form for one in secrets if one for form in {one, one.lower(), quote(one), quote(one, safe="")}]


def assert_clean(text: str, signatures=()) -> None:
    """None of the secrets is in *text*."""
    assert [
        (form, text[max(text.find(form) - 60, 0) :][:120]) for form in planted(signatures) if form in text
    ] == []


@pytest.mark.parametrize(
    ("known", "headers", "target"),
    [
        (
            [ACCESS_KEY, SECRET_KEY, TOKEN, API_KEY, COOKIE],
            ["x-api-key: " + API_KEY, "Cookie: " + COOKIE],
            URL,
        ),
        ([BEARER], [f"Authorization: Bearer {BEARER}"], URL),
        (
            [ACCESS_KEY, TOKEN, SIGNATURE],
            [
                f"Authorization: AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20261122/us-east-1/execute-api/aws4_request, "
                f"SignedHeaders=host;x-amz-date, Signature={SIGNATURE}",
                "X-Amz-Date: 20261122T104206Z",
                f"X-Amz-Security-Token: {TOKEN}",
            ],
            URL,
        ),
        ([ACCESS_KEY, TOKEN, SIGNATURE], [], PRESIGNED),
    ],
    ids=["signed", "bearer", "own signature", "presigned"],
)
def test_a_live_check_keeps_every_secret_though_the_server_echoes_it(known, headers, target, tmp_path, home):
    authority = Authority(tmp_path)
    echo, snapshot = Echo(known), tmp_path / "seen.json"
    words = [word for header in headers for word in ("-H", header)]
    outputs = [word for name in FORMATS for word in ("-o", f"{name}={tmp_path / name}")]
    with serving(echo, authority.context(NAME)) as server, dns_server(leads_there) as resolver:
        done = apidoctor(
            "check", target, "--no-aws", "--as", "arn:aws:iam::111111111111:role/app", "--verbose",
            "--connect-to", f"{WORLD}:443=127.0.0.1:{server.port}", "--ca-file", str(authority.file),
            "--resolver", resolver, "--save-snapshot", str(snapshot), "--timeout", "20", *words, *outputs,
            env=clean(home) | KEYS,
        )  # fmt: skip
    saved = json.loads(snapshot.read_text())
    kinds = [seen for seen in saved["observations"] if seen["kind"] == "http"]

    assert done.returncode in (1, 3), done.stderr
    assert any(seen.get("status") == 403 for seen in kinds), (done.stdout, done.stderr)
    assert any(echo.signatures) or BEARER in known or "Amz-Signature" in target
    for text in (
        done.stdout,
        done.stderr,
        snapshot.read_text(),
        *((tmp_path / name).read_text() for name in FORMATS),
    ):
        assert_clean(text, echo.signatures)
    again = apidoctor("check", "--snapshot", str(snapshot), "--json", env=clean(home))
    assert_clean(again.stdout + again.stderr, echo.signatures)


@pytest.mark.parametrize("form", [["--explain"], ["--json"], ["--explain", "--json"], []])
def test_sign_shows_no_secret_of_environment_headers_or_url(form, monkeypatch, capfd):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    signed = (
        f"Authorization: AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20261122/us-east-1/execute-api/aws4_request, "
        f"SignedHeaders=host;x-amz-date;x-amz-security-token, Signature={SIGNATURE}"
    )
    for words in (
        [
            URL,
            "-H",
            f"x-api-key: {API_KEY}",
            "-H",
            f"Cookie: {COOKIE}",
            "-H",
            f"X-Amz-Security-Token: {TOKEN}",
        ],
        [URL, "-H", f"Authorization: Bearer {BEARER}"],
        [URL, "-H", signed, "-H", f"X-Amz-Security-Token: {TOKEN}", "-H", "X-Amz-Date: 20261122T104206Z"],
        [PRESIGNED],
        [PRESIGNED, "-H", f"X-Amz-Meta-Password: {OWN_HEADER}"],
        [
            URL,
            "-H",
            signed.replace("host;", "host;x-amz-meta-ticket;"),
            "-H",
            f"X-Amz-Meta-Ticket: {OWN_HEADER}",
        ],
        [f"{URL}?api_key={PARAMETER}&X-Amz-Security-Token={quote(TOKEN, safe='')}&a=1"],
        [
            f"{URL}?a=1&sig={PARAMETER}&code={PARAMETER}&key={PARAMETER}&sessionId={PARAMETER}&x-auth={PARAMETER}"
        ],
        [f"{URL}?a=1&password={PARAMETER}", "-H", f"X-Auth-Token: {OWN_HEADER}"],
        [URL, "-H", f"X-Amz-Meta-Password: {OWN_HEADER}", "-H", f"X-Functions-Key: {OWN_HEADER}"],
        [f"https://10.1.4.21/prod/pets?api_key={PARAMETER}"],
        [PRESIGNED.replace("https", "http")],
        [URL, "-H", f"Authorization Bearer {BEARER}"],
        [URL, "-H", f"Authorization: {BEARER}\x01"],
    ):
        code = run(["sign", *words, *form])
        shown = "".join(capfd.readouterr())

        assert shown
        assert code != 70, shown
        assert_clean(shown)
