"""Moments and durations as observations write them, and the version that requests tell."""

from __future__ import annotations

from datetime import datetime, timezone

VERSION = "0.1.0"
"""Version of apidoctor; a test holds it to that of the package."""


def now() -> str:
    """Return this moment, ISO 8601 in UTC with milliseconds: ``2026-11-22T10:42:07.123Z``."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(seconds: float) -> float:
    """Return *seconds* in milliseconds, rounded to a hundredth."""
    return round(seconds * 1000, 2)
