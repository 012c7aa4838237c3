"""The policy matches aws:SourceIp, which private APIs do not have."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="A05",
    first="A05",
    check="policy/resource-policy-allows-call",
)
