"""Private custom domains as an inventory lists them, with the mappings and routing rules that count."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from apidoctor.model.inventory import Inventory, as_dict, as_list
from apidoctor.model.missing import Missing
from apidoctor.reasoning.apigateway.mapping import (
    base_path_of,
    bases_to,
    stage_of,
    target_of,
    uses_mappings,
    uses_rules,
)
from apidoctor.reasoning.naming.answer import plain


class ListedDomain(Struct, frozen=True, kw_only=True):
    """One private custom domain of a list."""

    name: str
    """The name, in lower case."""
    account: str
    """The account that lists it."""
    mappings: tuple[dict[str, Any], ...] = ()
    """Its base path mappings; none where its routing mode leaves them out."""
    rules: tuple[dict[str, Any], ...] = ()
    """Its routing rules; none where its routing mode leaves them out."""
    missing: tuple[Missing, ...] = ()
    """What keeps mappings or rules from being known; then neither tells anything."""

    def bases(self, api: str) -> tuple[str, ...] | None:
        """Return the base paths that lead to *api*, empty for the whole domain; None: not read."""
        if self.missing:
            return None
        found = [base_path_of(one) for one in self.mappings if one.get("restApiId") == api]
        found += [base for one in self.rules for base in bases_to(one, api)]
        return tuple(dict.fromkeys(found))

    def targets(self) -> set[tuple[str, str | None]]:
        """Return API and stage of everything that the domain leads to; the stage is None where the caller names it."""
        found = {(str(one.get("restApiId")), stage_of(one)) for one in self.mappings if one.get("restApiId")}
        rules = [target for target in map(target_of, self.rules) if target]
        return found | {(str(target["ApiId"]), str(target["Stage"])) for target in rules}


def listed_domains(inventory: Inventory, region: str) -> Iterator[ListedDomain]:
    """Yield the private custom domains of all accounts.  Raises `Undecided` for an odd shape."""
    for account in inventory.holding(region, "get_domain_names"):
        for item in inventory.seen(account, region, "get_domain_names")[0]:
            configuration = as_dict(item.get("endpointConfiguration"), "endpoint configuration of a domain")
            if "PRIVATE" in as_list(configuration.get("types"), "types of a domain"):
                yield _listed(inventory, account, region, item)


def _listed(inventory: Inventory, account: str, region: str, item: dict[str, Any]) -> ListedDomain:
    name, mode = str(item.get("domainName")), str(item.get("routingMode"))
    key = f"{name}/{item.get('domainNameId', '')}"
    wanted = {
        "get_base_path_mappings": uses_mappings(mode),
        "apigatewayv2.list_routing_rules": uses_rules(mode),
    }
    found: list[tuple[dict[str, Any], ...]] = []
    missing: list[Missing] = []
    for operation, counts in wanted.items():
        listed = inventory.items(account, region, operation, key) if counts else None
        missing += listed.missing if listed is not None else ()
        found.append(tuple(listed.value) if listed is not None and listed.known else ())
    mappings, rules = found
    return ListedDomain(
        name=plain(name), account=account, mappings=mappings, rules=rules, missing=tuple(missing)
    )
