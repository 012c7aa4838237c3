"""A front door in one condition: what the program says of it from live answers, and how many requests that takes."""

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from attribution import verifier
from attribution.door import (
    ADDRESS,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    FORBIDDEN,
    MISSING,
    Arrival,
    Condition,
    Door,
    Reply,
    refusal,
)
from attribution.names import Names
from attribution.row import NOBODY, RANK, faults

from apidoctor.cli.app import run

URL = f"https://{DEFAULT_NAME}/prod/pets"
NOW = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
PRESIGNED = (
    f"{URL}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={verifier.KEY}/{NOW[:8]}/us-east-1/execute-api/aws4_request"
    f"&X-Amz-Date={NOW}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
)
BY_ENDPOINT = f"https://{ENDPOINT_NAME}/prod/pets"
HOST = ("-H", f"Host: {DEFAULT_NAME}")
INVOKE = "the execute-api:Invoke action"
SILENT_ENDPOINT = f" because no VPC endpoint policy allows {INVOKE}"
KEYS = {"AWS_ACCESS_KEY_ID": verifier.KEY, "AWS_SECRET_ACCESS_KEY": verifier.SECRET}
WRONG_SECRET = KEYS | {"AWS_SECRET_ACCESS_KEY": verifier.SECRET[::-1]}
UNKNOWN_KEY = KEYS | {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7UNKNOWN"}
ROLE = "arn:aws:iam::111111111111:role/app"
SAFE = {"GET", "HEAD", "OPTIONS"}
MOST = 4
"""No condition needs more requests than this."""


@dataclass(frozen=True)
class Case:
    """A condition, the question, and what is right."""

    name: str
    condition: Condition
    heads: frozenset[str]
    most: int
    floor: str = "possible"
    ceiling: str = "certain"
    listed: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    target: str = URL
    words: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    least: int = 1


UNFOUND = faults("D02 D22 H05 H08 H12")
LATER = faults("H10 H12")
ROUTE = faults("H02 H04 A18")
RESOURCE = faults("A01-A07 A13")
GATEWAY = faults("A02 A08 A18 D02 D22 H01 H02 H05 H06 H08 H10 H12 H13 T04")


def _text(name: str, tail: str, heads: str, floor: str = "likely", **rest: Any) -> Case:
    return Case(
        name, Condition(denial=tail), faults(heads), 1, floor, excluded=faults("D22 H02 H12 A20"), **rest
    )


def _answers(name: str, reply: Reply, heads: str, floor: str = "likely", most: int = 1, **rest: Any) -> Case:
    return Case(name, Condition(raw=reply), faults(heads), most, floor, **rest)


CASES = [
    # An admitted call takes one request.
    Case("admitted", Condition(), frozenset(), 1, excluded=GATEWAY),
    Case("admitted, with credentials at hand", Condition(), frozenset(), 1, excluded=GATEWAY, keys=KEYS),
    Case("admitted by the endpoint's name with Host", Condition(), frozenset(), 1, target=BY_ENDPOINT, words=HOST),
    Case("admitted by the endpoint's name with the id", Condition(), frozenset(), 1, target=BY_ENDPOINT,
        words=("-H", "x-apigw-api-id: abc1234567")),
    Case("a signed call is admitted", Condition(iam=True), frozenset(), 1, words=("--as", ROLE), keys=KEYS),
    Case("a redirect of the backend", Condition(backend=Reply(302, "",
        headers={"Location": f"https://{DEFAULT_NAME}/prod/elsewhere"})), frozenset(), 1),
    Case("a redirect to the metadata service", Condition(backend=Reply(307, "",
        headers={"Location": "http://169.254.169.254/latest/"})), frozenset(), 1),
    # A backend's own refusal: doubt whether one or two more requests are fair; none blames anybody.
    Case("a backend's 403", Condition(backend=Reply(403, '{"error":"not your pet"}')), frozenset(), 3,
        excluded=GATEWAY),
    Case("a backend's 503", Condition(backend=Reply(503, "<html>busy</html>")), frozenset(), 3, excluded=GATEWAY),
    # A text that names its layer takes one request.
    _text("the endpoint policy denies", " with an explicit deny in a VPC endpoint policy", "A09"),
    _text("the endpoint policy is silent", f" because no VPC endpoint policy allows {INVOKE}", "A08 A10",
        "possible", ceiling="likely", listed=faults("A08 A10")),
    # One more tells whether the policy denies everybody or only who does not sign.
    Case("the endpoint policy lets signed calls in", Condition(denial=SILENT_ENDPOINT, signed_pass=True), faults("A10"),
        2, "likely", "likely", excluded=faults("A08 A02 D22"), keys=KEYS, least=2),
    Case("the endpoint policy lets nobody in, with credentials at hand", Condition(denial=SILENT_ENDPOINT),
        faults("A08 A10"), 2, ceiling="likely", listed=faults("A08 A10"), excluded=faults("A02 D22"), keys=KEYS),
    Case("the endpoint policy denies, with credentials at hand",
        Condition(denial=" with an explicit deny in a VPC endpoint policy"), faults("A09"), 1, "likely", keys=KEYS),
    _text("the resource policy is silent", f" because no resource-based policy allows {INVOKE}", "A01-A07 A13",
        "possible", ceiling="likely", listed=RESOURCE),
    _text("the resource policy denies", " with an explicit deny in a resource-based policy", "A03 A04", "possible",
        ceiling="likely", listed=faults("A03 A04")),
    _text("the identity policy is silent", f" because no identity-based policy allows {INVOKE}", "A11",
        words=("--as", ROLE), keys=KEYS),
    _text("an SCP denies", " with an explicit deny in a service control policy", "A12", words=("--as", ROLE),
        keys=KEYS),
    _answers("an authorizer denies", refusal("AccessDeniedException",
        "User is not authorized to access this resource with an explicit deny", key="Message"), "A20"),
    _answers("401", refusal("UnauthorizedException", "Unauthorized", 401), "A20 A21", "possible",
        ceiling="possible", listed=faults("A20 A21")),
    _answers("throttled", refusal("TooManyRequestsException", "Too Many Requests", 429), "H11"),
    _answers("over the quota", refusal("LimitExceededException", "Limit Exceeded", 429), "H11"),
    _answers("500", refusal("InternalServerErrorException", "Internal server error", 500), "B01 B02 B03",
        "possible", ceiling="possible", listed=faults("B01 B02 B03")),
    _answers("502", refusal("InternalServerErrorException", "Internal server error", 502), "B05", "possible"),
    _answers("504", refusal("InternalServerErrorException", "Endpoint request timed out", 504), "B04"),
    _answers("a bad API key", refusal("ForbiddenException", "Invalid API Key identifier specified"), "H10"),
    Case("the secret is wrong", Condition(iam=True), faults("A15 A17 A25 A26"), 1, words=("--as", ROLE),
        keys=WRONG_SECRET, excluded=faults("A16 H02 A18")),
    Case("the access key is unknown", Condition(iam=True), faults("A17"), 1, "likely", words=("--as", ROLE),
        keys=UNKNOWN_KEY, excluded=faults("A15 H02 A18")),
    Case("signed for another Host", Condition(iam=True), faults("A15"), 1, "likely", words=("--as", ROLE,
        "--sign-host", ENDPOINT_NAME), keys=KEYS),
    Case("a bearer token where a signature is asked for", Condition(iam=True), faults("A19 H02"), 3,
        listed=faults("A19"),
         words=("-H", "Authorization: Bearer 0123456789abcdef")),
    # Forbidden takes three at most.
    Case("no such API", Condition(found=False), UNFOUND, 3, ceiling="possible", listed=UNFOUND - {"H08"},
        excluded=faults("H01 H10 T04 A18")),
    Case("no such API, with credentials at hand", Condition(found=False), UNFOUND, 3, ceiling="possible",
        listed=UNFOUND - {"H08"}, excluded=faults("H01 H10 T04"), keys=KEYS),
    Case("WAF blocks everything", Condition(blocked="/"), UNFOUND, 3, ceiling="possible", listed=UNFOUND - {"H08"},
        excluded=faults("H01 H10 T04")),
    Case("WAF blocks one path", Condition(blocked="/prod/pets"), LATER, 3, ceiling="possible", listed=LATER,
        excluded=faults("D02 D22 H08 H01")),
    Case("an API key is asked for", Condition(key=True), LATER, 3, ceiling="possible", listed=LATER,
        excluded=faults("D02 D22 H08 H01")),
    Case("a wrong API key is sent", Condition(key=True), LATER, 3, ceiling="possible", listed=LATER,
        excluded=faults("D02 D22 H08 H01"),
         words=("-H", "x-api-key: a-wrong-key-0123456789")),
    Case("the endpoint's name alone", Condition(), faults("H01"), 3, "likely", target=BY_ENDPOINT,
        excluded=faults("H03 H05 H10 D02")),
    Case("STRICT, by the endpoint's name with Host", Condition(strict=True), faults("T04"), MOST, "likely",
        target=BY_ENDPOINT, words=HOST,
         excluded=faults("D22 H01 H05 H08")),
    Case("STRICT, by the default name", Condition(strict=True), frozenset(), 1),
    Case("Forbidden to a HEAD: no body", Condition(found=False), UNFOUND, 3, ceiling="possible",
        listed=faults("D22 H12"), words=("--method", "HEAD")),
    # Missing Authentication Token takes two, or three where there are credentials to try.
    Case("no such path", Condition(routes=frozenset({"/prod/cats"})), ROUTE, 2, ceiling="possible", listed=ROUTE,
        excluded=faults("D22 H12")),
    Case("no such stage", Condition(routes=frozenset({"/live/pets"})), ROUTE, 2, ceiling="possible", listed=ROUTE,
        excluded=faults("D22 H12")),
    # A presigned call is signed: what it lacks is a route.
    _answers("no such path, presigned", MISSING, "H02 H04", target=PRESIGNED, floor="likely",
             excluded=faults("A18 A19"), keys=KEYS),
    Case("no such path, with credentials at hand", Condition(routes=frozenset({"/prod/cats"})), faults("H02 H04"),
        3, ceiling="likely",
         listed=faults("H02 H04"), excluded=faults("A18 D22 H12"), keys=KEYS),
    Case("a signature is asked for", Condition(iam=True), ROUTE, 2, ceiling="possible", listed=ROUTE,
        excluded=faults("D22 H12")),
    # contracts.md 1: the credentials in use call when the method needs IAM, so that the call is admitted.
    Case("a signature is asked for, with credentials at hand", Condition(iam=True), frozenset(), 2,
        excluded=faults("A18 H02 H04 D22"), keys=KEYS),
    Case("a signature is asked for, the secret at hand is wrong", Condition(iam=True),
        faults("A18 A15 A17 A25 A26"), 3, keys=WRONG_SECRET),
    # Customised 4xx keep the header.
    Case("customised, no such API", Condition(found=False, custom=Reply(404, '{"error":"sorry"}')),
        UNFOUND | {"H13"}, MOST, ceiling="likely",
         excluded=faults("H01 A02")),
    Case("customised, a policy denies", Condition(denial=" with an explicit deny", custom=Reply(403, "sorry")),
         faults("A01-A10 A13 A17 A20 A22 H13"), MOST, ceiling="likely", excluded=faults("D22 H01 H02 H12")),
    Case("customised, no such path", Condition(routes=frozenset(), custom=Reply(403, '{"message":"nein"}')),
        ROUTE | {"H13"}, MOST, ceiling="likely",
         excluded=faults("D22 H12 A02")),
    # No answer in time (catalogue, B04, N15, N16): what API Gateway answers by itself comes at once, or not either.
    Case("a slow backend", Condition(thinks=20), faults("B04"), 2, "likely", "likely", least=2,
        excluded=GATEWAY | faults("N15 N16 N19 O05"), words=("--timeout", "12")),
    Case("a backend that answers after two seconds", Condition(thinks=2), frozenset(), 1, excluded=GATEWAY),
    # Whether the second one is still heard of in so short a run, is left open.
    Case("no answer to anything", Condition(thinks=20, slow="/"), faults("B04 N16"), 2, ceiling="possible", least=2,
        listed=faults("N16 B04"), excluded=GATEWAY | faults("N15"), words=("--timeout", "12")),
    Case("an answer that drips", Condition(drips=True), faults("N15 N16"), 1, ceiling="possible",
        excluded=GATEWAY | faults("B04"), words=("--timeout", "12")),
    # Not API Gateway at all.
    Case("a captive portal", Condition(stranger=Reply(200, "<html>Welcome</html>",
        headers={"Content-Type": "text/html"}, ids=False)),
         faults("O05 N16 N19"), 2, excluded=GATEWAY),
    Case("a proxy's page", Condition(stranger=Reply(403, "<html>denied</html>",
        headers={"Via": "1.1 fw (squid/6.6)", "Server": "squid"}, ids=False)),
         faults("O05 N16 N19 H15"), 2, excluded=GATEWAY),
    # Nothing is sent that may not be.
    Case("no test calls wanted", Condition(found=False), frozenset({NOBODY}), 0, words=("--no-invoke",), least=0),
]  # fmt: skip


def ask(case: Case, folder: Path) -> tuple[dict[str, Any], list[Arrival]]:
    """Run the command against the door; the report and what arrived."""
    dropped = ("AWS_", "SSL_CERT", "XDG_")
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(dropped) and not k.lower().endswith("_proxy")
    }
    # No AWS service listens there: whoever asks one is told so at once.
    nowhere = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    nowhere |= dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    environment = kept | nowhere | case.keys | {"HOME": str(folder)}
    with Door(case.condition, folder) as door, Names(ADDRESS) as names:
        way = f"--resolver 127.0.0.1:{names.port} --connect-to {ADDRESS}:443=127.0.0.1:{door.port}".split()
        rest = ["--ca-file", str(door.ca_file), *case.words, "--json"]
        command = ["check", case.target, "--no-aws", *way, *rest]
        code, out, err = ran(command, environment)
        assert out, f"exit {code}: {err}"
        for secret in (verifier.SECRET, verifier.SECRET[::-1], "0123456789abcdef", "a-wrong-key"):
            assert secret not in out + err
        return json.loads(out), list(door.arrivals)


