"""Which test calls of a snapshot are the call that is asked about."""

import pytest
from reasoning.scene.kit import case

from apidoctor.model.observation import HttpSeen
from apidoctor.reasoning.scene.seen import test_calls as calls

URL = "https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets"


def seen(method, status, address="10.0.1.10"):
    return HttpSeen(at="", url=URL, outcome="response", method=method, status=status, address=address)


@pytest.mark.parametrize(
    ("asked", "made", "statuses"),
    [
        ("POST", [seen("GET", 403), seen("POST", 201)], [201]),
        ("POST", [seen("GET", 403)], []),
        ("HEAD", [seen("GET", 403)], []),
        ("GET", [seen("POST", 201), seen("GET", 403)], [403, 201]),
        ("GET", [seen("POST", 201), seen("get", 403, None)], [403, 201]),
        # GET is also what a request has that names no method: another's answer is better than none.
        ("GET", [seen("POST", 201)], [201]),
    ],
)
def test_an_answer_to_another_method_is_no_answer(asked, made, statuses):
    one = case({}, *made, target=URL, method=asked)

    assert [call.status for call in calls(one, URL, "unsigned")] == statuses
    assert calls(one, URL, "signed") == []


def test_a_path_that_no_api_has_tells_the_same_with_any_method():
    url = f"{URL.removesuffix('pets')}apidoctor-0123456789ab"
    made = HttpSeen(at="", url=url, outcome="response", method="GET", status=403, address="10.0.1.10")

    assert calls(case({}, made, target=URL, method="POST"), URL, "impossible") == [made]
