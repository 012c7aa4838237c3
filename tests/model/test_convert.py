"""Threads that need a type for the first time, all at once."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from apidoctor.model.convert import convert
from apidoctor.model.observation import TcpSeen

SOURCE = Path(__file__).parents[2] / "src" / "apidoctor"
AT_ONCE = """
import sys, threading
from apidoctor.model.convert import convert
from apidoctor.model.observation import HttpSeen, TlsSeen

sys.setswitchinterval(1e-6)
start, read = threading.Barrier(8), []
tls = {"kind": "tls", "at": "2026-11-22T10:42:07Z", "address": "10.1.4.21", "port": 443, "outcome": "verified"}
http = {"kind": "http", "at": "2026-11-22T10:42:07Z", "url": "https://a.example/", "outcome": "timeout"}

def go(value, kind):
    start.wait()
    read.append(convert(value, kind))

threads = [threading.Thread(target=go, args=pair) for pair in ((tls, TlsSeen), (http, HttpSeen)) * 4]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read), len(set(map(type, read))))
"""


def test_a_type_that_many_threads_need_at_once_ends_no_process():
    """With `msgspec.convert` itself two of five such processes end with a segmentation fault."""
    for _ in range(6):
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", AT_ONCE], capture_output=True, text=True, check=False
        )

        assert (done.returncode, done.stdout) == (0, "8 2\n"), done.stderr


def test_a_value_of_another_shape_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(msgspec.ValidationError):
            convert({"kind": "tcp", "port": "443"}, TcpSeen)


def test_a_union_and_a_list_are_kinds_too():
    assert convert([1, "a"], list[int | str]) == [1, "a"]


def test_no_other_place_builds_a_type_when_a_thread_first_needs_it():
    own = SOURCE / "model" / "convert.py"
    # The one builds its type when it is imported, the other runs before there are threads.
    apart = {SOURCE / "reasoning" / "iam" / "_raw.py", SOURCE / "lab" / "front_door" / "catalogue.py"}
    found = {file for file in SOURCE.rglob("*.py") if "msgspec.convert(" in file.read_text()}

    assert found - apart == {own}
