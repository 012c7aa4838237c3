"""What logs, traces and web ACL samples tell of the calls that came through the front door.

Sources: CloudWatch Logs API reference, FilterLogEvents; X-Ray API reference, BatchGetTraces; WAF API reference,
GetWebACLForResource and GetSampledRequests; API Gateway guide, "Set up CloudWatch logging for REST APIs".
"""

import json
import re
import time
from typing import Any

from apidoctor.lab.control.apis import LOG_FORMAT, log_group
from apidoctor.lab.control.calls import Call, Refusal
from apidoctor.lab.description import REGION, Stage, WebAcl, World
from apidoctor.lab.traffic import Passage, Traffic

_VARIABLE = re.compile(r"\$context\.([A-Za-z.]+)")
_TERM = re.compile(r'\??"([^"]*)"|\??([^\s"]+)')
MAX_EVENT = 1024
"""Characters of an event in an execution log (API Gateway guide)."""


def name_web_acls(world: World) -> None:
    """Give the web ACLs their ARNs."""
    for name, acl in world.web_acls.items():
        acl.arn = f"arn:aws:wafv2:{REGION}:{acl.account}:regional/webacl/{name}/{name}-id"


def filter_log_events(world: World, account: str, call: Call, traffic: Traffic) -> dict[str, Any]:
    """Events of an access log or of an execution log, those with any of the pattern's texts."""
    group = str(call.body.get("logGroupName") or call.body.get("logGroupIdentifier", ""))
    group = group.rpartition("log-group:")[2].removesuffix(":*")
    events = _events(world, account, group, traffic)
    if events is None:
        raise Refusal("ResourceNotFoundException", "The specified log group does not exist.", 400)
    wanted = [quoted or word for quoted, word in _TERM.findall(str(call.body.get("filterPattern", "")))]
    first = float(call.body.get("startTime", 0)) / 1000
    last = float(call.body.get("endTime", 1e15)) / 1000
    found = [
        {
            "logStreamName": "0",
            "timestamp": int(at * 1000),
            "ingestionTime": int(at * 1000),
            "message": text,
            "eventId": f"{number:056d}",
        }
        for number, (at, text) in enumerate(events)
        if first <= at <= last and (not wanted or any(part in text for part in wanted))
    ]
    return {"events": found[: int(call.body.get("limit", 10000))], "searchedLogStreams": []}


def batch_get_traces(world: World, account: str, call: Call, traffic: Traffic) -> dict[str, Any]:
    """The traces of these ids, where the stage traces."""
    wanted = [str(id) for id in call.body.get("TraceIds", [])]
    traces = []
    for passage in traffic.passages():
        id = passage.trace.removeprefix("Root=")
        stage = _stage(world, account, passage)
        if id in wanted and stage is not None and stage.tracing:
            traces.append({"Id": id, "Duration": 0.01, "Segments": [_segment(passage, id)]})
    known = {trace["Id"] for trace in traces}
    return {"Traces": traces, "UnprocessedTraceIds": [id for id in wanted if id not in known]}


def get_web_acl_for_resource(world: World, account: str, call: Call, traffic: Traffic) -> dict[str, Any]:
    """The web ACL of a stage; an empty answer where there is none."""
    arn = str(call.body.get("ResourceArn", ""))
    for api in world.apis.values():
        for name, stage in api.stages.items():
            mine = api.account == account and arn.endswith(f"/restapis/{api.id}/stages/{name}")
            if mine and stage.web_acl:
                return {"WebACL": shown_web_acl(stage.web_acl, world.web_acls[stage.web_acl])}
    return {}


def get_web_acl(world: World, account: str, call: Call, traffic: Traffic) -> dict[str, Any]:
    """One web ACL."""
    name = str(call.body.get("Name", "")) or str(call.body.get("ARN", "")).split("/")[-2:-1][0]
    if name in world.web_acls and world.web_acls[name].account == account:
        return {"WebACL": shown_web_acl(name, world.web_acls[name]), "LockToken": "1"}
    raise Refusal("WAFNonexistentItemException", "AWS WAF couldn't perform the operation.", 400)


def get_sampled_requests(world: World, account: str, call: Call, traffic: Traffic) -> dict[str, Any]:
    """The calls that a rule of a web ACL blocked."""
    arn, metric = str(call.body.get("WebAclArn", "")), str(call.body.get("RuleMetricName", ""))
    acl = next((acl for acl in world.web_acls.values() if acl.arn == arn and acl.account == account), None)
    if acl is None:
        raise Refusal("WAFNonexistentItemException", "AWS WAF couldn't perform the operation.", 400)
    blocked = [
        passage
        for passage in traffic.passages()
        if passage.web_acl == arn and passage.response == "WAF_FILTERED" and metric == acl.rule
    ]
    window = call.body.get("TimeWindow") or {"StartTime": time.time() - 3600, "EndTime": time.time()}
    return {
        "SampledRequests": [_sample(passage) for passage in blocked[: int(call.body.get("MaxItems", 100))]],
        "PopulationSize": len(blocked),
        "TimeWindow": window,
    }


