"""A server that sends back what it was sent: no secret is read in an observation, however it is written."""

import msgspec
import pytest
from facts.attacks import ok, resets, says
from facts.echoes import SPELLINGS, leaks
from facts.servers import serving

from apidoctor.facts.probes.looker import ProbeLooker, Timeouts
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.model.missing import Probe
from apidoctor.model.request import Request
from apidoctor.travelling import http

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
API_KEY = "kQ7+Wm/2pZx9Rt4Vb6Nc8LdF1"
BEARER = "opaque_7Gh2/Kp9+Lm4Qw6Er8Ty1Ui3"
COOKIE = "c00kie-Zx8Cv7Bn6Mq5"
CUSTOM = "Fv3Gb5Hn7Jm9Kl2Pq4Ws6"
IN_QUERY = "Qs1Wd3Ef5Rg7Th9Yj2Uk4"
PASSWORD = "pAss/W0rd+Xc4Vb8"
SECRETS = (API_KEY, BEARER, COOKIE, CUSTOM, IN_QUERY)
HEADERS = (
    ("x-api-key", API_KEY),
    ("Authorization", f"Bearer {BEARER}"),
    ("Cookie", f"theme=dark; sid={COOKIE}"),
    ("X-Corp-Ticket", CUSTOM),
)
URL = f"https://{NAME}/prod/pets?page=2&api_key={IN_QUERY}"
KEYS = SigningCredentials(
    "ASIAZ7Q3W5E8R2T6Y4U1", "s3Cr/Kj8Hg5+Fd2Sa9Po6Iu3Yt7Re1Wq4Zx0Cv8Bn", "tokenAb/Cd+Ef" * 12 + "=="
)


PATIENCE = 10
"""Seconds for an answer: a busy machine is no defect."""


@pytest.fixture(scope="module")
def context(authority):
    return authority.context(NAME)


@pytest.fixture(params=["check", "probe", "check, signed"])
def ask(request, authority, context):
    """Call a server by one of the clients with all kinds of secrets; return what is kept, as JSON."""

    def ask(talk):
        with serving(talk, context) as server:
            there = ("127.0.0.1", server.port)
            if request.param == "probe":
                seen = http.get(
                    URL, WORLD, PATIENCE, where=there, ca_file=str(authority.file), headers=HEADERS
                )
            else:
                signed = request.param.endswith("signed")
                call = Request(
                    target="x",
                    name=NAME,
                    region="us-east-1",
                    headers=HEADERS[:1] + HEADERS[2:] if signed else HEADERS,
                )
                looker = ProbeLooker(
                    call,
                    connect_to=[f"{WORLD}:443=127.0.0.1:{server.port}"],
                    ca_file=str(authority.file),
                    timeouts=Timeouts(http=PATIENCE),
                    credentials=lambda: KEYS,
                )
                probe = Probe("http", name=URL, address=WORLD, detail="signed" if signed else "unsigned")
                (seen,) = looker.look(probe).observations
        assert server.received
        return msgspec.json.encode(seen).decode() + repr(seen)

    return ask


def sent(talk):
    """Read the request; return the secrets that were in it."""
    head = talk.head()
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    lower = {name.lower(): value for name, value in fields.items()}
    found = [
        lower["x-api-key"],
        lower["x-corp-ticket"],
        lower["cookie"],
        head.split("api_key=")[1].split(" ")[0],
    ]
    authorization = lower["authorization"]
    found.append(authorization.split("Signature=")[-1].removeprefix("Bearer "))
    if (
        "x-amz-security-token" in lower
    ):  # signed with them, so that they are known; the secret key is never sent
        found += [lower["x-amz-security-token"], KEYS.secret_key, KEYS.access_key]
    return found, head


ALL = (*SECRETS, KEYS.access_key, KEYS.secret_key, KEYS.token)


def shown_secrets(shown, seen=()):
    return leaks(shown, *ALL, *(secret for secret in seen if len(secret) > 8))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_in_the_body_is_not_kept(spelling, ask):
    kept = []

    def echo(talk):
        secrets, _ = sent(talk)
        kept.extend(secrets)
        parts = [SPELLINGS[spelling](secret) for secret in secrets]
        talk.send(ok("Content-Type: text/plain", status="403 Forbidden", body=" -- ".join(parts).encode()))

    shown = ask(echo)

    assert "***" in shown
    assert shown_secrets(shown, kept) == []


@pytest.mark.parametrize(
    "spelling", [name for name in SPELLINGS if not any(word in name for word in ("fold", "lines", "UTF"))]
)
def test_a_secret_in_headers_is_not_kept(spelling, ask):
    def echo(talk):
        secrets, _ = sent(talk)
        parts = [SPELLINGS[spelling](secret).replace("\n", " ") for secret in secrets]
        names = [f"x-{number}-{API_KEY[number : number + 17].replace('/', '.')}: 1" for number in (0, 1)]
        where = "Location: https://elsewhere.example/?" + "&".join(parts)
        talk.send(ok(*names, where, *(f"x-echo: {part}" for part in parts), status="302 Found"))

    shown = ask(echo)

    assert "***" in shown
    assert shown_secrets(shown) == []


@pytest.mark.parametrize("before", [2048 - 20, 2048 - 5, 65536 - 20, 65536 - 13])
def test_a_secret_at_a_cut_is_not_kept_in_part(before, ask):
    def echo(talk):
        secrets, _ = sent(talk)
        talk.send(ok(body="".join(["x" * before, *secrets]).encode()))

    assert shown_secrets(ask(echo)) == []


def test_secrets_that_shrink_do_not_bring_a_cut_one_into_view(ask):
    def echo(talk):
        talk.head()
        talk.send(ok(body=f"{API_KEY} {CUSTOM} ".encode() * 3000))

    assert shown_secrets(ask(echo)) == []


def test_chunks_do_not_split_a_secret(ask):
    def echo(talk):
        secrets, _ = sent(talk)
        text = " ".join(secrets).encode()
        chunks = [b"3\r\n%s\r\n" % text[at : at + 3] for at in range(0, len(text) - 3, 3)]
        talk.send(ok("Transfer-Encoding: chunked", body=b"".join(chunks) + b"0\r\n\r\n"))

    shown = ask(echo)

    assert "***" in shown
    assert shown_secrets(shown) == []


def test_half_a_secret_of_an_answer_that_breaks_off_is_not_kept(ask):
    def echo(talk):
        talk.head()
        talk.send(ok("Content-Length: 100", body=API_KEY[:14].encode()))

    shown = ask(echo)

    assert API_KEY[:14] not in shown


def test_the_whole_request_sent_back_shows_nothing(ask):
    def echo(talk):
        _, head = sent(talk)
        talk.send(ok(f"x-echo: {' '.join(head.split())}", body=head.encode(), status="400 " + "Bad"))

    assert shown_secrets(ask(echo)) == []


def test_a_status_line_and_what_is_no_http_show_nothing(ask):
    assert shown_secrets(ask(says(f"HTTP/1.1 4O3 {API_KEY}\r\n\r\n".encode()))) == []
    assert shown_secrets(ask(resets(f"{CUSTOM}\r\n{API_KEY}".encode()))) == []


def test_what_is_no_secret_stays_readable_beside_it(ask):
    text = (
        '{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        'arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets"}'
    )
    shown = ask(
        says(ok("x-amzn-ErrorType: AccessDeniedException", body=text.encode(), status="403 Forbidden"))
    )

    assert msgspec.json.encode(text).decode()[1:-1] in shown
    assert "AccessDeniedException" in shown
