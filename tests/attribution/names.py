"""A DNS server on loopback: every name has one IPv4 address and no other."""

import socketserver
import struct
import threading
from typing import Any

A = 1


def answer(question: bytes, address: str) -> bytes:
    """The answer to one question (RFC 1035 4): the address for A, no data for every other type."""
    end = 12
    while question[end]:
        end += question[end] + 1
    asked = question[12 : end + 5]
    (kind,) = struct.unpack("!H", question[end + 1 : end + 3])
    found = kind == A
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, int(found), 0, 0)
    data = bytes(int(part) for part in address.split("."))
    return head + asked + (struct.pack("!HHHIH", 0xC00C, A, 1, 60, 4) + data if found else b"")


class Names:
    """The running server, over UDP and TCP at one port."""

    def __init__(self, address: str) -> None:
        class Udp(socketserver.BaseRequestHandler):
            """One datagram."""

            def handle(self) -> None:
                """Answer it."""
                question, sock = self.request
                sock.sendto(answer(question, address), self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            """One connection."""

            def handle(self) -> None:
                """Answer each question."""
                while head := self.rfile.read(2):
                    reply = answer(self.rfile.read(struct.unpack("!H", head)[0]), address)
                    self.wfile.write(struct.pack("!H", len(reply)) + reply)

        self._udp, self._tcp = _pair(Udp, Tcp)
        self.port = int(self._udp.server_address[1])
        self._tcp.daemon_threads = True

    def __enter__(self) -> "Names":
        """Open."""
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        """Close."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()


def _pair(udp: Any, tcp: Any) -> tuple[socketserver.ThreadingUDPServer, socketserver.ThreadingTCPServer]:
    """Two servers at one port; a port that is free for one protocol may be taken for the other."""
    while True:
        first = socketserver.ThreadingUDPServer(("127.0.0.1", 0), udp)
        try:
            return first, socketserver.ThreadingTCPServer(("127.0.0.1", first.server_address[1]), tcp)
        except OSError:
            first.server_close()
