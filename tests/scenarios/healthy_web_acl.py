"""The stage has a web ACL that blocks others than this caller: nothing to find."""

from apidoctor.lab.description import WebAcl, World
from apidoctor.lab.worlds.parts import API_ACCOUNT
from scenarios.kit import Scenario


def guarded(world: World) -> None:
    """Only scanners are blocked, by their user agent."""
    world.web_acls["guard"] = WebAcl(API_ACCOUNT, "no-scanners", "User-Agent", "sqlmap")
    world.api.stages["prod"].web_acl = "guard"


SCENARIO = Scenario(
    world="same-account",
    change=guarded,
)
