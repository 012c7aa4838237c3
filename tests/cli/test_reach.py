"""``apidoctor reach``: one flow with its trace, a batch, who can reach a target; from snapshots and from AWS."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from reasoning.network.world import (
    CALLER,
    ENDPOINT,
    World,
    acl,
    entry,
    from_data_centre,
    over_gateway,
    peering,
    permission,
)

from apidoctor.cli.app import run
from apidoctor.schemas import load


def written(folder: Path, world: World) -> str:
    """A world as a snapshot file."""
    file = folder / "world.json"
    head = {"format": "apidoctor.snapshot", "format_version": "1.0"}
    file.write_text(json.dumps({**head, "accounts": world.accounts}))
    return str(file)


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal of one size on every machine."""
    monkeypatch.setenv("COLUMNS", "110")


def reach(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["reach", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def batch(capsys, tmp_path: Path, lines: list, *arguments: str) -> tuple[int, list[dict], str]:
    file = tmp_path / "flows.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines))
    code, out, err = reach(capsys, "--batch", str(file), *arguments)
    return code, [json.loads(each) for each in out.splitlines()], err


def half_open() -> World:
    """Replies pass for Windows' ports only."""
    world = World()
    narrow = [entry(100, "allow", False, "0.0.0.0/0"), entry(100, "allow", True, "0.0.0.0/0", (49152, 65535))]
    world[ENDPOINT, "describe_network_acls"] = {"NetworkAcls": [acl("acl-e", "vpc-e", *narrow)]}
    return world


# One flow


def test_a_flow_that_works_shows_the_way_both_ways_and_what_gets_through(capsys, tmp_path):
    code, out, _ = reach(
        capsys, "--snapshot", written(tmp_path, World()), "--from", "eni-c", "--to", "10.1.4.21"
    )
    assert code == 0
    assert "✓ reachable" in out
    assert "✓ eni-c › ✓ sg-c › ✓ acl-c › ✓ rtb-c › ✓ pcx-1" in out
    told = "passes from 10.2.1.10/32: tcp to port 443, replies to all ports of the client"
    assert told in " ".join(out.split())


def test_each_blocker_says_why_and_what_to_change(capsys, tmp_path):
    world = half_open()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [permission("10.9.0.0/16")]
    code, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--from", "i-c", "--to", "eni-e")
    assert code == 1
    assert "security_group_ingress  sg-e  on the way there" in out
    assert "change add an inbound rule to sg-e: tcp 443 from 10.2.1.10/32" in " ".join(out.split())
    assert "nacl_egress  acl-e  on the way of the replies" in out
    assert "42% of the client's ports get their replies" in " ".join(out.split())


def test_replies_to_half_of_the_ports_are_called_partly_blocked(capsys, tmp_path):
    code, out, _ = reach(
        capsys, "--snapshot", written(tmp_path, half_open()), "--from", "eni-c", "--to", "eni-e"
    )
    assert code == 1
    assert "partly blocked: some connections work and others time out" in out
    assert "tcp to port 443, replies to ports 49152-65535 of the client" in " ".join(out.split())


def test_known_client_ports_that_all_get_replies_are_reachable(capsys, tmp_path):
    arguments = ("--snapshot", written(tmp_path, half_open()), "--from", "eni-c", "--to", "eni-e")
    code, out, _ = reach(capsys, *arguments, "--src-port", "49152-65535")
    assert (code, "✓ reachable" in out) == (0, True)


def test_what_is_not_known_is_named_with_what_would_tell_it(capsys, tmp_path):
    world = World()
    refused = {"error": {"Code": "UnauthorizedOperation", "Message": ""}}
    world[ENDPOINT, "describe_network_acls"] = refused
    code, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--from", "eni-c", "--to", "eni-e")
    assert code == 3
    assert "permission: ec2:DescribeNetworkAcls" in out
    assert ENDPOINT in out


def test_every_interface_of_an_endpoint_is_judged_by_itself(capsys, tmp_path):
    world = World()
    second = json.loads(json.dumps(world[ENDPOINT, "describe_network_interfaces"][0]))
    second |= {"NetworkInterfaceId": "eni-e2", "SubnetId": "subnet-e2", "PrivateIpAddress": "10.1.5.21"}
    second["PrivateIpAddresses"] = [{"PrivateIpAddress": "10.1.5.21", "Primary": True}]
    second["Groups"] = [{"GroupId": "sg-shut"}]
    world[ENDPOINT, "describe_network_interfaces"].append(second)
    shut = {"GroupId": "sg-shut", "VpcId": "vpc-e", "IpPermissions": [], "IpPermissionsEgress": []}
    world[ENDPOINT, "describe_security_groups"].append(shut)
    endpoint = {
        "VpcEndpointId": "vpce-1",
        "VpcEndpointType": "Interface",
        "State": "available",
        "VpcId": "vpc-e",
    }
    endpoint["NetworkInterfaceIds"] = ["eni-e", "eni-e2"]
    world[ENDPOINT, "describe_vpc_endpoints"] = {"VpcEndpoints": [endpoint]}
    code, out, _ = reach(
        capsys, "--snapshot", written(tmp_path, world), "--from", "eni-c", "--to", "vpce-1", "--json"
    )
    found = json.loads(out)
    assert code == 1
    assert [(each["to"], each["reachable"]) for each in found["flows"]] == [
        ("vpce-1 at 10.1.4.21", True),
        ("vpce-1 at 10.1.5.21", False),
    ]
    assert found["reachable"] is False
    arguments = ("--snapshot", written(tmp_path, world), "--from", "eni-c", "--to", "vpce-1")
    assert "1 of 2 blocked; calls work or time out by the address they get" in reach(capsys, *arguments)[1]
    assert found["flows"][1]["blockers"][0]["code"] == "SG_HAS_NO_RULES"
    assert found["flows"][0]["passes"] == [
        {
            "sources": ["10.2.1.10/32"],
            "protocol": 6,
            "dst_ports": [[443, 443]],
            "src_ports": [[0, 65535]],
            "dst_ports_unknown": [],
            "src_ports_unknown": [],
        }
    ]


def test_an_address_outside_aws_enters_where_it_is_said_to(capsys, tmp_path):
    file = written(tmp_path, from_data_centre())
    code, out, _ = reach(
        capsys, "--snapshot", file, "--from", "192.168.7.9", "--to", "10.1.4.21", "--at", "vgw-1"
    )
    assert (code, "vgw-1" in out) == (0, True)
    code, out, err = reach(
        capsys, "--snapshot", file, "--from", "192.168.7.9", "--to", "10.1.4.21", "--at", "vgw-2"
    )
    assert (code, out) == (4, "")
    assert "there is no gateway vgw-2" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "eni-c"), "say what is to be reached"),
        (("--to", "eni-e"), "say who calls"),
        (("--from", "somewhere", "--to", "eni-e"), "somewhere is no place"),
        (("--from", "eni-c", "--to", "elsewhere"), "elsewhere is no target"),
        (("--from", "eni-c", "--to", "eni-e", "--src-port", "9-1"), "the first port is above the last"),
        (("--from", "eni-c", "--to", "eni-e", "--src-port", "x"), "not a port"),
        (("--batch", "-", "--to", "eni-e", "--port", "53"), "from its lines: leave --to, --port out"),
        (("--who", "--to", "eni-e", "--from", "eni-c"), "--who asks for every caller: leave --from out"),
        (("--from", "eni-c", "--to", "eni-e", "--protocol", "foo"), "--protocol foo"),
        (("--from", "eni-c", "--to", "eni-e", "--at", "vgw-1"), "--at is for a caller outside AWS"),
        (("--from", "10.9.8.7", "--to", "eni-e", "--at", "eni-1"), "not vgw-… or tgw-attach-…"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_to_do(capsys, tmp_path, arguments, said):
    code, out, err = reach(capsys, "--snapshot", written(tmp_path, World()), *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_target_that_nobody_shows_ends_with_what_would_show_it(capsys, tmp_path):
    file = written(tmp_path, World())
    code, _, err = reach(capsys, "--snapshot", file, "--from", "eni-c", "--to", "vpce-none")
    assert code == 4
    assert "DescribeVpcEndpoints" in err


@pytest.mark.parametrize(
    ("end", "name"), [("--from", "eni-none"), ("--from", "i-none"), ("--to", "eni-none")]
)
def test_an_end_that_is_not_there_is_no_blocked_path(capsys, tmp_path, end, name):
    ends = {"--from": "eni-c", "--to": "eni-e"} | {end: name}
    words = [word for pair in ends.items() for word in pair]
    code, out, err = reach(capsys, "--snapshot", written(tmp_path, World()), *words)
    assert (code, out) == (4, "")
    assert f"there is no {name}" in err


def test_a_region_that_the_snapshot_does_not_show_is_refused(capsys, tmp_path):
    file = written(tmp_path, World())
    code, _, err = reach(
        capsys, "--snapshot", file, "--from", "eni-c", "--to", "eni-e", "--region", "eu-west-1"
    )
    assert (code, "shows nothing of eu-west-1, only of us-east-1" in err) == (4, True)


def test_a_caller_in_any_address_of_a_subnet_is_told_by_its_block(capsys, tmp_path):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = []
    _, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--from", "subnet-c1", "--to", "eni-e")
    assert "tcp 443 from 10.2.1.0/24" in " ".join(out.split())


def test_a_blackhole_of_a_peering_that_is_not_active_wants_no_change_of_its_own(capsys, tmp_path):
    world = World()
    world.both(
        "describe_vpc_peering_connections", {"VpcPeeringConnections": [peering(state="pending-acceptance")]}
    )
    for account in (CALLER, ENDPOINT):
        world[account, "describe_route_tables"][0]["Routes"][1]["State"] = "blackhole"
    _, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--from", "eni-c", "--to", "eni-e")
    assert "nothing in rtb-c: the route works again when pcx-1 is active" in " ".join(out.split())


def test_output_that_cannot_be_written_is_no_defect(tmp_path):
    command = [sys.executable, "-m", "apidoctor", "reach", "--snapshot", written(tmp_path, World())]
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"id": 1, "flow": FLOW}) * 1)
    for rest in (["--from", "eni-c", "--to", "eni-e"], ["--batch", str(lines)], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*command, *rest], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
            )
        assert done.returncode == 2, done
        assert done.stderr.count(b"\n") == 1
        assert b"cannot be written" in done.stderr


