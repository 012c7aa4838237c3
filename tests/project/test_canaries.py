"""No secret in any output: canaries are planted wherever one can be, and all that the commands write is searched.

The servers send back all that they receive, in several spellings.  What nobody can find again stands in
`apidoctor.travelling.masking`.
"""

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from cli.command import apidoctor, inside
from facts.attacks import ok
from facts.echoes import leaks
from facts.servers import Authority, serving
from tui.driving import drawn, drive, screen

from apidoctor.lab import Lab
from apidoctor.report import FORMATS

HEADER_KEY = "Hk4Jd8/Sl2Qm6+Wz0Xn5"
BEARER = "Bt7Gy3-Vr9_Kp1Ld5Mc8Nf2"
COOKIE = "Ck2Xw6Zv0Yb4Ut8Sr1"
TICKET = "Tk5Pn9Lm3Jh7Fg1Ds6"
QUERY_KEY = "Qk8Rt2Yu6Io0Pa4Sd7"
QUERY_SIGNATURE = "9f8e7d6c5b4a39281706f5e4d3c2b1a0ffeeddccbbaa99887766554433221100"
QUERY_TOKEN = "IQoJb3JpZ2luX2VjQt3We7Rt1Yu5Io9Pa2"
PROXY_PASSWORD = "Pp1Zx5Cv9Bn3Mq7"
SAS, CODE, GOOGLE_KEY, SESSION, PASSWORD = "Sg7Xk2Vb9", "4-0Ax8Cq1", "AIzaSyW3v", "s3ss10nQz", "Pw6Rt1Uy8"
SHORT = {"sig": SAS, "code": CODE, "key": GOOGLE_KEY, "sessionId": SESSION, "user_pwd": PASSWORD}
PLANTED = (
    *SHORT.values(),
    HEADER_KEY,
    BEARER,
    COOKIE,
    TICKET,
    QUERY_KEY,
    QUERY_SIGNATURE,
    QUERY_TOKEN,
    PROXY_PASSWORD,
)
QUERY = f"?page=2&api_key={QUERY_KEY}&X-Amz-Signature={QUERY_SIGNATURE}&X-Amz-Security-Token={QUERY_TOKEN}"
QUERY += "".join(f"&{name}={value}" for name, value in SHORT.items())
HEADERS = [
    word
    for text in (f"x-api-key: {HEADER_KEY}", f"Cookie: theme=dark; sid={COOKIE}", f"X-Corp-Ticket: {TICKET}")
    for word in ("-H", text)
]

MIXES = (
    lambda head: head,
    lambda head: json.dumps({"message": head, "code": 7}),
    lambda head: base64.b64encode(head.encode()).decode(),
    lambda head: quote(head, safe=""),
    lambda head: json.dumps(json.dumps(head.upper())),
)
"""What the servers send back of the head of a request, one after the other."""


def echoing():
    """Return a talk that sends the whole request back, in its body and in its headers; one part for each connection."""
    turns = []

    def talk(one):
        head = one.head()
        turns.append(head)
        # The secrets first: what is kept of a body is its beginning.
        fields = [
            line for line in head.split("\r\n") if re.match(r"(?i)authoriz|x-a|cookie|x-c|GET|proxy-", line)
        ]
        body = MIXES[len(turns) % len(MIXES)]("\n".join(sorted(fields, key=len)))
        lines = [f"x-echo-{number}: {line}" for number, line in enumerate(fields)]
        location = f"Location: https://user:{HEADER_KEY}@elsewhere.example/?{quote(body[:500])}"
        status = "407 Proxy Authentication Required" if head.startswith("CONNECT") else "403 Forbidden"
        one.send(ok(*lines, location, f"Set-Cookie: sid={COOKIE}", status=status, body=body.encode()))

    return talk


