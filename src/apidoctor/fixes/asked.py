"""What a forwarder is asked for, checked, and the caveats that hold for every software."""

from dataclasses import dataclass

from apidoctor.fixes.addresses import DNS_PORT, Server


@dataclass(frozen=True, slots=True)
class Asked:
    """Zones and where to send them; every text in it is a plain name or address (see ``addresses``)."""

    zones: tuple[str, ...]
    """Zones to forward."""
    servers: tuple[Server, ...]
    """Addresses of the inbound endpoint."""
    wrong: tuple[Server, ...]
    """Servers of a forwarder that exists and is to go."""
    names: tuple[str, ...]
    """Names to verify with."""

    @property
    def customs(self) -> tuple[str, ...]:
        """The zones that are not API Gateway's own: private custom domains."""
        return tuple(zone for zone in self.zones if "execute-api" not in zone.split("."))

    def digs(self, at: str) -> tuple[str, ...]:
        """Commands that ask the resolver *at* an address, then each server itself over UDP and TCP."""
        asked = [f"dig +short @{at} {name}" for name in self.names]
        for server in self.servers:
            port = "" if server.port == DNS_PORT else f" -p {server.port}"
            asked += [f"dig +short{tcp} @{server.address}{port} {self.names[0]}" for tcp in ("", " +tcp")]
        return tuple(asked)

    def replaces(self, how: str) -> tuple[str, ...]:
        """Return *how* the forwarder that exists has to go, when there is one."""
        if not self.wrong:
            return ()
        return (f"A forwarder to {', '.join(server.spelt(' port ') for server in self.wrong)} exists: {how}",)

    def common(self) -> tuple[str, ...]:
        """Caveats that hold whatever the software."""
        ports = ", ".join(dict.fromkeys(str(server.port) for server in self.servers))
        said = [f"From this resolver to each address, UDP and TCP port {ports} must pass firewalls and the inbound "
                "endpoint's security group."]  # fmt: skip
        if len(self.servers) == 1:
            said.append(
                "Only one address is given: an inbound endpoint has two or more; give them all, one zone may fail."
            )
        broad = [zone for zone in self.zones if zone.startswith("execute-api.")]
        if broad:
            said.append(f"All of {broad[0]} is sent to the VPC, its public APIs too: with private DNS on, they "
                        "answer 403 from here. To send one API only, forward API-ID." + broad[0] + ".")  # fmt: skip
        return tuple(said)

    def alias(self, needed: str) -> tuple[str, ...]:
        """Return the caveat for software that looks a CNAME's target up elsewhere: *needed* is what to do."""
        if not self.customs:
            return ()
        said = (
            f"If {self.customs[0]} is a CNAME to an endpoint's own name (*.vpce.amazonaws.com), that name is looked "
            f"up in the public DNS and its address is private: {needed}"
        )
        return (said,)
