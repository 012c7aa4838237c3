"""What an access log line means: every gateway response, every phase, and texts that say more."""

import pytest

from apidoctor.model.faults import FAULTS
from apidoctor.reasoning.logs.access import RESPONSES, quoted, read_meaning, was_customized

ANONYMOUS = (
    "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:x:r:1:a/s/GET/"
)
OF_DOMAIN = ANONYMOUS.replace(
    "arn:aws:x:r:1:a/s/GET/", "arn:aws:execute-api:us-east-1:1:/domainnames/a.example+b1"
)


@pytest.mark.parametrize(
    ("kind", "fault", "confidence"),
    [
        ("API_CONFIGURATION_ERROR", "B01", "possible"),
        ("AUTHORIZER_CONFIGURATION_ERROR", "A20", "certain"),
        ("AUTHORIZER_FAILURE", "A20", "certain"),
        ("EXPIRED_TOKEN", "A17", "certain"),
        ("INTEGRATION_FAILURE", "B04", "possible"),
        ("INTEGRATION_TIMEOUT", "B04", "certain"),
        ("INVALID_API_KEY", "H10", "certain"),
        ("INVALID_SIGNATURE", "A15", "possible"),
        ("MISSING_AUTHENTICATION_TOKEN", "H02", "possible"),
        ("QUOTA_EXCEEDED", "H11", "certain"),
        ("REQUEST_TOO_LARGE", "H14", "certain"),
        ("RESOURCE_NOT_FOUND", "H02", "certain"),
        ("THROTTLED", "H11", "certain"),
        ("WAF_FILTERED", "H12", "certain"),
    ],
)
def test_the_type_of_the_response_names_the_fault(kind, fault, confidence):
    meaning = read_meaning({"error.responseType": kind, "error.message": "Sorry"})

    assert (meaning.faults[0], meaning.confidence) == (fault, confidence)
    assert meaning.words


@pytest.mark.parametrize(
    ("message", "fault", "layer"),
    [
        (
            f"{ANONYMOUS} because no resource-based policy allows the execute-api:Invoke action",
            "A02",
            "resource",
        ),
        (f"{ANONYMOUS} with an explicit deny in a resource-based policy", "A03", "resource"),
        (
            f"{ANONYMOUS} because no identity-based policy allows the execute-api:Invoke action",
            "A11",
            "identity",
        ),
        (f"{ANONYMOUS} with an explicit deny in a VPC endpoint policy", "A09", "endpoint"),
        (f"{ANONYMOUS} with an explicit deny in a service control policy", "A12", "scp"),
        (f"{ANONYMOUS} with an explicit deny in a permissions boundary", "A12", "boundary"),
        ("User is not authorized to access this resource with an explicit deny", "A20", "authorizer"),
        (f"{OF_DOMAIN} with an explicit deny in a resource-based policy", "A22", "resource"),
    ],
)
def test_a_denial_is_of_the_layer_that_its_message_names(message, fault, layer):
    meaning = read_meaning({"error.responseType": "ACCESS_DENIED", "error.message": message})

    assert (meaning.faults, meaning.layer, meaning.confidence) == ((fault,), layer, "likely")
    assert read_meaning({"error.messageString": f'"{message}"'}).faults == (fault,)


def test_a_denial_without_a_message_is_of_the_phase_that_failed():
    line = {"error.responseType": "ACCESS_DENIED", "authorizer.status": "403", "authorize.status": "200"}

    assert read_meaning(line).layer == "authorizer"
    assert read_meaning(line | {"authorizer.status": "200", "authorize.status": "403"}).layer == "policy"
    assert read_meaning({"error.responseType": "ACCESS_DENIED"}).confidence == "possible"


