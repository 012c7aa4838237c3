"""Instance metadata is asked for by IMDSv2, within its budget, and believed only in its own shape."""

import socket
import threading
import time

import pytest
from facts.servers import serving

from apidoctor.travelling.cloud import (
    RESOLVER,
    Instance,
    instance,
    is_likely,
    looks_like_instance,
    vpc_resolvers,
)

MAC = "0e:49:61:0f:c3:11"
VALUES = {
    "mac": MAC,
    "instance-id": "i-0abc1234def567890",
    "interface-id": "eni-0abc1234def567890",
    "subnet-id": "subnet-0abc1234def567890",
    "vpc-id": "vpc-0abc1234def567890",
    "owner-id": "111111111111",
    "region": "us-east-1",
    "vpc-ipv4-cidr-blocks": "10.1.0.0/16\n10.2.0.0/16",
}


LATE = "it did not answer in time"
STRANGE = "what answers is no metadata service, or refuses"
OFF = "AWS_EC2_METADATA_DISABLED switches it off"


def metadata(values, token="TOKEN", wait=0.0):
    """Return a talk of the instance metadata service, which takes *wait* seconds for each answer."""

    def talk(one):
        while head := one.head():
            method, path, _ = head.split(" ", 2)
            time.sleep(wait)
            if method == "PUT":
                body = token
            elif f"x-aws-ec2-metadata-token: {token}" not in head:
                body = None
            else:
                body = values.get(path.rpartition("/")[2])
            status = "200 OK" if body is not None else "404 Not Found"
            one.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body or '')}\r\n\r\n{body or ''}".encode())

    return talk


def asked(server, budget=2.0):
    return instance({"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{server.port}"}, budget)


def test_an_instance_knows_its_interface_and_its_vpc_s_networks():
    with serving(metadata(VALUES)) as server:
        found, missing = asked(server)

    assert missing is None
    assert found == {
        "instance_id": "i-0abc1234def567890",
        "eni": "eni-0abc1234def567890",
        "subnet": "subnet-0abc1234def567890",
        "vpc": "vpc-0abc1234def567890",
        "account": "111111111111",
        "region": "us-east-1",
        "vpc_cidrs": ["10.1.0.0/16", "10.2.0.0/16"],
    }
    assert vpc_resolvers(found) == ["10.1.0.2", RESOLVER]


def test_what_has_another_shape_was_not_said():
    with serving(metadata({**VALUES, "vpc-id": "<html>", "vpc-ipv4-cidr-blocks": "everything"})) as server:
        found = asked(server).found

    assert found["eni"] == "eni-0abc1234def567890"
    assert not {"vpc", "vpc_cidrs"} & set(found)
    assert vpc_resolvers(found) == [RESOLVER]


@pytest.mark.parametrize(
    "talk",
    [
        metadata({}),
        metadata({"mac": "no mac"}),
        metadata({"mac": "x" * 100_000}),
        lambda one: one.send(b"garbage\r\n\r\n"),
        lambda one: None,
    ],
)
def test_who_is_no_metadata_service_says_nothing(talk):
    with serving(talk) as server:
        found, missing = asked(server)

    assert found is None
    assert missing in (STRANGE, "it does not answer")


def test_a_slow_service_is_waited_for():
    with serving(metadata(VALUES, wait=0.2)) as server:
        found, missing = asked(server)

    assert (found["eni"], found["vpc"], missing) == (VALUES["interface-id"], VALUES["vpc-id"], None)


def test_what_is_asked_of_the_interface_is_asked_at_once():
    # Seven questions that are answered only when all of them are there.
    all_here = threading.Barrier(7)
    talk = metadata(VALUES)

    def together(one):
        head = one.head()
        if not head.startswith("PUT") and not head.split(" ")[1].endswith("/meta-data/mac"):
            all_here.wait(2)
        one.head = iter([head, ""]).__next__
        talk(one)

    with serving(together) as server:
        found, missing = asked(server)

    assert (len(found), missing) == (7, None)


def test_silence_costs_no_more_than_the_budget():
    with serving(lambda one: time.sleep(2)) as server:
        started = time.monotonic()

        assert asked(server, 0.2) == Instance(None, LATE)
        assert time.monotonic() - started < 1


def test_what_came_before_time_was_up_is_kept_and_the_rest_is_missing():
    def talk(one):
        head = one.head()
        if "interface-id" in head or "subnet-id" in head:
            time.sleep(1)
        one.head = iter([head, ""]).__next__
        metadata(VALUES)(one)

    with serving(talk) as server:
        found, missing = asked(server, 0.5)

    assert found["instance_id"] == VALUES["instance-id"]
    assert "eni" not in found
    assert missing == "it did not tell the network interface in time"


def test_nobody_listens_where_the_metadata_should_be():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{held.getsockname()[1]}"

        assert instance({"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}).missing == "it does not answer"


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1", "nonsense", "http://", "http://[::1"])
def test_an_endpoint_that_is_none_says_nothing(endpoint):
    assert instance({"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}) == Instance(None, STRANGE)


@pytest.mark.parametrize(("an_instance", "missing"), [(True, OFF), (False, None)])
def test_metadata_can_be_switched_off(monkeypatch, an_instance, missing):
    monkeypatch.setattr("apidoctor.travelling.cloud.looks_like_instance", lambda: an_instance)
    with serving(metadata(VALUES)) as server:
        endpoint = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{server.port}"}

        assert instance({**endpoint, "AWS_EC2_METADATA_DISABLED": "TRUE"}) == Instance(None, missing)
        assert server.received == []


def test_a_host_that_does_not_look_like_an_instance_asks_nobody(monkeypatch):
    def asked(*_):
        raise AssertionError("the metadata service was asked")

    monkeypatch.setattr("apidoctor.travelling.cloud.looks_like_instance", lambda: False)
    monkeypatch.setattr("apidoctor.travelling.cloud._asked", asked)

    assert instance({}) == Instance(None, None)
    assert not is_likely({})


@pytest.mark.parametrize(
    ("text", "start", "is_one"),
    [
        ("Amazon EC2\n", "Amazon EC2", True),
        ("EC2E1916-9099-7CAF-FD21-012345ABCDEF\n", "ec2", True),
        ("QEMU\n", "Amazon EC2", False),
        ("", "ec2", False),
    ],
)
def test_an_instance_is_known_by_how_a_sign_begins(tmp_path, text, start, is_one):
    sign, missing = tmp_path / "sign", tmp_path / "missing"
    sign.write_text(text)

    assert looks_like_instance({str(missing): start, str(sign): start}) is is_one
    assert not looks_like_instance({str(missing): start})


def test_a_network_that_is_too_small_has_no_second_address():
    assert vpc_resolvers({"vpc_cidrs": ["10.0.0.0/32"]}) == [RESOLVER]
    assert vpc_resolvers({"vpc_cidrs": ["999.0.0.0/8"]}) == [RESOLVER]
