"""Where connections may go."""

import pytest

from apidoctor.travelling.book import AddressBook, UsageError, server

SPECS = (
    "",
    "a:1",
    "a=::1",
    "a:1=::1",
    "a:0=::1:1",
    "a:1=[::1]:70000",
    "a:x=[::1]:1",
    ":1=[::1]:1",
    "a:1=localhost:1",
)


def test_an_address_goes_where_the_book_says():
    book = AddressBook.parse(["10.1.4.21:443=127.0.0.1:8443"])

    assert book.find("x", "10.1.4.21", 443) == ("127.0.0.1", 8443)
    assert book.find("x", "10.1.4.21", 80) == ("10.1.4.21", 80)


def test_a_name_in_the_book_counts_when_the_address_is_not_in_it():
    book = AddressBook.parse(["API.example.:443=[::1]:8443", "10.0.0.1:443=127.0.0.1:1"])

    assert book.find("api.example", "10.0.0.2", 443) == ("::1", 8443)
    assert book.find("api.example", "10.0.0.1", 443) == ("127.0.0.1", 1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "0.0.0.0",
        "224.0.0.1",
        "localhost",
        "",
    ],
)
def test_this_host_its_link_and_its_metadata_are_refused_unless_the_book_says_so(address):
    assert AddressBook().find("", address, 443) is None


def test_private_and_public_addresses_are_probed_as_they_are():
    assert AddressBook().find("", "10.0.0.1", 443) == ("10.0.0.1", 443)
    assert AddressBook().find("", "2001:db8::1", 443) == ("2001:db8::1", 443)


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_that_cannot_be_read_is_a_usage_error(spec):
    with pytest.raises(UsageError):
        AddressBook.parse([spec])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("10.0.0.2", ("10.0.0.2", 53)),
        ("10.0.0.2:5353", ("10.0.0.2", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_a_dns_server_may_be_given_with_its_port(text, place):
    assert server(text) == place
