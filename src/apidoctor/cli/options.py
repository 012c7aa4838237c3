"""Options that several commands share, and the value they become."""

from collections.abc import Callable
from typing import Any

import click
from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """What the command line says; names as in the contract, `from` and `as` with an underscore."""

    target: str | None = None
    from_: str = "local"
    as_: str | None = None
    via: str | None = None
    stage: str | None = None
    method: str = "GET"
    path: str | None = None
    header: tuple[str, ...] = ()
    sign_host: str | None = None
    snapshot: str | None = None
    save_snapshot: str | None = None
    no_aws: bool = False
    no_probe: bool = False
    no_invoke: bool = False
    logs: bool = False
    profile: tuple[str, ...] = ()
    region: str | None = None
    role_arn: tuple[str, ...] = ()
    external_id: str | None = None
    resolver: tuple[str, ...] = ()
    connect_to: tuple[str, ...] = ()
    ca_file: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    timeout: float = 60.0
    allow_untrusted: bool = False
    allow_unsafe_method: bool = False
    given: tuple[str, ...] = ()
    """Options that were really typed (not defaults)."""


def _option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    return click.option(*names, **settings)


CALL = (
    click.argument("target", required=False),
    _option(
        "--from",
        "from_",
        default="local",
        metavar="SPEC",
        help="Caller's place: local, eni-…, i-…, subnet-…, lambda:NAME, ip:ADDRESS; a host's name in a snapshot.",
    ),
    _option(
        "--as", "as_", metavar="PRINCIPAL", help="Who calls: anonymous, or an IAM user, role or session ARN."
    ),
    _option("--via", metavar="VPCE", help="The endpoint to judge when several could serve."),
    _option("--stage", help="Stage, where the URL does not say it."),
    _option("--method", default="GET", show_default=True, help="HTTP method."),
    _option("--path", help="Path below the stage, where the URL does not say it."),
    _option(
        "--header",
        "-H",
        multiple=True,
        metavar="NAME:VALUE",
        help="Header of the call, for example Host or x-apigw-api-id.",
    ),
    _option(
        "--sign-host",
        metavar="HOST",
        help="Sign for this Host instead of the one sent, as a broken client does.",
    ),
)
"""TARGET and what describes the call."""

CREDENTIALS = (
    _option(
        "--profile",
        multiple=True,
        help="AWS profile; the first one calls. One profile or role for each account.",
    ),
    _option("--region", help="Region, where TARGET does not say it."),
    _option("--role-arn", multiple=True, metavar="ARN", help="Role to assume for reading one more account."),
    _option("--external-id", help="External id for the roles."),
)
"""AWS credentials."""

PROBING = (
    _option(
        "--resolver",
        multiple=True,
        metavar="ADDR[:PORT]",
        help="Ask these DNS servers instead of the host's own.",
    ),
    _option(
        "--connect-to",
        multiple=True,
        metavar="NAME-OR-IP:PORT=ADDR:PORT",
        help="Where a connection really goes.",
    ),
    _option(
        "--ca-file",
        type=click.Path(),
        metavar="FILE",
        help="CA certificates to trust instead of the system's.",
    ),
)
"""How this host looks."""

SELECTION = (
    _option("--only", multiple=True, metavar="GLOB", help="Run these checks and what they need (network/*)."),
    _option("--skip", multiple=True, metavar="GLOB", help="Leave these checks out."),
    _option(
        "--checks",
        multiple=True,
        type=click.Path(),
        metavar="DIR",
        help="A folder with checks of your own (it is code).",
    ),
    _option(
        "--timeout",
        default=60.0,
        type=click.FloatRange(min=0.1),
        show_default=True,
        help="Seconds for the whole run.",
    ),
)
"""Which checks, and how long."""

SOURCES = (
    _option("--snapshot", type=click.Path(), metavar="FILE", help="Judge this file: no network, no AWS."),
    _option("--no-aws", is_flag=True, help="Do not read AWS."),
    _option("--no-probe", is_flag=True, help="Do not look from this host (no DNS, TCP, TLS, HTTP)."),
    _option("--no-invoke", is_flag=True, help="Send no test call."),
    _option(
        "--allow-unsafe-method",
        is_flag=True,
        help="Send a --method that can change data too (POST, PUT, PATCH, DELETE), with an empty body.",
    ),
    _option("--logs", is_flag=True, help="Read the log of the test call also when it was admitted."),
)
"""What is looked at."""


def shared(*groups: tuple[Callable[[Any], Any], ...]) -> Callable[[Any], Any]:
    """Add groups of options to a command, in their order."""

    def decorate(command: Any) -> Any:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


def gather(values: dict[str, Any]) -> Options:
    """Make `Options` of a command's parameters; those of other commands are left out."""
    context = click.get_current_context()
    given = tuple(
        name
        for name in values
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        and values[name] is not None
    )
    known = {name: value for name, value in values.items() if name in Options.__struct_fields__}
    return Options(**known, given=given)


def read_header(text: str) -> tuple[str, str]:
    """Read ``NAME:VALUE``.  Raises `UsageError`, which repeats only a name: the rest may be a secret."""
    from apidoctor.errors import UsageError
    from apidoctor.travelling.names import header_problem

    name, separator, value = text.partition(":")
    problem = header_problem(name.strip(), value.strip()) if separator else "write it as NAME:VALUE"
    if problem:
        raise UsageError(f"--header: {problem}")
    return name.strip(), value.strip()
