"""Request rates: AWS throttles a whole account, and a doctor must not starve its deployments.

Published limits, as of 2026-11: API Gateway's control plane 10 requests per second with a burst of 40 for the
sum of its operations, GetResources 5 per 2 seconds (API Gateway developer guide, *Quotas and important
notes*); EC2's non-mutating actions 20 per second, burst 100 (EC2 developer guide, *Request throttling*);
Route 53 5 per second (*Route 53 quotas*).  Services that publish none are left to botocore's adaptive
retries.
"""

import threading
import time
from collections.abc import Callable

from msgspec import Struct


class Rate(Struct, frozen=True):
    """How often something may be asked."""

    per_second: float
    """Sustained requests per second."""
    burst: float
    """Requests that may come at once after a rest."""


SERVICE_RATES = {
    "apigateway": Rate(10, 40),
    "ec2": Rate(20, 100),
    "route53": Rate(5, 5),
}
"""Limit of each service, per account and Region."""

METHOD_RATES = {"get_resources": Rate(2.5, 5)}
"""Limit of single methods of API Gateway, beside that of the service."""

SAME_LIMIT = {"apigatewayv2": "apigateway"}
"""Services that count against the limit of another."""


class DeadlinePassed(Exception):
    """A request would have had to wait past the end of the run."""


class Bucket:
    """A token bucket that many threads may take from."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = rate.burst
        self._at = clock()

    def reserve(self) -> float:
        """Take one token and return the seconds to wait before using it."""
        with self._lock:
            moment = self._clock()
            grown = self._tokens + (moment - self._at) * self._rate.per_second
            self._tokens = min(self._rate.burst, grown) - 1
            self._at = moment
            return max(0.0, -self._tokens / self._rate.per_second)


class Limits:
    """All buckets of a process: one per account, Region and service, and one per limited method."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def wait(self, account: str, region: str, service: str, method: str, deadline: float | None) -> None:
        """Wait until one more request may be sent; raise `DeadlinePassed` when that is after *deadline*.

        *deadline* is a moment of the clock (by default ``time.monotonic``), None for no end.
        """
        service = SAME_LIMIT.get(service, service)
        rates = [((service, ""), SERVICE_RATES.get(service))]
        if service == "apigateway":
            rates.append(((service, method), METHOD_RATES.get(method)))
        seconds = max(
            (self._bucket((account, region, *what), rate).reserve() for what, rate in rates if rate),
            default=0.0,
        )
        if deadline is not None and self._clock() + seconds > deadline:
            raise DeadlinePassed
        if seconds:
            self._sleep(seconds)

    def _bucket(self, key: tuple[str, ...], rate: Rate) -> Bucket:
        with self._lock:
            if key not in self._buckets:
                self._buckets[key] = Bucket(rate, self._clock)
            return self._buckets[key]
