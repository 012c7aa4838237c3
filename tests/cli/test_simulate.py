"""``apidoctor simulate``: one decision, a batch, who may call; from options, files, a case and a snapshot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from worlds.build import API, ENDPOINT, role_arn, statement
from worlds.changes import set_policy
from worlds.domain import forget_associations, set_domain_policy, with_domain
from worlds.judge import written
from worlds.layouts import cross_account, same_vpc

from apidoctor.cli.app import run
from apidoctor.schemas import load

METHOD = "arn:aws:execute-api:us-east-1:111111111111:abc1234567/prod/GET/pets"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
OURS_ONLY = {"StringEquals": {"aws:SourceVpce": "vpce-0bbb"}}
OURS = {"Version": "2012-10-17", "Statement": [{**ALLOW, "Sid": "Ours", "Condition": OURS_ONLY}]}
IDENTITY = {"Statement": [{"Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}]}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A resource policy in a file."""
    file = tmp_path / "api.json"
    file.write_text(json.dumps(OURS))
    return str(file)


def simulate(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["simulate", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def line(**members) -> dict:
    request = {
        "action": "execute-api:Invoke",
        "resource": METHOD,
        "context": {"aws:SourceVpce": ["vpce-0aaa"]},
    }
    return {"id": "c1", "request": request, "policies": {"resource": OURS, "identity": []}, **members}


def batch(capsys, tmp_path: Path, lines: list, *arguments: str) -> tuple[int, list[dict], str]:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines))
    code, out, err = simulate(capsys, "--batch", str(file), *arguments)
    return code, [json.loads(each) for each in out.splitlines()], err


# One decision


def test_a_denial_names_what_came_nearest_and_what_would_be_allowed(capsys, policy):
    code, out, _ = simulate(
        capsys, "--resource", METHOD, "--resource-policy", policy, "--authorization", "NONE",
        "--context", "aws:SourceVpce=vpce-0aaa",
    )  # fmt: skip

    assert code == 1
    assert "denied: nothing allows it" in out
    assert "StringEquals aws:SourceVpce: it wants vpce-0bbb, the call has vpce-0aaa" in out
    assert "because no resource-based policy allows the execute-api:Invoke action" in " ".join(out.split())
    assert "allowed  with aws:SourceVpce vpce-0bbb" in out


def test_an_allowed_call_names_the_statement_and_exits_with_zero(capsys, policy):
    code, out, _ = simulate(
        capsys, "--resource", METHOD, "--resource-policy", policy, "--context", "aws:SourceVpce=vpce-0bbb"
    )

    assert code == 0
    assert 'resource policy: statement 1 "Ours"' in out


def test_an_unknown_key_leaves_it_undecided(capsys, policy):
    code, out, _ = simulate(
        capsys, "--resource", METHOD, "--resource-policy", policy, "--unknown", "aws:SourceVpce"
    )

    assert code == 3
    assert "unknown  aws:SourceVpce" in out


def test_a_policy_may_be_written_on_the_command_line(capsys):
    code, _, _ = simulate(
        capsys, "--resource", METHOD, "--principal", "arn:aws:iam::111111111111:user/ann",
        "--identity", json.dumps(IDENTITY), "--scp", json.dumps(IDENTITY), "--boundary", json.dumps(IDENTITY),
    )  # fmt: skip

    assert code == 0


def test_the_json_of_one_decision_has_answer_layers_and_changes(capsys, policy):
    _, out, _ = simulate(
        capsys,
        "--resource",
        METHOD,
        "--resource-policy",
        policy,
        "--context",
        "aws:SourceVpce=vpce-0aaa",
        "--json",
    )
    found = json.loads(out)

    assert found["answer"]["decision"] == "implicit_deny"
    assert found["layers"][0]["statements"][0]["mismatches"][0]["got"] == ["vpce-0aaa"]
    assert found["changes"][0][0] == {
        "what": "context", "to": "vpce-0bbb", "key": "aws:SourceVpce", "pattern": None
    }  # fmt: skip


