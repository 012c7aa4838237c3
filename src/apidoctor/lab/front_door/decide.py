"""What API Gateway answers to one request, from the world's data and in the catalogue's words.

The order is that of the real gates: API or domain found, web ACL, signature, endpoint policy, domain policy,
route, resource policy or identity, authorizer, API key, throttle, validator, integration (API Gateway guide,
"How API Gateway resource policies affect authorization workflow", "Use VPC endpoint policies for private
APIs": those come before anything else, and "AWS WAF is evaluated before other access control features").
Policies are not evaluated here: the world says which layer denies.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from apidoctor.lab.description import Denial, Method, Stage, World
from apidoctor.lab.front_door.arrival import Arrival, Reached, endpoint_name, reach
from apidoctor.lab.front_door.backend import integrate
from apidoctor.lab.front_door.catalogue import Reply, denial_row, reply, rows
from apidoctor.lab.front_door.gates import authorizer_speaks, blocked, key_is_good, throttled, unfit
from apidoctor.lab.front_door.sigv4 import ALGORITHM, Known, Refused, digest, stamp, verify
from apidoctor.lab.front_door.wording import customised
from apidoctor.lab.traffic import Passage

KeyRing = Callable[[str], Known | None]
"""Access key id to the key, None for one that was never issued."""

LONGEST_ARN = 1600
"""Bytes of a method ARN that a resource policy can be asked about (API Gateway guide, quotas)."""


class _Call(Struct, frozen=True):
    """One request on its way through the gates."""

    world: World
    arrival: Arrival
    to: Reached

    def say(self, row: str, **values: str) -> Reply:
        """The catalogue's answer, in the words that this world uses for it."""
        return _say(self.world, row, _values(self.world, self.arrival, self.to) | values)


def decide(world: World, keys: KeyRing, arrival: Arrival) -> Reply:
    """Answer one request."""
    to = reach(world, arrival)
    if to is None:
        return _say(world, "F1", {})
    call = _Call(world, arrival, to)
    who = _caller(world, keys, arrival)
    stage = to.api.stages.get(to.stage)
    answer, error = _through_gates(call, stage, who)
    shaped = customised(to.api, answer, arrival)
    reached_stage = not _is_before_the_api(answer)
    if stage is not None and reached_stage:
        arrival.traffic.note(_passage(call, stage, who, shaped, answer, error))
    return shaped


def _is_before_the_api(answer: Reply) -> bool:
    """Whether the endpoint's policy refused: that is before the API, and no stage logs it."""
    return answer.row.startswith("A6")


def _through_gates(call: _Call, stage: Stage | None, who: str | Refused) -> tuple[Reply, str]:
    """The answer, and the reason of a failed integration."""
    for gate in _gates(call, stage, who):
        if gate is not None:
            return gate, ""
    method = _method(call, stage)
    if method is None or stage is None:
        return _no_route(call), ""
    return integrate(call.world, call.to.api, method, call.to.path, call.say)


def _gates(call: _Call, stage: Stage | None, who: str | Refused) -> Iterator[Reply | None]:
    """What each gate says, in their order; None lets pass."""
    world, arrival, to = call.world, call.arrival, call.to
    yield blocked(world, stage, arrival, call.say)
    yield _refusal(call, who)
    if isinstance(who, Refused):
        yield call.say(who.row, **who.values)
        return
    yield _denial(call, who, ("VPC endpoint",))
    yield _denial(call, who, (), domain=True)
    if len(to.arn.encode()) > LONGEST_ARN:
        yield call.say("R4")
    method = _method(call, stage)
    if method is None or stage is None:
        return
    if method.authorization == "AWS_IAM" and who == "anonymous":
        yield _no_route(call)
    signer = who if method.authorization == "AWS_IAM" else "anonymous"
    token = authorizer_speaks(to.api, method, arrival, call.say)
    if method.authorization == "COGNITO_USER_POOLS":  # the token is looked at first
        yield token
    yield _denial(call, signer, ())
    yield token
    if not key_is_good(world, method, to, arrival):
        yield call.say("K1")
    yield throttled(world, method, stage, to, arrival, call.say)
    yield unfit(method, arrival, call.say)


def _method(call: _Call, stage: Stage | None) -> Method | None:
    """The method that answers: of the canary for its share of the calls, else of the deployment."""
    methods = call.to.api.deployed.methods
    canary = stage.canary if stage is not None else None
    # By the request's own id, so that one call is asked about twice and told the same.
    share = int(call.arrival.request_id.replace("-", "") or "0", 16) % 100
    if canary is not None and share < canary.percent:
        methods = canary.methods
    return next((method for method in methods if method.key == call.to.key), None)


