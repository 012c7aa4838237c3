"""The web ACL in front of the stage: its rules, what they do to the call, and the requests it sampled.

Source: AWS WAF API reference, GetWebACLForResource, GetWebACL, GetIPSet and GetSampledRequests (a sample of the last
three hours).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import as_dict, as_list
from apidoctor.model.missing import Gap
from apidoctor.model.observation import HttpSeen
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint
from apidoctor.reasoning.apigateway.web_acl import Outcome, Step, WebRequest, ip_sets, outcome
from apidoctor.reasoning.attribution.gates import passed_gates
from apidoctor.reasoning.dates import http_date
from apidoctor.reasoning.scene.answer import answer, called_url
from apidoctor.reasoning.scene.api import owned_api, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.place import source_addresses
from apidoctor.reasoning.scene.seen import received

WEB_ACL_RULES = ("get_web_acl_for_resource", "get_web_acl", "get_ip_set", "describe_network_interfaces")
"""Operations that tell which web ACL a stage has, and what its rules do to the call."""
WEB_ACL_READS = (*WEB_ACL_RULES, "get_sampled_requests")
"""Operations that tell which web ACL a stage has and what it does."""

MOST_SETS = 20
"""IP sets that are looked at; a web ACL with more is not decided by hand either."""
MOST_METRICS = 12
"""Rules whose sampled requests are looked at."""
OWN_AGENTS = ("apidoctor/", "apidoctor-probe/")
"""How the user agent of this tool's test calls begins."""
NEAR = timedelta(minutes=5)
"""How far from a call a sample without the call's id may be: clocks differ, and another run may have called too."""


class Sample(Struct, frozen=True, kw_only=True):
    """A sampled request that was blocked."""

    rule: str
    """The rule that blocked it."""
    is_ours: bool
    """Whether it may be this tool's own test call, by its user agent and its time, or is only one like it."""
    is_same: bool = False
    """Whether it has the request id of this very call."""
    request: dict[str, Any]
    """What AWS WAF saw of it."""


@fact
def web_acl(case: Case) -> dict[str, Any] | None:
    """Return the web ACL of the stage with its rules; None when it has none."""
    api, found = owned_api(case).value, stage(case).value
    if found is None:
        return None
    arn, region = found.web_acl_arn, case.region
    of_stage = (
        f"arn:{case.request.partition}:apigateway:{region}::/restapis/{api.id}/stages/{found.stage_name}"
    )
    told = case.inventory.get(api.account, region, "get_web_acl_for_resource", of_stage)
    if not arn and not told.known:
        return None  # the stage itself says that it has none: nobody has to ask AWS WAF too
    if not told.known:
        case.expect(told.missing)
    if told.known and told.value is not None and told.value.get("WebACL"):
        return as_dict(told.value["WebACL"], "web ACL")
    if not arn:
        return None
    key = _key(arn)
    if key is None:
        raise Undecided([Gap(f"fact: what the web ACL {arn} does (AWS WAF Classic is not read)")])
    named = case.inventory.get(api.account, region, "get_web_acl", key)
    case.expect(named.missing)
    if named.known and named.value is not None:
        return as_dict(named.value.get("WebACL"), "web ACL")
    raise Undecided([*told.missing, *named.missing] or [Gap(f"fact: what the web ACL {arn} does")])


def _key(arn: str) -> str | None:
    """Return ``name/SCOPE/id`` for the ARN of a web ACL or IP set; None for one that is no WAFv2 ARN."""
    parts = arn.split(":", 5)
    names = parts[5].split("/") if len(parts) == 6 and parts[2] == "wafv2" else []
    if len(names) != 4 or names[0] not in ("regional", "global"):
        return None
    return f"{names[2]}/{'REGIONAL' if names[0] == 'regional' else 'CLOUDFRONT'}/{names[3]}"


@fact
def web_request(case: Case) -> WebRequest:
    """Return the call as AWS WAF sees it: a header that nobody gave is known only of a call that was made."""
    parts = urlsplit(called_url(case).value)
    own, seen = source_addresses(case), answer(case)
    case.expect([*own.missing, *seen.missing])
    headers = {name.lower(): value for name, value in case.request.headers}
    if seen.known:
        headers = {**seen.value.sent, **headers}
    if case.request.host:
        headers["host"] = case.request.host
    return WebRequest(
        method=case.request.method,
        path=parts.path or "/",
        query=parts.query,
        headers=headers,
        source=next(iter(own.value), None) if own.known else None,
    )


