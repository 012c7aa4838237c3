"""``apidoctor explain``: pages of checks, faults and playbooks."""

import pytest

from apidoctor import _bundled
from apidoctor.cli.app import run
from apidoctor.engine.registry import load
from apidoctor.model.faults import FAULTS

OWN = '''"""Own checks have pages too.

Why it matters
--------------
It is yours.

How it decides
--------------
- It does not look.
- It passes.

How to fix
----------
Nothing.

References
----------
- https://example.org/
"""

from apidoctor.checkkit import check, passed


@check()
def judge(case):
    yield passed("Good.")
'''


@pytest.fixture
def explain(capsys, monkeypatch):
    """Run the command at a width; return exit code, output and errors."""

    def call(*arguments, width=80):
        monkeypatch.setenv("COLUMNS", str(width))
        code = run(["explain", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_check_is_found_by_its_id_and_by_its_bare_name(explain):
    whole, bare = explain("network/endpoint-acl-passes"), explain("endpoint-acl-passes")

    assert whole == bare
    assert whole[0] == 0
    assert whole[1].splitlines()[:2] == [
        "network/endpoint-acl-passes",
        "The network ACLs of the endpoint's subnets pass the call and its replies",
    ]
    assert "\nWhy it matters\n  Each interface" in whole[1]
    assert "finds    N05" in whole[1]
    assert "---" not in whole[1]


def test_a_bare_name_of_several_checks_is_refused_with_their_ids(explain):
    code, _, errors = explain("exists")

    assert code == 2
    assert "endpoint/exists, api/exists" in errors


def test_a_fault_tells_title_family_the_checks_that_find_it_and_their_pages_once(explain):
    code, shown, _ = explain("n08")

    assert code == 0
    assert shown.splitlines()[:3] == [
        "N08  The transit gateway does not carry the call both ways",
        "family   network path",
        "found by network/transit-gateway-carries-the-call",
    ]
    assert shown.count("Why it matters") == 1
    assert shown.endswith("next     apidoctor explain connection-times-out\n")


def test_a_playbook_tells_its_head_as_a_list_and_then_its_prose(explain):
    code, shown, _ = explain("connection-times-out")

    assert code == 0
    assert 'symptom  connect timeout, "Connection timed out"' in shown
    assert "checks   naming/answers-are-endpoint-addresses\n         endpoint/is-available\n" in shown
    assert "\n  1. Every address of the endpoint times out" in shown
    assert "symptom:" not in shown


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("endpoint-acl-pases", "network/endpoint-acl-passes"),
        ("conection-times-out", "connection-times-out"),
        ("n055", "N05"),
        ("naming/name-resolve", "naming/name-resolves"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(explain, typed, meant):
    code, shown, errors = explain(typed)

    assert (code, shown) == (2, "")
    assert "did you mean" in errors
    assert meant in errors


def test_a_name_like_nothing_points_to_the_lists(explain):
    assert "see apidoctor list checks" in explain("qqqqqq")[2]


def test_a_name_is_no_path(explain):
    assert explain("../README")[0] == 2


def test_a_check_of_an_own_folder_has_its_page(explain, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "is_good.py").write_text(OWN)

    code, shown, _ = explain("is-good", "--checks", str(tmp_path))

    assert code == 0
    assert "  - It does not look.\n  - It passes.\n" in shown


@pytest.mark.parametrize("width", [60, 100, 200])
def test_pages_are_as_wide_as_the_terminal_but_never_wider_than_100(explain, width):
    _, shown, _ = explain("forbidden-403", width=width)

    prose = [line for line in shown.splitlines() if not line.startswith("    apidoctor ")]
    longest = max(len(line) for line in prose if len(line.split()) > 2)
    assert min(width, 100) - 15 < longest <= min(width, 100)


def test_every_check_fault_and_playbook_has_a_page(explain):
    names = [*load().checks, *FAULTS, *(path.stem for path in _bundled.PLAYBOOKS.glob("*.md"))]

    assert [name for name in names if explain(name)[0] != 0] == []


@pytest.mark.parametrize("name", ["forbidden-403", "signature-refused"])
def test_commands_of_a_playbook_stay_lines_that_can_be_pasted(explain, name):
    _, shown, _ = explain(name, width=40)
    source = (_bundled.PLAYBOOKS / f"{name}.md").read_text("utf-8")
    commands = [line for line in source.splitlines() if line.startswith("    apidoctor ")]

    assert commands
    assert all(line in shown.splitlines() for line in commands)


def test_a_fault_names_a_check_of_many_faults_and_leaves_its_page_out(explain):
    _, shown, _ = explain("A18", width=120)
    count = len(load().checks["invoke/call-is-admitted"].declaration.faults)

    assert f"invoke/call-is-admitted of {count} faults: apidoctor explain invoke/call-is-admitted" in shown
    assert "finds    A01" not in shown
    assert "policy/call-is-signed-where-asked\nThe call is signed" in shown


def test_what_a_check_finds_stands_in_the_order_of_its_tables(explain):
    _, shown, _ = explain("invoke/call-is-admitted")
    found = [line.split()[1] for line in shown.splitlines() if line.startswith("finds ")]

    assert found[:3] == ["A01", "A02", "A03"]
    assert found[-2:] == ["T07", "T09"]
