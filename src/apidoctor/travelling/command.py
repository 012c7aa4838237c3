"""The command line: reads the options, looks, writes the snapshot and tells a person what was seen."""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import signal
import ssl
import sys
import tempfile
import threading
import time
from typing import Any, NoReturn, Sequence
from urllib.parse import urlsplit

from . import tls
from .book import AddressBook, UsageError, is_address, is_outside, server
from .names import METHODS, Target, header_problem, masked, read_target
from .stamp import VERSION, now
from .survey import Survey
from .told import safe, summary
from .ways import Plan

_PUBLIC = ("host", "x-apigw-api-id")
_MOST = 32
_ABOUT = """\
Look from this host at a private Amazon API Gateway API: names, routes,
connections, certificates and one unsigned request.  Nothing is installed,
changed or judged, no AWS credentials are used, and nothing is asked but DNS
servers, the target, and, on an EC2 instance, its metadata service.
"""
_EXAMPLES = """\
examples:
  %(prog)s -o seen.json \\
      https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets
  %(prog)s abc1234567 --region us-east-1 --inbound 10.1.0.10 --inbound 10.1.1.10
  %(prog)s -H 'Host: abc1234567.execute-api.us-east-1.amazonaws.com' \\
      https://vpce-0ab-1cd.execute-api.us-east-1.vpce.amazonaws.com/prod
  %(prog)s https://api.corp.example/pets --region us-east-1 --outside 9.9.9.9

on another host, over SSH, with nothing copied there:
  ssh HOST python3 - TARGET < apidoctor-probe.pyz > seen.json

exit codes: 0 the look was made, 2 wrong usage, 4 nothing could be looked at,
70 a defect of this probe, 130 or 143 interrupted (what was seen is written)
"""
_LISTS = (
    ("-H --header", "NAME:VALUE", "header of the call, for example Host"),
    ("--name", "NAME", "a further name to ask for"),
    ("--resolver", "ADDR[:PORT]", "ask this DNS server instead of the host's own"),
    ("--inbound", "ADDR[:PORT]", "an address of a Route 53 Resolver inbound endpoint"),
    ("--outside", "ADDR[:PORT]", "a public DNS server, to compare with"),
    ("--dot", "ADDR[:PORT][#NAME]", "a DNS server over TLS"),
    ("--doh", "URL", "a DNS server over HTTPS"),
    ("--address", "IP", "connect to this address, whatever DNS says"),
    ("--connect-to", "NAME-OR-IP:PORT=ADDR:PORT", "where a connection really goes"),
)
"""Options that may be given several times."""


def main(argv: Sequence[str] | None = None, prog: str = "apidoctor-probe") -> int:
    """Run the command; return its exit code."""
    parser = _parser(prog)
    options = parser.parse_args(argv)
    try:
        plan, recorded = plan_of(options)
        if options.output != "-":
            _check_place(options.output)
    except UsageError as error:
        sys.stderr.write(f"{prog}: {safe(error, 500)}\n")
        return 2
    code, observations = _looked(plan, options.quiet)
    if not observations:
        sys.stderr.write(f"{prog}: nothing could be looked at\n")
        return code or 4
    target = masked(options.target)
    asked = {"target": target, "options": recorded}
    try:
        _write(_snapshot(observations, asked), options.output)
    except OSError as error:
        sys.stderr.write(f"{prog}: {safe(options.output)}: {safe(error.strerror or error)}\n")
        return 4
    if not options.quiet:
        file = options.output if options.output != "-" else "SNAPSHOT.json"
        sys.stderr.write(summary(observations, target, file))
    return code


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("target", metavar="TARGET", help="invoke URL, API id (with --region) or API ARN")
    add("--region", default="", help="Region, where TARGET does not say it")
    for names, metavar, words in _LISTS:
        add(*names.split(), action="append", default=[], metavar=metavar, help=words)
    add("--ca-file", metavar="FILE", help="CA certificates to trust instead of the system's")
    add("--method", choices=METHODS, help="method of the one request (GET)")
    add("--no-invoke", action="store_true", help="send no request")
    add(
        "--idle",
        type=_seconds(3600),
        default=0,
        metavar="SECONDS",
        help="does an unused connection live that long?",
    )
    add("--hops", action="store_true", help="list the hops also where a connection succeeds")
    add("--timeout", type=_seconds(600), default=20, metavar="SECONDS", help="for the whole look (20)")
    add("--vantage", default="", metavar="NAME", help="what to call this host (its name)")
    add("-o", "--output", default="-", metavar="FILE", help="write the snapshot here (standard output)")
    add("--quiet", action="store_true", help="no summary for a person on standard error")
    add("--version", action="version", version=f"%(prog)s {VERSION}")
    return parser


def _seconds(most: float) -> Any:
    def read(text: str) -> float:
        value = float(text)
        if not 0 < value <= most:
            raise argparse.ArgumentTypeError(f"must be more than 0 and at most {most:g} seconds")
        return value

    read.__name__ = "number of seconds"  # argparse names it when the text is no number
    return read


