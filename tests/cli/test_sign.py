"""``apidoctor sign``: what it prints is what has to be signed; its curl line works; it is pure, offline and quiet."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from urllib.parse import urlsplit

import pytest
from cli.command import apidoctor, clean

from apidoctor.cli.app import run
from apidoctor.facts.probes.call import prepare
from apidoctor.facts.probes.sign import SigningCredentials
from apidoctor.lab import Lab
from apidoctor.lab.front_door import sigv4 as lab_verifier
from apidoctor.reasoning.apigateway.names import read_target

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
URL = f"https://{NAME}/prod/pets"
VPCE = "vpce-0123456789abcdef0-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com"
DATE = "X-Amz-Date: 20261122T104206Z"
SIGNED = "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/execute-api/aws4_request, "
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "the-secret-access-key-1"}
TEMPORARY = KEYS | {
    "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE",
    "AWS_SESSION_TOKEN": "the-session-token-1/+=",
}


@pytest.fixture
def sign(monkeypatch, tmp_path):
    """Run ``sign`` in this process, with the environment of a host without AWS settings but those given."""

    def sign(*words, env=None):
        for name in [*clean(tmp_path), *TEMPORARY]:
            monkeypatch.delenv(name, raising=False) if name.startswith("AWS_") else None
        monkeypatch.setenv("HOME", str(tmp_path))
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        raw, err = BytesIO(), StringIO()
        out = TextIOWrapper(raw, encoding="utf-8")
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["sign", *words])
        out.flush()
        return code, raw.getvalue().decode(), err.getvalue()

    return sign


@pytest.fixture
def told(sign):
    """Run ``sign --json``; return the exit code and the document."""

    def told(*words, env=None):
        code, out, err = sign(*words, "--json", env=env)
        assert out, err
        return code, json.loads(out)

    return told


def test_the_printed_texts_are_those_that_the_labs_verifier_computes(told):
    code, found = told(f"{URL}?b=2&a=x+y", "-H", "x-apigw-api-id: abc1234567", "-H", DATE, env=KEYS)
    headers = {"host": NAME, "x-amz-date": DATE.partition(": ")[2], "x-apigw-api-id": "abc1234567"}
    request = lab_verifier.Signed("GET", "/prod/pets?b=2&a=x%2By", headers, b"")
    canonical = lab_verifier.canonical_request(request, sorted(headers))

    assert code == 0
    assert found["canonical_request"] == canonical
    assert found["string_to_sign"] == lab_verifier.string_to_sign(
        canonical, headers["x-amz-date"], found["scope"]
    )
    assert found["signed_headers"] == "host;x-amz-date;x-apigw-api-id"
    assert found["scope"] == "20261122/us-east-1/execute-api/aws4_request"
    assert [line["text"] for line in found["lines"]] == canonical.split("\n")
    assert all(line["rule"] for line in found["lines"])


def test_a_token_that_is_at_hand_is_hashed_and_not_shown(told):
    _, found = told(URL, "-H", DATE, env=TEMPORARY)
    true = found["canonical_request"].replace("***", TEMPORARY["AWS_SESSION_TOKEN"])

    assert "x-amz-security-token:***" in found["canonical_request"]
    assert found["string_to_sign"].split("\n")[3] == hashlib.sha256(true.encode()).hexdigest()
    assert '-H "X-Amz-Security-Token: $AWS_SESSION_TOKEN"' in found["curl"]


def test_without_credentials_it_says_so_and_works(sign):
    code, out, err = sign(URL, "--explain")

    assert (code, err) == (0, "")
    assert "none are set up here" in out
    assert "x-amz-security-token:***" in out
    assert "the path without dot segments" in out
    assert '--aws-sigv4 "aws:amz:us-east-1:execute-api"' in out
    assert '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"' in out


def test_in_brief_the_canonical_request_is_left_out(sign):
    _, out, _ = sign(URL, env=KEYS)

    assert "canonical request" not in out
    assert "curl" in out
    assert "X-Amz-Security-Token" not in out


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        (
            "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s3cr3t-of-the-file",
            "long-term, of profile app",
        ),
        (
            "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_session_token = t0ken-of-the-file",
            "temporary, of profile app",
        ),
        (
            "role_arn = arn:aws:iam::111111111111:role/app\nsource_profile = default",
            "temporary, of profile app (role_arn)",
        ),
        ("sso_session = corp\nsso_account_id = 111111111111", "temporary, of profile app (sso_session)"),
    ],
)
def test_the_kind_of_keys_is_told_without_asking_anybody(told, tmp_path, config, kind):
    file = tmp_path / "credentials"
    file.write_text(f"[app]\n{config}\n")
    _, found = told(URL, "--profile", "app", env={"AWS_SHARED_CREDENTIALS_FILE": str(file)})

    assert found["keys"] == kind
    assert any("export-credentials --profile app" in warning for warning in found["warnings"])
    assert "of-the-file" not in json.dumps(found)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["abc1234567", "--region", "us-east-1"], 2, "add --stage"),
        ([URL, "--profile", "nobody"], 2, "no such profile"),
        ([URL, "-H", "Authorization Bearer s3cr3t-value"], 2, "NAME:VALUE"),
        ([URL, "-H", "X-Amz-Date: yesterday"], 2, "20261122T104206Z"),
        ([URL, "--method", "BREW"], 2, "no HTTP method"),
        (["http://[::1", "--region", "us-east-1"], 2, ""),
        ([URL.replace("https", "http")], 2, "https"),
    ],
)
def test_wrong_use_is_one_line(sign, words, code, says):
    found, out, err = sign(*words)

    assert (found, out) == (code, "")
    assert says in err
    assert len(err.splitlines()) == 1
    assert "s3cr3t" not in err


def test_an_id_and_the_endpoints_name_with_a_host_can_be_signed(told):
    _, by_id = told("abc1234567", "--region", "us-east-1", "--stage", "prod", "--path", "/pets", env=KEYS)
    _, by_host = told(f"https://{VPCE}/prod/pets", "-H", f"Host: {NAME}", "--sign-host", VPCE, env=KEYS)

    assert by_id["url"] == URL
    assert f"host:{VPCE}" in by_host["canonical_request"]
    assert f"'Host: {NAME}'" in by_host["curl"]
    assert any("--sign-host" in warning for warning in by_host["warnings"])


@pytest.mark.parametrize(
    ("url", "words", "says"),
    [
        (f"{URL}/a%20b", [], "encoded characters"),
        *((f"{URL}/a{mark}b", [], "others than A-Z") for mark in "@;,:=+!*'()&$é"),
        (f"{URL}//a", [], "double slashes"),
        (f"{URL}?b=1&a=2", [], "sorted here"),
        (f"{URL}?a=2&a=1", [], "one parameter"),
        (URL, ["-H", "x-mine: a"], "also x-mine"),
        (URL, ["-H", "x-api-key: k3y-of-the-user"], "$X_API_KEY"),
    ],
)
def test_where_curl_signs_otherwise_is_told(told, url, words, says):
    _, found = told(url, *words, env=KEYS)

    assert any(says in warning for warning in found["warnings"]), found["warnings"]
    assert "k3y-of-the-user" not in json.dumps(found)


def test_a_shell_puts_in_what_the_curl_line_leaves_out(told):
    secret = ["-H", "X-Corp-Ticket: t1ck3t-0123", "-H", "Path: p4th-0123", "-H", "Accept: text/plain"]
    _, found = told(f"{URL}?b=2&api_key=k3y%2F0123&a=1&token=t0k3n-0123", *secret, env=KEYS)
    typed = found["curl"].replace("curl ", "printf '%s\\n' ", 1)
    given = {
        "X_CORP_TICKET": "t1ck3t-0123",
        "HEADER_PATH": "p4th-0123",
        "QUERY_API_KEY": "k3y%2F0123",
        "QUERY_TOKEN": "t0k3n-0123",
    }
    done = subprocess.run(["/bin/sh", "-c", typed], env=given, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == f"{URL}?a=1&api_key=k3y%2F0123&b=2&token=t0k3n-0123"
    assert {"X-Corp-Ticket: t1ck3t-0123", "Path: p4th-0123", "Accept: text/plain"} <= set(
        done.stdout.splitlines()
    )
    assert all(any(f"${name}" in warning for warning in found["warnings"]) for name in given)
    assert "0123" not in json.dumps(found).replace("abc1234567", "")


def test_the_hash_is_of_what_is_signed_and_not_of_what_is_shown(told):
    words = [f"{URL}?token=t0k3n-0123", "-H", "X-Amz-Meta-Password: p4ssw0rd-0123", "-H", DATE]
    _, found = told(*words, env=KEYS)
    true = found["canonical_request"].replace("token=***", "token=t0k3n-0123")
    true = true.replace("x-amz-meta-password:***", "x-amz-meta-password:p4ssw0rd-0123")

    assert found["canonical_request"].count("***") == 2
    assert found["string_to_sign"].split("\n")[3] == hashlib.sha256(true.encode()).hexdigest()


@pytest.mark.parametrize("given", ["UNSIGNED-PAYLOAD", "ab" * 32])
def test_the_payload_hash_is_the_one_that_a_header_gives_as_check_signs_it(told, given):
    words = [URL, "-H", f"X-Amz-Content-Sha256: {given}", "-H", DATE]
    _, found = told(*words, env=KEYS)
    request = read_target(URL, headers=[("X-Amz-Content-Sha256", given), tuple(DATE.split(": "))])
    keys = SigningCredentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
    signed = prepare(request, URL, "signed", keys).signature.canonical_request

    assert found["lines"][-1]["text"] == given == signed.split("\n")[-1]
    assert any("X-Amz-Content-Sha256: no empty body has it" in warning for warning in found["warnings"])


def test_what_check_does_not_send_is_not_in_the_curl_line(told):
    given = ["-H", "Transfer-Encoding: chunked", "-H", "Content-Length: 5", "-H", f"Host: {NAME}"]
    repeated = ["-H", "Accept: text/plain", "-H", "accept: text/html"]
    _, found = told(URL, *given, *repeated, env=KEYS)

    assert "-H 'Accept: text/plain,text/html'" in found["curl"]
    assert not any(name in found["curl"] for name in ("Transfer-Encoding", "Content-Length", "Host"))
    assert any("Transfer-Encoding, Content-Length" in warning for warning in found["warnings"])


def test_a_plain_call_has_nothing_to_warn_of(told):
    assert told(URL, env=KEYS)[1]["warnings"] == []
    assert told(f"{URL}/a-b_c.d~e/F0", env=KEYS)[1]["warnings"] == []


# A signature that the request brings.


def brought(*parts: str, head: str = SIGNED) -> list[str]:
    """Options with an Authorization header, and more headers."""
    signature = f"{head}SignedHeaders=host;x-amz-date, Signature={'ab' * 32}"
    return [word for header in (signature, DATE, *parts) for word in ("-H", header)]


def test_a_signature_that_is_brought_is_explained_with_what_is_wrong(told):
    words = brought(head=SIGNED.replace("us-east-1", "eu-west-1").replace("AKIA", "ASIA"))
    code, found = told(URL, *words)

    assert code == 1
    assert [problem["fault"] for problem in found["problems"]] == ["A14", "A17", "A16"]
    assert found["authorization"]["key_type"] == "temporary"
    assert found["curl"] is None
    assert f"host:{NAME}" in found["canonical_request"]
    assert "IOSFODNN7" not in json.dumps(found)
    assert "abab" not in json.dumps(found)


def test_a_good_signature_has_nothing_wrong(sign):
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    head = SIGNED.replace("20261122", now[:8])
    words = ["-H", f"{head}SignedHeaders=host;x-amz-date, Signature={'ab' * 32}", "-H", f"X-Amz-Date: {now}"]
    code, out, _ = sign(URL, *words)

    assert code == 0
    assert "nothing is wrong with it" in out
    assert "long-term" in out


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("Bearer s3cr3t-bearer", "bearer token"),
        ("Basic czNjcjN0", "basic"),
        ("s3cr3t-key", "bare word"),
        ("", "nothing"),
    ],
)
def test_what_is_no_signature_is_named_and_not_repeated(sign, value, says):
    code, out, err = sign(URL, "-H", f"Authorization: {value}", "--explain")

    assert code == 1
    assert "A19" in out
    assert says in out
    assert not value or value.split()[-1] not in out + err


def test_a_presigned_url_is_explained(told):
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fus-east-1%2Fexecute-api"
        f"%2Faws4_request&X-Amz-Date=20261122T104206Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        f"&X-Amz-Signature={'ab' * 32}"
    )
    code, found = told(f"{URL}?{query}")

    assert code == 1
    assert [problem["fault"] for problem in found["problems"]] == ["A16"]
    assert (found["authorization"]["place"], found["authorization"]["expires"]) == ("query", "900")
    assert "abab" not in json.dumps(found)
    assert "IOSFODNN7" not in json.dumps(found)


@pytest.mark.parametrize(("part", "says"), [("&X-Amz-Expires=900", "900 s"), ("", "not told")])
def test_how_long_a_presigned_url_is_good_for_is_told(part, says, sign):
    scope = "AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/execute-api/aws4_request"
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date=20261122T104206Z{part}"
    _, out, _ = sign(f"{URL}?{query}&X-Amz-SignedHeaders=host&X-Amz-Signature={'ab' * 32}")

    assert re.search(f"expires +{says}\n", out)


def test_it_imports_neither_aws_nor_http(home):
    code = (
        f"import sys; from apidoctor.cli.app import run; run(['sign', '{URL}', '--explain'])\n"
        "print([n for n in ('botocore', 'boto3', 'httpx', 'textual', 'dns') if n in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=clean(home), capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_hostile_text_of_a_url_and_headers_stays_text(sign, told):
    words = [f"{URL}/\u202e'$(id)`id`;%0a", "-H", "Referer: $(id)'`id`", "-H", "x-`id`: $(id) is secret"]
    code, out, _ = sign(*words, "--explain", env=KEYS)
    line = told(*words, env=KEYS)[1]["curl"]
    typed = line.replace("curl ", "printf '%s\\n' ", 1)
    done = subprocess.run(["/bin/sh", "-c", typed], env={}, capture_output=True, text=True, check=True)

    assert code == 0
    assert "\u202e" not in out
    assert done.stdout.splitlines()[-1] == f"{URL}/%E2%80%AE'$(id)%60id%60;%0a"
    assert "Referer: $(id)'`id`" in done.stdout.splitlines()
    assert "x-`id`: " in done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_line_is_accepted_by_a_real_verifier(home):
    """In the lab: what is printed is pasted into a shell, with only the lab's address and CA added."""
    with Lab("same-account") as lab:
        target = lab.world.fill("https://<api:pets>.execute-api.us-east-1.amazonaws.com/prod/orders")
        given = dict(zip(lab.arguments, lab.arguments[1:], strict=False))
        address = next(word for word in lab.arguments if re.match(r"10\.\S+=", word)).partition("=")[2]
        kept = {name: value for name, value in lab.environment.items() if name.startswith("AWS_")}
        env = clean(home) | {name: value for name, value in kept.items() if "ENDPOINT" not in name}
        where = (
            f"--silent --connect-to {urlsplit(target).hostname}:443:{address} --cacert {given['--ca-file']}"
        )
        for query in ("", "?b=2&a=x+y&c"):
            line = json.loads(apidoctor("sign", target + query, "--json", env=env).stdout)["curl"]
            pasted = ["/bin/sh", "-c", line.replace("curl", f"curl {where}", 1)]
            done = subprocess.run(pasted, env=env, capture_output=True, text=True, check=False)

            assert '"ok": true' in done.stdout, (done.stdout, done.stderr, line)


