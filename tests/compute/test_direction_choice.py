"""What --directions can say, and what is said of what it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from compute.directions.choice import DirectionChoice, told_apart
from compute.errors import BadInputError


@pytest.mark.parametrize(
    ("kind", "kinds", "line"),
    [
        ("pca", ("pca",), False),
        ("gradient,random", ("gradient", "random"), False),
        ("hessian, gradient", ("hessian", "gradient"), False),
        ("random,random", ("random",), False),
        ("hessian,hessian", ("hessian",), False),
        ("between:a.pt,b.pt", ("between",), True),
        ("between:0,12,c.pt", ("between",), False),
        ("file:a,b:c.safetensors", ("file",), False),
    ],
)
def test_kinds(kind, kinds, line):
    choice = DirectionChoice(kind)
    assert choice.kinds == kinds and choice.is_line == line


def test_ends_and_file():
    assert DirectionChoice("between:run/a.pt, 12").ends == ("run/a.pt", "12")
    assert DirectionChoice("file:a,b:c.safetensors").file == Path("a,b:c.safetensors")


def test_a_line_of_any_single_kind():
    for kind in ("pca", "random", "hessian", "gradient", "file:a"):
        assert DirectionChoice(kind, line=True).is_line


@pytest.mark.parametrize(
    ("kind", "line", "reason"),
    [
        ("steepest", False, "no such directions as steepest"),
        ("", False, "no such directions as nothing"),
        ("pca,", False, "no such directions as nothing"),
        ("pca,random,hessian", False, "more than two"),
        ("pca,random", True, "more than one direction"),
        ("gradient,gradient", False, "twice the same"),
        ("pca,between:a,b", False, "no such directions as between:a"),
        ("between:a", False, "two or three"),
        ("between:a,b,c,d", False, "two or three"),
        ("between:a,", False, "two or three"),
        ("between:a,b,c", True, "three checkpoints, which is no line"),
        ("file:", False, "names no file"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_the_option(kind, line, reason):
    with pytest.raises(BadInputError) as refused:
        DirectionChoice(kind, line=line)
    assert str(refused.value).startswith(f"--directions {kind}: ") and reason in str(refused.value)
    assert "give pca, random" in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("normalisation", "row", "--normalisation row: give one of filter, layer, none"),
        ("include", ("bias", "all"), "--include all: give bias or norm"),
        ("which", "smallest", "--which smallest: give algebraic or magnitude"),
        ("seed", -1, "--seed -1: give a whole number"),
    ],
)
def test_the_companions_are_checked_too(option, value, shown):
    with pytest.raises(BadInputError, match=shown):
        DirectionChoice("random", **{option: value})


def test_commands_can_check_a_choice_without_torch():
    code = "import compute.directions.choice, compute.surveying.ranges, sys; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/first.pt", "b/second.pt"], ["first", "second"]),
        (["runs/a/checkpoints/step-9.pt", "runs/b/checkpoints/step-9.pt"], ["a", "b"]),
        (["x/a/step-9.pt", "y/a/step-9.pt", "z/b/step-9.pt"], ["x", "y", "z"]),
        (["runs/a/step-9.pt", "step-9.pt"], ["step-9", "step-9"]),
        (["first", "30"], ["first", "30"]),
        ([], []),
    ],
)
def test_files_are_told_apart_by_their_names_or_by_where_they_differ(paths: list[str], names: list[str]) -> None:
    assert told_apart(paths) == names
