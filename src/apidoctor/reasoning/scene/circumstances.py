"""The circumstances of a refused call, gathered from what was seen and read; and the ladder of further test calls."""

import re
from collections.abc import Sequence
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from apidoctor.model.facts import Fact
from apidoctor.model.observation import HttpSeen
from apidoctor.model.signature import Signature, read_sent, read_signature
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, Fingerprint, read_answer
from apidoctor.reasoning.apigateway.names import default_zone, header
from apidoctor.reasoning.attribution.circumstances import OTHER_SERVICES, Circumstances, Rung
from apidoctor.reasoning.attribution.rank import next_rung
from apidoctor.reasoning.scene.answer import answer, foreign_issuer, rung_answer
from apidoctor.reasoning.scene.api import is_deployment_seen, method, rest_api, stage
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.clock import clock_offset
from apidoctor.reasoning.scene.dns_answers import is_public
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.gateway_responses import gateway_responses
from apidoctor.reasoning.scene.place import place
from apidoctor.reasoning.scene.policies import verdict
from apidoctor.reasoning.scene.reading import own_response, reading
from apidoctor.reasoning.scene.seen import received, system_answer
from apidoctor.reasoning.scene.through import associated, domain, routed
from apidoctor.reasoning.scene.web_acl import web_acl_outcome

T = TypeVar("T")
MAX_RUNGS = 2
"""Most further test calls: a path that cannot exist, and one that is signed or aligned."""
RUNGS: tuple[Rung, ...] = ("impossible", "signed", "unsigned", "aligned")
_DOMAIN = ("custom-domain", "custom-domain-endpoint")
_PROXY_HEADERS = (
    "via",
    "proxy-authenticate",
    "proxy-status",
    "x-squid-error",
    "x-proxy-error",
    "x-cache-lookup",
)
"""Headers that proxies add and API Gateway does not."""


@fact
def climbed(case: Case) -> Circumstances:
    """Return the circumstances with the answers to further test calls.

    They are made one at a time, as long as one would tell candidates apart.
    """
    said, around = reading(case).value, circumstances(case).value
    for rung in RUNGS:
        if not rung_answer(case, rung).missing and (seen := _climbed(case, rung)):
            around = replace(around, **{rung: seen})
    for _ in range(MAX_RUNGS):
        wanted = next_rung(said, around)
        seen = _climbed(case, wanted) if wanted else None
        if wanted is None or seen is None:
            break
        around = replace(around, **{wanted: seen})
    return around


def rungs(case: Case) -> list[HttpSeen]:
    """Return the further test calls that were made, and answered."""
    made = [rung_answer(case, rung) for rung in RUNGS]
    return [each.value for each in made if not each.missing and each.value.outcome == "response"]


def _climbed(case: Case, rung: Rung) -> Fingerprint | None:
    """Return the reading of one more test call; None when it was not, or could not be, sent."""
    other = rung_answer(case, rung)
    case.expect(other.missing)
    if not other.known or other.value.outcome != "response" or other.value.status is None:
        return None
    return read_answer(other.value.status, other.value.headers, other.value.body or "")


@fact
def circumstances(case: Case) -> Circumstances:
    """Return what was sent and what is known of its world; what nobody can see is None."""
    seen = answer(case).value
    facts: Sequence[Fact[Any]] = (
        rest_api(case),
        stage(case),
        method(case),
        verdict(case),
        gateway_responses(case),
        own_response(case),
        *((associated(case), routed(case)) if case.request.domain is not None else ()),
        endpoint_addresses(case),
        place(case),
        clock_offset(case),
        foreign_issuer(case),
        system_answer(case, case.request.name or ""),
    )
    # All at once: whoever waits for one waits for all.
    case.expect([gap for each in facts for gap in each.missing])
    return _configured(case, _sent(case, seen))


def _sent(case: Case, seen: HttpSeen) -> Circumstances:
    request = case.request
    host = (seen.host or request.host or "").lower().partition(":")[0]
    offset, where = _value(clock_offset(case)), _value(place(case))
    return Circumstances(
        form=request.form,
        signature=signature_of(case, seen),
        is_preflight=(seen.method or request.method).upper() == "OPTIONS",
        sends_key=header(request, "x-api-key") is not None,
        names_api=bool(request.api_id) or request.form in _DOMAIN,
        sni_is_host=(seen.server_name or request.name or "").lower() == host,
        suffix_fits=_suffix_fits(case, host),
        region_fits=_region_fits(case, host),
        has_stage=bool(request.stage) or request.form in _DOMAIN or not request.is_url,
        stage_alone=_is_stage_alone(case),
        leads_to=_leads_to(case, seen),
        outside=None if where is None else where.kind == "outside",
        via_alias=_via_alias(case),
        offset_s=offset.seconds if offset else None,
        issuer=_value(foreign_issuer(case)),
        proxy=proxy_of(seen),
        domain_admits=any(
            _is_admitted_by_domain(other, seen, request.path) for other in case.observed(HttpSeen)
        ),
    )


