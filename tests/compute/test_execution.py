"""How values are computed, as plain types and back."""

import json

import pytest

from compute.errors import BadInputError
from compute.measuring.execution import PRECISIONS, USUAL, Execution

CHOSEN = Execution("cuda:1", "bf16", 32, True, 8, 2)


@pytest.mark.parametrize("execution", [USUAL, CHOSEN, Execution("mps")])
def test_there_and_back_through_json(execution):
    assert Execution.from_dict(json.loads(json.dumps(execution.as_dict()))) == execution


def test_what_an_older_file_does_not_say_is_as_usual():
    assert Execution.from_dict({"chunk": 7}) == Execution(chunk=7)


@pytest.mark.parametrize(
    "found",
    [{"chunk": "7"}, {"chunk": True}, {"chunk": None}, {"chunk": 1.0}, {"channels_last": 1}, {"device": 0}, {"x": 3}],
)
def test_anything_else_in_a_file_is_bad_input(found):
    ((name, value),) = found.items()
    with pytest.raises(BadInputError, match=f"execution: cannot use {name} = {value!r}; remove it"):
        Execution.from_dict(found)


@pytest.mark.parametrize(
    "options, what",
    [
        ({"device": "gpu"}, "--device gpu: no such device; choose cpu, cuda or mps"),
        ({"device": "cuda:x"}, "--device cuda:x"),
        ({"precision": "fp8"}, "--precision fp8: choose one of " + ", ".join(PRECISIONS)),
        ({"chunk": 0}, "execution: chunk is 0, and must be 1 at least"),
        ({"points_at_once": -1}, "execution: points_at_once is -1"),
        ({"threads": 0}, "execution: threads is 0"),
    ],
)
def test_what_there_is_not_is_bad_input_in_one_line(options, what):
    for make in (lambda: Execution(**options), lambda: Execution.from_dict(options)):
        with pytest.raises(BadInputError, match=what) as error:
            make()
        assert "\n" not in str(error.value)
