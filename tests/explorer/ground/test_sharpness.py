from dataclasses import replace

import pytest

from explorer.ground.sharpness import KEY, sharpness_lines
from tests.explorer.layers.test_layers import landscape

ENTRY = {
    **{"split": "train", "examples": 2048, "loss": 0.1, "gradient_norm": 0.0213, "lambda_min": -1.32},
    **{"eigenvalues": [81.23, 33.1, 20.0, 11, 9.1, 5.2], "residuals": [1e-5, 2e-4], "trace": 412.04},
    **{"trace_error": 11.23, "probes": 32, "parameters": 20602, "products": 90, "seed": 0},
}


def lines(entry: object) -> list[tuple[str, str]]:
    return sharpness_lines(replace(landscape(), provenance={KEY: entry}))


def test_the_centre_in_four_lines_that_say_on_what_they_were_measured():
    found = lines(ENTRY)
    assert [said for said, _ in found] == [
        "λmax 81.2, 33.1, 20, 11, 9.1 …", "λmin −1.32", "trace 412 ± 11", "gradient 0.0213",
    ]  # fmt: skip
    for _, tip in found:
        assert "in the centre, mean over 2,048 examples of train" in tip
    assert "residuals |Hv − λv| up to 0.0002" in found[0][1]
    assert "no minimum of the full loss" in found[1][1]
    assert "standard error of 32 random probes" in found[2][1] and "0.02 a weight of 20,602" in found[2][1]


def test_nothing_is_said_where_nobody_asked():
    assert sharpness_lines(landscape()) == []


@pytest.mark.parametrize("entry", [None, "sharp", [], {}, {"eigenvalues": "many", "trace": None, "lambda_min": True}])
def test_an_entry_that_was_edited_says_nothing(entry):
    assert lines(entry) == []


def test_what_is_no_number_is_left_out():
    odd = {"eigenvalues": [float("nan"), 2.0, "b"], "trace_error": None, "parameters": 0, "probes": "x"}
    found = lines({**ENTRY, **odd})
    assert [said for said, _ in found][::2] == ["λmax 2", "trace 412"]
