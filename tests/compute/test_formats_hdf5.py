"""HDF5 in the layout of loss-landscape: its own files, losscape's, ours as its tools see them, and what is refused."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from compute.directions.axes import Axes
from compute.directions.stored import write_axes
from compute.errors import BadInputError
from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.formats.hdf5 import LOSSCAPE, MAX_NAMES
from compute.formats.reading import read_landscape
from compute.formats.writing import export
from compute.landscape import Domain, Landscape, Trajectory
from tests.compute.landscapes import same_bits
from tests.shared_data import shared_file

h5py = pytest.importorskip("h5py")

X, Y = np.linspace(-1, 2, 4), np.linspace(0, 1, 3)
LOSS = np.arange(12.0).reshape(3, 4) + 0.125  # row = y, column = x
ACROSS, UP = np.meshgrid(X, Y)
SKEW = np.where(LOSS > 11, 0.5, 0.0)  # at one point
GOOD: dict[str, Any] = {"xcoordinates": X, "ycoordinates": Y, "train_loss": LOSS}


def write(path: Path, content: dict[str, Any]) -> Path:
    with h5py.File(path, "w") as file:
        for name, value in content.items():
            if value is not None:
                file[name] = value
    return path


def read(path: Path, **changes: Any) -> Landscape:
    return read_landscape(write(path, {**GOOD, **changes}))


def complaint(path: Path) -> str:
    """The one line about what is wrong; it begins with the name of the file and costs no memory."""
    tracemalloc.start()
    with pytest.raises(BadInputError) as caught:
        read_landscape(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 400 + len(str(path))
    assert peak < 20e6, f"{peak / 1e6:.0f} MB"
    return message


# ── files of others ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_surface_of_the_authors() -> None:
    found = read_landscape(shared_file("li2018_resnet56.h5"))
    assert found.domain == Domain((-1.0, 1.0), (-1.0, 1.0), 51, 51)
    assert found.domain.alphas[25] == found.domain.betas[25] == 0
    assert round(found.main[25, 25], 5) == 0.00092 and found.main_name == "train_loss"
    assert 100 * found.metrics["train_accuracy"][25, 25] == pytest.approx(99.998, abs=1e-9)
    assert round(found.metrics["test_loss"][25, 25], 4) == 0.2883
    assert round(found.main.max(), 3) == 17.284
    assert found.measured == 51 * 51 and found.trajectory is None
    assert found.provenance["kind"] == "hdf5" and "resnet56" in found.provenance["direction file"]


def test_a_surface_made_here(tmp_path: Path) -> None:
    """Twin of the authors' surface."""
    x = np.linspace(-1, 1, 51)
    loss = np.add.outer(x**2, 2 * x**2) + 0.00092
    per_cent = 99.998 - loss
    content = {"train_loss": loss, "train_acc": per_cent, "test_loss": 2 * loss, "dir_file": "nets/resnet56.h5"}
    found = read(tmp_path / "s.h5", xcoordinates=x, ycoordinates=x, **content)
    assert found.domain == Domain((-1.0, 1.0), (-1.0, 1.0), 51, 51)
    assert set(found.metrics) == {"train_loss", "train_accuracy", "test_loss"}
    assert same_bits(found.main, loss) and found.main[25, 25] == 0.00092
    np.testing.assert_allclose(found.metrics["train_accuracy"], per_cent / 100, rtol=1e-15)
    assert found.measured == 51 * 51
    assert dict(found.provenance) == {"direction file": "nets/resnet56.h5", "kind": "hdf5", "source": "s.h5"}


def test_a_surface_that_is_not_square_in_either_shape(tmp_path: Path) -> None:
    """loss-landscape allocates (nx, ny) and fills the flat array in the order of (ny, nx)."""
    for stored in (LOSS, LOSS.reshape(4, 3)):
        found = read(tmp_path / "s.h5", train_loss=stored)
        assert found.domain == Domain((-1.0, 2.0), (0.0, 1.0), 4, 3)
        assert same_bits(found.main, LOSS)


def filled_by_loss_landscape() -> tuple[np.ndarray, np.ndarray]:
    """What that program stores for loss = 10 y + x: flat indices of a meshgrid into an array of shape (nx, ny)."""
    losses = -np.ones((len(X), len(Y)))
    across, up = np.meshgrid(X, Y)
    for index, place in enumerate(zip(across.ravel(), up.ravel(), strict=True)):
        losses.ravel()[index] = 10 * place[1] + place[0]
    return losses, 10 * up + across


