"""What an answer says of who spoke.

Source: API Gateway developer guide, "Gateway response types"; AWS re:Post knowledge center, "Troubleshoot HTTP 403
errors from API Gateway"; IAM user guide, "Troubleshoot access denied error messages".
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.reasoning.apigateway.bodies import message_of
from apidoctor.reasoning.apigateway.fingerprints import ADMITTED, read_answer

ARN = "arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets"
DENIED = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {ARN}"
SESSION = "arn:aws:sts::222222222222:assumed-role/app/i-1"


def gateway(kind: str = "") -> dict[str, str]:
    """Headers of an answer that API Gateway wrote."""
    headers = {"x-amzn-RequestId": "r", "x-amz-apigw-id": "a"}
    return headers | ({"x-amzn-ErrorType": kind} if kind else {})


@pytest.mark.parametrize(
    ("status", "kind", "text", "read"),
    [
        (403, "ForbiddenException", "Forbidden", "forbidden"),
        (403, "ForbiddenException", "Invalid API Key identifier specified", "forbidden"),
        (403, "MissingAuthenticationTokenException", "Missing Authentication Token", "missing_token"),
        (403, "AccessDeniedException", DENIED, "policy_denied"),
        (403, "AccessDeniedException", f"{DENIED} with an explicit deny", "policy_denied"),
        (403, "AccessDeniedException", "User is not authorized to access this resource", "authorizer_denied"),
        (
            403,
            "AccessDeniedException",
            "User is not authorized to access this resource with an explicit deny",
            "authorizer_denied",
        ),
        (401, "UnauthorizedException", "Unauthorized", "unauthorized"),
        (
            403,
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.",
            "signature_mismatch",
        ),
        (
            403,
            "InvalidSignatureException",
            "Signature expired: 20261122T104207Z is now earlier than 20261122T105207Z",
            "signature_time",
        ),
        (
            403,
            "InvalidSignatureException",
            "Signature not yet current: 20261122T104207Z is still later",
            "signature_time",
        ),
        (
            403,
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'.",
            "signature_scope",
        ),
        (
            403,
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'execute-api'.",
            "signature_scope",
        ),
        (
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            "token_invalid",
        ),
        (
            403,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            "token_expired",
        ),
        (
            403,
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter.",
            "signature_incomplete",
        ),
        (
            403,
            "IncompleteSignatureException",
            "Invalid key=value pair (missing equal-sign) in Authorization header: 'x'.",
            "signature_incomplete",
        ),
        (429, "TooManyRequestsException", "Too Many Requests", "throttled"),
        (429, "LimitExceededException", "Limit Exceeded", "throttled"),
        (500, "InternalServerErrorException", "Internal server error", "integration_error"),
        (
            504,
            "InternalServerErrorException",
            "Network error communicating with endpoint",
            "integration_error",
        ),
        (504, "InternalServerErrorException", "Endpoint request timed out", "integration_timeout"),
        (403, "MissingAuthenticationTokenException", "A text of our own", "missing_token"),
        (403, "NewlyInventedException", "Something new", "other_refusal"),
        (200, "", "pets", "answered"),
        (404, "", "no such pet", "untyped"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_each_text_of_the_catalogue_is_read(status, kind, text, read):
    for key in ("message", "Message"):
        assert read_answer(status, gateway(kind), f'{{"{key}": "{text}"}}').kind == read


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"server": "nginx"}, "hello"),
        (403, {"server": "squid"}, "<html>Forbidden</html>"),
        (403, {}, '{"message": "Forbidden"}'),
        (302, {"location": "https://login.example"}, ""),
        (502, {"via": "1.1 proxy"}, "Bad Gateway"),
    ],
)
def test_an_answer_without_api_gateways_marks_is_from_somebody_else(status, headers, body):
    assert read_answer(status, headers, body).kind == "not_api_gateway"


@pytest.mark.parametrize(
    ("tail", "layer", "explicit"),
    [
        (" because no resource-based policy allows the execute-api:Invoke action", "resource", "implicit"),
        (" with an explicit deny in a resource-based policy", "resource", "explicit"),
        (" because no VPC endpoint policy allows the execute-api:Invoke action", "endpoint", "implicit"),
        (" with an explicit deny in a VPC endpoint policy", "endpoint", "explicit"),
        (" because no identity-based policy allows the execute-api:Invoke action", "identity", "implicit"),
        (" with an explicit deny in a service control policy", "scp", "explicit"),
        (" with an explicit deny in a resource control policy", "rcp", "explicit"),
        (" because no session policy allows the execute-api:Invoke action", "session", "implicit"),
        (" because no permissions boundary allows the execute-api:Invoke action", "boundary", "implicit"),
        (" with an explicit deny", None, "explicit"),
        ("", None, None),
    ],
)
@pytest.mark.parametrize("who", ["anonymous", SESSION])
def test_a_policy_denial_names_its_layer(tail, layer, explicit, who):
    text = f"{DENIED.replace('anonymous', who)}{tail}"
    read = read_answer(403, gateway("AccessDeniedException"), f'{{"Message": "{text}"}}')

    assert read.denial is not None
    assert (read.denial.layer, read.denial.kind) == (layer, explicit)
    assert (read.denial.who, read.denial.api_id, read.denial.account_last4) == (who, "abc1234567", "1111")
    assert (read.denial.stage, read.denial.method, read.denial.path) == ("prod", "GET", "/pets")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"message": "a"}', "a"),
        ('{"Message": "a", "other": 1}', "a"),
        ('{"message": null}', ""),
        ("<Error><Message>a</Message></Error>", "a"),
        ("plain text", "plain text"),
        ("x" * 1000, "x" * 300),
        ("[1, 2]", "[1, 2]"),
        ("", ""),
        ("[" * 100_000, "[" * 300),
    ],
)
def test_the_message_is_found_in_json_xml_and_text(body, message):
    assert message_of(body) == message


def test_only_answers_from_behind_the_policies_count_as_admitted():
    assert set(ADMITTED) == {"answered", "bad_request", "integration_error", "integration_timeout"}


@pytest.mark.parametrize(
    ("status", "kind", "body", "read", "customised"),
    [
        (403, "AccessDeniedException", '{"message":"Zugriff verweigert"}', "policy_denied", True),
        (403, "AccessDeniedException", "", "policy_denied", False),
        (403, "ForbiddenException:http://internal.amazon.com/x", "", "forbidden", False),
        (418, "MissingAuthenticationTokenException", '{"fehler":"nix"}', "missing_token", True),
        (500, "InternalServerErrorException", '{"message":null}', "authorizer_error", False),
        (500, "AuthorizerConfigurationException", '{"message":null}', "authorizer_error", False),
        (413, "", "", "too_large", False),
        (400, "BadRequestException", '{"message":"Invalid request body"}', "bad_request", False),
        (403, "", '{"message":"Forbidden"}', "forbidden", False),
        (404, "", '{"message":"Forbidden"}', "untyped", False),
        (
            403,
            "",
            "<IncompleteSignatureException><Message>Authorization header cannot be empty</Message>"
            "</IncompleteSignatureException>",
            "signature_incomplete",
            False,
        ),
    ],
)
def test_the_error_type_counts_where_the_text_is_another(status, kind, body, read, customised):
    said = read_answer(status, gateway(kind), body)

    assert (said.kind, said.is_customised) == (read, customised)


@given(
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(["x-amzn-errortype", "X-Amzn-RequestId", "server"]), st.text(max_size=20)
    ),
    st.text(max_size=200),
)
def test_any_answer_is_read(status, headers, body):
    assert read_answer(status, headers, body).kind


PASSED_ON = {**gateway(), "x-amzn-Remapped-Server": "nginx"}
NEST = '{"statusCode":403,"message":"Forbidden","error":"Forbidden"}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        # aws.md E.1: x-amzn-Remapped-* is the backend's answer, passed on.
        (403, PASSED_ON, '{"message":"Forbidden"}', "answered"),
        (403, PASSED_ON, '{"message":"Missing Authentication Token"}', "answered"),
        (403, PASSED_ON, '{"message":"The security token included in the request is invalid."}', "answered"),
        (500, PASSED_ON, '{"message":"Internal server error"}', "answered"),
        (429, PASSED_ON, '{"message":"Too Many Requests"}', "answered"),
        (
            403,
            {**PASSED_ON, "x-amzn-ErrorType": "ForbiddenException"},
            '{"message":"Forbidden"}',
            "forbidden",
        ),
        (403, {"x-amzn-Remapped-Server": "nginx"}, '{"message":"Forbidden"}', "not_api_gateway"),
        # More than a message is more than API Gateway says.
        (403, gateway(), NEST, "untyped"),
        (500, gateway(), '{"statusCode":500,"message":"Internal server error"}', "untyped"),
        (403, {**gateway(), "x-amzn-ErrorType": "ForbiddenException"}, NEST, "forbidden"),
        (429, gateway(), '{"message":"Too many requests, please try again later."}', "untyped"),
        (429, gateway(), '{"message":"Too Many Requests"}', "throttled"),
        # A page is no gateway response.
        (
            413,
            gateway(),
            "<html>\n<head><title>413 Request Entity Too Large</title></head></html>",
            "untyped",
        ),
        (413, gateway(), '{"message":"Request Too Long"}', "too_large"),
        (414, gateway(), "", "too_large"),
    ],
)
def test_a_backends_words_are_not_api_gateways(status, headers, body, kind):
    assert read_answer(status, headers, body).kind == kind
