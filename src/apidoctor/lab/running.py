"""A running lab: a world, optionally broken, with every server it needs on loopback."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

from apidoctor.lab.dead_ends import DeadEnds
from apidoctor.lab.description import PUBLIC_ADDRESSES, REGION, World
from apidoctor.lab.environment import NO_FILES, clean_environment, isolated
from apidoctor.lab.faults import Fault, find_fault
from apidoctor.lab.metadata import Metadata
from apidoctor.lab.serving import Servers
from apidoctor.lab.traffic import Traffic
from apidoctor.lab.worlds import WORLDS

if TYPE_CHECKING:
    from apidoctor.lab.control import ControlPlane
    from apidoctor.lab.front_door import FrontDoor


class LabExtraMissingError(ImportError):
    """The packages that the lab needs are not installed."""

    def __init__(self) -> None:
        super().__init__("the lab needs moto: pip install 'apidoctor[lab]'")


class Lab:
    """A world that runs while the context lasts.

    *world* names a healthy world (default: the fault's own, or ``same-account``), *fault* what is broken in
    it, and *change* is a further edit of the description.  *delay_ms* makes every AWS call slower; *refused*
    maps ``[ACCOUNT:]service:Operation`` to the code and message that AWS answers instead.  A new lab in the
    same process ends the one before: the emulator keeps one state per process.

    Raises KeyError for an unknown world or fault, LabExtraMissingError without the ``lab`` extra.
    """

    def __init__(
        self,
        world: str | None = None,
        fault: str | None = None,
        *,
        change: Callable[[World], None] | None = None,
        delay_ms: int = 0,
        refused: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.fault: Fault | None = find_fault(fault) if fault else None
        self.world: World = WORLDS[world or (self.fault.world if self.fault else "same-account")]()
        for edit in (self.fault.change if self.fault else None, change):
            if edit is not None:
                edit(self.world)
        self._delay_ms = delay_ms
        self._refused = dict(refused or {})
        self._open = ExitStack()
        self.target = ""
        self.arguments: list[str] = []
        self.environment: dict[str, str] = {}

    def ready(self) -> "Lab":
        """Return the lab itself when what it needs is installed; raises LabExtraMissingError."""
        if not all(find_spec(name) for name in ("moto", "werkzeug", "flask")):
            raise LabExtraMissingError
        return self

    def __enter__(self) -> "Lab":
        """Build the world and open its ports."""
        self.ready()
        try:
            with isolated():
                self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every port and forget the files."""
        self._open.close()

    def _start(self) -> None:
        # Imported here because they are heavy and need the extra; `lab list` must need neither.
        from apidoctor.lab.control import ControlPlane
        from apidoctor.lab.front_door import FrontDoor
        from apidoctor.lab.front_door.proxy import ForwardProxy
        from apidoctor.lab.resolver import Resolver

        folder = Path(self._open.enter_context(TemporaryDirectory(prefix="apidoctor-lab-")))
        servers = Servers()
        self._open.callback(servers.close)
        traffic = Traffic()
        plane = ControlPlane(self.world, self._delay_ms, self._refused, servers, traffic)
        plane.build()
        resolver = Resolver(self.world, servers)
        door = FrontDoor(self.world, plane.identity, folder, servers, traffic)
        book = self._address_book(door)
        self._write_request(book, resolver.address, door.ca_file)
        self.environment = clean_environment() | self._aws_environment(plane, servers)
        if self.world.proxy is not None:
            proxy = ForwardProxy(self.world.proxy, book[PUBLIC_ADDRESSES[0]], servers)
            self.environment |= {"HTTPS_PROXY": proxy.url}
            if self.world.proxy.exempt:
                self.environment["NO_PROXY"] = self.world.fill(self.world.proxy.exempt)

    def _address_book(self, door: "FrontDoor") -> dict[str, int]:
        """Every address of the world to the loopback port that stands for it."""
        ends = DeadEnds()
        self._open.callback(ends.close)
        closed = {"timeout": ends.timeout_port, "refused": ends.refused_port}
        public = door.listen(None)
        book = dict.fromkeys(PUBLIC_ADDRESSES, public) | dict.fromkeys(self.world.dead, ends.timeout_port)
        for endpoint in self.world.endpoints.values():
            for interface in endpoint.interfaces:
                port = closed.get(interface.packets)
                book[interface.address] = port if port is not None else door.listen(endpoint)
        return book

    def _write_request(self, book: dict[str, int], resolver: str, ca_file: Path) -> None:
        world, request = self.world, self.world.request
        self.target = f"https://{world.fill(request.host)}{request.path}"
        self.arguments = ["--resolver", resolver, "--ca-file", str(ca_file)]
        for address, port in book.items():
            self.arguments += ["--connect-to", f"{address}:443=127.0.0.1:{port}"]
        for name, value in request.headers.items():
            self.arguments += ["--header", f"{name}: {world.fill(value)}"]
        if request.sign_host:
            self.arguments += ["--sign-host", world.fill(request.sign_host)]
        if request.unsigned:
            self.arguments += ["--as", "anonymous"]
        if world.caller.address:
            self.arguments += ["--from", f"ip:{world.caller.address}"]
        for role in world.caller.readers:
            self.arguments += ["--role-arn", role]

    def _aws_environment(self, plane: "ControlPlane", servers: Servers) -> dict[str, str]:
        variables = {
            "AWS_ENDPOINT_URL": plane.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **NO_FILES,
            **plane.credentials,
        }
        if self.world.instance is None:
            return variables | {"AWS_EC2_METADATA_DISABLED": "true"}
        metadata = Metadata(self.world, self.world.instance, servers)
        return variables | {"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url}
