"""Each format shows the same report; golden files show how."""

import io
import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree as XML

import msgspec
import pytest
from report import samples
from report.golden import same_as_golden

from apidoctor.model.report import Report
from apidoctor.report import FORMATS, Output, View, parse_outputs, render, write
from apidoctor.report.glyphs import ASCII

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = ("broken", "healthy", "undecided", "defect", "zones", "hostile")
SUFFIX = {"text": "txt", "junit": "xml", "github": "github.txt", "markdown": "md"}


def sample(name: str) -> Report:
    return getattr(samples, name)()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["broken", "undecided", "hostile"])
def test_what_is_shown_is_the_golden_file(format, name):
    shown = render(sample(name), format).decode()

    assert same_as_golden(GOLDEN / f"{name}.{SUFFIX.get(format, format)}", shown)


@pytest.mark.parametrize("name", ["healthy", "defect", "zones"])
def test_text_of_the_other_ends_of_a_run_is_the_golden_file(name):
    assert same_as_golden(GOLDEN / f"{name}.txt", render(sample(name), "text").decode())


def test_verbose_ascii_text_is_the_golden_file():
    shown = render(samples.defect(), "text", View(ASCII, width=80, verbose=True)).decode()

    assert same_as_golden(GOLDEN / "defect.verbose.ascii.txt", shown)


def test_coloured_text_without_its_colours_is_the_plain_text():
    plain, coloured = (render(samples.broken(), "text", View(colour=c)).decode() for c in (False, True))

    assert coloured != plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_ascii_when_the_terminal_is(name):
    assert render(sample(name), "text", View(ASCII)).isascii()


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_no_line_is_wider_than_asked_unless_a_single_word_is(width):
    for line in render(samples.broken(), "text", View(width=width)).decode().splitlines():
        assert len(line) <= width or len(line.split()) <= 2


@pytest.mark.parametrize("format", FORMATS)
def test_no_format_lets_a_control_character_of_a_stranger_through(format):
    shown = render(samples.hostile(), format).decode()

    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_writes_every_report_the_same_way_each_time_and_ends_the_last_line(format, name):
    first, second = (render(sample(name), format) for _ in range(2))

    assert first == second
    assert first.endswith(b"\n")


def test_json_is_the_whole_report_in_the_words_of_the_contract():
    document = json.loads(render(samples.broken(), "json"))

    assert document["format"] == "apidoctor.report"
    assert document["caller"]["from"] == "eni-0c11"
    assert document["summary"] == {"pass": 11, "warn": 1, "fail": 2, "unknown": 0, "skipped": 3, "error": 0}
    assert document["root_causes"][0]["fault"] == "N01"


def test_json_lines_hold_the_run_and_each_part_once():
    lines = [json.loads(line) for line in render(samples.broken(), "ndjson").splitlines()]

    kinds = [line["kind"] for line in lines]
    assert kinds == ["run", "root_cause"] + ["result"] * 17 + ["fix"] + ["evidence"] * 3
    assert lines[0]["verdict"] == "broken"
    assert lines[-1]["id"] == "e3"


@pytest.mark.parametrize("name", SAMPLES)
def test_junit_is_xml_and_counts_what_it_lists(name):
    suite = XML.fromstring(render(sample(name), "junit")).find("testsuite")

    assert suite is not None
    assert int(suite.get("tests")) == len(suite.findall("testcase")) == len(sample(name).results)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(attribute)) == len(suite.findall(f"testcase/{tag}"))


def test_junit_does_not_call_an_undecided_check_green():
    suite = XML.fromstring(render(samples.undecided(), "junit"))

    assert [e.get("type") for e in suite.iter("error")] == ["unknown"] * 3


def test_a_stranger_cannot_begin_a_workflow_command():
    lines = render(samples.hostile(), "github").decode().splitlines()

    assert len(lines) == 3
    assert all(re.match(r"::(error|warning|notice) title=[^:,]+::", line) for line in lines)


def test_a_stranger_can_neither_mention_nor_open_html_in_markdown():
    shown = re.sub(r"(`+) .*? \1", "", render(samples.hostile(), "markdown").decode())

    assert "@all" not in shown
    assert "<b>" not in shown
    assert not re.search(r"(?<!\\)\[", shown)


def test_every_root_cause_says_what_to_do_and_where_to_read_on():
    shown = render(samples.broken(), "text").decode()

    assert "fix      Let sg-0e1 admit tcp 443" in shown
    assert "apidoctor explain N01" in shown
    assert "next: Let sg-0e1 admit tcp 443 from the caller's group sg-0c1." in shown


def test_a_traceback_is_shown_only_when_asked_for():
    short, long = (render(samples.defect(), "text", View(verbose=v)).decode() for v in (False, True))

    assert "Traceback" not in short
    assert "Traceback" in long


def test_a_partial_report_says_so():
    run = msgspec.structs.replace(samples.broken().run, complete=False)
    shown = render(msgspec.structs.replace(samples.broken(), run=run), "text").decode()

    assert "partial" in shown


def test_no_option_means_text_on_standard_output():
    assert parse_outputs([]) == [Output("text")]


def test_an_output_may_go_to_a_file():
    assert parse_outputs(["text", "json=a=b.json", "junit=-"][:2]) == [
        Output("text"),
        Output("json", "a=b.json"),
    ]


@pytest.mark.parametrize(
    ("specs", "complaint"),
    [(["yaml"], "no format 'yaml'"), (["text", "json"], "text and json on standard output")],
)
def test_an_output_that_cannot_be_is_refused_with_a_sentence(specs, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_outputs(specs)


def test_files_get_no_colours_and_replace_what_was_there(tmp_path):
    text, document, stdout = tmp_path / "r.txt", tmp_path / "r.json", io.BytesIO()
    text.write_text("old")
    outputs = [Output("text"), Output("text", str(text)), Output("json", str(document))]

    write(samples.broken(), outputs, stdout, View(ASCII, colour=True))

    assert b"\x1b[" in stdout.getvalue()
    assert text.read_bytes() == render(samples.broken(), "text")
    assert json.loads(document.read_bytes())["verdict"] == "broken"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r.json", "r.txt"]
