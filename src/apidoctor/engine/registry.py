"""The registry: finds checks by folder and reads what each one declares.  A file is a check; its path is its id."""

import importlib
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

from msgspec import Struct

from apidoctor.checkkit import Declaration
from apidoctor.engine.events import LAYERS, CheckCard
from apidoctor.errors import EmptySelection, UsageError
from apidoctor.model.faults import FAULTS
from apidoctor.model.operations import OPERATIONS

HEADINGS = ("Why it matters", "How it decides", "How to fix", "References")
"""What every check's docstring explains, in this order, after its title."""

_numbers = itertools.count()


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
        found: dict[str, Check] = {}
        for check in checks:
            if check.id in found:
                raise UsageError(f"check {check.id} is there twice; give the new one another name")
            found[check.id] = check
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
    found = list(_built_in())
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no folder of checks")
        # A new name each time, so that no module of another folder is taken for one of this folder.
        package = ModuleType(f"apidoctor_user_checks_{next(_numbers)}")
        package.__path__ = [str(folder.resolve())]
        sys.modules[package.__name__] = package
        found += _read_package(package)
    return Registry(found)


@cache
def _built_in() -> tuple[Check, ...]:
    """The checks that come along: their files do not change while the program runs."""
    import apidoctor.checks

    return tuple(_read_package(apidoctor.checks))


def _read_package(package: ModuleType) -> Iterator[Check]:
    for folder in package.__path__:
        for path in sorted(Path(folder).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            if any(part.startswith(("_", ".")) for part in parts):
                continue
            name = "/".join(parts).replace("_", "-")
            if len(parts) < 2:
                raise UsageError(
                    f"check {name}: put it into a folder, which is its layer (naming/{path.name})"
                )
            yield _read_module(name, _imported(name, ".".join([package.__name__, *parts])))


def _imported(name: str, module: str) -> ModuleType:
    """Import the file of a check.  It may be anybody's own code: whatever it does is told in one line."""
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        what = " ".join(str(error).split())
        raise UsageError(f"check {name} cannot be loaded: {type(error).__name__}: {what}") from error


def _read_module(name: str, module: ModuleType) -> Check:
    declarations = [value for value in vars(module).values() if isinstance(value, Declaration)]
    if len(declarations) != 1:
        raise UsageError(
            f"check {name} declares {len(declarations)} judging functions with @check; it must be one"
        )
    declaration = declarations[0]
    for fault in declaration.faults:
        if fault not in FAULTS:
            raise UsageError(f"check {name} declares the fault {fault}; see apidoctor list faults")
    for read in declaration.reads:
        if read not in OPERATIONS:
            raise UsageError(f"check {name} declares that it reads {read}, which this apidoctor cannot read")
    page = module.__doc__ or ""
    headings = re.findall(r"^(\w[\w ]+)\n-{3,}$", page, re.MULTILINE)
    if not page.strip() or tuple(headings) != HEADINGS:
        raise UsageError(f"check {name}: its docstring needs a title and the headings {', '.join(HEADINGS)}")
    return Check(name, page, declaration)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _ordered(found: dict[str, Check]) -> list[str]:
    """Order by layer, then declared position (but after all that is needed of the layer), then name."""
    place: dict[str, tuple[int, int]] = {}
    try:
        for name in TopologicalSorter({n: c.declaration.needs for n, c in found.items()}).static_order():
            check = found[name]
            before = [place[n] for n in check.declaration.needs if found[n].layer == check.layer]
            position, depth = max(before, default=(0, -1))
            own = check.declaration.position
            place[name] = (own, 0) if own > position else (position, depth + 1)
    except CycleError as error:
        raise UsageError(f"checks need each other in a ring: {' > '.join(error.args[1])}") from None
    layers = {layer: number for number, layer in enumerate(LAYERS)}
    return sorted(found, key=lambda name: (layers.get(found[name].layer, len(layers)), place[name], name))
