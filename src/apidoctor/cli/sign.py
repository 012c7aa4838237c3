"""``apidoctor sign``: what has to be signed for a request, and what is wrong with a signature that it brings."""

import re
import sys
from datetime import UTC, datetime
from typing import Any

import click

STAMP = "%Y%m%dT%H%M%SZ"


@click.command("sign")
@click.argument("target")
@click.option("--stage", help="Stage, where TARGET does not say it.")
@click.option("--method", help="HTTP method.  [default: GET; POST with --data]")
@click.option("--path", help="Path below the stage, where TARGET does not say it.")
@click.option("--header", "-H", multiple=True, metavar="NAME:VALUE", help="Header of the request.")
@click.option(
    "--data", "-d", metavar="TEXT|@FILE", help="Body of the request, byte for byte; @- reads it from stdin."
)
@click.option("--region", help="Region, where TARGET does not say it.")
@click.option("--profile", help="AWS profile that would sign.")
@click.option("--sign-host", metavar="HOST", help="Sign for this Host instead of the one that is sent.")
@click.option("--explain", is_flag=True, help="Show the canonical request, each line with its rule.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option("--ascii", "only_ascii", is_flag=True, help="No characters beyond ASCII.")
def sign_command(**values: Any) -> int:
    """Show what has to be signed for a request (SigV4), and a curl line that signs it, without secrets.

    Nothing is sent and no key is used: the signature itself is not made.  With an Authorization header (-H) or a
    presigned URL, that signature is explained instead, and what is wrong with it.  -H 'X-Amz-Date: …' sets the time.

    Exit code: 0, or 1 when something is wrong with the signature that the request brings, or when --sign-host is
    another Host than the one that is sent, or X-Amz-Content-Sha256 another hash than the body's.

    \b
    Examples:
      apidoctor sign https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets --explain
      apidoctor sign abc1234567 --region us-east-1 --stage prod --path /pets --profile app
      apidoctor sign URL --data @order.json -H 'Content-Type: application/json'
      apidoctor sign URL -H 'Authorization: AWS4-HMAC-SHA256 Credential=…' -H 'X-Amz-Date: …'
    """
    told = _explain(values)
    if values["as_json"]:
        _print_json(told)
    else:
        _print(values, told)
    return 1 if told.problems else 0


def _explain(values: dict[str, Any]) -> Any:
    import os

    from apidoctor.cli.body import read_body
    from apidoctor.cli.options import read_header
    from apidoctor.errors import UsageError
    from apidoctor.facts.probes.call import NotSent, prepare
    from apidoctor.reasoning.apigateway.names import read_target
    from apidoctor.reasoning.signing.brought import brings_authorization
    from apidoctor.travelling.masking import query_secrets, remember, remember_environment

    remember_environment()
    remember(*query_secrets(values["target"]))
    body = read_body(values["data"])
    request = read_target(
        values["target"],
        headers=[read_header(text) for text in values["header"]],
        region=values["region"] or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
        method=values["method"] or ("GET" if body is None else "POST"),
        **{name: values[name] for name in ("stage", "path", "sign_host")},
    )
    if request.region is None:
        raise UsageError(f"{values['target']}: the Region is not known; add --region")
    if values["region"] and values["region"] != request.region:
        raise UsageError(f"--region {values['region']}: TARGET is of {request.region}; leave --region out")
    if request.url is None or (request.stage is None and not request.is_url):
        raise UsageError(f"{values['target']}: the stage is not known; add --stage")
    try:
        call = prepare(request, request.url, "unsigned", allow_unsafe_method=True)
    except NotSent as error:
        raise UsageError(str(error)) from None
    return (
        _brought(request, call, body)
        if brings_authorization(request)
        else _planned(request, call, body, values["profile"])
    )


def _planned(request: Any, call: Any, body: Any, profile: str | None) -> Any:
    """Explain what has to be signed."""
    from apidoctor.cli.hiding import hiding, secret_headers, secret_parameters, shown_url
    from apidoctor.errors import UsageError
    from apidoctor.facts.probes.call import OURS
    from apidoctor.facts.probes.keys import find_keys
    from apidoctor.facts.probes.sign import worth_signing
    from apidoctor.facts.redact import redact
    from apidoctor.reasoning.signing.canonical import CONTENT_HASH
    from apidoctor.reasoning.signing.curl import Hidden, curl_line
    from apidoctor.reasoning.signing.explain import Explained, other_body, other_host, relabelled, to_sign

    sent = dict(call.headers)
    keys = _with_token(find_keys(profile), dict(request.headers))
    headers = worth_signing(sent)
    headers["host"] = request.sign_host or sent["host"]
    stamp = headers.get("x-amz-date") or datetime.now(UTC).strftime(STAMP)
    if not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        raise UsageError("-H X-Amz-Date: write it as 20261122T104206Z")
    lines, text, scope = to_sign(
        call.method,
        call.target,
        {name: value for name, value in headers.items() if name != "x-amz-security-token"},
        stamp=stamp,
        region=request.region,
        token=keys.token,
        temporary=keys.kind != "long-term",
        hide=hiding(request),
        body_hash=body and body.hash,
    )
    elsewhere = other_host(headers["host"], sent["host"])
    path, mark, query = call.target.partition("?")
    own = [(name, redact(value)) for name, value in request.headers if name.lower() not in OURS]
    curl = curl_line(
        call.method,
        call.url.removeprefix("https://").partition("/")[0],
        f"{redact(path)}{mark}{query}",
        own,
        host=sent["host"],
        sign_host=request.sign_host,
        region=request.region,
        keys=keys.kind,
        profile=profile,
        hidden=Hidden(secret_headers(request), secret_parameters(query)),
        body=body and (body.file or ""),
    )
    return Explained(
        method=call.method,
        url=shown_url(call.url),
        host=sent["host"],
        lines=relabelled(lines, sent["host"]) if elsewhere else lines,
        canonical_request="\n".join(line.text for line in lines),
        string_to_sign=text,
        signed_headers=lines[-2].text,
        scope=scope,
        keys=_keys(keys),
        curl=curl.line,
        warnings=curl.warnings + _without_token(keys) + _notes(request, call, body),
        problems=elsewhere + other_body(sent.get(CONTENT_HASH), body and body.hash),
    )


def _with_token(keys: Any, headers: dict[str, str]) -> Any:
    """Return *keys* with the session token that the user gave with -H, when there is one."""
    from apidoctor.facts.probes.keys import Keys

    token = next((value for name, value in headers.items() if name.lower() == "x-amz-security-token"), None)
    if not token:
        return keys
    source = f"{keys.source} and " if keys.kind else ""
    return Keys("temporary", f"{source}-H X-Amz-Security-Token", token)


def _notes(request: Any, call: Any, body: Any) -> tuple[str, ...]:
    """Say where what is signed is not quite what the user wrote."""
    from urllib.parse import urlsplit

    from apidoctor.facts.probes.call import OURS
    from apidoctor.facts.redact import redact
    from apidoctor.reasoning.signing.canonical import CONTENT_HASH, EMPTY_HASH

    notes = []
    path, written = call.target.partition("?")[0], urlsplit(request.target).path
    if request.is_url and path == f"{written}/" and written:
        notes.append(f"{redact(written)} alone is the stage: it is sent, and signed, as {redact(path)}")
    if left := [name for name, _ in request.headers if name.lower() in OURS - {"host"}]:
        notes.append(f"left out, as check sends its own or none: {', '.join(left)}")
    given = dict(call.headers).get(CONTENT_HASH)
    if body is not None:
        if call.method in ("GET", "HEAD"):
            notes.append(f"a {call.method} with a body: clients and proxies may leave the body out")
    elif given is not None and given != EMPTY_HASH:
        notes.append(
            f"the payload hash is {redact(given)[:64]}, of X-Amz-Content-Sha256: no empty body has it"
        )
    elif call.method not in ("GET", "HEAD", "OPTIONS"):
        notes.append("the payload hash is of an empty body: with a body, add --data")
    return tuple(notes)


def _keys(keys: Any) -> str:
    return f"{keys.kind}, of {keys.source}" if keys.kind else keys.source


def _without_token(keys: Any) -> tuple[str, ...]:
    if keys.source == "the environment" and keys.kind == "temporary" and not keys.token:
        return ("AWS_ACCESS_KEY_ID is a temporary key (ASIA…), and AWS_SESSION_TOKEN is not set",)
    return ()


def _brought(request: Any, call: Any, body: Any) -> Any:
    """Explain the signature that the request brings."""
    from apidoctor.cli.hiding import hiding, shown_url
    from apidoctor.facts.redact import redact
    from apidoctor.model.signature import read_signature, repeated_parameters
    from apidoctor.reasoning.signing.canonical import CONTENT_HASH
    from apidoctor.reasoning.signing.explain import Explained, other_body, was_signed
    from apidoctor.reasoning.signing.judge import Around, problems

    given = {name.lower(): value for name, value in request.headers}
    query = {
        name.lower(): value for name, _, value in (part.partition("=") for part in request.query.split("&"))
    }
    value = given.get("authorization")
    own = read_signature(value, request.query)
    twice = repeated_parameters(request.query) if own.place == "query" else ()
    found = problems(own, Around(request.region, given, query, datetime.now(UTC), repeated=twice))
    lines: tuple[Any, ...] = ()
    text = ""
    if own.is_aws and not own.missing:
        headers = dict(call.headers)
        stamp = given.get("x-amz-date") or query.get("x-amz-date") or "(not sent)"
        lines, text = was_signed(
            own,
            call.method,
            call.target,
            headers,
            redact(stamp[:40]),
            hiding(request),
            body and body.hash,
        )
        found += other_body(given.get(CONTENT_HASH), body and body.hash)
    return Explained(
        method=call.method,
        url=shown_url(call.url),
        host=dict(call.headers)["host"],
        lines=lines,
        canonical_request="\n".join(line.text for line in lines),
        string_to_sign=text,
        signed_headers=";".join(own.signed_headers),
        scope="/".join(own.scope),
        keys="not used",
        authorization=own,
        problems=tuple(found),
    )


def _print_json(told: Any) -> None:
    from apidoctor.model.encoding import write

    sys.stdout.buffer.write(write(told))
    sys.stdout.buffer.flush()


def _print(values: dict[str, Any], told: Any) -> None:
    import shutil

    from apidoctor.report.glyphs import choose_colour, choose_glyphs
    from apidoctor.report.page import Page
    from apidoctor.report.signing import fill

    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    page = Page(choose_glyphs(sys.stdout, ascii=values["only_ascii"]), width)
    fill(page, told, explain=values["explain"])
    click.echo(page.text(colour=choose_colour(sys.stdout)), nl=False, color=True)
