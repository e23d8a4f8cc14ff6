"""The landscape folder: round trips, what two processes see of each other, and above all damaged folders."""

import csv
import json
import math
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compute import atomic
from compute.errors import BadInputError
from compute.folder import (
    FORMAT,
    LandscapeWriter,
    create_folder,
    folder_of,
    is_landscape_folder,
    open_folder,
    update_description,
)
from compute.landscape import Domain, Landscape, Trajectory
from compute.trajectory_file import read_trajectory, write_trajectory

ROOT = Path(__file__).parents[2]
DOMAIN = Domain((-1.0, 0.5), (-0.25, 2.0), 9, 5)
METRICS = ("train_loss", "test_loss")
PROVENANCE = {"kind": "landscape", "seed": 3, "directions": {"kind": "pca"}, "explained_variance": [0.7, 0.2]}
TRAJECTORY = Trajectory(*(np.random.default_rng(1).normal(size=(7, 7)) * 10.0 ** np.arange(-3, 4)[:, None]))


@pytest.fixture
def land(tmp_path: Path) -> Path:
    create_folder(tmp_path / "pca", DOMAIN, METRICS, PROVENANCE, TRAJECTORY)
    return tmp_path / "pca"


def complaint(folder: Path, about: str) -> str:
    """The one line that names the file at fault, the same for reader and writer."""
    lines = []
    for opener in (open_folder, LandscapeWriter):
        with pytest.raises(BadInputError) as caught:
            opener(folder)
        lines.append(str(caught.value))
    assert lines[0].partition(" (")[0] == lines[1].partition(" (")[0]  # in brackets: numpy's words, with addresses
    assert lines[0].startswith(f"{folder / about if about else folder}: ")
    assert "\n" not in lines[0] and len(lines[0]) < 300 + len(str(folder))
    return lines[0]


def describe_as(folder: Path, **changes: Any) -> None:
    """Change entries of the description; None takes an entry out."""
    path = folder / "landscape.json"
    description = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in description.items() if value is not None}))


# ── round trips ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_folder_is_an_empty_landscape(land: Path) -> None:
    found = open_folder(land)
    assert is_landscape_folder(land)
    assert (found.name, found.domain, tuple(found.metrics)) == ("pca", DOMAIN, METRICS)
    assert dict(found.provenance) == {"format": FORMAT, **PROVENANCE}
    assert found.measured == 0 and found.examples.dtype == np.uint32
    for values in found.metrics.values():
        assert values.shape == (5, 9) and values.dtype == np.float64 and np.isnan(values).all()
    assert found.trajectory is not None
    for column in fields(Trajectory):
        np.testing.assert_array_equal(getattr(found.trajectory, column.name), getattr(TRAJECTORY, column.name))


def test_paths_of_further_runs_are_kept_by_name(tmp_path: Path) -> None:
    other = Trajectory(*np.arange(14.0).reshape(7, 2))
    create_folder(tmp_path / "a", DOMAIN, METRICS, PROVENANCE, TRAJECTORY, others={"b.2": other, "a": TRAJECTORY})
    found = open_folder(tmp_path / "a").others
    assert list(found) == ["a", "b.2"]
    for column in fields(Trajectory):
        np.testing.assert_array_equal(getattr(found["b.2"], column.name), getattr(other, column.name))
    (tmp_path / "a" / "paths" / ".b.csv.x").write_text("half")  # of a writer that was killed
    (tmp_path / "a" / "paths" / "b.2.csv").write_text("step\n1\n")
    with pytest.raises(BadInputError, match=r"b\.2\.csv: columns are step"):
        open_folder(tmp_path / "a")


def test_a_landscape_of_one_run_has_no_others(land: Path) -> None:
    assert dict(open_folder(land).others) == {} and not (land / "paths").exists()


