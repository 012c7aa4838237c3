"""The name ends in the suffix of its Region's partition.

Why it matters
--------------
Names of China end in `amazonaws.com.cn`, those of the commercial Regions in `amazonaws.com`. The wrong
suffix leads to another partition, where the API does not exist.

How it decides
--------------
The suffix of the name and of the Host header is compared with the partition that the Region belongs to.

How to fix
----------
Use the suffix of the API's partition.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, check, failed, partition_of, passed, skipped


@check(faults=("D21",), playbook="name-does-not-resolve", position=10)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the suffix of the name; a custom domain has none."""
    request = case.request
    if request.form in (None, "custom-domain") or request.region is None:
        yield skipped("The name is not one of AWS's own.")
        return
    wanted = partition_of(request.region)[1]
    host = _suffix_of(request.host_name, request.region)
    evidence = [
        case.cite(None, {"name": request.name, "Host": request.host, "region": request.region}, request.name)
    ]
    if {request.suffix, host} <= {wanted, None}:
        yield passed(f"{request.region} names end in {wanted}.", subject=request.name, evidence=evidence)
    else:
        found = host if request.suffix == wanted else request.suffix
        where = "The Host header" if request.suffix == wanted else "The name"
        yield failed(
            "D21",
            f"{request.region} belongs to a partition whose names end in {wanted}. {where} ends in {found}.",
            fix=f"Call the name that ends in {wanted}, and send it as Host.",
            subject=request.name,
            evidence=evidence,
        )


def _suffix_of(host: str, region: str) -> str | None:
    """Return what stands behind the Region in one of execute-api's names; None for any other host."""
    _, found, suffix = host.partition(f".execute-api.{region}.")
    return suffix.removeprefix("vpce.") if found else None
