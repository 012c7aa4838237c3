"""The inventory: finds AWS objects in the answers of a snapshot, without ever mistaking *not asked* for *not there*."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from apidoctor.model.facts import Fact, Known, Source, Undecided, Unknown
from apidoctor.model.missing import Gap, Lookup
from apidoctor.model.operations import Operation, operation
from apidoctor.model.snapshot import TAKEN_AT

Answers = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""``accounts`` of a snapshot: account, Region, operation, answer."""

Found = tuple[str, dict[str, Any]]
"""An account and an object in it."""

UNREADABLE = "unreadable answer"
"""Why an answer that is not of AWS's shape is unknown."""

_NOT_FOUND = re.compile(r"NotFound(Exception)?$|^NoSuch|^NotFoundException$|DoesNotExist")
_REFUSED = re.compile(
    r"AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthFailure|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|^403$"
)


def is_refusal(code: str) -> bool:
    """Say whether an AWS error code means that the caller may not ask."""
    return bool(_REFUSED.search(code))


def is_not_found(code: str) -> bool:
    """Say whether an AWS error code means that the object does not exist."""
    return bool(_NOT_FOUND.search(code))


def reach_into(item: Any, path: str) -> Iterator[Any]:
    """Yield the values at *path* (``Associations.SubnetId``) of *item*, through lists."""
    if isinstance(item, list):
        for part in item:
            yield from reach_into(part, path)
        return
    if not isinstance(item, Mapping):
        return
    head, _, rest = path.partition(".")
    value = item.get(head)
    if rest:
        yield from reach_into(value, rest)
    elif isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


class Inventory:
    """AWS answers by account, Region and operation, as facts."""

    def __init__(self, accounts: Answers) -> None:
        self._answers = accounts
        self._ages: dict[tuple[str, str, str], str | None] = {}
        self._by_field: dict[tuple[str, str, str, str], dict[Any, list[dict[str, Any]]]] = {}

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that were looked at."""
        return tuple(self._answers)

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that any account shows something of, without ``global``."""
        return tuple(
            dict.fromkeys(name for parts in self._answers.values() for name in parts if name != "global")
        )

    def answer(self, account: str, region: str, name: str) -> Any:
        """Return the raw answer of an operation; None when it was not asked."""
        return (self._answers.get(account) or {}).get(region, {}).get(name)

    def taken_at(self, account: str, region: str, name: str) -> str | None:
        """Return when an answer was taken where it is older than the snapshot; of several objects' the oldest.

        None: as old as the snapshot.  An empty text: nobody knows.
        """
        place = (account, region, name)
        if place not in self._ages:
            answer = self.answer(account, region, name)
            answers = [answer] if isinstance(answer, dict) else []
            answers += [part for part in answer.values() if isinstance(part, dict)] if answers else []
            ages = [part[TAKEN_AT] for part in answers if isinstance(part.get(TAKEN_AT), str)]
            self._ages[place] = min(ages, default=None)
        return self._ages[place]

    def get(self, account: str, region: str, name: str, key: str = "") -> Fact[dict[str, Any] | None]:
        """Return the answer about one object; ``Known(None)`` when AWS says that it does not exist."""
        answer = self.answer(account, region, name)
        whole = _error(answer)
        if key and whole is None and isinstance(answer, Mapping):
            answer = answer.get(key)
        if answer is None:
            return Unknown(Lookup(name, account, region, key))
        if not isinstance(answer, dict):
            return Unknown(Lookup(name, account, region, key, reason=UNREADABLE))
        error = whole or _error(answer)
        if error is not None:
            return self._refused(error, Lookup(name, account, region, key))
        return Known(answer, Source(name, account, region))

    def items(self, account: str, region: str, name: str, key: str = "") -> Fact[list[dict[str, Any]]]:
        """Return all objects of a list operation (about one object, when *key* is given)."""
        return self._items(operation(name, region), account, region, key, "", "")

    def where(
        self, account: str, region: str, name: str, field: str, value: str
    ) -> Fact[list[dict[str, Any]]]:
        """Return the objects of a list operation whose *field* holds *value*; an empty list is known to be empty."""
        return self._items(operation(name, region), account, region, "", field, value)

    def one(
        self, account: str, region: str, name: str, field: str, value: str
    ) -> Fact[dict[str, Any] | None]:
        """Return the object whose *field* is *value*; ``Known(None)`` when there is none."""
        index = self._index(account, region, operation(name, region), field)
        if found := index.get(value):
            return Known(found[0], Source(name, account, region))
        return self.where(account, region, name, field, value).map(lambda items: items[0] if items else None)

    def holding(self, region: str, name: str) -> list[str]:
        """Return the accounts in which an operation was asked that nobody has to ask: what it tells is only more."""
        return [
            account
            for account, regions in self._answers.items()
            if name in ((regions or {}).get(region) or {})
        ]

    def seen(self, account: str, region: str, name: str) -> tuple[list[dict[str, Any]], bool]:
        """Return the objects that a list operation shows, and whether these are all (not of a partial list)."""
        fact = self.items(account, region, name)
        if fact.known:
            return fact.value, True
        answer = self.answer(account, region, name)
        readable = isinstance(answer, Mapping) and not _error(answer)
        return (_listed(operation(name, region), answer) if readable else []), False

    def find(
        self, region: str, name: str, field: str, value: str, first: str | None = None
    ) -> Fact[Found | None]:
        """Look for an object in every account, *first* one first; ``Known(None)`` when no account has it.

        An object that one account shows is found, whatever the other accounts refuse to say.
        """
        order = sorted(self.accounts, key=lambda account: account != first)
        facts = [(account, self.one(account, region, name, field, value)) for account in order]
        for account, fact in facts:
            if fact.known and fact.value is not None:
                return Known((account, fact.value), fact.source)
        missing = [gap for _, fact in facts for gap in fact.missing]
        if missing or not facts:
            return Unknown(*(missing or [Lookup(name, None, region, "", field, (value,))]))
        return Known(None, facts[0][1].source)

    def _items(
        self, row: Operation, account: str, region: str, key: str, field: str, value: str
    ) -> Fact[list[dict[str, Any]]]:
        values = (value,) if field else ()
        wanted = Lookup(row.name, account, region, key, field, values)
        fact = self.get(account, region, row.name, key)
        if not fact.known:
            return Unknown(*(_narrowed(gap, wanted) for gap in fact.missing))
        if fact.value is None:
            return Known([], fact.source)
        answer = fact.value
        if answer.get("partial") and not _was_asked(answer, field, value):
            return Unknown(wanted)
        if row.items and not isinstance(answer.get(row.items, []), list):
            return Unknown(replace(wanted, reason=UNREADABLE))
        if field:
            return Known(self._index(account, region, row, field).get(value, []), fact.source)
        return Known(_listed(row, answer), fact.source)

    def _index(
        self, account: str, region: str, row: Operation, field: str
    ) -> dict[Any, list[dict[str, Any]]]:
        place = (account, region, row.name, field)
        if place not in self._by_field:
            index: dict[Any, list[dict[str, Any]]] = {}
            answer = self.answer(account, region, row.name)
            for item in _listed(row, answer) if isinstance(answer, Mapping) and not _error(answer) else ():
                for value in reach_into(item, field):
                    if isinstance(value, str):
                        index.setdefault(value, []).append(item)
            self._by_field[place] = index
        return self._by_field[place]

    @staticmethod
    def _refused(error: Mapping[str, Any], lookup: Lookup) -> Fact[dict[str, Any] | None]:
        code = str(error.get("Code", ""))
        if is_not_found(code):
            return Known(None, Source(lookup.operation, lookup.account or "", lookup.region))
        return Unknown(replace(lookup, refused=is_refusal(code), reason=code or "error"))


