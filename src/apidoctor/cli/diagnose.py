"""From options to a `Session`: reads the target, the snapshot and the checks, and decides who may look."""

import os
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apidoctor.cli.options import Options, read_header
from apidoctor.engine.registry import Check, load
from apidoctor.engine.runner import Limits
from apidoctor.engine.session import Session
from apidoctor.errors import NothingToJudge, UsageError
from apidoctor.facts.files import read_snapshot
from apidoctor.facts.looker import Looker, Seen
from apidoctor.facts.redact import SECRET_NAMES, redact
from apidoctor.model.inventory import Inventory
from apidoctor.model.missing import Missing, Probe
from apidoctor.model.observation import HostSeen
from apidoctor.model.request import Request
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Asked, Snapshot, read_observations
from apidoctor.reasoning.apigateway.names import read_target
from apidoctor.reasoning.scene.caller import is_principal
from apidoctor.reasoning.scene.case import Sources, is_this_host, vantages_in, vantages_of
from apidoctor.reasoning.scene.domains import regions_of
from apidoctor.reasoning.scene.place import MAX_NAMED, check_form
from apidoctor.travelling.masking import header_secrets, query_secrets, remember, remember_environment
from apidoctor.travelling.names import masked

RECORDED = ("from_", "as_", "via", "stage", "method", "path", "header", "sign_host", "region")
"""Options that describe the call: a snapshot keeps them, so that it can be judged again without them."""


class Diagnosis(Struct, frozen=True):
    """A session, with the lookers whose troubles the user should hear of."""

    session: Session
    """What to run."""
    lookers: tuple[Any, ...] = ()
    """Those who look; `AwsLooker.problems` tells what is wrong with credentials."""
    matrix: Callable[..., Any] | None = None
    """Makes the run of the invoke matrix (`engine.matrix.MatrixRun`) on the same case."""

    @property
    def problems(self) -> list[str]:
        """One sentence for each source of credentials that does not work."""
        return [text for looker in self.lookers for text in getattr(looker, "problems", ())]


class HostOnly:
    """Lets a prober tell about its host, but probe nothing."""

    def __init__(self, looker: Looker) -> None:
        self._looker = looker

    def can(self, missing: Missing) -> bool:
        """Only the host itself."""
        return isinstance(missing, Probe) and missing.kind == "host" and self._looker.can(missing)

    def look(self, missing: Missing) -> Seen:
        """Look at the host."""
        return self._looker.look(missing)


def prepare(options: Options) -> Diagnosis:
    """Build the session that *options* ask for.  Raises the errors of `apidoctor.errors`."""
    checks = load(Path(name) for name in options.checks).select(options.only, options.skip)
    return _on_snapshot(options, checks) if options.snapshot else _live(options, checks)


def remember_asked(target: str, headers: Sequence[str]) -> None:
    """Let no output show the secrets of the environment, of TARGET's query and of the call's headers."""
    remember_environment()
    remember(*query_secrets(target))
    for text in headers:
        name, _, value = text.partition(":")
        remember(*header_secrets(name.strip(), value.strip()))


def _on_snapshot(options: Options, checks: Sequence[Check]) -> Diagnosis:
    snapshot, notes = read_snapshot(Path(options.snapshot or ""))
    if not snapshot.accounts and not snapshot.observations:
        raise NothingToJudge(
            f"{options.snapshot}: holds no AWS answers and no observations; write one with apidoctor collect"
        )
    if snapshot.asked and options.target and masked(options.target) != snapshot.asked.target:
        notes.append(
            f"the snapshot was taken for {snapshot.asked.target}: of another call it may show only a part"
        )
    regions = {name for parts in snapshot.accounts.values() for name in parts if name != "global"}
    asked = _with_recorded(options, snapshot.asked)
    only = next(iter(regions)) if len(regions) == 1 else _region_of_domain(asked, snapshot)
    vantages = vantages_in(snapshot.observations)
    request = read_request(asked, only, vantages)
    if len(vantages) > 1 and "from_" not in options.given:
        notes.append(_several(vantages, vantages_of(request.from_, snapshot.observations), request.from_))
    sources = Sources(aws=any(snapshot.accounts.values()))
    matrix = partial(_matrix, checks, request, snapshot, sources, notes=notes, asked=snapshot.asked)
    session = Session(checks, request, snapshot, sources, notes=notes, asked=snapshot.asked)
    return Diagnosis(session, matrix=matrix)


