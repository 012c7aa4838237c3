"""Where the caller is, from ``--from`` or from what its host knows of itself."""

import pytest
from reasoning.scene.kit import REGION, A, B, case, interface

from apidoctor.errors import UsageError
from apidoctor.model.facts import Undecided
from apidoctor.model.observation import Cloud, HostSeen, TcpSeen
from apidoctor.reasoning.scene.case import is_this_host
from apidoctor.reasoning.scene.place import check_form, place
from apidoctor.reasoning.scene.seen import host, tcp

ENIS = {
    "describe_network_interfaces": {
        "NetworkInterfaces": [interface("eni-1", "10.1.8.20", Attachment={"InstanceId": "i-1"})]
    }
}
SUBNETS = {"describe_subnets": {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]}}


@pytest.mark.parametrize(
    "spec", ["local", "eni-0c1", "i-0ab", "subnet-1", "lambda:checkout", "ip:10.9.8.7", "ip:fd00::1"]
)
def test_each_form_is_taken(spec):
    assert check_form(spec) == spec


@pytest.mark.parametrize(
    "spec", ["", "moon", "eni", "ip:", "ip:10.9.8", "ip:10.9.8.7/24", "vpc-1", "LOCAL", "ip:host.example"]
)
def test_anything_else_is_wrong_usage(spec):
    with pytest.raises(UsageError):
        check_form(spec)


@pytest.mark.parametrize("spec", ["eni-1", "i-1"])
def test_an_interface_and_its_instance_are_the_same_place(spec):
    found = place(case(ENIS, from_=spec)).value

    assert (found.kind, found.interface, found.subnet, found.vpc) == (
        "interface",
        "eni-1",
        "subnet-1",
        "vpc-1",
    )
    assert (found.account, found.addresses) == (A, ("10.1.8.20",))


def test_a_subnet_is_a_place_without_an_address():
    found = place(case(SUBNETS, from_="subnet-1")).value

    assert (found.kind, found.vpc, found.addresses) == ("subnet", "vpc-1", ())


def test_an_address_is_outside_every_vpc():
    found = place(case(from_="ip:10.9.8.7")).value

    assert (found.kind, found.vpc, found.addresses) == ("outside", None, ("10.9.8.7",))


def test_an_interface_of_another_account_is_found_there():
    empty = {"describe_network_interfaces": {"NetworkInterfaces": []}}

    assert place(case(empty, other=ENIS, from_="eni-1")).value.account == B


def test_a_caller_in_another_region_is_found_there():
    empty = {"describe_network_interfaces": {"NetworkInterfaces": []}}

    assert place(case(empty, elsewhere=ENIS, from_="eni-1")).value.region == "eu-west-1"


def test_an_interface_that_nobody_shows_is_unknown_not_outside():
    empty = {"describe_network_interfaces": {"NetworkInterfaces": []}}

    assert not place(case({}, from_="eni-1")).known
    fact = place(case(empty, from_="eni-1"))
    assert not fact.known
    assert fact.missing[0].what.startswith("account: the one that owns eni-1")


def test_a_host_in_aws_knows_its_interface():
    cloud = Cloud(eni="eni-1", subnet="subnet-1", vpc="vpc-1", account=A, region=REGION)
    found = place(
        case({}, HostSeen(vantage="h", addresses=["127.0.0.1", "169.254.1.1", "10.1.8.20"], cloud=cloud))
    ).value

    assert (found.kind, found.interface, found.addresses) == ("interface", "eni-1", ("10.1.8.20",))


def test_a_host_that_knows_of_no_cloud_is_outside():
    found = place(case({}, HostSeen(vantage="h", addresses=["fe80::1", "10.200.0.9", "nonsense"]))).value

    assert (found.kind, found.addresses) == ("outside", ("10.200.0.9",))


@pytest.mark.parametrize(
    "told",
    [
        {"cloud_missing": "it did not answer in time"},
        {"cloud": Cloud(instance_id="i-1"), "cloud_missing": "it did not tell the network interface in time"},
        {"cloud": Cloud(instance_id="i-1")},
    ],
)
def test_a_host_whose_metadata_was_silent_is_somewhere_not_outside(told):
    found = place(case({}, HostSeen(vantage="h", addresses=["192.0.2.2"], **told)))

    assert not found.known
    (gap,) = found.missing
    assert gap.what.startswith("host: which network interface this host has")
    assert gap.what.endswith("say --from eni-…")


def test_an_interface_whose_vpc_the_metadata_did_not_tell_is_looked_up():
    seen = HostSeen(vantage="h", addresses=["10.1.8.20"], cloud=Cloud(eni="eni-1"))

    assert place(case(ENIS, seen)).value.vpc == "vpc-1"
    assert not place(case({}, seen)).known


def test_without_a_host_the_place_is_unknown():
    with pytest.raises(Undecided):
        place(case()).value  # noqa: B018 - asking is what raises


@pytest.mark.parametrize(
    ("spec", "is_here"),
    [
        ("local", True),
        ("h", True),
        ("ip:10.1.8.20", True),
        ("ip:10.1.8.21", False),
        ("eni-1", True),
        ("i-1", True),
        ("eni-2", False),
    ],
)
def test_a_host_is_known_by_any_of_its_names(spec, is_here):
    seen = HostSeen(vantage="h", addresses=["10.1.8.20"], cloud=Cloud(eni="eni-1", instance_id="i-1"))

    assert is_this_host(spec, seen) is is_here


def test_what_another_host_saw_does_not_count():
    here = [
        HostSeen(vantage="here", addresses=["10.1.8.20"]),
        TcpSeen(vantage="here", address="10.1.4.21", outcome="timeout"),
    ]
    there = [
        HostSeen(vantage="there", addresses=["10.9.9.9"]),
        TcpSeen(vantage="there", address="10.1.4.21", outcome="connected"),
    ]
    seen = tcp(case({}, *here, *there, from_="ip:10.1.8.20"), "10.1.4.21")

    assert seen.value.outcome == "timeout"
    assert host(case({}, *there, *here, from_="ip:10.1.8.20")).value.vantage == "here"


def test_of_several_attempts_a_successful_one_counts():
    attempts = [
        TcpSeen(address="10.1.4.21", outcome=outcome) for outcome in ("timeout", "connected", "reset")
    ]

    assert tcp(case({}, *attempts), "10.1.4.21").value.outcome == "connected"
    assert not tcp(case({}, *attempts), "10.1.4.22").known