def ran(command: list[str], environment: dict[str, str]) -> tuple[int, str, str]:
    """Run the command in this process, which is quick, with this environment and no other."""
    raw, err = BytesIO(), StringIO()
    out = TextIOWrapper(raw, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in os.environ.keys() - environment.keys():
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        code = run(command)
    out.flush()
    return code, raw.getvalue().decode(), err.getvalue()


def story(report: dict[str, Any], arrivals: list[Arrival]) -> str:
    """What a failing test shows."""
    causes = [
        (c["fault"], c["confidence"], [k["fault"] for k in c.get("candidates", [])])
        for c in report["root_causes"]
    ]
    calls = [
        f"{a.method} {a.headers.get('host')}{a.path} SNI {a.server_name} signed {a.signed}" for a in arrivals
    ]
    told = [
        f"{r['status']} {r['check']} {r['summary']}"
        for r in report["results"]
        if r["status"] in ("fail", "unknown", "error")
    ]
    return "\n".join([f"{report['verdict']} {causes}", *calls, *told])


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Each case runs once; what it gave is judged from several sides."""
    kept: dict[str, tuple[dict[str, Any], list[Arrival]]] = {}

    def run(case: Case) -> tuple[dict[str, Any], list[Arrival]]:
        if case.name not in kept:
            kept[case.name] = ask(case, tmp_path_factory.mktemp("door"))
        return kept[case.name]

    return run


EACH = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


@EACH
def test_the_fault_is_named_and_no_surer_than_the_answers(case, runs):
    report, arrivals = runs(case)
    told = story(report, arrivals)

    if not report["root_causes"]:
        assert not case.heads or NOBODY in case.heads, told
        assert report["verdict"] != "broken", told
        return
    head = report["root_causes"][0]
    assert head["fault"] in case.heads, f"wanted {sorted(case.heads)}\n{told}"
    assert RANK[case.floor] <= RANK[head["confidence"]] <= RANK[case.ceiling], told


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in CASES if c.listed or c.excluded])
def test_the_candidates_are_what_the_answers_leave_open(case, runs):
    report, arrivals = runs(case)
    told = story(report, arrivals)
    head: dict[str, Any] = next(iter(report["root_causes"]), {})
    named = {each["fault"] for each in head.get("candidates", [])} | {
        c["fault"] for c in report["root_causes"]
    }

    assert not named & case.excluded, f"excluded {sorted(named & case.excluded)}\n{told}"
    assert case.listed <= named, f"missing {sorted(case.listed - named)}\n{told}"


@EACH
def test_no_more_requests_than_it_takes(case, runs):
    report, arrivals = runs(case)

    assert case.least <= len(arrivals) <= min(case.most, MOST), story(report, arrivals)


@EACH
def test_only_harmless_requests_and_no_secret_where_it_does_not_belong(case, runs):
    report, arrivals = runs(case)
    told = story(report, arrivals)

    assert {call.method for call in arrivals} <= SAFE, told
    for call in arrivals:
        assert not call.path.startswith(("/latest", "/prod/elsewhere")), told
        if not call.path.startswith("/prod/pets"):
            assert not {"authorization", "x-api-key", "x-amz-security-token"} & set(call.headers), told
    assert not [r for r in report["results"] if r["status"] == "error"], told


def test_a_method_that_may_change_data_is_never_sent(tmp_path):
    case = Case("POST", Condition(found=False), frozenset(), 0, words=("--method", "POST"))

    _, arrivals = ask(case, tmp_path)

    assert {call.method for call in arrivals} <= SAFE
    assert len(arrivals) <= 2


@pytest.mark.parametrize(
    ("condition", "others"), [(Condition(), 0), (Condition(found=False), 1)], ids=["no route", "Forbidden"]
)
def test_a_method_that_may_change_data_is_sent_once_where_the_user_says_so(condition, others, tmp_path):
    words = ("--method", "POST", "--allow-unsafe-method")
    _, arrivals = ask(Case("POST", condition, frozenset(), 0, words=words), tmp_path)
    (post,) = [call for call in arrivals if call.method == "POST"]

    assert (post.path, post.headers["content-length"]) == ("/prod/pets", "0")
    assert len(arrivals) == 1 + others
    assert {call.method for call in arrivals} - {"POST"} <= SAFE


def test_the_door_itself_answers_as_api_gateway_does():
    """The verifier accepts the example of the AWS documentation's own signer and refuses a changed path."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest("GET", f"{URL}?b=2&a=1", headers={"host": DEFAULT_NAME})
    SigV4Auth(Credentials(verifier.KEY, verifier.SECRET), "execute-api", "us-east-1").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}

    assert verifier.refuses("GET", "/prod/pets?b=2&a=1", headers) is None
    assert verifier.refuses("GET", "/prod/cats?b=2&a=1", headers) == (
        "InvalidSignatureException",
        verifier.MISMATCH,
    )
    assert verifier.refuses("GET", "/prod/pets?b=2&a=1", headers | {"host": ENDPOINT_NAME})


def test_the_door_has_one_answer_for_a_name_it_does_not_know():
    from attribution.door import decide

    unknown = Arrival("GET", "/prod/pets", {"host": ENDPOINT_NAME}, ENDPOINT_NAME)

    assert decide(Condition(), unknown) == FORBIDDEN
