"""The endpoint's subnets have no route back to the caller."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N07",
    first="N07",
    check="network/endpoint-routes-back",
    blocks=("invoke/tcp-connects", "invoke/tls-is-trusted", "invoke/call-is-admitted"),
    passes=("network/caller-has-a-route",),
)