# Who


def test_who_names_subnets_and_groups(capsys, tmp_path):
    world = World()
    rules = [permission("10.2.1.0/25"), permission(group="sg-c")]
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = rules
    file = written(tmp_path, world)
    code, out, _ = reach(capsys, "--snapshot", file, "--to", "eni-e", "--who")
    assert code == 0
    assert "10.2.1.0/25  in subnet-c1 of vpc-c" in out
    assert "if a member of sg-c" in out
    code, out, _ = reach(capsys, "--snapshot", file, "--to", "eni-e", "--who", "--json")
    told = [(each["sources"], each["subnet"], each["group"]) for each in json.loads(out)["who"]]
    assert told == [
        (["10.2.1.0/25"], "subnet-c1", None),
        (["10.2.1.128/25"], "subnet-c1", "sg-c"),
        (["10.2.2.0/24"], "subnet-c2", "sg-c"),
    ]


def test_who_names_the_gateway_of_a_data_centre(capsys, tmp_path):
    code, out, _ = reach(
        capsys, "--snapshot", written(tmp_path, from_data_centre()), "--to", "eni-e", "--who"
    )
    assert code == 0
    assert "192.168.0.0/16  outside AWS, by vgw-1" in out


def test_who_says_that_nobody_can(capsys, tmp_path):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = []
    code, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--to", "eni-e", "--who")
    assert (code, "nobody that was seen" in out) == (0, True)
    assert "only a part" not in out


