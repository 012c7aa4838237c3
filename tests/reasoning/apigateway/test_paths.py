"""What a path that answers nothing differs in from one that is deployed."""

import pytest

from apidoctor.reasoning.apigateway.paths import explain, fits, has_final_slash

PETS = [("/pets", "GET"), ("/pets/{id}", "GET"), ("/files/{name+}", "ANY")]


@pytest.mark.parametrize(
    ("verb", "path", "words"),
    [
        ("GET", "/pets/", "The path differs only by a trailing slash from /pets."),
        ("GET", "/pets/17/", "The path differs only by a trailing slash from /pets/{id}."),
        ("GET", "/Pets", "The path differs only by case from /pets."),
        ("GET", "/PETS/17", "The path differs only by case from /pets/{id}."),
        ("GET", "/pets%2f17", "The path differs only by an encoded slash (%2F) from /pets/{id}."),
        ("GET", "/%70ets", "The path differs only by its encoding from /pets."),
        ("GET", "/prod/pets", "The path repeats the name of the stage, /prod, before /pets."),
        (
            "GET",
            "/files",
            "/files/{name+} does not cover /files itself: that resource needs a method of its own.",
        ),
        ("HEAD", "/pets", "The path has GET; API Gateway does not answer HEAD with the GET method."),
        (
            "OPTIONS",
            "/pets",
            "The path has GET; API Gateway answers OPTIONS only where that method is defined.",
        ),
        ("POST", "/pets/17?x=1", "The path exists, with GET and no POST."),
    ],
)
def test_what_differs_is_told(verb, path, words):
    assert explain(PETS, "prod", verb, path) == words


@pytest.mark.parametrize("path", ["/cats", "/", "/production/pets", "/pets/17/toys", "/pet", "//"])
def test_nothing_is_told_of_a_path_that_is_near_nothing(path):
    assert explain(PETS, "prod", "GET", path) is None


def test_a_greedy_parameter_below_the_root_does_not_cover_the_root():
    words = "/{proxy+} does not cover / itself: that resource needs a method of its own."

    assert explain([("/{proxy+}", "ANY")], "prod", "GET", "/") == words


def test_an_api_without_methods_is_near_nothing():
    assert explain([], None, "GET", "/pets") is None


@pytest.mark.parametrize(
    ("resource", "path", "expected"),
    [
        ("/pets", "/pets/", True),
        ("/pets", "/pets", False),
        ("/", "/", False),
        ("/{proxy+}", "/pets/", False),
        ("/pets", "/pets/?x=/", True),
        ("/pets", "/pets?x=/", False),
    ],
)
def test_a_slash_at_the_end_counts_unless_a_greedy_parameter_takes_it(resource, path, expected):
    assert has_final_slash(resource, path) is expected


def test_a_resource_with_signs_of_patterns_is_taken_literally():
    assert fits("/a.b/(c)", "/a.b/(c)")
    assert not fits("/a.b", "/axb")
