"""Customised gateway responses: what an API's owner made of the gateway's own answers."""

import json

from msgspec.structs import replace

from apidoctor.lab.description import Api
from apidoctor.lab.front_door.arrival import Arrival
from apidoctor.lab.front_door.catalogue import Reply, rows


def customised(api: Api, answer: Reply, arrival: Arrival) -> Reply:
    """The answer as the API's gateway responses shape it.

    A response of the very type counts, else ``DEFAULT_4XX`` or ``DEFAULT_5XX``; rows without a type cannot be
    customised (API Gateway guide, "Gateway response types").
    """
    kind = rows()[answer.row].response if answer.row and answer.by == "gateway" else ""
    if not kind:
        return answer
    shape = api.responses.get(kind) or api.responses.get(f"DEFAULT_{answer.status // 100}XX")
    if shape is None:
        return answer
    named = {name: value for name, value in shape.headers.items() if name.lower() != "x-amzn-errortype"}
    error_type = {name.lower(): value for name, value in shape.headers.items()}.get("x-amzn-errortype")
    return replace(
        answer,
        status=shape.status or answer.status,
        kind=answer.kind if error_type is None else error_type,
        body=answer.body if shape.body is None else _filled(shape.body, answer, kind, arrival),
        headers={**answer.headers, **named},
    )


def _filled(template: str, answer: Reply, kind: str, arrival: Arrival) -> str:
    """A body template with its variables, the longer names first: ``message`` begins ``messageString``."""
    for name, value in {
        "$context.error.messageString": json.dumps(answer.text),
        "$context.error.message": answer.text,
        "$context.error.responseType": kind,
        "$context.requestId": arrival.request_id,
        "$context.extendedRequestId": arrival.extended_id,
    }.items():
        template = template.replace(name, value)
    return template