def test_who_asks_what_a_partial_snapshot_shows_and_says_that_it_is_partial(capsys, tmp_path):
    world = World()
    for account in (CALLER, ENDPOINT):
        world.accounts[account]["us-east-1"]["describe_subnets"]["partial"] = True
    code, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--to", "eni-e", "--who")
    assert code == 0
    assert "only a part of the network" in " ".join(out.split())
    assert "in subnet-c1 of vpc-c" in out
    assert "outside AWS" not in out


# A batch


FLOW = {"src_eni": "eni-c", "dst_ip": "10.1.4.21"}


def test_a_batch_answers_every_line_in_order_as_the_contract_says(capsys, tmp_path):
    world = World()
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = []
    lines = [
        {"id": "f1", "flow": {**FLOW, "protocol": "tcp", "dst_port": 443, "src_port": 49152}},
        {"id": 2, "flow": {**FLOW, "src_port": [1024, 2000]}, "snapshot": {"accounts": World().accounts}},
        {"id": "f3", "flow": {"src_ip": "10.77.0.1", "dst_ip": "10.1.4.21"}},
    ]
    code, answers, _ = batch(capsys, tmp_path, lines, "--snapshot", written(tmp_path, world))
    assert code == 0
    assert [each["id"] for each in answers] == ["f1", 2, "f3"]
    first = answers[0]
    assert (first["reachable"], first["assumptions"], first["unknown"]) == (False, [], [])
    [blocker] = first["blockers"]
    assert blocker["reason"] == "security_group_ingress"
    assert blocker["direction"] == "forward"
    assert blocker["subject"] == "sg-e"
    assert blocker["code"] == "SG_HAS_NO_RULES"
    assert first["path"][blocker["hop"] - 1]["id"] == "sg-e"
    assert set(first["path"][0]) == {"hop", "kind", "id", "decided_by"}
    assert answers[1]["reachable"] is True
    assert answers[1]["return_path"][-1]["id"] == "eni-c"