def plan_of(options: argparse.Namespace) -> tuple[Plan, dict[str, Any]]:
    """Return what to look at, and the options that a snapshot keeps; raises `UsageError`."""
    for names, _, _ in _LISTS:
        name = names.split("--")[1]
        if len(getattr(options, name.replace("-", "_"))) > _MOST:
            raise UsageError(f"--{name} was given more than {_MOST} times")
    headers = tuple(_header(text) for text in options.header)
    region = options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    target: Target = read_target(options.target, region, headers, options.name)
    book = AddressBook.parse(options.connect_to)
    for address in options.address:
        if not is_address(address):
            raise UsageError(f"--address {address!r} is no IP address")
        if not is_outside(address) and not book.mapped(address, target.port):
            raise UsageError(f"--address {address}: addresses of this host and link need --connect-to")
    for name in ("resolver", "inbound", "outside"):
        for text in getattr(options, name):
            if not is_address(server(text)[0]):
                raise UsageError(
                    f"--{name} {text!r}: give an IP address, and a port after a colon if it is not 53"
                )
    for text in options.dot:
        server(text.partition("#")[0], 853)
    for text in options.doh:
        _check_doh(text)
    if options.ca_file:
        _check_authorities(options.ca_file)
    recorded: dict[str, Any] = {}
    if headers:
        recorded["header"] = [
            f"{key}: {value if key.lower() in _PUBLIC else '***'}" for key, value in headers
        ]
    if options.method:
        recorded["method"] = options.method
    if options.region or (region and region == target.region and region not in options.target):
        recorded["region"] = region
    return Plan(
        target=target,
        headers=headers,
        method=options.method or "GET",
        resolvers=tuple(options.resolver),
        inbound=tuple(options.inbound),
        outside=tuple(options.outside),
        dot=tuple(options.dot),
        doh=tuple(options.doh),
        addresses=tuple(options.address),
        book=book,
        ca_file=options.ca_file,
        invoke=not options.no_invoke,
        idle=options.idle,
        hops=options.hops,
        # What the start took belongs to the time that was given.
        timeout=max(options.timeout - time.process_time(), options.timeout * 0.75),
        vantage=options.vantage,
    ), recorded


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    problem = header_problem(name.strip(), value.strip()) if colon else "write it as NAME:VALUE"
    if problem:
        raise UsageError(f"--header: {problem}")
    return name.strip(), value.strip()


def _check_doh(text: str) -> None:
    try:
        parts = urlsplit(text)
        good = parts.scheme == "https" and parts.hostname and not parts.username and (parts.port or 443)
    except ValueError:
        good = None
    if not good or not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError("--doh: give an https URL without a user, for example https://dns.example/dns-query")


def _check_authorities(file: str) -> None:
    try:
        tls.verifying(file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"--ca-file {file}: {error.strerror or error}") from None


def _check_place(file: str) -> None:
    folder = os.path.dirname(file) or "."
    if os.path.isdir(file) or not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise UsageError(f"-o {file}: no file can be written there")


def _looked(plan: Plan, quiet: bool) -> tuple[int, list[dict[str, Any]]]:
    """Look; return the exit code and what was seen, also when the user or the system ended it early."""
    progress = _Progress() if not quiet and sys.stderr.isatty() else None
    survey = Survey(plan, progress)
    code = 0
    ended = _on_terminate() if threading.current_thread() is threading.main_thread() else None
    try:
        survey.run()
    except KeyboardInterrupt:
        code = 130
    except _Terminated:
        code = 143
    finally:
        if ended is not None:
            signal.signal(signal.SIGTERM, ended)
    if progress:
        progress.done()
    seen = survey.observations()
    for text in survey.defects:
        sys.stderr.write(f"{safe(text, 400)}\n")
        code = code or 70
    return code, seen if len(seen) > 1 else []


class _Terminated(Exception):
    """The system asks this process to end."""


def _on_terminate() -> Any:
    def end(*_: Any) -> NoReturn:
        raise _Terminated

    return signal.signal(signal.SIGTERM, end)


class _Progress:
    """Shows on a terminal how much was seen."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, _: dict[str, Any]) -> None:
        self._count += 1
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"\rlooking: {self._count} answers ")
            sys.stderr.flush()

    def done(self) -> None:
        """Wipe the line."""
        sys.stderr.write("\r" + " " * 30 + "\r")


def _snapshot(observations: list[dict[str, Any]], asked: dict[str, Any]) -> str:
    """Return the snapshot as JSON in ASCII, an observation on each line."""
    lines = ",\n  ".join(json.dumps(_clean(one)) for one in observations)
    head = {"format": "apidoctor.snapshot", "format_version": "1.0", "taken_at": now(), "accounts": {}}
    members = [
        f"{json.dumps(key)}: {json.dumps(value)}" for key, value in {**head, "asked": _clean(asked)}.items()
    ]
    return "{" + ",\n ".join([*members, f'"observations": [\n  {lines}\n ]']) + "}\n"


def _clean(value: Any) -> Any:
    """Return *value* without halves of surrogate pairs, which are no text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value


def _write(text: str, file: str) -> None:
    """Write the snapshot whole or not at all, readable for its owner only; a name in ``.gz`` is compressed."""
    if file == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    data = text.encode("ascii")
    data = gzip.compress(data) if file.endswith(".gz") else data
    if os.path.exists(file) and not os.path.isfile(file):  # a device or a pipe: it must not be replaced
        with open(file, "wb") as stream:
            stream.write(data)
        return
    descriptor, name = tempfile.mkstemp(dir=os.path.dirname(file) or ".", prefix=".apidoctor-probe-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