@fact
def web_acl_outcome(case: Case) -> Outcome | None:
    """Return what the web ACL does to the call; None when there is none."""
    acl = web_acl(case).value
    if acl is None:
        return None
    account, sets = owned_api(case).value.account, {}
    for arn in ip_sets(acl)[:MOST_SETS]:
        answered = case.inventory.get(account, case.region, "get_ip_set", _key(arn) or arn)
        sets[arn] = answered
    case.expect([gap for found in sets.values() for gap in found.missing])
    blocks = {
        arn: [
            str(block)
            for block in as_list(as_dict(found.value.get("IPSet"), "IP set").get("Addresses"), "IP set")
        ]
        for arn, found in sets.items()
        if found.known and found.value
    }
    return outcome(acl, web_request(case).value, blocks)


@fact
def web_acl_answer(case: Case) -> Step | None:
    """Return the block whose custom response the answer to the call is; None when it is none."""
    seen, decided = answer(case).value, web_acl_outcome(case).value
    if decided is None or seen.outcome != "response":
        return None
    return decided.gave(seen.status, received(seen), seen.body)


def is_behind(said: Fingerprint) -> bool:
    """Say whether a gate behind the web ACL wrote the answer: then the web ACL let the call through.

    Without API Gateway's error type a custom response may use the same words.
    """
    return bool(said.error_type) and "H12" in passed_gates(said)


def is_not_its(said: Fingerprint) -> bool:
    """Say whether somebody else than the web ACL wrote the answer, before it or behind it."""
    return is_behind(said) or (bool(said.error_type) and said.kind not in MAY_BE_ITS)


MAY_BE_ITS = frozenset({"forbidden", "waf_challenged", "untyped", "other_refusal", "answered"})
"""Kinds of answers with an error type that a web ACL may have given."""


@fact
def blocked_samples(case: Case) -> tuple[Sample, ...]:
    """Return the sampled requests like the call that the web ACL blocked, this tool's own first."""
    acl, decided = web_acl(case).value, web_acl_outcome(case).value
    if acl is None or decided is None:
        return ()
    api, arn = owned_api(case).value, str(acl.get("ARN") or "")
    steps = [step for step in (*decided.may, decided.last) if step.metric and step.action != "allow"][
        :MOST_METRICS
    ]
    scope = "CLOUDFRONT" if ":global/" in arn else "REGIONAL"
    asked = [
        (
            step,
            case.inventory.items(
                api.account, case.region, "get_sampled_requests", f"{arn}/{step.metric}/{scope}"
            ),
        )
        for step in steps
    ]
    case.expect([gap for _, listed in asked for gap in listed.missing])
    found = [
        sample
        for step, listed in asked
        if listed.known
        for item in listed.value
        for sample in _like_the_call(case, item, step.rule)
    ]
    return tuple(sorted(found, key=lambda sample: (not sample.is_same, not sample.is_ours)))


def _like_the_call(case: Case, item: dict[str, Any], rule: str | None) -> Iterator[Sample]:
    """Yield a sampled request that was blocked and has the call's path and method."""
    asked, request = web_request(case).value, item.get("Request")
    if not isinstance(request, dict) or item.get("Action") not in ("BLOCK", "CAPTCHA", "CHALLENGE"):
        return
    path = str(request.get("URI", "")).partition("?")[0]
    if (path, request.get("Method")) != (asked.path, asked.method):
        return
    headers = {
        str(header.get("Name", "")).lower(): str(header.get("Value", ""))
        for header in as_list(request.get("Headers"), "headers of a sampled request")
        if isinstance(header, dict)
    }
    sent, sampled = asked.headers.get("x-amzn-requestid"), headers.get("x-amzn-requestid")
    same = bool(sent) and sampled == sent
    own = headers.get("user-agent", "").startswith(OWN_AGENTS) and (not sent or not sampled)
    inside = item.get("RuleNameWithinRuleGroup")
    name = f"{rule or 'the default action'}{f' ({inside})' if inside else ''}"
    yield Sample(
        rule=name,
        is_same=same,
        is_ours=same or (own and _is_near(case, item.get("Timestamp"))),
        request={
            "URI": path,
            "Method": asked.method,
            "Action": item.get("Action"),
            "Timestamp": item.get("Timestamp"),
            "ClientIP": request.get("ClientIP"),
            "rule": name,
        },
    )


def _is_near(case: Case, at: Any) -> bool:
    """Say whether a sample was taken at the time of the call, by AWS's clock where the answer tells it."""
    seen = answer(case)
    if not seen.known or not isinstance(at, str):
        return False
    try:
        return abs(_moment(seen.value) - _utc(datetime.fromisoformat(at))) <= NEAR
    except (TypeError, ValueError, OverflowError):
        return False


def _moment(seen: HttpSeen) -> datetime:
    date = received(seen).get("date", "")
    return _utc(http_date(date) if date else datetime.fromisoformat(seen.at))


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
