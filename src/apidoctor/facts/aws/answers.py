"""AWS answers as they may be kept: JSON values without secrets.

Members that hold secrets are dropped or masked here by name; what slips through meets the net of
``facts.redact``.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from apidoctor.facts.aws.events import EVENTS, cleaned
from apidoctor.facts.redact import MASK, redact, redact_value
from apidoctor.model.operations import Operation, operation

MAX_EXPORT = 4 * 1024 * 1024
"""Most bytes that are read of an exported API description."""

_DROPPED = frozenset(
    {
        "ResponseMetadata",
        "Environment",
        "CustomerGatewayConfiguration",
        "PreSharedKey",
        "InsertHeaders",
        "RequestHeadersInserted",
        "CaptchaResponse",
        "ChallengeResponse",
        "AuthenticationRequestExtraParams",
    }
)
"""``Environment`` is a Lambda function's; the next two are in DescribeVpnConnections, then come headers and puzzle
answers of a web ACL, and what a load balancer sends to an identity provider."""

_WITH_KEYS = ("get_usage_plan_keys", "get_api_keys")
"""Operations whose items may hold the value of an API key."""

_MASKED_MAPS = frozenset({"variables", "stageVariables", "stageVariableOverrides", "Variables"})
"""Variables of stages and functions: their names matter, their values are often passwords."""

_BACKEND = re.compile(
    r"arn:aws[a-z-]*:(lambda|elasticloadbalancing):[a-z0-9-]+:\d{12}:(function|loadbalancer|listener)[:/][\w:/$-]+"
)
"""A stage variable that names a backend is no secret: it is what an integration leads to."""

_LITERAL_MAPS = frozenset({"requestParameters"})
"""Integration mappings: ``'text'`` is a fixed value for the backend, often a key; others name a source."""

_URIS = frozenset({"uri", "integrationUri"})
_QUERY_VALUE = re.compile(r"(?<=[?&])([^=&\s]{1,200}=)(?!\$\{|\{)[^&]+")
"""A value in the query of an integration's URI, often a key of the backend; a variable or parameter is none."""

_MATCHES = {"ByteMatchStatement": "SearchString", "RegexMatchStatement": "RegexString"}
"""Statements of a web ACL with the member that they compare with."""
_PLAIN_HEADERS = frozenset({"user-agent", "host"})
"""Headers that a rule may be seen to compare: another one may be a secret that the front of an API sends along."""
_SAMPLED_HEADERS = frozenset({"user-agent", "host", "x-amzn-requestid", "x-apigw-api-id"})
"""Headers of other people's requests that are kept of a sample."""


class Unreadable(ValueError):
    """An answer that is not what the service's model promises."""


def clean(method: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return *answer* as JSON values without secrets, dates as ISO 8601; raise `Unreadable` for no export."""
    if method == "get_export" and "body" in answer:
        answer = {**answer, "body": _exported(answer["body"])}
    return dict(_told(method, _plain(answer)))


def _told(method: str, answer: Any) -> Any:
    """Return an answer of JSON values without what its objects hold in confidence, and with its texts redacted.

    An error, and what is no answer, only has its texts redacted.
    """
    if not isinstance(answer, dict) or "error" in answer:
        return redact_value(answer)
    if method in EVENTS:
        answer = cleaned(method, answer)
    if method in _WITH_KEYS:
        answer = _each(answer, "items", _without_value)
    if method == "get_sampled_requests":
        answer = _each(answer, "SampledRequests", _sample)
    return redact_value(answer)


def _each(answer: dict[str, Any], member: str, change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """Return an answer with each object of a list changed."""
    items = answer.get(member)
    if not isinstance(items, list):
        return answer
    return {**answer, member: [change(item) for item in items if isinstance(item, dict)]}


def _without_value(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "value"}


def _sample(item: dict[str, Any]) -> dict[str, Any]:
    """Return a sampled request with the few headers that tell whose it is."""
    request = item.get("Request")
    if not isinstance(request, dict):
        return {}
    headers = request.get("Headers")
    kept = [
        header
        for header in (headers if isinstance(headers, list) else ())
        if isinstance(header, dict) and str(header.get("Name", "")).lower() in _SAMPLED_HEADERS
    ]
    return {
        **item,
        "Request": {**request, "URI": str(request.get("URI", "")).partition("?")[0], "Headers": kept},
    }


def scrubbed(accounts: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot's answers as `clean` leaves them: dumps of other tools were not cleaned."""
    return {
        account: {
            region: {name: _scrubbed(operation(name, region), stored) for name, stored in answers.items()}
            for region, answers in regions.items()
        }
        for account, regions in accounts.items()
    }


def _scrubbed(row: Operation, stored: Any) -> Any:
    """Return what stands under an operation: one answer for each key, or (without keys, or by hand) one answer."""
    if (
        row.params
        and isinstance(stored, dict)
        and "error" not in stored
        and all(isinstance(answer, dict) for answer in stored.values())
    ):
        return {redact(str(key)): _told(row.method, _plain(answer)) for key, answer in stored.items()}
    return _told(row.method, _plain(stored))


def _exported(stream: Any) -> Any:
    """Read and parse an exported description, bounded."""
    try:
        text = stream.read(MAX_EXPORT + 1)
        if len(text) > MAX_EXPORT:
            raise Unreadable(f"the export is larger than {MAX_EXPORT} bytes")
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the export is not JSON: {error}"[:200]) from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _member(str(name), item) for name, item in value.items() if name not in _DROPPED}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    return value


def _member(name: str, value: Any) -> Any:
    if name in _MASKED_MAPS and isinstance(value, dict):
        return {str(key): _variable(item) for key, item in value.items()}
    if name in _MATCHES and isinstance(value, dict):
        return _match(_MATCHES[name], value)
    if name in _URIS and isinstance(value, str):
        return _QUERY_VALUE.sub(rf"\1{MASK}", value)
    if name in _LITERAL_MAPS and isinstance(value, dict):
        return {str(key): _mapping(item) for key, item in value.items()}
    return _plain(value)


def _mapping(value: Any) -> Any:
    """Return an integration mapping; a fixed text (in single quotes) is masked."""
    return f"'{MASK}'" if isinstance(value, str) and value.startswith("'") else _plain(value)


def _variable(value: Any) -> Any:
    """Return a stage variable: masked, unless it is the ARN of a function or load balancer."""
    return value if isinstance(value, str) and _BACKEND.fullmatch(value) else MASK


def _match(member: str, statement: dict[str, Any]) -> Any:
    """Return what a rule of a web ACL compares; with which text is told for the path, the method and names only."""
    shown = _plain(statement)
    field = statement.get("FieldToMatch")
    field = field if isinstance(field, dict) else {}
    header = field.get("SingleHeader")
    name = str(header.get("Name", "")).lower() if isinstance(header, dict) else ""
    if member in shown and not (field.keys() <= {"UriPath", "Method"} or name in _PLAIN_HEADERS):
        shown[member] = MASK
    return shown
