"""Which rules of a listener may take a request."""

import pytest

from apidoctor.reasoning.network.listener_rules import BackendRequest, ways

REQUEST = BackendRequest(host="pets.internal", path="/pets/17", method="GET")
OPEN = BackendRequest(host=None, path="/pets/{id}/toys", method=None)


def of(field, *values, **more):
    """A rule with one condition."""
    return {"Priority": "1", "Conditions": [{"Field": field, "Values": list(values)} | more], "Actions": []}


@pytest.mark.parametrize(
    ("request_", "rule", "taken"),
    [
        (REQUEST, of("host-header", "PETS.internal"), ["rule 1"]),
        (REQUEST, of("host-header", "x", HostHeaderConfig={"Values": ["*.internal"]}), ["rule 1"]),
        (REQUEST, of("host-header", "cats.internal"), ["the default action"]),
        (REQUEST, of("path-pattern", "/pets/??"), ["rule 1"]),
        (REQUEST, of("path-pattern", "/Pets/*"), ["the default action"]),
        (REQUEST, of("http-request-method", HttpRequestMethodConfig={"Values": ["GET"]}), ["rule 1"]),
        (REQUEST, of("source-ip", "10.0.0.0/8"), ["rule 1", "the default action"]),
        (
            REQUEST,
            of("path-pattern", PathPatternConfig={"RegexValues": ["^/p"]}),
            ["rule 1", "the default action"],
        ),
        (REQUEST, {"Priority": "1", "Actions": []}, ["rule 1", "the default action"]),
        (REQUEST, {"Priority": "default", "IsDefault": True, "Actions": []}, ["the default action"]),
        (OPEN, of("host-header", "*"), ["rule 1", "the default action"]),
        (OPEN, of("path-pattern", "/pets/*"), ["rule 1"]),
        (OPEN, of("path-pattern", "/pets/*/toys"), ["rule 1", "the default action"]),
        (OPEN, of("path-pattern", "/pets/17/toys"), ["rule 1", "the default action"]),
        (OPEN, of("path-pattern", "/cats*"), ["the default action"]),
        (REQUEST, of("path-pattern", "*a" * 500), ["the default action"]),
        (REQUEST, of("path-pattern", None), ["the default action"]),
        (
            REQUEST,
            of("source-ip", "10.0.0.0/8") | {"Priority": "9" * 5000},
            [f"rule {'9' * 5000}", "the default action"],
        ),
        (REQUEST, of(["odd"], "x"), ["rule 1", "the default action"]),
    ],
)
def test_the_first_rule_that_fits_takes_the_request(request_, rule, taken):
    assert [way.rule for way in ways({}, [rule], request_)] == taken


def test_what_a_way_leads_to_is_read():
    groups = [{"TargetGroupArn": "a", "Weight": 0}, {"TargetGroupArn": "b", "Weight": 1}, "odd"]
    listener = {
        "DefaultActions": [
            {"Type": "authenticate-oidc"},
            {"Type": "forward", "TargetGroupArn": "c", "ForwardConfig": {"TargetGroups": groups}},
        ]
    }
    (way,) = ways(listener, [], REQUEST)
    assert way.groups == ("c", "b")

    (way,) = ways(
        {"DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]},
        [],
        REQUEST,
    )
    assert (way.groups, way.status) == ((), 503)
