"""The VPC's DNS attributes are on.

Why it matters
--------------
Private DNS of an endpoint and private hosted zones work only in a VPC with both `enableDnsSupport` and
`enableDnsHostnames`. A VPC that was not made by the console has `enableDnsHostnames` off: names then
resolve to public addresses, and the call is refused there.

How it decides
--------------
For a caller inside a VPC, both attributes of that VPC must be true.

How to fix
----------
Switch both attributes on: `aws ec2 modify-vpc-attribute --vpc-id VPC --enable-dns-hostnames`.

References
----------
- https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, Source, account_of, check, every, failed, passed, place, skipped

ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames")


@check(
    reads=("describe_vpc_attribute",),
    probes=("host",),
    faults=("D10",),
    playbook="name-does-not-resolve",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge both attributes of the caller's VPC, when the name depends on a private zone."""
    if case.request.form not in ("private-dns", "custom-domain"):
        yield skipped("The name resolves without a private zone.")
        return
    where = place(case).value
    if where.vpc is None:
        yield skipped("The caller is outside AWS.")
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
    if off:
        yield failed(
            "D10",
            f"{' and '.join(off)} of {where.vpc} {'is' if len(off) == 1 else 'are'} off.",
            fix=f"Set {' and '.join(off)} of {where.vpc} to true.",
            subject=where.vpc,
            evidence=evidence,
        )
    else:
        yield passed(f"Both DNS attributes of {where.vpc} are on.", subject=where.vpc, evidence=evidence)


def _state(answer: dict[str, object] | None, key: str) -> object:
    """EC2 answers with the attribute's name in capitals: ``{"EnableDnsSupport": {"Value": true}}``."""
    member = (answer or {}).get(key[0].upper() + key[1:])
    return member.get("Value") if isinstance(member, dict) else None
