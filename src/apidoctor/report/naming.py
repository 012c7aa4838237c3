"""Names, answers and the effects of changes, for terminals and as JSON."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from apidoctor.model.wording import describe_missing
from apidoctor.reasoning.naming.answer import Answer
from apidoctor.reasoning.naming.changes import ANY, Effect
from apidoctor.reasoning.naming.derived import Name
from apidoctor.report.safe import safe

MOST_GAPS = 6
"""Most missing facts that are listed."""
KINDS = {
    "breaks": "would break",
    "captures": "would be captured (names of nobody that is known)",
    "mends": "would be mended",
    "moves": "would get another answer",
}
"""How each kind of effect is headed, the worst first."""


def answer_lines(answer: Answer, place: str) -> Iterator[str]:
    """Yield an answer with the way to it."""
    yield f"{answer.name} {answer.record} in {place}"
    for number, step in enumerate(answer.steps, 1):
        by = f"{step.decider} {step.subject}" if step.subject else "public DNS"
        yield f"  {number}  {by}: {step.says}"
    yield f"  =  {answer.words}"
    for gap in dict.fromkeys(map(describe_missing, answer.missing)):
        yield f"     missing  {gap}"


def answer_json(answer: Answer, vpc: str) -> dict[str, Any]:
    """Return an answer as JSON."""
    return {
        "name": answer.name,
        "type": answer.record,
        "vpc": vpc,
        "kind": answer.kind,
        "addresses": list(answer.addresses),
        "decided_by": {"kind": answer.decider, "id": answer.decided_by or None},
        "endpoint": answer.endpoint,
        "targets": list(answer.targets),
        "steps": [
            {"name": step.name, "by": step.decider, "id": step.subject or None, "says": step.says}
            for step in answer.steps
        ],
        "missing": list(dict.fromkeys(map(describe_missing, answer.missing))),
    }


def name_lines(name: Name, places: Sequence[tuple[str, Answer | None, bool | None]]) -> Iterator[str]:
    """Yield one way to call an API, and what its name gets in each place."""
    header = ""
    if name.api_id_header:
        header = f"   x-apigw-api-id: {name.api_id_header}"
    elif name.host:
        header = f"   Host: {name.host}"
    yield f"{name.form:24}{name.name}{header}"
    if name.addresses:
        yield f"{'':24}should be {', '.join(name.addresses)}"
    for place, answer, good in places:
        if answer is not None:
            mark = {True: "right", False: "wrong", None: "open"}[good]
            yield f"{'':24}{mark}: {place} gets {answer.words}"
    yield from textwrap.wrap(f"needs {name.needs}", 100, initial_indent=" " * 24, subsequent_indent=" " * 30)


def effect_lines(effects: Sequence[Effect], open_: Sequence[Answer]) -> Iterator[str]:
    """Yield the effects of a change, the worst kind first; then what is not known."""
    if open_:
        gaps = dict.fromkeys(describe_missing(gap) for answer in open_ for gap in answer.missing)
        yield f"{len(open_)} answers are not known, so there may be more effects; missing:"
        yield from (f"  {gap}" for gap in list(gaps)[:MOST_GAPS])
        if len(gaps) > MOST_GAPS:
            yield f"  and {len(gaps) - MOST_GAPS} more"
    if not effects and open_:
        return
    if not effects:
        yield "No name that the snapshot knows would get another answer."
        return
    for kind, words in KINDS.items():
        group = [effect for effect in effects if effect.kind == kind]
        if not group:
            continue
        yield f"{len(group)} {'name' if len(group) == 1 else 'names'} {words}:"
        for effect in group:
            api = f" ({effect.api} API)" if effect.api else ""
            if effect.name.startswith(f"{ANY}."):
                api = " (stands for every API that the snapshot does not show; public ones would get 403)"
            yield f"  {effect.name}{api} in {effect.vpc}"
            yield f"      now   {effect.before.words}"
            yield f"      then  {effect.after.words}{_refused(effect)}"


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return an effect as JSON."""
    return {
        "name": effect.name,
        "vpc": effect.vpc,
        "api": effect.api,
        "kind": effect.kind,
        "before": answer_json(effect.before, effect.vpc),
        "after": answer_json(effect.after, effect.vpc),
    }


def name_json(name: Name, places: Sequence[tuple[str, Answer | None, bool | None]]) -> dict[str, Any]:
    """Return one way to call an API as JSON."""
    return {
        "form": name.form,
        "name": name.name,
        "host": name.host,
        "x_apigw_api_id": name.api_id_header,
        "endpoint": name.endpoint,
        "zone": name.zone,
        "should_be": list(name.addresses),
        "needs": name.needs,
        "gets": [
            {"place": place, "good": good, **answer_json(answer, place)}
            for place, answer, good in places
            if answer is not None
        ],
    }


def printed(lines: Iterator[str]) -> str:
    """Return lines as text for a terminal, every foreign character made harmless."""
    return "".join(f"{safe(line)}\n" for line in lines)


def _refused(effect: Effect) -> str:
    """Say what a public API's name means at an endpoint."""
    at_endpoint = effect.after.kind == "addresses" and effect.after.endpoint is not None
    return (
        ": the endpoint answers 403 Forbidden for public APIs"
        if effect.api == "public" and at_endpoint
        else ""
    )
