"""A file is a check: how checks are found, chosen and refused."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from engine.kit import check

from apidoctor import _bundled
from apidoctor.engine.registry import HEADINGS, Registry, load
from apidoctor.errors import EmptySelection, UsageError
from apidoctor.model.faults import FAULTS
from apidoctor.model.operations import OPERATIONS

PAGE = (
    "The name is short.\n\n" + "\n\n".join(f"{title}\n{'-' * len(title)}\nText." for title in HEADINGS) + "\n"
)
BODY = """
from apidoctor.checkkit import check, passed

@check({declared})
def judge(case):
    yield passed("It is.")
"""


def source(declared: str = "", page: str = PAGE) -> str:
    """The file of a check."""
    return f'"""{page}"""\n' + BODY.format(declared=declared)


def write(folder: Path, name: str, text: str = "") -> Path:
    """Write a file of a user's own checks; return the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or source())
    return folder


def test_a_new_check_is_one_file_and_its_path_is_its_id(tmp_path):
    registry = load([write(tmp_path, "naming/name_is_short.py", source('needs=("naming/name-resolves",)'))])

    found = registry.checks["naming/name-is-short"]
    assert found.title == "The name is short"
    assert found.page.startswith("The name is short.")
    assert [one.id for one in registry.select(["naming/name-is-short"])] == [
        "naming/name-resolves",
        "naming/name-is-short",
    ]


def test_a_users_check_may_open_a_layer_of_its_own(tmp_path):
    write(tmp_path, "house_rules/tags/owner_is_set.py")
    order = list(load([tmp_path]).checks)

    assert order[-1] == "house-rules/tags/owner-is-set"


def test_helpers_of_a_users_check_are_no_checks(tmp_path):
    write(tmp_path, "naming/_words.py", "WORD = 'short'\n")
    write(
        tmp_path,
        "naming/name_is_short.py",
        source().replace("from apidoctor", "from ._words import WORD\nfrom apidoctor", 1),
    )

    assert "naming/name-is-short" in load([tmp_path]).checks


def test_folders_of_the_same_layout_do_not_mix(tmp_path):
    first = write(tmp_path / "a", "naming/mine.py", source(page=PAGE.replace("short", "first")))
    second = write(tmp_path / "b", "naming/mine.py", source(page=PAGE.replace("short", "second")))

    assert load([first]).checks["naming/mine"].title == "The name is first"
    assert load([second]).checks["naming/mine"].title == "The name is second"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def judge(:\n", "cannot be loaded: SyntaxError"),
        ("import no_such_module_anywhere\n", "cannot be loaded: ModuleNotFoundError: No module named"),
        ("1 / 0\n", "cannot be loaded: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "cannot be loaded: SystemExit: 0"),
        (BODY.format(declared=""), "its docstring needs a title and the headings Why it matters"),
        (source(page="Title only."), "its docstring needs a title and the headings"),
        (
            source(page=PAGE.replace("How to fix", "How to mend")),
            "its docstring needs a title and the headings",
        ),
        (f'"""{PAGE}"""\n', "declares 0 judging functions"),
        (
            source() + "\nother = check()(judge.judge)\n",
            "declares 2 judging functions",
        ),
        (source("colour=1"), "cannot be loaded: TypeError"),
        (
            source("needs=('naming/gone',)"),
            "needs naming/gone, and there is no such check",
        ),
        (source("faults=('Z99',)"), "declares the fault Z99"),
        (source("reads=('delete_vpcs',)"), "reads delete_vpcs"),
        (source("needs=('naming/mine',)"), "need each other in a ring"),
    ],
)
def test_a_file_that_is_no_check_is_told_in_one_line_with_its_name(text, told, tmp_path):
    write(tmp_path, "naming/mine.py", text)
    with pytest.raises(UsageError) as caught:
        load([tmp_path])

    assert told in str(caught.value)
    assert "naming/mine" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_group_that_cannot_be_imported_is_not_silently_left_out(tmp_path):
    write(tmp_path, "naming/__init__.py", "import no_such_module_anywhere\n")
    write(tmp_path, "naming/mine.py")
    with pytest.raises(UsageError, match="no_such_module_anywhere"):
        load([tmp_path])


def test_two_checks_of_one_name_are_refused(tmp_path):
    with pytest.raises(UsageError, match="naming/name-resolves is there twice"):
        load([write(tmp_path, "naming/name_resolves.py")])


def test_a_file_in_no_folder_has_no_layer(tmp_path):
    with pytest.raises(UsageError, match="put it into a folder"):
        load([write(tmp_path, "mine.py")])


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="no folder of checks"):
        load([tmp_path / "gone"])


NAMES = ("naming/a", "naming/b", "network/c", "network/d", "invoke/e")


def some() -> Registry:
    needs = {"naming/b": ("naming/a",), "network/d": ("naming/b",)}
    return Registry([check(name, needs=needs.get(name, ())) for name in NAMES])


@pytest.mark.parametrize(
    ("only", "skip", "chosen"),
    [
        ((), (), ["naming/a", "naming/b", "network/c", "network/d", "invoke/e"]),
        (("network/d",), (), ["naming/a", "naming/b", "network/d"]),
        (("network/*",), (), ["naming/a", "naming/b", "network/c", "network/d"]),
        (("*/e", "naming/a"), (), ["naming/a", "invoke/e"]),
        ((), ("naming/*",), ["network/c", "network/d", "invoke/e"]),
        (("network/d",), ("naming/b",), ["naming/a", "network/d"]),
    ],
)
def test_checks_are_chosen_by_globs_with_all_that_they_need(only, skip, chosen):
    assert [one.id for one in some().select(only, skip)] == chosen


@pytest.mark.parametrize(("only", "skip"), [(("cost/*",), ()), ((), ("*",)), (("NETWORK/*",), ())])
def test_a_selection_without_any_check_is_refused(only, skip):
    with pytest.raises(EmptySelection):
        some().select(only, skip)


BUILT_IN = load().checks


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_built_in_check_declares_what_there_is(name):
    declared = BUILT_IN[name].declaration

    assert [fault for fault in declared.faults if fault not in FAULTS] == []
    assert [read for read in declared.reads if read not in OPERATIONS] == []
    assert set(declared.probes) <= {"host", "identity", "dns", "tcp", "tls", "http", "path_mtu"}
    assert declared.playbook is None or (_bundled.PLAYBOOKS / f"{declared.playbook}.md").is_file()
    assert declared.playbook is not None or not declared.required or not declared.faults
    assert all(any(fnmatchcase(other, glob) for other in BUILT_IN) for glob in declared.explained_by)


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_built_in_page_is_a_page_for_people(name):
    page = BUILT_IN[name].page

    assert page.partition("\n")[0].endswith(".")
    assert len(BUILT_IN[name].title) <= 100
    assert "https://" in page.partition("References")[2]