def as_dict(value: Any, what: str) -> dict[str, Any]:
    """Return an object of an answer, empty for None.  Raises `Undecided` for anything else: it cannot be read."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Undecided([Gap(f"fact: readable {what}")])
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """Return a list of an answer, empty for None.  Raises `Undecided` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Undecided([Gap(f"fact: readable {what}")])
    return value


def as_text(value: Any, what: str) -> str | None:
    """Return a text of an answer, None as it is.  Raises `Undecided` for anything else."""
    if value is None or isinstance(value, str):
        return value
    raise Undecided([Gap(f"fact: readable {what}")])


def _error(answer: Any) -> Mapping[str, Any] | None:
    error = answer.get("error") if isinstance(answer, Mapping) else None
    return error if isinstance(error, Mapping) else None


def _was_asked(answer: Mapping[str, Any], field: str, value: str) -> bool:
    """Say whether a list that was filtered by ids was asked for this one."""
    asked = answer.get("asked")
    values = asked.get(field) if field and isinstance(asked, Mapping) else None
    return isinstance(values, list | tuple) and value in values


def _narrowed(gap: Any, wanted: Lookup) -> Any:
    """Say of a list that is unknown which objects of it were wanted."""
    return replace(gap, field=wanted.field, values=wanted.values) if isinstance(gap, Lookup) else gap


def _listed(row: Operation, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects in a list answer; an operation without a known member has just one list in it."""
    items = (
        answer.get(row.items) if row.items else next((v for v in answer.values() if isinstance(v, list)), [])
    )
    return [item for item in items or () if isinstance(item, dict)] if isinstance(items, list) else []
