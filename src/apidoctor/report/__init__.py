"""Telling: one file per format, all of the same `Report`.

A format is imported when it is used, so that a run pays for no other.
"""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from apidoctor.model.report import Report
from apidoctor.report.glyphs import UNICODE, Glyphs

FORMATS: dict[str, str] = {
    "text": "the plain report for people",
    "json": "one document with everything (the contract)",
    "ndjson": "one JSON object per line: run, root causes, results, fixes, evidence",
    "junit": "XML for CI servers, one test case per result",
    "github": "GitHub workflow commands: annotations on a run",
    "markdown": "for an issue or a pull request",
}
"""Every format by name, with a sentence on what it is; the module of that name in this package writes it."""


class View(Struct, frozen=True):
    """How people see the plain report; the other formats do not depend on it."""

    glyphs: Glyphs = UNICODE
    """Signs (see `apidoctor.report.glyphs.choose_glyphs`)."""
    colour: bool = False
    """Use ANSI colours (see `apidoctor.report.glyphs.choose_colour`)."""
    width: int = 100
    """Cells of a line."""
    verbose: bool = False
    """Show everything."""


class Output(Struct, frozen=True):
    """One ``-o FORMAT[=FILE]``."""

    format: str
    """A key of `FORMATS`."""
    path: str | None = None
    """File to write; None for standard output."""


def parse_outputs(specs: Sequence[str]) -> list[Output]:
    """Return what ``-o FORMAT[=FILE]`` options ask for; none at all means text on standard output.

    Raises `ValueError`, with a sentence for the user, for an unknown format or two on standard output.
    """
    outputs = []
    for spec in specs or ["text"]:
        name, _, path = spec.partition("=")
        if name not in FORMATS:
            raise ValueError(f"no format {name!r}; there are: {', '.join(FORMATS)}")
        outputs.append(Output(name, None if path in ("", "-") else path))
    shown = [output.format for output in outputs if output.path is None]
    if len(shown) > 1:
        raise ValueError(
            f"{' and '.join(shown)} on standard output; write all but one to a file: -o FORMAT=FILE"
        )
    return outputs


def render(report: Report, format: str, view: View | None = None) -> bytes:
    """Return *report* in one of the `FORMATS`, as bytes to write."""
    view = view or View()
    options: dict[str, Any] = {}
    if format == "text":
        options = {name: getattr(view, name) for name in View.__struct_fields__}
    document = import_module(f"apidoctor.report.{format}").render(report, **options)
    return document if isinstance(document, bytes) else document.encode()


def write(report: Report, outputs: Sequence[Output], stdout: IO[bytes], view: View | None = None) -> None:
    """Write *report* to every output; a file gets no colours and UTF-8, standard output what *view* says.

    A file is complete or as it was before: it is written beside its place and then moved there.  Raises
    `OSError` when a file cannot be written.
    """
    view = view or View()
    for output in outputs:
        if output.path is None:
            stdout.write(render(report, output.format, view))
            stdout.flush()
        else:
            plain = View(UNICODE, False, view.width, view.verbose)
            _replace(Path(output.path), render(report, output.format, plain))


def _replace(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():  # a pipe or /dev/stdout cannot be replaced
        path.write_bytes(content)
        return
    path = path.resolve()  # a link stays a link, and what it leads to is replaced
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