def check_asked(asked: dict[str, Any]) -> None:
    """Raise `UsageError` when what a probe was asked cannot be judged: before it looks, not after."""
    read_request(
        _with_recorded(Options(), Asked(asked["target"], asked["options"])), os.environ.get("AWS_REGION")
    )


def _region_of_domain(options: Options, snapshot: Snapshot) -> str | None:
    """Return the only Region in which the snapshot shows the custom domain that TARGET names; its name has none."""
    if not options.target:
        return None
    request = read_target(options.target, headers=[read_header(text) for text in options.header])
    found = regions_of(Inventory(snapshot.accounts), request.domain) if request.domain else []
    return found[0] if len(found) == 1 else None


def judged_alone(
    observations: Sequence[dict[str, Any]], asked: dict[str, Any], defects: Sequence[str], *, complete: bool
) -> Diagnosis:
    """Build the session that judges what this host alone has just seen; *complete*: the look was not cut short."""
    seen, notes = read_observations(observations)
    question = Asked(asked["target"], asked["options"])
    taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    snapshot = Snapshot(FORMAT, FORMAT_VERSION, taken, {}, seen, question)
    request = read_request(_with_recorded(Options(), question), os.environ.get("AWS_REGION"))
    notes += [f"a defect of the probe: {redact(text)}" for text in defects]
    if not complete:
        notes.append("the look was interrupted: what it had not seen by then is missing")
    session = Session(
        load().select(), request, snapshot, Sources(), source="live", notes=notes, asked=question
    )
    return Diagnosis(session)


