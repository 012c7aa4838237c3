"""Secrets leave nothing that was looked at: a net of patterns, and of names whose values are never shown.

This is the second line.  The first is that risky members of AWS answers are dropped by name where they are
read (``facts.aws.answers``) and that secrets which this process sent itself are masked wherever they come
back.
"""

import re
from typing import Any

from apidoctor.travelling.masking import mask_known, redact
from apidoctor.travelling.secret_names import MASK, hides_value

__all__ = ["MASK", "SECRET_NAMES", "is_secret_header", "mask_known", "redact", "redact_value"]

SECRET_NAMES = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "cookie",
        "set-cookie",
        "x-amz-security-token",
        "secretaccesskey",
        "sessiontoken",
        "presharedkey",
        "customergatewayconfiguration",
        "clientsecret",
        "password",
        "privatekey",
    }
)
"""Names (lower case) of headers and members whose text is a secret as a whole."""

_DEEPEST = 64
"""JSON nested deeper than this is no AWS answer; what lies below is masked."""

_SECRET_NAME = re.compile(
    r"(?:passw(?:or)?d|passphrase|pwd|jwt|secret|token|api[-_]?key|shared_?key|private_?key)$", re.IGNORECASE
)
"""How names of other members end whose texts are secrets, for example RAM's ``token`` or a header's of a backend."""
_MAPPINGS = (f"'{MASK}", "method.", "integration.", "context.", "stageVariables.", "$", "arn:")
"""What names a source and is no secret itself: a mapping of API Gateway, or where a secret is kept."""


def _is_mapping(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_MAPPINGS)


def is_secret_header(name: str) -> bool:
    """Say whether the value of an answer's header (its *name* in lower case) is never shown."""
    return name in SECRET_NAMES or hides_value(name)


def redact_value(value: Any, depth: int = 0) -> Any:
    """Return a JSON-like *value* with its texts redacted; those under `SECRET_NAMES` are masked whole."""
    if isinstance(value, str):
        return redact(value)
    if depth > _DEEPEST:
        return MASK
    if isinstance(value, dict):
        return {redact(str(name)): _member(str(name), item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_value(item, depth + 1) for item in value]
    return value


def _member(name: str, value: Any, depth: int) -> Any:
    if name.lower() in SECRET_NAMES or (_SECRET_NAME.search(name) and not _is_mapping(value)):
        if isinstance(value, str):
            return MASK
        if isinstance(value, list):
            return [MASK if isinstance(item, str) else redact_value(item, depth) for item in value]
    return redact_value(value, depth)