@pytest.mark.parametrize(("endpoint", "expected", "code"), [
    ("vpce-0bbb", "allow", 0), ("vpce-0bbb", "deny", 1), ("vpce-0aaa", "deny", 0), ("vpce-0aaa", "allow", 1),
])  # fmt: skip
def test_an_expectation_makes_the_exit_code(capsys, policy, endpoint, expected, code):
    found, _, _ = simulate(
        capsys, "--resource", METHOD, "--resource-policy", policy, "--context", f"aws:SourceVpce={endpoint}",
        "--expect", expected,
    )  # fmt: skip

    assert found == code


def test_a_case_is_read_from_a_file(capsys, tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(line()))

    assert simulate(capsys, "--case", str(file))[0] == 1


@pytest.mark.parametrize(("arguments", "code", "words"), [
    ((), 2, "say what is asked"),
    (("--snapshot", "x.json"), 2, "--snapshot needs TARGET"),
    (("--batch", "x", "--who-can"), 2, "leave TARGET, --case and --who-can out"),
    (("--who-can",), 2, "--who-can needs TARGET"),
    (("--resource", METHOD, "--context", "x"), 2, "write KEY=VALUE"),
    (("--resource", METHOD, "--identity", "/no/such/file"), 4, "No such file"),
    (("--case", "/no/such/file"), 4, "No such file"),
    (("--batch", "/no/such/file"), 4, "No such file"),
    (("--resource", METHOD, "--resource-policy", "{}"), 4, ""),
    (("--who-can", "--resource", METHOD, "--resource-policy", "{}"), 4, "is no policy"),
])  # fmt: skip
def test_what_cannot_be_decided_is_one_line(capsys, arguments, code, words):
    found, out, err = simulate(capsys, *arguments)

    assert found == code
    assert words in err
    assert err.count("\n") <= 1
    assert not err or not out


def test_hostile_text_in_a_policy_reaches_no_terminal(capsys):
    sid = "\x1b]0;owned\x07[@click=app.quit]x[/]\u202e"
    body = {"Statement": {**ALLOW, "Sid": sid, "Condition": {"StringEquals": {"k\x1b": ["\x9b2J"]}}}}
    _, out, _ = simulate(capsys, "--resource", METHOD, "--resource-policy", json.dumps(body), "-v")

    assert "\\x1b" in out
    assert not any(each in out for each in ("\x1b", "\x07", "\x9b", "\u202e"))


# A batch


def test_every_line_has_its_answer_in_the_same_order(capsys, tmp_path):
    allowed = line(id="c2")
    allowed["request"]["context"] = {"AWS:sourcevpce": ["vpce-0bbb"]}
    code, answers, _ = batch(capsys, tmp_path, [line(), "", allowed])

    assert code == 0
    assert [(each["id"], each["decision"]) for each in answers] == [("c1", "implicit_deny"), ("c2", "allow")]
    assert answers[0]["missing"] == ["grant"]
    assert answers[0]["near_misses"][0] == {
        "layer": "resource", "document": 0, "statement": 0, "element": "Condition", "key": "aws:SourceVpce",
        "wanted": ["vpce-0bbb"], "got": ["vpce-0aaa"], "operator": "StringEquals", "sid": "Ours",
    }  # fmt: skip
    assert answers[1]["decided_by"] == {"layer": "resource", "document": 0, "statement": 0, "sid": "Ours"}


def test_lines_and_answers_fit_their_schemas(capsys, tmp_path):
    import jsonschema

    _, answers, _ = batch(capsys, tmp_path, [line(), "nonsense", line(authorization="AWS_IAM")])

    jsonschema.validate(line(), load("simulate-line"))
    for each in answers:
        jsonschema.validate(each, load("simulate-answer"))


def test_a_document_may_be_an_object_or_the_text_of_one_in_any_wrapping(capsys, tmp_path):
    text = json.dumps(OURS)
    forms = [OURS, text, json.dumps(text), text.replace('"', '\\"')]
    lines = [line(policies={"resource": each}) for each in forms]

    assert {each["decision"] for each in batch(capsys, tmp_path, lines)[1]} == {"implicit_deny"}


