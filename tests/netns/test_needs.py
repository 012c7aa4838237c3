"""What is missing is said in one line, with what to do about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from netns import needs

look = needs.missing.__wrapped__
"""Looks again each time."""


def test_without_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert look() == "network namespaces need root"


def test_elsewhere_than_on_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    assert look() == "network namespaces need Linux"


def test_without_packages(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs, "command", lambda name: None if name in ("named", "nft") else f"/bin/{name}")

    assert look() == "not installed: bind9 nftables (as root: make test-netns)"
    assert needs.packages() == ["bind9", "nftables"]


def test_where_the_kernel_refuses(monkeypatch, possible):
    monkeypatch.setattr(needs, "TRIAL", "echo unshare: Operation not permitted >&2; exit 1")

    assert look() == "network namespaces cannot be made: unshare: Operation not permitted"


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_installing_without_root_changes_nothing_and_says_what_is_needed(tmp_path):
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    script = Path(__file__).parent / "install.sh"

    done = subprocess.run(
        ["sh", str(script), "bind9"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stderr == "Tests in network namespaces need: bind9 (root and apt-get can install them)\n"