def test_any_tool_can_load_the_arrays(land: Path) -> None:
    writer = LandscapeWriter(land)
    writer.record(3, 8, {"train_loss": 0.5, "test_loss": 0.75}, 256)
    writer.flush()
    assert np.load(land / "train_loss.npy", allow_pickle=False)[3, 8] == 0.5
    assert np.load(land / "test_loss.npy", allow_pickle=False)[3, 8] == 0.75
    assert np.load(land / "examples.npy", allow_pickle=False)[3, 8] == 256
    with (land / "trajectory.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 7


def test_rows_are_beta_and_columns_are_alpha(land: Path) -> None:
    writer = LandscapeWriter(land)
    for row, column in np.ndindex(DOMAIN.shape):
        place = {"train_loss": DOMAIN.alphas[column], "test_loss": DOMAIN.betas[row]}
        writer.record(row, column, place, 1)
    found = open_folder(land)
    alphas, betas = np.meshgrid(DOMAIN.alphas, DOMAIN.betas)
    np.testing.assert_array_equal(found.metrics["train_loss"], alphas)
    np.testing.assert_array_equal(found.metrics["test_loss"], betas)


def test_values_arrive_in_a_landscape_that_is_already_open(land: Path) -> None:
    found, writer = open_folder(land), LandscapeWriter(land)
    writer.record(2, 7, {"train_loss": 1.25, "test_loss": 1.5}, 64)
    assert found.main[2, 7] == 1.25 and found.measured == 1


def test_an_open_landscape_knows_its_folder(land: Path) -> None:
    assert folder_of(open_folder(land)) == land
    found = open_folder(land)
    assert folder_of(Landscape("copy", found.domain, found.metrics, np.array(found.examples))) is None


def test_a_reader_cannot_write(land: Path) -> None:
    found = open_folder(land)
    for array in (found.main, found.examples):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_opening_for_writing_again_resumes(land: Path) -> None:
    LandscapeWriter(land).record(1, 2, {"train_loss": 0.125, "test_loss": 0.25}, 32)
    writer = LandscapeWriter(land)
    assert writer.domain == DOMAIN
    assert np.argwhere(writer.examples).tolist() == [[1, 2]] and writer.examples[1, 2] == 32
    assert (writer.value("train_loss", 1, 2), writer.value("test_loss", 1, 2)) == (0.125, 0.25)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_recorded_as_diverged(value: float, land: Path) -> None:
    """NaN on disk means "not measured"; a measured NaN would be measured again for ever."""
    writer = LandscapeWriter(land)
    writer.record(0, 0, {"train_loss": value, "test_loss": value}, 256)
    assert np.isposinf(open_folder(land).main[0, 0]) and writer.value("test_loss", 0, 0) == math.inf


def test_a_value_is_written_before_its_count(land: Path) -> None:
    """Whoever sees the count sees the value: at each single write, the order is looked at."""
    writer = LandscapeWriter(land)
    order: list[str] = []

    class Noting:
        def __init__(self, name: str) -> None:
            self.name = name

        def __setitem__(self, _: object, value: float) -> None:
            order.append(self.name)

    writer._metrics = {name: Noting(name) for name in METRICS}  # type: ignore[assignment]
    writer._examples = Noting("examples")  # type: ignore[assignment]
    writer.record(0, 0, {"train_loss": 1.0, "test_loss": 2.0}, 256)
    assert order == ["train_loss", "test_loss", "examples"]


def test_a_writer_that_fails_between_value_and_count_leaves_the_point_unmeasured(land: Path) -> None:
    writer = LandscapeWriter(land)
    with pytest.raises(KeyError):
        writer.record(0, 0, {"train_loss": 1.0, "no_such_metric": 2.0}, 256)
    assert open_folder(land).measured == 0


# ── creation ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_description_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = atomic.move

    def note(temporary: Path, path: Path) -> None:
        written.append(path.name)
        real(temporary, path)

    monkeypatch.setattr(atomic, "move", note)
    create_folder(tmp_path / "deep" / "er", DOMAIN, METRICS, {}, TRAJECTORY)
    assert written[-1] == "landscape.json"
    assert sorted(written) == sorted(path.name for path in (tmp_path / "deep" / "er").iterdir())


@pytest.mark.parametrize("name", ["examples", "Examples", "", ".", "a/b", "/etc/passwd"])
def test_a_metric_whose_file_would_be_another_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a metric"):
        create_folder(tmp_path / "pca", DOMAIN, ("train_loss", name), {})
    assert list(tmp_path.iterdir()) == []


def test_metrics_with_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="share a name"):
        create_folder(tmp_path / "pca", DOMAIN, ("train_loss", "Train_loss"), {})