def test_a_surface_as_loss_landscape_fills_it(tmp_path: Path) -> None:
    stored, expected = filled_by_loss_landscape()
    assert stored.shape == (4, 3)
    assert same_bits(read(tmp_path / "s.h5", train_loss=stored).main, np.where(expected == -1, np.nan, expected))


def test_what_is_not_computed_and_what_diverged(tmp_path: Path) -> None:
    loss, accuracy = LOSS.copy(), LOSS.copy()
    loss[0, :3] = -1, np.nan, 5e35
    accuracy[0, :3] = -1, 10, np.nan
    found = read(tmp_path / "s.h5", train_loss=loss, train_acc=accuracy, min_eig=loss)
    assert np.isnan(found.main[0, 0]) and np.isposinf(found.main[0, 1]) and found.main[0, 2] == 5e35
    assert found.examples[0].tolist() == [0, 1, 1, 1] and found.measured == 11
    shares = found.metrics["train_accuracy"]
    assert np.isnan(shares[0, 0]) and shares[0, 1] == 0.1 and np.isposinf(shares[0, 2])
    assert found.metrics["min_eig"][0, 0] == -1, "−1 means nothing but in losses and accuracies"


def test_a_line_and_a_surface_of_one_row(tmp_path: Path) -> None:
    for beta, content in ((0.0, {"ycoordinates": None, "train_loss": X**2}),
                          (0.0, {"ycoordinates": None, "train_loss": X[None] ** 2}),
                          (0.5, {"ycoordinates": np.array([0.5]), "train_loss": X[:, None] ** 2})):  # fmt: skip
        found = read(tmp_path / "s.h5", **content)
        assert found.domain == Domain((-1.0, 2.0), (beta, beta), 4, 1)
        assert same_bits(found.main, X[None] ** 2)


def test_the_path_that_was_projected(tmp_path: Path) -> None:
    found = read(tmp_path / "s.h5", proj_xcoord=np.array([2.0, 1, 0]), proj_ycoord=np.array([1, 0.5, 0]))
    assert found.trajectory is not None
    assert found.trajectory.alpha.tolist() == [2, 1, 0] and found.trajectory.beta.tolist() == [1, 0.5, 0]
    assert found.trajectory.step.tolist() == [0, 1, 2] and np.isnan(found.trajectory.loss).all()


def test_losscape(tmp_path: Path) -> None:
    x, y = np.meshgrid(X, Y)
    loss = np.where(LOSS > 11, np.nan, np.where(LOSS < 1, -1.0, LOSS))
    found = read_landscape(write(tmp_path / "data.h5", {"X": x, "Y": y, "losses": loss}))
    assert found.domain == Domain((-1.0, 2.0), (0.0, 1.0), 4, 3) and list(found.metrics) == ["train_loss"]
    assert same_bits(found.main, np.where(np.isnan(loss), np.inf, loss)), "−1 is a loss there"
    assert found.measured == 12


@pytest.mark.parametrize("dtype", ["f4", ">f8", "i2", "u1"])
def test_numbers_of_any_type_and_packed(dtype: str, tmp_path: Path) -> None:
    with h5py.File(write(tmp_path / "s.h5", {**GOOD, "train_loss": None}), "a") as file:
        file.create_dataset("train_loss", data=LOSS.astype(dtype), chunks=(2, 2), compression="gzip", shuffle=True)
    assert read_landscape(tmp_path / "s.h5").main.tolist() == LOSS.astype(dtype).astype(float).tolist()


# ── ours, as the tools of loss-landscape see them ─────────────────────────────────────────────────────────────────────


def landscape() -> Landscape:
    loss, accuracy = LOSS.copy(), LOSS / 100
    loss[0, :4] = np.nan, np.inf, -1.0, 1e308
    examples = np.full((3, 4), 7, np.uint32)
    examples[0, 0] = 0
    path = Trajectory(*np.arange(14.0).reshape(7, 2))
    return Landscape("s", Domain((-1.0, 2.0), (0.0, 1.0), 4, 3),
                     {"train_loss": loss, "train_accuracy": accuracy}, examples, path, {"seed": 3})  # fmt: skip


def test_what_its_plots_find(tmp_path: Path) -> None:
    export(landscape(), tmp_path / "s.h5")
    with h5py.File(tmp_path / "s.h5", "r") as file:
        across, up = np.meshgrid(file["xcoordinates"][:], file["ycoordinates"][:])
        assert across.shape == up.shape == file["train_loss"].shape == file["train_acc"].shape == (3, 4)
        assert file["train_loss"][:].ravel()[:4].tolist() == [-1, np.inf, -1, 1e308]
        assert file["train_acc"][0, 0] == -1
        np.testing.assert_allclose(file["train_acc"][1:], LOSS[1:], rtol=1e-15)
        assert file["dir_file"][()] == b""
        assert file["proj_xcoord"][:].tolist() == [4, 5] and file["proj_ycoord"][:].tolist() == [6, 7]


