"""What middle boxes do to the requests and answers that pass them."""

import time
import zlib
from io import BufferedIOBase

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.lab.description import Box, World
from apidoctor.lab.front_door.catalogue import Reply
from apidoctor.lab.front_door.sigv4 import Signed

MAX_ENDLESS = 1 << 28
"""Bytes after which an endless body ends all the same, when nobody hangs up."""
_BLOCK = b"A" * 65536
DRIP_SECONDS = 0.2
"""Between two bytes of an answer that drips."""
SILENT_SECONDS = 30


class Way:
    """The boxes between the callers and one interface, the caller's side first."""

    def __init__(self, world: World, boxes: list[Box]) -> None:
        self._world = world
        self._boxes = boxes

    def to_gateway(self, signed: Signed) -> Signed:
        """The request as it comes out on the other side."""
        for box in self._boxes:
            name = {"rewrites-host": "host", "sets-header": box.header.lower()}.get(box.kind)
            if name is not None:
                signed = replace(signed, headers={**signed.headers, name: self._world.fill(box.value)})
        return signed

    def refusal(self) -> Reply | None:
        """What a box answers in the place of API Gateway; None when all let the request pass."""
        for box in self._boxes:
            if box.kind == "refuses":
                return Reply(
                    box.status, "", box.body, headers={"Content-Type": "text/html", **box.headers}, by="box"
                )
            if box.kind == "redirects":
                return Reply(302, "", "", headers={"Location": box.value}, by="box")
        return None

    def write(self, out: BufferedIOBase, head: bytes, body: bytes) -> bool:
        """Write an answer as it arrives at the caller; say whether the connection must end after it."""
        for box in self._boxes:
            writer = _WRITERS.get(box.kind)
            if writer is not None:
                writer(box, out, _Message(head, body))
                return True
        out.write(head + body)
        return False


class _Message(Struct, frozen=True):
    """An answer in wire form; *head* ends with the empty line."""

    head: bytes
    body: bytes

    def without(self, *names: bytes) -> bytes:
        """The head without these fields and without its final empty line."""
        lines = self.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        kept = [line for line in lines if line.partition(b":")[0].lower() not in names]
        return b"\r\n".join(kept) + b"\r\n"


def _drip(box: Box, out: BufferedIOBase, message: _Message) -> None:
    for byte in message.head + message.body:
        out.write(bytes([byte]))
        time.sleep(DRIP_SECONDS)


def _truncate(box: Box, out: BufferedIOBase, message: _Message) -> None:
    out.write(message.head + message.body[: len(message.body) // 2])


def _giant_header(box: Box, out: BufferedIOBase, message: _Message) -> None:
    out.write(message.without() + b"X-Padding: " + b"A" * box.size + b"\r\n\r\n" + message.body)


def _many_headers(box: Box, out: BufferedIOBase, message: _Message) -> None:
    more = b"".join(b"X-Padding-%d: A\r\n" % number for number in range(box.size))
    out.write(message.without() + more + b"\r\n" + message.body)


def _endless(box: Box, out: BufferedIOBase, message: _Message) -> None:
    out.write(message.without(b"content-length", b"connection") + b"Connection: close\r\n\r\n" + message.body)
    for _ in range(MAX_ENDLESS // len(_BLOCK)):
        out.write(_BLOCK)


def _bomb(box: Box, out: BufferedIOBase, message: _Message) -> None:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    packed = b"".join(packer.compress(bytes(len(_BLOCK))) for _ in range(box.size // len(_BLOCK) + 1))
    packed += packer.flush()
    fields = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    out.write(message.without(b"content-length") + fields + packed)


def _silent(box: Box, out: BufferedIOBase, message: _Message) -> None:
    time.sleep(SILENT_SECONDS)


def _hang_up(box: Box, out: BufferedIOBase, message: _Message) -> None:
    """Say nothing: the connection ends."""


_WRITERS = {
    "drips": _drip,
    "truncates": _truncate,
    "giant-header": _giant_header,
    "many-headers": _many_headers,
    "endless": _endless,
    "bomb": _bomb,
    "silent": _silent,
    "hangs-up": _hang_up,
}