def test_what_was_measured_is_never_overwritten(land: Path) -> None:
    LandscapeWriter(land).record(1, 2, {"train_loss": 0.125, "test_loss": 0.25}, 32)
    before = {path.name: path.read_bytes() for path in land.iterdir()}
    with pytest.raises(BadInputError) as caught:
        create_folder(land, Domain((-1, 1), (-1, 1), 5, 5), ("train_loss",), {})
    assert str(caught.value).startswith(f"{land}: holds a landscape already") and "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in land.iterdir()} == before


# ── lines, and the zero ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_a_landscape_of_one_row(tmp_path: Path) -> None:
    line = Domain((-1.0, 1.0), (0.25, 0.25), 9, 1)
    create_folder(tmp_path / "line", line, METRICS, {})
    LandscapeWriter(tmp_path / "line").record(0, 4, {"train_loss": 0.5, "test_loss": 0.75}, 1)
    found = open_folder(tmp_path / "line")
    assert found.domain == line and found.domain.is_line and found.domain.betas.tolist() == [0.25]
    assert found.main.shape == (1, 9) and found.main[0, 4] == 0.5
    assert not DOMAIN.is_line


@pytest.mark.parametrize(
    ("low", "high", "points", "place"),
    [(-0.5, 0.5, 26, None), (-0.1, 0.2, 4, 1), (-0.1, 0.1, 39, 19), (-1e300, 2e300, 4, 1), (-1e-300, 2e-300, 4, 1)],
)
def test_zero_is_exact_where_it_is_a_grid_point(low: float, high: float, points: int, place: int | None) -> None:
    for places in (Domain((low, high), (-1, 1), points, 2).alphas, Domain((-1, 1), (low, high), 2, points).betas):
        assert np.flatnonzero(places == 0).tolist() == ([] if place is None else [place])
        np.testing.assert_allclose(places, np.linspace(low, high, points), rtol=0, atol=1e-12 * (high - low))
        assert not np.signbit(places[places == 0]).any()


def test_what_lies_close_to_zero_but_not_within_rounding_stays() -> None:
    assert Domain((2e-12, 1.0), (-1, 1), 3, 2).alphas[0] == 2e-12
    assert Domain((-1.0, 3.0), (1e-20, 1e-20), 3, 1).betas.tolist() == [1e-20]


