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
`naming/name-resolves`.

How to fix
----------
Make the private zone visible to the caller's resolver; replace fixed addresses in own zones and hosts
files.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BLAME_READS,
    Case,
    Finding,
    blamed,
    check,
    endpoint_addresses,
    failed,
    inbound_answers,
    is_good,
    is_nobodys,
    is_public,
    passed,
    place,
    skipped,
    system_answer,
    unknown,
)


@check(
    needs=("naming/name-resolves",),
    reads=BLAME_READS,
    probes=("dns", "host"),
    faults=("D03", "D05", "D06", "D08", "D11", "D16", "D17", "N23"),
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
    text = f"{name} resolves to {', '.join(foreign)}, which no interface of the endpoint has"
    if finding := blamed(case, name, seen, text, evidence):
        yield finding
        return
    if all(map(is_nobodys, foreign)):
        yield failed(
            "D17",
            f"{text}, nor any host beyond this link: resolvers that drop an answer put such an address in its place.",
            fix=f"Except {name.partition('.')[2]} from rebinding protection and block lists of the host's resolver, "
            "and take fixed records for the name away.",
            subject=name,
            confidence="possible",
            evidence=evidence,
        )
        return
    where = place(case)
    inside = where.known and where.value.vpc is not None
    public = all(map(is_public, foreign))
    fault = ("D11" if inside else "D03") if public else "D08"
    yield failed(
        fault,
        f"{text}.",
        fix="Let the caller's resolver see the private zone"
        + (
            " (ask the VPC's resolver)."
            if inside
            else " (forward execute-api names to a Resolver inbound endpoint)."
        ),
        subject=name,
        confidence="likely",
        evidence=evidence,
    )


def _said_by_inbound(case: Case, name: str) -> list[str]:
    """Return what an inbound endpoint said when this host asked it: it answers with the endpoint's addresses."""
    right = [one for one in inbound_answers(case, name).value if is_good(case, one)]
    return list(dict.fromkeys(address for one in right for address in one.addresses))
