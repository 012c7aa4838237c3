"""The report as JSON Lines: one object per line, each with a ``kind``, for pipes and log collectors."""

from collections.abc import Iterator
from typing import Any

import msgspec

from apidoctor.model.encoding import encode
from apidoctor.model.report import Report


def render(report: Report) -> bytes:
    """Return one line for the run, then one per root cause, result, fix and piece of evidence.

    ``kind`` is ``run``, ``root_cause``, ``result``, ``fix`` or ``evidence``; the other fields are those of
    the JSON report.  Evidence has its key as ``id``.
    """
    return b"".join(encode(line) + b"\n" for line in _lines(msgspec.to_builtins(report)))


def _lines(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    whole = ("root_causes", "results", "fixes", "evidence")
    yield {"kind": "run", **{key: value for key, value in report.items() if key not in whole}}
    for kind, member in (("root_cause", "root_causes"), ("result", "results"), ("fix", "fixes")):
        for item in report[member]:
            yield {"kind": kind, **item}
    for key, item in report["evidence"].items():
        yield {"kind": "evidence", "id": key, **item}
