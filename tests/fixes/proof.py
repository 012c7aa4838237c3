"""Runs one software with one stanza in a network namespace of its own, and prints what it did as JSON.

``unshare --net --mount python -m fixes.proof KIND FOLDER``, with the stanza and the options as JSON on standard input.
Addresses in the namespace are the real ones of the stanza: no port or address of it is changed for the proof.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import dns.exception
import dns.inet
import dns.message
import dns.query
import dns.rcode
from fixes import software, upstream


def network(options: dict) -> None:
    # A link that is up but leads nowhere carries all addresses: systemd-resolved forgets servers behind "lo".
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
    for link in ("up0", "up1"):
        run("ip", "link", "set", link, "up")
    for address in (software.LISTEN, software.PUBLIC, *options["servers"]):
        run(
            "ip",
            "address",
            "add",
            address + ("/128" if ":" in address else "/32"),
            "dev",
            "up0",
            *(["nodad"] if ":" in address else []),
        )


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def ask(name: str, kind: str = "A", tcp: bool = False, dnssec: bool = False) -> list[str]:
    """What the software answers: the addresses, or one word that says why there are none."""
    query = dns.message.make_query(name, kind, want_dnssec=dnssec)
    family = dns.inet.af_for_address(software.LISTEN)
    # A repeat comes from the same socket, as every stub resolver's does: dnsmasq knows repeats by that.
    with socket.socket(family, socket.SOCK_DGRAM) as repeated:
        repeated.setblocking(False)
        for _ in range(4):
            try:
                if tcp:
                    response = dns.query.tcp(query, software.LISTEN, timeout=5)
                else:
                    response = dns.query.udp(query, software.LISTEN, timeout=3, sock=repeated)
                break
            except (dns.exception.DNSException, OSError) as error:
                failed = type(error).__name__
        else:
            return [failed]
    found = [
        rdata.to_text()
        for rrset in response.answer
        for rdata in rrset
        if rdata.rdtype == query.question[0].rdtype
    ]
    return found or [dns.rcode.to_text(response.rcode())]


def wait(process: subprocess.Popen) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise SystemExit("the server ended: " + str(process.returncode))
        with contextlib.suppress(dns.exception.DNSException, OSError):
            dns.query.udp(dns.message.make_query("www.example.com.", "A"), software.LISTEN, timeout=0.3)
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def own_systemd(folder: Path) -> None:
    """Empty /etc/systemd and /run/systemd, a link with the public resolver as networkd would say it, and the user."""
    run("mount", "--make-rprivate", "/")
    for place in ("/etc/systemd", "/run/systemd"):
        os.makedirs(place, exist_ok=True)
        run("mount", "-t", "tmpfs", "none", place)
    for name, line in (
        ("passwd", "systemd-resolve:x:990:990::/:/usr/sbin/nologin\n"),
        ("group", "systemd-resolve:x:990:\n"),
    ):
        copy = folder / name
        copy.write_text(Path("/etc", name).read_text() + line)
        run("mount", "--bind", str(copy), f"/etc/{name}")


def own_link(options: dict) -> None:
    links = Path("/run/systemd/netif/links")
    links.mkdir(parents=True)
    Path("/run/systemd/resolve").mkdir(mode=0o755)
    os.chown("/run/systemd/resolve", 990, 990)
    index = str(socket.if_nametoindex("up0"))
    lines = ["ADMIN_STATE=configured", "OPER_STATE=routable", f"DNS={software.PUBLIC}", "ONLINE_STATE=online"]
    if options["link_domains"]:
        lines.append(f"ROUTE_DOMAINS={options['link_domains']}")
    (links / index).write_text("\n".join(lines) + "\n")


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    options = json.load(sys.stdin)
    network(options)
    if kind == "systemd-resolved":
        own_systemd(folder)
        own_link(options)
    public = upstream.Public()
    outside = upstream.Server(public, software.PUBLIC)
    port = options.get("port", 53)
    inbound = [upstream.Server(upstream.Inbound(public), address, port) for address in options["servers"]]
    ready = software.KINDS[kind][0](folder, options["stanza"], public.anchor, public.key, options)
    result: dict = {"check": None, "answers": {}}
    if ready.check:
        done = subprocess.run(ready.check, capture_output=True, text=True, check=False)
        result["check"] = [done.returncode, (done.stdout + done.stderr)[-2000:]]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ready.serve, stdout=log, stderr=log, env={**os.environ, **ready.environment}, cwd=folder
        )
        try:
            wait(process)
            for name, question in options["questions"].items():
                if name == "stop":
                    inbound[question].stop()
                    continue
                if name == "cut off":
                    outside.stop()
                    continue
                result["answers"][name] = ask(*question)
        finally:
            process.terminate()
            process.wait(10)
    result["inbound"] = [sorted({tuple(entry) for entry in server.log}) for server in inbound]
    result["public"] = sorted({tuple(entry) for entry in outside.log})
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