def test_a_repeated_key_in_a_line_is_seen(capsys, tmp_path):
    text = json.dumps(line()).replace(
        '"StringEquals": {', '"StringEquals": {"aws:SourceVpce": "vpce-0aaa"}, "StringEquals": {'
    )
    _, [found], _ = batch(capsys, tmp_path, [text])

    assert found["decision"] == "indeterminate"
    assert [each["code"] for each in found["problems"]] == ["duplicate_key"]


@pytest.mark.parametrize(("text", "identity"), [
    ("nonsense", None),
    ("[]", None),
    ('{"id": "x"}', "x"),
    ('{"id": 7, "request": {"action": "a:b"}}', 7),
    ('{"id": "x", "request": {"action": "a:b", "resource": "*"}, "policies": {"scp": []}}', "x"),
    ('{"id": "x", "request": {"action": "a:b", "resource": "*"}, "authorization": "MAGIC"}', "x"),
    ('{"id": "x", "request": {"action": "a:b", "resource": "*"}, "authorization": "CUSTOM", "authorizer": "yes"}', "x"),
    ("[" * 100_000, None),
])  # fmt: skip
def test_a_line_that_is_no_case_is_invalid_and_says_why(capsys, tmp_path, text, identity):
    code, answers, err = batch(capsys, tmp_path, [text, line()])

    assert code == 0
    assert (answers[0]["id"], answers[0]["decision"]) == (identity, "invalid")
    assert answers[0]["problems"][0]["message"]
    assert answers[1]["decision"] == "implicit_deny"
    assert "1 of 2 lines are no case" in err


def test_a_batch_without_any_case_could_not_be_evaluated(capsys, tmp_path):
    assert batch(capsys, tmp_path, ["x", "y"])[0] == 4


def test_a_document_that_is_no_policy_makes_its_line_invalid_and_says_where(capsys, tmp_path):
    _, [found], _ = batch(capsys, tmp_path, [line(policies={"scps": [[IDENTITY], [{"Statement": 5}]]})])

    assert found["decision"] == "invalid"
    assert found["problems"][0]["where"] == "scp[1][0].Statement[0]"


def test_expectations_of_lines_and_of_the_run_make_the_exit_code(capsys, tmp_path):
    assert batch(capsys, tmp_path, [line()], "--expect", "deny")[0] == 0
    assert batch(capsys, tmp_path, [line()], "--expect", "allow")[0] == 1
    assert batch(capsys, tmp_path, [line(expect="implicit_deny")])[0] == 0
    assert batch(capsys, tmp_path, [line(expect="explicit_deny")])[0] == 1
    assert batch(capsys, tmp_path, [line(unknown_context=["aws:PrincipalOrgID"])], "--expect", "deny")[0] == 0
    open_key = line(unknown_context=["aws:SourceVpce"], expect="allow")
    open_key["request"]["context"] = {}
    assert batch(capsys, tmp_path, [open_key])[0] == 3


@pytest.mark.parametrize(("authorization", "authorizer", "decision"), [
    ("NONE", None, "implicit_deny"),
    ("CUSTOM", "allow", "allow"),
    ("CUSTOM", "deny", "explicit_deny"),
    ("CUSTOM", IDENTITY, "allow"),
    ("CUSTOM", None, "indeterminate"),
    ("COGNITO_USER_POOLS", "allow", "implicit_deny"),
    ("AWS_IAM", None, "implicit_deny"),
])  # fmt: skip
def test_with_an_authorization_type_api_gateways_own_flow_decides(
    capsys, tmp_path, authorization, authorizer, decision
):
    given = line(authorization=authorization, authorizer=authorizer)

    assert batch(capsys, tmp_path, [given])[1][0]["decision"] == decision


def test_near_misses_can_be_left_out(capsys, tmp_path):
    assert batch(capsys, tmp_path, [line()], "--no-near-misses")[1][0]["near_misses"] == []


