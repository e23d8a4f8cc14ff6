"""Tables in long form: what others find in them, what is read from others, and what is refused."""

import csv
from pathlib import Path

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.formats import table
from compute.formats.reading import read_landscape
from compute.formats.writing import export
from compute.landscape import Domain, Landscape

GOOD = "alpha,beta,loss\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n"


def complaint(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInputError) as caught:
        read_landscape(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and len(message) < 400 + len(str(path))
    return message


def read(path: Path, content: str) -> Landscape:
    path.write_text(content, encoding="utf-8")
    return read_landscape(path)


def test_any_program_finds_everything(tmp_path: Path) -> None:
    values = np.array([[0.1, np.nan, np.inf], [1e-320, -2.0, 3.0]])
    examples = np.array([[5, 0, 5], [5, 5, 0]], np.uint32)
    domain = Domain((-1.0, 1.0), (0.0, 1.0), 3, 2)
    export(Landscape("t", domain, {"train_loss": values, "a,b": values}, examples), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["alpha", "beta", "train_loss", "a,b", "examples"],
        ["-1.0", "0.0", "0.1", "0.1", "5"],
        ["0.0", "0.0", "", "", "0"],
        ["1.0", "0.0", "inf", "inf", "5"],
        ["-1.0", "1.0", "1e-320", "1e-320", "5"],
        ["0.0", "1.0", "-2.0", "-2.0", "5"],
        ["1.0", "1.0", "", "", "0"],
    ]


def test_rows_and_columns_in_any_order(tmp_path: Path) -> None:
    found = read(tmp_path / "t.csv", "loss, beta, alpha\r\n4,1,1\r\n1,0,0\r\n\r\n2,0,1\r\n3,1,0\r\n")
    assert found.domain == Domain((0.0, 1.0), (0.0, 1.0), 2, 2)
    assert found.main.tolist() == [[1, 2], [3, 4]] and found.examples.tolist() == [[1, 1], [1, 1]]
    assert found.main_name == "loss" and dict(found.provenance) == {"kind": "csv", "source": "t.csv"}


def test_what_was_not_measured_and_what_diverged(tmp_path: Path) -> None:
    content = "alpha,beta,loss,other\n0,0,,1\n1,0,nan,1\n0,1,inf,\n1,1,NaN,1\n"
    found = read(tmp_path / "t.csv", content)
    np.testing.assert_array_equal(found.metrics["loss"], [[np.nan, np.nan], [np.inf, np.nan]])
    assert found.examples.tolist() == [[0, 0], [1, 0]], "the main metric decides what is measured"


def test_counts_may_be_empty(tmp_path: Path) -> None:
    found = read(tmp_path / "t.csv", "alpha,beta,loss,examples\n0,0,1,7\n1,0,,\n0,1,3,4294967295\n1,1,4,1\n")
    assert found.examples.tolist() == [[7, 0], [2**32 - 1, 1]]


def test_coordinates_as_other_programs_round_them(tmp_path: Path) -> None:
    rows = "".join(f"{x:.6g},{y:.6g},{x * y}\n" for x in np.linspace(-1, 1, 12) for y in np.linspace(-0.3, 0.1, 7))
    found = read(tmp_path / "t.csv", "\ufeffalpha,beta,loss\n" + rows)  # alpha slowest, with a byte order mark
    assert found.domain == Domain((-1.0, 1.0), (-0.3, 0.1), 12, 7)
    x, y = np.meshgrid(found.domain.alphas, found.domain.betas)
    np.testing.assert_allclose(found.main, x * y, rtol=0, atol=1e-6)


def test_coordinates_that_rounding_has_set_apart(tmp_path: Path) -> None:
    """The same row or column is written a little differently each time."""
    x, y = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(-0.3, 0.1, 7))
    rng = np.random.default_rng(0)
    order = rng.permutation(x.size)
    places = [axis.ravel()[order] + 1e-9 * rng.uniform(-1, 1, x.size) for axis in (x, y)]
    rows = "".join(f"{a},{b},{v}\n" for a, b, v in zip(*places, (x * y).ravel()[order], strict=True))
    found = read(tmp_path / "t.csv", "alpha,beta,loss\n" + rows)
    assert found.domain.shape == (7, 12)
    np.testing.assert_allclose(found.domain.alphas, x[0], rtol=0, atol=1e-8)
    np.testing.assert_array_equal(found.main, x * y)


def test_a_line(tmp_path: Path) -> None:
    found = read(tmp_path / "t.csv", "alpha,beta,loss\n1,0.5,3\n-1,0.5,1\n0,0.5,2\n")
    assert found.domain == Domain((-1.0, 1.0), (0.5, 0.5), 3, 1) and found.main.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "begins with ''"),
        (b"\n", "begins with ''"),
        ("1.5,-2\n0.5,0\n", "goes with --path"),
        ("x,y,loss\n0,0,1\n", "begins with 'x,y,loss'"),
        ("alpha,beta\n0,0\n", "no metric"),
        ("alpha,beta,examples\n0,0,1\n", "no metric"),
        ("alpha,beta,loss\n", "no rows"),
        ("alpha,beta,loss,loss\n0,0,1,1\n", "with the same"),
        ("alpha,beta,loss,\n0,0,1,1\n", "without a name"),
        ("alpha,beta," + ",".join(f"m{n}" for n in range(1001)) + "\n", "more than 1000"),
        (GOOD + "2,0\n", "line 6 has 2 columns, not 3"),
        (GOOD + "2,0,1,1\n", "line 6 has 4 columns, not 3"),
        (GOOD.replace("3", "three"), "line 4 has 'three'"),
        (GOOD.replace("3", "x" * 500), "line 4 has"),
        (GOOD.replace("0,1,3", "nan,1,3"), "finite"),
        (GOOD.replace("0,1,3", ",1,3"), "finite"),
        (GOOD.replace("0,1,3", "inf,1,3"), "finite"),
        (GOOD.replace("1,1,4\n", ""), "do not fill"),
        (GOOD.replace("1,1,4", "0,1,4"), "duplicated"),
        (GOOD + "3,0,1\n3,1,1\n", "evenly spaced"),
        ("alpha,beta,loss\n0,0,1\n0,1,2\n0,2,3\n", "at least 2 by 2"),
        ("alpha,beta,loss\n0,0,1\n", "at least 2 by 2"),
        (GOOD.replace("loss", "loss,examples").replace("1,1,4", "1,1,4,0.5"), "columns, not 4"),
        ("alpha,beta,loss,examples\n0,0,1,1\n1,0,2,1\n0,1,3,1\n1,1,4,0.5\n", "counts"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a table"),
        (GOOD.encode() + b"\xff\xfe", "not a table"),
        (b"alpha,beta,loss\n" + b"0" * 200_000, "not a table"),
        ("alpha,beta,loss\n-1.7e308,0,1\n1.7e308,0,1\n-1.7e308,1,1\n1.7e308,1,1\n", "evenly spaced"),
    ],
)  # fmt: skip
def test_tables_that_make_no_landscape(content: str | bytes, says: str, tmp_path: Path) -> None:
    assert content != GOOD
    assert says in complaint(tmp_path / "t.csv", content)


def test_a_table_without_end_is_refused_by_its_size(tmp_path: Path) -> None:
    """A sparse file: nothing of it is read."""
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(BadInputError, match="larger than 1024 MiB"):
        read_landscape(tmp_path / "t.csv")


def test_more_rows_than_any_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_POINTS", 3)
    assert "more than 3 rows" in complaint(tmp_path / "t.csv", GOOD + "1,1,1\n")
