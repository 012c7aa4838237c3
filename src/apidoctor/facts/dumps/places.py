"""Whose account and which Region files are of: told by folders and names, else by the objects in them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from apidoctor.facts.dumps.contents import Answer
from apidoctor.facts.dumps.names import REGION_CODE, Hint
from apidoctor.facts.dumps.wording import some
from apidoctor.model.operations import GLOBAL_SERVICES, OPERATIONS

UNKNOWN = "unknown"
"""Name of an account or a Region that nothing tells."""
MAX_EVIDENCE = 1 << 20
"""How much of a file is searched for ids: many objects say the same."""

_CODE = REGION_CODE.encode()
_OWNER = re.compile(rb'"OwnerId"\s*:\s*"(\d{12})"')
_CALLER = re.compile(rb'"Account"\s*:\s*"(\d{12})"')
_ZONE = re.compile(rb'"(?:AvailabilityZone|ZoneName)"\s*:\s*"(' + _CODE + rb")")
_ARN_REGION = re.compile(rb"(?:arn:aws[a-z-]*:[a-z0-9-]+:|com\.amazonaws\.(?:vpce\.)?)(" + _CODE + rb")[:.]")
_ARN_ACCOUNT = re.compile(rb"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")

Votes = Counter[str]


class Evidence(Struct):
    """How often the objects of some files name accounts and Regions, the surer sources apart from the others."""

    accounts: list[Votes] = field(default_factory=lambda: [Votes(), Votes(), Votes()])
    """By the caller's identity, by owners, by ARNs."""
    regions: list[Votes] = field(default_factory=lambda: [Votes(), Votes()])
    """By Availability Zones, by ARNs and service names."""

    def add(self, other: "Evidence") -> None:
        """Count what *other* counted as well."""
        for mine, theirs in zip(self.accounts + self.regions, other.accounts + other.regions, strict=True):
            mine.update(theirs)


class File(Struct):
    """A file and the answers found in it."""

    name: str
    """Its path in the folder."""
    hint: Hint
    """What the path tells."""
    answers: list[Answer]
    """What it holds."""
    evidence: Evidence
    """What its objects tell."""


class Placed(Struct, frozen=True):
    """An answer, and where in a snapshot it belongs."""

    account: str
    """The account's number, or what it is called."""
    region: str
    """The Region, ``global`` or ``unknown``."""
    answer: Answer
    """The answer."""
    file: File
    """The file that holds it."""


def evidence_in(text: bytes, answers: Iterable[Answer]) -> Evidence:
    """Count what the objects in a file tell of their place."""
    text = text[:MAX_EVIDENCE]
    caller = _CALLER if any(each.operation.name == "get_caller_identity" for each in answers) else None
    return Evidence(
        [_votes(caller, text), _votes(_OWNER, text), _votes(_ARN_ACCOUNT, text)],
        [_votes(_ZONE, text), _votes(_ARN_REGION, text)],
    )


def placed(files: list[File]) -> tuple[list[Placed], list[str]]:
    """Give each answer its account and Region; return notes on what was concluded rather than told by names."""
    groups: dict[tuple[str, ...], Evidence] = {}
    for file in files:
        groups.setdefault(file.hint.group, Evidence()).add(file.evidence)
    accounts, regions = _Accounts(files, groups), _Regions(files, groups)
    answers = [
        Placed(accounts.of(file, answer), regions.of(file, answer), answer, file)
        for file in files
        for answer in file.answers
    ]
    return answers, [*accounts.notes(), *regions.notes()]


class _Accounts:
    def __init__(self, files: list[File], groups: dict[tuple[str, ...], Evidence]) -> None:
        self._known = {group: _winner(evidence.accounts) for group, evidence in groups.items()}
        named = {file.hint.account for file in files} | {each.account for f in files for each in f.answers}
        self._only = _only({*named, *self._known.values()})
        self._told: dict[str, str] = {}

    def of(self, file: File, answer: Answer) -> str:
        hint = file.hint
        if answer.account or hint.account:
            return answer.account or hint.account
        found = self._known[hint.group] or self._only or hint.named or UNKNOWN
        self._told["/".join(hint.group) or "the folder"] = found
        return found

    def notes(self) -> Iterator[str]:
        lost = [where for where, account in self._told.items() if not account.isdigit()]
        told = [f"{where}: {account}" for where, account in self._told.items() if account.isdigit()]
        if told:
            yield f"the account was told from the owners of the objects ({some(told)})"
        if lost:
            yield (
                f"no folder's name and no OwnerId tells the account of {some(lost)}: "
                f"it is called {some(sorted({self._told[where] for where in lost}))}"
            )


class _Regions:
    def __init__(self, files: list[File], groups: dict[tuple[str, ...], Evidence]) -> None:
        self._known = {group: _winner(evidence.regions) for group, evidence in groups.items()}
        named = {file.hint.region for file in files} | {each.region for f in files for each in f.answers}
        self._only = _only({*named, *self._known.values()} - {"global"})
        self._told: dict[str, None] = {}
        self._lost: dict[str, None] = {}

    def of(self, file: File, answer: Answer) -> str:
        row, told = answer.operation, answer.region or file.hint.region
        if row.service in GLOBAL_SERVICES:
            return "global"
        if told and (told != "global" or row.name not in OPERATIONS):
            return told
        found = _winner(file.evidence.regions) or self._known[file.hint.group] or self._only or UNKNOWN
        (self._lost if found == UNKNOWN else self._told)[found if found != UNKNOWN else file.name] = None
        return found

    def notes(self) -> Iterator[str]:
        if self._told:
            yield f"the Region was told from the Availability Zones and ARNs of the objects ({some(self._told)})"
        if self._lost:
            yield f"nothing tells the Region of {some(self._lost)}: it is called {UNKNOWN}"


def _votes(pattern: re.Pattern[bytes] | None, text: bytes) -> Votes:
    return Votes(match.decode() for match in pattern.findall(text)) if pattern else Votes()


def _winner(votes: list[Votes]) -> str:
    """Return what most say, by the surest source that says anything."""
    return next((each.most_common(1)[0][0] for each in votes if each), "")


def _only(names: set[str]) -> str:
    found = names - {""}
    return found.pop() if len(found) == 1 else ""
