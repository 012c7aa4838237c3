"""Base path mappings of private custom domains: which path of a domain leads to which stage of an API.

Source: API Gateway developer guide, "Map API stages to a private custom domain name"; ``(none)`` is the empty base path
(API reference, *CreateBasePathMapping*).
"""

from msgspec import Struct

from apidoctor.model.inventory import Inventory, as_dict, as_list
from apidoctor.reasoning.naming.answer import plain


class Mapping(Struct, frozen=True):
    """One base path mapping."""

    domain: str
    """Domain name."""
    api_id: str
    """The API it leads to."""
    stage: str | None = None
    """Its stage; None: the caller names it in the path."""
    base: str = ""
    """First segment of the path, empty for all paths."""

    def above(self, path: str) -> str:
        """Return a path of the API as the domain has it."""
        return f"/{self.base}{path}" if self.base else path

    def below(self, path: str) -> str:
        """Return a path of the domain as the API has it."""
        rest = path.removeprefix(f"/{self.base}") if self.base else path
        return rest if rest.startswith("/") else f"/{rest}"


def mappings_of(inventory: Inventory, region: str, api: str | None, domain: str) -> list[Mapping]:
    """Return the mappings of private domains that lead to *api*; without one, those of the domain *domain*."""
    found: list[Mapping] = []
    for account in inventory.holding(region, "get_domain_names"):
        for item in inventory.seen(account, region, "get_domain_names")[0]:
            configuration = as_dict(item.get("endpointConfiguration"), "endpoint configuration of a domain")
            if "PRIVATE" not in as_list(configuration.get("types"), "types of a domain"):
                continue
            name, identity = str(item.get("domainName")), str(item.get("domainNameId", ""))
            listed = inventory.items(account, region, "get_base_path_mappings", f"{name}/{identity}")
            for one in listed.value if listed.known else []:
                base = str(one.get("basePath") or "").strip("/")
                stage = one.get("stage")
                mapping = Mapping(
                    plain(name),
                    str(one.get("restApiId")),
                    str(stage) if stage and stage != "(none)" else None,
                    "" if base == "(none)" else base,
                )
                if mapping.api_id == api or (api is None and mapping.domain == plain(domain)):
                    found.append(mapping)
    return found
