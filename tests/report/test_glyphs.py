"""Which signs and colours a terminal gets."""

import io

import pytest

from apidoctor.report.glyphs import ASCII, UNICODE, choose_colour, choose_glyphs, paint


class Terminal(io.StringIO):
    """A stream that is a terminal of some encoding."""

    def __init__(self, encoding: str = "utf-8", tty: bool = True) -> None:
        super().__init__()
        self._encoding, self._tty = encoding, tty

    @property
    def encoding(self) -> str:
        return self._encoding

    def isatty(self) -> bool:
        return self._tty


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_status_has_a_sign_of_its_own(glyphs):
    assert set(glyphs.status) == {"pass", "warn", "fail", "unknown", "skipped", "error"}
    assert len(set(glyphs.status.values())) == 6


@pytest.mark.parametrize(
    ("stream", "options", "glyphs"),
    [
        (Terminal(), {"environ": {}}, UNICODE),
        (Terminal("ISO-8859-1"), {"environ": {}}, ASCII),
        (Terminal(), {"environ": {"TERM": "dumb"}}, ASCII),
        (Terminal(), {"environ": {}, "ascii": True}, ASCII),
    ],
)
def test_signs_are_ascii_when_asked_for_or_when_the_terminal_can_no_more(stream, options, glyphs):
    assert choose_glyphs(stream, **options) is glyphs


@pytest.mark.parametrize(
    ("tty", "environ", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"FORCE_COLOR": "0"}, False),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_terminal_and_the_two_conventions(tty, environ, colour):
    assert choose_colour(Terminal(tty=tty), environ=environ) is colour


def test_paint_leaves_text_alone_without_colour():
    assert paint("x", "fail", colour=False) == "x"
    assert paint("x", "fail", colour=True) == "\x1b[1;31mx\x1b[0m"