def _refusal(call: _Call, who: str | Refused) -> Reply | None:
    """What the world's own list of refusals says."""
    for number, refusal in enumerate(call.world.front_door.refusals):
        api = call.world.apis[refusal.api] if refusal.api else call.to.api
        if api is not call.to.api or refusal.method not in ("", call.to.key):
            continue
        if call.arrival.traffic.count(f"refusal {number}") >= refusal.after:
            name = "anonymous" if isinstance(who, Refused) else who
            return call.say(refusal.row, **({"who": name} | refusal.values))
    return None


def _denial(call: _Call, who: str, layers: tuple[str, ...], *, domain: bool = False) -> Reply | None:
    """The first denial of these layers (of all but the endpoint's without any) for this call."""
    for denial in call.world.front_door.denials:
        if bool(denial.domain) != domain or not _concerns(call, denial):
            continue
        if layers and denial.layer not in layers:
            continue
        return _denied(call, denial, who)
    return None


def _concerns(call: _Call, denial: Denial) -> bool:
    if denial.domain:
        return call.world.domains[denial.domain] is call.to.domain
    api = call.world.apis[denial.api] if denial.api else call.to.api
    return api is call.to.api and denial.method in ("", call.to.key)


def _denied(call: _Call, denial: Denial, who: str) -> Reply:
    row = denial.row or denial_row(denial.layer, denial.explicit)
    arn = call.to.domain_arn if denial.domain else call.to.arn
    said = call.say(row, who=who, arn=arn)
    return call.say("A4-named", denial=said.text, policy=denial.policy) if denial.policy else said


def _caller(world: World, keys: KeyRing, arrival: Arrival) -> str | Refused:
    """Who calls: an ARN, ``anonymous`` without a signature, or why a wrong one is refused."""
    if not arrival.signed.headers.get("authorization", "").startswith(ALGORITHM):
        return "anonymous"
    door = world.front_door
    who = verify(arrival.signed, keys, _now(world), timedelta(minutes=door.tolerance_minutes))
    if not isinstance(who, Refused) and world.caller.session != "valid":
        return Refused("S4" if world.caller.session == "expired" else "S3", {})
    return who


def _no_route(call: _Call) -> Reply:
    """No such method, or no signature where one is needed; a bearer token reads as a broken signature."""
    header = call.arrival.signed.headers.get("authorization")
    if header is None or header.startswith(ALGORITHM):
        return call.say("F2")
    return call.say("S6-hashed" if header else "S6-empty")


def _say(world: World, row: str, values: dict[str, str]) -> Reply:
    wanted = world.front_door.words.get(row, row)
    return reply(wanted, **{name: values[name] for name in rows()[wanted].placeholders})


def _now(world: World) -> datetime:
    ahead = world.front_door.signature_clock_s + world.front_door.date_header_s
    return datetime.now(UTC) + timedelta(seconds=ahead)


def _values(world: World, arrival: Arrival, to: Reached) -> dict[str, str]:
    """What the front door can put for placeholders, whatever the row."""
    header = arrival.signed.headers.get("authorization", "")
    now, minutes = _now(world), world.front_door.tolerance_minutes
    return {
        "who": "anonymous",
        "arn": to.arn,
        "authorization": header,
        "token": header.rpartition(" ")[2],
        "digest": digest(header),
        "part": "Credential",
        "date": arrival.signed.headers.get("x-amz-date", ""),
        "now": stamp(now),
        "limit": stamp(now - timedelta(minutes=minutes)),
        "minutes": str(minutes),
        "parameters": "",
        "canonical": "",
        "to_sign": "",
        "denial": "",
        "policy": "",
    }


def _passage(
    call: _Call, stage: Stage, who: str | Refused, shaped: Reply, answer: Reply, error: str
) -> Passage:
    """What logs and samples will tell of this call."""
    world, arrival, to = call.world, call.arrival, call.to
    endpoint = world.endpoints.get(endpoint_name(world, arrival.endpoint))
    return Passage(
        at=time.time(),
        request_id=arrival.request_id,
        extended_id=arrival.extended_id,
        trace=arrival.trace,
        api=to.api.id,
        stage=to.stage,
        verb=to.verb,
        path=to.path,
        target=arrival.signed.target,
        host=arrival.host,
        headers=dict(arrival.signed.headers),
        status=shaped.status,
        row=answer.row,
        response=rows()[answer.row].response if answer.row else "",
        message=answer.text,
        user=who if isinstance(who, str) and who != "anonymous" else "",
        endpoint=endpoint.id if endpoint else "",
        vpc=world.vpcs[endpoint.vpc].id if endpoint else "",
        web_acl=world.web_acls[stage.web_acl].arn if stage.web_acl else "",
        error=error,
    )
