"""The name resolves to addresses of the endpoint.

Why it matters
--------------
A public answer sends the call to API Gateway's public side, which refuses private APIs with 403; an old
answer sends it to an address that is gone.

How it decides
--------------
Every address that the caller's resolution gives must belong to an interface of the endpoint. When the interfaces
cannot be read, what an inbound endpoint answers takes their place; without either a public address is judged as wrong
for the default name of a private API, a private one is unknown. An address that is no other host's at all (0.0.0.0,
127.0.0.1) is what some resolvers say in place of a private one. Other answers tell who is to blame, as in
`naming/name-resolves`. A public API's name leads to public addresses rightly: configuration tells that it is one, or a
test call that is answered there in other words than `Forbidden`. While nothing tells, what a public API would be
refused for is listed as well.

How to fix
----------
Make the private zone visible to the caller's resolver; replace fixed addresses in own zones and hosts
files.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator, Sequence

from msgspec import structs

from apidoctor.checkkit import (
    BLAME_READS,
    OF_REFUSALS,
    Candidate,
    Case,
    Evidence,
    Finding,
    HttpSeen,
    answer,
    attributed,
    blamed,
    check,
    climbed,
    endpoint_addresses,
    failed,
    inbound_answers,
    is_good,
    is_nobodys,
    is_public,
    passed,
    place,
    reading,
    rest_api,
    skipped,
    system_answer,
    unknown,
)
from apidoctor.reasoning.apigateway.fingerprints import read_answer
from apidoctor.reasoning.attribution.forbidden import is_reached

OPEN = ("forbidden", "not_api_gateway", "untyped")
"""Kinds of answers that do not tell whether the API itself was reached."""
NOWHERE = "where private APIs answer nobody"
OUTSIDE = Candidate(
    "D03",
    "likely",
    "The resolvers outside AWS do not forward the name to a Resolver inbound endpoint.",
    "What an inbound endpoint answers when it is asked directly.",
)
INSIDE = (
    Candidate(
        "D01",
        "possible",
        "Private DNS of the endpoint is off.",
        "PrivateDnsEnabled of the endpoint, and what the resolver of its VPC answers.",
    ),
    Candidate(
        "D11",
        "possible",
        "The host asks other DNS servers than those of its VPC.",
        "What the VPC's own resolver (169.254.169.253) answers.",
    ),
    Candidate(
        "D06",
        "possible",
        "The endpoint stands in another VPC, whose private zone is not visible in this one.",
        "The hosted zones of this VPC: route53 list-hosted-zones-by-vpc.",
    ),
)
"""Why a name may lead to public addresses inside a VPC; the first also outside, by what an inbound endpoint answers."""


@check(
    needs=("naming/name-resolves",),
    reads=tuple(dict.fromkeys((*BLAME_READS, *OF_REFUSALS["reads"]))),
    probes=OF_REFUSALS["probes"],
    faults=("D01", "D03", "D05", "D06", "D08", "D11", "D16", "D17", "N23"),
    explained_by=("naming/*", "endpoint/*", "api/is-private"),
    playbook="name-does-not-resolve",
    position=70,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the answer with the endpoint's interfaces."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    seen = system_answer(case, name).value
    own = endpoint_addresses(case)
    case.expect(own.missing)
    evidence = [case.show(seen, "name", "addresses", "server", "transport", subject=name)]
    wanted, source = list(own.value) if own.known else [], "endpoint addresses"
    if not wanted and case.request.form == "private-dns":
        wanted, source = _said_by_inbound(case, name), "answers of the inbound endpoint"
    if wanted:
        foreign = [address for address in seen.addresses if address not in wanted]
        evidence.append(case.cite(None, {source: wanted}, name))
    else:
        by_default = case.request.form == "private-dns"
        foreign = [a for a in seen.addresses if is_nobodys(a) or (by_default and is_public(a))]
        if not foreign:
            yield unknown(
                own.missing, "The endpoint's addresses are not known.", subject=name, evidence=evidence
            )
            return
    if not foreign:
        yield passed(
            f"{name} leads to the endpoint ({', '.join(seen.addresses)}).", subject=name, evidence=evidence
        )
        return
    public = all(map(is_public, seen.addresses)) and case.request.form == "private-dns"
    private = _is_private(case) if public else None
    if private is False:
        yield skipped(f"{name} leads to public addresses, and its API is public.", subject=name)
        return
    text = f"{name} resolves to {', '.join(foreign)}, " + (
        "which no interface of the endpoint has" if wanted else NOWHERE
    )
    if finding := blamed(case, name, seen, text, evidence):
        yield finding
    elif all(map(is_nobodys, foreign)):
        yield _nobodys(name, foreign, evidence)
    elif public and private is None:
        yield _open(case, name, text, evidence)
    else:
        yield _led_astray(case, name, foreign, text, evidence)


def _nobodys(name: str, foreign: Sequence[str], evidence: Sequence[Evidence]) -> Finding:
    """Tell of answers that lead to no host beyond this link."""
    return failed(
        "D17",
        f"{name} resolves to {', '.join(foreign)}, which no host beyond this link has: resolvers that drop an answer "
        "put such an address in its place.",
        fix=f"Except {name.partition('.')[2]} from rebinding protection and block lists of the host's resolver, "
        "and take fixed records for the name away.",
        subject=name,
        confidence="possible",
        evidence=evidence,
    )


def _is_private(case: Case) -> bool | None:
    """Say whether the API is private: by configuration, else by where it answered; None: not known."""
    api, said = rest_api(case), reading(case)
    case.expect([*api.missing, *said.missing])
    if api.known and api.value is not None:
        return api.value.is_private
    if any(_is_by_endpoint(case, seen) for seen in case.observed(HttpSeen)):
        return True
    there = answer(case).value.address if said.known else None
    if not there or not is_public(there):
        return None
    if said.value.kind not in OPEN or said.value.text.startswith("Invalid API Key"):
        return False
    # A path that no API has is answered in other words than Forbidden only by an API that was reached.
    further = climbed(case)
    case.expect(further.missing)
    return False if further.known and is_reached(further.value) else None


def _is_by_endpoint(case: Case, seen: HttpSeen) -> bool:
    """Say whether the API answered a call to a private address: endpoints carry calls to private APIs only."""
    host = (seen.host or "").lower().partition(":")[0]
    named = host == case.request.default_name or seen.sent.get("x-apigw-api-id") == case.request.api_id
    if not named or seen.status is None or not seen.address or is_public(seen.address):
        return False
    return read_answer(seen.status, seen.headers, seen.body or "").kind not in OPEN


def _open(case: Case, name: str, text: str, evidence: Sequence[Evidence]) -> Finding:
    """List what leads a private API's name astray, and what a public API would be refused for."""
    where, refused = place(case), attributed(case)
    case.expect(refused.missing)
    inside = where.known and where.value.vpc is not None
    found = list(INSIDE if inside else (OUTSIDE, INSIDE[0]))
    if not where.known:
        found = [structs.replace(OUTSIDE, confidence="possible"), *INSIDE]
    told = {one.fault for one in found}
    others = refused.value if refused.known else ()
    found += [
        structs.replace(one, confidence="possible")
        for one in others
        if one.fault not in {*told, OUTSIDE.fault}
    ]
    return failed(
        found[0].fault,
        f"{text}.",
        fix=_fix(inside),
        subject=name,
        confidence=found[0].confidence,
        evidence=evidence,
        candidates=found,
    )


def _led_astray(
    case: Case, name: str, foreign: Sequence[str], text: str, evidence: Sequence[Evidence]
) -> Finding:
    where = place(case)
    inside = where.known and where.value.vpc is not None
    fault = ("D11" if inside else "D03") if all(map(is_public, foreign)) else "D08"
    return failed(fault, f"{text}.", fix=_fix(inside), subject=name, confidence="likely", evidence=evidence)


def _fix(inside: bool) -> str:
    how = "ask the VPC's resolver" if inside else "forward execute-api names to a Resolver inbound endpoint"
    return f"Let the caller's resolver see the private zone ({how})."


def _said_by_inbound(case: Case, name: str) -> list[str]:
    """Return what an inbound endpoint said when this host asked it: it answers with the endpoint's addresses."""
    right = [one for one in inbound_answers(case, name).value if is_good(case, one)]
    return list(dict.fromkeys(address for one in right for address in one.addresses))
