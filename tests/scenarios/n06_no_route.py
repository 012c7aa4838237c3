"""The caller's route table does not know the endpoint's VPC."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N06",
    first="N06",
    check="network/caller-has-a-route",
    blocks=("invoke/tcp-connects", "invoke/tls-is-trusted", "invoke/call-is-admitted"),
    passes=("network/endpoint-routes-back",),
)
