"""``sign --data``: the body's hash is signed, its text is never shown, and curl sends and signs the same bytes."""

import hashlib
import json
import re
import shutil
import subprocess

import pytest
from cli.command import apidoctor, clean
from facts.servers import Authority, serving

from apidoctor.lab.front_door import sigv4

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
URL = f"https://{NAME}/prod/orders"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "the-secret-access-key-1"}
BODY = '{"name": "@ö", "password": "p4ssw0rd-0123"}\n'
HASH = hashlib.sha256(BODY.encode()).hexdigest()
TYPE = ("-H", "Content-Type: application/json")
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/execute-api/aws4_request, "
BROUGHT = ("-H", f"Authorization: {SIGNED}SignedHeaders=host;x-amz-date, Signature={'ab' * 32}")
DATE = ("-H", "X-Amz-Date: 20261122T104206Z")


@pytest.fixture
def told(home):
    """Run ``sign --json``; return the exit code and the document, in which nothing of the body is shown."""

    def told(*words, **options):
        done = apidoctor("sign", URL, *words, "--json", env={**clean(home), **KEYS}, **options)
        assert done.stdout, done.stderr
        assert "p4ssw0rd" not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return told


def test_the_body_is_hashed_wherever_it_comes_from(told, tmp_path):
    file = tmp_path / "order.json"
    file.write_text(BODY)
    for words in (["--data", BODY], ["-d", f"@{file}"]):
        code, found = told(*words, *TYPE)
        assert (code, found["method"], found["lines"][-1]["text"]) == (0, "POST", HASH)
        assert not any("empty body" in warning for warning in found["warnings"])

    assert told("--data", "")[1]["lines"][-1]["text"] == hashlib.sha256(b"").hexdigest()
    assert told("--method", "PUT", "--data", BODY)[1]["method"] == "PUT"


def test_a_hash_that_is_not_the_bodys_is_the_clients_fault(told):
    for given, expected in ((HASH, (0, [])), (HASH[::-1], (1, ["A25"])), ("UNSIGNED-PAYLOAD", (1, ["A25"]))):
        for words in ([], [*BROUGHT, *DATE]):
            code, found = told("--data", BODY, "-H", f"X-Amz-Content-Sha256: {given}", *words)
            of_body = [each["fault"] for each in found["problems"] if "Content-Sha256" in each["words"]]
            assert (min(code, len(of_body)), of_body) == expected
            assert found["lines"][-1]["text"] == HASH


@pytest.mark.parametrize(
    ("data", "says"),
    [("@/no/such/file", "No such file"), ("@.", "Is a directory"), ("@", "Is a directory|No such file")],
)
def test_a_body_that_cannot_be_read_is_one_line(home, data, says):
    done = apidoctor("sign", URL, "--data", data, env=clean(home))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert re.search(says, done.stderr)


def test_a_body_that_api_gateway_would_not_take_is_refused_unread(home):
    done = apidoctor("sign", URL, "--data", "@/dev/zero", env=clean(home))

    assert (done.returncode, done.stdout) == (2, "")
    assert "more than 10 MiB" in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="not installed: curl")
@pytest.mark.parametrize("typed", [True, False], ids=["text", "file"])
def test_what_curl_sends_is_signed_by_the_published_rule(told, typed, tmp_path):
    file, authority = tmp_path / "or der.json", Authority(tmp_path)
    file.write_text(BODY)
    _, found = told("--data", BODY if typed else f"@{file}", *TYPE)
    came = []

    def talk(one):
        head, _, body = one.head().partition("\r\n\r\n")
        while len(body.encode("latin-1")) < len(BODY.encode()):
            body += one.connection.recv(4096).decode("latin-1")
        came.append((head, body.encode("latin-1")))
        one.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with serving(talk, authority.context(NAME)) as server:
        more = (
            f"curl -sS --http1.1 --cacert {authority.file} --connect-to {NAME}:443:127.0.0.1:{server.port} "
        )
        line = found["curl"].replace("curl ", more, 1)
        subprocess.run(["/bin/sh", "-c", line], env={**KEYS, "BODY": BODY}, check=True, timeout=20)

    ((head, body),) = came
    request, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    given = dict(re.findall(r"(SignedHeaders|Signature)=([^,\s]+)", headers["authorization"]))
    method, target, _ = request.split(" ")
    canonical = sigv4.canonical_request(
        sigv4.Signed(method, target, headers, body), given["SignedHeaders"].split(";")
    )
    scope = re.search(r"Credential=[^/]+/([^,]+)", headers["authorization"])[1]
    to_sign = sigv4.string_to_sign(canonical, headers["x-amz-date"], scope)

    assert (method, body, headers["content-type"]) == ("POST", BODY.encode(), "application/json")
    assert given["Signature"] == sigv4.signature(KEYS["AWS_SECRET_ACCESS_KEY"], scope.split("/"), to_sign)
