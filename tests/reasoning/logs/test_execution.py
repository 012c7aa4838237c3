"""The execution log's phrases, and whose lines they are."""

import pytest

from apidoctor.model.faults import FAULTS
from apidoctor.reasoning.logs.execution import PHRASES, read_execution, read_phrase

ID, OTHER = "3d4f3f0e-6d5e-4b0a-9a4e-000000000001", "3d4f3f0e-6d5e-4b0a-9a4e-000000000002"
CONFIGURATION = "Execution failed due to configuration error: "


@pytest.mark.parametrize(
    ("text", "fault", "confidence"),
    [
        (
            f"{CONFIGURATION}Host name 'api.internal' does not match the certificate subject provided by the peer",
            "B03",
            "certain",
        ),
        (f"{CONFIGURATION}Invalid permissions on Lambda function", "B01", "certain"),
        (f"{CONFIGURATION}Malformed Lambda proxy response", "B05", "certain"),
        (
            f"{CONFIGURATION}No match for output mapping and no default output mapping configured. "
            "Endpoint Response Status Code: 403",
            "B01",
            "certain",
        ),
        (f"{CONFIGURATION}Invalid endpoint address", "B01", "certain"),
        (f"{CONFIGURATION}There was an internal error while executing your request", "B02", "likely"),
        (f"{CONFIGURATION}something new", "B01", "likely"),
        ("Execution failed due to a network error communicating with endpoint: 10.1.2.3", "B04", "likely"),
        ("Execution failed due to a timeout error", "B04", "certain"),
    ],
)
def test_a_phrase_names_its_fault(text, fault, confidence):
    phrase = read_phrase(text)

    assert phrase is not None
    assert (phrase.fault, phrase.confidence) == (fault, confidence)


@pytest.mark.parametrize(
    "text",
    [
        "Starting execution for request: x",
        f"Method request headers: {{x={CONFIGURATION}Invalid endpoint address}}",
        "Successfully completed execution",
        "",
    ],
)
def test_other_lines_name_nothing(text):
    assert read_phrase(text) is None


def test_every_fault_of_the_table_is_in_the_catalogue():
    assert {fault for _, fault, _ in PHRASES if fault} <= set(FAULTS)


def lines(request: str, *texts: str) -> list[str]:
    return [f"({request}) {text}" for text in texts]


def test_the_lines_of_one_request_are_read_together():
    messages = [
        *lines(OTHER, f"{CONFIGURATION}Invalid endpoint address", "Method completed with status: 500"),
        *lines(ID, "Starting execution", f"{CONFIGURATION}Malformed Lambda proxy response"),
        *lines(ID, "Method completed with status: 502"),
    ]

    said = read_execution(messages, [ID])

    assert said is not None
    assert (said.status, said.lines) == (502, 3)
    assert said.phrase is not None
    assert said.phrase.fault == "B05"


def test_lines_of_another_request_that_quote_the_id_are_not_its_own():
    messages = lines(OTHER, f"Method request path: {{id={ID}}}", f"{CONFIGURATION}Invalid endpoint address")

    assert read_execution(messages, [ID]) is None
    assert read_execution([f"Execution failed {ID}"], [ID]) is None
    assert read_execution([], [ID]) is None


def test_the_extended_id_leads_to_the_lines_of_its_request():
    messages = lines(OTHER, "Extended Request Id: abcDEFghIJ=", "Method completed with status: 403")

    said = read_execution(messages, [ID, "abcDEFghIJ="])

    assert said is not None
    assert said.status == 403


def test_the_most_certain_phrase_counts():
    messages = lines(
        ID,
        "Execution failed",
        f"{CONFIGURATION}odd",
        f"{CONFIGURATION}Invalid permissions on Lambda function",
    )

    said = read_execution(messages, [ID])

    assert said is not None
    assert said.phrase is not None
    assert said.phrase.confidence == "certain"
