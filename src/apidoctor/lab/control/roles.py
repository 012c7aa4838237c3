"""Builds the IAM roles of a world and issues the caller's credentials."""

import json

from apidoctor.lab.control.clients import Clients
from apidoctor.lab.description import World

SESSION = "lab"
"""Name of the caller's role session."""


def build_roles(world: World, clients: Clients) -> None:
    """Create the roles with their trust and inline policies; APIs must have ids."""
    for name, role in world.roles.items():
        iam = clients.get(role.account, "iam")
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": _principal(trusted), "Action": "sts:AssumeRole"}
                for trusted in role.trusted
            ],
        }
        answer = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        role.arn = answer["Role"]["Arn"]
        for policy, document in role.policies.items():
            text = world.fill(json.dumps(document))
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=text)


def _principal(trusted: str) -> dict[str, str]:
    return {"AWS": trusted} if trusted.startswith("arn:") else {"Service": trusted}


def caller_credentials(world: World, clients: Clients) -> dict[str, str]:
    """Environment variables with the credentials of a session of the caller's role."""
    issued = clients.session_of(world.roles[world.caller.role].arn, SESSION)
    return {
        "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
        "AWS_SESSION_TOKEN": issued["SessionToken"],
    }
