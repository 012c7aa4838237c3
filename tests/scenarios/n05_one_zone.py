"""One of two endpoint subnets drops the call: one address times out, the other answers."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N05",
    first="N05",
    check="network/endpoint-acl-passes",
    passes=("invoke/call-is-admitted", "network/endpoint-group-admits-caller"),
)