def test_lines_and_answers_follow_their_schemas(capsys, tmp_path):
    import jsonschema

    line = {"id": "f1", "flow": {**FLOW, "src_port": [1024, 65535]}, "expect": "reachable"}
    jsonschema.validate(line, load("reach-line"))
    _, answers, _ = batch(capsys, tmp_path, [line, "{"], "--snapshot", written(tmp_path, half_open()))
    for each in answers:
        jsonschema.validate(each, load("reach-answer"))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "x"}',
        '{"id": "x", "flow": {"src_eni": "eni-c"}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21", "src_port": {}}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21", "src_port": [9, 1]}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21", "dst_port": 70000}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21"}, "snapshot": {"accounts": []}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21"}, "snapshot": "world.json"}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "nowhere"}}',
        '{"id": "x", "flow": {"src_ip": "nobody", "dst_ip": "10.1.4.21"}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21", "protocol": "foo"}}',
        '{"id": "x", "flow": {"src_eni": "eni-c", "dst_ip": "10.1.4.21"}, "snapshot": {"accounts": {"1": 3}}}',
        "[" * 100_000,
    ],
)
def test_a_line_that_asks_nothing_has_an_answer_and_the_others_theirs(capsys, tmp_path, line):
    good = {"id": "good", "flow": FLOW}
    code, answers, err = batch(capsys, tmp_path, [line, good], "--snapshot", written(tmp_path, World()))
    assert code == 0
    assert [each["reachable"] for each in answers] == [None, True]
    assert answers[0]["problem"]
    assert answers[0]["unknown"]
    assert "1 of 2 lines" in err


