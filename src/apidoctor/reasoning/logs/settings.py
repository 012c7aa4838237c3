"""What a stage's settings make it log, and what they should.

Source: API Gateway developer guide, "Set up CloudWatch logging for REST APIs", "Variables for access logging" and
"Create a canary release deployment" (a canary writes to groups of its own, ``/Canary`` at the end).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from apidoctor.reasoning.logs.template import variables

RECOMMENDED = (
    '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId",'
    '"xrayTraceId":"$context.xrayTraceId","requestTime":"$context.requestTime","apiId":"$context.apiId",'
    '"stage":"$context.stage","domainName":"$context.domainName","httpMethod":"$context.httpMethod",'
    '"path":"$context.path","resourcePath":"$context.resourcePath","protocol":"$context.protocol",'
    '"status":"$context.status","responseType":"$context.error.responseType",'
    '"vpcId":"$context.identity.vpcId","vpceId":"$context.identity.vpceId",'
    '"sourceIp":"$context.identity.sourceIp","userArn":"$context.identity.userArn",'
    '"userAgent":"$context.identity.userAgent","tlsVersion":"$context.tlsVersion",'
    '"wafResponseCode":"$context.wafResponseCode","wafStatus":"$context.waf.status",'
    '"authenticateStatus":"$context.authenticate.status","authenticateError":"$context.authenticate.error",'
    '"authorizeStatus":"$context.authorize.status","authorizeError":"$context.authorize.error",'
    '"authorizerStatus":"$context.authorizer.status","authorizerError":"$context.authorizer.error",'
    '"integrationStatus":"$context.integration.status","integrationLatency":"$context.integration.latency",'
    '"integrationError":"$context.integration.error","responseLatency":"$context.responseLatency",'
    '"errorMessage":"$context.error.message"}'
)
"""A format that answers the next failure: one JSON line, below AWS's limit of 3 KB.

The message stands last: it is the one value that may itself hold quotes.
"""

WANTED: tuple[tuple[str, ...], ...] = (
    ("requestId", "extendedRequestId"),
    ("status",),
    ("identity.vpceId",),
    ("error.responseType", "error.message", "error.messageString"),
    ("tlsVersion",),
)
"""Variables of which one of each group should be in a format: without them a refusal cannot be told apart."""
OF_WEB_ACL = ("wafResponseCode", "waf.status")
"""Variables of which a stage with a web ACL should log one: they tell its blocks from other refusals."""

_GROUP = re.compile(r"arn:[\w-]+:logs:[\w-]*:\d*:log-group:([^:*\s]{1,512})(?::\*)?")
_ON = ("ERROR", "INFO")


def lacking(template: str, has_web_acl: bool = False) -> list[str]:
    """Return the first variable of each group of `WANTED` (and of `OF_WEB_ACL`) that a format leaves out."""
    named = set(variables(template))
    wanted = (*WANTED, OF_WEB_ACL) if has_web_acl else WANTED
    return [group[0] for group in wanted if not named & set(group)]


def log_group(destination: str | None) -> str | None:
    """Return the name of the log group that an access log goes to; None when it goes elsewhere (Firehose)."""
    found = _GROUP.fullmatch(destination or "")
    return found[1] if found else None


def execution_group(api_id: str, stage: str) -> str:
    """Return the log group of a stage's execution log."""
    return f"API-Gateway-Execution-Logs_{api_id}/{stage}"


def with_canary(groups: Iterable[str], percent_traffic: float | None) -> list[str]:
    """Return *groups*, and those of the canary where a share of the calls goes to one."""
    active = (percent_traffic or 0) > 0
    return [name for group in groups for name in ((group, f"{group}/Canary") if active else (group,))]


def setting(
    settings: Mapping[str, Mapping[str, Any]], name: str, resource: str | None, verb: str | None
) -> Any:
    """Return a method setting as it counts for one method: its own, else that of ``*/*``; None when neither has it.

    Keys are ``path/METHOD`` with ``~1`` for the slashes of the path (API Gateway API reference, Stage).
    """
    own = {_plain(key): value for key, value in settings.items() if key != "*/*"}
    found = own.get(f"{(resource or '').strip('/')}/{verb}") if resource is not None else None
    for chosen in (found, settings.get("*/*")):
        if isinstance(chosen, Mapping) and chosen.get(name) is not None:
            return chosen[name]
    return None


def _plain(key: str) -> str:
    path, _, verb = key.rpartition("/")
    return f"{path.replace('~1', '/').strip('/')}/{verb}"


def is_logged(
    settings: Mapping[str, Mapping[str, Any]], resource: str | None = None, verb: str | None = None
) -> bool:
    """Say whether calls of a method are in the execution log; of an unknown method: those of any."""
    if resource is None and not (settings.get("*/*") or {}).get("loggingLevel"):
        levels = [str(item.get("loggingLevel")) for item in settings.values() if isinstance(item, Mapping)]
        return any(level.upper() in _ON for level in levels)
    return str(setting(settings, "loggingLevel", resource, verb)).upper() in _ON