def test_what_its_scheduler_would_compute_anew(tmp_path: Path) -> None:
    """It takes all that is ≤ 0 for missing."""
    land = landscape()
    land.metrics["train_loss"][0, 2] = 0.5
    export(land, tmp_path / "s.h5", "train_loss")
    with h5py.File(tmp_path / "s.h5", "r") as file:
        assert np.flatnonzero(file["train_loss"][:].ravel() <= 0).tolist() == [0]


def test_a_loss_of_minus_one_is_told_from_a_point_that_is_missing(tmp_path: Path) -> None:
    export(landscape(), tmp_path / "s.h5")
    found = read_landscape(tmp_path / "s.h5")
    assert np.isnan(found.main[0, 0]) and found.main[0, 2] == -1.0
    assert same_bits(found.metrics["train_accuracy"], np.where(landscape().examples > 0, LOSS / 100, np.nan))


def test_a_line_has_no_rows(tmp_path: Path) -> None:
    line = Landscape("l", Domain((-1.0, 1.0), (0.25, 0.25), 3, 1), {"train_loss": np.array([[3.0, 1, 2]])},
                     np.ones((1, 3), np.uint32))  # fmt: skip
    export(line, tmp_path / "l.h5")
    with h5py.File(tmp_path / "l.h5", "r") as file:
        assert "ycoordinates" not in file and file["train_loss"][:].tolist() == [3, 1, 2]
    assert read_landscape(tmp_path / "l.h5").domain == line.domain


# ── directions ────────────────────────────────────────────────────────────────────────────────────────────────────────

TENSORS = {  # in the order of the model, which is neither that of the alphabet nor that of the sizes
    "stem.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
    "norm.weight": np.zeros(2, np.float32),
    "head.weight": -np.arange(6, dtype=np.float32).reshape(3, 2),
    "head.bias": np.float32([1, 2, 3]),
}


def folder_with_directions(folder: Path, axes: tuple[str, ...] = ("delta", "eta"), header: Any = None) -> Path:
    create_folder(folder, Domain((-1, 1), (0, 1), 3, 2), ("train_loss",), {"explained_variance": [0.75, 0.125]})
    writer = LandscapeWriter(folder)
    for row, column in np.ndindex(2, 3):
        writer.record(row, column, {"train_loss": 1.0 + row + column}, 5)
    tensors = {f"{axis}.{name}": tensor + k for k, axis in enumerate(axes) for name, tensor in TENSORS.items()}
    known = {"kind": "pca", "parameters": list(TENSORS)} if header is None else header
    save_file(tensors, folder / "directions.safetensors", metadata={"axes": json.dumps(known)})
    return folder


def read_list(file: Any, name: str) -> list[np.ndarray]:
    """As its h5_util reads a direction."""
    return [file[name][str(number)][()] for number in range(len(file[name]))]


def test_directions_lie_beside_the_surface_in_the_order_of_the_model(tmp_path: Path) -> None:
    folder = folder_with_directions(tmp_path / "pca")
    written = export(read_landscape(folder), tmp_path / "s.h5")
    assert written.files == (tmp_path / "s.h5", tmp_path / "s_directions.h5") and not written.notes
    with h5py.File(tmp_path / "s.h5", "r") as file:
        assert file["dir_file"][()] == b"s_directions.h5"
    with h5py.File(tmp_path / "s_directions.h5", "r") as file:
        for k, group in enumerate(("xdirection", "ydirection")):
            direction = read_list(file, group)
            assert len(direction) == 4
            for found, tensor in zip(direction, TENSORS.values(), strict=True):
                assert found.dtype == np.float32 and found.shape == tensor.shape and (found == tensor + k).all()
        assert file["explained_variance_ratio_"][:].tolist() == [0.75, 0.125]


def test_a_line_has_one_direction(tmp_path: Path) -> None:
    folder = folder_with_directions(tmp_path / "line", ("delta",))
    export(open_folder(folder), tmp_path / "s.h5")
    with h5py.File(tmp_path / "s_directions.h5", "r") as file:
        assert "xdirection" in file and "ydirection" not in file


