"""What the provenance says, in words, and nothing where it says nothing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from compute.landscape import Landscape
from explorer.ground.provenance import axis_names, origin, stopped
from tests.explorer.layers.test_layers import landscape


def known(**provenance: Any) -> Landscape:
    return replace(landscape(), provenance=provenance)


@pytest.mark.parametrize(("provenance", "names"), [
    ({}, ("α", "β")),
    ({"directions": "unknown"}, ("α", "β")),
    ({"directions": {"kind": "something new"}}, ("α", "β")),
    ({"directions": {"kind": "random"}}, ("α · random", "β · random")),
    ({"directions": {"kind": "pca"}, "explained_variance": [0.721, 0.2]},
     ("α · 1st principal component (72%)", "β · 2nd principal component (20%)")),
    ({"directions": {"kind": "pca", "explained_variance": [0.721, 0.2]}},
     ("α · 1st principal component (72%)", "β · 2nd principal component (20%)")),
    ({"directions": {"kind": "pca"}, "explained_variance": [0.5]},
     ("α · 1st principal component (50%)", "β · 2nd principal component")),
    ({"directions": {"kind": "hessian"}}, ("α · 1st Hessian eigenvector", "β · 2nd Hessian eigenvector")),
    ({"directions": {"kind": "gradient,random"}, "explained_variance": None}, ("α · gradient", "β · random")),
    ({"directions": {"kind": "pca,hessian"}}, ("α · 1st principal component", "β · 1st Hessian eigenvector")),
    ({"directions": {"kind": "random"}, "explained_variance": [0.7, 0.2]}, ("α · random", "β · random")),
    ({"directions": {"kind": "between", "ends": ["runs/b/epoch-9.pt"]}}, ("α · towards epoch-9", "β")),
    ({"directions": {"kind": "between", "ends": ["b.pt", "c.pt"]}}, ("α · towards b", "β · towards c")),
    ({"directions": {"kind": "between", "ends": ["runs/b/kept/step-9.pt", "runs/c/kept/step-9.pt"]}},
     ("α · towards b", "β · towards c")),
    ({"directions": {"kind": "between", "ends": ["b/step-9.pt", "b/step-9.pt"]}},
     ("α · towards step-9", "β · towards step-9")),
    ({"directions": {"kind": "between"}}, ("α", "β")),
])  # fmt: skip
def test_axes_are_named_by_what_is_known(provenance: dict[str, Any], names: tuple[str, str]) -> None:
    assert axis_names(known(**provenance)) == names


def test_why_measuring_stopped_is_said_when_it_was_good_enough() -> None:
    assert stopped(known(stopped="tolerance", tolerance=0.01)) == "stopped: error bar under the tolerance of 1 %"
    assert stopped(known(stopped="tolerance", tolerance=0.0025)) == "stopped: error bar under the tolerance of 0.25 %"
    for provenance in ({"stopped": "resolution", "tolerance": 0.01}, {"tolerance": 0.01}, {"stopped": "tolerance"}):
        assert stopped(known(**provenance)) == ""


def test_the_origin_of_the_numbers_is_as_much_as_is_known() -> None:
    counted = replace(known(seed=3, precision="fp32"), examples=np.full((33, 33), 2048, np.uint32))
    assert origin(counted) == "mean over 2,048 examples, seed 3, fp32"
    assert origin(replace(counted, provenance={"kind": "ply"})) == ""
    assert origin(replace(counted, examples=np.ones((33, 33), np.uint32))).startswith("mean over 1 example, ")
    assert origin(replace(counted, examples=np.zeros((33, 33), np.uint32), provenance={"seed": 0})) == "seed 0"
