"""Instance metadata is asked for by IMDSv2, within its budget, and believed only in its own shape."""

import time

import pytest
from facts.servers import serving

from apidoctor.travelling.cloud import RESOLVER, instance, looks_like_instance, vpc_resolvers

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


def metadata(values, token="TOKEN"):
    """Return a talk of the instance metadata service."""

    def talk(one):
        while head := one.head():
            method, path, _ = head.split(" ", 2)
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
        found = asked(server)

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
        found = asked(server)

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
        assert asked(server) is None


def test_silence_costs_no_more_than_the_budget():
    with serving(lambda one: time.sleep(2)) as server:
        started = time.monotonic()

        assert asked(server, 0.2) is None
        assert time.monotonic() - started < 1


def test_what_came_before_time_was_up_is_kept():
    def talk(one):
        for answer in ("TOKEN", MAC, VALUES["instance-id"]):
            one.head()
            one.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n{answer}".encode())
        time.sleep(2)

    with serving(talk) as server:
        assert asked(server, 0.5) == {"instance_id": VALUES["instance-id"]}


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1", "nonsense", "http://", "http://[::1"])
def test_an_endpoint_that_is_none_says_nothing(endpoint):
    assert instance({"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}) is None


def test_metadata_can_be_switched_off():
    with serving(metadata(VALUES)) as server:
        endpoint = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{server.port}"}

        assert instance({**endpoint, "AWS_EC2_METADATA_DISABLED": "TRUE"}) is None
        assert server.received == []


def test_a_host_that_does_not_look_like_an_instance_asks_nobody(monkeypatch):
    def asked(*_):
        raise AssertionError("the metadata service was asked")

    monkeypatch.setattr("apidoctor.travelling.cloud.looks_like_instance", lambda: False)
    monkeypatch.setattr("apidoctor.travelling.cloud._asked", asked)

    assert instance({}) is None


def test_an_instance_is_known_by_its_vendor(tmp_path):
    vendor = tmp_path / "sys_vendor"
    vendor.write_text("Amazon EC2\n")

    assert looks_like_instance(str(vendor))
    assert not looks_like_instance(str(tmp_path / "missing"))


def test_a_network_that_is_too_small_has_no_second_address():
    assert vpc_resolvers({"vpc_cidrs": ["10.0.0.0/32"]}) == [RESOLVER]
    assert vpc_resolvers({"vpc_cidrs": ["999.0.0.0/8"]}) == [RESOLVER]
