"""The resolver answers as the one of the world's caller would."""

import dns.exception
import dns.flags
import dns.rcode
import pytest

DEFAULT_ZONE = "execute-api.us-east-1.amazonaws.com"
PUBLIC = ["198.51.100.10", "198.51.100.11"]
INTERFACES = ["10.1.4.21", "10.1.5.21"]


@pytest.mark.parametrize("name", [DEFAULT_ZONE, f"whatever123.{DEFAULT_ZONE}"])
def test_private_dns_claims_every_default_name(same_account, name):
    assert same_account.addresses(name) == INTERFACES


def test_a_zonal_name_leads_to_one_interface(same_account):
    assert same_account.addresses(same_account.lab.world.fill("<host:main>")) == INTERFACES
    assert same_account.addresses(same_account.lab.world.fill("<host:main/us-east-1b>")) == ["10.1.5.21"]


def test_names_are_compared_without_case(same_account):
    assert same_account.addresses(f"ABC.{DEFAULT_ZONE}".upper()) == INTERFACES


def test_names_of_another_region_stay_public(same_account):
    assert same_account.addresses("abc.execute-api.eu-west-1.amazonaws.com") == PUBLIC


def test_tcp_answers_like_udp(same_account):
    answer = same_account.dig(DEFAULT_ZONE, tcp=True)

    assert sorted(record.address for record in answer.answer[0]) == INTERFACES
    assert answer.flags & dns.flags.RA


def test_an_unknown_name_is_nxdomain_with_the_zones_soa(same_account):
    answer = same_account.dig("vpce-0.execute-api.us-east-1.vpce.amazonaws.com")

    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert answer.authority[0].name.to_text() == "execute-api.us-east-1.vpce.amazonaws.com."


def test_a_name_without_ipv6_is_nodata(same_account):
    answer = same_account.dig(f"abc.{DEFAULT_ZONE}", "AAAA")

    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
    assert answer.authority[0].name.to_text() == f"{DEFAULT_ZONE}."


def test_public_dns_knows_endpoint_names_by_their_private_addresses(lab):
    client = lab("on-prem")

    assert client.addresses(client.lab.world.fill("<host:main>")) == INTERFACES
    assert client.addresses(f"abc.{DEFAULT_ZONE}") == PUBLIC


def test_an_alias_exists_only_for_an_associated_endpoint(lab):
    alias = f"<api:pets>-<endpoint:main>.{DEFAULT_ZONE}"
    client = lab("on-prem")
    assert client.dig(client.lab.world.fill(alias)).rcode() == dns.rcode.NXDOMAIN

    client = lab("on-prem", change=lambda world: world.api.endpoints.append("main"))
    assert client.addresses(client.lab.world.fill(alias)) == INTERFACES


def test_a_customer_zone_without_the_record_hides_public_dns(lab):
    def one_name_only(world):
        world.zones["shared"].records = {f"other.{DEFAULT_ZONE}": "<host:main>"}

    client = lab("peered", change=one_name_only)

    assert client.addresses(f"other.{DEFAULT_ZONE}") == INTERFACES
    assert client.dig(f"abc.{DEFAULT_ZONE}").rcode() == dns.rcode.NXDOMAIN


def test_a_zone_may_point_at_an_address_that_nobody_has(lab):
    def dead(world):
        world.zones["shared"].records = {f"*.{DEFAULT_ZONE}": "10.1.4.99"}
        world.dead.append("10.1.4.99")

    client = lab("peered", change=dead)

    assert client.addresses(f"abc.{DEFAULT_ZONE}") == ["10.1.4.99"]
    assert "10.1.4.99" in client.book


@pytest.mark.parametrize(("failure", "rcode"), [("servfail", 2), ("refused", 5), ("nxdomain", 3)])
def test_a_resolver_can_fail_below_a_suffix(lab, failure, rcode):
    client = lab(change=lambda world: world.dns.failures.update({DEFAULT_ZONE: failure}))

    assert client.dig(f"abc.{DEFAULT_ZONE}").rcode() == rcode
    assert client.addresses(client.lab.world.fill("<host:main>")) == INTERFACES


def test_a_resolver_can_stay_silent(lab):
    client = lab(change=lambda world: world.dns.failures.update({"amazonaws.com": "silent"}))
    for tcp in (False, True):
        with pytest.raises((dns.exception.Timeout, EOFError)):
            client.dig(f"abc.{DEFAULT_ZONE}", tcp=tcp)
