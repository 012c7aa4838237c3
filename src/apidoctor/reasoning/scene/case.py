"""The case: one request and all that was seen, read-only.  Checks and the facts they use are functions of it."""

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from apidoctor.model.facts import Fact, Known, Pending, Source, Undecided, Unknown, together
from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Lookup, Missing, Probe
from apidoctor.model.observation import AnyObservation, HostSeen, Observation
from apidoctor.model.operations import operation
from apidoctor.model.report import Evidence
from apidoctor.model.request import Request
from apidoctor.model.snapshot import Snapshot

P = ParamSpec("P")
T = TypeVar("T")
O = TypeVar("O", bound=Observation)  # noqa: E741 - one letter like the others


class Sources(Struct, frozen=True):
    """Which sources may still be asked; on a snapshot none, apart from what is in it."""

    aws: bool = False
    """AWS answers belong to the run: a missing one is an unknown."""
    probe: bool = False
    """The caller's host can be looked at from."""
    invoke: bool = False
    """Test calls may be sent."""
    logs: bool = False
    """The log of a call is read even when the call was admitted."""


class Case:
    """One request and what was seen of its world."""

    def __init__(
        self,
        request: Request,
        snapshot: Snapshot,
        sources: Sources,
        version: int = 0,
        hope: Callable[[Missing], bool] = lambda gap: False,
    ) -> None:
        self.request = request
        self.inventory = Inventory(snapshot.accounts)
        self.taken_at = snapshot.taken_at
        self.sources = sources
        self.version = version
        self._hope = hope
        self.memo: dict[Any, Fact[Any]] = {}
        self.vantages = vantages_in(snapshot.observations)
        self._observations = _of_caller(request, snapshot.observations)

    @property
    def region(self) -> str:
        """The API's Region; `Undecided` is left to the check that reads the name."""
        return self.request.region or "us-east-1"

    def expect(self, missing: Iterable[Missing]) -> None:
        """Wait for what can still arrive in a live run: raises `Undecided`; returns when nothing more will come.

        Named together, things are looked up together.
        """
        coming = [gap for gap in missing if self._hope(gap)]
        if coming:
            raise Undecided(coming)

    def is_coming(self, missing: Iterable[Missing]) -> bool:
        """Say whether any of *missing* can still arrive."""
        return any(self._hope(gap) for gap in missing)

    def observed(self, kind: type[O]) -> Iterator[O]:
        """Yield the caller's observations of one kind, the latest first."""
        return (seen for seen in reversed(self._observations) if isinstance(seen, kind))

    def cite(self, source: Source | None, value: Any, subject: str | None = None) -> Evidence:
        """Make evidence of (a part of) an AWS answer."""
        name = (
            f"{operation(source.operation).service}.{operation(source.operation).method}"
            if source
            else "request"
        )
        account, region = (source.account, source.region) if source else (None, None)
        at = self.inventory.taken_at(source.account, source.region, source.operation) if source else None
        return Evidence(name, account, region, subject, (self.taken_at if at is None else at) or None, value)

    def derived(self, by: str, value: Any, subject: str | None = None) -> Evidence:
        """Make evidence of what reasoning *by* a named engine found, for example the hops of a path."""
        return Evidence(f"reasoning.{by}", None, None, subject, self.taken_at or None, value)

    def show(self, seen: Observation, *members: str, subject: str | None = None) -> Evidence:
        """Make evidence of an observation; *members* name the parts that matter (all that are set, by default)."""
        value = {
            key: item for key, item in msgspec.to_builtins(seen).items() if item not in (None, [], {}, "")
        }
        kind = value.pop("kind")
        chosen = {key: value[key] for key in members if key in value} if members else value
        chosen.setdefault("vantage", seen.vantage)
        return Evidence(f"probe.{kind}", None, None, subject, seen.at or None, chosen)


def fact(function: Callable[Concatenate[Case, P], T]) -> Callable[Concatenate[Case, P], Fact[T]]:
    """Make a fact of a function that reads others: computed once per case, unknown when something in it is."""

    def remembered(case: Case, /, *args: P.args, **kwargs: P.kwargs) -> Fact[T]:
        key = (function, args, tuple(kwargs.items()))
        if key not in case.memo:
            try:
                case.memo[key] = Known(function(case, *args, **kwargs))
            except Undecided as undecided:
                kind = Pending if case.is_coming(undecided.missing) else Unknown
                case.memo[key] = kind(*undecided.missing)
        return case.memo[key]

    functools.update_wrapper(remembered, function)
    return remembered


@fact
def accounts(case: Case) -> tuple[str, ...]:
    """Return the accounts that can be read; before a live run knows them, it has to find out who it is."""
    if case.inventory.accounts:
        return case.inventory.accounts
    raise Undecided(
        [Probe("identity") if case.sources.aws else Lookup("get_caller_identity", None, "global")]
    )


def _of_caller(request: Request, observations: list[AnyObservation]) -> list[AnyObservation]:
    """Leave out what other hosts saw: several vantages can be in one snapshot, only the caller's counts.

    See `vantages_of`.
    """
    chosen = set(vantages_of(request.from_, observations))
    return [seen for seen in observations if seen.vantage in chosen]


def vantages_in(observations: Iterable[Observation]) -> tuple[str, ...]:
    """Return the hosts that looked, by name, in the order of their first observations."""
    return tuple(dict.fromkeys(seen.vantage for seen in observations))


def vantages_of(spec: str, observations: Sequence[Observation]) -> tuple[str, ...]:
    """Return the vantages that are the caller's place which ``--from`` names.

    ``local`` is the first one.  Else that of this name; those known to be at the place (by interface, instance or
    address); those against which nothing is known.
    """
    names = vantages_in(observations)
    if spec == "local":
        return names[:1]
    if names_vantage(spec, names):
        return (spec,)
    hosts = {seen.vantage: seen for seen in observations if isinstance(seen, HostSeen)}
    there = tuple(name for name in names if name in hosts and is_this_host(spec, hosts[name]))
    return there or tuple(name for name in names if name not in hosts)


_PLACE = re.compile(r"local|(eni|i|subnet)-[0-9a-f]+|(lambda|ip):.*", re.DOTALL)


def names_vantage(spec: str, names: Collection[str]) -> bool:
    """Say whether ``--from`` names one of the vantages *names*, and is not itself a place by an id of AWS."""
    return spec in names and not _PLACE.fullmatch(spec)


def is_this_host(spec: str, host: HostSeen) -> bool:
    """Say whether the ``--from`` *spec* names this host."""
    if spec in ("local", host.vantage, host.hostname):
        return True
    if spec.startswith("ip:"):
        return spec.removeprefix("ip:") in host.addresses
    cloud = host.cloud
    return cloud is not None and spec in (cloud.eni, cloud.instance_id, cloud.subnet)


def wait_for_accounts(case: Case) -> None:
    """Wait until it is known whose answers can be read: raises `Undecided` before that."""
    together(accounts(case))


def account_of(case: Case, wanted: str | None) -> str:
    """Return *wanted* when it is known, else the first account that can be read; waits until those are known."""
    readable = accounts(case).value
    return wanted or readable[0]
