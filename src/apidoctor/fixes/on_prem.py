"""The fix for a data centre whose DNS does not forward: one stanza for each DNS software, with this run's addresses."""

from msgspec.structs import replace

from apidoctor.fixes.forwarders import stanzas, text
from apidoctor.model.observation import DnsSeen
from apidoctor.model.report import Fix, Report
from apidoctor.reasoning.apigateway.names import default_zone
from apidoctor.reasoning.scene.case import Case
from apidoctor.reasoning.scene.inbound import inbound_addresses
from apidoctor.reasoning.scene.seen import host

MENDED = frozenset({"D03", "D04", "D08"})
"""Faults that a right forwarder mends."""


def with_forwarders(report: Report, case: Case) -> Report:
    """Return *report* with the forwarders' configuration as a fix of the causes that it mends.

    The report stays as it is when no address of an inbound endpoint is known.
    """
    causes = [
        cause for cause in report.root_causes if cause.fault in MENDED and cause.check.startswith("naming/")
    ]
    servers, zone = _servers(case), _zone(case)
    if not causes or not servers or zone is None:
        return report
    try:
        made = stanzas([zone], servers, names=[case.request.name] if case.request.name else [])
    except ValueError:  # a name or an address that is none: nothing of it becomes configuration
        return report
    identity = f"f{len(report.fixes) + 1}"
    render = {software: text({software: stanza}) for software, stanza in made.items()}
    to = " ".join(f"--to {server}" for server in servers)
    title = f"apidoctor forwarders {zone} {to} prints the configuration for your DNS server"
    fix = Fix(identity, causes[0].fault, title, "untested", [], render)
    return replace(
        report,
        fixes=[*report.fixes, fix],
        root_causes=[
            replace(cause, fixes=[*cause.fixes, identity]) if cause in causes else cause
            for cause in report.root_causes
        ],
    )


def _zone(case: Case) -> str | None:
    """Return the zone to forward: that of all default names in the Region, or a custom domain itself."""
    if case.request.form == "custom-domain":
        return case.request.name
    region = case.request.region
    return default_zone(region) if region else None


def _servers(case: Case) -> list[str]:
    """Return the addresses of inbound endpoints: those that answered this host, and those the inventory shows."""
    seen = [one.server for one in case.observed(DnsSeen) if one.role == "inbound"]
    listed = inbound_addresses(case)
    known = [one.address for one in listed.value] if listed.known else []
    own = host(case)
    mine = set(own.value.resolvers) if own.known else set()
    return sorted(set(known or seen) - mine)
