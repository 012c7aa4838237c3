"""``apidoctor list``: for people and, with ``--json``, for programs."""

import json

import pytest

from apidoctor.cli.app import run
from apidoctor.engine.registry import load


@pytest.fixture
def listed(capsys):
    """Run the command; return its output."""

    def call(*arguments):
        assert run(["list", *arguments]) == 0
        return capsys.readouterr().out

    return call


@pytest.mark.parametrize("what", ["checks", "faults", "playbooks", "outputs"])
def test_every_list_is_an_array_of_objects_in_json_with_what_the_plain_one_shows(listed, what):
    objects, lines = json.loads(listed(what, "--json")), listed(what).splitlines()

    assert len(objects) == len(lines) > 3
    for item, line in zip(objects, lines, strict=True):
        assert line.split() == [item.get("id") or item["name"], *item["title"].split()]


def test_a_check_in_json_tells_what_it_declares(listed):
    (check,) = json.loads(listed("checks", "--json", "--only", "naming/name-fits-its-region"))

    assert check["layer"] == "naming"
    assert check["faults"] == ["D21"]


def test_permissions_in_json_are_a_policy_to_attach(listed):
    document = json.loads(listed("permissions", "--json"))

    assert document["Version"] == "2012-10-17"
    (statement,) = document["Statement"]
    actions = statement.pop("Action")
    assert statement == {"Sid": "ApidoctorRead", "Effect": "Allow", "Resource": "*"}
    assert actions == sorted(set(actions))
    assert [line.split()[0] for line in listed("permissions").splitlines()] == actions


def test_a_policy_for_some_checks_allows_no_more_than_they_read(listed):
    document = json.loads(listed("permissions", "--json", "--only", "api/is-private"))

    assert document["Statement"][0]["Action"] == [
        "apigateway:GET",
        "apigateway:ListRoutingRules",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "route53:GetHostedZone",
        "route53:ListHostedZones",
        "route53:ListHostedZonesByVPC",
        "route53:ListResourceRecordSets",
        "route53profiles:ListProfileAssociations",
        "route53profiles:ListProfileResourceAssociations",
        "sts:GetCallerIdentity",
    ]


def test_every_action_only_reads(listed):
    actions = json.loads(listed("permissions", "--json"))["Statement"][0]["Action"]

    reading = ("Get", "List", "Describe", "Search", "Simulate", "GET", "Filter", "BatchGet")
    assert [action for action in actions if not action.partition(":")[2].startswith(reading)] == []


def test_only_narrows_the_list_of_checks_to_those_and_what_they_need(listed):
    shown = {line.split()[0] for line in listed("checks", "--only", "naming/*").splitlines()}

    assert {name for name in load().checks if name.startswith("naming/")} <= shown
    assert len(shown) < len(load().checks)
