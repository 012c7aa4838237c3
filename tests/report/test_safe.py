"""What `safe` promises: nothing in a foreign string moves a cursor, changes direction or hides."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.report.safe import cells, cut, graphemes, safe

ANYTHING = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("nul\x00del\x7f", "nul\\x00del\\x7f"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("a\u200b\u200d\u2060\ufeffb", "a\\u200b\\u200d\\u2060\\ufeffb"),
        ("a\u00adb\u034fc\u3164d", "a\\xadb\\u034fc\\u3164d"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800x", "\\ud800x"),
        ("\uffff", "\\uffff"),
        ("a\ufe0f", "a\\ufe0f"),
        ("\U000e0041", "\\U000e0041"),
        ("\u0301a", "\\u0301a"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_shown_as_an_escape(hostile, shown):
    assert safe(hostile) == shown


@pytest.mark.parametrize(
    "text", ["arn:aws:iam::1:role/app", "Zürich", "日本語", "e\u0301", "한국어", "naïve – “x”"]
)
def test_what_can_be_read_stays_as_it_is_and_is_not_normalized(text):
    assert safe(text) == text


def test_line_feeds_stay_only_in_text_of_several_lines():
    assert safe("a\nb\r", multiline=True) == "a\nb\\r"


def test_marks_cannot_climb_over_other_lines():
    assert safe("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "\\u0301\\u0301"


def test_with_ascii_nothing_else_is_left():
    assert safe("naïve → “x”… 日", ascii=True) == 'na\\xefve -> "x"... \\u65e5'


@given(ANYTHING)
def test_no_character_of_any_input_is_a_control_or_invisible(text):
    shown = safe(text)

    assert all(c.isprintable() or unicodedata.category(c) == "Zs" for c in shown)
    assert safe(shown) == shown


@given(ANYTHING)
def test_ascii_output_is_ascii_for_any_input(text):
    assert safe(text, ascii=True).isascii()


@given(ANYTHING, st.integers(0, 30))
def test_a_cut_text_fits_its_width(text, width):
    assert cells(safe(text, width=width)) <= width


@given(ANYTHING)
def test_graphemes_put_together_are_the_text(text):
    assert "".join(graphemes(safe(text))) == safe(text)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("ae\u0301e\u0301b", 3, "ae\u0301…"),
        ("日本語", 4, "日…"),
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7x", 4, "\U0001f1e9\U0001f1ea…"),
        ("abc", 0, ""),
    ],
)
def test_a_cut_falls_between_graphemes(text, width, shown):
    assert cut(text, width) == shown


def test_ascii_text_is_cut_with_three_dots():
    assert safe("abcdef", width=5, ascii=True) == "ab..."
    assert safe("abcdef", width=2, ascii=True) == ".."


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("\U0001f44d\U0001f3fd", 2)]
)
def test_cells_are_what_a_terminal_fills(text, width):
    assert cells(text) == width
