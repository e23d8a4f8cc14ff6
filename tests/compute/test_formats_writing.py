"""Exports: the seed's PLY to the byte, what is left out and said, and nothing half-written whatever happens."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.formats import writing
from compute.formats.reading import read_landscape
from compute.formats.writing import EXPORTS, export
from compute.landscape import Domain, Landscape, Trajectory
from tests import surfaces
from tests.compute.landscapes import random_landscape, same_bits
from tests.compute.ply_files import header, quads
from tests.shared_data import shared_file

ROOT = Path(__file__).parents[2]
DOMAIN, VALUES = surfaces.HIMMELBLAU.on_grid(9, 5)


@pytest.fixture(autouse=True)
def _needs_h5py(request: pytest.FixtureRequest) -> None:
    if getattr(request.node, "callspec", None) and request.node.callspec.params.get("extension") == ".h5":
        pytest.importorskip("h5py")


def landscape(values: Any = VALUES, path: Trajectory | None = None) -> Landscape:
    domain = Domain(DOMAIN.alpha, DOMAIN.beta, values.shape[1], values.shape[0])
    return Landscape(
        "h", domain, {"train_loss": values, "test_loss": 2 * values}, np.ones(values.shape, np.uint32), path
    )


def complaint(land: Landscape, path: Path, metric: str | None = None) -> str:
    """The one line about what is wrong; it begins with the name of the file, and nothing is written."""
    before = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises(BadInputError) as caught:
        export(land, path, metric)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 300 + len(str(path))
    assert (sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []) == before
    return message


# ── PLY ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["ResNet_PCA", "VGG_Random"])
def test_the_files_of_the_seed_come_out_byte_by_byte(name: str, tmp_path: Path) -> None:
    source = shared_file(f"{name}.ply")
    path = shared_file("ResNet_PCA_gradient_descent_results.csv")
    export(read_landscape(source, path), tmp_path / "s.ply")
    assert (tmp_path / "s.ply").read_bytes() == source.read_bytes()
    assert (tmp_path / "s_gradient_descent_results.csv").read_bytes() == path.read_bytes()


def test_a_file_made_here_comes_out_byte_by_byte(tmp_path: Path) -> None:
    """Twin of the seed's files."""
    domain = Domain((-0.5, 0.3), (-9.0, 9.75), 3, 2)
    values = np.array([[0.1, 847.2077042236328, 5e-324], [1e10, -0.25, 1e308]])
    path = Trajectory(
        *np.zeros((2, 2)), np.array([6.031877040863037, 0.0]), np.array([0.3371722996234894, 0]), *np.zeros((2, 2))
    )
    export(Landscape("s", domain, {"train_loss": values}, np.ones((2, 3), np.uint32), path), tmp_path / "s.ply")
    assert (tmp_path / "s.ply").read_text() == header(6, 2) + (
        "-0.5 -9 0 0 0 0 0.100000000000000006\n"
        "-0.0999999999999999778 -9 0 0 0 0 847.207704223632845\n"
        "0.299999999999999989 -9 0 0 0 0 4.94065645841246544e-324\n"
        "-0.5 9.75 0 0 0 0 10000000000\n"
        "-0.0999999999999999778 9.75 0 0 0 0 -0.25\n"
        "0.299999999999999989 9.75 0 0 0 0 1.00000000000000001e+308\n"
        "4 0 1 4 3\n"
        "4 1 2 5 4\n"
    )
    assert (
        tmp_path / "s_gradient_descent_results.csv"
    ).read_bytes() == b"6.031877040863037,0.3371722996234894\r\n0.0,0.0\r\n"


def test_the_quads_are_those_of_the_seed(tmp_path: Path) -> None:
    export(landscape(), tmp_path / "s.ply", "test_loss")
    lines = (tmp_path / "s.ply").read_text().splitlines()
    assert [list(map(int, line.split()))[1:] for line in lines[-32:]] == quads(DOMAIN)
    assert same_bits(read_landscape(tmp_path / "s.ply").main, 2 * VALUES)


def test_of_a_landscape_with_gaps_the_finest_complete_level_is_exported_and_it_says_so(tmp_path: Path) -> None:
    values = VALUES.copy()
    values[1, 3] = np.nan
    written = export(landscape(values), tmp_path / "s.ply")
    assert written.notes == ("5 x 3 points, the finest level with a number at every point",)
    found = read_landscape(tmp_path / "s.ply")
    assert found.domain == Domain(DOMAIN.alpha, DOMAIN.beta, 5, 3) and same_bits(found.main, VALUES[::2, ::2])


