"""What is installed from a wheel is what the checkout has: checks, playbooks, schemas, types and the command."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from project.tree import ROOT, tracked

KNOWLEDGE = ("checks", "playbooks")


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.fixture(scope="module")
def direct(tmp_path_factory) -> Path:
    """A wheel that was built from the checkout itself."""
    folder = tmp_path_factory.mktemp("direct")
    run("-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT), cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Path:
    """A folder into which the wheel was installed, without its dependencies."""
    folder = tmp_path_factory.mktemp("site")
    wheel = str(next(built.glob("*.whl")))
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    run("-m", "pip", "install", *options, "--target", str(folder), wheel, cwd=folder)
    return folder


def from_wheel(installed: Path, *words: str) -> str:
    """What the installed command prints; dependencies come from the environment of the tests."""
    return run("-m", "apidoctor", *words, cwd=installed.parent, PYTHONPATH=str(installed))


def from_checkout(*words: str) -> str:
    return run("-m", "apidoctor", *words, cwd=ROOT / "tests")


def test_the_installed_package_is_the_one_that_runs(installed):
    told = run(
        "-c", "import apidoctor; print(apidoctor.__file__)", cwd=installed.parent, PYTHONPATH=str(installed)
    )

    assert Path(told.strip()).is_relative_to(installed)


@pytest.mark.parametrize(
    "words",
    [
        ["list", "checks"],
        ["list", "playbooks"],
        ["list", "faults"],
        ["list", "outputs"],
        ["list", "permissions"],
        ["explain", "network/endpoint-group-admits-caller"],
        ["explain", "connection-times-out"],
        ["lab", "list"],
        ["--version"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_the_wheels_command_says_what_the_checkouts_says(words, installed):
    assert from_wheel(installed, *words) == from_checkout(*words)


def test_the_command_is_installed(installed):
    command = installed / "bin" / "apidoctor"
    told = run(str(command), "--version", cwd=installed.parent, PYTHONPATH=str(installed))

    assert told.startswith("apidoctor ")


def test_schemas_types_and_licence_are_in_the_wheel(installed):
    package = installed / "apidoctor"

    for name in ("report", "snapshot"):
        shipped = package / "schemas" / f"{name}.schema.json"
        assert shipped.read_bytes() == (ROOT / "src/apidoctor/schemas" / shipped.name).read_bytes()
    assert (package / "py.typed").is_file()
    assert list(installed.glob("apidoctor-*.dist-info/licenses/LICENSE"))


def test_every_check_and_playbook_of_the_checkout_is_in_the_wheel(installed):
    for folder in KNOWLEDGE:
        wanted = {path.relative_to(ROOT) for path in tracked(folder)}
        shipped = {
            path.relative_to(installed / "apidoctor")
            for path in (installed / "apidoctor" / folder).rglob("*.*")
        }

        assert wanted
        assert wanted <= shipped


def test_wheels_from_checkout_and_sdist_hold_the_same_files(built, direct):
    names = [sorted(zipfile.ZipFile(wheel).namelist()) for wheel in (next(built.glob("*.whl")), direct)]

    assert names[0] == names[1]


def test_the_wheel_brings_nothing_but_the_package(direct):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(direct).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"apidoctor"}
    assert not [
        name for name in zipfile.ZipFile(direct).namelist() if "/tests/" in name or name.endswith(".pyc")
    ]


def test_the_sdist_can_be_tested(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}

    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "tests/scenarios/kit.py",
        "checks/api/exists.py",
    } <= names
