"""Sets what the emulator holds wrongly, so that its filters and answers show it as AWS does."""

from moto.ec2.models.route_tables import Route

from apidoctor.lab.control.apis import saved_form
from apidoctor.lab.control.emulator import api_state, ec2_state, zone_state
from apidoctor.lab.description import SOA_MAIL, SOA_SERVER, Vpc, World


class PropagatedRoute(Route):
    """A route learned from a virtual private gateway."""

    @property
    def origin(self) -> str:
        """``Route.Origin`` of the EC2 API."""
        return "EnableVgwRoutePropagation"


class BlackholeRoute(Route):
    """A route whose target carries nothing: its peering connection is not active."""

    @property
    def state(self) -> str:
        """``Route.State`` of the EC2 API."""
        return "blackhole"


def mend(world: World) -> None:
    """Mend everything that is already built."""
    for vpc in world.vpcs.values():
        _mend_dhcp_options(vpc)
    _mend_routes(world)
    _mend_vpn(world)
    _mend_peerings(world)
    _mend_apis(world)
    _mend_zones(world)


def _mend_dhcp_options(vpc: Vpc) -> None:
    for options in ec2_state(vpc.account).dhcp_options_sets.values():
        options.owner_id = vpc.account


def _mend_routes(world: World) -> None:
    inactive = {peering.id for peering in world.peerings.values() if peering.status != "active"}
    for table in world.route_tables.values():
        shown = ec2_state(world.vpcs[table.vpc].account).route_tables[table.id]
        learned = {route.destination: route.via for route in table.routes if route.propagated}
        gateways = {world.vpn_gateways[via.partition(":")[2]].id for via in learned.values()}
        shown.propagating_vgws = [{"GatewayId": gateway} for gateway in sorted(gateways)]
        for route in shown.routes:
            if route.destination_cidr_block in learned:
                route.__class__ = PropagatedRoute
            if route.vpc_peering_connection_id in inactive:
                route.__class__ = BlackholeRoute


def _mend_vpn(world: World) -> None:
    for gateway in world.vpn_gateways.values():
        backend = ec2_state(world.vpcs[gateway.vpc].account)
        tunnels = [
            {"OutsideIpAddress": address, "Status": gateway.telemetry, "AcceptedRouteCount": 1}
            for address in ("203.0.113.20", "203.0.113.21")
        ]
        connection = backend.vpn_connections[gateway.connection]
        connection.vgw_telemetry = tunnels
        connection.options = {"StaticRoutesOnly": False}


def _mend_peerings(world: World) -> None:
    for peering in world.peerings.values():
        for side in (peering.requester, peering.accepter):
            shown = ec2_state(world.vpcs[side].account).vpc_pcxs[peering.id]
            if peering.status != "active":
                shown._status.code = peering.status
                shown._status.message = peering.status


def _mend_apis(world: World) -> None:
    for api in world.apis.values():
        shown = api_state(api.account).apis[api.id]
        shown.policy = saved_form(world, api)
        shown.disableExecuteApiEndpoint = api.disabled
        associated = [world.endpoints[name].id for name in api.endpoints]
        kind = "dualstack" if api.type == "PRIVATE" else "ipv4"
        shown.endpoint_configuration = {"types": [api.type], "ipAddressType": kind}
        if associated:
            shown.endpoint_configuration["vpcEndpointIds"] = associated


def _mend_zones(world: World) -> None:
    """Write ``*`` as ``\\052``, as Route 53 does in its answers, and the SOA record as plain text."""
    for zone in world.zones.values():
        shown = zone_state(zone.account).zones[zone.id]
        for record in shown.rrsets:
            record.name = record.name.replace("*", "\\052")
            if record.type == "SOA":
                record.records = [f"{SOA_SERVER}. {SOA_MAIL}. 1 7200 900 1209600 86400"]