def test_directions_as_basin_writes_them_tell_their_order(tmp_path: Path) -> None:
    folder = folder_with_directions(tmp_path / "pca")
    delta = {name: torch.from_numpy(tensor) for name, tensor in TENSORS.items()}
    write_axes(folder / "directions.safetensors", Axes("random", "filter", delta, None))
    export(open_folder(folder), tmp_path / "s.h5")
    with h5py.File(tmp_path / "s_directions.h5", "r") as file:
        assert [found.shape for found in read_list(file, "xdirection")] == [t.shape for t in TENSORS.values()]


@pytest.mark.parametrize("header", [{}, [], "x", {"parameters": 3}, {"parameters": []}])
def test_directions_in_an_order_that_nobody_knows_are_left_out_and_it_says_so(header: Any, tmp_path: Path) -> None:
    folder = folder_with_directions(tmp_path / "pca", header=header)
    written = export(open_folder(folder), tmp_path / "s.h5")
    assert written.files == (tmp_path / "s.h5",)
    assert "does not tell the order" in written.notes[0]


def test_directions_that_are_damaged(tmp_path: Path) -> None:
    folder = folder_with_directions(tmp_path / "pca", header={"parameters": ["stem.weight", "tail.weight"]})
    with pytest.raises(BadInputError) as caught:
        export(open_folder(folder), tmp_path / "s.h5")
    assert str(caught.value).startswith(f"{folder / 'directions.safetensors'}: ") and "tail.weight" in str(caught.value)
    (folder / "directions.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(BadInputError, match="cannot be read"):
        export(open_folder(folder), tmp_path / "s.h5")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pca"]


def test_a_direction_file_is_no_surface(tmp_path: Path) -> None:
    write(tmp_path / "d.h5", {"xdirection/0": LOSS, "ydirection/0": LOSS})
    assert "holds directions and no surface" in complaint(tmp_path / "d.h5")


# ── refused ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"xcoordinates": None}, "a surface has xcoordinates"),
        ({"train_loss": None}, "no array of shape (3, 4)"),
        ({"train_loss": LOSS[:2]}, "no array of shape (3, 4)"),
        ({"train_loss": LOSS.ravel()}, "no array of shape (3, 4)"),
        ({"train_loss": LOSS.astype("S4")}, "no array of shape (3, 4)"),
        ({"train_loss": LOSS + 1j}, "no array of shape (3, 4)"),
        ({"xcoordinates": X[::-1]}, "rise in even steps"),
        ({"xcoordinates": X**3}, "rise in even steps"),
        ({"xcoordinates": X * np.nan}, "not finite"),
        ({"xcoordinates": X.astype("S4")}, "must hold numbers"),
        ({"xcoordinates": X[:1]}, "at least 2"),
        ({"xcoordinates": 3.0}, "xcoordinates has shape ()"),
        ({"ycoordinates": Y[:0]}, "at least 1"),
        ({"ycoordinates": LOSS}, "ycoordinates has shape (3, 4)"),
        ({"proj_xcoord": X, "proj_ycoord": Y}, "differ in length"),
        ({"proj_xcoord": X + np.inf, "proj_ycoord": X}, "not finite"),
        ({"basin": "{}"}, "examples is not an array"),
        ({"basin": "[]"}, "no JSON object"),
        ({"basin": "{", "examples": LOSS}, "not valid JSON"),
        ({"basin": 3}, "not valid JSON"),
        ({"basin": "{}", "examples": np.ones((3, 4))}, "names no metrics"),
        ({"basin": '{"metrics": ["x"]}', "examples": np.ones((3, 4))}, "x is not an array"),
        ({"basin": '{"metrics": ["train_loss"]}', "examples": LOSS}, "must be counts"),
    ],
)
def test_files_that_hold_no_surface(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    write(tmp_path / "s.h5", {**GOOD, **changes})
    assert says in complaint(tmp_path / "s.h5")


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ((LOSS, LOSS, LOSS[:2]), "not one"),
        ((X, X, X), "not one"),
        ((LOSS, LOSS, LOSS), "are no grid"),
        ((ACROSS + SKEW, UP, LOSS), "are no grid"),
        ((ACROSS, UP + SKEW, LOSS), "are no grid"),
        ((ACROSS, ACROSS, LOSS), "rise in even steps"),
    ],
)
def test_losscape_files_that_hold_no_surface(arrays: tuple[Any, ...], says: str, tmp_path: Path) -> None:
    write(tmp_path / "s.h5", dict(zip(LOSSCAPE, arrays, strict=True)))
    assert says in complaint(tmp_path / "s.h5")


