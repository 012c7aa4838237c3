"""The other end of the matrix's benchmark, in a process of its own: a front door with three interfaces, and a resolver.

    python -m benchmarks.matrix_door FOLDER DELAY_MS

It answers DNS, TLS and HTTP each after the delay, and prints its ports: DNS, then one for each interface.
"""

import asyncio
import contextlib
import socket
import ssl
import sys
from pathlib import Path

import dns.message
import dns.rrset

from benchmarks.matrix_world import ADDRESSES, NAMES, certificates

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-amzn-RequestId: 1\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)


class Resolver(asyncio.DatagramProtocol):
    """Answers every name of the world with the interfaces that it leads to."""

    def __init__(self, delay: float) -> None:
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = transport

    def datagram_received(self, data: bytes, there: tuple[str, int]) -> None:
        """Answer after the delay."""
        asyncio.get_running_loop().call_later(self._delay, self._answer, data, there)

    def _answer(self, data: bytes, there: tuple[str, int]) -> None:
        question = dns.message.from_wire(data)
        reply = dns.message.make_response(question)
        name = question.question[0].name.to_text()
        found = NAMES.get(name.rstrip(".").lower(), ())
        if found:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", *found))
        self._transport.sendto(reply.to_wire(), there)  # type: ignore[attr-defined]


async def serve(folder: Path, delay: float) -> None:
    """Open the ports, print them, and serve until the process is ended."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates(folder))
    context.set_alpn_protocols(["http/1.1"])

    loop = asyncio.get_running_loop()
    resolver, _ = await loop.create_datagram_endpoint(lambda: Resolver(delay), ("127.0.0.1", 0))
    doors = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in ADDRESSES]
    tasks = [asyncio.create_task(_accept(door, context, delay)) for door in doors]
    ports = [resolver.get_extra_info("sockname")[1], *(door.getsockname()[1] for door in doors)]
    print(*ports, flush=True)
    await asyncio.gather(*tasks)


async def _accept(door: socket.socket, context: ssl.SSLContext, delay: float) -> None:
    door.setblocking(False)
    waiting: set[asyncio.Task[None]] = set()
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(door)
        task = asyncio.create_task(_answer(connection, context, delay))
        waiting.add(task)
        task.add_done_callback(waiting.discard)


async def _answer(connection: socket.socket, context: ssl.SSLContext, delay: float) -> None:
    """Shake hands after the delay; nothing of the client's is read before that."""
    await asyncio.sleep(delay)
    reader = asyncio.StreamReader()
    with contextlib.suppress(OSError):
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: _Door(reader, delay), connection, ssl=context)


class _Door(asyncio.StreamReaderProtocol):
    """Answers one request after the delay."""

    def __init__(self, reader: asyncio.StreamReader, delay: float) -> None:
        super().__init__(reader, self._call)
        self._delay = delay

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self._delay)
            writer.write(ANSWER)
            await writer.drain()
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2]) / 1000))