def shown_web_acl(name: str, acl: WebAcl) -> dict[str, Any]:
    """A web ACL with its one blocking rule."""
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True}
    statement: dict[str, Any] = {
        "ByteMatchStatement": {
            "SearchString": acl.contains.encode(),
            "FieldToMatch": {"SingleHeader": {"Name": acl.header.lower()}},
            "TextTransformations": [{"Priority": 0, "Type": "LOWERCASE"}],
            "PositionalConstraint": "CONTAINS",
        }
    }
    if not acl.header:
        statement = {
            "SizeConstraintStatement": {
                "FieldToMatch": {"UriPath": {}},
                "ComparisonOperator": "GT",
                "Size": 0,
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        }
    block: dict[str, Any] = {}
    if acl.status is not None:
        block = {"CustomResponse": {"ResponseCode": acl.status}}
    rule = {
        "Name": acl.rule,
        "Priority": 0,
        "Statement": statement,
        "Action": {"Block": block},
        "VisibilityConfig": {**seen, "MetricName": acl.rule},
    }
    return {
        "Name": name,
        "Id": f"{name}-id",
        "ARN": acl.arn,
        "DefaultAction": {"Allow": {}},
        "Rules": [rule],
        "VisibilityConfig": {**seen, "MetricName": name},
        "Capacity": 10,
    }


def _sample(passage: Passage) -> dict[str, Any]:
    return {
        "Request": {
            "ClientIP": "10.1.8.20",
            "Country": "-",
            "URI": f"/{passage.stage}{passage.path}",
            "Method": passage.verb,
            "HTTPVersion": "HTTP/1.1",
            "Headers": [
                {"Name": name, "Value": value}
                for name, value in passage.headers.items()
                if name not in ("authorization", "cookie", "x-amz-security-token", "x-api-key")
            ],
        },
        "Weight": 1,
        "Timestamp": passage.at,
        "Action": "BLOCK",
        "ResponseCodeSent": passage.status,
    }


def _stage(world: World, account: str, passage: Passage) -> Stage | None:
    """The stage that a call reached, when it is the account's."""
    for api in world.apis.values():
        if api.id == passage.api and api.account == account:
            return api.stages.get(passage.stage)
    return None


def _events(world: World, account: str, group: str, traffic: Traffic) -> list[tuple[float, str]] | None:
    """Time and text of every event of a log group; None when the account has no such group."""
    for api in world.apis.values():
        if api.account != account:
            continue
        for name, stage in api.stages.items():
            mine = [one for one in traffic.passages() if (one.api, one.stage) == (api.id, name)]
            if stage.access_log and group == log_group(name):
                return [(one.at, _access_line(one)) for one in mine]
            if stage.execution_log != "OFF" and group == f"API-Gateway-Execution-Logs_{api.id}/{name}":
                return [(one.at, line) for one in mine for line in _execution_lines(one)]
    return None


def _access_line(passage: Passage) -> str:
    """One line in the stage's own format; a variable without a value is ``-``."""
    values = _context(passage)
    return _VARIABLE.sub(lambda match: values.get(match[1], "") or "-", LOG_FORMAT)


def _context(passage: Passage) -> dict[str, str]:
    return {
        "requestId": passage.request_id,
        "extendedRequestId": passage.extended_id,
        "xrayTraceId": passage.trace.removeprefix("Root="),
        "apiId": passage.api,
        "stage": passage.stage,
        "httpMethod": passage.verb,
        "path": passage.target.partition("?")[0],
        "resourcePath": passage.path,
        "domainName": passage.host,
        "status": str(passage.status),
        "identity.vpceId": passage.endpoint,
        "identity.vpcId": passage.vpc,
        "identity.userArn": passage.user,
        "identity.userAgent": passage.headers.get("user-agent", "").replace('"', ""),
        "error.message": passage.message.replace('"', "'").replace("\n", " "),
        "error.responseType": passage.response,
        "wafResponseCode": _waf_word(passage),
        "webaclArn": passage.web_acl,
        "integration.error": passage.error,
    }


def _waf_word(passage: Passage) -> str:
    if not passage.web_acl:
        return ""
    return "WAF_BLOCK" if passage.response == "WAF_FILTERED" else "WAF_ALLOW"


def _execution_lines(passage: Passage) -> list[str]:
    """The lines that level INFO writes of one call, in their order."""
    said = [
        f"Extended Request Id: {passage.extended_id}",
        f"HTTP Method: {passage.verb}, Resource Path: {passage.path}",
    ]
    if passage.error.startswith("Execution failed"):
        said.append(passage.error)
    elif passage.error:
        said.append(f"Execution failed due to configuration error: {passage.error}")
    elif passage.message:
        said.append(passage.message.replace("\n", " "))
    said.append(f"Method completed with status: {passage.status}")
    return [f"({passage.request_id}) {line}"[:MAX_EVENT] for line in said]


def _segment(passage: Passage, id: str) -> dict[str, str]:
    document = {
        "id": passage.request_id.replace("-", "")[:16],
        "trace_id": id,
        "name": f"{passage.api}/{passage.stage}",
        "origin": "AWS::ApiGateway::Stage",
        "start_time": passage.at,
        "end_time": passage.at + 0.01,
        "http": {
            "request": {"url": f"https://{passage.host}{passage.target}", "method": passage.verb},
            "response": {"status": passage.status},
        },
        "error": 400 <= passage.status < 500,
        "fault": passage.status >= 500,
        "aws": {"requestId": passage.request_id},
    }
    return {"Id": str(document["id"]), "Document": json.dumps(document)}
