"""What an unknown misses, in words."""

from apidoctor.model.missing import Gap, Missing, Probe
from apidoctor.model.operations import operation


def describe_missing(missing: Missing) -> str:
    """Say what would decide an unknown: ``permission: …``, ``account: …``, ``host: …`` or ``fact: …``."""
    if isinstance(missing, Gap):
        return missing.what
    if isinstance(missing, Probe):
        return f"host: {_probe_words(missing)}"
    row = operation(missing.operation, missing.region)
    place = f"account {missing.account}, {missing.region}" if missing.account else missing.region
    what = missing.key or ", ".join(missing.values)
    action = f"{row.action} on {row.resource(missing.key)}" if row.path else row.action
    if missing.refused:
        return f"permission: {action} ({place}; {missing.reason})"
    if missing.reason:
        return f"fact: {row.method} {what} ({place}; {missing.reason})".replace("  ", " ")
    return f"fact: {row.method} {what} ({place}); needs {action}".replace("  ", " ")


def _probe_words(probe: Probe) -> str:
    match probe.kind:
        case "host":
            return "where the caller is: run apidoctor there, or say --from eni-… or --from ip:ADDRESS"
        case "identity":
            return "who calls: credentials on the caller's host, or --as ARN"
        case "dns":
            return f"what the caller's resolver answers for {probe.name}"
        case "tcp":
            return f"a connection from the caller's host to {probe.address}:{probe.port}"
        case "tls":
            return (
                f"a TLS handshake from the caller's host with {probe.address}:{probe.port} for {probe.name}"
            )
    return f"a {probe.detail} test call from the caller's host to {probe.name}"
