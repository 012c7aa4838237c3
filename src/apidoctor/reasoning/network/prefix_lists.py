"""Prefix lists: many CIDR blocks under one id (EC2 API: GetManagedPrefixListEntries)."""

from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Unknown
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network.addresses import Block, block
from apidoctor.reasoning.network.pieces import Pieces, cut
from apidoctor.reasoning.network.shapes import listed, text
from apidoctor.reasoning.network.topology import Home, Topology


class PrefixList(Struct, frozen=True):
    """A prefix list."""

    blocks: tuple[Block, ...]
    """Its entries."""
    pieces: Pieces[Block]
    """The entry that holds an address."""


def prefix_list(topology: Topology, list_id: str, home: Home) -> Fact[PrefixList | None]:
    """Return a prefix list; None when there is no such list."""
    return topology.keep("prefix-list", list_id, _entries, topology, list_id, home)


def _entries(topology: Topology, list_id: str, home: Home) -> Fact[PrefixList | None]:
    fact = topology.keyed("get_managed_prefix_list_entries", list_id, home)
    if not fact.known:
        return Unknown(*fact.missing)
    if fact.value is None:
        return Known(None)
    entries = listed(fact.value, "Entries")
    blocks = [block(text(entry, "Cidr")) for entry in entries or ()]
    sure = tuple(each for each in blocks if each is not None)
    if fact.value.get("partial") is True:
        return Unknown(Gap(f"fact: all entries of {list_id}; only some were read"))
    if entries is None or len(sure) < len(blocks):
        return Unknown(Gap(f"fact: the entries of {list_id}, one of which is no CIDR block"))
    return Known(PrefixList(sure, cut((each, each) for each in sure)), fact.source)
