"""Moments as observations write them."""

from datetime import UTC, datetime


def now() -> str:
    """Return this moment, ISO 8601 in UTC with milliseconds: ``2026-11-22T10:42:07.123Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
