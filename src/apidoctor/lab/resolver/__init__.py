"""The caller's DNS resolver: UDP and TCP on one free loopback port."""

import contextlib
import socketserver

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from apidoctor.lab.description import SOA_MAIL, SOA_SERVER, World
from apidoctor.lab.resolver.zones import Answer, resolve
from apidoctor.lab.serving import Servers

TTL = 60
"""Seconds; AWS uses 60 for endpoint names."""

_RCODES = {
    "nxdomain": dns.rcode.NXDOMAIN,
    "servfail": dns.rcode.SERVFAIL,
    "refused": dns.rcode.REFUSED,
}


class Resolver:
    """Answers as the resolver of the world's caller would."""

    def __init__(self, world: World, servers: Servers) -> None:
        self._world = world
        pair = _bind_pair(self)
        for server in pair:
            servers.start(server)
        self.address = f"127.0.0.1:{pair[0].server_address[1]}"

    def reply(self, wire: bytes) -> bytes | None:
        """The answer to a query, both in wire form; None to stay silent, also when it is no query."""
        with contextlib.suppress(dns.exception.DNSException):
            query = dns.message.from_wire(wire)
            if query.flags & dns.flags.QR or len(query.question) != 1:
                return None
            question = query.question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            answer = resolve(self._world, name, dns.rdatatype.to_text(question.rdtype))
            return None if answer.outcome == "silent" else _message(query, answer).to_wire()
        return None


def _message(query: dns.message.Message, answer: Answer) -> dns.message.Message:
    message = dns.message.make_response(query, recursion_available=True)
    message.set_rcode(_RCODES.get(answer.outcome, dns.rcode.NOERROR))
    if answer.addresses:
        owner = query.question[0].name
        message.answer.append(dns.rrset.from_text(owner, TTL, "IN", "A", *answer.addresses))
    if answer.outcome in ("nxdomain", "nodata"):
        soa = f"{SOA_SERVER}. {SOA_MAIL}. 1 7200 900 1209600 {TTL}"
        message.authority.append(dns.rrset.from_text(f"{answer.zone}.", TTL, "IN", "SOA", soa))
    return message


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    resolver: Resolver


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    resolver: Resolver


class _UdpHandler(socketserver.BaseRequestHandler):
    server: _Udp

    def handle(self) -> None:
        wire, reply_to = self.request
        reply = self.server.resolver.reply(wire)
        if reply is not None:
            reply_to.sendto(reply, self.client_address)


class _TcpHandler(socketserver.StreamRequestHandler):
    server: _Tcp
    timeout = 5

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while len(length := self.rfile.read(2)) == 2:
                reply = self.server.resolver.reply(self.rfile.read(int.from_bytes(length)))
                if reply is None:
                    return
                self.wfile.write(len(reply).to_bytes(2) + reply)


def _bind_pair(resolver: Resolver) -> tuple[_Udp, _Tcp]:
    """Bind the same free port for UDP and TCP."""
    while True:
        udp = _Udp(("127.0.0.1", 0), _UdpHandler)
        try:
            tcp = _Tcp(udp.server_address, _TcpHandler)
        except OSError:  # somebody else has this TCP port
            udp.server_close()
            continue
        udp.resolver = tcp.resolver = resolver
        return udp, tcp
