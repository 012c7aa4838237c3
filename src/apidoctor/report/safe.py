"""The one place through which every foreign string passes before it is shown.

DNS answers, HTTP headers, AWS tags and snapshots are a stranger's text.  A terminal obeys ESC and C1 bytes in
it (CVE-2021-25743 was that, in kubectl), bidi overrides show it in another order than it is, and zero-width
characters hide in it.  All are shown as visible escapes; what is left is printable and of a known width.
"""

import unicodedata
from collections.abc import Iterator

# Printable for Unicode, yet drawn as nothing: they would make two different names look the same.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATION_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TYPEWRITER = {
    "…": "...",
    "→": "->",
    "←": "<-",
    "›": ">",
    "–": "-",
    "—": "--",
    "·": "-",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "\u00a0": " ",
}

# More marks than that on one letter are no language's spelling (Vietnamese and Thai need two or three),
# but text that climbs over its neighbours' lines.
_MOST_MARKS = 4


def safe(text: str, *, width: int | None = None, multiline: bool = False, ascii: bool = False) -> str:
    r"""Return *text* as it may be shown: nothing in it moves a cursor, changes direction or hides.

    Control characters (C0, DEL, C1), bidi controls, zero-width characters, lone surrogates and code points
    that mean nothing become ``\n``, ``\x1b``, ``\u202e`` or ``\U000e0041``; normalization is left alone.
    With *multiline*, line feeds stay.  With *ascii*, everything outside ASCII is escaped too, and typographic
    signs get their typewriter spelling.  With *width*, the result fills at most so many terminal cells: it is
    cut between graphemes and ends in ``…`` (``...`` with *ascii*).
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible(text, multiline=multiline, ascii=ascii))
    return text if width is None else cut(text, width, "..." if ascii else "…")


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """Shorten safe *text* to *width* cells, never inside a grapheme, with *ellipsis* where it was cut."""
    if cells(text) <= width:
        return text
    room = width - cells(ellipsis)
    if room < 0:
        return ellipsis[: max(width, 0)]
    kept = []
    for grapheme in graphemes(text):
        room -= cells(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept) + ellipsis


def cells(text: str) -> int:
    """Return how many terminal cells safe *text* fills; ambiguous characters (UAX #11) count as one."""
    if text.isascii():
        return len(text)
    return sum(_cells(grapheme[0]) for grapheme in graphemes(text))


def graphemes(text: str) -> Iterator[str]:
    """Yield what a reader takes for one character: a base with its marks, a flag, a Hangul syllable.

    The rules of UAX #29 that matter once zero-width joiners and selectors are gone.
    """
    start = 0
    for index in range(1, len(text)):
        if not _continues(text, start, index):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _visible(text: str, *, multiline: bool, ascii: bool) -> Iterator[str]:
    marks = _MOST_MARKS  # a mark before any letter has nothing to stand on
    for char in text:
        is_mark = not char.isascii() and _is_mark(char)
        marks = marks + 1 if is_mark else 0
        if char == "\n" and multiline:
            yield char
        elif char.isascii():
            yield char if char.isprintable() else _escape(char)
        elif ascii:
            yield _TYPEWRITER.get(char) or _escape(char)
        elif marks > _MOST_MARKS or not _is_shown(char):
            yield _escape(char)
        else:
            yield char


def _is_shown(char: str) -> bool:
    """Say whether *char* may be shown as it is; spaces of all widths may, line separators not."""
    if char in _INVISIBLE or any(ord(char) in selectors for selectors in _VARIATION_SELECTORS):
        return False
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Mc")


def _continues(text: str, start: int, index: int) -> bool:
    """Say whether the character at *index* belongs to the grapheme that began at *start*."""
    char = text[index]
    if char.isascii():
        return False
    code = ord(char)
    if 0x1F1E6 <= code <= 0x1F1FF:  # regional indicators pair up to a flag
        return index - start == 1 and 0x1F1E6 <= ord(text[start]) <= 0x1F1FF
    if 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:  # Hangul vowels and finals follow an initial
        return 0x1100 <= ord(text[start]) <= 0x115F
    return _is_mark(char) or 0x1F3FB <= code <= 0x1F3FF  # marks, skin tones


def _cells(char: str) -> int:
    if char.isascii():
        return 1
    if 0x1F1E6 <= ord(char) <= 0x1F1FF:
        return 2
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
