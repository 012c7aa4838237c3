"""Faults of private custom domains: policy, association, mapping and certificate."""

from apidoctor.lab.description import Denial, Mapping, World
from apidoctor.lab.faults.fault import Family
from apidoctor.lab.faults.policies import DELETED_ENDPOINT
from apidoctor.lab.worlds.parts import only_through

family = Family()
FAULTS = family.faults


@family.fault("A22", "custom-domain")
def domain_policy(world: World) -> None:
    """The custom domain's own policy admits another endpoint only."""
    world.domains["corp"].policy = only_through(DELETED_ENDPOINT)
    world.front_door.denials.append(Denial("resource-based", explicit=True, domain="corp"))


@family.fault("H06", "custom-domain")
def no_association(world: World) -> None:
    """The custom domain has no access association with the endpoint."""
    world.domains["corp"].associations.clear()


@family.fault("H07", "custom-domain")
def no_mapping(world: World) -> None:
    """The custom domain has no base path mapping for the path that is called."""
    world.domains["corp"].mappings = [Mapping("v2", "pets")]


@family.fault("T02", "custom-domain")
def vanity_name(world: World) -> None:
    """A private zone leads a name to the endpoint that is no custom domain of API Gateway."""
    world.domains.clear()
    world.request.path = "/prod/pets"


@family.fault("T06", "custom-domain")
def expired_certificate(world: World) -> None:
    """The custom domain's certificate is expired."""
    world.domains["corp"].certificate = "expired"
