"""Without working credentials or a control plane: what to do next in one line, a code, and never a traceback."""

import hashlib
import json
import time

import pytest
from cli.command import apidoctor, lines

URL = "https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
SSO = """
[default]
region = us-east-1
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
"""


@pytest.mark.parametrize("verb", ["check", "collect"])
def test_without_credentials_one_line_says_what_to_do(verb, nowhere, tmp_path):
    file = ["-o", str(tmp_path / "snapshot.json")] if verb == "collect" else ["--no-probe"]
    done = apidoctor(verb, URL, "-q", *file, env=nowhere)

    assert done.returncode == 4
    assert len(lines(done.stderr)) == 1
    assert "aws configure" in done.stderr


def test_without_credentials_the_json_report_is_whole_and_not_complete(nowhere):
    done = apidoctor("check", URL, "-q", "--json", "--no-probe", env=nowhere)
    report = json.loads(done.stdout)

    assert (report["verdict"], report["run"]["complete"], report["exit_code"]) == ("undecided", False, 4)
    assert report["root_causes"] == []


@pytest.mark.parametrize("cached", [None, "2020-01-01T00:00:00Z"], ids=["no token", "expired token"])
def test_an_expired_sso_session_names_the_login(cached, nowhere, tmp_path):
    home = tmp_path / "sso"
    (home / ".aws/sso/cache").mkdir(parents=True)
    (home / ".aws/config").write_text(SSO)
    if cached:
        token = {"accessToken": "tok-secret-123456", "expiresAt": cached, "region": "us-east-1"}
        name = hashlib.sha1(b"corp").hexdigest()  # as the AWS CLI names the cached token of an sso-session
        (home / f".aws/sso/cache/{name}.json").write_text(json.dumps(token))
    done = apidoctor("check", URL, "-q", "--no-probe", env=nowhere | {"HOME": str(home)})

    assert done.returncode == 4
    assert len(lines(done.stderr)) == 1
    assert "aws sso login" in done.stderr
    assert "tok-secret-123456" not in done.stdout + done.stderr


@pytest.mark.parametrize("options", [["--no-probe"], []], ids=["AWS alone", "with probes"])
def test_a_control_plane_out_of_reach_leaves_a_whole_report_in_bounded_time(options, nowhere):
    before = time.monotonic()
    unreachable = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", **KEYS}
    done = apidoctor("check", URL, "-q", "--json", "--timeout", "20", *options, env=nowhere | unreachable)
    report = json.loads(done.stdout)

    assert done.returncode in (1, 3)
    assert report["exit_code"] == done.returncode
    assert report["summary"]["error"] == 0, [
        r["traceback"] for r in report["results"] if r["status"] == "error"
    ]
    assert len(report["results"]) >= 40
    assert time.monotonic() - before < 25
    assert "Traceback" not in done.stderr
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in done.stdout + done.stderr


def test_a_profile_that_does_not_exist_is_told_by_its_name(nowhere):
    done = apidoctor("check", URL, "-q", "--no-probe", "--profile", "moon", env=nowhere)

    assert done.returncode in (2, 4)
    assert len(lines(done.stderr)) == 1
    assert "moon" in done.stderr
