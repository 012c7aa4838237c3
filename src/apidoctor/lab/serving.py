"""Threads that serve, and one place that stops them all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from socketserver import BaseServer

POLL_SECONDS = 0.05
"""How soon a server notices that it should stop."""


class Servers:
    """The servers of one lab."""

    def __init__(self) -> None:
        self._started: list[BaseServer] = []

    def start(self, server: BaseServer) -> None:
        """Serve in a thread of its own until :meth:`close`."""
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        self._started.append(server)

    def close(self) -> None:
        """Stop every server, all at once, and give their ports back."""
        with ThreadPoolExecutor(max_workers=16) as pool:
            list(pool.map(_stop, self._started))
        self._started.clear()


def _stop(server: BaseServer) -> None:
    server.shutdown()
    server.server_close()
