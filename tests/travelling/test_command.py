"""The command line of the probe: what it takes, what it writes, and what must never be in it."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest
from facts.servers import dns_server
from travelling.test_survey import NAME, URL, mute, spelt, until_asked, zone

from apidoctor.facts.files import read_snapshot
from apidoctor.travelling.command import main

EXPECTED = [
    (["https://user:hunter2@api.corp.example/"], "user name or password"),
    (["abc1234567"], "--region"),
    (["http://api.corp.example/"], "https"),
    ([URL, "--resolver", "dns.example"], "--resolver"),
    ([URL, "--inbound", "10.0.0.1:99999"], "10.0.0.1:99999"),
    ([URL, "--outside", ""], "--outside"),
    ([URL, "--dot", "1.1.1.1:x"], "1.1.1.1:x"),
    ([URL, "--doh", "http://dns.example/"], "--doh"),
    ([URL, "--doh", "https://me:hunter2@dns.example/"], "--doh"),
    ([URL, "--address", "127.0.0.1"], "--connect-to"),
    ([URL, "--address", "169.254.169.254"], "--connect-to"),
    ([URL, "--address", "nowhere"], "no IP address"),
    ([URL, "--connect-to", "10.1.4.21:443"], "--connect-to"),
    ([URL, "--connect-to", "10.1.4.21:443=localhost:1"], "no IP address"),
    ([URL, "-H", "Authorization hunter2"], "NAME:VALUE"),
    ([URL, "-H", "X-Key: hunter2\nHost: x"], "printable ASCII"),
    ([URL, "--ca-file", "/no/such/file"], "--ca-file"),
    ([URL, "--name", "no name"], "--name"),
    ([URL, "--region", "nowhere"], "--region"),
    ([URL, "-o", "/no/such/folder/file"], "no file can be written"),
    ([URL, *(["--name", "a.example"] * 33)], "32 times"),
]


@pytest.mark.parametrize(("argv", "word"), EXPECTED)
def test_wrong_usage_is_told_with_code_2_and_no_secret(argv, word, capsys):
    assert main(argv) == 2

    out, err = capsys.readouterr()
    assert word in err
    assert err.count("\n") == 1
    assert "hunter2" not in err
    assert not out


@pytest.mark.parametrize(
    "argv",
    [[], [URL, "--timeout", "0"], [URL, "--timeout", "x"], [URL, "--method", "POST"], [URL, "--idle", "nan"]],
)
def test_wrong_options_are_told_with_code_2(argv, capsys):
    with pytest.raises(SystemExit) as ended:
        main(argv)

    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_help_shows_examples_with_ssh_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert "ssh HOST python3 - TARGET < apidoctor-probe.pyz" in out
    assert "exit codes:" in out
    assert out.isascii()


def looked(argv, capsys):
    with dns_server(zone()) as resolver:
        code = main([*argv, "--resolver", resolver, "--timeout", "3"])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_snapshot_goes_to_standard_output_and_the_summary_to_standard_error(capsys):
    code, out, err = looked([URL], capsys)

    document = json.loads(out)
    assert code == 0
    assert (document["format"], document["format_version"], document["accounts"]) == (
        "apidoctor.snapshot",
        "1.0",
        {},
    )
    assert document["asked"] == {"target": URL, "options": {}}
    assert "no such name" in err
    assert "apidoctor check --snapshot SNAPSHOT.json" in err


def test_quiet_is_quiet(capsys):
    assert looked([URL, "--quiet"], capsys)[2] == ""


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path, capsys):
    target = tmp_path / "seen.json"
    target.write_text("before")

    code, out, err = looked([URL, "-o", str(target)], capsys)

    assert (code, out) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["seen.json"]
    assert read_snapshot(target)[1] == []
    assert f"apidoctor check --snapshot {target}" in err


def test_a_name_in_gz_is_compressed(tmp_path, capsys):
    target = tmp_path / "seen.json.gz"

    looked([URL, "-o", str(target)], capsys)

    snapshot, notes = read_snapshot(target)
    assert (snapshot.asked.target, notes) == (URL, [])


def test_a_device_is_written_to_and_not_replaced(tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(
        [sys.executable, "-c", f"print(open({str(pipe)!r}).read())"], stdout=subprocess.PIPE, text=True
    )

    code, _, _ = looked([URL, "-o", str(pipe)], capsys)

    assert code == 0
    assert json.loads(reader.communicate(timeout=20)[0])["asked"]["target"] == URL
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_options_that_describe_the_call_are_kept_without_secrets(capsys, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://me:hunter2@127.0.0.1:9")
    url = f"{URL}?X-Amz-Signature=hunter2&x=1&access_token=hunter2"
    argv = [
        url,
        "-H",
        f"Host: {NAME}",
        "-H",
        "X-Api-Key: hunter2",
        "--method",
        "HEAD",
        "--region",
        "us-east-1",
    ]

    _, out, err = looked(argv, capsys)

    asked = json.loads(out)["asked"]
    assert asked["target"] == f"{URL}?X-Amz-Signature=***&x=1&access_token=***"
    assert asked["options"] == {
        "header": [f"Host: {NAME}", "X-Api-Key: ***"],
        "method": "HEAD",
        "region": "us-east-1",
    }
    assert "hunter2" not in out + err
    assert json.loads(out)["observations"][0]["proxies"]["https_proxy"] == "http://127.0.0.1:9"


def test_the_region_of_the_environment_serves_an_api_id(capsys, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    code, out, _ = looked(["abc1234567"], capsys)

    assert code == 0
    assert json.loads(out)["observations"][1]["name"] == NAME
    assert json.loads(out)["asked"]["options"] == {"region": "us-east-1"}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_seen_is_written_when_the_look_is_ended_early(tmp_path, number, code):
    target = tmp_path / "seen.json"
    script = "import sys; from apidoctor.travelling.command import main; sys.exit(main())"
    with mute() as server:
        command = [
            sys.executable,
            "-c",
            script,
            URL,
            "--resolver",
            spelt(server),
            "--timeout",
            "30",
            "-o",
            str(target),
        ]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        until_asked(server, 10)
        process.send_signal(number)
        _, err = process.communicate(timeout=10)

    assert process.returncode == code
    assert "Traceback" not in err
    snapshot, notes = read_snapshot(target)
    assert notes == []
    assert len(snapshot.observations) > 5
