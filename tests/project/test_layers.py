"""The arrows between the folders point one way, and nothing is longer than fits in the head."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from project.tree import ROOT, tracked

MODULES = tracked("src/*.py", "checks/*.py")


def test_the_import_contracts_hold():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


def test_there_is_something_to_measure():
    assert len(MODULES) > 100


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_and_its_functions_fit_in_the_head(path):
    text = path.read_text()
    tree = ast.parse(text)
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno >= 60
    }

    assert text.count("\n") <= 500
    assert long == {}


def test_nothing_in_src_names_a_check_by_its_module():
    for path in tracked("src/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("apidoctor.checks."), path


@pytest.mark.parametrize("path", tracked("checks/*.py"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_check_imports_only_the_authors_page_and_pure_helpers(path):
    allowed = {
        "apidoctor.checkkit",
        "collections.abc",
        "typing",
        "ipaddress",
        "re",
        "json",
        "urllib.parse",
        "datetime",
    }
    allowed |= {"itertools", "functools", "fnmatch", "math", "msgspec"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= allowed
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert node.module in allowed or (node.module or "").startswith(
                ("apidoctor.reasoning", "apidoctor.model")
            )
