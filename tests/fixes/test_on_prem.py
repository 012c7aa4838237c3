"""The forwarder as a fix of a report: with this run's zone and addresses, and only where it mends something."""

import json

import pytest
from click.testing import CliRunner
from worlds.build import REGION, ZONE_NAME
from worlds.layouts import on_prem
from worlds.seen import probed

from apidoctor.cli.check import check_command

NAME = f"abc1234567.{ZONE_NAME}"
AT = {"at": "2026-11-22T10:42:06Z", "vantage": "app-1"}


def dns(server, role, addresses, outcome="answer"):
    return {
        **AT,
        "kind": "dns",
        "name": NAME,
        "type": "A",
        "server": server,
        "role": role,
        "outcome": outcome,
        "transport": "getaddrinfo" if server == "system" else "udp",
        "addresses": addresses,
    }


def judged(observations, tmp_path, target=f"https://{NAME}/prod/pets"):
    host = {**AT, "kind": "host", "hostname": "app-1", "addresses": ["10.9.8.7"], "resolvers": ["10.9.0.53"]}
    file = tmp_path / "host.json"
    asked = {"target": target, "options": {}}
    file.write_text(
        json.dumps(
            {
                "format": "apidoctor.snapshot",
                "format_version": "1.0",
                "accounts": {},
                "asked": asked,
                "observations": [host, *observations],
            }
        )
    )
    done = CliRunner().invoke(check_command, ["--snapshot", str(file), "--json", "--quiet"])
    return json.loads(done.stdout)


PUBLIC = dns("system", "", ["203.0.113.10"])
INBOUND = [dns("10.1.0.10", "inbound", ["10.1.4.21"]), dns("10.1.1.10", "inbound", ["10.1.4.21"])]


def test_a_missing_forwarder_is_mended_by_stanzas_with_this_runs_addresses(tmp_path):
    report = judged([PUBLIC, *INBOUND], tmp_path)
    (cause,), (fix,) = report["root_causes"], report["fixes"]

    assert cause["fault"] == "D03"
    assert cause["fixes"] == [fix["id"]]
    assert fix["title"].startswith(f"apidoctor forwarders {ZONE_NAME} --to 10.1.0.10 --to 10.1.1.10")
    assert set(fix["render"]) >= {"bind", "unbound", "dnsmasq", "windows-dns", "coredns", "systemd-resolved"}
    assert all("10.1.0.10" in text and "10.1.1.10" in text for text in fix["render"].values())


def test_without_a_known_inbound_endpoint_there_is_nothing_to_forward_to(tmp_path):
    assert judged([PUBLIC], tmp_path)["fixes"] == []


def test_a_right_answer_needs_no_fix(tmp_path):
    assert judged([dns("system", "", ["10.1.4.21"]), *INBOUND], tmp_path)["fixes"] == []


@pytest.mark.parametrize("server", ["10.1.0.10; rm -rf", "10.1.0.10\nforwarders", "x"])
def test_hostile_addresses_become_no_configuration(server, tmp_path):
    assert judged([PUBLIC, dns(server, "inbound", ["10.1.4.21"])], tmp_path)["fixes"] == []


def test_the_addresses_of_the_inventory_count_for_a_host_that_did_not_ask_them(tmp_path):
    world = probed(on_prem())
    region = world.answers(world.endpoint_account)
    endpoint = {
        "Id": "rslvr-in-1",
        "Direction": "INBOUND",
        "HostVPCId": "vpc-0e000000000000000",
        "Status": "OPERATIONAL",
    }
    region["list_resolver_endpoints"] = {"ResolverEndpoints": [endpoint]}
    region["list_resolver_endpoint_ip_addresses"] = {
        "rslvr-in-1": {"IpAddresses": [{"Ip": "10.1.0.10", "Status": "ATTACHED"}]}
    }
    world.observations = [one for one in world.observations if one["kind"] == "host"]
    world.observations.append({**PUBLIC, "name": NAME})
    file = tmp_path / "both.json"
    file.write_text(json.dumps(world.snapshot()))
    words = [f"https://{NAME}/prod/pets", "--region", REGION, "--snapshot", str(file), "--json", "--quiet"]
    report = json.loads(CliRunner().invoke(check_command, words).stdout)

    assert [fix["title"].split()[4] for fix in report["fixes"]] == ["10.1.0.10"]