def test_what_ply_has_no_place_for(tmp_path: Path) -> None:
    values = VALUES.copy()
    values[0, 0], values[2, 3], values[2, 4] = np.inf, np.nan, np.nan
    line = complaint(landscape(values), tmp_path / "s.ply")
    assert "of 45 points 2 are not measured and 1 diverged" in line and ".vtp" in line
    assert "this is a line" in complaint(random_landscape(3), tmp_path / "s.ply")


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("extension", EXPORTS)
def test_only_what_is_measured_is_exported(extension: str, tmp_path: Path) -> None:
    """A value without a count may be half of a point that is being written."""
    create_folder(tmp_path / "pca", DOMAIN, ("train_loss",), {})
    writer = LandscapeWriter(tmp_path / "pca")
    for row, column in np.ndindex(DOMAIN.shape):
        writer.record(row, column, {"train_loss": VALUES[row, column]}, 5 if (row, column) != (1, 3) else 0)
    export(open_folder(tmp_path / "pca"), tmp_path / f"e{extension}")
    if extension == ".obj":
        text = (tmp_path / "e.obj").read_text()
        assert text.count("\nv ") == 44 and repr(float(VALUES[1, 3])) not in text
    elif extension != ".ply":
        found = read_landscape(tmp_path / f"e{extension}")
        assert np.argwhere(np.isnan(found.main)).tolist() == [[1, 3]] and found.measured == 44


def test_extensions_in_capitals_and_the_other_name_of_hdf5(tmp_path: Path) -> None:
    assert export(landscape(), tmp_path / "a.NPZ").files == (tmp_path / "a.NPZ",)
    pytest.importorskip("h5py")
    assert export(landscape(), tmp_path / "a.hdf5").files == (tmp_path / "a.hdf5",)


@pytest.mark.parametrize("extension", EXPORTS)
def test_a_metric_that_is_not_there(extension: str, tmp_path: Path) -> None:
    assert "it has train_loss, test_loss" in complaint(landscape(), tmp_path / f"e{extension}", "loss")


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for name in ("e.txt", "e", "e.h6", ".npz"):
        line = complaint(landscape(), tmp_path / name)
        assert "unknown extension" in line and ".ply, .vtp, .h5, .npz, .csv, .obj" in line
    assert "does not exist" in complaint(landscape(), tmp_path / "nowhere" / "e.npz")
    (tmp_path / "e.npz").mkdir()
    assert "is a folder" in complaint(landscape(), tmp_path / "e.npz")


@pytest.mark.parametrize(
    ("extension", "names"),
    [
        (".npz", ["alpha", "examples", "description", "trajectory.loss"]),
        (".csv", ["alpha", "beta", "examples"]),
        (".vtp", ["examples"]),
        (".h5", ["xcoordinates", "dir_file", "basin", "trajectory", "."]),
        (".npz", ["", "a/b", "two\nlines", "\x00", "\ud800"]),
    ],
)
def test_metrics_that_are_called_like_something_else(extension: str, names: list[str], tmp_path: Path) -> None:
    for name in names:
        land = Landscape("n", DOMAIN, {"train_loss": VALUES, name: VALUES}, np.ones(DOMAIN.shape, np.uint32))
        assert repr(name) in complaint(land, tmp_path / f"e{extension}")
        export(land, tmp_path / f"e{extension}", "train_loss")
        (tmp_path / f"e{extension}").unlink()


# ── nothing half-written ──────────────────────────────────────────────────────────────────────────────────────────────

FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from compute.formats.writing import export
from tests.compute.test_formats_writing import landscape
from compute.landscape import Trajectory
land = landscape(np.ones((40, 40)), Trajectory(*np.ones((7, 8000))))
export(land, Path(sys.argv[1] + ".warm" + Path(sys.argv[1]).suffix))  # libraries write their caches
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    export(land, Path(sys.argv[1]))
except OSError as error:
    sys.exit(f"refused: {error.strerror}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
@pytest.mark.parametrize(
    ("extension", "limit"), [(".npz", 1000), (".csv", 100_000), (".vtp", 500_000), (".ply", 90_000)]
)
def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(extension: str, limit: int, tmp_path: Path) -> None:
    """Of two files the limit lets one through, the first, or of PLY the second: neither is left."""
    (tmp_path / "work").mkdir()
    old = tmp_path / "work" / f"e{extension}"
    old.write_bytes(b"old")
    (tmp_path / "warm").mkdir()
    script = FULL_DISK.replace("Path(sys.argv[1] + ", f"Path({str(tmp_path / 'warm' / 'x')!r} + ")
    command = [sys.executable, "-c", script, str(old), str(limit)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 1 and run.stderr.strip().splitlines()[-1].startswith("refused: "), run.stderr
    assert [entry.name for entry in old.parent.iterdir()] == [old.name] and old.read_bytes() == b"old"


def test_when_the_second_file_cannot_be_written_the_first_is_not_either(tmp_path: Path) -> None:
    (tmp_path / "s_path.csv").mkdir()  # no file can take its place
    with pytest.raises(BadInputError, match=r"s_path\.csv: is a folder"):
        export(landscape(path=Trajectory(*np.ones((7, 3)))), tmp_path / "s.csv")
    assert [entry.name for entry in tmp_path.iterdir()] == ["s_path.csv"]


def test_every_file_is_moved_to_its_place_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = writing.write_atomically

    def note(path: Path, write: Any) -> None:
        written.append(path.name)
        real(path, write)

    monkeypatch.setattr(writing, "write_atomically", note)
    files = export(landscape(path=Trajectory(*np.ones((7, 3)))), tmp_path / "s.vtp").files
    assert written == [path.name for path in files] == ["s.vtp", "s_path.vtp"]
