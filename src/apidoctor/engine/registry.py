"""The registry: finds checks by folder and reads what each one declares.  A file is a check; its path is its id."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

from msgspec import Struct

from apidoctor.checkkit import Declaration
from apidoctor.engine.events import LAYERS, CheckCard
from apidoctor.errors import EmptySelection, UsageError

HEADINGS = ("Why it matters", "How it decides", "How to fix", "References")
"""What every check's docstring explains, in this order, after its title."""


class Check(Struct, frozen=True, dict=True):
    """One check: its id, its page and what it declares."""

    id: str
    """``layer/name-of-the-good-state``."""
    page: str
    """The module's docstring: the user's page."""
    declaration: Declaration
    """What the check needs, reads and can name, and its judging function."""

    @cached_property
    def title(self) -> str:
        """The good state: the first line of the page."""
        return self.page.strip().partition("\n")[0].rstrip(".")

    @cached_property
    def card(self) -> CheckCard:
        """What an observer shows of it."""
        return CheckCard(self.id, self.title, self.declaration.needs)

    @property
    def layer(self) -> str:
        """The folder it lies in."""
        return self.id.partition("/")[0]


class Registry:
    """All checks, in the order of the path."""

    def __init__(self, checks: Iterable[Check]) -> None:
        found = {check.id: check for check in checks}
        for check in found.values():
            for need in check.declaration.needs:
                if need not in found:
                    raise UsageError(f"check {check.id} needs {need}, and there is no such check")
        self.checks: dict[str, Check] = {name: found[name] for name in _ordered(found)}

    def select(self, only: Iterable[str] = (), skip: Iterable[str] = ()) -> list[Check]:
        """Return the checks that match *only* (all when empty) and what they need, without those that match *skip*."""
        only, skip = tuple(only), tuple(skip)
        wanted = {name for name in self.checks if not only or _matches(name, only)}
        queue = list(wanted)
        while queue:
            for need in self.checks[queue.pop()].declaration.needs:
                if need not in wanted:
                    wanted.add(need)
                    queue.append(need)
        chosen = [check for name, check in self.checks.items() if name in wanted and not _matches(name, skip)]
        if not chosen:
            raise EmptySelection(
                f"no check matches {' '.join(only) or 'what --skip leaves'}; see apidoctor list checks"
            )
        return chosen


def load(folders: Iterable[Path] = ()) -> Registry:
    """Load the built-in checks and those of the user's own *folders* (they are code: only named ones are opened)."""
    import apidoctor.checks

    found = list(_read_package(apidoctor.checks))
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            raise UsageError(f"{folder}: no folder of checks")
        package = ModuleType(f"apidoctor_user_checks_{number}")
        package.__path__ = [str(folder.resolve())]
        sys.modules[package.__name__] = package
        found += _read_package(package)
    return Registry(found)


def _read_package(package: ModuleType) -> Iterator[Check]:
    for module in sorted(
        pkgutil.walk_packages(package.__path__, package.__name__ + "."), key=lambda m: m.name
    ):
        if module.ispkg or module.name.rpartition(".")[2].startswith("_"):
            continue
        name = module.name.removeprefix(package.__name__ + ".").replace(".", "/").replace("_", "-")
        try:
            loaded = importlib.import_module(module.name)
        except (ImportError, SyntaxError) as error:
            raise UsageError(f"check {name} cannot be loaded: {error}") from error
        yield _read_module(name, loaded)


def _read_module(name: str, module: ModuleType) -> Check:
    declarations = [value for value in vars(module).values() if isinstance(value, Declaration)]
    if len(declarations) != 1:
        raise UsageError(
            f"check {name} declares {len(declarations)} judging functions with @check; it must be one"
        )
    page = module.__doc__ or ""
    headings = re.findall(r"^(\w[\w ]+)\n-{3,}$", page, re.MULTILINE)
    if not page.strip() or tuple(headings) != HEADINGS:
        raise UsageError(f"check {name}: its docstring needs a title and the headings {', '.join(HEADINGS)}")
    return Check(name, page, declarations[0])


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _ordered(found: dict[str, Check]) -> list[str]:
    """Order by layer, then needs before those that need them, then the declared position, then name."""
    depth: dict[str, int] = {}
    try:
        for name in TopologicalSorter({n: c.declaration.needs for n, c in found.items()}).static_order():
            same = [n for n in found[name].declaration.needs if n.partition("/")[0] == found[name].layer]
            depth[name] = max((depth[need] + 1 for need in same), default=0)
    except CycleError as error:
        raise UsageError(f"checks need each other in a ring: {' > '.join(error.args[1])}") from None
    layers = {layer: number for number, layer in enumerate(LAYERS)}

    def place(name: str) -> tuple[int, int, int, str]:
        check = found[name]
        return layers.get(check.layer, len(layers)), check.declaration.position, depth[name], name

    return sorted(found, key=place)