@pytest.mark.parametrize("name", ["xcoordinates", "ycoordinates", "train_loss"])
@pytest.mark.parametrize("shape", [(10**12,), (2**40, 2**20), (4097, 4096)])
def test_a_dataset_of_absurd_shape_asks_for_no_memory(shape: tuple[int, ...], name: str, tmp_path: Path) -> None:
    with h5py.File(write(tmp_path / "s.h5", {**GOOD, name: None}), "a") as file:
        file.create_dataset(name, shape=shape, dtype="f8", chunks=tuple(min(n, 1000) for n in shape))
    message = complaint(tmp_path / "s.h5")
    assert "grid points" in message or "no array of shape" in message


def test_many_arrays_that_are_large_together(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "s.h5", "w") as file:
        side = np.linspace(-1, 1, 4096)
        file["xcoordinates"] = file["ycoordinates"] = side
        for number in range(20):
            file.create_dataset(f"m{number}", shape=(4096, 4096), dtype="f8", chunks=(64, 64))
    assert "too many" in complaint(tmp_path / "s.h5")
    with h5py.File(tmp_path / "s.h5", "w") as file:
        for number in range(MAX_NAMES + 1):
            file[f"m{number}"] = 1.0
    assert f"holds {MAX_NAMES + 1} arrays" in complaint(tmp_path / "s.h5")


def test_a_small_dataset_in_gigantic_chunks(tmp_path: Path) -> None:
    with h5py.File(write(tmp_path / "s.h5", {**GOOD, "train_loss": None}), "a") as file:
        file.create_dataset("train_loss", (3, 4), "f8", maxshape=(None, None), chunks=(8192, 8192), compression="gzip")
    assert "chunks of (8192, 8192)" in complaint(tmp_path / "s.h5")


def test_numbers_outside_the_file_are_not_fetched(tmp_path: Path) -> None:
    write(tmp_path / "other.h5", GOOD)
    (tmp_path / "raw").write_bytes(LOSS.tobytes())
    for kind in ("external link", "soft link", "external storage", "virtual"):
        with h5py.File(write(tmp_path / "s.h5", {**GOOD, "train_loss": None}), "a") as file:
            if kind == "external link":
                file["train_loss"] = h5py.ExternalLink("other.h5", "/train_loss")
            elif kind == "soft link":
                file["train_loss"] = h5py.SoftLink("/nowhere")
            elif kind == "external storage":
                file.create_dataset("train_loss", (3, 4), "f8", external=[(str(tmp_path / "raw"), 0, 96)])
            else:
                layout = h5py.VirtualLayout((3, 4), "f8")
                layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "train_loss", (3, 4))
                file.create_virtual_dataset("train_loss", layout)
        assert "no array of shape" in complaint(tmp_path / "s.h5"), kind


def test_other_files_and_cut_off_ones(tmp_path: Path) -> None:
    write(tmp_path / "good.h5", GOOD)
    content = (tmp_path / "good.h5").read_bytes()
    for size in (0, 4, 8, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "s.h5").write_bytes(content[:size])
        assert "damaged" in complaint(tmp_path / "s.h5")
    (tmp_path / "s.hdf5").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    assert "damaged" in complaint(tmp_path / "s.hdf5")
    assert "holds nothing" in complaint(write(tmp_path / "s.h5", {}))


def test_damage_anywhere_is_one_line_or_harmless(tmp_path: Path) -> None:
    """In another process, because a fault would be one of the library in C."""
    export(landscape(), tmp_path / "s.h5")
    command = [sys.executable, "-c", DAMAGE, str(tmp_path / "s.h5")]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 20


DAMAGE = """
import sys
from pathlib import Path
import numpy as np
from compute.errors import BadInputError
from compute.formats.reading import read_landscape
path, rng, refused = Path(sys.argv[1]), np.random.default_rng(0), 0
good = np.frombuffer(path.read_bytes(), np.uint8)
for number in range(120):
    bad = good.copy()
    bad[rng.integers(0, len(bad) if number % 2 else 2000, 4)] = rng.integers(0, 256, 4)
    path.write_bytes(bad.tobytes())
    try:
        assert read_landscape(path).main.ndim == 2
    except BadInputError as error:
        assert "\\n" not in str(error)
        refused += 1
print(refused)
"""


def test_without_h5py_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "s.h5", GOOD)
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert "pip install 'loss-basin[hdf5]'" in complaint(tmp_path / "s.h5")
    with pytest.raises(BadInputError, match="HDF5 needs h5py"):
        export(landscape(), tmp_path / "t.h5")
    assert not (tmp_path / "t.h5").exists()