@pytest.mark.parametrize(
    ("line", "fault", "layer"),
    [
        ({"waf.status": "403", "waf.error": "WAF_BLOCK"}, "H12", "waf"),
        ({"authenticate.status": "403", "authenticate.error": "x"}, "A15", "authentication"),
        ({"authorizer.status": "500", "authorizer.error": "timeout"}, "A20", "authorizer"),
        ({"authorize.status": "403", "authenticate.status": "200"}, "A02", "policy"),
        ({"integration.status": "504", "authorize.status": "200"}, "B01", "integration"),
        ({"integration.error": "Invalid permissions"}, "B01", "integration"),
    ],
)
def test_without_a_type_the_first_phase_that_failed_speaks(line, fault, layer):
    meaning = read_meaning(line)

    assert (meaning.faults[0], meaning.layer, meaning.confidence) == (fault, layer, "possible")


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"status": "200"},
        {"waf.status": "200", "integration.status": "200"},
        {"error.responseType": "DEFAULT_4XX"},
    ],
)
def test_a_line_that_tells_no_failure_names_no_fault(line):
    assert read_meaning(line).faults == ()


def test_the_web_acls_own_word_counts_more_than_a_customized_type():
    assert read_meaning({"wafResponseCode": "WAF_BLOCK", "error.responseType": "DEFAULT_4XX"}).faults == (
        "H12",
    )
    assert read_meaning({"wafResponseCode": "WAF_ALLOW", "error.responseType": "THROTTLED"}).faults == (
        "H11",
    )


def test_texts_of_the_message_say_more_than_the_type():
    line = {"error.responseType": "INVALID_SIGNATURE"}

    assert read_meaning(line | {"error.message": "Signature expired: x is now earlier than y"}).faults == (
        "A16",
    )
    assert read_meaning(line | {"error.message": "Credential should be scoped to a valid region"}).faults == (
        "A14",
    )


def test_authorization_of_the_method_chooses_between_faults():
    unauthorized = {"error.responseType": "UNAUTHORIZED"}
    missing = {"error.responseType": "MISSING_AUTHENTICATION_TOKEN"}

    assert read_meaning(unauthorized, "COGNITO_USER_POOLS").faults == ("A21",)
    assert read_meaning(unauthorized, "CUSTOM").faults == ("A20",)
    assert read_meaning(unauthorized).confidence == "possible"
    assert read_meaning(missing, "AWS_IAM").faults[0] == "A18"
    assert read_meaning(missing, "AWS_IAM", signed=True).faults[0] == "H02"


def test_every_fault_of_the_table_is_in_the_catalogue():
    assert {fault for row in RESPONSES.values() for fault in row.faults} <= set(FAULTS)


@pytest.mark.parametrize(
    ("kind", "status", "headers", "hides"),
    [
        ("WAF_FILTERED", 403, {"x-amzn-ErrorType": "ForbiddenException"}, False),
        ("WAF_FILTERED", 403, {}, True),
        ("WAF_FILTERED", 200, {"x-amzn-ErrorType": "ForbiddenException"}, True),
        ("THROTTLED", 429, {"x-amzn-errortype": "TooManyRequestsException:x"}, False),
        ("DEFAULT_4XX", 403, {}, False),
        ("INVALID_SIGNATURE", 403, {"x-amzn-ErrorType": "IncompleteSignatureException"}, False),
        ("INVALID_SIGNATURE", 403, {"x-amzn-ErrorType": "AccessDeniedException"}, False),
        ("INVALID_SIGNATURE", 403, {"x-amzn-ErrorType": "ForbiddenException"}, True),
        (None, 403, {}, False),
    ],
)
def test_an_answer_that_hides_its_type_is_customized(kind, status, headers, hides):
    assert was_customized({"error.responseType": kind} if kind else {}, status, headers) is hides


def test_only_variables_that_hold_no_secrets_are_quoted():
    line = {
        "status": "403",
        "authorize.error": "x" * 1000,
        "authorizer.status": "200",
        "authorizer.claims.email": "someone",
        "authorizer.principalId": "someone",
        "identity.apiKey": "k",
        "identity.caller": "AIDA",
    }

    assert set(quoted(line)) == {"status", "authorize.error", "authorizer.status"}
    assert len(quoted(line)["authorize.error"]) == 300
