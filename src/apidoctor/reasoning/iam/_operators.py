"""Condition operators: what each compares, and how.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators". A negated operator is the negation of
its positive one, also for a list of values (it must match none) and for an absent key (then it is true).
"""

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct

from ._globs import ARN_SEGMENTS
from ._patterns import Mode, Pattern, Values, compile_patterns
from .truth import Truth

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_MAX_VALUE = 64
"""Longest number, date or address (characters) that is read; real ones are far shorter."""
_YEAR_DIGITS = 4
_YEAR_AND_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_MASK = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)


class Typed(Struct, frozen=True, gc=False, eq=False):
    """Values of one type, compared with the request's value after both were read."""

    read: Callable[[str], Any]
    """Reads a value; ``None`` when the text is not of the type, and then it never matches."""
    compare: Callable[[Any, Any], bool]
    """Compares the request's value with a listed one."""
    wanted: tuple[Any, ...]

    def matches(self, text: str, values: Values) -> Truth:
        """Whether the request's value compares true with any listed one."""
        got = self.read(text)
        return got is not None and any(self.compare(got, wanted) for wanted in self.wanted)

    def variable_keys(self) -> Iterable[str]:
        """There are none: only texts can have policy variables."""
        return ()


class Operator(NamedTuple):
    """One operator, without its set prefix and its ``IfExists``."""

    name: str
    negated: bool
    compile: Callable[[tuple[str, ...], bool], Pattern]
    """Makes a test of the listed values; the flag: policy variables count (Version 2012-10-17)."""
    valid: Callable[[str], bool]
    """Whether a value is of the operator's type; one that is not never matches."""
    typed: bool = False
    """Whether only values of the type can be compared at all."""


def read_number(text: str) -> Decimal | None:
    """A decimal number, or ``None``."""
    return Decimal(text) if len(text) <= _MAX_VALUE and _NUMBER.fullmatch(text) else None


def read_date(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 date (UTC when it names no zone) or an epoch number, or ``None``."""
    return _date(text) if len(text) <= _MAX_VALUE else None


@lru_cache(maxsize=4096)
def _date(text: str) -> float | None:
    if len(text) == _YEAR_DIGITS and text.isdecimal():
        text += "-01-01"
    elif _YEAR_AND_MONTH.fullmatch(text):
        text += "-01"
    elif (number := read_number(text)) is not None:
        return float(number)
    try:
        date = datetime.fromisoformat(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def read_bytes(text: str) -> bytes | None:
    """The bytes of a base64 text, or ``None``."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


Network = tuple[int, int, int]
"""IP version, first address, last address."""


def read_network(text: str) -> Network | None:
    """The range of a CIDR block, an address alone being a range of one; ``None`` when it is neither."""
    return _network(text) if len(text) <= _MAX_VALUE else None


@lru_cache(maxsize=4096)
def _network(text: str) -> Network | None:
    _, slash, mask = text.partition("/")
    if slash and not _MASK.fullmatch(mask):
        return None
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return network.version, int(network.network_address), int(network.broadcast_address)


def _inside(got: Network, wanted: Network) -> bool:
    return got[0] == wanted[0] and wanted[1] <= got[1] and got[2] <= wanted[2]


def _text(mode: Mode, *, fold: bool = False) -> Callable[[tuple[str, ...], bool], Pattern]:
    return lambda listed, variables: compile_patterns(listed, mode, variables=variables, fold=fold)


def _typed(
    read: Callable[[str], Any], compare: Callable[[Any, Any], bool]
) -> Callable[[tuple[str, ...], bool], Pattern]:
    def compile_values(listed: tuple[str, ...], variables: bool) -> Pattern:
        return Typed(read, compare, tuple(value for text in listed if (value := read(text)) is not None))

    return compile_values


def _any_text(text: str) -> bool:
    return True


def _is_bool(text: str) -> bool:
    return text.lower() in ("true", "false") or "${" in text


def _bool(listed: tuple[str, ...], variables: bool) -> Pattern:
    return compile_patterns(
        [each for each in listed if _is_bool(each)], "equals", variables=variables, fold=True
    )


def _is_arn(text: str) -> bool:
    """Whether it can be compared with an ARN at all; one that lacks its last colon can, and matches none."""
    return _VARIABLE.sub("", text).count(":") >= ARN_SEGMENTS - 2


def _operators() -> list[Operator]:
    found = [
        Operator("StringEquals", False, _text("equals"), _any_text),
        Operator("StringNotEquals", True, _text("equals"), _any_text),
        Operator("StringEqualsIgnoreCase", False, _text("equals", fold=True), _any_text),
        Operator("StringNotEqualsIgnoreCase", True, _text("equals", fold=True), _any_text),
        Operator("StringLike", False, _text("like"), _any_text),
        Operator("StringNotLike", True, _text("like"), _any_text),
        Operator("Bool", False, _bool, _is_bool),
    ]
    for name in ("ArnEquals", "ArnLike"):
        found.append(Operator(name, False, _text("arn"), _is_arn, typed=True))
        found.append(Operator(name.replace("Arn", "ArnNot"), True, _text("arn"), _is_arn, typed=True))
    found += _typed_operators("BinaryEquals", read_bytes, operator.eq, None)
    found += _typed_operators("IpAddress", read_network, _inside, "NotIpAddress")
    for family, read in (("Numeric", read_number), ("Date", read_date)):
        found += _typed_operators(f"{family}Equals", read, operator.eq, f"{family}NotEquals")
        found += _typed_operators(f"{family}LessThan", read, operator.lt, None)
        found += _typed_operators(f"{family}LessThanEquals", read, operator.le, None)
        found += _typed_operators(f"{family}GreaterThan", read, operator.gt, None)
        found += _typed_operators(f"{family}GreaterThanEquals", read, operator.ge, None)
    return found


def _typed_operators(
    name: str, read: Callable[[str], Any], compare: Callable[[Any, Any], bool], negation: str | None
) -> list[Operator]:
    def valid(text: str) -> bool:
        return read(text) is not None

    names = [(name, False)] + ([(negation, True)] if negation else [])
    return [Operator(each, negated, _typed(read, compare), valid, typed=True) for each, negated in names]


OPERATORS: dict[str, Operator] = {each.name.lower(): each for each in _operators()}
"""Every operator but ``Null``, by its name in lower case."""
