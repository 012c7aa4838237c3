"""One diagnosis from beginning to end: runs the checks and writes the report, whole or partial."""

import os
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from apidoctor import __version__
from apidoctor.engine.diagnosis import root_causes, summarize, verdict_of
from apidoctor.engine.events import Observer, RunFinished
from apidoctor.engine.registry import Check
from apidoctor.engine.runner import Interrupted, Limits, Runner
from apidoctor.engine.store import Store
from apidoctor.facts.looker import Looker
from apidoctor.facts.redact import redact
from apidoctor.model.facts import Fact
from apidoctor.model.observation import DnsSeen, HttpSeen
from apidoctor.model.report import FORMAT, FORMAT_VERSION, Caller, Report, Run, Source, Target, Tool
from apidoctor.model.request import Request
from apidoctor.model.snapshot import FORMAT as SNAPSHOT
from apidoctor.model.snapshot import FORMAT_VERSION as SNAPSHOT_VERSION
from apidoctor.model.snapshot import Asked, Snapshot
from apidoctor.reasoning.apigateway.fingerprints import is_from_gateway, refused_request
from apidoctor.reasoning.scene.answer import called_url
from apidoctor.reasoning.scene.api import api_id, rest_api, stage_name
from apidoctor.reasoning.scene.caller import principal
from apidoctor.reasoning.scene.case import Case, Sources
from apidoctor.reasoning.scene.endpoint import endpoint
from apidoctor.reasoning.scene.reading import reading

T = TypeVar("T")


class Session:
    """Holds what one diagnosis needs, so that it can be run, stopped, run again, and its snapshot kept."""

    def __init__(
        self,
        checks: Sequence[Check],
        request: Request,
        snapshot: Snapshot,
        sources: Sources,
        *,
        source: Source = "snapshot",
        lookers: Sequence[Looker] = (),
        limits: Limits | None = None,
        notes: Sequence[str] = (),
        asked: Asked | None = None,
    ) -> None:
        self._checks = list(checks)
        self._request = request
        self._snapshot = snapshot
        self._sources = sources
        self._source: Source = source
        self.lookers = lookers
        self._limits = limits
        self._notes = list(notes)
        self._asked = asked
        self.runner: Runner | None = None
        self.interrupted: BaseException | None = None
        self.defect: str | None = None
        self.gone: str | None = None
        self.passed_on: str | None = None

    def run(self, observer: Observer = lambda event: None) -> Report:
        """Run every check and return the report; an interruption or a defect gives the partial one.

        See `interrupted` for the one, `defect` (its traceback, also among the notes) for the other.  `gone` tells that
        no account which can be read has the API that TARGET names by its id, `passed_on` that the backend refused a
        call that every policy let in, or API Gateway did for the form of the request.
        """
        started = datetime.now(UTC)
        clock = time.perf_counter()
        store = Store(self._snapshot)
        runner = Runner(
            self._checks, self._request, store, self._sources, self.lookers, observer, self._limits
        )
        self.runner, self.interrupted, self.defect, self.gone, self.passed_on = runner, None, None, None, None
        try:
            runner.run()
        except (KeyboardInterrupt, Interrupted) as error:
            self.interrupted = error
        except Exception:  # a defect of the engine: what was found so far is still told
            self.defect = redact(traceback.format_exc())
        target, caller = self._describe(runner.final_case())
        run = Run(
            id=os.urandom(8).hex(),
            started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            duration_ms=round((time.perf_counter() - clock) * 1000, 1),
            complete=runner.complete and not self.defect,
            source=self._source,
            notes=[
                *self._notes,
                *(note for note in (self.passed_on, runner.stop_reason, self.gone, self.defect) if note),
            ],
        )
        report = self._report(runner, run, target, caller)
        observer(RunFinished(report))
        return report

    def snapshot(self) -> Snapshot:
        """Return what the last run has seen."""
        return self.runner.store.snapshot(self._asked) if self.runner else self._snapshot

    def case(self) -> Case:
        """Return the case on what the last run has seen."""
        return self.runner.final_case() if self.runner else Case(self._request, self._snapshot, self._sources)

    def _describe(self, case: Case) -> tuple[Target, Caller]:
        """Say what was called by whom; a defect in that leaves what the user typed."""
        try:
            self.gone, self.passed_on = _no_such_target(case), _backends_refusal(case)
            return describe_target(case), describe_caller(case)
        except Exception:
            self.defect = self.defect or redact(traceback.format_exc())
            nothing = Case(self._request, Snapshot(SNAPSHOT, SNAPSHOT_VERSION), self._sources)
            return describe_target(nothing), describe_caller(nothing)

    def _report(self, runner: Runner, run: Run, target: Target, caller: Caller) -> Report:
        order = [check.id for check in self._checks]
        results = [result for name in order if name in runner.ended for result in runner.ended[name].results]
        # Without credentials only a part was looked at: a guess from it must not stand at the head.
        causes = [] if runner.stop_reason else root_causes(runner.ended, order)
        verdict, code = verdict_of(results)
        if self.defect:
            verdict, code = ("broken" if verdict == "broken" else "undecided"), 70
        elif runner.stop_reason or self.gone:
            verdict, code = "undecided", 4
        elif self.interrupted is not None:
            code = self.interrupted.code if isinstance(self.interrupted, Interrupted) else 130
        return Report(
            format=FORMAT,
            format_version=FORMAT_VERSION,
            tool=Tool("apidoctor", __version__),
            run=run,
            target=target,
            caller=caller,
            verdict=verdict,
            root_causes=causes,
            results=results,
            fixes=[],
            evidence=dict(runner.book.evidence),
            summary=summarize(results),
            exit_code=code,
        )


