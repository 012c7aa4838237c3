"""The invoke matrix as people see it, and as programs do."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from msgspec.structs import replace
from report import matrices
from report.golden import same_as_golden

from apidoctor.report.glyphs import ASCII, UNICODE
from apidoctor.report.matrix import render
from apidoctor.schemas import load

GOLDEN = Path(__file__).parent / "golden"


def test_a_matrix_is_the_golden_text():
    assert same_as_golden(GOLDEN / "matrix.txt", render(matrices.broken(), width=80))


def test_a_matrix_in_ascii_is_the_golden_text_and_nothing_else():
    shown = render(matrices.broken(), glyphs=ASCII, width=80)

    assert shown.isascii()
    assert same_as_golden(GOLDEN / "matrix.ascii.txt", shown)


@pytest.mark.parametrize("width", [80, 120])
def test_what_must_be_copied_is_whole_and_all_else_fits(width):
    shown = render(matrices.broken(), width=width)

    for text in (f"https://{matrices.VPCE}/prod/pets", "x-apigw-api-id: abc1234567", matrices.PUBLIC):
        assert text in shown
    assert f"curl --resolve {matrices.API}:443:{matrices.GOOD}" in " ".join(shown.split())
    assert [line for line in shown.splitlines() if len(line) > width and " " in line.strip()] == []


def test_every_status_is_a_sign_and_a_word_without_colour():
    lines = render(matrices.broken()).splitlines()

    assert any(line.startswith("✗ private-dns") and "fails as configured" in line for line in lines)
    assert any(line.startswith("✓ direct-ip") and "works" in line for line in lines)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_a_strangers_text_is_no_command_and_no_line_of_its_own(glyphs):
    shown = render(matrices.hostile(), glyphs=glyphs)

    assert not [char for char in shown if char != "\n" and not char.isprintable()]
    assert not [line for line in shown.splitlines() if line.startswith("line")]


def test_json_fits_the_schema_and_is_read_back_as_it_was():
    for matrix in (matrices.broken(), matrices.hostile()):
        written = msgspec.json.encode(matrix)

        jsonschema.validate(json.loads(written), load("matrix"))
        assert msgspec.json.decode(written, type=type(matrix)) == matrix


def test_a_reason_that_several_forms_share_is_given_once_and_then_named_by_the_form():
    first, *_ = matrices.broken().rows
    same = replace(first, form="alias", asked=False)
    matrix = replace(matrices.broken(), rows=(first, same))

    shown = render(matrix, width=120)

    assert shown.count(first.should.sentence) == 1
    assert f"fails by configuration: {first.should.fault}  as private-dns" in shown
