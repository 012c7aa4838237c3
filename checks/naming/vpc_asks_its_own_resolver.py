"""The caller's VPC asks its own resolver.

Why it matters
--------------
Private zones are visible only through the VPC's resolver. A DHCP option set that names other DNS servers
sends every question there; unless they forward execute-api names back, the answer is public or NXDOMAIN.

How it decides
--------------
`domain-name-servers` of the DHCP options of the caller's VPC should be `AmazonProvidedDNS`. With other
servers, what the caller's own resolution answers decides; without that it is unknown: a forwarder may do
it right.

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
    Case,
    Finding,
    Gap,
    Source,
    account_of,
    as_dict,
    as_list,
    check,
    endpoint_addresses,
    failed,
    passed,
    place,
    skipped,
    system_answer,
    unknown,
)

OWN = frozenset({"amazonprovideddns", "169.254.169.253", "fd00:ec2::253"})
"""What the VPC's own resolver is called in DHCP options."""


@check(
    reads=("describe_vpcs", "describe_dhcp_options"),
    probes=("host", "dns"),
    faults=("D11",),
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
    account, region = account_of(case, where.account), where.region or case.region
    vpc = case.inventory.one(account, region, "describe_vpcs", "VpcId", where.vpc).value or {}
    name = str(vpc.get("DhcpOptionsId") or "default")
    if name == "default":
        yield passed(f"{where.vpc} uses the default DHCP options.", subject=where.vpc)
        return
    options = case.inventory.one(account, region, "describe_dhcp_options", "DhcpOptionsId", name).value or {}
    servers = _servers(options)
    source = Source("describe_dhcp_options", account, region)
    evidence = [case.cite(source, {"domain-name-servers": servers}, name)]
    foreign = [server for server in servers if server.lower() not in OWN]
    if not foreign:
        yield passed(f"{where.vpc} asks its own resolver.", subject=name, evidence=evidence)
        return
    seen, own = system_answer(case, case.request.name or ""), endpoint_addresses(case)
    case.expect([*seen.missing, *own.missing])
    text = f"{name} of {where.vpc} names {', '.join(foreign)} as DNS servers"
    if seen.known and own.known and set(seen.value.addresses) & set(own.value):
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


def _servers(options: dict[str, object]) -> list[str]:
    for item in as_list(options.get("DhcpConfigurations"), "DHCP options"):
        configuration = as_dict(item, "DHCP option")
        if configuration.get("Key") == "domain-name-servers":
            values = as_list(configuration.get("Values"), "DNS servers of the DHCP options")
            return [str(as_dict(value, "DNS server").get("Value")) for value in values]
    return []
