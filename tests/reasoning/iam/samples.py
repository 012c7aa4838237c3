"""Short ways to write policies, requests and decisions in tests."""

from typing import Any

from apidoctor.reasoning.iam import Kind, Policies, Policy, Request, decide, read_policy

API = "arn:aws:execute-api:us-east-1:111111111111:abc1234567"
METHOD = f"{API}/prod/GET/pets"
OWNER = "111111111111"
OTHER = "222222222222"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    """A statement about every execute-api call, changed by ``elements``; ``None`` takes an element out."""
    found = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*", **elements}
    if any(name in elements for name in ("NotAction", "NotResource")):
        for name in ("Action", "Resource"):
            if f"Not{name}" in elements:
                del found[name]
    return {name: value for name, value in found.items() if value is not None}


def document(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    """A policy document."""
    head = {} if version is None else {"Version": version}
    return {**head, "Statement": list(statements)}


def policy(
    *statements: dict[str, Any], kind: Kind = "identity", version: str | None = "2012-10-17"
) -> Policy:
    """A compiled policy; those with principals get ``"*"`` where a statement names none."""
    if kind in ("resource", "endpoint", "trust", "rcp"):
        statements = tuple(
            each if "Principal" in each or "NotPrincipal" in each else {**each, "Principal": "*"}
            for each in statements
        )
    compiled = read_policy(document(*statements, version=version), kind=kind)
    assert compiled.valid, compiled.problems
    return compiled


def call(
    principal: str | None = None,
    *,
    action: str = "execute-api:Invoke",
    resource: str = METHOD,
    unknown: tuple[str, ...] = (),
    **context: str | tuple[str, ...],
) -> Request:
    """A request; a context key is written with ``__`` for its colon, and a text stands for one value."""
    return Request(
        action=action,
        resource=resource,
        principal_arn=principal,
        resource_account=OWNER,
        context={
            key.replace("__", ":"): (value,) if isinstance(value, str) else value
            for key, value in context.items()
        },
        unknown_context=frozenset(unknown),
    )


def decision(request: Request, **layers: Any) -> str:
    """The decision on a request under the given layers."""
    return decide(request, Policies(**layers)).decision
