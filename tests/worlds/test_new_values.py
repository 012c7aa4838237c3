"""Statuses that AWS may add later: what is not known is told, and is no fault; what is known to be bad still is."""

import pytest
from worlds.backends import LINK, calls_link
from worlds.build import API, World
from worlds.domain import CERTIFICATE, DOMAIN, with_domain
from worlds.judge import judge
from worlds.layouts import on_prem, same_vpc

BALANCER = "0123456789abcdef"


def link(world: World, status: str) -> None:
    calls_link(world)
    world[LINK]["status"] = status


def link_of_the_second_kind(world: World, status: str) -> None:
    calls_link(world, kind="app")
    world[LINK]["VpcLinkStatus"] = status


def balancer(world: World, state: str) -> None:
    calls_link(world)
    world[BALANCER]["State"] = {"Code": state}


def domain(world: World, status: str) -> None:
    world[DOMAIN]["domainNameStatus"] = status


def certificate(world: World, status: str) -> None:
    world[CERTIFICATE]["Status"] = status


KINDS = {
    link: (same_vpc, "integration/vpc-link-is-available", "B02", ("PENDING", "FAILED", "DELETING")),
    link_of_the_second_kind: (same_vpc, "integration/vpc-link-is-available", "B02", ("FAILED", "INACTIVE")),
    balancer: (same_vpc, "integration/load-balancer-is-active", "B02", ("provisioning", "failed")),
    domain: (with_domain, "domain/domain-is-available", "T06", ("PENDING", "FAILED")),
    certificate: (with_domain, "domain/certificate-is-valid", "T06", ("REVOKED", "PENDING_VALIDATION")),
}


@pytest.mark.parametrize("change", KINDS, ids=lambda change: change.__name__)
def test_a_status_that_is_not_known_is_told_and_fails_nothing(change, tmp_path):
    layout, check, fault, _ = KINDS[change]
    world = layout()
    change(world, "REBALANCING")
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()
    (result,) = [each for each in said.of("warn") if each["check"] == check]
    assert result["fault"] == fault
    assert "rebalancing" in result["summary"].lower()


@pytest.mark.parametrize(
    ("change", "status"),
    [(change, status) for change, (*_, bad) in KINDS.items() for status in bad],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_status_that_is_known_to_be_bad_fails(change, status, tmp_path):
    layout, check, fault, _ = KINDS[change]
    world = layout()
    change(world, status)
    said = judge(world, tmp_path)

    assert [(cause["fault"], cause["check"]) for cause in said.report["root_causes"]] == [(fault, check)]


@pytest.mark.parametrize("status", ["FAILED", "PENDING", "REBALANCING"])
def test_what_aws_says_of_an_api_that_is_not_available_is_told(status, tmp_path):
    world = on_prem()
    world[API].update(apiStatus=status, apiStatusMessage="Certificate limit is reached.")
    said = judge(world, tmp_path)

    assert said.report["verdict"] == "healthy", said.story()
    (result,) = said.of("warn")
    assert (result["check"], result["fault"]) == ("api/access-mode-admits-the-name", "T10")
    assert status in result["summary"]
    assert "Certificate limit is reached" in result["summary"]


def test_a_failed_change_is_told_beside_the_mode_that_refuses(tmp_path):
    world = on_prem()
    world[API].update(apiStatus="FAILED", apiStatusMessage="No.", endpointAccessMode="STRICT")
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["confidence"]) == ("T04", "certain")
    assert "FAILED" in cause["title"]


def test_an_available_api_has_nothing_to_tell(tmp_path):
    world = on_prem()
    world[API].update(apiStatus="AVAILABLE", apiStatusMessage="")

    assert judge(world, tmp_path).of("warn") == []
