"""The VPC's DNS attributes are on.

Why it matters
--------------
Private DNS of an endpoint and private hosted zones work only in a VPC with both `enableDnsSupport` and
`enableDnsHostnames`. A VPC that was not made by the console has `enableDnsHostnames` off: names then
resolve to public addresses, and the call is refused there.

How it decides
--------------
For a caller inside a VPC, both attributes of that VPC must be true when the name depends on a private zone. Alias and
endpoint names are public: they need only a resolver, `enableDnsSupport`, unless the DHCP options name another one.

How to fix
----------
Switch both attributes on: `aws ec2 modify-vpc-attribute --vpc-id VPC --enable-dns-hostnames`.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BLAME_READS,
    Case,
    Finding,
    Place,
    Source,
    account_of,
    check,
    dhcp_servers,
    every,
    failed,
    passed,
    place,
    right_answer,
    skipped,
    warned,
)

ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")


@check(
    reads=("describe_vpc_attribute", "describe_vpcs", "describe_dhcp_options", *BLAME_READS),
    probes=("host", "dns"),
    faults=("D10",),
    playbook="name-does-not-resolve",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge both attributes of the caller's VPC, when the name depends on a private zone."""
    where = place(case).value
    if case.request.form == "direct-ip" or where.vpc is None:
        yield skipped("The caller does not ask the resolver of a VPC.")
        return
    if case.request.form not in ("private-dns", "custom-domain"):
        yield _of_public_name(case, where)
        return
    account = account_of(case, where.account)
    name = "describe_vpc_attribute"
    answers = every(
        case.inventory.get(account, where.region or case.region, name, f"{where.vpc}/{key}")
        for key in ATTRIBUTES
    )
    states = {key: _state(answer, key) for key, answer in zip(ATTRIBUTES, answers, strict=True)}
    evidence = [case.cite(Source(name, account, where.region or case.region), states, where.vpc)]
    off = [key for key, value in states.items() if value is False]
    seen = right_answer(case, case.request.name or "") if off else None
    if seen is not None:
        yield warned(
            "D10",
            f"{' and '.join(off)} of {where.vpc} {'is' if len(off) == 1 else 'are'} off. Yet the caller got "
            f"{', '.join(seen.addresses)}: it asks another resolver, or the answers are older than a change.",
            fix=f"Set {' and '.join(off)} of {where.vpc} to true.",
            subject=where.vpc,
            evidence=evidence,
        )
    elif off:
        yield failed(
            "D10",
            f"{' and '.join(off)} of {where.vpc} {'is' if len(off) == 1 else 'are'} off.",
            fix=f"Set {' and '.join(off)} of {where.vpc} to true.",
            subject=where.vpc,
            evidence=evidence,
        )
    else:
        yield passed(f"Both DNS attributes of {where.vpc} are on.", subject=where.vpc, evidence=evidence)


def _of_public_name(case: Case, where: Place) -> Finding:
    """A public name needs no private zone, but somebody who answers: the VPC's resolver, or servers of its own."""
    account, region, name = (
        account_of(case, where.account),
        where.region or case.region,
        "describe_vpc_attribute",
    )
    answer = case.inventory.get(account, region, name, f"{where.vpc}/{ATTRIBUTES[0]}")
    case.expect(answer.missing)
    servers = dhcp_servers(case)
    case.expect(servers.missing)
    if (
        not answer.known
        or _state(answer.value, ATTRIBUTES[0]) is not False
        or not servers.known
        or servers.value.foreign
    ):
        return skipped("The name resolves without a private zone.")
    return failed(
        "D10",
        f"{ATTRIBUTES[0]} of {where.vpc} is off: its resolver answers nobody.",
        fix=f"Set {ATTRIBUTES[0]} of {where.vpc} to true.",
        subject=where.vpc,
        evidence=[case.cite(Source(name, account, region), {ATTRIBUTES[0]: False}, where.vpc)],
    )


def _state(answer: dict[str, object] | None, key: str) -> object:
    """EC2 answers with the attribute's name in capitals: ``{"EnableDnsSupport": {"Value": true}}``."""
    member = (answer or {}).get(key[0].upper() + key[1:])
    return member.get("Value") if isinstance(member, dict) else None
