"""One domain of the name is used at the endpoint.

Why it matters
--------------
Several accounts may have a private custom domain of one name, and there may be a public one too. An
endpoint tells them apart by nothing but the name: with two of them on one endpoint a call can reach the
wrong backend.

How it decides
--------------
The endpoint must not have access associations with two private domains of the name. A public domain of
the name that leads to a private API uses the endpoint too (the older way: a Regional domain in front of
an endpoint).

How to fix
----------
Take one association away, or use an endpoint of its own for each domain.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    ASSOCIATIONS,
    DOMAINS,
    OF_DOMAINS,
    Case,
    Finding,
    check,
    endpoint,
    failed,
    known_domain,
    passed,
    skipped,
    unless_admitted,
)
from apidoctor.reasoning.scene.domains import apis_behind, live_associations, shown_domains
from apidoctor.reasoning.scene.rest_apis import private_among


@check(
    **OF_DOMAINS,
    needs=("domain/domain-exists", "endpoint/exists"),
    faults=("H17",),
    required=False,
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Count the domains of the name that meet at the endpoint."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found, via = known_domain(case).value, endpoint(case).value
    if not found.is_private or via is None:
        yield skipped(f"{name} is a public custom domain.", subject=name)
        return
    identity, ties = via.vpc_endpoint_id, live_associations(case, name).value.of(via.vpc_endpoint_id)
    if len(ties) > 1:
        arns = sorted(tie.domain_name_arn for tie in ties)
        yield failed(
            "H17",
            f"{identity} is associated with {len(ties)} private domains of the name {name}: {', '.join(arns[:5])}.",
            fix=f"Take all but one of these access associations of {identity} away.",
            subject=name,
            confidence="likely",
            evidence=[
                case.cite(ASSOCIATIONS(ties[0].account, case.region), {"domainNameArn": arns}, identity)
            ],
        )
        return
    public = [each for each in shown_domains(case, name).value.domains if not each.is_private]
    behind = {each.account: private_among(case, apis_behind(case, each)) for each in public}
    for account, apis in behind.items():
        if not apis:
            continue
        evidence = case.cite(DOMAINS(account, case.region), {"public": name, "leads to": apis}, name)
        words = (
            f"The public domain {name} of account {account} leads to the private API {', '.join(apis[:3])}"
        )
        yield unless_admitted(
            case,
            failed(
                "H17",
                f"{words}, so that {identity} serves it beside the private domain of that name.",
                fix=f"Use an endpoint of its own for the public domain, or call {name} by one of both ways only.",
                subject=name,
                confidence="possible",
                evidence=[evidence],
            ),
        )
    if not any(behind.values()):
        yield passed(f"No other domain of the name {name} is used at {identity}.", subject=name)
