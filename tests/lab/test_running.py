"""A lab lives on loopback alone, beside other labs, and leaves nothing behind."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from apidoctor.lab import Lab

ASK = (
    "from apidoctor.lab import Lab\n"
    "import sys\n"
    "with Lab(sys.argv[1]) as lab:\n"
    "    print(lab.environment['AWS_ENDPOINT_URL'], lab.world.api.id, flush=True)\n"
    "    sys.stdin.read()\n"
)


def test_a_silent_address_really_times_out(lab):
    client = lab(fault="N01")
    host, port = client.book["10.1.4.21"].split(":")
    before = time.monotonic()
    with pytest.raises(TimeoutError):
        socket.create_connection((host, int(port)), timeout=0.5)

    assert time.monotonic() - before >= 0.5


def test_every_address_of_the_world_leads_to_loopback(lab):
    client = lab("peered")

    assert set(client.book) == {"198.51.100.10", "198.51.100.11", "10.1.4.21", "10.1.5.21"}
    assert {real.split(":")[0] for real in client.book.values()} == {"127.0.0.1"}
    assert client.lab.environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_nothing_answers_after_the_lab(lab):
    with Lab() as running:
        url = running.environment["AWS_ENDPOINT_URL"]
        ca_file = Path(running.arguments[running.arguments.index("--ca-file") + 1])
        assert ca_file.is_file()

    assert not ca_file.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_the_users_own_settings_do_not_leak_in(lab, monkeypatch):
    for name in ("AWS_PROFILE", "https_proxy", "SSL_CERT_FILE", "MOTO_ACCOUNT_ID"):
        monkeypatch.setenv(name, "mine")
    environment = lab("peered").lab.environment

    assert {"AWS_PROFILE", "https_proxy", "SSL_CERT_FILE", "MOTO_ACCOUNT_ID"}.isdisjoint(environment)
    assert environment["AWS_CONFIG_FILE"] == os.devnull
    assert os.environ["AWS_PROFILE"] == "mine"


def test_two_labs_run_in_two_processes():
    names = ("same-account", "peered")
    processes = [
        subprocess.Popen([sys.executable, "-c", ASK, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in names
    ]
    seen = [process.stdout.readline().split() for process in processes]
    for process in processes:
        process.communicate(b"", timeout=20)

    assert len({url for url, _ in seen}) == 2
    assert [process.returncode for process in processes] == [0, 0]


def test_an_unknown_world_or_fault_is_a_key_error():
    for arguments in ({"world": "moon"}, {"fault": "Z99"}):
        with pytest.raises(KeyError):
            Lab(**arguments)