def _live(options: Options, checks: Sequence[Check]) -> Diagnosis:
    remember_asked(options.target or "", options.header)
    request = read_request(options, os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))
    # Where the user says how connections and questions go, this host stands for the caller's.
    stands_in = options.from_ != "local" and bool(options.connect_to or options.resolver)
    prober, aws = _looking(options, request, options.from_ if stands_in else None)
    notes = []
    probing = not options.no_probe
    if probing and stands_in:
        notes.append(f"this host looks in the place of --from {options.from_} (--connect-to, --resolver)")
    elif probing and not _is_here(options.from_, prober):
        probing = False
        notes.append(f"no probes: --from {options.from_} is not this host")
    lookers: list[Looker] = [] if options.no_aws else [aws]
    lookers.append(prober if probing else HostOnly(prober))
    if options.no_aws and not probing:
        raise NothingToJudge("nothing to look at: neither AWS (--no-aws) nor the way from the caller's host")
    calling = probing and not options.no_invoke
    if options.no_probe:
        notes.append("no connection was tried and no test call was sent (--no-probe)")
    elif options.no_invoke:
        notes.append("no test call was sent (--no-invoke)")
    sources = Sources(aws=not options.no_aws, probe=probing, invoke=calling, logs=options.logs and calling)
    snapshot = Snapshot(FORMAT, FORMAT_VERSION, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    asked = Asked(masked(options.target or ""), _recorded(options))
    common: dict[str, Any] = {"notes": notes, "asked": asked}
    session = Session(
        checks,
        request,
        snapshot,
        sources,
        source="live",
        lookers=lookers if not options.no_invoke else [_NoInvoke(item) for item in lookers],
        limits=Limits(run=options.timeout, check=options.timeout),
        **common,
    )
    more = {"lookers": lookers, "prober": prober if probing else None, "seconds": options.timeout, **common}
    return Diagnosis(session, (aws,), partial(_matrix, checks, request, snapshot, sources, **more))


def _looking(options: Options, request: Request, vantage: str | None) -> tuple[Any, Any]:
    """Make who looks from this host, and who asks AWS."""
    # They import boto3, httpx and the probe when they look; a run on a snapshot never comes here.
    from apidoctor.facts.aws.looker import AwsLooker, CredentialOptions
    from apidoctor.facts.probes.looker import ProbeLooker

    # AWS's looker is the second: it begins to look for credentials, and options may be refused by the first.
    prober = ProbeLooker(
        request,
        credentials=lambda: aws.credentials(),
        vantage=vantage,
        connect_to=options.connect_to,
        resolvers=options.resolver,
        ca_file=options.ca_file,
        seconds=options.timeout,
        allow_untrusted=options.allow_untrusted,
        allow_unsafe_method=options.allow_unsafe_method,
    )
    aws = AwsLooker(
        CredentialOptions(options.profile, options.role_arn, options.external_id),
        region=request.region,
        deadline=time.monotonic() + options.timeout,
        vantage=vantage,
        secrets=_secrets(request),
    )
    return prober, aws


def _matrix(*parts: Any, **more: Any) -> Any:
    """Make a run of the invoke matrix; imported only when somebody wants one."""
    from apidoctor.engine.matrix import MatrixRun

    return MatrixRun(*parts, **more)


class _NoInvoke:
    """Lets everything through but test calls."""

    def __init__(self, looker: Looker) -> None:
        self._looker = looker

    def can(self, missing: Missing) -> bool:
        return not (isinstance(missing, Probe) and missing.kind == "http") and self._looker.can(missing)

    def look(self, missing: Missing) -> Seen:
        return self._looker.look(missing)


def _is_here(spec: str, prober: Looker) -> bool:
    """Say whether the caller's place that ``--from`` names is this host."""
    if spec == "local":
        return True
    hosts = [seen for seen in prober.look(Probe("host")).observations if isinstance(seen, HostSeen)]
    return any(is_this_host(spec, host) for host in hosts)


def _several(vantages: Sequence[str], taken: Sequence[str], spec: str) -> str:
    """Say which hosts of a snapshot looked, and from which of them the call is judged."""
    named = f"{', '.join(vantages[:MAX_NAMED])}{', …' if len(vantages) > MAX_NAMED else ''}"
    judged = ", ".join(taken[:MAX_NAMED]) if taken else f"{spec}, which is none of them"
    return f"{len(vantages)} hosts looked: {named}; the call is judged from {judged}, --from NAME chooses another"


def read_request(options: Options, region: str | None = None, vantages: Sequence[str] = ()) -> Request:
    """Read TARGET and the options that describe the call; *region* is for a TARGET that names none.

    *vantages* are the hosts of a snapshot that ``--from`` may name.  Raises `UsageError`.
    """
    if not options.target:
        raise UsageError("no TARGET: give an invoke URL, an API id or an API ARN")
    request = read_target(
        options.target,
        headers=[read_header(text) for text in options.header],
        region=options.region or region,
        stage=options.stage,
        method=options.method,
        path=options.path,
        endpoint=_endpoint(options.via),
        from_=check_form(options.from_, vantages),
        as_=_principal(options.as_),
        sign_host=options.sign_host,
    )
    if request.region is None:
        raise UsageError(f"{options.target}: the Region is not known; add --region")
    return request


def _secrets(request: Request) -> tuple[str, ...]:
    """Return the texts in the call's headers that must not be shown, wherever they come back from."""
    values = [value for name, value in request.headers if name.lower() in SECRET_NAMES]
    parts = {part for value in values for part in (value, *value.split()[1:]) if len(part) > 3}
    return tuple(sorted(parts, key=len, reverse=True))


def _principal(text: str | None) -> str | None:
    if text is None or text == "anonymous" or is_principal(text):
        return text
    raise UsageError(f"--as {text}: say anonymous, or the ARN of an IAM user, role or session")


def _endpoint(text: str | None) -> str | None:
    if text is None or re.fullmatch(r"vpce-[0-9a-z]+", text):
        return text
    raise UsageError(f"--via {text}: no endpoint id (vpce-…)")


def _recorded(options: Options) -> dict[str, Any]:
    """Return the options to keep with a snapshot; an API key or token in a header stays out."""
    kept = {name: getattr(options, name) for name in RECORDED if name in options.given}
    if "header" in kept:
        public = ("host", "x-apigw-api-id")
        kept["header"] = [
            text if read_header(text)[0].lower() in public else f"{read_header(text)[0]}: ***"
            for text in options.header
        ]
    return kept


def _with_recorded(options: Options, asked: Asked | None) -> Options:
    """Complete the options of a replay by those that the snapshot was taken with; typed ones win."""
    if asked is None or (options.target and masked(options.target) != asked.target):
        return options
    kept = {
        name: value for name, value in asked.options.items() if name in RECORDED and name not in options.given
    }
    if isinstance(kept.get("header"), list):
        kept["header"] = tuple(str(text) for text in kept["header"])
    return replace(options, target=options.target or asked.target, **kept)
