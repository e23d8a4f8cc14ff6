"""What is exported is read back to the last bit, as far as the format has a place for it."""

from pathlib import Path

import numpy as np
import pytest

from compute.formats.reading import read_landscape, read_path
from compute.formats.writing import EXPORTS, export
from compute.landscape import Domain, Landscape
from tests.compute.landscapes import masked, random_landscape, same_bits, same_path

READ_BACK = [extension for extension in EXPORTS if extension != ".obj"]
WHOLE = [".npz", ".h5", ".vtp"]  # path and provenance too


@pytest.fixture(autouse=True)
def _needs_h5py(request: pytest.FixtureRequest) -> None:
    if getattr(request.node, "callspec", None) and request.node.callspec.params.get("extension") == ".h5":
        pytest.importorskip("h5py")


def round_trip(landscape: Landscape, path: Path, metric: str | None = None) -> Landscape:
    written = export(landscape, path, metric)
    assert written.files[0] == path and not written.notes
    return read_landscape(path)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("extension", [".npz", ".h5", ".vtp", ".csv"])
def test_all_that_is_measured_survives(extension: str, seed: int, tmp_path: Path) -> None:
    landscape = random_landscape(seed)
    found = round_trip(landscape, tmp_path / f"land{extension}")
    assert found.domain == landscape.domain and found.name == "land"
    assert list(found.metrics) == list(landscape.metrics)
    for name in landscape.metrics:
        assert same_bits(found.metrics[name], masked(landscape, name)), name
    assert found.examples.dtype == np.uint32
    np.testing.assert_array_equal(found.examples, landscape.examples)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("extension", WHOLE)
def test_path_and_provenance_survive_where_there_is_place_for_them(extension: str, seed: int, tmp_path: Path) -> None:
    landscape = random_landscape(seed)
    found = round_trip(landscape, tmp_path / f"land{extension}")
    assert same_path(found.trajectory, landscape.trajectory)
    kind = {".h5": "hdf5"}.get(extension, extension[1:])
    assert dict(found.provenance) == {**landscape.provenance, "kind": kind, "source": f"land{extension}"}


@pytest.mark.parametrize("seed", range(12))
def test_the_path_beside_a_table_survives(seed: int, tmp_path: Path) -> None:
    landscape = random_landscape(seed)
    export(landscape, tmp_path / "land.csv")
    beside = tmp_path / "land_path.csv"
    assert beside.exists() == bool(landscape.trajectory)
    if landscape.trajectory:
        assert same_path(read_path(beside), landscape.trajectory)


@pytest.mark.parametrize("seed", range(40))
def test_a_complete_surface_survives_in_ply(seed: int, tmp_path: Path) -> None:
    landscape = random_landscape(seed, holes=False, line=False)
    found = round_trip(landscape, tmp_path / "land.ply")
    assert found.domain == landscape.domain
    assert same_bits(found.main, landscape.main)
    beside = tmp_path / "land_gradient_descent_results.csv"
    path = landscape.trajectory
    assert beside.exists() == bool(path)
    if path:
        back = read_path(beside)
        assert same_bits(back.alpha, path.alpha) and same_bits(back.beta, path.beta)


@pytest.mark.parametrize("extension", READ_BACK)
def test_zero_on_the_grid_is_zero_again(extension: str, tmp_path: Path) -> None:
    domain = Domain((-0.6, 0.3), (-0.3, 0.6), 4, 4)
    landscape = Landscape("z", domain, {"train_loss": np.arange(16.0).reshape(4, 4)}, np.ones((4, 4), np.uint32))
    found = round_trip(landscape, tmp_path / f"z{extension}")
    assert found.domain == domain
    assert found.domain.alphas[2] == 0 and found.domain.betas[1] == 0


@pytest.mark.parametrize("extension", READ_BACK)
def test_one_metric_of_several(extension: str, tmp_path: Path) -> None:
    landscape = random_landscape(4, holes=False, line=False)
    name = list(landscape.metrics)[-1]
    found = round_trip(landscape, tmp_path / f"one{extension}", name)
    assert list(found.metrics) == ["train_loss" if extension == ".ply" else name]
    assert same_bits(found.main, landscape.metrics[name])


@pytest.mark.parametrize("extension", READ_BACK)
def test_the_same_landscape_gives_the_same_file(extension: str, tmp_path: Path) -> None:
    landscape = random_landscape(7, holes=False, line=False)
    for name in ("a", "b"):
        export(landscape, tmp_path / f"{name}{extension}")
    assert (tmp_path / f"a{extension}").read_bytes() == (tmp_path / f"b{extension}").read_bytes()
