"""The way, looked at through real routers that drop, reject, route elsewhere and have small links."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from facts.servers import Authority
from msgspec import convert
from travelling.world import ADDRESS, ADDRESS6, World, obstacle

from apidoctor.model.observation import AnyObservation

OBSTACLE = obstacle()
pytestmark = pytest.mark.skipif(OBSTACLE is not None, reason=str(OBSTACLE))

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))
OTHERS = [str(path) for path in PYTHONS if path.parts[-3].startswith(("3.8.", "3.13."))]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def world(authority):
    """A world with a server on 443, one whose answer is long on 444, and one that refuses long questions on 445."""
    made = World()
    try:
        files = []
        for names in ([NAME], [NAME, *(f"name-{n}.of-a-long-certificate.example" for n in range(200))]):
            authority.context(*names)
            files.append(max(authority.folder.glob("[0-9]*.pem"), key=lambda path: path.stat().st_mtime_ns))
        made.serve(443, files[0])
        made.serve(444, files[1])
        made.serve(445, files[0], mode="refusing")
        yield made
    finally:
        made.close()


def connect(world, address=ADDRESS, port=443, timeout=1.0):
    return world.look(f"tcp.connect({address!r}, {port}, {timeout})")


def forget(world):
    """Have the kernels forget what an earlier test taught them of the path."""
    for name in ("host", "server"):
        world.ip(name, "route flush cache")
        world.ip(name, "-6 route flush cache")


def path_mtu(world, address=ADDRESS, port=443, timeout=5.0, tries=3):
    """Look again after an error: where every core is taken, seconds can pass in which nobody runs."""
    for _ in range(tries):
        forget(world)
        seen = world.look(f"mtu.path_mtu({address!r}, {port}, {timeout}, server_name={NAME!r})")
        if seen["outcome"] != "error":
            break
    return seen


SMALL = [("near", "l1"), ("far", "r1")]
"""Both ends of the link in the middle."""


@pytest.fixture
def small_link(world):
    for name, device in SMALL:
        world.ip(name, f"link set {device} mtu 1300")
    yield
    for name, device in SMALL:
        world.ip(name, f"link set {device} mtu 1500")


class TestRoutes:
    @pytest.mark.parametrize(
        "address", [ADDRESS, ADDRESS6, "10.77.0.1", "10.77.0.2", "203.0.113.9", "fd77::1"]
    )
    def test_a_route_is_what_ip_route_get_tells(self, world, address):
        seen = world.look(f"routes.route_to({address!r})")
        (told,) = json.loads(world.run("host", "ip", "-j", "route", "get", address))

        assert (seen["device"], seen["via"]) == (told["dev"], told.get("gateway"))
        assert seen["source"] == told["prefsrc"]

    def test_the_prefix_that_matched_and_the_mtu_of_a_route_are_told(self, world):
        with world.changed("host", "route add 10.77.2.0/25 via 10.77.0.1 mtu 1380", "route del 10.77.2.0/25"):
            seen = world.look(f"routes.route_to({ADDRESS!r})")

        assert (seen["destination"], seen["mtu"]) == ("10.77.2.0/25", 1380)

    def test_policy_rules_are_honoured(self, world):
        world.ip("host", "route add 10.77.2.2/32 via 10.77.0.9 table 77 onlink dev l0")
        with world.changed("host", f"rule add to {ADDRESS} lookup 77", f"rule del to {ADDRESS} lookup 77"):
            seen = world.look(f"routes.route_to({ADDRESS!r})")

        assert (seen["via"], seen["destination"]) == ("10.77.0.9", f"{ADDRESS}/32")

    @pytest.mark.parametrize("kind", ["blackhole", "unreachable", "prohibit"])
    @pytest.mark.parametrize("network", ["10.77.2.0/24", "fd77:2::/64"])
    def test_a_route_that_refuses_has_no_device(self, world, kind, network):
        with world.changed("host", f"route add {kind} {network}", f"route del {kind} {network}"):
            seen = world.look(
                f"routes.route_to({network.split('/')[0] + '2' if ':' in network else ADDRESS!r})"
            )
            table = world.look("routes.table()")

        assert (seen["device"], seen["via"], seen["source"]) == (None, None, None)
        assert [route["device"] for route in table if route["destination"] == network] == [None]

    def test_the_table_and_the_links_are_those_of_the_kernel(self, world):
        destinations = {route["destination"]: route for route in world.look("routes.table()")}
        (link,) = world.look("routes.links()")

        assert destinations["0.0.0.0/0"]["via"] == "10.77.0.1"
        assert destinations["::/0"]["via"] == "fd77::1"
        assert destinations["10.77.0.0/24"]["source"] == "10.77.0.2"
        assert link == {"device": "l0", "mtu": 1500, "addresses": ["10.77.0.2", "fd77::2"]}
        assert world.look("routes.addresses()") == ["10.77.0.2", "fd77::2"]

    def test_without_netlink_the_main_table_is_read(self, world):
        setup = "setattr(__import__('socket'), 'AF_NETLINK', None)"
        seen, table, links = world.look(
            f"[{setup}, routes.route_to({ADDRESS!r}), routes.table(), routes.addresses()][1:]"
        )

        assert (seen["destination"], seen["via"], seen["source"]) == ("0.0.0.0/0", "10.77.0.1", "10.77.0.2")
        assert {route["destination"] for route in table} == {"0.0.0.0/0", "10.77.0.0/24"}
        assert links == ["10.77.0.2", "fd77::2"]


class TestTcp:
    @pytest.mark.parametrize("address", [ADDRESS, ADDRESS6])
    def test_a_connection_tells_source_and_segment_size(self, world, address):
        seen = connect(world, address)

        assert seen["outcome"] == "connected"
        assert seen["source"] == ("fd77::2" if ":" in address else "10.77.0.2")
        assert seen["source_port"] > 1024
        assert seen["mss"] == (1440 if ":" in address else 1460)

    def test_dropped_packets_are_a_time_out(self, world):
        with world.filtered("near", "forward", "tcp dport 443 drop"):
            seen = connect(world, timeout=1.5)

        assert (seen["outcome"], seen["reason"]) == ("timeout", "no answer in time")
        assert 1400 < seen["elapsed_ms"] < 2500

    @pytest.mark.parametrize(
        ("rule", "outcome", "reason"),
        [
            ("reject with tcp reset", "refused", "Connection refused"),
            ("reject with icmpx type admin-prohibited", "no_route", "No route to host (said by 10.77.0.1)"),
            ("reject with icmpx type port-unreachable", "refused", "Connection refused (said by 10.77.0.1)"),
        ],
    )
    def test_a_rejection_names_who_rejects(self, world, rule, outcome, reason):
        with world.filtered("near", "forward", f"tcp dport 443 {rule}"):
            seen = connect(world)

        assert (seen["outcome"], seen["reason"]) == (outcome, reason)

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("prohibit", "a prohibit route of this host (Permission denied)"),
            ("blackhole", "a blackhole route of this host (Invalid argument)"),
            ("unreachable", "No route to host"),
        ],
    )
    def test_routes_of_the_host_that_refuse_are_no_route(self, world, kind, reason):
        with world.changed("host", f"route add {kind} {ADDRESS}", f"route del {kind} {ADDRESS}"):
            seen = connect(world)

        assert (seen["outcome"], seen["reason"]) == ("no_route", reason)

    def test_no_route_at_all_is_no_route(self, world):
        with world.changed("host", "route del default", "route add default via 10.77.0.1"):
            seen = connect(world)

        assert (seen["outcome"], seen["reason"]) == ("no_route", "Network is unreachable")

    def test_a_router_without_a_route_is_named(self, world):
        with world.changed("far", "route add unreachable 10.77.2.3", "route del unreachable 10.77.2.3"):
            seen = connect(world, "10.77.2.3")

        assert (seen["outcome"], seen["reason"]) == ("no_route", "No route to host (said by 10.77.1.2)")

    def test_the_host_s_own_firewall_is_told_from_the_world_s(self, world):
        with world.filtered("host", "output", "tcp dport 443 drop"):
            dropped = connect(world, timeout=1.5)
        with world.filtered("host", "output", "tcp dport 443 reject"):
            rejected = connect(world)

        assert (dropped["outcome"], rejected["outcome"]) == ("error", "error")
        assert dropped["reason"] == "local firewall or tunnel refuses (no packet leaves this host)"
        assert rejected["reason"] == "local firewall refuses (Connection refused)"


class TestHops:
    @pytest.mark.parametrize(
        ("address", "way"),
        [(ADDRESS, ["10.77.0.1", "10.77.1.2", ADDRESS]), (ADDRESS6, ["fd77::1", "fd77:1::2", ADDRESS6])],
    )
    def test_both_routers_and_the_address_answer(self, world, address, way):
        seen = world.look(f"hops.hops({address!r}, 443, 3.0)")

        assert [hop["address"] for hop in seen] == way
        assert [hop["ttl"] for hop in seen] == [1, 2, 3]
        assert [hop.get("said") for hop in seen] == [None, None, "connected"]
        assert all(0 < hop["elapsed_ms"] < 3000 for hop in seen)

    def test_a_closed_port_ends_the_way_too(self, world):
        assert world.look(f"hops.hops({ADDRESS!r}, 81, 3.0)")[-1]["said"] == "refused"

    def test_a_silent_router_is_a_gap(self, world):
        with world.filtered("near", "output", "ip protocol icmp drop"):
            seen = world.look(f"hops.hops({ADDRESS!r}, 443, 3.0)")

        assert [hop["address"] for hop in seen] == [None, "10.77.1.2", ADDRESS]

    def test_the_way_ends_behind_the_last_who_answers(self, world):
        with world.filtered("far", "forward", "tcp dport 443 drop"):
            seen = world.look(f"hops.hops({ADDRESS!r}, 443, 1.5)")

        assert [hop["address"] for hop in seen] == ["10.77.0.1", "10.77.1.2"]

    def test_who_rejects_ends_the_way(self, world):
        with world.filtered("far", "forward", "reject with icmpx type admin-prohibited"):
            seen = world.look(f"hops.hops({ADDRESS!r}, 443, 3.0)")

        assert [hop["address"] for hop in seen] == ["10.77.0.1", "10.77.1.2", "10.77.1.2"]
        assert [hop.get("said") for hop in seen] == [None, None, "prohibited"]

    def test_udp_is_asked_where_tcp_tells_nothing(self, world):
        with world.filtered("host", "input", "icmp type { time-exceeded } @th,224,8 6 drop"):
            seen = world.look(f"hops.hops({ADDRESS!r}, 443, 4.0)")

        assert [hop["address"] for hop in seen] == ["10.77.0.1", "10.77.1.2", ADDRESS]

    def test_without_any_answer_there_is_no_hop(self, world):
        with world.filtered("host", "input", "drop"):
            assert world.look(f"hops.hops({ADDRESS!r}, 443, 1.0)") == []

    def test_nothing_but_a_route_away_is_needed(self, world):
        with world.changed("host", "route del default", "route add default via 10.77.0.1"):
            assert world.look(f"hops.hops({ADDRESS!r}, 443, 1.0)") == []


class TestPathMtu:
    @pytest.mark.parametrize("address", [ADDRESS, ADDRESS6])
    def test_packets_of_the_link_s_size_get_there(self, world, address):
        seen = path_mtu(world, address)

        assert (seen["outcome"], seen["mtu"], seen["link_mtu"]) == ("ok", 1500, 1500)

    @pytest.mark.usefixtures("small_link")
    @pytest.mark.parametrize("address", [ADDRESS, ADDRESS6])
    def test_a_small_link_that_says_so_is_smaller(self, world, address):
        seen = path_mtu(world, address)

        assert (seen["outcome"], seen["mtu"], seen["link_mtu"]) == ("smaller", 1300, 1500)
        assert seen["reason"] == "the kernel was told of a smaller path MTU"

    @pytest.mark.usefixtures("small_link")
    @pytest.mark.parametrize(("address", "found"), [(ADDRESS, 1280), (ADDRESS6, 1300)])
    def test_a_small_link_that_keeps_silent_is_a_black_hole(self, world, address, found):
        with world.filtered(
            "near", "output", "meta l4proto { icmp } drop", "icmpv6 type packet-too-big drop"
        ):
            seen = path_mtu(world, address)

        assert (seen["outcome"], seen["mtu"], seen["link_mtu"]) == ("black_hole", found, 1500)
        assert "1500 bytes to the address vanish" in seen["reason"]

    @pytest.mark.usefixtures("small_link")
    def test_a_black_hole_on_the_way_back_is_one_too(self, world):
        with world.filtered("far", "output", "icmp type destination-unreachable drop"):
            with world.filtered("near", "output", "icmp type destination-unreachable drop"):
                both = path_mtu(world, port=444, timeout=8.0)
            back = path_mtu(world, port=444, timeout=8.0)

        assert (both["outcome"], both.get("mtu")) == ("black_hole", 1280), both
        assert (back["outcome"], back.get("mtu")) == ("black_hole", 1300), back
        assert "from the address vanish" in back["reason"]

    def test_a_peer_with_small_segments_is_smaller(self, world):
        with world.filtered("near", "forward", "tcp flags syn tcp option maxseg size set 1360"):
            seen = path_mtu(world)

        assert (seen["outcome"], seen["mtu"], seen["reason"]) == (
            "smaller",
            1400,
            "kept small by the peer's segment size",
        )

    def test_a_server_that_refuses_the_long_question_has_answered(self, world):
        assert path_mtu(world, port=445)["outcome"] == "ok"

    def test_an_address_that_drops_all_is_an_error_in_time(self, world):
        with world.filtered("near", "forward", "drop"):
            seen = path_mtu(world, timeout=2.0, tries=1)

        assert (seen["outcome"], seen["reason"]) == ("error", "no connection: timeout")

    def test_an_address_that_falls_silent_after_the_connection_is_an_error(self, world):
        with world.filtered(
            "near", "forward", "ct state established tcp flags & (fin|syn|rst|psh) == psh drop"
        ):
            seen = path_mtu(world, timeout=3.0, tries=1)

        assert (seen["outcome"], seen["reason"]) == ("error", "even small packets are not acknowledged")


class TestIdle:
    def ask(self, world, authority, seconds):
        options = f"ca_file={str(authority.file)!r}"
        return world.look(f"tcp.idle({ADDRESS!r}, 443, {NAME!r}, {seconds}, 1.5, {options})")

    def test_a_connection_that_is_not_forgotten_is_alive(self, world, authority):
        seen = self.ask(world, authority, 1.0)

        assert (seen["outcome"], seen["idle_outcome"], seen["idle_s"]) == ("connected", "alive", 1.0)

    @pytest.mark.parametrize(("rule", "outcome"), [("drop", "dead"), ("reject with tcp reset", "reset")])
    def test_a_connection_that_a_firewall_forgets_is_not(self, world, authority, rule, outcome):
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(self.ask, world, authority, 3.0)
            while "ESTAB" not in world.run("host", "ss", "-Htn", "dst", ADDRESS):
                time.sleep(0.05)
            time.sleep(1.0)
            with world.filtered("near", "forward", f"tcp dport 443 {rule}"):
                seen = asked.result()

        assert (seen["outcome"], seen["idle_outcome"]) == ("connected", outcome)


@pytest.mark.usefixtures("small_link")
def test_nobody_needs_to_be_root(world):
    forget(world)
    way, way6, seen, route = world.look(
        f"[__import__('os').setuid(65534), hops.hops({ADDRESS!r}, 443, 3.0), hops.hops({ADDRESS6!r}, 443, 3.0),"
        f"mtu.path_mtu({ADDRESS!r}, 443, 4.0), routes.route_to({ADDRESS!r})][1:]"
    )

    assert [hop["address"] for hop in way] == ["10.77.0.1", "10.77.1.2", ADDRESS]
    assert [hop["address"] for hop in way6] == ["fd77::1", "fd77:1::2", ADDRESS6]
    assert (seen["outcome"], seen["mtu"], route["device"]) == ("smaller", 1300, "l0")


@pytest.mark.usefixtures("small_link")
@pytest.mark.parametrize("python", OTHERS or [sys.executable])
def test_older_and_newer_pythons_see_the_same(world, authority, python):
    forget(world)
    with world.filtered("near", "output", "icmp type destination-unreachable drop"):
        seen, way, tcp, tls, answer = world.look(
            f"[mtu.path_mtu({ADDRESS!r}, 443, 5.0), hops.hops({ADDRESS!r}, 443, 3.0), "
            f"tcp.connect({ADDRESS!r}, 443, 2.0), "
            f"tls.handshake({ADDRESS!r}, 443, {NAME!r}, 2.0, ca_file={str(authority.file)!r}),"
            f"http.get('https://{NAME}/prod', {ADDRESS!r}, 2.0, ca_file={str(authority.file)!r})]",
            python,
        )

    assert all(convert(one, AnyObservation, strict=True) for one in (seen, {**tcp, "hops": way}, tls, answer))
    assert (seen["outcome"], seen["mtu"]) == ("black_hole", 1280)
    assert [hop["address"] for hop in way] == ["10.77.0.1", "10.77.1.2", ADDRESS]
    assert (tcp["outcome"], tls["outcome"], answer["status"]) == ("connected", "verified", 200)
