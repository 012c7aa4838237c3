"""Golden files: what people see.  ``UPDATE_GOLDEN=1`` writes them anew; then read the diff like prose."""

import os
from pathlib import Path


def same_as_golden(path: Path, shown: str) -> bool:
    """Say whether *shown* is what the golden file at *path* has."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown
    return True
