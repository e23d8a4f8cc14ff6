"""NPZ: what others find in it, what is read from others, and above all what is refused."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.formats.npz import MAX_ARRAYS
from compute.formats.reading import read_landscape
from compute.formats.writing import export
from compute.landscape import Domain, Landscape, Trajectory
from tests.compute.test_folder import Bomb

DOMAIN = Domain((-1.0, 2.0), (0.0, 1.0), 4, 3)
VALUES = np.arange(12.0).reshape(3, 4)
GOOD: dict[str, Any] = {"alpha": DOMAIN.alphas, "beta": DOMAIN.betas, "train_loss": VALUES}


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


def test_numpy_finds_everything(tmp_path: Path) -> None:
    values = np.array([[0.5, np.nan, np.inf], [1.0, 2.0, 3.0]])
    domain = Domain((-1.0, 1.0), (0.0, 1.0), 3, 2)
    path = Trajectory(*np.arange(14.0).reshape(7, 2))
    examples = np.array([[5, 0, 5], [5, 5, 0]], np.uint32)
    export(Landscape("n", domain, {"train_loss": values}, examples, path, {"seed": 3}), tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz", allow_pickle=False) as found:
        assert found["alpha"].tolist() == [-1, 0, 1] and found["beta"].tolist() == [0, 1]
        np.testing.assert_array_equal(found["train_loss"], [[0.5, np.nan, np.inf], [1, 2, np.nan]])
        assert found["examples"].dtype == np.uint32 and found["examples"].tolist() == [[5, 0, 5], [5, 5, 0]]
        assert found["trajectory.alpha"].tolist() == [4, 5] and found["trajectory.plane_loss"].tolist() == [12, 13]
        assert json.loads(str(found["description"])) == {"seed": 3}
    with zipfile.ZipFile(tmp_path / "n.npz") as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}, "the time of writing"


def test_three_arrays_are_enough(tmp_path: Path) -> None:
    np.savez(tmp_path / "n.npz", alpha=DOMAIN.alphas, beta=DOMAIN.betas, loss=np.where(VALUES == 5, np.nan, VALUES))
    found = read_landscape(tmp_path / "n.npz")
    assert found.domain == DOMAIN and found.main_name == "loss" and found.trajectory is None
    assert found.measured == 11 and found.examples[1, 1] == 0
    assert dict(found.provenance) == {"kind": "npz", "source": "n.npz"}


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "u8", "?"])
def test_numbers_of_any_type(dtype: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "n.npz", **{**GOOD, "train_loss": VALUES.astype(dtype)})
    assert read_landscape(tmp_path / "n.npz").main.tolist() == VALUES.astype(dtype).astype(float).tolist()


def test_the_content_decides_and_not_the_extension(tmp_path: Path) -> None:
    np.savez(tmp_path / "n.npz", **GOOD)
    (tmp_path / "n.npz").rename(tmp_path / "n.dat")
    assert read_landscape(tmp_path / "n.dat").provenance["kind"] == "npz"
    (tmp_path / "n.npz").write_bytes(b"not a zip")
    assert "damaged" in complaint(tmp_path / "n.npz")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alpha": None}, "needs alpha, beta"),
        ({"train_loss": None}, "holds no metric"),
        ({"train_loss": VALUES.T}, "train_loss has shape (4, 3)"),
        ({"train_loss": VALUES.ravel()}, "train_loss has shape (12,)"),
        ({"train_loss": VALUES + 1j}, "not numbers"),
        ({"train_loss": VALUES.astype("U8")}, "must hold numbers"),
        ({"train_loss": VALUES.astype("S8")}, "not numbers"),
        ({"train_loss": np.zeros(12, "f8,f8").reshape(3, 4)}, "not numbers"),
        ({"examples": VALUES - 1}, "must be counts"),
        ({"examples": VALUES + 0.5}, "must be counts"),
        ({"examples": VALUES + 2.0**32}, "must be counts"),
        ({"examples": VALUES * np.nan}, "must be counts"),
        ({"examples": VALUES[0]}, "examples has shape"),
        ({"alpha": DOMAIN.alphas[::-1]}, "rise in even steps"),
        ({"alpha": np.array([0, 1, 2, 4.0])}, "rise in even steps"),
        ({"alpha": np.array([-1.7e308, -1, 1, 1.7e308])}, "rise in even steps"),
        ({"alpha": np.array([0, 1, np.nan, 3])}, "not finite"),
        ({"alpha": np.array([0, 1, 2, np.inf])}, "not finite"),
        ({"alpha": np.array([1.0])}, "at least 2"),
        ({"alpha": np.array(1.0)}, "alpha has shape ()"),
        ({"beta": np.zeros(0)}, "beta has shape (0,)"),
        ({"beta": np.zeros(3)}, "rise in even steps"),
        ({"description": np.array("[1]")}, "no JSON object"),
        ({"description": np.array("{")}, "not valid JSON"),
        ({"description": np.array("[" * 100_000)}, "not valid JSON"),
        ({"description": np.array(["{}", "{}"])}, "one text"),
        ({"description": np.array(3)}, "one text"),
        ({"trajectory.alpha": np.zeros(3), "trajectory.beta": np.zeros(2)}, "differ in length"),
        ({"trajectory.alpha": np.zeros((3, 1)), "trajectory.beta": np.zeros((3, 1))}, "differ in length"),
        ({"trajectory.alpha": np.full(3, np.nan), "trajectory.beta": np.zeros(3)}, "not finite"),
    ],
)
def test_arrays_that_make_no_landscape(changes: dict[str, Any], says: str, tmp_path: Path) -> None:
    arrays = {name: array for name, array in {**GOOD, **changes}.items() if array is not None}
    np.savez(tmp_path / "n.npz", **arrays)
    assert says in complaint(tmp_path / "n.npz")


def archive(path: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return path


def npy(array: Any, allow_pickle: bool = False) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=allow_pickle)
    return content.getvalue()


def header(shape: str, descr: str = "'<f8'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bombs = npy(np.full((3, 4), Bomb(mark), dtype=object), allow_pickle=True)
    assert "not numbers" in complaint(archive(tmp_path / "n.npz", ("alpha.npy", bombs), ("beta.npy", bombs)))
    assert not mark.exists()


@pytest.mark.parametrize(
    "shape",
    ["(4611686018427387904,)", "(2, 4611686018427387904)", "(-5, -9)", "(5 ** 99, 9)", "5", "(99999,)", "(30000000,)"],
)
def test_an_array_that_announces_more_than_it_holds(shape: str, tmp_path: Path) -> None:
    complaint(archive(tmp_path / "n.npz", ("alpha.npy", header(shape) + bytes(80)), ("beta.npy", npy(DOMAIN.betas))))


def test_arrays_of_no_bytes_cannot_be_many(tmp_path: Path) -> None:
    """A text of no letters takes no bytes, however many there are."""
    complaint(archive(tmp_path / "n.npz", ("alpha.npy", header("(99999999,)", "'<U0'"))))


@pytest.mark.parametrize("announced", [208, 500_000_000])
def test_a_bomb_is_refused_by_what_it_announces_and_cut_where_it_lies(announced: int, tmp_path: Path) -> None:
    path = archive(tmp_path / "n.npz", ("alpha.npy", header("(2000000,)") + bytes(16_000_000)))
    content = path.read_bytes().replace((16_000_128).to_bytes(4, "little"), announced.to_bytes(4, "little"))
    path.write_bytes(content)
    assert ("announces 500,000,000 bytes" if announced > 208 else "Bad CRC") in complaint(path)


def test_very_many_arrays(tmp_path: Path) -> None:
    path = archive(tmp_path / "n.npz", *((f"{n}.npy", b"") for n in range(MAX_ARRAYS + 1)))
    assert f"{MAX_ARRAYS + 1} arrays" in complaint(path)


def test_other_archives_and_cut_off_ones(tmp_path: Path) -> None:
    assert "'letter.docx'" in complaint(archive(tmp_path / "n.npz", ("letter.docx", b"hello")))
    assert "damaged" in complaint(archive(tmp_path / "n.npz", ("alpha.npy", b"hello")))
    assert "nothing" in complaint(archive(tmp_path / "n.npz"))
    np.savez(tmp_path / "good.npz", **GOOD)
    content = (tmp_path / "good.npz").read_bytes()
    for size in (0, 3, 10, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "n.npz").write_bytes(content[:size])
        assert "damaged" in complaint(tmp_path / "n.npz")


def test_a_strange_name_stays_on_one_line(tmp_path: Path) -> None:
    path = archive(tmp_path / "n.npz", *((f"{name}.npy", npy(array)) for name, array in GOOD.items()),
                   ("two\nlines\x1b[2J" + "x" * 300 + ".npy", npy(VALUES.T)))  # fmt: skip
    assert "two lines [2Jxxx" in complaint(path)


def test_a_strange_name_cannot_move_the_cursor(tmp_path: Path) -> None:
    path = archive(tmp_path / "n.npz", *((f"{name}.npy", npy(array)) for name, array in GOOD.items()),
                   ("two\nlines\x1b[2J.npy", npy(VALUES)), (".npy", npy(VALUES)))  # fmt: skip
    assert list(read_landscape(path).metrics) == ["train_loss", "two lines [2J", "metric"]