def test_a_presigned_query_is_explained_without_its_signature(told):
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fus-east-1%2Fexecute-api"
        f"%2Faws4_request&X-Amz-Date=20261122T104206Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        f"&X-Amz-Signature={'ab' * 32}"
    )
    _, found = told(f"{URL}?b=1&{query}&a=2", "--explain")
    line = found["canonical_request"].split("\n")[2]

    assert line.startswith(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=***&X-Amz-Date=20261122T104206Z&"
    )
    assert line.endswith("&a=2&b=1")
    assert "X-Amz-Signature" not in line


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("&X-Amz-Expires=60", "X-Amz-Expires"),
        ("&x-amz-expires=60", "X-Amz-Expires"),
        ("&X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders"),
        ("&b=1&b=2&X-Amz-Meta=1&X-Amz-Meta=2", ""),  # parameters of the API's own may be repeated
    ],
)
def test_a_parameter_of_a_presigned_url_that_stands_there_twice_is_told(told, change, named):
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"AKIAIOSFODNN7EXAMPLE/{stamp[:8]}/us-east-1/execute-api/aws4_request"
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope.replace('/', '%2F')}&X-Amz-Date={stamp}"
        f"&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature={'ab' * 32}"
    )
    for words in (f"{URL}?{query}{change}", f"{URL}?{change.lstrip('&')}&{query}"):
        code, found = told(words)

        assert (code, [each["fault"] for each in found["problems"]]) == ((1, ["A25"]) if named else (0, []))
        assert named.lower() in json.dumps(found["problems"]).lower()