def _no_such_target(case: Case) -> str | None:
    """Say that TARGET names an API that no readable account has; None when it may be there.

    Of a URL the name, the way and the endpoint can be judged all the same: only when no endpoint, no answer of
    API Gateway and no word of a resolver that the name does not exist was seen either, there is no target.
    """
    request, api = case.request, rest_api(case)
    if request.api_id is None or not api.known or api.value is not None:
        return None
    answered = any(is_from_gateway(seen.headers) for seen in case.observed(HttpSeen))
    denied = any(seen.outcome == "nxdomain" for seen in case.observed(DnsSeen))
    if request.is_url and (answered or denied or _value(endpoint(case)) is not None):
        return None
    known = ", ".join(case.inventory.accounts)
    return (
        f"no API {request.api_id} in {case.region} of account {known}: correct the id or the Region, "
        "or add --profile or --role-arn for the account that owns it"
    )


def _backends_refusal(case: Case) -> str | None:
    """Say who refused a call that every policy let in: the backend, or API Gateway for the form of the request."""
    said = reading(case)
    if said.known and (refused := refused_request(said.value)):
        return (
            f"every policy lets the call in; {refused} ({said.value.status}: {redact(said.value.text)[:200]})"
        )
    if not said.known or said.value.kind != "answered" or said.value.status < 400:
        return None
    return f"API Gateway let the call in; the backend answered {said.value.status}"


def describe_target(case: Case) -> Target:
    """Say what was called, as far as it is known."""
    request = case.request
    api, via = _value(rest_api(case)), _value(endpoint(case))
    url = _value(called_url(case)) or request.url
    return Target(
        url=redact(url) if url else None,  # a presigned one holds its signature
        form=request.form,
        api_id=_value(api_id(case)) or request.api_id,
        region=request.region,
        account=api.account if api else request.account,
        stage=_value(stage_name(case)) or request.stage,
        method=request.method,
        path=redact(request.path),
        endpoint=via.vpc_endpoint_id if via else request.endpoint,
    )


def describe_caller(case: Case) -> Caller:
    """Say who calls from where, as far as it is known."""
    who = _value(principal(case))
    return Caller(who.arn if who else None, who.account if who else None, case.request.from_)


def _value(fact: Fact[T]) -> T | None:
    return fact.value if fact.known else None
