"""The calling function is attached to a VPC.

Why it matters
--------------
A Lambda function without a VPC configuration runs outside every VPC: it reaches public names only, and no VPC
endpoint.

How it decides
--------------
For a caller named by `--from lambda:NAME`, the function's configuration must name subnets.

How to fix
----------
Attach the function to subnets from which the endpoint can be reached, with a security group that lets 443 out.

References
----------
- https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, Source, account_of, check, failed, passed, place, skipped


@check(
    reads=("get_function_configuration", "describe_subnets"),
    faults=("N20",),
    playbook="connection-times-out",
    position=5,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the function's configuration; any other caller is left alone."""
    spec = case.request.from_
    if not spec.startswith("lambda:"):
        yield skipped("The caller is no function.")
        return
    where, name = place(case).value, spec.removeprefix("lambda:")
    source = Source("get_function_configuration", account_of(case, where.account), case.region)
    evidence = [case.cite(source, {"subnet": where.subnet, "groups": where.groups}, name)]
    if where.vpc:
        yield passed(f"{name} is attached to {where.vpc}.", subject=name, evidence=evidence)
    else:
        yield failed(
            "N20",
            f"{name} is attached to no VPC.",
            fix=f"Attach {name} to subnets from which the endpoint can be reached.",
            subject=name,
            evidence=evidence,
        )
