"""A diagnosis that tells a sample report event by event, as the engine does."""

from collections.abc import Callable, Iterator
from threading import Event as Gate

from report import samples

from apidoctor.engine.events import (
    CheckCard,
    CheckFinished,
    CheckStarted,
    Event,
    LookedUp,
    Observer,
    RunFinished,
    RunStarted,
)
from apidoctor.model.report import Report, Result


def events(report: Report, title: str = samples.URL) -> Iterator[Event]:
    """Yield what an observer would have seen of the run that made *report*."""
    checks: dict[str, list[Result]] = {}
    for result in report.results:
        checks.setdefault(result.check, []).append(result)
    yield RunStarted(title, tuple(CheckCard(id_, found[0].title) for id_, found in checks.items()))
    yield LookedUp("ec2.describe_subnets", "222222222222/us-east-1", "ok", 41.3)
    for check, found in checks.items():
        yield CheckStarted(check)
        keys = [key for result in found for key in result.evidence]
        yield CheckFinished(check, tuple(found), {key: report.evidence[key] for key in keys})
    yield RunFinished(report)


class FakeDiagnose:
    """Tells the reports one after the other, the last one again and again; may stop at a gate."""

    def __init__(self, *reports: Report) -> None:
        self.reports = list(reports)
        self.runs = 0
        self.gate = Gate()
        self.gate.set()
        self.hold: Callable[[Event], bool] = lambda event: False

    def __call__(self, observer: Observer) -> Report:
        """Tell one report; wait at the gate before the first event that ``hold`` says."""
        report = self.reports[min(self.runs, len(self.reports) - 1)]
        self.runs += 1
        for event in events(report):
            if self.hold(event):
                self.gate.wait(5)
            observer(event)
        return report
