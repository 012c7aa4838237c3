"""The page: wrapped lines of safe text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.report.glyphs import ASCII, UNICODE
from apidoctor.report.page import Page
from apidoctor.report.safe import cells


def lines(page: Page) -> list[str]:
    return ["".join(span.text for span in line) for line in page.lines]


def test_text_wraps_and_hangs_under_its_label():
    page = Page(UNICODE, 30)
    page.field("cause", "the quick brown fox jumps over the dog", indent=2)

    assert lines(page) == ["  cause    the quick brown fox", "           jumps over the dog"]


def test_a_long_word_stays_whole_so_that_it_can_be_copied():
    page = Page(UNICODE, 20)
    page.flow("see", "https://example.org/a/very/long/path")

    assert lines(page) == ["see", "https://example.org/a/very/long/path"]


def test_a_pane_that_cannot_wrap_gets_long_words_broken():
    page = Page(UNICODE, 20, break_words=True)
    page.flow("https://example.org/a/very/long/path", first="- ")

    assert lines(page) == ["- https://example.or", "  g/a/very/long/path"]


def test_neighbours_of_one_role_are_one_span_and_lines_end_without_spaces():
    page = Page(UNICODE, 40)
    page.flow(("a b", "fail"), ("c", "fail"), "d  ", gap=" ")

    assert [[(span.text, span.role) for span in line] for line in page.lines] == [
        [("a b c", "fail"), (" d", "plain")]
    ]


def test_blank_lines_never_come_twice_nor_first():
    page = Page(UNICODE, 40)
    page.blank()
    page.flow("a")
    page.blank()
    page.blank()

    assert lines(page) == ["a", ""]


def test_verbatim_text_keeps_its_lines_and_loses_its_controls():
    page = Page(UNICODE, 40)
    page.verbatim("a\n  b\x1b[2J\n", indent=1)

    assert lines(page) == [" a", "   b\\x1b[2J"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@given(text=st.text(max_size=200), width=st.integers(20, 60))
def test_in_a_pane_no_line_of_any_text_is_too_wide(glyphs, text, width):
    page = Page(glyphs, width, break_words=True)
    page.field("found", text, indent=0)
    page.verbatim(text)

    assert max(cells(line) for line in [*lines(page), ""]) <= width
