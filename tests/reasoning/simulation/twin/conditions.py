"""Does a Condition block hold for the keys of a request?

Sources: IAM User Guide, "Condition operators", "Set operators for multivalued context keys" and "Conditions with
multiple context keys or values".
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from reasoning.simulation.twin.documents import plain_name
from reasoning.simulation.twin.texts import (
    MULTIVALUED,
    VARIABLE,
    Context,
    as_list,
    as_text,
    held,
    matches,
    matches_arn,
    read_text,
)
from reasoning.simulation.twin.values import address, moment, network, number, octets


@dataclass(frozen=True)
class Operator:
    """A condition operator."""

    fits: Callable[[str, str, Context, bool], bool]
    """Does a listed value (the first argument) match a value of the request (the second)?"""
    negated: bool = False
    """The operator holds when *no* listed value matches."""
    lists: Callable[[str, bool], bool] = lambda _listed, _variables: True
    """Is a listed value of the operator's type?"""
    takes: Callable[[str], bool] = lambda _value: True
    """Is a value of the request of the operator's type?"""


def textual(*, wildcards: bool = False, ignore_case: bool = False) -> Callable[..., bool]:
    """The comparisons of the String operators; a variable without a value matches nothing."""

    def fits(listed: str, value: str, context: Context, variables: bool) -> bool:
        pieces = read_text(listed, context, variables)
        return pieces is not None and matches(pieces, value, wildcards=wildcards, ignore_case=ignore_case)

    return fits


def same_truth(listed: str, value: str, context: Context, variables: bool) -> bool:
    """Bool knows two values, and takes variables."""
    pieces = read_text(listed, context, variables)
    wanted = "".join(text for text, _ in pieces or ()).lower()
    return wanted in ("true", "false") and wanted == value.lower()


def same_bytes(listed: str, value: str, _context: Context, _variables: bool) -> bool:
    """BinaryEquals compares bytes, which are written in base64 on both sides."""
    return octets(listed) is not None and octets(listed) == octets(value)


def arn_fits(listed: str, value: str, context: Context, variables: bool) -> bool:
    """ArnEquals and ArnLike are the same."""
    pieces = read_text(listed, context, variables)
    return pieces is not None and matches_arn(pieces, value)


def lists_arn(listed: str, variables: bool) -> bool:
    """A text with fewer than four colons is no ARN, whatever its variables hold."""
    return (VARIABLE.sub("", listed) if variables else listed).count(":") >= 4


def inside(listed: str, value: str, _context: Context, _variables: bool) -> bool:
    """An address of one family is in no range of the other."""
    within, found = network(listed), address(value)
    return within is not None and found is not None and found.version == within.version and found in within


def ordered(read: Callable[[str], Any], compare: Callable[[Any, Any], bool], negated: bool) -> Operator:
    """The comparisons of numbers and dates; neither takes variables."""

    def fits(listed: str, value: str, _context: Context, _variables: bool) -> bool:
        wanted, found = read(listed), read(value)
        return wanted is not None and found is not None and compare(found, wanted)

    return Operator(
        fits, negated, lambda listed, _: read(listed) is not None, lambda value: read(value) is not None
    )


def all_operators() -> dict[str, Operator]:
    """Every operator under its name in small letters, without prefix and ``IfExists``."""
    found = {"bool": Operator(same_truth), "binaryequals": Operator(same_bytes)}
    for start, negated in (("string", False), ("stringnot", True)):
        found[f"{start}equals"] = Operator(textual(), negated)
        found[f"{start}equalsignorecase"] = Operator(textual(ignore_case=True), negated)
        found[f"{start}like"] = Operator(textual(wildcards=True), negated)
    for start, negated in (("arn", False), ("arnnot", True)):
        arn = Operator(arn_fits, negated, lists_arn, lambda value: value.count(":") >= 4)
        found[f"{start}equals"] = found[f"{start}like"] = arn
    for start, negated in (("ipaddress", False), ("notipaddress", True)):
        found[start] = Operator(
            inside,
            negated,
            lambda listed, _: network(listed) is not None,
            lambda value: address(value) is not None,
        )
    for start, read in (("numeric", number), ("date", moment)):
        found[f"{start}equals"] = ordered(read, operator.eq, negated=False)
        found[f"{start}notequals"] = ordered(read, operator.eq, negated=True)
        found[f"{start}lessthan"] = ordered(read, operator.lt, negated=False)
        found[f"{start}lessthanequals"] = ordered(read, operator.le, negated=False)
        found[f"{start}greaterthan"] = ordered(read, operator.gt, negated=False)
        found[f"{start}greaterthanequals"] = ordered(read, operator.ge, negated=False)
    return found


OPERATORS = all_operators()


def presence(listed: Iterable[str], absent: bool) -> bool:
    """Null: ``"true"`` asks for a key to be absent, ``"false"`` for it to be there."""
    return any(value.lower() == str(absent).lower() for value in listed)


def compare(known: Operator, listed: list[str], value: str, context: Context, variables: bool) -> bool:
    """One value of the request: OR over the listed values, NOR for a negated operator.

    A negated operator does not hold for a value that is not of its type. No page of AWS says so; the
    public cloud-copilot/iam-simulate reads it so, and a listed value of another type likewise.
    """
    if known.negated and not known.takes(value):
        return False
    return any(known.fits(each, value, context, variables) for each in listed) != known.negated


def key_holds(name: str, key: str, listed: list[str], context: Context, variables: bool) -> bool:
    """One key under one operator, whose name may be written in any case."""
    name = name.lower()
    every, some = name.startswith("forallvalues:"), name.startswith("foranyvalue:")
    name = name.split(":")[-1]
    found = held(context, key)
    if name == "null":
        return presence(listed, not found)
    known = OPERATORS.get(name.removesuffix("ifexists"))
    if known is None:
        return False
    if known.negated and not all(known.lists(each, variables) for each in listed):
        return False
    if not found:
        # ForAnyValue needs a value; ForAllValues, IfExists and negated operators hold without one.
        return not some and (every or name.endswith("ifexists") or known.negated)
    results = [compare(known, listed, value, context, variables) for value in found]
    if every or some:
        return all(results) if every else any(results)
    # Several values cannot be compared without a set operator.
    return len(results) == 1 and key.lower() not in MULTIVALUED and results[0]


def condition_holds(condition: dict[str, Any], context: Context, variables: bool) -> bool:
    """AND over the operators, AND over the keys of each."""
    return all(
        key_holds(
            plain_name(name), plain_name(key), [as_text(v) for v in as_list(values)], context, variables
        )
        for name, block in condition.items()
        for key, values in block.items()
    )
