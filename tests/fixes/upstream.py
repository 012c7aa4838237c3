"""The DNS of the proofs: a public one that is signed like the real one, and a Route 53 Resolver inbound endpoint.

Public: the root, com and example.com are signed; amazonaws.com is delegated without a DS record, as it is in truth.
Inbound: knows the private names, and like the real one resolves everything else too, so that only its log shows who
asked it for what was none of its business.
"""

import contextlib
import socket
import struct
import threading

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

API = "abc1234567.execute-api.us-east-1.amazonaws.com."
OTHER_API = "def1234567.execute-api.us-east-1.amazonaws.com."
CUSTOM = "orders.corp.example.com."
ALIAS = "alias.corp.example.com."
ENDPOINT = "vpce-0a1b2c3d4e5f60718-abcdefgh.execute-api.us-east-1.vpce.amazonaws.com."
PRIVATE = {API: "10.1.4.21", OTHER_API: "10.1.4.21", CUSTOM: "10.1.4.22"}
PRIVATE_ZONES = ("execute-api.us-east-1.amazonaws.com.", "corp.example.com.")

SOA = "@ 60 IN SOA ns hostmaster 1 60 60 60 60\n@ 60 IN NS ns.invalid.\n"
ZONES = {
    ".": "com. 60 IN NS ns.invalid.\n",
    "com.": "example 60 IN NS ns.invalid.\namazonaws 60 IN NS ns.invalid.\n",
    "example.com.": "www 60 IN A 93.184.216.34\nrebind 60 IN A 10.66.6.6\n",
}
UNSIGNED = {"amazonaws.com.": f"*.execute-api.us-east-1 60 IN A 203.0.113.9\n{ENDPOINT} 60 IN A 10.1.4.23\n"}
TYPES = dns.rdatatype.RdataType


class Public:
    """Answers like a recursive server that has everything, with signatures and proofs for who wants them."""

    def __init__(self) -> None:
        keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ZONES}
        public = {
            name: dns.dnssec.make_dnskey(key.public_key(), "ECDSAP256SHA256", 257)
            for name, key in keys.items()
        }
        anchors = {name: dns.dnssec.make_ds(name, key, "SHA256") for name, key in public.items()}
        self.anchor = anchors["."].to_text()
        self.key = public["."].to_text()
        texts = dict(ZONES)
        texts["."] += f"com. 60 IN DS {anchors['com.']}\n"
        texts["com."] += f"example 60 IN DS {anchors['example.com.']}\n"
        self.zones = {}
        for name, lines in {**texts, **UNSIGNED}.items():
            zone = dns.zone.from_text(SOA + lines, origin=name, relativize=False)
            if name in keys:
                with zone.writer() as change:
                    dns.dnssec.sign_zone(
                        zone,
                        change,
                        keys=[(keys[name], public[name])],
                        add_dnskey=True,
                        dnskey_ttl=60,
                        lifetime=3600,
                    )
            self.zones[dns.name.from_text(name)] = zone

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        response = blank(query)
        asked = query.question[0]
        zone = self.zone(asked.name, asked.rdtype)
        node = zone.get_node(asked.name) or zone.get_node(wildcard(asked.name))
        rdataset = node and node.get_rdataset(dns.rdataclass.IN, asked.rdtype)
        if rdataset:
            add(response.answer, zone, node, asked.name, asked.rdtype)
            return response
        apex = zone.get_node(zone.origin)
        add(response.authority, zone, apex, zone.origin, TYPES.SOA)
        inside = any(name.is_subdomain(asked.name) for name in zone.nodes)
        if not node and not inside:
            response.set_rcode(dns.rcode.NXDOMAIN)
        for name in dict.fromkeys((self.before(zone, asked.name), zone.origin)):
            add(response.authority, zone, zone.get_node(name), name, TYPES.NSEC)
        return response

    def zone(self, name: dns.name.Name, kind: int) -> dns.zone.Zone:
        """The deepest zone that holds the name; for DS the one above."""
        fits = [zone for zone in self.zones if name.is_subdomain(zone) and (kind != TYPES.DS or zone != name)]
        return self.zones[max(fits or [dns.name.root], key=len)]

    def before(self, zone: dns.zone.Zone, name: dns.name.Name) -> dns.name.Name:
        return max((one for one in zone.nodes if one <= name), default=zone.origin)


class Inbound:
    """The inbound endpoint: private names first, else what the public says."""

    def __init__(self, public: Public) -> None:
        self.public = public

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        asked = query.question[0]
        zone = next(
            (zone for zone in PRIVATE_ZONES if asked.name.is_subdomain(dns.name.from_text(zone))), None
        )
        if zone is None or (asked.rdtype == TYPES.DS and asked.name == dns.name.from_text(zone)):
            return self.public.answer(query)
        response, name = blank(query), asked.name.to_text().lower()
        if name == ALIAS and asked.rdtype in (TYPES.A, TYPES.CNAME):
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", ENDPOINT))
            response.answer.append(dns.rrset.from_text(ENDPOINT, 60, "IN", "A", "10.1.4.23"))
        elif name in PRIVATE and asked.rdtype == TYPES.A:
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "A", PRIVATE[name]))
        else:
            if name not in PRIVATE and name != zone:
                response.set_rcode(dns.rcode.NXDOMAIN)
            soa = "ns.invalid. hostmaster.invalid. 1 60 60 60 60"
            response.authority.append(dns.rrset.from_text(zone, 60, "IN", "SOA", soa))
        return response


def blank(query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query, recursion_available=True)
    response.use_edns(
        0 if query.edns >= 0 else False, dns.flags.DO if query.ednsflags & dns.flags.DO else 0, 1232
    )
    return response


def wildcard(name: dns.name.Name) -> dns.name.Name:
    return dns.name.Name((b"*", *name.labels[1:])) if len(name) > 1 else name


def add(section, zone, node, name, kind) -> None:
    """Put a record set and its signatures into a section."""
    for covers, rdtype in ((TYPES.NONE, kind), (kind, TYPES.RRSIG)):
        rdataset = node and node.get_rdataset(dns.rdataclass.IN, rdtype, covers)
        if rdataset:
            section.append(dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset)))


class Server:
    """Listens on one address, UDP and TCP 53, and keeps what it was asked: ``(name, type, transport)``."""

    def __init__(self, source, address: str, port: int = 53) -> None:
        self.source, self.log, self.where = source, [], (address, port)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.tcp = socket.socket(family, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for one in (self.udp, self.tcp):
            one.bind(self.where)
        self.tcp.listen()
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def stop(self) -> None:
        for one in (self.udp, self.tcp):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _reply(self, wire: bytes, transport: str) -> bytes:
        query = dns.message.from_wire(wire)
        asked = query.question[0]
        self.log.append((asked.name.to_text().lower(), dns.rdatatype.to_text(asked.rdtype), transport))
        response = self.source.answer(query)
        if not query.ednsflags & dns.flags.DO:
            for section in (response.answer, response.authority):
                section[:] = [rrset for rrset in section if rrset.rdtype not in (TYPES.RRSIG, TYPES.NSEC)]
        return response.to_wire(max_size=65535)

    def _serve_udp(self) -> None:
        while True:
            try:
                wire, peer = self.udp.recvfrom(65535)
                if not wire:  # shut down
                    return
                self.udp.sendto(self._reply(wire, "udp"), peer)
            except OSError:
                return

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(connection,), daemon=True).start()

    def _serve_one(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while head := stream.read(2):
                wire = self._reply(stream.read(struct.unpack("!H", head)[0]), "tcp")
                connection.sendall(struct.pack("!H", len(wire)) + wire)
