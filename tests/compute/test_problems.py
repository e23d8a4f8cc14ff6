"""The user's own problem: found by name, and whatever is wrong with it becomes one line that says where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from compute.errors import BadInputError
from compute.problem import Problem, batch_size
from compute.problem_names import check_problem_name
from compute.problems import load_problem

GOOD = """
import torch
from torch import nn
from basin import Problem

def make_problem():
    return Problem(nn.Linear(3, 1), [(torch.ones(4, 3), torch.ones(4, 1))], lambda output, batch: output.mean())
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module into the current folder; everything imported is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)

    def write(text: str, name: str = "their_problem") -> Path:
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        return path

    yield write
    for name in set(sys.modules) - before:
        if name.startswith("their_"):
            del sys.modules[name]


def refusal(name: str) -> str:
    with pytest.raises(BadInputError) as caught:
        load_problem(name)
    line = str(caught.value)
    assert "\n" not in line and "--problem" in line
    return line


def test_a_module_and_a_file_are_found(module, tmp_path):
    module(GOOD)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "their_file.py").write_text(GOOD)
    for name in ("their_problem:make_problem", "deeper/their_file.py:make_problem"):
        problem = load_problem(name)
        assert problem.metric_names == ("train_loss",)
        assert problem.examples("train") == 4


@pytest.mark.parametrize(("name", "what"), [
    ("their_problem", "MODULE:FUNCTION"),
    ("their_problem:", "MODULE:FUNCTION"),
    ("their_problem:other", "no function other"),
    ("nowhere_at_all:make_problem", "no module nowhere_at_all"),
    ("nowhere.at.all:make_problem", "no module nowhere.at.all"),
    ("missing.py:make_problem", "no such file"),
    ("their_problem.deeper:make_problem", "no module their_problem.deeper"),
    ("their_problem.py:other", "no function other"),
    (".:make_problem", "no module ."),
])  # fmt: skip
def test_what_cannot_be_found_is_named_with_and_without_loading_it(module, name, what):
    module(GOOD)
    with pytest.raises(BadInputError) as caught:
        check_problem_name(name)
    assert what in str(caught.value) and "\n" not in str(caught.value) and "--problem" in str(caught.value)
    assert what in refusal(name)


TOP_LEVEL = """
raise SystemExit("was run")
{}
"""


@pytest.mark.parametrize(("text", "there"), [
    ("def make_problem(): pass", True),
    ("class make_problem: pass", True),
    ("make_problem = 1", True),
    ("a, (make_problem, b) = c", True),
    ("if a:\n    def make_problem(): pass", True),
    ("from elsewhere import something as make_problem", True),
    ("from elsewhere import *", True),
    ("def __getattr__(name): pass", True),
    ("def other():\n    def make_problem(): pass", False),
    ("class Other:\n    def make_problem(self): pass", False),
    ("from elsewhere import make_problem as other", False),
    ("make_problem(3)", False),
    ("a.make_problem = 3", False),
])  # fmt: skip
def test_a_function_is_found_without_running_anything(module, text, there):
    module(TOP_LEVEL.format(text))
    for name in ("their_problem:make_problem", "their_problem.py:make_problem"):
        if there:
            check_problem_name(name)
        else:
            with pytest.raises(BadInputError, match="has no function make_problem"):
                check_problem_name(name)


def test_a_module_in_a_package_is_found_without_importing_the_package(module, tmp_path):
    (tmp_path / "their_package").mkdir()
    (tmp_path / "their_package" / "__init__.py").write_text("raise SystemExit('was run')")
    (tmp_path / "their_package" / "part.py").write_text("def make_problem(): pass")
    check_problem_name("their_package.part:make_problem")
    with pytest.raises(BadInputError, match=r"no module their_package\.other"):
        check_problem_name("their_package.other:make_problem")


def test_what_is_no_python_is_said_with_its_line(module):
    module("x = 1\ndef make_problem(:\n")
    with pytest.raises(BadInputError, match=r"SyntaxError.*\(their_problem\.py line 2\)"):
        check_problem_name("their_problem.py:make_problem")


def test_to_check_a_name_takes_no_torch(module):
    module("import torch\ndef make_problem(): pass\n")
    code = (
        "import sys; from compute.problem_names import check_problem_name as check; check('their_problem:make_problem')"
    )
    command = [sys.executable, "-c", f"{code}; assert 'torch' not in sys.modules"]
    root = str(Path(__file__).parents[2])
    run = subprocess.run(command, env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(("text", "what"), [
    ("def make_problem():\n    return 1 / 0\n", "ZeroDivisionError: division by zero (their_problem.py line 2)"),
    ("import their_missing_library\n", "their_missing_library"),
    ("def make_problem(:\n", "SyntaxError"),
    ("def make_problem():\n    return 3\n", "returned int, not a basin.Problem"),
    ("def make_problem(size):\n    return 3\n", "TypeError"),
    (GOOD.replace("[(torch.ones(4, 3), torch.ones(4, 1))]", "[]"), "no batches in train"),
    (GOOD.replace("[(torch.ones(4, 3), torch.ones(4, 1))]", "{}"), "no batches"),
    (GOOD.replace("output.mean())", "output.mean(), metrics={'loss': None})"), "called 'loss'"),
    (GOOD.replace("output.mean())", "output.mean(), metrics={'a/b': None})"), "called 'a/b'"),
])  # fmt: skip
def test_a_faulty_problem_is_one_line_with_its_place(module, text, what):
    module(text)
    assert what in refusal("their_problem:make_problem")


def test_a_syntax_error_names_its_file_and_line(module):
    module("x = 1\ndef make_problem(:\n")
    assert "(their_problem.py line 2)" in refusal("their_problem.py:make_problem")


def test_a_file_whose_name_is_taken_by_a_loaded_module_is_refused(module):
    module("def make_problem():\n    return 1\n", name="json")
    assert "rename json.py" in refusal("json.py:make_problem")


def test_metrics_are_named_by_split():
    problem = Problem(None, {"train": [0], "test": [0]}, None, metrics={"accuracy": None})
    assert problem.metric_names == ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


def test_the_size_of_a_batch_is_the_length_of_its_first_tensor():
    assert batch_size(torch.zeros(5, 2)) == 5
    assert batch_size(torch.tensor(1.0)) == 1
    assert batch_size({"name": "x", "deep": [None, (torch.zeros(7), torch.zeros(3))]}) == 7
    with pytest.raises(ValueError, match="size="):
        batch_size(["a", 1])
