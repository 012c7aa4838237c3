"""The gateway responses tell the cause.

Why it matters
--------------
The owner of an API can change what API Gateway itself answers: with `DEFAULT_4XX` set to status 404 and a
fixed text, a missing key, a refused policy and a wrong path all look like "not found", to the caller and
to this tool.

How it decides
--------------
Gateway responses that are not the defaults are read, as the stage runs them where its export tells, else as
they are saved. One that answers with another status than its type's, or with a body without
`$context.error.message`, `$context.error.messageString` or `$context.error.responseType`, hides the cause.
Added headers (for example for CORS) do not.

How to fix
----------
Keep the status of the type, and put `$context.error.messageString` and `$context.error.responseType` into
the body's template; then deploy.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import Case, Finding, Source, check, owned_api, passed, warned
from apidoctor.reasoning.scene.gateway_responses import GatewayResponse, gateway_responses


@check(
    needs=("api/exists", "api/stage-is-deployed"),
    reads=("get_gateway_responses", "get_export"),
    faults=("H13",),
    required=False,
    position=90,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge every response that was changed."""
    api = owned_api(case).value
    own = [each for each in gateway_responses(case).value if not each.default_response]
    source = Source("get_gateway_responses", api.account, case.region)
    value = [
        {
            "responseType": each.response_type,
            "statusCode": each.status_code,
            "headers": sorted(map(str, each.parameters))[:10],
            "changesBody": bool(each.templates),
        }
        for each in own[:25]
    ]
    evidence = [case.cite(source, value, api.id)]
    hiding = [words for each in own if (words := _hidden(each))]
    if hiding:
        yield warned(
            "H13",
            f"Gateway responses hide the cause of a refusal: {', '.join(hiding[:6])}"
            f"{f' and {len(hiding) - 6} more' if len(hiding) > 6 else ''}.",
            fix="Keep the type's status and put $context.error.messageString into the body, then deploy.",
            subject=api.id,
            evidence=evidence,
        )
    else:
        text = f"{len(own)} of the gateway responses are changed; they still tell the cause."
        words = text if own else "The gateway responses are API Gateway's own."
        yield passed(words, subject=api.id, evidence=evidence)


def _hidden(response: GatewayResponse) -> str:
    """Return the type of a response that hides the cause, and by what; nothing for one that tells it."""
    ways = [f"status {response.status_code}"] if response.changes_status else []
    ways += ["a text of its own"] if response.hides_text else []
    return f"{response.response_type} ({' and '.join(ways)})" if ways else ""