# ── more is known later ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_description_takes_up_what_is_known_later(land: Path) -> None:
    LandscapeWriter(land).record(1, 2, {"train_loss": 0.125, "test_loss": 0.25}, 32)
    update_description(land, {"stopped": "tolerance", "seed": 4, "refinement": [{"points": [5, 5], "surplus": None}]})
    found = open_folder(land)
    assert dict(found.provenance) == {
        "format": FORMAT,
        **PROVENANCE,
        "seed": 4,
        "stopped": "tolerance",
        "refinement": [{"points": [5, 5], "surplus": None}],
    }
    assert found.domain == DOMAIN and tuple(found.metrics) == METRICS and found.measured == 1
    assert [path.name for path in land.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("key", ["format", "domain", "resolution", "metrics"])
def test_how_to_read_the_arrays_cannot_change(key: str, land: Path) -> None:
    before = (land / "landscape.json").read_bytes()
    with pytest.raises(ValueError, match=f"{key} cannot change"):
        update_description(land, {"seed": 9, key: 1})
    assert (land / "landscape.json").read_bytes() == before


def test_only_a_landscape_can_be_described_further(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="not a landscape folder"):
        update_description(tmp_path, {"seed": 1})


READS = """
import json, sys
from pathlib import Path
path, seen = Path(sys.argv[1]) / "landscape.json", set()
print("ready", flush=True)
while "end" not in (seen := json.loads(path.read_text())):  # raises when it meets half of one
    assert len(seen["filling"]) in (0, 200_000)
"""


def test_a_reader_never_meets_half_a_description(land: Path) -> None:
    update_description(land, {"filling": ""})
    with subprocess.Popen([sys.executable, "-c", READS, str(land)], stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout and reader.stdout.readline() == "ready\n"
        for number in range(40):
            update_description(land, {"filling": "x" * 200_000, "number": number})
        update_description(land, {"end": True})
        assert reader.wait(20) == 0


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from compute.folder import create_folder
from compute.landscape import Domain
from compute.trajectory_file import write_trajectory
from tests.compute.test_folder import METRICS, TRAJECTORY
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    if sys.argv[1].endswith(".csv"):
        write_trajectory(Path(sys.argv[1]), TRAJECTORY)
    else:
        create_folder(Path(sys.argv[1]), Domain((-1, 1), (-1, 1), 65, 65), METRICS, {"note": "x" * 100_000})
except OSError as error:
    sys.exit(f"refused: {error.strerror}")
"""


def on_a_full_disk(path: Path, limit: int) -> str:
    """Write something with no room for files larger than ``limit`` bytes; returns the last line of the complaint."""
    command = [sys.executable, "-c", FULL_DISK, str(path), str(limit)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 1
    return run.stderr.strip().splitlines()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
@pytest.mark.parametrize("limit", [10_000, 50_000])  # too small for the first array; for the description only
def test_a_folder_made_on_a_full_disk_is_no_landscape_and_can_be_made_again(limit: int, tmp_path: Path) -> None:
    folder = tmp_path / "pca"
    assert on_a_full_disk(folder, limit).startswith("refused: ")
    assert not is_landscape_folder(folder)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")], "half-written files"
    for path in folder.glob("*.npy"):
        np.load(path)  # those that are there are whole
    complaint(folder, "")
    create_folder(folder, DOMAIN, METRICS, {})
    assert open_folder(folder).domain == DOMAIN


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
def test_a_trajectory_written_on_a_full_disk_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "trajectory.csv"
    write_trajectory(path, Trajectory(*np.zeros((7, 1))))
    assert on_a_full_disk(path, 200).startswith("refused: ")
    assert [other.name for other in tmp_path.iterdir()] == ["trajectory.csv"]
    assert len(read_trajectory(path)) == 1


# ── two processes ─────────────────────────────────────────────────────────────────────────────────────────────────────

READER = """
import sys
from pathlib import Path
from compute.folder import open_folder
land = open_folder(Path(sys.argv[1]))
for line in sys.stdin:
    row, column = map(int, line.split())
    print(land.examples[row, column], land.main[row, column], land.measured, flush=True)
"""


@pytest.fixture
def reader(land: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", READER, str(land)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield process
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_reader_in_another_process_sees_each_value_as_soon_as_it_is_recorded(
    land: Path, reader: subprocess.Popen[str]
) -> None:
    """No flush in between: both map the same pages."""
    assert reader.stdin and reader.stdout
    writer = LandscapeWriter(land)
    for measured, (row, column) in enumerate([(0, 0), (4, 8), (2, 3)], start=1):
        loss = 0.1 * measured  # no round number in binary: must arrive to the last bit
        writer.record(row, column, {"train_loss": loss, "test_loss": 0.0}, 100 + measured)
        reader.stdin.write(f"{row} {column}\n")
        reader.stdin.flush()
        count, value, total = reader.stdout.readline().split()
        assert (int(count), float(value), int(total)) == (100 + measured, loss, measured)


KILLED = """
import os, signal, sys
from pathlib import Path
from compute.folder import LandscapeWriter
writer = LandscapeWriter(Path(sys.argv[1]))
for point in range(20):
    writer.record(point // 9, point % 9, {"train_loss": 1.0 + point, "test_loss": 0.5}, 256)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_writer_that_is_killed_loses_nothing_that_it_recorded(land: Path) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(land)], check=False, cwd=ROOT)
    assert run.returncode == -9
    assert open_folder(land).measured == 20
    np.testing.assert_array_equal(LandscapeWriter(land).examples.ravel()[:21], [256] * 20 + [0])
    np.testing.assert_array_equal(open_folder(land).main.ravel()[:20], 1.0 + np.arange(20))


# ── descriptions that cannot be used ──────────────────────────────────────────────────────────────────────────────────


def test_a_folder_without_a_description(tmp_path: Path) -> None:
    assert not is_landscape_folder(tmp_path)
    assert "not a landscape folder" in complaint(tmp_path, "")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"format": 1,}', b"\xff\xfe\x00", b"[" * 100_000, b'{"format": ' + b"9" * 5000 + b"}"],
    ids=["empty", "cut off", "a comma too many", "not text", "nested too deeply", "too many digits"],
)
def test_a_description_that_is_no_json(content: bytes, land: Path) -> None:
    (land / "landscape.json").write_bytes(content)
    assert "not valid JSON" in complaint(land, "landscape.json")


@pytest.mark.parametrize("content", ["{}", "[]", "1", "null", '"format"', '{"format": "1"}', '{"format": null}'])
def test_json_of_something_else(content: str, land: Path) -> None:
    (land / "landscape.json").write_text(content)
    assert "not a Basin landscape" in complaint(land, "landscape.json")


def test_a_newer_format_asks_for_an_upgrade(land: Path) -> None:
    describe_as(land, format=FORMAT + 1, domain="something new")
    line = complaint(land, "landscape.json")
    assert f"format {FORMAT + 1} is newer" in line and "upgrade loss-basin" in line


@pytest.mark.parametrize("missing", ["domain", "resolution", "metrics"])
def test_a_description_that_lacks_something(missing: str, land: Path) -> None:
    describe_as(land, **{missing: None})
    assert missing in complaint(land, "landscape.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"domain": []},
        {"domain": 3},
        {"domain": {"alpha": [-1, 1]}},
        {"domain": {"alpha": [-1, 1], "beta": [-1, 0, 1]}},
        {"domain": {"alpha": [-1, 1], "beta": ["low", "high"]}},
        {"domain": {"alpha": [1, -1], "beta": [-1, 1]}},
        {"domain": {"alpha": [1, 1], "beta": [-1, 1]}},
        {"domain": {"alpha": [-math.inf, 1], "beta": [-1, 1]}},
        {"domain": {"alpha": [-1, 1], "beta": [math.nan, 1]}},
        {"domain": {"alpha": [-1.7e308, 1.7e308], "beta": [-1, 1]}},
        {"resolution": 9},
        {"resolution": [9]},
        {"resolution": ["five", 9]},
        {"resolution": [5, math.inf]},
        {"resolution": [1, 9]},
        {"resolution": [9, 1], "domain": {"alpha": [1, 1], "beta": [-1, 1]}},
        {"resolution": [1, 9], "domain": {"alpha": [-1, 1], "beta": [math.inf, math.inf]}},
        {"resolution": [5, 9], "domain": {"alpha": [-1, 1], "beta": [2, 2]}},
        {"resolution": [-5, 9]},
        {"metrics": []},
        {"metrics": 5},
        {"metrics": "train_loss"},
        {"metrics": [5]},
        {"metrics": {"train_loss": 1}},
        {"metrics": ["../elsewhere"]},
        {"metrics": ["train_loss", "/etc/passwd"]},
    ],
    ids=str,
)
def test_a_description_that_makes_no_sense(changes: dict[str, Any], land: Path) -> None:
    describe_as(land, **changes)
    complaint(land, "landscape.json")


# ── arrays that cannot be used ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["train_loss", "test_loss", "examples"])
def test_an_array_that_is_missing(name: str, land: Path) -> None:
    (land / f"{name}.npy").unlink()
    assert "missing" in complaint(land, f"{name}.npy")


@pytest.mark.parametrize("size", [0, 1, 7, 20, 127, 128, 200, 128 + 5 * 9 * 8 - 1])
def test_an_array_that_is_cut_off(size: int, land: Path) -> None:
    path = land / "train_loss.npy"
    path.write_bytes(path.read_bytes()[:size])
    assert "not a readable .npy array" in complaint(land, "train_loss.npy")
    assert path.stat().st_size == size, "the damaged file was changed"


@pytest.mark.parametrize("shape", [(9, 5), (5, 8), (45,), (5, 9, 1), ()])
def test_an_array_of_another_shape(shape: tuple[int, ...], land: Path) -> None:
    np.save(land / "test_loss.npy", np.ones(shape))
    line = complaint(land, "test_loss.npy")
    assert str(shape) in line and "(5, 9)" in line


@pytest.mark.parametrize(("name", "dtype"), [("train_loss", "f4"), ("train_loss", "U3"), ("examples", "i8")])
def test_an_array_of_another_type(name: str, dtype: str, land: Path) -> None:
    np.save(land / f"{name}.npy", np.zeros((5, 9)).astype(dtype))
    assert str(np.dtype(dtype)) in complaint(land, f"{name}.npy")


class Bomb:
    """Leaves a mark when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return open, (str(self.path), "w")


def test_a_pickle_is_refused_and_not_run(land: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bombs = np.full((5, 9), Bomb(mark), dtype=object)
    np.save(land / "train_loss.npy", bombs, allow_pickle=True)
    assert "not a readable .npy array" in complaint(land, "train_loss.npy")
    (land / "train_loss.npy").write_bytes(pickle.dumps(Bomb(mark)))
    assert "not a readable .npy array" in complaint(land, "train_loss.npy")
    assert not mark.exists()


def test_an_archive_of_arrays_is_not_taken_for_one(land: Path) -> None:
    np.savez(land / "other.npz", values=np.ones((5, 9)))
    (land / "other.npz").replace(land / "train_loss.npy")
    assert "not a readable .npy array" in complaint(land, "train_loss.npy")
    with zipfile.ZipFile(land / "train_loss.npy", "w") as archive:
        archive.writestr("notes.txt", "hello")
    complaint(land, "train_loss.npy")


@pytest.mark.parametrize(
    "shape", ["(99999999999999999999999, 9)", "(4611686018427387904, 9)", "(-5, -9)", "(5 ** 99, 9)", "5"]
)
def test_an_absurd_shape_in_the_header_asks_for_no_memory(shape: str, land: Path) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(360)
    (land / "train_loss.npy").write_bytes(content)
    complaint(land, "train_loss.npy")


def test_whatever_the_header_has_become_it_is_one_clear_line_or_the_right_array(land: Path) -> None:
    """Single bytes of the header set at random: numpy's own parser answers with half a dozen kinds of errors."""
    rng = np.random.default_rng(11)
    path = land / "train_loss.npy"
    good = np.frombuffer(path.read_bytes(), np.uint8)
    refused = 0
    for _ in range(400):
        bad = good.copy()
        bad[rng.integers(0, 128, rng.integers(1, 4))] = rng.integers(0, 256)
        path.write_bytes(bad.tobytes())
        try:
            assert open_folder(land).main.shape == DOMAIN.shape
        except BadInputError as error:
            assert str(error).startswith(f"{path}: ") and "\n" not in str(error)
            refused += 1
    assert refused > 300


# ── trajectories ──────────────────────────────────────────────────────────────────────────────────────────────────────


def columns_of(trajectory: Trajectory) -> np.ndarray:
    return np.array([getattr(trajectory, column.name) for column in fields(Trajectory)])


def test_a_trajectory_keeps_every_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(size=(7, 50)) * 10.0 ** rng.integers(-300, 300, (7, 50))
    table[5, :3] = math.nan, math.inf, -0.0
    write_trajectory(tmp_path / "t.csv", Trajectory(*table))
    found = columns_of(read_trajectory(tmp_path / "t.csv"))
    assert found.tobytes() == table.tobytes()


@pytest.mark.parametrize("points", [0, 1, 2])
def test_a_short_trajectory(points: int, tmp_path: Path) -> None:
    write_trajectory(tmp_path / "t.csv", Trajectory(*np.ones((7, points))))
    assert columns_of(read_trajectory(tmp_path / "t.csv")).shape == (7, points)


def test_the_loss_under_the_path_is_unknown_where_nobody_says(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("step,epoch,alpha,beta,residual,loss\n0,0,1,2,3,4\n5,1,0,0,0,0.5\n")
    for trajectory in (
        read_trajectory(tmp_path / "t.csv"),
        Trajectory(*np.array([[0, 0, 1, 2, 3, 4], [5, 1, 0, 0, 0, 0.5]]).T),
    ):
        assert trajectory.loss.tolist() == [4, 0.5] and trajectory.residual.tolist() == [3, 0]
        assert trajectory.plane_loss.shape == (2,) and np.isnan(trajectory.plane_loss).all()


def test_steps_may_be_whole_numbers(tmp_path: Path) -> None:
    write_trajectory(tmp_path / "t.csv", Trajectory(np.arange(3), *np.zeros((5, 3))))
    assert (tmp_path / "t.csv").read_text().splitlines()[3].startswith("2,")
    assert read_trajectory(tmp_path / "t.csv").step.tolist() == [0, 1, 2]


def test_a_landscape_without_a_trajectory(tmp_path: Path) -> None:
    create_folder(tmp_path, DOMAIN, METRICS, {})
    assert open_folder(tmp_path).trajectory is None


HEADER = "step,epoch,alpha,beta,residual,loss,plane_loss\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "expected step,epoch"),
        ("alpha,beta\n1,2\n", "columns are alpha,beta"),
        (HEADER + "0,0,0,0,0,0,0\n1,1,here,1,1,1,1\n", "line 3"),
        (HEADER + "0,0,0,0,0,0,0\n1,1,1\n", "line 3"),
        (HEADER + "0,0,0,0,0,0,0\n\n", "line 3"),
        (HEADER + "1,2,3,4,5,6\n" * 7, "line 2"),  # forty-two numbers, which would make six whole rows
        (HEADER + "1,2,3,4,5,6,7,8\n" * 7, "line 2"),
        (HEADER.replace("loss,", "", 1) + "1,2,3,4,5,6\n", "expected step,epoch"),
    ],
    ids=[
        "empty",
        "other columns",
        "a word",
        "cut off",
        "blank line",
        "a column too few",
        "a column too many",
        "no loss",
    ],
)
def test_a_trajectory_that_cannot_be_used(content: str, said: str, land: Path) -> None:
    path = land / "trajectory.csv"
    path.write_text(content)
    with pytest.raises(BadInputError) as caught:
        open_folder(land)
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)
    assert said in str(caught.value)


def test_a_trajectory_that_is_no_text(land: Path) -> None:
    (land / "trajectory.csv").write_bytes(HEADER.encode() + b"\xff\xfe,1,2,3,4,5,6\n")
    with pytest.raises(BadInputError, match="not a table of numbers"):
        open_folder(land)
