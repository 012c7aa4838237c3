"""Conditions as sets of values."""

from apidoctor.reasoning.iam._conditions import Clause
from apidoctor.reasoning.iam._operators import read_network

from .boxes import Box, Part, Written
from .items import Item, arn, glob, text
from .sets import ABSENT, Addresses, Values, complement, joined, listed, others

_TEXTS = {
    "stringequals": text,
    "stringlike": glob,
    "arnequals": arn,
    "arnlike": arn,
}
"""Operators that list texts: how a listed value becomes an item."""
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}


def held(clause: Clause) -> Box:
    """The requests for which a clause holds."""
    part = _part(clause)
    return Box({clause.lookup: part}) if part else Box(written=frozenset([Written(_text(clause), True)]))


def refused(clause: Clause) -> Box:
    """The requests for which a clause does not hold."""
    part = _part(clause)
    if part is None:
        return Box(written=frozenset([Written(_text(clause), False)]))
    return Box({clause.lookup: _complement(part)})


def _text(clause: Clause) -> str:
    return f"{clause.operator} {clause.key} {', '.join(clause.wanted)}"


def _part(clause: Clause) -> Part | None:
    """The values for which a clause holds; ``None`` when it is no set of values."""
    name = clause.operator.lower()
    if clause.test is None:
        return Values(present=False, absent=False)
    if name == "null":
        return _null(clause)
    if_exists = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    if ":" in name or list(clause.test.variable_keys()):
        return None
    if name in ("ipaddress", "notipaddress"):
        return _addresses(clause, negated=name == "notipaddress", if_exists=if_exists)
    if name == "bool":
        return listed([text(each.lower()) for each in clause.wanted], absent=if_exists)
    make = _TEXTS.get(_NEGATED.get(name, name))
    if make is None:
        return None
    items: list[Item] = [make(each) for each in clause.wanted]
    return others(items) if name in _NEGATED else listed(items, absent=if_exists)


def _null(clause: Clause) -> Values:
    asked = {each.lower() for each in clause.wanted}
    return Values(absent="true" in asked, present="false" in asked)


def _addresses(clause: Clause, *, negated: bool, if_exists: bool) -> Addresses:
    ranges = joined(found for each in clause.wanted if (found := read_network(each)))
    if negated:
        return Addresses(complement(ranges), absent=True)
    return Addresses(ranges, absent=if_exists)


def _complement(part: Part) -> Part:
    """All other values of the key."""
    if isinstance(part, Addresses):
        return Addresses(complement(part.ranges), absent=not part.absent)
    if not part.present:
        return Values(absent=not part.absent)
    if part.any_of:
        return others(part.any_of[0], absent=not part.absent)
    if part.none_of:
        return listed(part.none_of, absent=not part.absent)
    return ABSENT if not part.absent else Values(present=False, absent=False)