def test_several_headers_of_one_name_are_signed_as_one_with_commas(told):
    scope = f"AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/execute-api/aws4_request, Signature={'ab' * 32}"
    own = f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date;x-amz-meta"
    beside = ["-H", own, "-H", "X-Amz-Date: 20261122T104206Z"]
    _, several = told(URL, "-H", "X-Amz-Meta: bb", "-H", "x-amz-meta: aa", *beside)
    _, one = told(URL, "-H", "X-Amz-Meta: bb,aa", *beside)
    _, other = told(URL, "-H", "X-Amz-Meta: aa,bb", *beside)

    assert several["string_to_sign"] == one["string_to_sign"]
    assert several["string_to_sign"] != other["string_to_sign"]


def test_curl_is_given_no_header_without_a_value(told):
    _, found = told(URL, "-H", "X-Amz-Meta:", "-H", "X-Other: 1")

    assert "x-amz-meta:" in found["canonical_request"].split("\n")
    assert "X-Amz-Meta" not in found["curl"]
    assert any("without a value" in each and "X-Amz-Meta" in each for each in found["warnings"])


@pytest.mark.parametrize("signature", ["ab", "ab" * 33, "AB" * 32, "xy" * 32])
def test_a_signature_that_is_no_64_hex_digits_is_flagged_in_header_and_query(told, signature):
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"AKIAIOSFODNN7EXAMPLE/{stamp[:8]}/us-east-1/execute-api/aws4_request"
    header = f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature="
    query = (
        f"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope.replace('/', '%2F')}&X-Amz-Date={stamp}"
        "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature="
    )
    date = ["-H", f"X-Amz-Date: {stamp}"]

    for one, expected in ((signature, (1, ["A25"])), ("ab" * 32, (0, []))):
        for words in ([URL, "-H", header + one, *date], [URL + query + one]):
            code, found = told(*words)
            assert (code, [problem["fault"] for problem in found["problems"]]) == expected


