"""The DNS of the Internet and of the VPC: what bind serves there."""

from netns import plan

SOA = "@ 60 IN SOA ns.test. admin.test. 1 60 60 60 60\n@ 60 IN NS ns.test.\n"
"""Negative answers may be kept for 60 seconds."""


def records(name: str, kind: str, *values: str) -> str:
    return "".join(f"{name} 60 IN {kind} {value}\n" for value in values)


def _chain() -> str:
    """Aliases of long names that cannot be shortened in a message: more than 1232 bytes together."""
    links = [f"{'.'.join(letter * 48 for _ in range(4))}" for letter in "abcdef"]
    text, owner = "", "billing"
    for link in links:
        text += records(owner, "CNAME", link)
        owner = link
    return text + records(owner, "A", *plan.ENIS)


_ENDPOINT_NAMES = SOA + "".join(
    records(plan.ENDPOINT_NAME.split(".")[0] + zone, "A", *addresses)
    for zone, addresses in (
        ("", plan.ENIS),
        ("-us-east-1a", plan.ENIS[:1]),
        ("-us-east-1b", plan.ENIS[1:]),
    )
)
_CORPORATE = (
    SOA
    + records("api", "CNAME", f"d-0a1b2c3d4e.{plan.APEX}.")
    + records("orders", "CNAME", f"{plan.ENDPOINT_NAME}.")
    + records("www", "A", plan.FRONT_DOOR)
)
_ALIAS = records(plan.ALIAS.split(".")[0], "A", *plan.ENIS)

PUBLIC = {
    plan.APEX: SOA + records("@", "A", plan.FRONT_DOOR) + records("*", "A", plan.FRONT_DOOR) + _ALIAS,
    plan.VPCE_ZONE: _ENDPOINT_NAMES,
    plan.CORPORATE_ZONE: _CORPORATE,
}
"""The Internet's answers: every execute-api name leads to the front door, the alias and endpoint names do not."""

PUBLIC_STRICT = PUBLIC | {
    plan.APEX: SOA
    + records("@", "A", plan.FRONT_DOOR)
    + records("d-0a1b2c3d4e", "A", plan.FRONT_DOOR)
    + _ALIAS
}
"""The same, but names of private APIs do not exist."""

VPC = {
    plan.APEX: SOA + records("@", "A", *plan.ENIS) + records("*", "A", *plan.ENIS),
    plan.VPCE_ZONE: _ENDPOINT_NAMES,
    plan.CORPORATE_ZONE: _CORPORATE,
    "private.example": SOA + _chain(),
}
"""The inbound endpoint's answers: private DNS claims every execute-api name."""

VPC_DUAL = VPC | {
    plan.APEX: VPC[plan.APEX] + records("@", "AAAA", *plan.ENIS6) + records("*", "AAAA", *plan.ENIS6)
}
"""The same for an endpoint with IPv6 addresses."""
