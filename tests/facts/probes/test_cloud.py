"""The instance metadata service: asked with a token, within a budget, believed only where it looks right."""

import time

import pytest
from facts.servers import serving

from apidoctor.facts.probes.cloud import probe_cloud
from apidoctor.model.observation import Cloud

MAC = "0a:1b:2c:3d:4e:5f"
VALUES = {
    "/latest/meta-data/mac": MAC,
    "/latest/meta-data/instance-id": "i-0123456789abcdef0",
    "/latest/meta-data/placement/region": "us-gov-west-1",
    f"/latest/meta-data/network/interfaces/macs/{MAC}/interface-id": "eni-0123456789abcdef0",
    f"/latest/meta-data/network/interfaces/macs/{MAC}/subnet-id": "subnet-0123456789abcdef0",
    f"/latest/meta-data/network/interfaces/macs/{MAC}/vpc-id": "vpc-0123456789abcdef0",
    f"/latest/meta-data/network/interfaces/macs/{MAC}/owner-id": "111111111111",
}


def service(values, delay=0.0, token="the-token"):
    """Return a talk that plays IMDSv2 over one kept connection."""

    def talk(one):
        while head := one.head():
            method, path, _ = head.split(" ", 2)
            time.sleep(delay)
            if method == "PUT" and path == "/latest/api/token":
                status, body = "200 OK", token
            elif f"x-aws-ec2-metadata-token: {token}" not in head.lower():
                status, body = "401 Unauthorized", ""
            else:
                status, body = ("200 OK", values[path]) if path in values else ("404 Not Found", "no")
            one.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    return talk


def ask(talk, budget=2.0, **environment):
    with serving(talk) as server:
        endpoint = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{server.port}"}
        return probe_cloud({**endpoint, **environment}, budget), server


def test_an_instance_learns_who_it_is_with_a_token():
    cloud, server = ask(service(VALUES))

    assert cloud == Cloud(
        instance_id="i-0123456789abcdef0",
        eni="eni-0123456789abcdef0",
        subnet="subnet-0123456789abcdef0",
        vpc="vpc-0123456789abcdef0",
        account="111111111111",
        region="us-gov-west-1",
    )
    assert server.received[0].startswith(b"PUT /latest/api/token")


def test_a_value_that_looks_wrong_is_left_out():
    odd = {
        name: "../../etc" if "instance" in name or "vpc" in name else value for name, value in VALUES.items()
    }
    cloud, _ = ask(service(odd))

    assert (cloud.instance_id, cloud.vpc) == (None, None)
    assert cloud.eni == "eni-0123456789abcdef0"


@pytest.mark.parametrize(
    "talk",
    [
        service({}),
        service({"/latest/meta-data/mac": "x" * 100_000}),
        lambda one: one.send(b"garbage\r\n\r\n"),
        lambda one: None,
    ],
)
def test_whoever_is_no_metadata_service_tells_nothing(talk):
    assert ask(talk)[0] is None


def test_a_slow_service_costs_no_more_than_the_budget():
    started = time.monotonic()

    assert ask(service(VALUES, delay=0.1), budget=0.2)[0] is None
    assert time.monotonic() - started < 0.6


def test_a_service_that_is_switched_off_is_not_asked():
    cloud, server = ask(service(VALUES), AWS_EC2_METADATA_DISABLED="TRUE")

    assert cloud is None
    assert server.received == []


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "127.0.0.1", "http://", "http://[::1"])
def test_an_endpoint_that_is_none_tells_nothing(endpoint):
    assert probe_cloud({"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint}) is None


def test_a_host_that_does_not_look_like_an_instance_asks_nobody():
    started = time.monotonic()

    assert probe_cloud({}) is None
    assert time.monotonic() - started < 0.2
