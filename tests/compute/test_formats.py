"""Landscapes and paths from files, and above all from bad ones."""

import time
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.folder import create_folder, write_trajectory
from compute.formats.reading import read_landscape, read_landscapes, read_path
from compute.landscape import Domain, Trajectory
from tests import surfaces
from tests.compute.ply_files import header, ply_bytes, write_ply
from tests.shared_data import shared_file

DOMAIN, VALUES = surfaces.HIMMELBLAU.on_grid(5, 4)
GOOD = ply_bytes(DOMAIN, VALUES)
LAYOUTS = ["ascii", "binary_little_endian", "binary_big_endian"]


def complaint(path: Path, trajectory: Path | None = None) -> str:
    """The one line about what is wrong; it begins with the name of the file at fault."""
    with pytest.raises(BadInputError) as caught:
        read_landscape(path, trajectory)
    message = str(caught.value)
    assert message.startswith(f"{trajectory or path}: ")
    assert "\n" not in message and len(message) < 400 + len(str(path))
    return message


def complaint_about(folder: Path, content: bytes, name: str = "bad.ply") -> str:
    path = folder / name
    path.write_bytes(content)
    return complaint(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ply_round_trip_on_a_grid_that_is_not_square(layout: str, tmp_path: Path) -> None:
    landscape = read_landscape(write_ply(tmp_path / "net.ply", DOMAIN, VALUES, layout))
    assert landscape.name == "net"
    assert landscape.domain == DOMAIN
    assert list(landscape.metrics) == ["train_loss"]
    np.testing.assert_array_equal(landscape.main, VALUES)
    assert landscape.examples.dtype == np.uint32 and (landscape.examples == 1).all()
    assert landscape.trajectory is None
    assert dict(landscape.provenance) == {"kind": "ply", "source": "net.ply"}


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_ply_with_any_line_ending(newline: bytes, tmp_path: Path) -> None:
    path = tmp_path / "net.ply"
    path.write_bytes(GOOD.replace(b"\n", newline))
    np.testing.assert_array_equal(read_landscape(path).main, VALUES)


def test_ply_without_faces_and_without_extra_properties(tmp_path: Path) -> None:
    path = tmp_path / "net.ply"
    path.write_text(
        "ply\nformat ascii 1.0\ncomment by hand\nelement vertex 4\nproperty float x\nproperty float y\nproperty int s\n"
        "end_header\n0 0 1\n1 0 2\n0 1 3\n1 1 4"
    )
    assert read_landscape(path).main.tolist() == [[1, 2], [3, 4]]


def test_ply_with_huge_values_and_single_precision_places(tmp_path: Path) -> None:
    domain = Domain((-0.5, 0.5), (-0.5, 0.5), 26, 26)
    places = np.linspace(-0.5, 0.5, 26, dtype=np.float32).astype(float)
    body = "".join(f"{x:.7g} {y:.7g} 0 0 0 0 2e10\n" for y in places for x in places)
    path = tmp_path / "net.ply"
    path.write_text(header(676, 0) + body)
    landscape = read_landscape(path)
    assert landscape.domain == domain and (landscape.main == 2e10).all()


def test_seed_file_with_its_path() -> None:
    landscape = read_landscape(shared_file("ResNet_PCA.ply"), shared_file("ResNet_PCA_gradient_descent_results.csv"))
    assert landscape.domain == Domain((-9.0, 9.75), (-9.0, 9.75), 26, 26)
    assert landscape.main[0, 0] == 847.207704223632845 and landscape.main[0, 1] == 832.42602404785157
    assert landscape.main[12, 12] == landscape.main.min() == 0.02862285275384784
    assert landscape.trajectory is not None
    assert (landscape.trajectory.alpha[0], landscape.trajectory.beta[0]) == (6.031877040863037, 0.3371722996234894)


def test_path_made_here(tmp_path: Path) -> None:
    """Twin of the seed's path."""
    csv = tmp_path / "path.csv"
    csv.write_text("1.5,-2\r\n0.5,-1e-3\r\n0,0\r\n\r\n")
    trajectory = read_landscape(write_ply(tmp_path / "net.ply", DOMAIN, VALUES), csv).trajectory
    assert trajectory is not None and len(trajectory) == 3
    assert trajectory.alpha.tolist() == [1.5, 0.5, 0] and trajectory.beta.tolist() == [-2, -1e-3, 0]
    assert trajectory.step.tolist() == trajectory.epoch.tolist() == [0, 1, 2]
    assert np.isnan(trajectory.residual).all() and np.isnan(trajectory.loss).all()


def test_path_in_our_own_columns(tmp_path: Path) -> None:
    own = Trajectory(*(np.arange(3.0) + k for k in range(6)))
    write_trajectory(tmp_path / "trajectory.csv", own)
    assert read_path(tmp_path / "trajectory.csv").beta.tolist() == own.beta.tolist()


def test_landscape_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pca"
    create_folder(folder, DOMAIN, ("train_loss",), {"seed": 3})
    landscape = read_landscape(folder)
    assert landscape.domain == DOMAIN and landscape.trajectory is None
    assert landscape.provenance["kind"] == "landscape" and landscape.provenance["seed"] == 3
    csv = tmp_path / "path.csv"
    csv.write_text("0,0\n1,1\n")
    assert len(read_landscape(folder, csv).trajectory or ()) == 2
    monkeypatch.chdir(folder)
    assert read_landscape(Path()).name == "pca"


def test_missing(tmp_path: Path) -> None:
    assert "no such file" in complaint(tmp_path / "nowhere.ply")
    good = write_ply(tmp_path / "net.ply", DOMAIN, VALUES)
    assert "no such file" in complaint(good, tmp_path / "nowhere.csv")


def test_wrong_kind_of_file_or_folder(tmp_path: Path) -> None:
    assert "not a landscape" in complaint_about(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.png")
    assert "not a PLY" in complaint_about(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(100), "picture.ply")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "landscape.json" in complaint(empty)
    demo = tmp_path / "demo"
    for name in ("pca", "random"):
        create_folder(demo / name, DOMAIN, ("train_loss",), {})
    (demo / "run").mkdir()
    assert "pca, random" in complaint(demo) and str(demo / "pca") in complaint(demo)
    assert str(demo / "pca") in complaint(demo / "pca" / "landscape.json")


def test_a_path_must_be_a_file(tmp_path: Path) -> None:
    assert "folder" in complaint(write_ply(tmp_path / "net.ply", DOMAIN, VALUES), tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a PLY"),
        (b"ply", "not a PLY"),
        (b"ply\nformat ascii 1.0\n", "end_header"),
        (b"ply\nformat ascii 1.0\nend_header\n", "no vertices"),
        (GOOD.replace(b"property double x\n", b""), "no property x"),
        (GOOD.replace(b"property double y\n", b""), "no property y"),
        (GOOD.replace(b"property double s\n", b""), "no property s"),
        (GOOD.replace(b"double vx", b"list uchar int vx"), "'vx' is a list"),
        (GOOD.replace(b"double vx", b"double x"), "damaged"),
        (GOOD.replace(b"double vx", b"quad vx"), "damaged"),
        (GOOD.replace(b"ascii", b"utf8"), "damaged"),
        (GOOD.replace(b"ascii 1.0", b"ascii 1.0\ncomment \xe9"), "malformed"),
        (GOOD.replace(b"element vertex 20", b"element vertex"), "malformed"),
        (GOOD.replace(b"element vertex 20", b"element vertex -1"), "negative"),
        (GOOD.replace(b"element vertex 20", b"element vertex 21"), "damaged"),
        (GOOD.replace(b"element vertex 20", b"element vertex " + b"9" * 5000), "longer than"),
        (GOOD.replace(b"element vertex 20", b"element vertex " + b"9" * 4000), "announces"),
        (GOOD[:-20], "damaged"),
        (GOOD[: len(GOOD) // 2], "cut short"),
        (GOOD.replace(b"\n4 0 1 6 5", b"\n4 0 1 99999 5"), "names vertex 99999"),
        (GOOD.replace(b"\n4 0 1 6 5", b"\n4 0 1 -6 5"), "names vertex -6"),
        (GOOD.replace(b"\n4 0 1 6 5", b"\n5 0 1 6 5"), "damaged"),
        (GOOD.replace(b" 0.0 0.0 0.0 0.0 ", b" 0.0 0.0 zero 0.0 ", 1), "damaged"),
    ],
)
def test_bad_ply(content: bytes, says: str, tmp_path: Path) -> None:
    assert content != GOOD
    assert says in complaint_about(tmp_path, content)


@pytest.mark.parametrize("number", [b"nan", b"inf", b"-inf", b"1e400"])
@pytest.mark.parametrize("name", ["x", "y", "s"])
def test_every_number_must_be_finite(number: bytes, name: str, tmp_path: Path) -> None:
    lines = GOOD.split(b"\n")
    at = lines.index(b"end_header") + 3
    words = lines[at].split()
    words[{"x": 0, "y": 1, "s": 6}[name]] = number
    lines[at] = b" ".join(words)
    assert f"vertex 2 has {name} = " in complaint_about(tmp_path, b"\n".join(lines))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("element", ["vertex 20", "face 12"])
def test_counts_beyond_the_file_cost_no_memory_and_no_time(layout: str, element: str, tmp_path: Path) -> None:
    name, count = element.encode().split()
    content = ply_bytes(DOMAIN, VALUES, layout).replace(name + b" " + count, name + b" 4000000000")
    start = time.thread_time()
    assert "announces" in complaint_about(tmp_path, content)
    assert time.thread_time() - start < 0.5


def test_an_element_without_properties_is_bounded_too(tmp_path: Path) -> None:
    content = GOOD.replace(b"element face", b"element void 4000000000\nelement face")
    assert "announces" in complaint_about(tmp_path, content)


@pytest.mark.parametrize("length", [5_000, 60_000, 10_000_000])
def test_monstrous_comment(length: int, tmp_path: Path) -> None:
    content = GOOD.replace(b"element vertex", b"comment " + b"x" * length + b"\nelement vertex")
    start = time.thread_time()
    assert ("longer than" if length < 64_000 else "64 KiB") in complaint_about(tmp_path, content)
    assert time.thread_time() - start < 0.5


def test_a_header_of_very_many_lines(tmp_path: Path) -> None:
    content = GOOD.replace(b"element vertex", b"comment x\n" * 100_000 + b"element vertex")
    assert "64 KiB" in complaint_about(tmp_path, content)


def test_list_lengths_beyond_a_binary_file(tmp_path: Path) -> None:
    content = ply_bytes(DOMAIN, VALUES, "binary_little_endian").replace(b"list uchar int", b"list uint int")
    assert "damaged" in complaint_about(tmp_path, content)


@pytest.mark.parametrize("layout", LAYOUTS[1:])
def test_truncated_binary(layout: str, tmp_path: Path) -> None:
    content = ply_bytes(DOMAIN, VALUES, layout)
    assert "damaged" in complaint_about(tmp_path, content[:-10])
    assert "cut short" in complaint_about(tmp_path, content[:400])


def test_random_bytes_never_pass_and_never_raise_anything_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(60):
        head = GOOD[: GOOD.index(b"end_header\n") + 11].replace(b"ascii", LAYOUTS[number % 3].encode())
        noise = rng.integers(0, 256, 4000, np.uint8).tobytes()
        complaint_about(tmp_path, (b"", b"ply\n", head, head)[number % 4] + noise)


def test_damage_anywhere_is_one_line_or_harmless(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "bad.ply"
    for number in range(300):
        content = bytearray(ply_bytes(DOMAIN, VALUES, LAYOUTS[number % 3]))
        for place in rng.integers(0, len(content) if number % 2 else 300, 3):
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            assert np.isfinite(read_landscape(path).main).all()
        except BadInputError as error:
            assert "\n" not in str(error)


def vertices(*places: tuple[float, float]) -> bytes:
    return (header(len(places), 0) + "".join(f"{x} {y} 0 0 0 0 1\n" for x, y in places)).encode()


GRID = [(float(x), float(y)) for y in range(3) for x in range(4)]


@pytest.mark.parametrize(
    ("places", "says"),
    [
        ([], "at least 2 by 2"),
        ([(0, 0)], "at least 2 by 2"),
        (GRID[:4], "at least 2 by 2"),
        (GRID[:-1], "do not fill"),
        (GRID[:5] + GRID[6:], "do not fill"),
        ([(x + 0.3 * y, y) for x, y in GRID], "do not fill"),
        ([*GRID, GRID[0]], "duplicated"),
        ([*GRID[:5], GRID[4], *GRID[6:]], "duplicated"),
        ([(y, x) for x, y in GRID], "x rising fastest"),
        (GRID[::-1], "x rising fastest"),
        ([GRID[1], GRID[0], *GRID[2:]], "x rising fastest"),
        ([(-x, y) for x, y in GRID], "x rising fastest"),
        ([(x**2, y) for x, y in GRID], "evenly spaced"),
        ([(x, y + 0.1 * (y == 1)) for x, y in GRID], "evenly spaced"),
        ([(x * 1e308 - 1.5e308, y) for x, y in GRID], ""),
    ],
)
def test_vertices_must_be_a_complete_even_grid(places: list[tuple[float, float]], says: str, tmp_path: Path) -> None:
    assert says in complaint_about(tmp_path, vertices(*places))


def test_spacing_may_be_off_by_one_per_cent(tmp_path: Path) -> None:
    path = tmp_path / "net.ply"
    path.write_bytes(vertices(*((x + 0.009 * (x == 1), y) for x, y in GRID)))
    assert read_landscape(path).domain.shape == (3, 4)
    path.write_bytes(vertices(*((x + 0.011 * (x == 1), y) for x, y in GRID)))
    assert "evenly spaced" in complaint(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"x,y\n0,0\n", "line 1 is 'x,y'"),
        (b"0,0\n1,1,1\n", "line 2 is '1,1,1'"),
        (b"0,0\n1\n", "line 2 is '1'"),
        (b"0,0\n1,two\n", "line 2 is '1,two'"),
        (b"0,0\n1,nan\n", "finite"),
        (b"0,0\ninf,1\n", "finite"),
        (b"1e400,1\n", "finite"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a CSV"),
        (b"0" * 200_000, "not a CSV"),
        (b"epoch,loss\n1,2\n", "line 1"),
    ],
)
def test_bad_path(content: bytes, says: str, tmp_path: Path) -> None:
    csv = tmp_path / "path.csv"
    csv.write_bytes(content)
    assert says in complaint(write_ply(tmp_path / "net.ply", DOMAIN, VALUES), csv)


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_ply(tmp_path / "net.ply", DOMAIN, VALUES)

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in complaint(path)


def test_a_folder_of_landscapes_is_opened_as_all_of_them(tmp_path):
    for name in ("pca", "random"):
        create_folder(tmp_path / name, Domain((-1, 1), (-1, 1), 5, 5), ("train_loss",), {})
    assert list(read_landscapes(tmp_path)) == ["pca", "random"]
    assert list(read_landscapes(tmp_path / "pca")) == ["pca"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match="not a landscape folder"):
        read_landscapes(tmp_path / "empty")
