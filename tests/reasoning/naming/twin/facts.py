"""Reading a snapshot: an answer is there, was refused, or was not asked."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]

ABSENT = "absent"
REFUSED = "refused"

SUFFIXES = (
    (r"cn-\w+-\d+", "amazonaws.com.cn"),
    (r"us-gov-\w+-\d+", "amazonaws.com"),
    (r"eusc-de-\w+-\d+", "amazonaws.eu"),
    (r"us-iso-\w+-\d+", "c2s.ic.gov"),
    (r"us-isob-\w+-\d+", "sc2s.sgov.gov"),
    (r"eu-isoe-\w+-\d+", "cloud.adc-e.uk"),
    (r"us-isof-\w+-\d+", "csp.hci.ic.gov"),
    (r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", "amazonaws.com"),
)
"""Regions and their DNS suffix (botocore's partitions.json)."""


class NotKnown(Exception):
    """Something that nobody saw could change the answer."""


@dataclass(frozen=True)
class Case:
    """A snapshot, the record type that is asked for, and which rules of the definition came into play."""

    accounts: Thing
    record: str
    marks: Counter[str] = field(default_factory=Counter)

    def mark(self, *rules: str) -> None:
        self.marks.update(rules)

    def unknown(self, why: str) -> NotKnown:
        self.mark(f"unknown: {why}")
        return NotKnown(why)


def suffix_of(region: str) -> str | None:
    for pattern, suffix in SUFFIXES:
        if re.fullmatch(pattern, region):
            return suffix
    return None


def plain(name: str) -> str:
    """Lower case, no final dot, Route 53's octal escapes (`\\052` is `*`) read."""
    read = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)
    return read.lower().removesuffix(".")


def covers(domain: str, name: str) -> bool:
    """Is the name equal to the domain or below it? The root covers all."""
    return domain in ("", name) or name.endswith("." + domain)


def labels(domain: str) -> int:
    return domain.count(".") + 1 if domain else 0


def domains_above(name: str) -> list[str]:
    """The name itself, each domain above it, and the root."""
    parts = name.split(".") if name else []
    return [".".join(parts[place:]) for place in range(len(parts) + 1)]


def answer(case: Case, account: str, region: str, operation: str, key: str | None = None) -> Any:
    """The answer as AWS gave it, or why there is none."""
    found = case.accounts.get(account, {}).get(region, {}).get(operation)
    if found is not None and key is not None and "error" not in found:
        found = found.get(key)
    if found is None:
        return ABSENT
    return REFUSED if "error" in found else found


def anywhere(case: Case, region: str, operation: str, key: str) -> Any:
    """The answer about one object, from whichever account could give it."""
    found = [answer(case, account, region, operation, key) for account in case.accounts]
    given = [each for each in found if isinstance(each, dict)]
    if given:
        return given[0]
    return REFUSED if REFUSED in found else ABSENT


def whole(found: Any) -> bool:
    """Does the answer show all there is?"""
    return isinstance(found, dict) and not found.get("partial")


def listed(found: Any, name: str) -> list[Any]:
    return found.get(name) or [] if isinstance(found, dict) else []


def everywhere(case: Case, operation: str, name: str) -> Iterator[tuple[str, str, Thing]]:
    """Each object of a list, with the account and Region that showed it."""
    for account, regions in case.accounts.items():
        for region in regions:
            for each in listed(answer(case, account, region, operation), name):
                yield account, region, each


def all_whole(case: Case, region: str, operation: str) -> bool:
    """Did every account of the snapshot show all it has in this Region?"""
    return all(whole(answer(case, account, region, operation)) for account in case.accounts)
