"""The VPC link of the method is available.

Why it matters
--------------
A method that reaches its backend through a VPC link answers 500 or 504 when the link has failed, is
being made or was switched off after 60 days without traffic.

How it decides
--------------
For an integration with `connectionType: VPC_LINK`, the link that `connectionId` names must have the
status `AVAILABLE`.

How to fix
----------
Read the link's `statusMessage`, mend the load balancer behind it, or make the link again and deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, Source, check, failed, method, owned_api, passed, skipped


@check(
    needs=("api/exists", "api/method-is-deployed"),
    reads=("get_resources", "get_export", "get_vpc_link"),
    faults=("B02",),
    playbook="backend-errors",
    position=10,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the link that the integration names."""
    found = method(case).value
    integration = found.integration if found else {}
    link = str(integration.get("connectionId") or "")
    if integration.get("connectionType") != "VPC_LINK" or not link or "${" in link:
        yield skipped("The method does not use a fixed VPC link.")
        return
    api = owned_api(case).value
    answer = case.inventory.get(api.account, case.region, "get_vpc_link", link).value
    status = str((answer or {}).get("status", "missing"))
    value = {"status": status, "statusMessage": (answer or {}).get("statusMessage")}
    evidence = [case.cite(Source("get_vpc_link", api.account, case.region), value, link)]
    if status.upper() == "AVAILABLE":
        yield passed(f"The VPC link {link} is available.", subject=link, evidence=evidence)
    else:
        yield failed(
            "B02",
            f"The VPC link {link} is {status}.",
            fix=f"Mend what {link} leads to, or make it again, and deploy.",
            subject=link,
            evidence=evidence,
        )
