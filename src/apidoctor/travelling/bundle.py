"""Packs this package into one plain-text Python file that needs nothing installed.

``python3 src/apidoctor/travelling/bundle.py dist/apidoctor-probe.pyz``; any Python 3.8 or later.  The file runs by
its name and from standard input, where no archive and no null byte would.  The modules are in it as they are,
compressed: ``--source`` shows them to whoever wants to read what will run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import textwrap
import zlib
from pathlib import Path

PACKAGE = "apidoctor_probe"
"""What the package is called in the file."""
LEFT_OUT = ("bundle.py",)
"""Modules that do not travel."""

_FILE = '''\
#!/usr/bin/env python3
# apidoctor-probe VERSION: looks from a host at a private Amazon API Gateway API.
#
#   python3 apidoctor-probe.pyz --help
#   ssh HOST python3 - TARGET < apidoctor-probe.pyz > seen.json
#   python3 apidoctor-probe.pyz --source        shows the modules that are packed below
#
# One file, standard library only, Python 3.8 or later.  Apache License 2.0.
# SHA-256 of what --source shows: DIGEST
import sys

if sys.version_info < (3, 8):
    sys.exit("apidoctor-probe needs Python 3.8 or later, this is " + sys.version.split()[0])

import base64
import json
import traceback
import zlib
from importlib.machinery import ModuleSpec

PACKED = """
BYTES
"""
SOURCES = json.loads(zlib.decompress(base64.b64decode(PACKED)).decode("ascii"))


class Finder:
    """Finds the modules in SOURCES; tracebacks show their lines."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in SOURCES:
            return None
        spec = ModuleSpec(name, Finder, origin=Finder.get_filename(name), is_package=name == "PACKAGE")
        spec.has_location = True
        return spec

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        name = module.__name__
        exec(compile(SOURCES[name], Finder.get_filename(name), "exec"), module.__dict__)

    @staticmethod
    def get_filename(name):
        return "apidoctor-probe.pyz/" + name.replace(".", "/") + ".py"

    @staticmethod
    def get_source(name):
        return SOURCES[name]


def show():
    """Return the text of all modules."""
    return "".join("# " + name + "\\n" + SOURCES[name] + "\\n" for name in sorted(SOURCES))


if __name__ == "__main__":
    if sys.argv[1:] == ["--source"]:
        sys.stdout.write(show())
        sys.exit(0)
    sys.meta_path.insert(0, Finder)
    sys.excepthook = traceback.print_exception
    from PACKAGE.command import main

    sys.exit(main())
'''


def packed(folder: Path) -> str:
    """Return the file's text for the package in *folder*: the same text for the same sources."""
    sources = {}
    for path in sorted(folder.glob("*.py")):
        if path.name not in LEFT_OUT:
            name = PACKAGE if path.stem == "__init__" else f"{PACKAGE}.{path.stem}"
            sources[name] = path.read_text(encoding="utf-8")
    version = sources[f"{PACKAGE}.stamp"].partition('VERSION = "')[2].partition('"')[0]
    data = zlib.compress(json.dumps(sources, sort_keys=True).encode("ascii"), 9)
    lines = "\n".join(textwrap.wrap(base64.b64encode(data).decode("ascii"), 116))
    shown = "".join(f"# {name}\n{sources[name]}\n" for name in sorted(sources))
    values = {
        "VERSION": version,
        "PACKAGE": PACKAGE,
        "DIGEST": hashlib.sha256(shown.encode("utf-8")).hexdigest(),
    }
    text = _FILE
    for key, value in values.items():
        text = text.replace(key, value)
    return text.replace("\nBYTES\n", f"\n{lines}\n")


def main(argv: list[str]) -> int:
    """Write the file; return an exit code."""
    if len(argv) != 1:
        sys.stderr.write("usage: bundle.py FILE\n")
        return 2
    target = Path(argv[0])
    text = packed(Path(__file__).resolve().parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode("ascii"))
    os.chmod(target, 0o755)
    sys.stderr.write(f"{target}: {len(text)} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
