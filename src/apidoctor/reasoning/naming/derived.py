"""Every name by which a private API can be called, and what each should resolve to.

Source: API Gateway developer guide, "Invoke a private API" (apigateway-private-api-test-invoke-url.html) and "Custom
domain names for private APIs" (apigateway-private-custom-domains.html); suffixes by botocore's partitions.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from apidoctor.model.facts import Undecided
from apidoctor.model.inventory import Found, Inventory
from apidoctor.model.report import Form
from apidoctor.reasoning.apigateway.names import partition_of
from apidoctor.reasoning.naming.answer import plain
from apidoctor.reasoning.naming.domains import listed_domains
from apidoctor.reasoning.naming.endpoints import ENDPOINT_NAME, endpoint_addresses, is_for_apis, names_of


class Name(Struct, frozen=True, kw_only=True):
    """One way to call an API."""

    form: Form
    """The way, as in reports."""
    name: str
    """Host name in the URL: what is resolved, and the SNI.  An address for ``direct-ip``."""
    host: str | None = None
    """Host header that the call must carry, where it is not the name."""
    api_id_header: str | None = None
    """Value of ``x-apigw-api-id``, where the call must carry it."""
    endpoint: str | None = None
    """The VPC endpoint it goes through; None: whichever the caller's resolver leads to."""
    zone: str | None = None
    """Availability Zone of a zonal name."""
    addresses: tuple[str, ...] = ()
    """What it should resolve to, where the endpoint's interfaces are known."""
    needs: str = ""
    """What must be so for it to work."""


def derive(
    inventory: Inventory, region: str, api: str, suffix: str | None = None
) -> tuple[list[Name], list[Found]]:
    """Return all names of *api* in *region*, and the endpoints they were derived from.

    Endpoints count that the API lists, and all execute-api endpoints of the Region that the inventory shows.
    """
    suffix = suffix or partition_of(region)[1]
    default = f"{api}.execute-api.{region}.{suffix}"
    endpoints = list(_endpoints(inventory, region))
    names = [
        Name(
            form="private-dns",
            name=default,
            addresses=_common(inventory, region, endpoints),
            needs="private DNS on the endpoint of the caller's VPC, or a private zone of your own; outside AWS a "
            "forwarder to a Resolver inbound endpoint",
        )
    ]
    for found in endpoints:
        names += _of_endpoint(inventory, region, api, default, suffix, found)
    for domain in _domains(inventory, region, api):
        names += _of_domain(inventory, region, domain, endpoints)
    for found in endpoints:
        for address in _addresses(inventory, region, found):
            endpoint = str(found[1].get("VpcEndpointId"))
            needs = "SNI and Host of the default name; for tests only"
            names.append(
                Name(
                    form="direct-ip",
                    name=address,
                    host=default,
                    endpoint=endpoint,
                    addresses=(address,),
                    needs=needs,
                )
            )
    return names, endpoints


def _endpoints(inventory: Inventory, region: str) -> Iterator[Found]:
    seen: set[str] = set()
    for account in inventory.holding(region, "describe_vpc_endpoints"):
        listed, _ = inventory.seen(account, region, "describe_vpc_endpoints")
        for item in listed:
            identity = str(item.get("VpcEndpointId"))
            if is_for_apis(item) and identity not in seen:
                seen.add(identity)
                yield account, item


def _of_endpoint(
    inventory: Inventory, region: str, api: str, default: str, suffix: str, found: Found
) -> Iterator[Name]:
    """Yield the endpoint's own names with Host and with the id header, the zonal ones, and the alias."""
    identity = str(found[1].get("VpcEndpointId"))
    for own in names_of(found[1]):
        match = ENDPOINT_NAME.fullmatch(own)
        zone = match["zone"] if match else None
        addresses = _addresses(inventory, region, found, zone)
        common: dict[str, Any] = {"name": own, "endpoint": identity, "zone": zone, "addresses": addresses}
        if zone:
            yield Name(form="endpoint-zonal", host=default, needs="a Host header of one's own", **common)
            continue
        yield Name(form="endpoint-host", host=default, needs="a Host header of one's own", **common)
        yield Name(form="endpoint-id-header", api_id_header=api, needs="a header of one's own", **common)
    yield Name(
        form="alias",
        name=f"{api}-{identity}.execute-api.{region}.{suffix}",
        endpoint=identity,
        addresses=_addresses(inventory, region, found),
        needs=f"{identity} among the API's vpcEndpointIds; where private DNS is on, the VPC's endpoint answers instead",
    )


class _Domain(Struct, frozen=True):
    """A private custom domain that may lead to the API."""

    name: str
    bases: tuple[str, ...] | None
    """Base paths that lead to the API, empty for the whole domain; None: not read."""
    associated: frozenset[str]
    """Endpoints that an access association with a domain of the name is shown of."""


def _domains(inventory: Inventory, region: str, api: str) -> Iterator[_Domain]:
    """Yield private custom domains that may lead to *api*: mapped to it, or with mappings that nobody read."""
    told: set[str] = set()
    for domain in listed_domains(inventory, region):
        bases = domain.bases(api)
        if domain.name not in told and (bases is None or bases):
            told.add(domain.name)
            yield _Domain(domain.name, bases, _associated(inventory, region, domain.name))


def _associated(inventory: Inventory, region: str, name: str) -> frozenset[str]:
    found = set()
    for account in inventory.holding(region, "get_domain_name_access_associations"):
        listed, _ = inventory.seen(account, region, "get_domain_name_access_associations")
        for item in listed:
            domain = str(item.get("domainNameArn", "")).rpartition("/")[2].partition("+")[0]
            if plain(domain) == name:
                found.add(str(item.get("accessAssociationSource", "")).rpartition("/")[2])
    return frozenset(found)


def _of_domain(inventory: Inventory, region: str, domain: _Domain, endpoints: list[Found]) -> Iterator[Name]:
    where = ", ".join(f"/{base}" for base in domain.bases or () if base)
    base = f", and a path below {where}" if where and "" not in (domain.bases or ()) else ""
    any_tie = any(str(found[1].get("VpcEndpointId")) in domain.associated for found in endpoints)
    yield Name(
        form="custom-domain",
        name=domain.name,
        addresses=_common(inventory, region, endpoints),
        needs=f"an access association of the endpoint{' (there is one)' if any_tie else ''}, and a private zone of "
        f"your own for the name{base}",
    )
    for found in endpoints:
        identity = str(found[1].get("VpcEndpointId"))
        tied = " (there is one)" if identity in domain.associated else ""
        for own in names_of(found[1])[:1]:
            yield Name(
                form="custom-domain-endpoint",
                name=own,
                host=domain.name,
                endpoint=identity,
                addresses=_addresses(inventory, region, found),
                needs=f"an access association of the endpoint{tied}, and a Host header of one's own{base}",
            )


def _common(inventory: Inventory, region: str, endpoints: list[Found]) -> tuple[str, ...]:
    """Return the addresses of the only endpoint; with several it depends on the caller's VPC which one answers."""
    return _addresses(inventory, region, endpoints[0]) if len(endpoints) == 1 else ()


def _addresses(inventory: Inventory, region: str, found: Found, zone: str | None = None) -> tuple[str, ...]:
    try:
        return tuple(
            address
            for record in ("A", "AAAA")
            for address in endpoint_addresses(inventory, region, found, record, zone)
        )
    except Undecided:
        return ()
