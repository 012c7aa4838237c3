"""The stage's web ACL blocks the call."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H12",
    first="H12",
    check="api/web-acl-admits-the-call",
    blocks=("invoke/call-is-admitted",),
)
