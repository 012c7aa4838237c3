"""Replies do not get back into the caller's subnet."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N04",
    first="N04",
    check="network/caller-acl-passes",
    blocks=("invoke/tcp-connects", "invoke/tls-is-trusted", "invoke/call-is-admitted"),
    passes=("network/endpoint-acl-passes",),
)
