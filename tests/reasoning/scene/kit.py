"""A small world in AWS's own answers, to be changed by a test, and the case that is judged on it."""

from typing import Any

from apidoctor.model.observation import AnyObservation
from apidoctor.model.snapshot import FORMAT, FORMAT_VERSION, Snapshot
from apidoctor.reasoning.apigateway.names import read_target
from apidoctor.reasoning.scene.case import Case, Sources

A, B, REGION, OTHER = "111111111111", "222222222222", "us-east-1", "eu-west-1"
API = "abc1234567"
NAME = f"{API}.execute-api.{REGION}.amazonaws.com"
URL = f"https://{NAME}/prod/pets"


def endpoint(id: str, vpc: str = "vpc-1", **more: Any) -> dict[str, Any]:
    """An execute-api endpoint as EC2 shows it."""
    shown = {
        "VpcEndpointId": id,
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "ServiceName": f"com.amazonaws.{REGION}.execute-api",
        "State": "available",
        "PrivateDnsEnabled": True,
        "NetworkInterfaceIds": [],
    }
    return shown | more


def interface(
    id: str, address: str, subnet: str = "subnet-1", vpc: str = "vpc-1", **more: Any
) -> dict[str, Any]:
    """A network interface as EC2 shows it."""
    shown = {"NetworkInterfaceId": id, "SubnetId": subnet, "VpcId": vpc, "PrivateIpAddress": address}
    return shown | {"PrivateIpAddresses": [{"PrivateIpAddress": address}]} | more


def case(
    regional: dict[str, Any] | None = None,
    *observations: AnyObservation,
    target: str = URL,
    other: dict[str, Any] | None = None,
    everywhere: dict[str, Any] | None = None,
    elsewhere: dict[str, Any] | None = None,
    **request: Any,
) -> Case:
    """A case: *regional* answers of account A in the API's Region, *everywhere* its global ones.

    *other* are the answers of account B, *elsewhere* those of A in another Region.
    """
    accounts = {A: {REGION: regional or {}, "global": everywhere or {}, OTHER: elsewhere or {}}}
    if other is not None:
        accounts[B] = {REGION: other}
    snapshot = Snapshot(FORMAT, FORMAT_VERSION, "", accounts, list(observations))
    return Case(read_target(target, **request), snapshot, Sources(aws=True, probe=True, invoke=True))
