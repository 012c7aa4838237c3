"""What came through the front door of a running lab: counters, and what logs and samples tell of it."""

import threading
import time
from collections import Counter, deque

from msgspec import Struct

KEPT = 2000
"""How many calls are remembered."""


class Passage(Struct, frozen=True):
    """One call that reached a stage of an API, and how it ended."""

    at: float
    """Epoch seconds."""
    request_id: str
    extended_id: str
    trace: str
    """``Root=…`` of its X-Amzn-Trace-Id."""
    api: str
    """Id of the API."""
    stage: str
    verb: str
    path: str
    """Path below the stage."""
    target: str
    """Request target as it came over the wire."""
    host: str
    headers: dict[str, str]
    status: int
    row: str
    """Row of the catalogue; empty when a backend answered."""
    response: str
    """Gateway response type, ``$context.error.responseType``."""
    message: str
    """``$context.error.message``."""
    user: str
    """ARN of the signer; empty for an unsigned call."""
    endpoint: str
    """Id of the endpoint, ``$context.identity.vpceId``."""
    vpc: str
    web_acl: str
    """ARN of the stage's web ACL; empty without one."""
    error: str
    """Reason of a failed integration, as the execution log gives it."""


class Traffic:
    """Shared by the threads of the front door, which write, and of the control plane, which read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._filled: dict[str, tuple[float, float]] = {}
        self._passages: deque[Passage] = deque(maxlen=KEPT)

    def count(self, what: str) -> int:
        """Count one more of *what*; return how many there were before."""
        with self._lock:
            self._counts[what] += 1
            return self._counts[what] - 1

    def take(self, bucket: str, rate: float, burst: int) -> bool:
        """Take a token out of a bucket that holds *burst* and gains *rate* each second; False when it is empty."""
        now = time.monotonic()
        with self._lock:
            tokens, at = self._filled.get(bucket, (float(burst), now))
            tokens = min(float(burst), tokens + (now - at) * rate)
            taken = tokens >= 1
            self._filled[bucket] = (tokens - taken, now)
            return taken

    def note(self, passage: Passage) -> None:
        """Remember one call."""
        with self._lock:
            self._passages.append(passage)

    def passages(self) -> list[Passage]:
        """The calls so far, the oldest first."""
        with self._lock:
            return list(self._passages)
