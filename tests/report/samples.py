"""Reports as a run leaves them, for whatever shows reports."""

from typing import Any

import msgspec

from apidoctor.model.report import (
    FORMAT,
    FORMAT_VERSION,
    Caller,
    Evidence,
    Fix,
    Report,
    Result,
    RootCause,
    Run,
    Status,
    Summary,
    Target,
    Tool,
)

API_ACCOUNT, CALLER_ACCOUNT = "111111111111", "222222222222"
API, ENDPOINT, REGION = "abc1234567", "vpce-0aaa1111bbbb2222c", "us-east-1"
URL = f"https://{API}.execute-api.{REGION}.amazonaws.com/prod/pets"
AT = "2026-11-22T10:42:07Z"

TITLES = {
    "naming/resolver-answers": "The resolver answers",
    "naming/answers-are-endpoint-addresses": "The name resolves to addresses of the endpoint",
    "network/caller-has-a-route": "The caller's subnet has a route to the endpoint",
    "network/caller-group-lets-the-call-out": "The caller's security groups let 443 out",
    "network/endpoint-group-admits-caller": "The endpoint's security groups admit the caller on 443",
    "network/endpoint-acl-passes": "The endpoint's network ACLs let the call and its replies pass",
    "endpoint/is-available": "The endpoint is available",
    "endpoint/spans-caller-zone": "The endpoint has an interface in the caller's zone",
    "policy/endpoint-policy-allows-call": "The endpoint policy allows the call",
    "policy/resource-policy-allows-caller": "The API's resource policy allows the caller",
    "api/is-private": "The API is private",
    "api/stage-is-deployed": "The stage exists and has a deployment",
    "invoke/tcp-connects": "A TCP connection to the endpoint opens",
    "invoke/tls-name-matches": "The certificate is valid for the name that is called",
    "invoke/call-succeeds": "The call gets an answer from the API",
    "integration/answers-in-time": "The integration answers in time",
    "observability/access-log-is-on": "The stage writes an access log",
}
"""Title of every check of the sample world, in path order."""


def result(check: str, status: Status = "pass", **fields: Any) -> Result:
    """Return a result with the fields that a test does not care about filled in."""
    empty: dict[str, Any] = {
        "title": TITLES.get(check, check),
        "fault": None,
        "summary": TITLES.get(check, check) + ".",
        "subject": None,
        "because": [],
        "evidence": [],
        "missing": [],
        "duration_ms": 0.4,
    }
    return Result(check=check, status=status, **(empty | fields))


def report(results: list[Result], **fields: Any) -> Report:
    """Return a whole report around *results*, with the verdict and exit code that follow from them."""
    counted = [r.status for r in results]
    summary = Summary(
        counted.count("pass"), *(counted.count(s) for s in ("warn", "fail", "unknown", "skipped", "error"))
    )
    verdict, code = "healthy", 0
    if summary.fail:
        verdict, code = "broken", 1
    elif summary.unknown or summary.error:
        verdict, code = "undecided", 70 if summary.error else 3
    whole: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "tool": Tool("apidoctor", "0.1.0"),
        "run": Run("5f0c", AT, 812.4, True, "live"),
        "target": Target(URL, "private-dns", API, REGION, API_ACCOUNT, "prod", "GET", "/pets", ENDPOINT),
        "caller": Caller(f"arn:aws:iam::{CALLER_ACCOUNT}:role/app", CALLER_ACCOUNT, "eni-0c11"),
        "verdict": verdict,
        "root_causes": [],
        "results": results,
        "fixes": [],
        "evidence": {},
        "summary": summary,
        "exit_code": code,
    }
    return Report(**(whole | fields))


def ec2(operation: str, subject: str, value: Any) -> Evidence:
    """Return evidence read from EC2 in the caller's account."""
    return Evidence(f"ec2.{operation}", CALLER_ACCOUNT, REGION, subject, AT, value)


def healthy() -> Report:
    """Everything holds."""
    return report([result(check) for check in TITLES])