class World:
    """A lab whose front door and proxy send everything back."""

    def __init__(self, lab, port, proxy, authorities, home):
        self.lab = lab
        words = list(lab.arguments)
        self.options = []
        while words:
            name, value = words.pop(0), words.pop(0)
            if name == "--connect-to":
                value = f"{value.partition('=')[0]}=127.0.0.1:{port}"
            self.options += [name, str(authorities) if name == "--ca-file" else value]
        user = f"http://me:{PROXY_PASSWORD}@127.0.0.1:{proxy}"
        self.environment = inside(lab, home) | {"HTTPS_PROXY": user, "NO_PROXY": "127.0.0.1"}
        self.secrets = (
            *PLANTED,
            *(
                lab.environment[name]
                for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
            ),
        )

    @property
    def target(self):
        return self.lab.target + QUERY

    @property
    def signed(self):
        """A target whose method needs a signature."""
        return self.target.replace("/pets", "/orders")

    def run(self, *words, stdin=None):
        """Run a command; return its exit code and all that it wrote to the terminal."""
        done = apidoctor(*words, env=self.environment, stdin=stdin)
        return done.returncode, done.stdout + "\n" + done.stderr

    def probing(self):
        """Return the options that a probe has."""
        pairs = zip(self.options[::2], self.options[1::2], strict=True)
        return [
            word for pair in pairs if pair[0] in ("--resolver", "--ca-file", "--connect-to") for word in pair
        ]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def world(tmp_path_factory, home):
    folder = tmp_path_factory.mktemp("authority")
    authority = Authority(folder)
    with Lab("same-account") as lab:
        authorities = folder / "both.pem"
        given = Path(lab.arguments[lab.arguments.index("--ca-file") + 1])
        authorities.write_text(given.read_text() + authority.file.read_text())
        name = lab.target.split("/")[2]
        with (
            serving(echoing(), authority.context(name)) as server,
            serving(echoing()) as proxy,
        ):
            yield World(lab, server.port, proxy.port, authorities, home)


def outputs(folder):
    """Return options that write every format into *folder*."""
    return [word for name in FORMATS for word in ("-o", f"{name}={folder / name}")]


def written(folder):
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file())


def shown_in_tui(snapshot, target):
    """Return every detail that the TUI shows of a snapshot, row by row."""
    from apidoctor.cli.diagnose import prepare
    from apidoctor.cli.options import Options

    diagnosis = prepare(Options(snapshot=str(snapshot), target=target))

    async def story(app, pilot):
        shown = [screen(app)]
        for key in ["a", *["down"] * 30]:
            await pilot.press(key)
            await pilot.pause(0.01)
            shown.append(screen(app))
        await drawn(app, pilot)
        return "\n".join([*shown, screen(app)])

    return drive(diagnosis.session.run, story, size=(200, 60))


def test_a_signed_check_shows_no_secret_in_any_format(world, tmp_path):
    file = tmp_path / "seen.json"
    words = [*world.options, *HEADERS, "-v", "--save-snapshot", str(file), *outputs(tmp_path), "-o", "text"]
    code, shown = world.run("check", world.signed, *words)
    calls = [one for one in json.loads(file.read_text())["observations"] if one["kind"] == "http"]

    assert code in (0, 1, 3)
    assert any("***" in (one.get("body") or "") for one in calls)
    assert any(one["signed"] for one in calls)
    assert leaks(shown + written(tmp_path), *world.secrets) == []


def test_an_unsigned_check_and_its_replay_show_no_secret_on_any_screen(world, tmp_path):
    file = tmp_path / "seen.json"
    words = [*world.options, *HEADERS, "--as", "anonymous", "-H", f"Authorization: Bearer {BEARER}"]
    _, shown = world.run("check", world.target, *words, "--save-snapshot", str(file), *outputs(tmp_path))
    _, replayed = world.run(
        "check", "--snapshot", str(file), "-v", "-o", "text", "-o", f"json={tmp_path / 'again'}"
    )

    assert leaks(shown + replayed + written(tmp_path), *world.secrets) == []
    assert leaks(shown_in_tui(file, None), *world.secrets) == []


def test_probe_shows_no_secret_also_through_a_proxy(world, tmp_path):
    file = tmp_path / "seen.json"
    words = [*world.probing(), *HEADERS, "-H", f"Authorization: Bearer {BEARER}", "--timeout", "6"]
    _, shown = world.run(
        "probe", world.target, *words, "--save-snapshot", str(file), "-v", *outputs(tmp_path)
    )
    calls = [one for one in json.loads(file.read_text())["observations"] if one["kind"] == "http"]

    assert {one["outcome"] for one in calls} == {"response", "proxy_error"}
    assert any("***" in (one.get("body") or "") for one in calls)
    assert leaks(shown + written(tmp_path), *world.secrets) == []


def test_matrix_and_its_replay_show_no_secret_as_text_and_as_json(world, tmp_path):
    file = tmp_path / "seen.json"
    words = [*world.options, *HEADERS, "--save-snapshot", str(file)]
    code, shown = world.run("matrix", world.signed, *words)
    _, told = world.run("matrix", world.signed, *world.options, *HEADERS, "--json", "-q")
    _, replayed = world.run("matrix", "--snapshot", str(file), world.signed, "--json")
    matrix = json.loads(told)

    assert code in (0, 1, 3)
    assert "page=2&api_key=***" in matrix["target"]
    assert all("page=2&api_key=***" in row["url"] for row in matrix["rows"])
    assert leaks(shown + told + replayed + written(tmp_path), *world.secrets) == []
