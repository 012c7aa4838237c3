"""Both interfaces stand behind a group that admits only its own members."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N01",
    first="N01",
    check="network/endpoint-group-admits-caller",
    blocks=("invoke/tcp-connects", "invoke/tls-is-trusted", "invoke/call-is-admitted"),
    passes=("network/endpoint-acl-passes", "policy/resource-policy-allows-call"),
)