def broken() -> Report:
    """N01: the endpoint's group admits somebody else; the connection times out."""
    admits, connects = "network/endpoint-group-admits-caller", "invoke/tcp-connects"
    changed = {
        admits: result(
            admits,
            "fail",
            fault="N01",
            subject="sg-0e1",
            evidence=["e1", "e2"],
            summary="sg-0e1 admits tcp 443 only from 10.9.0.0/16; the caller is 10.1.4.17.",
        ),
        connects: result(
            connects,
            "fail",
            evidence=["e3"],
            subject="10.1.5.21:443",
            summary="No answer from 10.1.5.21:443 within 3 s.",
        ),
        "invoke/tls-name-matches": result(
            "invoke/tls-name-matches", "skipped", because=[connects], summary="No connection to look at."
        ),
        "invoke/call-succeeds": result(
            "invoke/call-succeeds", "skipped", because=[connects], summary="No connection to call through."
        ),
        "integration/answers-in-time": result(
            "integration/answers-in-time",
            "skipped",
            because=["invoke/call-succeeds"],
            summary="No call was made.",
        ),
        "endpoint/spans-caller-zone": result(
            "endpoint/spans-caller-zone",
            "warn",
            fault="N13",
            subject=ENDPOINT,
            summary="The endpoint has no interface in us-east-1c: calls from there cross zones.",
        ),
    }
    return report(
        [changed.get(check) or result(check) for check in TITLES],
        root_causes=[
            RootCause(
                fault="N01",
                check=admits,
                title="The endpoint's security groups do not admit the caller on 443: "
                "sg-0e1 admits tcp 443 only from 10.9.0.0/16; the caller is 10.1.4.17.",
                confidence="certain",
                subject="sg-0e1",
                evidence=["e1", "e2", "e3"],
                blocks=[
                    connects,
                    "invoke/tls-name-matches",
                    "invoke/call-succeeds",
                    "integration/answers-in-time",
                ],
                fixes=["f1"],
                playbook="connection-times-out",
                fix="Let sg-0e1 admit tcp 443 from the caller's group sg-0c1.",
            )
        ],
        fixes=[
            Fix(
                "f1",
                "N01",
                "Add an ingress rule to sg-0e1: tcp 443 from sg-0c1",
                "passes",
                [],
                {"aws-cli": "aws ec2 authorize-security-group-ingress \\\n  --group-id sg-0e1"},
            )
        ],
        evidence={
            "e1": ec2(
                "describe_security_groups",
                "sg-0e1",
                {
                    "got": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.9.0.0/16"}],
                    "wanted": {"IpProtocol": "tcp", "FromPort": 443, "from": ["10.1.4.17", "sg-0c1"]},
                },
            ),
            "e2": ec2(
                "describe_network_interfaces",
                "eni-0c11",
                {"PrivateIpAddress": "10.1.4.17", "Groups": ["sg-0c1"]},
            ),
            "e3": Evidence(
                "probe.tcp", None, None, "10.1.5.21:443", AT, {"outcome": "timeout", "elapsed_ms": 3000}
            ),
        },
    )


def undecided() -> Report:
    """Two policies cannot be read with the credentials in use; a third needs another account."""
    place = "account 111111111111, us-east-1; AccessDeniedException"
    policy = [f"permission: apigateway:GET on arn:aws:apigateway:{REGION}::/restapis/{API}/stages ({place})"]
    changed = {
        "policy/resource-policy-allows-caller": result(
            "policy/resource-policy-allows-caller",
            "unknown",
            missing=policy,
            summary="The resource policy cannot be read.",
        ),
        "api/stage-is-deployed": result(
            "api/stage-is-deployed", "unknown", missing=policy, summary="The stages cannot be read."
        ),
        "policy/endpoint-policy-allows-call": result(
            "policy/endpoint-policy-allows-call",
            "unknown",
            subject=ENDPOINT,
            missing=["account: the owner of the endpoint, which no credentials reach"],
            summary="The endpoint is in an account that was not looked at.",
        ),
    }
    return report([changed.get(check) or result(check) for check in TITLES])


def defect() -> Report:
    """One check is broken itself."""
    trace = "Traceback (most recent call last):\n  File \"zone.py\", line 31, in check\nKeyError: 'Zone'\n"
    check = "endpoint/spans-caller-zone"
    error = result(check, "error", summary="KeyError: 'Zone'", traceback=trace)
    return report([error if name == check else result(name) for name in TITLES])


def zones() -> Report:
    """One zone of three is bad, and says so by its subject."""
    check = "network/endpoint-acl-passes"
    subjects = [
        result(check, "pass", subject="subnet-0a"),
        result(
            check, "fail", fault="N05", subject="subnet-0b", summary="acl-07 drops the replies to 1024-65535."
        ),
        result(check, "pass", subject="subnet-0c"),
    ]
    results = [part for name in TITLES for part in (subjects if name == check else [result(name)])]
    cause = RootCause(
        "N05",
        check,
        "The network ACL of an endpoint subnet blocks the call or its replies: "
        "acl-07 drops the replies to 1024-65535.",
        "certain",
        "subnet-0b",
        [],
        [],
        [],
        None,
    )
    return report(results, root_causes=[cause])


HOSTILE = (
    "[@click=app.quit]x[/] \x1b]0;owned\x07 \x9b2J \u202egnp.exe a\u200bb \x00 \ud800 "
    "::error::x <b>|`%0A`</b>\r\n@all"
)
"""A stranger's text with a trick for every format."""


def hostile() -> Report:
    """Every foreign string of the broken report is `HOSTILE`."""
    raw = msgspec.to_builtins(broken())
    for item in (*raw["results"], *raw["root_causes"], *raw["fixes"]):
        item.update({key: HOSTILE for key in ("title", "summary", "subject", "fix") if key in item})
    for item in raw["results"]:
        item["missing"] = [HOSTILE]
    for item in raw["evidence"].values():
        item.update(value={HOSTILE: [HOSTILE, {"a": HOSTILE}]}, subject=HOSTILE, account=HOSTILE)
    raw["target"]["url"] = HOSTILE
    raw["caller"]["principal"] = HOSTILE
    raw["run"]["notes"] = [HOSTILE]
    return msgspec.convert(raw, Report)
