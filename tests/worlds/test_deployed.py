"""What the stage runs: the export shows it, else the summary of its deployment; the draft proves nothing."""

import pytest
from worlds.build import API, World
from worlds.cases import check_case
from worlds.changes import set_methods
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import probed, refused
from worlds.stages import add_canary

OPEN = {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}
SIGNED = {"/pets": {"GET": {"authorizationType": "AWS_IAM", "apiKeyRequired": False}}}
KEYED = {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": True}}}
OTHER = {"/pets": {"POST": {"authorizationType": "NONE", "apiKeyRequired": False}}}
PERMISSION = f"permission: apigateway:GET on /restapis/{API}/stages/prod/exports/oas30"
DRAFTS = {
    "H02": (
        "api/method-is-deployed",
        OTHER,
        lambda world: set_methods(world, {"/x": {"GET": "NONE"}}, False),
    ),
    "A18": (
        "policy/call-is-signed-where-asked",
        SIGNED,
        lambda world: set_methods(world, {"/pets": {"GET": "AWS_IAM"}}, False),
    ),
    "H10": (
        "api/key-is-not-asked-for",
        KEYED,
        lambda world: set_methods(world, {"/pets": {"GET": "NONE"}}, False, key=True),
    ),
}
"""By fault: the check that finds it, a deployment that has it, and a draft that has it."""


def hide_export(world: World) -> None:
    """Nobody may read what the stage runs."""
    denied = {"error": {"Code": "AccessDeniedException", "Message": "no"}}
    world.answers(world.api_account)["get_export"] = denied


def summary(world: World, methods: dict[str, object]) -> None:
    """What GetDeployment tells of the deployment that the stage runs."""
    number = world["prod"]["deploymentId"]
    world.keyed(world.api_account, "get_deployment", f"{API}/{number}", {"id": number, "apiSummary": methods})


@pytest.mark.parametrize("fault", DRAFTS)
def test_a_draft_is_no_proof_and_the_permission_that_would_decide_is_told(fault, tmp_path):
    check, _, draft = DRAFTS[fault]
    world = same_vpc()
    hide_export(world)
    draft(world)
    said = judge(world, tmp_path)

    (cause,) = said.report["root_causes"]
    assert (cause["fault"], cause["check"], cause["confidence"]) == (fault, check, "likely"), said.story()
    assert PERMISSION in cause["title"]


@pytest.mark.parametrize("fault", DRAFTS)
def test_what_the_summary_of_the_deployment_shows_is_certain(fault, tmp_path):
    check, deployed, draft = DRAFTS[fault]
    world = same_vpc()
    hide_export(world)
    draft(world)
    summary(world, deployed)
    said = judge(world, tmp_path)

    (cause,) = said.report["root_causes"]
    assert (cause["fault"], cause["check"], cause["confidence"]) == (fault, check, "certain"), said.story()


@pytest.mark.parametrize("fault", DRAFTS)
def test_a_draft_that_differs_from_what_the_deployment_is_known_to_have_is_not_blamed(fault, tmp_path):
    world = same_vpc()
    hide_export(world)
    DRAFTS[fault][2](world)
    summary(world, OPEN)
    said = judge(world, tmp_path)

    assert said.faults == [], said.story()
    assert said.report["verdict"] == "undecided"  # which policy the stage runs is not known


def test_a_method_that_is_saved_and_not_in_the_summary_is_not_deployed(tmp_path):
    world = same_vpc()
    hide_export(world)
    summary(world, OTHER)
    said = judge(world, tmp_path)

    assert said.faults == ["H04"], said.story()


def test_the_export_counts_before_the_summary(tmp_path):
    def change(world: World) -> None:
        summary(world, OTHER)

    check_case(same_vpc, change, set(), "healthy", tmp_path)


def of_the_stage(world: World, fault: str) -> None:
    """Deploy to the stage what ends in this fault."""
    verbs = {"H02": {"POST": "NONE"}, "A18": {"GET": "AWS_IAM"}, "H10": {"GET": "NONE"}}[fault]
    set_methods(world, {"/pets": verbs}, key=fault == "H10")


@pytest.mark.parametrize("fault", DRAFTS)
def test_a_canary_that_gets_every_call_counts_alone(fault, tmp_path):
    world = same_vpc()
    of_the_stage(world, fault)
    add_canary(world, OPEN, percent=100.0)
    said = judge(world, tmp_path)

    assert (said.report["verdict"], said.faults) == ("healthy", []), said.story()


@pytest.mark.parametrize("fault", ["A18", "H10"])
def test_what_a_canary_that_gets_every_call_asks_for_is_certain(fault, tmp_path):
    world = same_vpc()
    add_canary(world, DRAFTS[fault][1], percent=100.0)
    said = judge(world, tmp_path)

    (cause,) = said.report["root_causes"]
    assert (cause["fault"], cause["confidence"]) == (fault, "certain"), said.story()
    assert "of the canary (deployment dep002, which gets all calls)" in cause["title"]


@pytest.mark.parametrize("methods", [OPEN, None], ids=["canary answers", "canary not shown"])
@pytest.mark.parametrize("fault", DRAFTS)
def test_the_stage_is_not_certain_beside_a_canary_that_may_answer(fault, methods, tmp_path):
    world = same_vpc()
    of_the_stage(world, fault)
    add_canary(world, methods, percent=10.0)
    said = judge(world, tmp_path)

    (cause,) = said.report["root_causes"]
    assert (cause["fault"], cause["confidence"]) == (fault, "likely"), said.story()
    assert "10 % of the calls get the canary, deployment dep002" in cause["title"]


@pytest.mark.parametrize("fault", DRAFTS)
def test_the_stage_is_certain_beside_a_canary_that_ends_alike(fault, tmp_path):
    world = same_vpc()
    of_the_stage(world, fault)
    add_canary(world, DRAFTS[fault][1], percent=10.0)
    said = judge(world, tmp_path)

    assert [(c["fault"], c["confidence"]) for c in said.report["root_causes"]] == [(fault, "certain")]


def test_a_draft_without_the_method_and_the_text_of_a_missing_one_are_likely(tmp_path):
    world = same_vpc()
    hide_export(world)
    DRAFTS["H02"][2](world)
    refused(
        probed(world), "MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}'
    )
    said = judge(world, tmp_path)

    assert (said.faults, said.report["root_causes"][0]["confidence"]) == (["H02"], "likely"), said.story()


@pytest.mark.parametrize("seen", [True, False], ids=["deployed", "draft"])
def test_a_slash_too_many_is_certain_where_the_deployment_is_seen(seen, tmp_path):
    world = same_vpc()
    world.target += "/"
    if not seen:
        hide_export(world)
    refused(
        probed(world), "MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}'
    )
    (cause,) = judge(world, tmp_path).report["root_causes"]

    assert (cause["fault"], cause["confidence"]) == ("H02", "certain" if seen else "likely")
    assert (PERMISSION in cause["title"]) is not seen
