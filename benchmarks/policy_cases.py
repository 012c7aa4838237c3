"""Policy decisions to measure with: lines of ``apidoctor simulate --batch``, made from a seed.

They look like what accounts have: a region lock in an organization, a boundary on some roles, API policies that
name endpoints, identity policies of several statements. About half of the calls are allowed.
"""

import random
from collections.abc import Iterator
from typing import Any

API_ACCOUNT, OTHER_ACCOUNT = "111111111111", "222222222222"
ENDPOINTS = tuple(f"vpce-0{number:016x}" for number in range(1, 9))
ORGANIZATION = "o-a1b2c3d4e5"
_LATEST = "2012-10-17"

Document = dict[str, Any]
"""A policy."""


def cases(seed: int, count: int, *, size: str) -> Iterator[dict[str, Any]]:
    """``count`` lines in the batch format: ``small`` ones with an API's policy and one of the caller's, or ``large``
    ones with all that a company's account has."""
    maker = _Maker(random.Random(seed), small=size == "small")
    for number in range(count):
        yield maker.case(number)


def distinct_policies(seed: int, count: int) -> Iterator[Document]:
    """Identity policies, no two alike."""
    maker = _Maker(random.Random(seed), small=False)
    for number in range(count):
        yield maker.identity(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:api{number:07d}")


class _Maker:
    """Draws one case after the other."""

    def __init__(self, chance: random.Random, *, small: bool) -> None:
        self._chance = chance
        self._small = small

    def case(self, number: int) -> dict[str, Any]:
        chance = self._chance
        api = f"api{chance.randrange(50):07d}"
        arn = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{api}"
        endpoint = chance.choice(ENDPOINTS)
        caller = self._caller()
        context = {
            "aws:SourceVpce": [endpoint],
            "aws:SourceVpc": [f"vpc-{endpoint[-8:]}"],
            "aws:VpcSourceIp": [f"10.{chance.randrange(4)}.{chance.randrange(256)}.{chance.randrange(256)}"],
            "aws:SecureTransport": ["true"],
            "aws:RequestedRegion": ["us-east-1"],
            "aws:CurrentTime": ["2026-11-22T10:00:00Z"],
            **caller["context"],
        }
        resource = f"{arn}/{chance.choice(('prod', 'dev'))}/{chance.choice(('GET', 'POST'))}/{self._path()}"
        return {
            "id": f"c{number}",
            "request": {
                "action": "execute-api:Invoke",
                "resource": resource,
                "principal_arn": caller["arn"],
                "principal_account": caller["account"],
                "resource_account": API_ACCOUNT,
                "context": context,
            },
            "policies": {
                "identity": self._identities(arn) if caller["arn"] else [],
                "resource": self._resource(arn, endpoint, caller),
                "endpoint": None if self._small else self._endpoint(arn),
                "boundary": None if self._small or not caller["arn"] else self._boundary(),
                "session": None,
                "scps": self._organization() if caller["arn"] and not self._small else [],
                "rcps": [],
            },
        }

    def _identities(self, arn: str) -> list[Document]:
        return [self.identity(arn) for _ in range(1 if self._small else self._chance.randint(1, 3))]

    def _path(self) -> str:
        return "/".join(self._chance.choice(("pets", "orders", "v1", "42")) for _ in range(2))

    def _caller(self) -> dict[str, Any]:
        chance = self._chance
        if chance.random() < 0.2:
            return {"arn": None, "account": None, "context": {}}
        account = chance.choice((API_ACCOUNT, OTHER_ACCOUNT))
        name = f"app{chance.randrange(4)}"
        arn = chance.choice(
            (f"arn:aws:iam::{account}:user/{name}", f"arn:aws:sts::{account}:assumed-role/{name}/worker")
        )
        base = arn if ":iam:" in arn else f"arn:aws:iam::{account}:role/{name}"
        context = {
            "aws:PrincipalArn": [base],
            "aws:PrincipalAccount": [account],
            "aws:PrincipalOrgID": [ORGANIZATION],
            "aws:PrincipalTag/team": [chance.choice(("blue", "red"))],
        }
        return {"arn": arn, "account": account, "context": context, "base": base}

    def identity(self, arn: str) -> Document:
        """An identity policy of a caller of an API."""
        chance = self._chance
        pool: list[Document] = [
            _statement("Allow", "execute-api:Invoke", [f"{arn}/*"]),
            _statement("Allow", ["execute-api:*"], [f"{arn}/*/GET/*"]),
            _statement("Allow", ["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::data-*", "arn:aws:s3:::logs/*"]),
            _statement("Allow", "execute-api:Invoke", f"{arn}/*/*/${{aws:PrincipalTag/team}}/*"),
            _statement("Allow", ["logs:*", "sqs:SendMessage"], "*"),
            _statement(
                "Allow", "execute-api:Inv*", "*", Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/9"}}
            ),
            _statement("Deny", "execute-api:Invoke", f"{arn}/dev/POST/*"),
            _statement(
                "Deny", "*", "*", Condition={"Bool": {"aws:SecureTransport": "false"}}, Sid="OnlyTls"
            ),
        ]  # fmt: skip
        return {"Version": _LATEST, "Statement": chance.sample(pool, chance.randint(2, 4))}

    def _resource(self, arn: str, endpoint: str, caller: dict[str, Any]) -> Document:
        chance = self._chance
        listed = chance.sample(ENDPOINTS, 3) + ([endpoint] if chance.random() < 0.7 else [])
        who = chance.choice(
            ["*", {"AWS": "*"}, {"AWS": caller.get("base", "*")}, {"AWS": [API_ACCOUNT, OTHER_ACCOUNT]}]
        )
        allow = _statement("Allow", "execute-api:Invoke", f"{arn}/*", Principal=who)
        if chance.random() < 0.5:
            allow["Condition"] = {"StringEquals": {"aws:SourceVpce": listed}}
            return {"Version": _LATEST, "Statement": [allow]}
        spared = {"StringNotEquals": {"aws:SourceVpce": listed}}
        deny = _statement("Deny", "execute-api:Invoke", f"{arn}/*", Principal="*", Condition=spared)
        return {"Version": _LATEST, "Statement": [deny, allow]}

    def _endpoint(self, arn: str) -> Document:
        everything = _statement("Allow", "*", "*", Principal="*")
        perimeter = _statement(
            "Allow", "execute-api:Invoke", [f"{arn}/*"], Principal="*",
            Condition={"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
        )  # fmt: skip
        return {"Version": _LATEST, "Statement": [self._chance.choice((everything, everything, perimeter))]}

    def _boundary(self) -> Document | None:
        if self._chance.random() < 0.7:
            return None
        allowed = self._chance.choice((["execute-api:*", "s3:*", "logs:*"], ["s3:*", "dynamodb:*"]))
        return {"Version": _LATEST, "Statement": [_statement("Allow", allowed, "*")]}

    def _organization(self) -> list[list[Document]]:
        full = {"Version": _LATEST, "Statement": [_statement("Allow", "*", "*")]}
        spared = ["iam:*", "sts:*", "route53:*", "support:*"]
        regions = ["us-east-1", "eu-west-1"] if self._chance.random() < 0.9 else ["eu-west-1"]
        lock = {"StringNotEquals": {"aws:RequestedRegion": regions}}
        deny = {
            "Sid": "RegionLock",
            "Effect": "Deny",
            "NotAction": spared,
            "Resource": "*",
            "Condition": lock,
        }
        return [[full], [full, {"Version": _LATEST, "Statement": [deny]}], [full]]


def _statement(effect: str, action: str | list[str], resource: str | list[str], **more: Any) -> Document:
    return {**more, "Effect": effect, "Action": action, "Resource": resource}