def test_a_port_that_is_not_443_is_signed_and_needs_no_header_of_its_own(told):
    _, found = told(URL.replace(NAME, f"{NAME}:8443"), env=KEYS)

    assert f"host:{NAME}:8443" in found["canonical_request"].split("\n")
    assert found["host"] == f"{NAME}:8443"
    assert "Host:" not in found["curl"]


def test_a_host_that_is_signed_and_not_sent_is_told_as_such(told, sign):
    code, found = told(URL, "--sign-host", VPCE, env=KEYS)
    host = next(line for line in found["lines"] if line["text"].startswith("host:"))

    assert code == 1
    assert [problem["fault"] for problem in found["problems"]] == ["A15"]
    assert host == {
        "element": "header",
        "text": f"host:{VPCE}",
        "rule": f"the Host of --sign-host; the one that is sent is {NAME}",
    }
    assert "A15" in sign(URL, "--sign-host", VPCE, env=KEYS)[1]
    assert told(URL, "--sign-host", NAME.upper(), env=KEYS)[0] == 0


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ([f"https://{NAME}/prod"], "/prod alone is the stage"),
        ([URL, "--method", "POST"], "of an empty body"),
        ([URL, "-H", DATE], "curl makes an X-Amz-Date of its own"),
    ],
)
def test_what_is_signed_otherwise_than_written_is_noted(told, words, note):
    assert any(note in warning for warning in told(*words, env=KEYS)[1]["warnings"])
    assert not any(note in warning for warning in told(URL, env=KEYS)[1]["warnings"])