def test_a_batch_is_answered_line_by_line_from_a_pipe():
    command = [sys.executable, "-m", "apidoctor", "simulate", "--batch", "-"]
    done = subprocess.run(
        command, input=f"{json.dumps(line())}\n" * 3, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0
    assert done.stdout.count('"implicit_deny"') == 3


def test_who_stops_reading_ends_the_batch_without_a_word(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{json.dumps(line())}\n" * 5000)
    command = f"{sys.executable} -m apidoctor simulate --batch {file} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)

    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


# A target of a snapshot


def test_a_target_is_simulated_from_a_snapshot(capsys, tmp_path):
    world = same_vpc()
    set_policy(world, statement(Condition={"StringEquals": {"aws:SourceVpce": "vpce-0other"}}))
    code, out, _ = simulate(
        capsys,
        world.target,
        "--snapshot",
        str(written(world, tmp_path)),
        "--from",
        world.origin,
        "--as",
        "anonymous",
    )

    assert code == 1
    assert f"the call has {ENDPOINT}" in " ".join(out.split())


def test_a_target_behind_a_custom_domain_is_refused_by_the_domains_own_policy(capsys, tmp_path):
    world = with_domain()
    where = ["--from", world.origin, "--as", "anonymous"]
    code, _, _ = simulate(capsys, world.target, "--snapshot", str(written(world, tmp_path)), *where)
    assert code == 0

    set_domain_policy(world, {"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})
    code, out, _ = simulate(capsys, world.target, "--snapshot", str(written(world, tmp_path)), *where)
    assert code == 1
    assert "policy of the custom domain: statement 1" in out

    set_domain_policy(world, {"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"})
    forget_associations(world)
    code, out, _ = simulate(capsys, world.target, "--snapshot", str(written(world, tmp_path)), *where)
    assert code == 1
    assert "no access association" in " ".join(out.split())


def test_a_target_of_another_account_is_simulated_with_the_callers_policies(capsys, tmp_path):
    world = cross_account()
    code, out, _ = simulate(
        capsys, world.target, "--snapshot", str(written(world, tmp_path)), "--from", world.origin,
        "--as", world.principal, *world.options,
    )  # fmt: skip

    assert code == 0
    assert "identity policies  allows" in out


def test_what_the_snapshot_lacks_is_named(capsys, tmp_path):
    world = same_vpc()
    for answers in world.everywhere("get_rest_api"):
        answers[0].pop("get_rest_api")
    for answers in world.everywhere("get_rest_apis"):
        answers[0].pop("get_rest_apis")
    code, _, err = simulate(
        capsys, world.target, "--snapshot", str(written(world, tmp_path)), "--from", world.origin
    )

    assert code == 4
    assert "not seen: fact: get_rest_api" in err


def test_who_may_call_a_target(capsys, tmp_path):
    world = same_vpc()
    arguments = [
        world.target,
        "--snapshot",
        str(written(world, tmp_path)),
        "--from",
        world.origin,
        "--who-can",
    ]
    code, out, _ = simulate(capsys, *arguments)
    _, as_json, _ = simulate(capsys, *arguments, "--json")

    assert code == 0
    assert f"who may call arn:aws:execute-api:us-east-1:111111111111:{API}" in out
    assert f"through {ENDPOINT}" in " ".join(out.split())
    assert json.loads(as_json)["who_can"][0]["admissions"][0]["also"] == "nothing"


def test_who_may_call_by_a_policy_and_an_endpoint_policy(capsys, policy):
    named = {"AWS": role_arn("222222222222")}
    wanted = {"Statement": {"Effect": "Allow", "Principal": named, "Action": "*", "Resource": "*"}}
    code, out, _ = simulate(
        capsys, "--who-can", "--resource", METHOD, "--resource-policy", policy, "--authorization", "NONE",
        "--endpoint-policy", json.dumps(wanted), "--context", "aws:SourceVpce=vpce-0bbb",
    )  # fmt: skip

    assert code == 0
    assert f"{role_arn('222222222222')} may call" in " ".join(out.split())
