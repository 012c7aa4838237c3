"""Where the bundled folders of checks and playbooks are: inside the package (a wheel) or atop the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_HOME = _PACKAGE if (_PACKAGE / "playbooks").is_dir() else _PACKAGE.parent.parent

CHECKS = _HOME / "checks"
PLAYBOOKS = _HOME / "playbooks"
