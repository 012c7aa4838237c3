"""What the probe saw, joined with what the AWS side collected: now either side's part of the way can be told."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from netns import cloud
from netns.cases.all import CASES
from worlds.build import World

from apidoctor.cli.check import check_command
from apidoctor.cli.merge import merge_command

NOTHING: Callable[[World], None] = lambda world: None  # noqa: E731
BY_NAME = {case.name: case for case in CASES}

JOINED = [
    # world, change of the inventory, faults that are right, faults that are not
    ("forwarding-right-bind", NOTHING, [None], ["D03", "D16"]),
    ("forwarding-missing-bind", NOTHING, ["D03"], ["D16", "D22"]),
    ("forwarding-missing-nxdomain", NOTHING, ["D03"], ["D16", "D22"]),
    ("forwarding-to-vpc-plus-2-bind", NOTHING, ["D04"], ["D05"]),
    ("forwarding-to-old-inbound-bind", NOTHING, ["D04", "D03"], ["D05"]),
    ("inbound-dropped", cloud.inbound_group_forgets_company, ["D05"], ["D03", "D04"]),
    ("inbound-for-resolver-only", NOTHING, [None], ["D05"]),
    ("cached-nxdomain", NOTHING, ["D16"], []),
    ("own-records-old", NOTHING, ["D08", "N23"], ["N11", "D03"]),
    ("hosts-file-old", NOTHING, ["N23", "D08"], ["N11", "D03"]),
    ("endpoint-drops", cloud.group_forgets_company, ["N01"], ["N11", "N05"]),
    ("endpoint-drops", cloud.both_lists_deny, ["N05"], ["N11", "N01"]),
    ("endpoint-drops-one", cloud.one_list_denies, ["N05"], ["N11", "N01"]),
    ("firewall-drops", NOTHING, ["N11"], ["N01", "N05", "N07"]),
    ("firewall-knows-old-addresses", NOTHING, ["N11"], ["N01", "N05", "N07"]),
    ("firewall-knows-all-addresses", NOTHING, [None], ["N11"]),
    ("no-way-back", cloud.no_route_back, ["N07"], ["N11", "N01"]),
    ("replies-dropped", NOTHING, ["N11"], ["N01", "N05", "N07"]),
    ("mtu-hole", NOTHING, ["N15"], ["N11"]),
    ("mtu-small-and-said", NOTHING, [None], ["N15"]),
    ("intercepted", NOTHING, ["T03", "N16"], ["T02"]),
    ("proxy-refuses", NOTHING, ["N19"], ["N11"]),
    # The call is not signed: a clock is worth a warning, and no cause.
    ("clock-ten-minutes-off", NOTHING, [None], ["T07"]),
]


def named(row: tuple) -> str:
    world, change, *_ = row
    return world if change is NOTHING else f"{world}-{change.__name__}"


@pytest.mark.parametrize(
    ("case", "change", "right", "wrong"),
    [pytest.param(BY_NAME[row[0]], *row[1:], id=named(row)) for row in JOINED],
)
def test_both_sides_together_tell_the_cause(visit, tmp_path, case, change, right, wrong):
    inventory = cloud.healthy()
    change(inventory)
    host, aws, both = (tmp_path / f"{name}.json" for name in ("host", "aws", "both"))
    host.write_text(json.dumps(visit(case).snapshot))
    aws.write_text(json.dumps(inventory.snapshot()))
    merged = CliRunner().invoke(merge_command, [str(host), str(aws), "-o", str(both)])
    assert merged.exit_code == 0, merged.output

    done = CliRunner().invoke(check_command, ["--snapshot", str(both), "--json", "--quiet"])
    report = json.loads(done.stdout)
    causes = [cause["fault"] for cause in report["root_causes"]]

    assert (causes or [None])[0] in right, causes
    assert set(causes).isdisjoint(wrong), causes
    assert report["verdict"] == ("healthy" if not causes else "broken")
