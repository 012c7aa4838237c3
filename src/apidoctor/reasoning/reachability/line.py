"""One line of a batch: a flow, and the snapshot it is asked of where the line brings its own."""

from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from apidoctor.reasoning.network import Flow
from apidoctor.reasoning.network.addresses import number
from apidoctor.reasoning.network.traffic import protocol_number

MAX_LINE = 64 * 1024 * 1024
"""Most bytes of a line that are read."""
LAST_PORT = 65535


class FlowLine(Struct):
    """``flow``: from where to where."""

    dst_ip: str | None = None
    dst_eni: str | None = None
    src_eni: str | None = None
    src_instance: str | None = None
    src_subnet: str | None = None
    src_groups: list[str] | None = None
    src_ip: str | None = None
    src_at: str | None = None
    protocol: str | int = "tcp"
    dst_port: int | None = None
    src_port: int | tuple[int, int] | None = None


class Line(Struct):
    """A line of a batch."""

    flow: FlowLine
    id: Any = None
    snapshot: Raw = field(default_factory=lambda: Raw(b""))
    """The network of this line alone; without it the batch's own."""
    expect: str | None = None
    """``reachable`` or ``denied``."""


class Unreadable(Exception):
    """The line asks nothing that can be answered; the text says why."""

    def __init__(self, message: str, identity: Any = None) -> None:
        super().__init__(message)
        self.identity = identity
        """The line's ``id``, where it could be read."""


class _Named(Struct):
    id: Any = None


class _StrictFlow(FlowLine, forbid_unknown_fields=True):
    pass


class _StrictLine(Line, forbid_unknown_fields=True):
    flow: _StrictFlow


_STRICT = msgspec.json.Decoder(_StrictLine)
_LENIENT = msgspec.json.Decoder(Line, strict=False)
_NAMED = msgspec.json.Decoder(_Named)


def read_line(text: bytes) -> tuple[Line, str | None]:
    """Read a line of a batch, and say what was set aside in it.

    Raises:
        Unreadable: it is not JSON, a member has another type, or a port is none.
    """
    if len(text) > MAX_LINE:
        raise Unreadable(f"the line is larger than {MAX_LINE // (1024 * 1024)} MiB")
    line, note = _decoded(text)
    if line.expect not in (None, "reachable", "denied"):
        raise Unreadable("expect is neither reachable nor denied", line.id)
    asked = line.flow
    if asked.dst_ip is None and asked.dst_eni is None:
        raise Unreadable("the flow has no dst_ip", line.id)
    for name, address in (("dst_ip", asked.dst_ip), ("src_ip", asked.src_ip)):
        if address is not None and number(address) is None:
            raise Unreadable(f"{name}: {address!r} is no address", line.id)
    protocol = protocol_number(asked.protocol)
    if protocol is None or protocol < 0:
        raise Unreadable(f"protocol: {asked.protocol!r} is none", line.id)
    ports = asked.src_port if isinstance(asked.src_port, tuple) else (asked.src_port or 0,)
    if not all(0 <= port <= LAST_PORT for port in (*ports, asked.dst_port or 0)):
        raise Unreadable(f"a port is not between 0 and {LAST_PORT}", line.id)
    if ports[0] > ports[-1]:
        raise Unreadable("src_port: the first port is above the last", line.id)
    return line, note


def _decoded(text: bytes) -> tuple[Line, str | None]:
    """Decode a line; one with members that nobody knows, or ports as text, is read with a note."""
    try:
        return _STRICT.decode(text), None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        why = str(error) or "the line is nested too deep"
    try:
        line = _LENIENT.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Unreadable(why, _identity(text)) from None
    return line, f"the line is read without what is wrong in it: {why}"


def flow_of(asked: FlowLine) -> Flow:
    """Return the flow that a line asks for."""
    ports = (asked.src_port, asked.src_port) if isinstance(asked.src_port, int) else asked.src_port
    return Flow(
        dst_ip=asked.dst_ip,
        dst_eni=asked.dst_eni,
        src_eni=asked.src_eni,
        src_instance=asked.src_instance,
        src_subnet=asked.src_subnet,
        src_groups=None if asked.src_groups is None else tuple(asked.src_groups),
        src_ip=asked.src_ip,
        src_at=asked.src_at,
        protocol=str(asked.protocol),
        dst_port=443 if asked.dst_port is None else asked.dst_port,
        src_port=ports,
    )


def _identity(text: bytes) -> Any:
    try:
        return _NAMED.decode(text).id
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
