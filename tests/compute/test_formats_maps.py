"""Landscapes with maps in files of every kind: maps have holes of their own, and stay maps where a file can say so."""

from dataclasses import replace

import numpy as np
import pytest

from compute.description import describe
from compute.folder import open_folder
from compute.formats.reading import read_landscape
from compute.formats.writing import export
from compute.landscape import Landscape
from compute.maps import CURVATURE_LOW, GRADIENT_ALPHA, PLANE_MAPS, SLOPE, SPECTRUM_MAPS
from tests.explorer.mapped import mapped_folder

EVERY = (*PLANE_MAPS, *SPECTRUM_MAPS)


@pytest.fixture
def land(tmp_path) -> Landscape:
    return mapped_folder(tmp_path / "mapped", 17, 5)


def same(found: Landscape, expected: Landscape) -> bool:
    return all(np.array_equal(found.metrics[name], expected.metrics[name], equal_nan=True) for name in expected.metrics)


@pytest.mark.parametrize("ending", ["npz", "h5"])
def test_maps_are_read_back_as_maps(land, tmp_path, ending):
    if ending == "h5":
        pytest.importorskip("h5py")
    export(land, tmp_path / f"out.{ending}")
    found = read_landscape(tmp_path / f"out.{ending}")
    assert same(found, land)
    assert set(found.maps) == set(land.maps) == set(EVERY)
    assert found.counts(SLOPE).tolist() == land.counts(SLOPE).tolist()
    assert found.counts(SLOPE).max() == 64 and found.measured == 17 * 17


@pytest.mark.parametrize("ending", ["csv", "vtp"])
def test_a_table_and_a_surface_hold_their_values(land, tmp_path, ending):
    export(land, tmp_path / f"out.{ending}")
    text = (tmp_path / f"out.{ending}").read_bytes()
    assert all(name.encode() in text for name in EVERY)
    if ending == "csv":
        header, *rows = text.decode().splitlines()
        column = header.split(",").index(CURVATURE_LOW)
        values = [float(row.split(",")[column] or "nan") for row in rows]
        np.testing.assert_array_equal(values, land.metrics[CURVATURE_LOW].ravel())


@pytest.mark.parametrize("ending", ["ply", "obj"])
def test_a_file_of_one_surface_holds_the_loss(land, tmp_path, ending):
    export(land, tmp_path / f"out.{ending}")
    found = (tmp_path / f"out.{ending}").read_bytes()
    assert len(found) > 17 * 17 * 3
    if ending == "ply":
        np.testing.assert_allclose(read_landscape(tmp_path / "out.ply").main, land.main, rtol=1e-6)


def test_where_the_loss_is_not_measured_a_map_may_be(land, tmp_path):
    examples = np.array(land.examples)
    examples[0, 0] = 0
    export(replace(land, examples=examples), tmp_path / "out.npz")
    found = read_landscape(tmp_path / "out.npz")
    assert np.isnan(found.main[0, 0]) and found.metrics[GRADIENT_ALPHA][0, 0] == land.metrics[GRADIENT_ALPHA][0, 0]


def test_the_folder_is_described_with_its_maps(land, tmp_path):
    told = describe(open_folder(tmp_path / "mapped"))["metrics"]
    assert set(told) == {"train_loss", *EVERY}
    low = land.metrics[CURVATURE_LOW]
    assert told[CURVATURE_LOW]["min"] == np.nanmin(low) and told[CURVATURE_LOW]["max"] == np.nanmax(low)
    row, column = np.argwhere(low == np.nanmin(low))[0]
    assert told[CURVATURE_LOW]["argmin"] == [land.domain.alphas[column], land.domain.betas[row]]


def test_a_map_alone_is_the_surface_of_its_own_level(land, tmp_path):
    notes = export(land, tmp_path / "out.ply", CURVATURE_LOW).notes
    assert notes and "5 x 5 points" in notes[0]
    expected = land.metrics[CURVATURE_LOW][::4, ::4]
    np.testing.assert_allclose(read_landscape(tmp_path / "out.ply").main, expected, rtol=1e-6)
