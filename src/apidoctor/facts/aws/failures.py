"""What a failed AWS call looks like in an answer: always an error code and a message, never an exception."""

from importlib import import_module
from typing import Any

from apidoctor.facts.aws.limits import DeadlinePassed
from apidoctor.facts.redact import redact

_MALFORMED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What botocore raises for an answer of another shape than the model says (a proxy's page, say)."""

_MAX_MESSAGE = 600


class NotReadOnly(Exception):
    """An operation that could change something: it is never sent."""


class MissingParameter(ValueError):
    """The key of a look-up has fewer parts than the operation needs."""


def failure(code: str, message: str) -> dict[str, Any]:
    """Return the body of an error answer."""
    return {"error": {"Code": code, "Message": redact(message)[:_MAX_MESSAGE]}}


def expected() -> tuple[type[Exception], ...]:
    """Return every exception by which the world, not a defect of this tool, can end an AWS call."""
    known, parsers = import_module("botocore.exceptions"), import_module("botocore.parsers")
    foreign = (known.ClientError, known.BotoCoreError, parsers.ResponseParserError)
    return (*foreign, DeadlinePassed, NotReadOnly, OSError, *_MALFORMED)


def failure_of(error: Exception) -> dict[str, Any]:
    """Return the body of the error answer for one of the `expected` exceptions.

    AWS's own codes stay as they are, throttling included.  ``RequestTimeout``: no answer in time;
    ``EndpointConnectionError``: nobody reached; ``UnreadableAnswer``: not the service's language;
    ``ExpiredToken`` and ``NoCredentials``: nothing to sign with; ``MissingParameter``: the key has too few
    parts.
    """
    told = getattr(error, "response", None)
    if isinstance(error, import_module("botocore.exceptions").ClientError) and isinstance(told, dict):
        said = told.get("Error", {})
        return failure(str(said.get("Code", "Unknown")), str(said.get("Message", "")))
    if isinstance(error, DeadlinePassed):
        return failure("RequestTimeout", "the run's time was over before this could be asked")
    return failure(_code(error), str(error) or type(error).__name__)


def _code(error: Exception) -> str:
    """Return the code for an exception that is no answer of AWS; the first row that fits counts."""
    known = import_module("botocore.exceptions")
    table = (
        ("RequestTimeout", (known.ConnectTimeoutError, known.ReadTimeoutError)),
        ("EndpointConnectionError", (known.HTTPClientError, known.ConnectionError)),
        ("UnreadableAnswer", (import_module("botocore.parsers").ResponseParserError, known.PaginationError)),
        ("NoCredentials", (known.NoCredentialsError, known.PartialCredentialsError, known.ProfileNotFound)),
        ("ExpiredToken", (known.SSOError, known.TokenRetrievalError, known.CredentialRetrievalError)),
        (type(error).__name__, (known.BotoCoreError, NotReadOnly, MissingParameter)),
        ("EndpointConnectionError", (OSError,)),
    )
    return next((code for code, kinds in table if isinstance(error, kinds)), "UnreadableAnswer")
