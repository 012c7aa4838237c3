"""The whole command against hostile servers: every format is well formed, nothing in it acts, and nothing breaks."""

import json
import re
import xml.etree.ElementTree as ET

import dns.message
import dns.rrset
import pytest
from cli.command import apidoctor, clean
from facts.attacks import ATTACKS, LATIN, MARKS, Attack, ok, says
from facts.servers import Authority, dns_server, serving
from tui.driving import drawn, drive, screen

from apidoctor.report import FORMATS

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
WORLD = "10.1.4.21"
URL = f"https://{NAME}/prod/pets"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What moves a cursor, changes direction or hides."""
WORST = {
    name: ATTACKS[name]
    for name in (
        "a body without end and length",
        "a gzip bomb",
        "ten thousand headers",
        "a redirect that cannot be read",
        "a redirect to the metadata service",
        "JSON nested deeply",
        "a date with a zone of years",
        "marks in known headers",
        "resets in the chunks",
        "HTTP/2 though HTTP/1.1 was asked",
    )
} | {
    "marks everywhere": Attack(
        says(
            ok(
                b"x-amzn-ErrorType: AccessDeniedException" + LATIN,
                b"x-amzn-RequestId: " + LATIN,
                b"x-apigw-id: " + LATIN,
                status="403 Forbidden",
                body=json.dumps(
                    {"message": f"User: {MARKS} is not authorized to perform: {MARKS}\n::error::x"}
                ).encode(),
            )
        ),
        {"response"},
    )
}


def answer(question, _):
    """Every A question gets the address of the world, and an alias whose name is hostile."""
    reply = dns.message.make_response(question)
    asked = question.question[0]
    if asked.rdtype == 1:
        alias = "\\027]0\\059pwned\\007-click-app.quit.example."
        reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", "CNAME", alias))
        reply.answer.append(dns.rrset.from_text(alias, 60, "IN", "A", WORLD))
    return reply


@pytest.fixture(scope="module")
def resolver():
    with dns_server(answer) as server:
        yield server


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def context(authority):
    return authority.context(NAME)


@pytest.fixture
def run(resolver, authority, context, tmp_path, home):
    """Run a command against a server that *attack* plays, with all formats; return code, terminal, folder, snapshot."""

    def run(command, attack, *more):
        context.set_alpn_protocols(attack.alpn or ["http/1.1"])
        file = tmp_path / "seen.json"
        with serving(attack.talk, context) as server:
            words = ["--resolver", resolver, "--ca-file", str(authority.file), "--save-snapshot", str(file)]
            words += ["--connect-to", f"{WORLD}:443=127.0.0.1:{server.port}", "--timeout", "20", "-v", *more]
            formats = [word for name in FORMATS for word in ("-o", f"{name}={tmp_path / name}")]
            done = apidoctor(command, URL, *words, *formats, "-o", "text", env=clean(home))
        return done, tmp_path, json.loads(file.read_text())

    return run


@pytest.mark.parametrize("name", WORST)
def test_check_tells_a_hostile_answer_safely_in_every_format(name, run):
    done, folder, snapshot = run("check", WORST[name], "--no-aws")
    calls = [one for one in snapshot["observations"] if one["kind"] == "http"]

    assert done.returncode in (1, 3)
    assert "Traceback" not in done.stdout + done.stderr
    assert calls
    assert {one["outcome"] for one in calls} <= WORST[name].outcomes
    report = json.loads((folder / "json").read_text())
    assert report["summary"]["error"] == 0
    assert_is_safe(folder, done)


@pytest.mark.parametrize("name", ["marks everywhere", "a gzip bomb", "a redirect that cannot be read"])
def test_probe_tells_a_hostile_answer_safely_in_every_format(name, run):
    done, folder, snapshot = run("probe", WORST[name])
    calls = [one for one in snapshot["observations"] if one["kind"] == "http"]

    assert done.returncode in (0, 1, 3)
    assert "Traceback" not in done.stdout + done.stderr
    assert {one["outcome"] for one in calls} <= WORST[name].outcomes
    assert_is_safe(folder, done)


@pytest.mark.parametrize("name", ["marks everywhere", "marks in known headers"])
def test_matrix_tells_a_hostile_answer_safely_as_text_and_as_json(
    name, resolver, authority, context, tmp_path, home
):
    context.set_alpn_protocols(["http/1.1"])
    file = tmp_path / "seen.json"
    with serving(WORST[name].talk, context) as server:
        words = ["--no-aws", "--resolver", resolver, "--ca-file", str(authority.file), "-q"]
        words += ["--connect-to", f"{WORLD}:443=127.0.0.1:{server.port}", "--timeout", "20"]
        told = apidoctor("matrix", URL, *words, "--json", "--save-snapshot", str(file), env=clean(home))
        shown = apidoctor("matrix", URL, *words, env=clean(home))
    kept = file.read_text(encoding="utf-8")

    assert "pwned" in kept
    assert json.loads(told.stdout)["rows"][0]["cells"][0]["http_status"]
    assert not ACTS.search(told.stdout + told.stderr + shown.stdout + shown.stderr + kept)


def assert_is_safe(folder, done):
    """Every format is well formed, and nothing of a stranger's text acts in it."""
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in FORMATS}
    json.loads(texts["json"])
    ET.fromstring(texts["junit"])
    assert all(isinstance(json.loads(line), dict) for line in texts["ndjson"].splitlines())
    kept = (folder / "seen.json").read_text(encoding="utf-8")
    for name, text in {**texts, "terminal": done.stdout, "stderr": done.stderr, "snapshot": kept}.items():
        assert not ACTS.search(text), name
    commands = [line for line in texts["github"].splitlines() if line.lstrip().startswith("::")]
    assert all(re.match(r"::(error|warning|notice|group|endgroup)\b", line) for line in commands)
    assert "::error::pwned" not in [line.strip() for line in texts["github"].splitlines()]
    assert "<script>" not in re.sub(r"```.*?```|`[^`\n]*`", "", texts["markdown"], flags=re.DOTALL)


def test_the_screen_shows_a_hostile_answer_and_lives(run):
    from apidoctor.cli.diagnose import prepare
    from apidoctor.cli.options import Options

    _, folder, _ = run("check", WORST["marks everywhere"], "--no-aws")
    diagnosis = prepare(Options(snapshot=str(folder / "seen.json")))

    async def story(app, pilot):
        shown = []
        for key in ["a", *["down"] * 25]:
            await pilot.press(key)
            await pilot.pause(0.01)
            shown.append(screen(app))
        await pilot.click(offset=(30, 12))
        await drawn(app, pilot)
        assert app.is_running
        return "\n".join(shown)

    shown = drive(diagnosis.session.run, story, size=(160, 50))

    assert not ACTS.search(shown)
    assert "@click=app.quit" in shown
