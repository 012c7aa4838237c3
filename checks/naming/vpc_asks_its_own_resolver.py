"""The caller's VPC asks its own resolver.

Why it matters
--------------
Private zones are visible only through the VPC's resolver. A DHCP option set that names other DNS servers
sends every question there; unless they forward execute-api names back, the answer is public or NXDOMAIN.

How it decides
--------------
`domain-name-servers` of the DHCP options of the caller's VPC should be `AmazonProvidedDNS` or the resolver's
own addresses (VPC+2, 169.254.169.253). With other servers, what the caller's own resolution answers decides.
Without that, addresses of an inbound endpoint answer as its VPC does; of others it is unknown: a forwarder
may do it right.

How to fix
----------
Use AmazonProvidedDNS, or let the named servers forward `execute-api.REGION.amazonaws.com` to the VPC's
resolver.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    FORWARDING_READS,
    Answer,
    Case,
    Evidence,
    Finding,
    Gap,
    Source,
    account_of,
    check,
    dhcp_answer,
    dhcp_servers,
    endpoint_addresses,
    failed,
    fault_of,
    leads_to_endpoint,
    passed,
    place,
    skipped,
    system_answer,
    unknown,
)


@check(
    reads=(
        "describe_vpcs",
        "describe_dhcp_options",
        "get_rest_api",
        "get_rest_apis",
        "describe_vpc_endpoints",
        "describe_network_interfaces",
        *FORWARDING_READS,
    ),
    probes=("host", "dns"),
    faults=("D06", "D07", "D08", "D10", "D11", "D12", "D13", "D14"),
    required=False,
    playbook="name-does-not-resolve",
    position=25,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the DHCP options, and what came of them."""
    where = place(case).value
    if case.request.form not in ("private-dns", "custom-domain") or where.vpc is None:
        yield skipped("The call does not depend on a private zone of the caller's VPC.")
        return
    servers = dhcp_servers(case).value
    name, foreign = servers.options, servers.foreign
    if not name:
        yield passed(f"{where.vpc} uses the default DHCP options.", subject=where.vpc)
        return
    source = Source("describe_dhcp_options", account_of(case, where.account), where.region or case.region)
    evidence = [case.cite(source, {"domain-name-servers": list(servers.named)}, name)]
    if not foreign:
        yield passed(f"{where.vpc} asks its own resolver.", subject=name, evidence=evidence)
        return
    seen, own = system_answer(case, case.request.name or ""), endpoint_addresses(case)
    case.expect([*seen.missing, *own.missing])
    text = f"{name} of {where.vpc} names {', '.join(foreign)} as DNS servers"
    hub = dhcp_answer(case, case.request.name or "")
    case.expect(hub.missing)
    if hub.known and hub.value is not None and not seen.known:
        yield _of_hub(case, text, hub.value, evidence)
    elif seen.known and own.known and set(seen.value.addresses) & set(own.value):
        yield passed(f"{text}, and they answer with the endpoint.", subject=name, evidence=evidence)
    elif seen.known:
        yield failed(
            "D11",
            f"{text}, and they do not answer with the endpoint.",
            fix=f"Let {', '.join(foreign)} forward execute-api names to the VPC's resolver, or use AmazonProvidedDNS.",
            subject=name,
            confidence="likely",
            evidence=[*evidence, case.show(seen.value, "name", "outcome", "addresses")],
        )
    else:
        gap = Gap(f"host: what {', '.join(foreign)} answer for {case.request.name}")
        yield unknown(
            [gap],
            f"{text}; whether they forward is not known.",
            subject=name,
            evidence=evidence,
            required=True,
        )


def _of_hub(case: Case, text: str, answer: Answer, evidence: list[Evidence]) -> Finding:
    """Judge what the inbound endpoint answers that the DHCP options name."""
    told = [*evidence, case.derived("naming", [step.says for step in answer.steps], answer.decided_by)]
    if leads_to_endpoint(case, answer):
        return passed(f"{text}: an inbound endpoint, which answers with the endpoint.", evidence=told)
    return failed(
        fault_of(answer),
        f"{text}: an inbound endpoint, which answers {case.request.name} with {answer.words}.",
        fix="Let the VPC of the inbound endpoint see a private zone for the name, or use AmazonProvidedDNS.",
        subject=answer.decided_by or None,
        evidence=told,
    )
