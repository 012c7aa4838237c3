"""The custom domain that is called exists.

Why it matters
--------------
A private custom domain belongs to one account and Region. API Gateway answers 403 `Forbidden` to a call
through an endpoint for a name that it does not know there.

How it decides
--------------
The name in the URL, or in `Host` when the endpoint's own name is called, is looked for among the custom
domains of every account that can be read, and in the access associations of the endpoint, which tell
whose domain it is. When no account shows it, the endpoint's account still knows whether any association
with a domain of this name exists; and where the endpoint shows its own certificate for the name, no domain
of that name is behind it, whoever may have one.

How to fix
----------
Correct the name, name the owner's account with `--profile` or `--role-arn`, or create the domain in the
endpoint's Region.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    DOMAIN_WAY_READS,
    DOMAINS,
    Case,
    Finding,
    Gap,
    check,
    domain,
    passed,
    skipped,
    unknown,
)
from apidoctor.reasoning.scene.domains import domain_elsewhere
from apidoctor.reasoning.scene.handshakes import is_unserved


@check(
    reads=DOMAIN_WAY_READS,
    probes=("host", "dns", "tls"),
    playbook="custom-domain-refused",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look the domain up; weigh the associations when no account shows it."""
    name = case.request.domain
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found = domain(case).value
    if found is not None:
        kind = "private" if found.is_private else "public"
        value = {"domainNameArn": found.domain_name_arn, "types": found.endpoint_configuration.types}
        whose = f"account {found.owner}" + ("" if found.is_own else ", which cannot be read")
        yield passed(
            f"{name} is a {kind} custom domain of {whose}.",
            subject=name,
            evidence=[case.cite(DOMAINS(found.account, case.region), value, name)],
        )
        return
    known = ", ".join(case.inventory.accounts)
    if elsewhere := domain_elsewhere(case, name):
        words = f"{name} is no custom domain in {case.region}, but one in {elsewhere}."
        yield unknown(
            [Gap(f"fact: in which Region is called: say --region {elsewhere}")], words, subject=name
        )
        return
    unserved = is_unserved(case, name)
    case.expect(unserved.missing)
    if unserved.known and unserved.value:
        words = (
            f"Account {known} has no custom domain {name}, and the endpoint shows its own certificate for it."
        )
        yield skipped(f"{words} No domain of that name is behind it.", subject=name)
        return
    gap = Gap(
        f"account: the one that owns the custom domain {name} (not {known}); add --profile or --role-arn"
    )
    yield unknown([gap], f"No custom domain {name} in {case.region} of account {known}.", subject=name)
