"""The caller's instance learns who it is, as on EC2."""

import json

import httpx
import pytest

TOKEN = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}


@pytest.fixture
def read(same_account):
    """Read one item with a token."""
    base = same_account.lab.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "/latest/"
    client = httpx.Client(trust_env=False)
    token = client.put(f"{base}api/token", headers=TOKEN).text

    def get(path, token=token):
        return client.get(base + path, headers={"X-aws-ec2-metadata-token": token})

    yield get
    client.close()


def test_the_host_finds_its_own_interface(same_account, read):
    world = same_account.lab.world
    mac = read("meta-data/mac").text
    card = f"meta-data/network/interfaces/macs/{mac}"

    assert read("meta-data/instance-id").text == world.instance.id
    assert read("meta-data/network/interfaces/macs/").text == f"{mac}/"
    assert read(f"{card}/interface-id").text == world.instance.interface
    assert read(f"{card}/subnet-id").text == world.subnets["caller"].id
    assert read(f"{card}/vpc-id").text == world.vpcs["main"].id
    assert read(f"{card}/owner-id").text == "111111111111"
    assert read("meta-data/placement/region").text == "us-east-1"
    assert json.loads(read("dynamic/instance-identity/document").text)["accountId"] == "111111111111"


def test_without_a_token_nothing_is_told(read):
    assert read("meta-data/instance-id", token="").status_code == 401
    assert read("meta-data/nothing").status_code == 404


def test_a_host_outside_aws_has_no_metadata(lab):
    environment = lab("on-prem").lab.environment

    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert "AWS_EC2_METADATA_SERVICE_ENDPOINT" not in environment
