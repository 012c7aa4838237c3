"""The execute-api front door: one TLS listener per endpoint interface and one for the public side."""

from pathlib import Path

from apidoctor.lab.description import Endpoint, World
from apidoctor.lab.front_door.arrival import Arrival
from apidoctor.lab.front_door.boxes import Way
from apidoctor.lab.front_door.catalogue import Reply, rows
from apidoctor.lab.front_door.certificates import Authority
from apidoctor.lab.front_door.decide import KeyRing, decide
from apidoctor.lab.front_door.listener import Handler, Listener
from apidoctor.lab.front_door.tls import Shown
from apidoctor.lab.serving import Servers
from apidoctor.lab.traffic import Traffic


class FrontDoor:
    """All listeners of one world.

    Raises KeyError when the world speaks of a row that the catalogue does not have.
    """

    def __init__(
        self, world: World, keys: KeyRing, folder: Path, servers: Servers, traffic: Traffic | None = None
    ) -> None:
        _know_rows(world)
        authority = Authority(folder)
        self._shown = Shown(world, authority, folder)
        self.ca_file = self._shown.ca_file
        self._world = world
        self._keys = keys
        self._servers = servers
        self._traffic = traffic or Traffic()

    def listen(self, endpoint: Endpoint | None) -> int:
        """Listen for an interface of *endpoint*, or for the public side; return the loopback port."""
        boxes = self._world.boxes if endpoint is not None else []
        listener = Listener(("127.0.0.1", 0), Handler)
        listener.tls = self._shown.context(endpoint)
        listener.endpoint = endpoint
        listener.traffic = self._traffic
        listener.way = Way(self._world, boxes)
        listener.decide = self._decide
        listener.date_ahead = self._world.front_door.date_header_s
        listener.kind_suffix = self._world.front_door.kind_suffix
        self._servers.start(listener)
        return int(listener.server_address[1])

    def _decide(self, arrival: Arrival) -> Reply:
        return decide(self._world, self._keys, arrival)


def _know_rows(world: World) -> None:
    door = world.front_door
    named = [*(one.row for one in door.refusals), *(one.row for one in door.denials), *door.words.values()]
    for api in world.apis.values():
        named += [method.integration.fails for method in api.methods]
        named += [row for one in api.authorizers.values() for row in (one.broken, *one.denied.values())]
    for row in filter(None, named):
        rows()[row]
