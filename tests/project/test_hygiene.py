"""The repository speaks of the project alone: no place of one machine, no leftovers, no secrets."""

import re

import pytest
from project.tree import ROOT, tracked

TEXTS = [path for path in tracked() if path.suffix not in (".png", ".gz", ".svg")]
# Split so that this file does not find itself.
PLACES = "|".join(
    ("/" + "work/", "/" + "root/", "/" + "home/[a-z]", "/" + "Users/[a-z]", "C:" + r"\\\\Users")
)
REGISTRIES = "|".join(
    ("pypi" + r"\.org", "python" + "hosted", "test" + r"\.pypi", "art" + "ifactory", "index" + "-url")
)
LEFTOVERS = "|".join(
    ("TO" + "DO", "FIX" + "ME", "X" + "XX", "<<<<" + "<<<", ">>>>" + ">>>", "breakpoint" + r"\(")
)
# Keys of AWS's own documentation end in EXAMPLE; all others are somebody's.
SECRETS = r"\b(AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b"


def found(pattern: str) -> list[str]:
    """``file:line: text`` of everything that fits."""
    compiled = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in TEXTS
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if compiled.search(line)
    ]


def test_there_is_something_to_look_at():
    assert len(TEXTS) > 200


@pytest.mark.parametrize(
    "pattern", [PLACES, REGISTRIES, LEFTOVERS], ids=["places", "registries", "leftovers"]
)
def test_no_file_holds(pattern):
    assert found(pattern) == []


def test_no_file_outside_the_tests_holds_an_access_key():
    assert [line for line in found(SECRETS) if not line.startswith("tests/")] == []


def test_every_text_is_utf8_with_plain_line_ends():
    for path in TEXTS:
        if (ROOT / "tests" / "data") in path.parents:
            continue  # published by others, kept byte for byte
        data = path.read_bytes()
        data.decode("utf-8")
        assert b"\r\n" not in data, path
        assert not data or data.endswith(b"\n"), path


def test_no_file_is_large():
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked()
        if path.stat().st_size > 1 << 20
    }

    assert large == {}


def test_what_is_built_is_not_tracked():
    built = [
        path
        for path in tracked()
        if {"__pycache__", "dist", "build", ".venv"} & set(path.relative_to(ROOT).parts)
    ]

    assert built == []
