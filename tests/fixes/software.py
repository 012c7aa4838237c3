"""How each software is started with our stanza and, where it has them, validation and rebinding protection.

Everything is in one folder of the proof.  What is written here is what a data centre has already: listen there, send
all other names to the public resolver, validate with the root's key, drop private addresses out of public names.  The
stanza comes as it is printed.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/lib/systemd"))
LISTEN = "10.9.0.53"
PUBLIC = "192.0.2.53"


def find(program: str) -> str | None:
    return shutil.which(program, path=PLACES)


@dataclass
class Ready:
    """What to run: the syntax check (none: empty), the server, and its environment."""

    check: list[str]
    serve: list[str]
    environment: dict[str, str]


def bind(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    config = folder / "named.conf"
    insecure = (
        f"validate-except {{ {' '.join(f'{z};' for z in options['insecure'])} }};"
        if options["insecure"]
        else ""
    )
    rebinding = ""
    if options["rebinding"]:
        allowed = " ".join(f'"{zone}";' for zone in options["allowed"])
        rebinding = f"deny-answer-addresses {{ 10.0.0.0/8; }} except-from {{ {allowed} }};"
    config.write_text(
        f"""options {{ directory "{folder}"; pid-file none; session-keyfile none; listen-on {{ {LISTEN}; }};
          listen-on-v6 {{ none; }}; recursion yes; allow-query {{ any; }}; allow-recursion {{ any; }};
          forwarders {{ {PUBLIC}; }}; forward only; {rebinding} {insecure}
          dnssec-validation {"yes" if options["validate"] else "no"}; }};
        controls {{ }};
        trust-anchors {{ . static-key {key.split(None, 3)[0]} {key.split(None, 3)[1]} {key.split(None, 3)[2]}
          "{key.split(None, 3)[3].replace(" ", "")}"; }};
        include "{folder}/stanza.conf";
        """
    )
    (folder / "stanza.conf").write_text(stanza)
    return Ready(
        [find("named-checkconf"), str(config)], [find("named"), "-g", "-n", "1", "-c", str(config)], {}
    )


def unbound(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    config = folder / "unbound.conf"
    private = "private-address: 10.0.0.0/8" if options["rebinding"] else ""
    trust = f'trust-anchor: ". DS {anchor}"' if options["validate"] else ""
    config.write_text(
        f"""server:
          interface: {LISTEN}
          access-control: 0.0.0.0/0 allow
          chroot: ""
          username: ""
          pidfile: ""
          directory: "{folder}"
          use-syslog: no
          do-daemonize: no
          {private}
          {trust}
        forward-zone:
          name: "."
          forward-addr: {PUBLIC}
        include: "{folder}/stanza.conf"
        """
    )
    (folder / "stanza.conf").write_text(stanza)
    return Ready([find("unbound-checkconf"), str(config)], [find("unbound"), "-d", "-c", str(config)], {})


def dnsmasq(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    config = folder / "dnsmasq.conf"
    lines = [
        "no-resolv",
        "no-hosts",
        f"listen-address={LISTEN}",
        "bind-interfaces",
        f"server={PUBLIC}",
        "user=root",
        "group=root",
    ]
    if options["rebinding"]:
        lines.append("stop-dns-rebind")
    if options["validate"]:
        lines += ["dnssec", "trust-anchor=.," + ",".join(anchor.split(None, 3))]
    (folder / "dnsmasq.d").mkdir()
    (folder / "dnsmasq.d" / "apidoctor.conf").write_text(stanza)
    config.write_text("\n".join([*lines, f"conf-dir={folder}/dnsmasq.d,*.conf"]) + "\n")
    return Ready(
        [find("dnsmasq"), "--test", "-C", str(config)],
        [find("dnsmasq"), "-k", "-C", str(config), "--log-facility=-", "--pid-file=", "-q"],
        {},
    )


def powerdns_recursor(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    lines = [f"local-address={LISTEN}", f"forward-zones-recurse=.={PUBLIC}", f"socket-dir={folder}"]
    lines += [
        "allow-from=0.0.0.0/0",
        "daemon=no",
        "security-poll-suffix=",
        f"include-dir={folder}/recursor.d",
    ]
    lines += [
        f"dnssec={'validate' if options['validate'] else 'process'}",
        f"lua-config-file={folder}/recursor.lua",
    ]
    nta = "".join(f'addNTA("{zone}", "x")\n' for zone in options["insecure"])
    (folder / "recursor.lua").write_text(f'clearTA()\naddTA(".", "{anchor}")\n{nta}')
    (folder / "recursor.d").mkdir()
    (folder / "recursor.d" / "apidoctor.conf").write_text(stanza)
    (folder / "recursor.conf").write_text("\n".join(lines) + "\n")
    program = find("pdns_recursor")
    return Ready(
        [program, f"--config-dir={folder}", "--config=check"], [program, f"--config-dir={folder}"], {}
    )


def knot_resolver(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    config = folder / "kresd.conf"
    (folder / "stanza.conf").write_text(stanza)
    lines = [f"net.listen('{LISTEN}', 53, {{ kind = 'dns' }})", "cache.size = 10 * MB"]
    lines += [
        "trust_anchors.remove('.')",
        f"trust_anchors.add('. IN DS {anchor}')" if options["validate"] else "",
    ]
    lines += ["modules.load('rebinding < iterate')" if options["rebinding"] else ""]
    last = f"policy.add(policy.all(policy.FORWARD('{PUBLIC}')))"
    config.write_text("\n".join([*lines, stanza, last]) + "\n")
    (folder / "cache").mkdir()
    return Ready([], [find("kresd"), "-c", str(config), "-n", str(folder / "cache")], {})


def systemd_resolved(folder: Path, stanza: str, anchor: str, key: str, options: dict) -> Ready:
    """Needs its own /etc/systemd, /run/systemd and user: made by the proof in its own mount namespace."""
    drop = Path("/etc/systemd/resolved.conf.d")
    drop.mkdir(parents=True)
    (drop / "50-apidoctor.conf").write_text(stanza)
    listen = f"[Resolve]\nDNSStubListener=no\nDNSStubListenerExtra={LISTEN}\nLLMNR=no\nMulticastDNS=no\n"
    (drop / "10-lab.conf").write_text(listen + f"DNSSEC={'yes' if options['validate'] else 'no'}\n")
    return Ready([], [find("systemd-resolved")], {"SYSTEMD_LOG_LEVEL": options.get("log", "info")})


KINDS = {
    "bind": (bind, ("named", "named-checkconf")),
    "unbound": (unbound, ("unbound", "unbound-checkconf")),
    "dnsmasq": (dnsmasq, ("dnsmasq",)),
    "powerdns-recursor": (powerdns_recursor, ("pdns_recursor",)),
    "knot-resolver": (knot_resolver, ("kresd",)),
    "systemd-resolved": (systemd_resolved, ("systemd-resolved",)),
}
