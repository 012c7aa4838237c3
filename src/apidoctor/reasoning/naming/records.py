"""The records of one zone, and which of them answers a name (RFC 1034 4.3.2, RFC 4592)."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import as_dict, as_list
from apidoctor.reasoning.naming.answer import plain


class Entry(Struct, frozen=True):
    """All record sets of one name and type; routing policies make several, any of which may be the answer."""

    values: tuple[str, ...] = ()
    """Values of the records."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Alias targets: id of the hosted zone, name."""


class Records:
    """The record sets of one zone by owner and type."""

    __slots__ = ("_between", "_owners", "apex")

    def __init__(self, apex: str, sets: Iterable[Any]) -> None:
        self.apex = apex
        self._owners: dict[str, dict[str, Entry]] = {apex: {}}
        self._between: set[str] = set()
        for item in _given([as_dict(item, "record set") for item in sets]):
            self._add(item)
        for owner in self._owners:
            if owner.endswith("." + apex) or not apex:
                self._between.update(_above(owner, apex))

    def _add(self, item: dict[str, Any]) -> None:
        owner, kind = plain(item.get("Name")), str(item.get("Type", ""))
        values = as_list(item.get("ResourceRecords"), "values of a record")
        alias = as_dict(item.get("AliasTarget"), "alias of a record")
        before = self._owners.setdefault(owner, {}).get(kind, Entry())
        target = [(str(alias.get("HostedZoneId") or ""), plain(alias.get("DNSName")))] if alias else []
        found = [str(as_dict(value, "value of a record").get("Value", "")) for value in values]
        self._owners[owner][kind] = Entry(
            tuple(dict.fromkeys([*before.values, *found])), tuple(dict.fromkeys([*before.aliases, *target]))
        )

    def find(self, name: str) -> dict[str, Entry] | None:
        """Return what the zone holds for *name* by type, its wildcards included; None when there is no such name.

        An empty answer is a name that exists without any record, such as one that only has names below it.
        """
        if name in self._owners:
            return self._owners[name]
        if name in self._between:
            return {}
        encloser = name
        while encloser != self.apex and encloser not in self._owners and encloser not in self._between:
            encloser = encloser.partition(".")[2]
            if not encloser:
                break
        return self._owners.get(f"*.{encloser}" if encloser else "*")

    @property
    def names(self) -> list[str]:
        """Every owner."""
        return list(self._owners)


def _given(sets: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield the record sets that are ever given.

    One of weight 0 is not while another of its name and type has more (Route 53 developer guide, "Values specific for
    weighted records").
    """
    weights: dict[tuple[str, str], bool] = {}
    for item in sets:
        key = (plain(item.get("Name")), str(item.get("Type", "")))
        weights[key] = weights.get(key, False) or item.get("Weight") not in (None, 0)
    for item in sets:
        if item.get("Weight") != 0 or not weights[(plain(item.get("Name")), str(item.get("Type", "")))]:
            yield item


def _above(owner: str, apex: str) -> Iterable[str]:
    """Yield the names between *owner* and the apex: they exist, though they may hold nothing."""
    parent = owner.partition(".")[2]
    while parent and parent != apex:
        yield parent
        parent = parent.partition(".")[2]
