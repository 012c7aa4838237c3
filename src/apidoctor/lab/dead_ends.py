"""Two loopback ports where nobody answers: one drops SYNs, one refuses them."""

import contextlib
import socket

_FILLERS = 4
"""More connections than a queue of length 0 takes: Linux lets one or two in, the rest stay half open."""


class DeadEnds:
    """Ports that stand for addresses behind a closed security group or without a listener."""

    def __init__(self) -> None:
        self._full = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.timeout_port = int(self._full.getsockname()[1])
        """Its accept queue is full and never emptied: the kernel drops every further SYN."""
        self._fillers = [_start_to_connect(self.timeout_port) for _ in range(_FILLERS)]
        self._bound = socket.socket()
        self._bound.bind(("127.0.0.1", 0))
        self.refused_port = int(self._bound.getsockname()[1])
        """Bound, so that nobody else takes it, but not listening."""

    def close(self) -> None:
        """Give both ports back."""
        for connection in (*self._fillers, self._full, self._bound):
            connection.close()


def _start_to_connect(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        connection.connect(("127.0.0.1", port))
    return connection
