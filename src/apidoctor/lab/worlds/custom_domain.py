"""Caller, endpoint, API and a private custom domain in one account; the domain is what is called."""

from apidoctor.lab.description import Association, Domain, HostedZone, Mapping, Request, World
from apidoctor.lab.worlds.parts import API_ACCOUNT, only_through
from apidoctor.lab.worlds.same_account import same_account

DOMAIN = "api.corp.example"


def custom_domain() -> World:
    """An instance calls ``https://api.corp.example/v1/pets``, which a private hosted zone leads to the endpoint.

    Source: API Gateway guide, "Tutorial: Create and invoke a custom domain name for private APIs".
    """
    world = same_account()
    world.name = "custom-domain"
    world.request = Request("/v1/pets", DOMAIN)
    associations = [Association("main", API_ACCOUNT)]
    mappings = [Mapping("v1", "pets")]
    world.domains["corp"] = Domain(DOMAIN, API_ACCOUNT, associations, mappings, policy=only_through())
    world.zones["corp"] = HostedZone(DOMAIN, API_ACCOUNT, ["main"], {DOMAIN: "<host:main>"})
    world.dns.zones.append("corp")
    return world