def _is_admitted_by_domain(other: HttpSeen, seen: HttpSeen, path: str | None) -> bool:
    """Say whether *other* is the call *seen* of *path* by a custom domain, at the same address, and was admitted."""
    if other.form not in _DOMAIN or other.outcome != "response" or other.address != seen.address:
        return False
    same = other.method == seen.method and urlsplit(other.url).path.rstrip("/").endswith(
        (path or "").rstrip("/")
    )
    return same and read_answer(other.status or 0, other.headers, other.body or "").kind in ADMITTED


def _configured(case: Case, sent: Circumstances) -> Circumstances:
    api, decided = _value(rest_api(case)), _value(verdict(case))
    on_stage, answering = stage(case), method(case)
    found, deployed = _value(answering), is_deployment_seen(case)
    is_domain, own = case.request.domain is not None, _value(own_response(case))
    return replace(
        sent,
        api_found=None if not rest_api(case).known else api is not None,
        api_private=api.is_private if api else None,
        default_name_on=not api.disable_execute_api_endpoint if api else None,
        strict=_is_strict(case),
        stage_found=on_stage.value is not None if on_stage.known else None,
        associated=_value(associated(case)) if is_domain else None,
        updating=_is_updating(case),
        mapped=_value(routed(case)) is not None if is_domain and routed(case).known else None,
        web_acl=_may_be_blocked(case),
        method_found=found is not None if answering.known and (deployed or found is None) else None,
        method_saved=found is not None if answering.known and not deployed else None,
        authorization=found.authorization if found else None,
        key_required=found.api_key_required if found else None,
        customised=_is_customised(case),
        own_types=own.types if own else (),
        denied_layers=frozenset(decided.denied_layers) if decided and decided.decision != "invalid" else None,
    )


def _is_stage_alone(case: Case) -> bool:
    request = case.request
    return (
        bool(request.stage)
        and request.is_url
        and (request.path or "/") == "/"
        and request.form not in _DOMAIN
    )


def _may_be_blocked(case: Case) -> bool | None:
    """Say whether a web ACL before the stage may block the call: by its rules, or because they cannot be read."""
    found = _value(stage(case))
    if found is None or not found.web_acl_arn:
        return None if found is None else False
    decided = web_acl_outcome(case)
    case.expect(decided.missing)
    return not (decided.known and decided.value is not None and decided.value.action == "allow")


def _is_updating(case: Case) -> bool | None:
    """Say whether what is called by its name, custom domain or API, is UPDATING."""
    if case.request.domain is not None:
        found = _value(domain(case))
        status = found.domain_name_status if found else None
    else:
        api = _value(rest_api(case))
        status = api.api_status if api else None
    return None if status is None else status.upper() == "UPDATING"


def _is_strict(case: Case) -> bool | None:
    """Say whether the access mode of what is called by its name, API or custom domain, is STRICT."""
    found = _value(domain(case)) if case.request.domain is not None else _value(rest_api(case))
    return None if found is None else (found.endpoint_access_mode or "").upper() == "STRICT"


def _is_customised(case: Case) -> bool | None:
    responses = _value(gateway_responses(case))
    return None if responses is None else any(not one.default_response for one in responses)


def _value(seen: Fact[T]) -> T | None:
    return seen.value if seen.known else None


def signature_of(case: Case, seen: HttpSeen) -> Signature:
    """Return what the call bore: what was sent tells it, else what the user gave (masked in a snapshot)."""
    sent = read_sent(seen.sent)
    if sent.scheme != "none":
        return sent
    if seen.signed:
        return Signature("sigv4")
    return read_signature(header(case.request, "authorization"), case.request.query)


def _suffix_fits(case: Case, host: str) -> bool:
    region = case.request.region
    if not region or f".execute-api.{region}." not in host or ".vpce." in host:
        return True
    return host.endswith(f".{default_zone(region)}")


def _region_fits(case: Case, host: str) -> bool:
    match = re.search(r"\.execute-api\.([a-z0-9-]+)\.", host)
    return match is None or case.request.region in (None, match[1])


def _leads_to(case: Case, seen: HttpSeen) -> Literal["endpoint", "private", "public"] | None:
    if not seen.address:
        return None
    own = endpoint_addresses(case)
    if own.known and seen.address in own.value:
        return "endpoint"
    return "public" if is_public(seen.address) else "private"


def _via_alias(case: Case) -> bool | None:
    resolved = _value(system_answer(case, case.request.name or ""))
    if resolved is None:
        return None
    targets = [record.value.rstrip(".").lower() for record in resolved.chain if record.type == "CNAME"]
    return any(".execute-api." in target for target in targets)


def proxy_of(seen: HttpSeen) -> str | None:
    """Return the header by which a proxy, a load balancer or another service shows itself in an answer."""
    if seen.status == 407:
        return "status 407"
    headers = received(seen)
    server = headers.get("server", "")
    if server.lower().startswith(("awselb", *OTHER_SERVICES)):
        return f"server: {server}"
    found = next((name for name in _PROXY_HEADERS if name in headers), None)
    return f"{found}: {headers[found]}" if found else None
