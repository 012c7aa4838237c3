"""Whether packets get from the caller to each address of the endpoint and back."""

from apidoctor.model.facts import Undecided
from apidoctor.model.missing import Gap
from apidoctor.reasoning.network import Flow, Reach, Topology, reach
from apidoctor.reasoning.scene.case import Case, fact
from apidoctor.reasoning.scene.place import place


@fact
def topology(case: Case) -> Topology:
    """Return the network of all accounts in the API's Region, compiled as it is used."""
    others = (region for region in case.inventory.regions if region != case.region)
    return Topology(case.inventory, case.region, others)


@fact
def flow(case: Case, address: str) -> Flow:
    """Return the flow from the caller to one address of the endpoint."""
    where = place(case).value
    if where.kind == "interface":
        return Flow(src_eni=where.interface, dst_ip=address)
    if where.kind == "subnet":
        return Flow(src_subnet=where.subnet, src_groups=where.groups, src_port=where.ports, dst_ip=address)
    if case.request.from_.startswith("lambda:"):
        raise Undecided([Gap("host: a function outside every VPC has no way to the endpoint", optional=True)])
    if not where.addresses:
        raise Undecided([Gap("host: the caller's source address; say --from ip:ADDRESS")])
    return Flow(src_ip=where.addresses[0], dst_ip=address)


@fact
def reached(case: Case, address: str) -> Reach:
    """Return what decides the way to one address of the endpoint and back."""
    return reach(topology(case).value, flow(case, address).value)