@pytest.mark.parametrize("member", ['"src_prot": 4', '"dst_port": "443"'])
def test_a_flow_with_something_odd_in_it_is_answered_and_says_what_was_odd(capsys, tmp_path, member):
    line = f'{{"id": "x", "flow": {{"src_eni": "eni-c", "dst_ip": "10.1.4.21", {member}}}}}'
    _, [found], _ = batch(capsys, tmp_path, [line], "--snapshot", written(tmp_path, World()))
    assert found["reachable"] is True
    assert member.split('"')[1] in found["assumptions"][0]


def test_a_batch_without_any_readable_line_or_network_is_4(capsys, tmp_path):
    code, answers, _ = batch(capsys, tmp_path, [{"id": 1, "flow": FLOW}])
    assert (code, answers[0]["reachable"]) == (4, None)
    assert "no snapshot" in answers[0]["problem"]


def test_what_a_batch_expects_makes_its_exit_code(capsys, tmp_path):
    file = written(tmp_path, World())
    other = {"src_eni": "eni-c", "dst_ip": "10.1.4.21", "dst_port": 80}
    lines = [{"id": 1, "flow": FLOW}, {"id": 2, "flow": other, "expect": "denied"}]
    code, answers, _ = batch(capsys, tmp_path, lines, "--snapshot", file, "--expect", "reachable")
    assert (code, [each["as_expected"] for each in answers]) == (0, [True, True])
    code, answers, _ = batch(capsys, tmp_path, [*lines[1:], {"id": 3, "flow": other}], "--snapshot", file,
                             "--expect", "reachable")  # fmt: skip
    assert (code, answers[1]["as_expected"]) == (1, False)


def test_a_long_batch_comes_from_standard_input(tmp_path):
    command = [
        sys.executable,
        "-m",
        "apidoctor",
        "reach",
        "--snapshot",
        written(tmp_path, World()),
        "--batch",
        "-",
    ]
    line = json.dumps({"id": 1, "flow": FLOW}).encode() + b"\n"
    done = subprocess.run(command, input=line * 2000, capture_output=True, timeout=60, check=False)
    answers = [json.loads(each) for each in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(answers) == 2000
    assert all(each["reachable"] for each in answers)


def test_hostile_text_of_a_snapshot_is_shown_but_not_obeyed(capsys, tmp_path):
    world = over_gateway()
    rule = permission("10.2.0.0/16")
    rule["IpRanges"][0]["Description"] = "x\x1b]0;owned\x07\x1b[2J‮"
    world[ENDPOINT, "describe_security_groups"][0]["IpPermissions"] = [rule]
    code, out, _ = reach(capsys, "--snapshot", written(tmp_path, world), "--from", "eni-c", "--to", "eni-e")
    assert code == 0
    assert not {"\x1b", "\x07", "‮"} & set(out)


# AWS


def test_without_a_snapshot_aws_is_read_as_far_as_the_answer_needs(capsys, monkeypatch, moto_ec2):
    """A caller and a target in one VPC of a moto server."""
    ec2, url = moto_ec2
    for name, value in {
        "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    vpc = ec2.create_vpc(CidrBlock="10.3.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.3.{n}.0/24")["Subnet"]["SubnetId"] for n in (1, 2)]
    group = ec2.create_security_group(VpcId=vpc, GroupName="g", Description="g")["GroupId"]
    caller, target = (
        ec2.create_network_interface(SubnetId=each, Groups=[group])["NetworkInterface"] for each in subnets
    )
    arguments = ("--from", caller["NetworkInterfaceId"], "--to", target["PrivateIpAddress"])
    code, out, _ = reach(capsys, *arguments)
    assert (code, "security_group_ingress" in out) == (1, True), out
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.3.0.0/16"
    )
    code, out, _ = reach(capsys, *arguments)
    assert (code, "✓ reachable" in out) == (0, True), out


@pytest.fixture
def moto_ec2(monkeypatch):
    import os

    import boto3
    from moto.ec2.models import ec2_backends
    from moto.server import ThreadedMotoServer

    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    ec2_backends.reset()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    yield boto3.client("ec2", "us-east-1", endpoint_url=url, **keys), url
    server.stop()