def test_a_token_that_is_given_is_at_hand(told):
    token = TEMPORARY["AWS_SESSION_TOKEN"]
    given, own = {"AWS_ACCESS_KEY_ID": TEMPORARY["AWS_ACCESS_KEY_ID"]}, f"X-Amz-Security-Token: {token}"
    _, found = told(URL, "-H", DATE, "-H", own, env=given)

    assert found["string_to_sign"] == told(URL, "-H", DATE, env=TEMPORARY)[1]["string_to_sign"]
    assert found["keys"] == "temporary, of the environment and -H X-Amz-Security-Token"
    assert not any("AWS_SESSION_TOKEN is not set" in warning for warning in found["warnings"])
    assert token not in json.dumps(found)


def test_another_region_than_the_urls_is_refused(sign):
    code, _, errors = sign(URL, "--region", "eu-west-1")

    assert (code, errors.count("\n")) == (2, 1)
    assert "TARGET is of us-east-1" in errors
    assert sign(URL, "--region", "us-east-1")[0] == 0


def test_a_header_that_cannot_be_sent_says_the_reason_first(sign):
    code, _, errors = sign(URL, "-H", "Authorization: Credential=…")

    assert code == 2
    assert errors.startswith("apidoctor: --header: the value of Authorization holds a character that is not")


def test_no_control_character_of_a_path_reaches_a_terminal_through_json(told):
    done = apidoctor("sign", f"{URL}/a\u202eb?q=\u200b\x9b", "--json", env=KEYS)

    assert not {"\u202e", "\u200b", "\x9b"} & set(done.stdout + done.stderr)
    assert "%E2%80%AE" in done.stdout
