"""The one file that travels: it runs anywhere, by its name and from standard input, and its output is a snapshot."""

import ast
import functools
import hashlib
import importlib
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from facts.servers import answering, dns_server, serving
from travelling.test_survey import NAME, URL, zone

from apidoctor import __version__
from apidoctor.facts.files import read_snapshot
from apidoctor.travelling import bundle

FOLDER = Path(bundle.__file__).parent
LIMIT = 96 * 1024


@functools.cache
def interpreters():
    """Return the Pythons of this machine from 3.8 on, by version: pyenv's, those in PATH, and this one."""
    found = {sys.version_info[:2]: sys.executable}
    places = [
        *Path.home().glob(".pyenv/versions/*/bin/python"),
        *map(shutil.which, [f"python3.{n}" for n in range(8, 20)]),
    ]
    for place in places:
        if place is None or not os.access(place, os.X_OK):
            continue
        show = "import sys; print(*sys.version_info[:2])"
        said = subprocess.run([place, "-c", show], capture_output=True, text=True, timeout=20)
        version = tuple(map(int, said.stdout.split())) if said.returncode == 0 else (0,)
        if version >= (3, 8):
            found.setdefault(version, str(place))
    return found


@pytest.fixture(scope="module", params=["oldest", "newest"])
def python(request):
    if request.param == "newest":
        return interpreters()[max(interpreters())]
    if min(interpreters()) > (3, 9):
        pytest.skip("no Python 3.8 or 3.9 in ~/.pyenv/versions or PATH")
    return interpreters()[min(interpreters())]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    target = tmp_path_factory.mktemp("dist") / "apidoctor-probe.pyz"
    assert bundle.main([str(target)]) == 0
    return target


def run(*command, **options):
    environment = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
    options.setdefault("env", environment)
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=60, **options
    )


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_every_module_is_python_3_8_and_needs_only_the_standard_library(path):
    tree = ast.parse(path.read_text(encoding="ascii"), feature_version=(3, 8))

    imported = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.name for node in imported if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in imported if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert all(node.level <= 1 for node in imported if isinstance(node, ast.ImportFrom))


def test_the_file_is_small_plain_and_always_the_same(file, tmp_path):
    data = file.read_bytes()

    assert len(data) < LIMIT
    assert re.fullmatch(rb"[\n\x20-\x7e]+", data)
    assert max(map(len, data.split(b"\n"))) <= 120
    assert bundle.main([str(tmp_path / "again.pyz")]) == 0
    assert (tmp_path / "again.pyz").read_bytes() == data
    assert stat.S_IMODE(file.stat().st_mode) == 0o755


def test_the_bundler_itself_needs_nothing_installed(python, file, tmp_path):
    target = tmp_path / "deep" / "probe.pyz"

    done = run(python, "-I", FOLDER / "bundle.py", target)

    assert done.returncode == 0
    assert target.read_bytes() == file.read_bytes()


def test_what_runs_can_be_read(python, file):
    shown = run(python, file, "--source").stdout

    assert all(path.read_text() in shown for path in FOLDER.glob("*.py") if path.name != "bundle.py")
    assert hashlib.sha256(shown.encode()).hexdigest() in file.read_text()


def test_its_version_is_the_tool_s(python, file):
    assert run(python, file, "--version").stdout == f"apidoctor-probe {__version__}\n"


@pytest.mark.parametrize("way", ["file", "stdin", "executable"])
def test_it_looks_and_writes_a_snapshot_that_the_tool_reads(python, file, way, authority, tmp_path):
    body = b'{"message":"Forbidden"}'
    with (
        dns_server(zone(abc1234567="10.1.4.21")) as resolver,
        serving(answering(body, "403 Forbidden"), authority.context(NAME)) as server,
    ):
        options = [URL, "--resolver", resolver, "--connect-to", f"10.1.4.21:443=127.0.0.1:{server.port}"]
        options += ["--ca-file", authority.file, "--timeout", "10", "--vantage", "far away"]
        if way == "file":
            done = run(python, file, *options)
        elif way == "stdin":
            with file.open() as stdin:
                done = run(python, "-", *options, stdin=stdin)
        else:
            (tmp_path / "python3").symlink_to(python)
            done = run(file, *options, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})

    assert done.returncode == 0, done.stderr
    snapshot = tmp_path / "seen.json"
    snapshot.write_text(done.stdout)
    seen, notes = read_snapshot(snapshot)
    assert notes == []
    assert seen.asked.target == URL
    assert {one.vantage for one in seen.observations} == {"far away"}
    kinds = [type(one).__name__ for one in seen.observations]
    assert list(dict.fromkeys(kinds)) == [
        "HostSeen",
        "DnsSeen",
        "TcpSeen",
        "TlsSeen",
        "PathMtuSeen",
        "HttpSeen",
    ]
    assert seen.observations[-1].body == body.decode()
    assert '403  {"message":"Forbidden"}' in done.stderr


def test_a_traceback_shows_the_line(python, file, tmp_path):
    broken = tmp_path / "broken.pyz"
    text = file.read_text()
    broken.write_text(
        text.replace("SOURCES = json", "SOURCES = {}\nOTHERS = json").replace(
            "    sys.meta_path.insert(0, Finder)\n",
            '    SOURCES["apidoctor_probe"] = "1 / 0  # here\\n"\n    sys.meta_path.insert(0, Finder)\n',
        )
    )

    done = run(python, broken, URL)

    assert done.returncode == 1
    assert "1 / 0  # here" in done.stderr


def test_an_older_python_is_told_what_is_needed(file):
    old = [
        *Path.home().glob(".pyenv/versions/3.[67].*/bin/python"),
        *Path.home().glob(".pyenv/versions/2.7*/bin/python"),
    ]
    if not old:
        pytest.skip("no Python before 3.8 in ~/.pyenv/versions")
    for place in old:
        done = run(place, file, URL)

        assert done.returncode == 1
        assert "needs Python 3.8 or later" in done.stderr


def test_every_module_can_be_imported_by_itself():
    for path in FOLDER.glob("*.py"):
        assert importlib.import_module(f"apidoctor.travelling.{path.stem}").__doc__
