"""API Gateway may write logs in this account and Region.

Why it matters
--------------
API Gateway writes to CloudWatch Logs with a role that is set once for each account and Region. Without it
a stage's log settings stand there, and no line is ever written.

How it decides
--------------
`cloudwatchRoleArn` of GetAccount must name a role of the API's account, when the stage logs to CloudWatch.
Whether the role still exists and trusts `apigateway.amazonaws.com` is not looked at.

How to fix
----------
Create a role that trusts `apigateway.amazonaws.com` with the policy
`AmazonAPIGatewayPushToCloudWatchLogs`, and set it with `aws apigateway update-account`.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, Source, check, passed, skipped, stage, warned
from apidoctor.reasoning.logs.settings import is_logged, log_group


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_stage", "get_stages", "get_account"),
    faults=("O01",),
    required=False,
    position=8,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the account's role for logs."""
    found = stage(case).value
    log = found.access_log_settings if found else None
    writes = found is not None and (
        log_group(log.destination_arn if log else None) is not None or is_logged(found.method_settings)
    )
    if found is None or not writes:
        yield skipped("The stage writes no log to CloudWatch.")
        return
    account = case.inventory.get(found.account, case.region, "get_account")
    case.expect(account.missing)
    if not account.known:
        yield skipped("The account's settings for logs were not read (apigateway:GET on /account).")
        return
    role = (account.value or {}).get("cloudwatchRoleArn")
    where = f"account {found.account}, {case.region}"
    source = Source("get_account", found.account, case.region)
    evidence = [case.cite(source, {"cloudwatchRoleArn": role}, found.account)]
    if isinstance(role, str) and f":{found.account}:role/" in role:
        yield passed(f"API Gateway has a role for logs in {where}.", subject=found.account, evidence=evidence)
        return
    words = f"has the role {role} of another account" if role else "has no role"
    yield warned(
        "O01",
        f"API Gateway {words} for logs in {where}: stage {found.stage_name} is set to log, and no line is written.",
        fix="Set a role that trusts apigateway.amazonaws.com: aws apigateway update-account --patch-operations "
        f"op=replace,path=/cloudwatchRoleArn,value=arn:…:iam::{found.account}:role/NAME",
        subject=found.account,
        evidence=evidence,
    )
