"""Private custom domains by their names: the zone is their own (aws.md A.9)."""

import pytest
from worlds.build import API_ACCOUNT, ENDPOINT_NAME, VPC_C, ZONE_NAME, World
from worlds.cases import Cases, check_case
from worlds.changes import private_dns, zones_of
from worlds.domain import DOMAIN, with_domain
from worlds.judge import judge
from worlds.route53 import (
    alias,
    any_of,
    block,
    firewall,
    hosted,
    only,
    resolver_rule,
)

CUSTOM, UNBLAMED = Cases(), []
FREE = UNBLAMED.append


@FREE
def the_domain_as_it_should_be(world: World) -> None:
    """A zone named like the domain, alias at its apex."""


@FREE
def private_dns_is_not_needed_for_the_domain(world: World) -> None:
    private_dns(world, on=False)


@FREE
def a_rule_for_execute_api_does_not_matter_to_the_domain(world: World) -> None:
    resolver_rule(world, ZONE_NAME, vpc=VPC_C)
    firewall(world, block(f"*.{ZONE_NAME}"), vpc=VPC_C)


@FREE
def a_zone_above_the_domain_with_its_record(world: World) -> None:
    only(world, "corp.example", alias(DOMAIN))


@CUSTOM.broken("D07", with_domain)
def a_zone_above_the_domain_without_its_record(world: World) -> None:
    only(world, "corp.example", alias("www.corp.example"))


@CUSTOM.broken("D12", with_domain)
def a_rule_for_the_domain_takes_it(world: World) -> None:
    resolver_rule(world, DOMAIN, vpc=VPC_C)


@CUSTOM.broken("D13", with_domain)
def the_firewall_blocks_the_domain(world: World) -> None:
    firewall(world, block("*.corp.example"), vpc=VPC_C)


@FREE
def the_endpoints_name_with_the_domain_as_host(world: World) -> None:
    only(world, "corp.example")
    world.target, world.options = f"https://{ENDPOINT_NAME}/pets", ["-H", f"Host:{DOMAIN}"]


@CUSTOM.broken("D09", with_domain)
def the_zone_of_the_domain_is_not_associated(world: World) -> None:
    zones_of(world, world.caller_account, VPC_C, [])
    world.answers(API_ACCOUNT, "global")["list_hosted_zones"] = {
        "HostedZones": [
            {
                "Id": f"/hostedzone/{hosted(world, DOMAIN, alias(DOMAIN))}",
                "Name": f"{DOMAIN}.",
                "Config": {"PrivateZone": True},
            }
        ]
    }


@pytest.mark.parametrize(("layout", "change", "faults", "verdict"), CUSTOM.params)
def test_the_private_custom_domain_is_judged_by_its_own_zone(layout, change, faults, verdict, tmp_path):
    check_case(layout, change, faults, verdict, tmp_path)


@pytest.mark.parametrize("change", UNBLAMED, ids=lambda change: change.__name__)
def test_no_name_is_blamed_where_the_domain_is_served(change, tmp_path):
    """Every naming check passes or does not apply; what the domain is mapped to is another matter."""
    world = with_domain()
    change(world)
    said = judge(world, tmp_path)
    names = {r["check"]: r["status"] for r in said.report["results"] if r["check"].startswith("naming/")}
    assert said.faults == [], said.story()
    assert set(names.values()) <= {"pass", "skipped"}, said.story()
    assert names["naming/private-zone-answers-the-name"] == "pass" or "Host:api.corp.example" in world.options


def test_a_private_custom_domain_without_any_zone_is_broken(tmp_path):
    """It exists nowhere else: NXDOMAIN (aws.md A.4)."""
    world = with_domain()
    only(world, ZONE_NAME, alias(any_of(ZONE_NAME)))
    for _, answer in world.everywhere("list_resource_record_sets"):
        for identity in [key for key in answer if key != "Z0CUSTOMERZONE0000001"]:
            if answer[identity]["ResourceRecordSets"][0]["Name"] == f"{DOMAIN}.":
                del answer[identity]
    said = judge(world, tmp_path)
    assert said.report["verdict"] == "broken", said.story()
    assert set(said.faults) <= {"D06", "D09"}, said.story()
