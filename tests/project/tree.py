"""The checkout: its root and the files that belong to it."""

import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = {"__pycache__", "build", "dist"}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control that lie in a folder of *patterns* or fit one of them; without any, all files.

    Where there is no git, it is every file that is neither hidden nor built.
    """
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    if done.returncode:
        names = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*")) if path.is_file()]
        names = [name for name in names if not _is_hidden_or_built(name)]
    return [
        ROOT / name
        for name in names
        if not patterns or any(fnmatchcase(name, each) or name.startswith(f"{each}/") for each in patterns)
    ]


def _is_hidden_or_built(name: str) -> bool:
    parts = name.split("/")
    return any(part.startswith(".") or part in BUILT or part.endswith(".egg-info") for part in parts)
