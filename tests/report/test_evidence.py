"""Evidence under a cause: the gist by default, all of it when asked for."""

import msgspec
import pytest
from report import samples

from apidoctor.model.report import Evidence
from apidoctor.report import View, render
from apidoctor.report.evidence import gist, headline
from apidoctor.report.glyphs import UNICODE
from apidoctor.report.page import Page

GROUP = samples.ec2(
    "describe_security_groups",
    "sg-1",
    {"IpPermissions": [{"IpProtocol": "-1", "IpRanges": [], "Groups": ["sg-1"]}]},
)
HOPS = "eni-1 > sg-0 > acl-1 > rtb-1 > acl-2 > sg-1 > eni-2"
SIGNATURE = (
    "403: The request signature we calculated does not match the signature you provided. Check your key."
    "\\n\\nThe Canonical String for this request should have been\\n'GET"
)


def reach(path: str = HOPS) -> Evidence:
    return Evidence("reasoning.reachability", None, None, "eni-2", samples.AT, {"code": "X", "path": path})


def connect(address: str = "10.1.4.21") -> Evidence:
    value = {"address": address, "port": 443, "outcome": "timeout", "elapsed_ms": 3000.6, "vantage": "vm"}
    return Evidence("probe.tcp", None, None, None, samples.AT, value)


def shown(*items: Evidence, about: str | None = None) -> list[str]:
    page = Page(UNICODE, 80)
    gist(page, items, about, indent=0)
    return ["".join(span.text for span in line) for line in page.lines]


def test_a_connection_attempt_is_one_line():
    assert shown(connect()) == ["seen     probe.tcp 10.1.4.21:443 timeout"]


def test_a_path_is_shown_up_to_the_object_that_blocks():
    assert shown(reach(), about="acl-1") == ["seen     path eni-1 > sg-0 > acl-1"]
    assert shown(reach(), about="elsewhere") == [f"seen     path {HOPS}"]


def test_the_aws_object_comes_first_and_without_its_empty_members():
    assert shown(connect(), GROUP) == [
        "seen     ec2.describe_security_groups sg-1 (222222222222, us-east-1)",
        "         IpPermissions: IpProtocol=-1 Groups=sg-1",
        "seen     probe.tcp 10.1.4.21:443 timeout",
    ]


def test_what_is_empty_atop_is_the_news_and_stays():
    assert shown(samples.ec2("x", "y", {"policy": None})) == [
        "seen     ec2.x y (222222222222, us-east-1)  policy: none"
    ]


def test_many_lines_are_cut_and_the_rest_is_counted():
    lines = shown(*[connect(f"10.1.4.{n}") for n in range(20)])

    assert lines[:6] == [f"seen     probe.tcp 10.1.4.{n}:443 timeout" for n in range(6)]
    # With -v each attempt takes three lines here.
    assert lines[6:] == ["         … 54 more lines with -v"]


def test_no_line_is_given_up_to_say_that_one_is_missing():
    assert len(shown(*[connect()] * 7)) == 7
    assert "with -v" not in "".join(shown(*[connect()] * 7))


def test_a_long_value_takes_two_lines():
    assert len(shown(samples.ec2("x", "y", {"body": "word " * 70}))) == 3


def test_a_long_subject_that_stands_above_is_not_said_again():
    about = "https://" + "a" * 60
    item = Evidence("probe.http", None, None, about, samples.AT, {"status": 403})

    assert shown(item, about=about) == ["seen     probe.http  status: 403"]
    assert about in shown(item)[0] + shown(item)[1]


@pytest.mark.parametrize("text", ["one\ntwo", "one\\n\\ntwo", "one\r\ntwo", "  one\n"])
def test_a_headline_ends_at_the_first_line_end_also_where_json_spelt_it_out(text):
    assert headline(text) == "one"


def with_symptom(text: str):
    """Return the broken report, its symptom saying *text*."""
    report = samples.broken()
    results = [
        msgspec.structs.replace(r, summary=text) if r.check == "invoke/tcp-connects" else r
        for r in report.results
    ]
    return msgspec.structs.replace(report, results=results)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_symptom_is_short_however_long_its_message_is(width):
    lines = render(with_symptom(SIGNATURE), "text", View(width=width)).decode().splitlines()

    (first,) = [number for number, line in enumerate(lines) if "403: The request signature" in line]
    (last,) = [number for number, line in enumerate(lines) if "because of N01" in line]
    assert lines[first].startswith("✗ fail     403: The request signature")
    assert 0 <= last - first <= 2
    assert max(map(len, lines[first : last + 1])) <= width
    assert not [line for line in lines if "Canonical" in line]


def test_verbose_shows_all_of_a_symptom():
    assert "Canonical String" in render(with_symptom(SIGNATURE), "text", View(verbose=True)).decode()


@pytest.mark.parametrize("verbose", [False, True])
def test_the_fix_stands_before_the_proof(verbose):
    text = render(samples.broken(), "text", View(verbose=verbose)).decode()

    assert text.index("    cause ") < text.index("    fix ") < text.index("    seen ")


def test_verbose_shows_what_was_found_where_things_hold_and_every_member():
    text = render(samples.broken(), "text", View(verbose=True)).decode()

    assert "✓ pass     The API is private.  (api/is-private)" in text
    assert "elapsed_ms: 3000" in text


@pytest.mark.parametrize("name", ["healthy", "broken", "undecided"])
@pytest.mark.parametrize("format", ["text", "markdown"])
def test_notes_of_the_run_are_told_whatever_the_verdict(name, format):
    report = getattr(samples, name)()
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 1'
    run = msgspec.structs.replace(report.run, notes=["no probes: asked not to", trace])
    text = render(msgspec.structs.replace(report, run=run), format).decode().lower()

    assert "no probes: asked not to" in text
    assert "keyerror: 1" in text
    assert "x.py" not in text
