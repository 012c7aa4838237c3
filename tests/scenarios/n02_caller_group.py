"""The caller's group lets nothing out on 443."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N02",
    first="N02",
    check="network/caller-group-lets-the-call-out",
    blocks=("invoke/tcp-connects", "invoke/tls-is-trusted", "invoke/call-is-admitted"),
    passes=("network/endpoint-group-admits-caller",),
)
