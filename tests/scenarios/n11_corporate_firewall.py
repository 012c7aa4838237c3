"""The data centre's own firewall drops the call: AWS's side is open."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N11",
    first="N11",
    check="invoke/tcp-connects",
    confidence="possible",
)
