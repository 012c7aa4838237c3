"""Whose observations they are: one host stays one, two hosts of one name do not become one."""

import pytest

from apidoctor.facts.merging import merge
from apidoctor.facts.merging.vantages import same_host
from apidoctor.model.observation import Cloud, HostSeen, TcpSeen
from apidoctor.model.snapshot import FORMAT, Asked, Snapshot

ONE, TWO = {"addresses": ["127.0.0.1", "10.0.0.5"]}, {"addresses": ["127.0.0.1", "192.168.7.9"]}


def host(minute, vantage="app-1", **more):
    """A look at a host."""
    return HostSeen(at=f"2026-11-22T10:{minute:02}:00Z", vantage=vantage, hostname="app-1", **more)


def tcp(minute, vantage="app-1", outcome="connected"):
    """A connection from a host."""
    return TcpSeen(at=f"2026-11-22T10:{minute:02}:01Z", vantage=vantage, address="10.1.4.21", outcome=outcome)


def probe(*observations, **more):
    """A snapshot of observations alone."""
    return Snapshot(FORMAT, "1.0", max(seen.at for seen in observations), {}, list(observations), **more)


def vantages(snapshot):
    """The vantages in the order of the observations."""
    return [seen.vantage for seen in snapshot.observations]


def test_one_host_probed_twice_stays_one_and_its_later_look_comes_last():
    late, early = probe(host(30, **ONE), tcp(30)), probe(host(10, **ONE), tcp(10, outcome="timeout"))
    both, notes = merge([late, early])

    assert vantages(both) == ["app-1"] * 4
    assert [seen.outcome for seen in both.observations if isinstance(seen, TcpSeen)] == [
        "timeout",
        "connected",
    ]
    assert notes == []


def test_another_host_of_the_same_name_gets_a_name_of_its_own():
    both, notes = merge([probe(host(30, **ONE), tcp(30)), probe(host(10, **TWO), tcp(10))], ["a", "b"])

    assert vantages(both) == ["app-1", "app-1", "app-1 (2)", "app-1 (2)"]
    assert notes == ["two hosts are called app-1: that of b is now app-1 (2)"]


def test_a_third_look_at_the_second_host_goes_to_the_second_host():
    inputs = [probe(host(10, **ONE)), probe(host(20, **TWO)), probe(host(30, **TWO))]
    at_once = merge(inputs)[0]

    assert vantages(at_once) == ["app-1", "app-1 (2)", "app-1 (2)"]
    assert merge([merge(inputs[:2])[0], inputs[2]])[0] == at_once
    assert merge([inputs[0], merge(inputs[1:])[0]])[0] == at_once


def test_three_hosts_of_one_name_keep_their_numbers_when_merged_again():
    three = {"addresses": ["172.16.0.1"]}
    merged = merge([probe(host(10, **ONE)), probe(host(30, **TWO)), probe(host(20, **three))])[0]

    assert {seen.vantage: seen.addresses[-1] for seen in merged.observations} == {
        "app-1": "10.0.0.5", "app-1 (2)": "192.168.7.9", "app-1 (3)": "172.16.0.1"
    }  # fmt: skip
    assert merge([merged])[0] == merged
    assert merge([merged, merged])[0] == merged


def test_what_tells_of_no_host_goes_by_its_name():
    assert vantages(merge([probe(tcp(10)), probe(host(20, **ONE))])[0]) == ["app-1", "app-1"]
    assert vantages(merge([probe(host(20, **ONE)), probe(tcp(10))])[0]) == ["app-1", "app-1"]


def test_the_host_of_the_first_input_comes_first_whenever_it_looked():
    cloud, prem = probe(host(5, "jump", **ONE)), probe(host(50, "dc", **TWO))
    nothing = Snapshot(FORMAT, "1.0", "2026-11-22T10:00:00Z")

    assert vantages(merge([nothing, prem, cloud])[0]) == ["dc", "jump"]
    assert vantages(merge([cloud, prem])[0]) == ["jump", "dc"]


def test_exact_duplicates_count_once():
    seen = tcp(10)

    assert merge([probe(seen, host(9, **ONE)), probe(seen)])[0].observations == [host(9, **ONE), seen]


def test_a_question_that_names_a_host_follows_the_new_name():
    second = probe(host(20, **TWO), asked=Asked("abc", {"from_": "app-1"}))

    assert merge([probe(host(10, **ONE)), second])[0].asked == Asked("abc", {"from_": "app-1 (2)"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, True),
        (ONE, ONE, True),
        (ONE, TWO, False),
        (ONE, {}, True),
        (ONE, {"addresses": ["10.0.0.5", "10.8.0.2"]}, True),
        ({"addresses": ["10.0.0.5", "172.17.0.1"]}, {"addresses": ["10.0.9.5", "172.17.0.1"]}, False),
        ({"addresses": ["nonsense"]}, ONE, True),
        ({"cloud": Cloud(instance_id="i-1")} | ONE, {"cloud": Cloud(instance_id="i-2")} | ONE, False),
        ({"cloud": Cloud(instance_id="i-1")} | ONE, {"cloud": Cloud(instance_id="i-1")} | TWO, True),
        ({"cloud": Cloud(eni="eni-1")}, {"cloud": Cloud(eni="eni-2")}, False),
        ({"cloud": Cloud(eni="eni-1")} | ONE, ONE, True),
    ],
)
def test_hosts_are_told_apart_by_what_stays_with_a_host(one, other, same):
    assert same_host(host(1, **one), host(2, **other)) is same
    assert same_host(host(2, **other), host(1, **one)) is same


def test_hosts_of_different_names_are_different():
    assert not same_host(HostSeen(hostname="a"), HostSeen(hostname="b"))


def test_many_hosts_of_one_name_are_told_apart_in_good_time():
    inputs = [probe(host(n % 60, addresses=[f"10.0.{n // 250}.{n % 250}"])) for n in range(300)]

    assert set(vantages(merge(inputs)[0])) == {"app-1"} | {f"app-1 ({n})" for n in range(2, 301)}


@pytest.mark.parametrize("last", [ONE, TWO])
def test_a_host_that_looked_very_often_stays_one(last):
    inputs = [probe(host(n % 60, **ONE)) for n in range(1000)]

    assert set(vantages(merge([*inputs, probe(host(1, **last))])[0])) == {"app-1"}
