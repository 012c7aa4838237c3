"""Execution log lines: the phrases by which API Gateway says what went wrong, and the faults they name.

Every line begins with the request's id in parentheses.  AWS documents the log but not its phrases; these are from
public captures (and the knowledge centre's pages on 5xx errors of API Gateway).
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from apidoctor.model.report import Confidence

MAX_LINES = 200
"""Most lines that are read of one request."""
_SHOWN = 400


class Phrase(Struct, frozen=True):
    """One line that tells why the call failed."""

    text: str
    """The line without the request's id."""
    fault: str | None
    """Fault id; None when the phrase names none."""
    confidence: Confidence
    """How sure that fault is."""


_CONFIGURATION = r"Execution failed due to configuration error: "
PHRASES: tuple[tuple[str, str | None, Confidence], ...] = (
    (_CONFIGURATION + r".*Host name '[^']*' does not match the certificate subject", "B03", "certain"),
    (_CONFIGURATION + r".*(PKIX path building|certificate|SSL|TLS)", "B03", "likely"),
    (_CONFIGURATION + r".*Invalid permissions on Lambda function", "B01", "certain"),
    (_CONFIGURATION + r".*Malformed Lambda proxy response", "B05", "certain"),
    (_CONFIGURATION + r".*No match for output mapping", "B01", "certain"),
    (_CONFIGURATION + r".*Invalid endpoint address", "B01", "certain"),
    (_CONFIGURATION + r".*There was an internal error while executing your request", "B02", "likely"),
    (_CONFIGURATION + r".*(VpcLink|VPC link)", "B02", "likely"),
    (_CONFIGURATION + r".*Authorizer", "A20", "likely"),
    (_CONFIGURATION, "B01", "likely"),
    (r"Execution failed due to an? network error communicating with endpoint", "B04", "likely"),
    (r"Execution failed due to a timeout error", "B04", "certain"),
    (r"Endpoint request timed out", "B04", "certain"),
    (r"Lambda (?:invocation|execution) failed|Lambda function.*error", "B01", "likely"),
    (r"Unauthorized request", "A20", "possible"),
    (r"Key throttle limit exceeded|Rate limit exceeded|Limit Exceeded", "H11", "likely"),
    (r"API Key .* (?:not authorized|invalid|not found)|Invalid API Key", "H10", "likely"),
    (r"Execution failed|execution failed", None, "possible"),
)
"""Phrase, fault and confidence; the first that fits a line counts."""

_HEAD = re.compile(r"^\s*\(([^()\s]{1,128})\)\s*")
_STATUS = re.compile(r"Method completed with status: (\d{3})")
_EXTENDED = re.compile(r"Extended Request Id: (\S{4,64})")


class Execution(Struct, frozen=True):
    """What the execution log says of one request."""

    status: int | None = None
    """``Method completed with status: N``."""
    phrase: Phrase | None = None
    """The phrase that names the most certain fault."""
    lines: int = 0
    """How many lines of the request were seen."""


def read_execution(messages: Iterable[str], ids: Iterable[str]) -> Execution | None:
    """Read the lines of the request that has one of *ids*; None when none is of it."""
    every, wanted = list(messages), {text.lower() for text in ids}
    # All lines of a request begin with its id; the one with the extended id leads to the others.
    heads = {_id(text) for text in every if wanted & {_id(text), _extended(text)}} - {""}
    lines = [text for text in every if _id(text) in heads][:MAX_LINES]
    if not lines:
        return None
    texts = [_HEAD.sub("", text).strip() for text in lines]
    statuses = [int(found[1]) for text in texts if (found := _STATUS.search(text))]
    phrases = [phrase for text in texts if (phrase := read_phrase(text))]
    order: list[Confidence] = ["certain", "likely", "possible"]
    best = min(
        phrases, key=lambda phrase: (phrase.fault is None, order.index(phrase.confidence)), default=None
    )
    return Execution(statuses[-1] if statuses else None, best, len(lines))


def read_phrase(text: str) -> Phrase | None:
    """Read one line without its id; None when it is no reason."""
    for pattern, fault, confidence in PHRASES:
        if re.match(pattern, text):
            return Phrase(text[:_SHOWN], fault, confidence)
    return None


def _id(text: str) -> str:
    found = _HEAD.match(text)
    return found[1].lower() if found else ""


def _extended(text: str) -> str:
    found = _EXTENDED.search(text)
    return found[1].lower() if found else ""
