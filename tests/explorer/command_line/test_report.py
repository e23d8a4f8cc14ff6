"""`basin report`: a page from whatever can be opened, and one clear line for what cannot."""

import json
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compute.folder import LandscapeWriter, create_folder, open_folder
from compute.landscape import Domain
from explorer.reporting.again import commands, sampling
from tests.compute.ply_files import write_ply
from tests.explorer.reporting.reported import Page
from tests.surfaces import BOWL
from tests.test_commands import NO_DISPLAY, basin, refused

SAMPLE = {
    "problem": "", "centre": "", "directions": "random", "normalisation": "layer", "include": "bias,norm",
    "which": "algebraic", "line": False, "metrics": "train_loss", "resolution": 9, "alpha": [-1.0, 1.0], "beta": None,
    "keep_range": False, "rise": 20.0, "examples": 512, "seed": 3, "recalibrate_bn": True, "device": "cpu",
    "precision": "fp32",
}  # fmt: skip


def bowl(folder: Path, n: int = 9, **about: object) -> Path:
    create_folder(folder, Domain((-1, 1), (-1, 1), n, n), ("train_loss",), {"kind": "landscape", **about})
    writer = LandscapeWriter(folder)
    for (row, column), value in np.ndenumerate(BOWL.on_grid(n, n)[1]):
        writer.record(row, column, {"train_loss": float(value) + 1}, 64)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run with two landscapes, one of them a line's worth of work."""
    folder = tmp_path_factory.mktemp("a run")
    bowl(folder / "pca", title="mlp: plane of the path", sample=SAMPLE, source="..", tolerance=0.01, cap=None)
    bowl(folder / "random", n=5, title="mlp: random directions")
    return folder


def test_a_folder_becomes_a_page(run, tmp_path):
    out = tmp_path / "a report.html"
    done = basin("report", run / "pca", "-o", out, "--theme", "light", "--title", "Mine & <yours>")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(out)
    page = Page(out.read_text(encoding="utf-8"))
    assert page.text.strip().startswith("Mine & <yours> · Basin")
    assert len(page.all("img")) == 3
    again = next(text for text in page.texts if text.startswith("basin sample"))
    sample, report = again.splitlines()
    assert shlex.split(report) == ["basin", "report", str(run / "pca"), "-o", str(out), "--title", "Mine & <yours>",
                                   "--theme", "light"]  # fmt: skip
    assert shlex.split(sample)[:3] == ["basin", "sample", str(run)]


def test_a_run_becomes_a_page_of_all_its_landscapes(run, tmp_path):
    done = basin("report", run, "-o", tmp_path / "r.html", "--theme", "dark")
    assert done.returncode == 0, done.stderr
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert [link["href"] for link in page.all("a")] == ["#landscape-1", "#landscape-2"]
    assert page.text.count("mlp: plane of the path") >= 2
    assert page.text.count("mlp: random directions") >= 2


def test_a_file_with_a_path_becomes_a_page_that_knows_little(tmp_path):
    write_ply(tmp_path / "l.ply", *BOWL.on_grid(9, 9))
    (tmp_path / "p.csv").write_text("-0.5,0.5\n0,0\n")
    done = basin(
        "report", tmp_path / "l.ply", "--path", tmp_path / "p.csv", "-o", tmp_path / "r.html", "--theme", "light"
    )
    assert done.returncode == 0, done.stderr
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "The path has 2 checkpoints. Not known" in page.text
    assert "right.not-written" in page.text
    assert "basin sample" not in page.text


@pytest.mark.parametrize(
    ("output", "options", "words"),
    [
        ("r.pdf", (), "r.pdf: a report is a page; give the output the ending .html"),
        ("no/r.html", (), "does not exist; create it first"),
        ("r.html", ("--theme", "blue"), "--theme blue: choose one of auto, light, dark"),
        ("r.html", ("--metric", "test_loss"), "has no metric test_loss; choose one of train_loss"),
        ("r.html", ("--path", "none.csv"), "none.csv: no such file or folder"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(run, tmp_path, output, options, words):
    assert words in refused(basin("report", run / "pca", "-o", output, *options, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


def test_what_is_no_landscape_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no landscape")
    assert "not a landscape" in refused(basin("report", tmp_path / "notes.txt", "-o", tmp_path / "r.html"))
    assert "no such file or folder" in refused(basin("report", tmp_path / "none", "-o", tmp_path / "r.html"))
    (tmp_path / "empty").mkdir()
    assert "is not a landscape folder" in refused(basin("report", tmp_path / "empty", "-o", tmp_path / "r.html"))


def test_help_has_an_example():
    text = " ".join(basin("report", "--help").stdout.split())
    assert "Example: basin report demo/pca -o report.html" in text


def test_the_command_that_sampled_it_has_the_options_that_are_not_the_usual_ones(run):
    folder = run / "pca"
    words = shlex.split(sampling(open_folder(folder), folder)[0])
    assert words == [
        "basin", "sample", str(run), "--directions", "random", "--normalisation", "layer", "--include", "bias,norm",
        "--metrics", "train_loss", "--resolution", "9", "--alpha=-1,1", "--examples", "512", "--seed", "3",
        "--recalibrate-bn", "--out", str(folder),
    ]  # fmt: skip


def test_what_was_measured_after_the_surface_is_asked_for_again(run):
    land = open_folder(run / "pca")
    asked = {"verification": {"points": []}, "sharpness": {"trace": 1.0}}
    (command,) = sampling(mapped(land, {"slope": 1, "lambda_ratio": 1}, asked), run / "pca")
    assert shlex.split(command)[-5:-2] == ["--verify", "--curvature", "plane,spectrum,sharpness"]
    text = basin("sample", "--help", env={"COLUMNS": "200", "PATH": ""}).stdout
    assert all(option in text for option in ("--verify", "--curvature", "--curvature-points"))
    only = replace(land, provenance={**land.provenance, "sharpness": {"trace": 1.0}})
    assert "--curvature sharpness --out" in sampling(only, run / "pca")[0]


def test_maps_of_another_level_are_asked_for_by_their_points(run):
    """On a grid of 9 points per axis: the slope at each of them, the eigenvalues at every second one."""
    asked = {"verification": {"points": []}, "sharpness": {"trace": 1.0}}
    land = mapped(open_folder(run / "pca"), {"slope": 1, "lambda_ratio": 2}, asked)
    first, second = sampling(land, run / "pca")
    assert shlex.split(first)[-5:-2] == ["--verify", "--curvature", "plane,sharpness"]
    last = ["--curvature", "spectrum", "--curvature-points", "5", "--out", str(run / "pca")]
    assert shlex.split(second) == ["basin", "sample", str(run), *last]


def test_a_map_that_was_stopped_half_way_is_asked_for_at_points_that_there_are(run):
    land = mapped(open_folder(run / "pca"), {"slope": 2}, {})
    land.metrics["slope"][4:] = land.metrics["slope"][:, 6:] = np.nan  # 2 rows and 3 columns are left
    (command,) = sampling(land, run / "pca")
    assert "--curvature plane --curvature-points 5" in command


def mapped(land, strides, asked):
    """With maps, each measured at every so many points of an axis."""
    maps = {}
    for name, stride in strides.items():
        maps[name] = np.full(land.domain.shape, np.nan)
        maps[name][::stride, ::stride] = 1.0
    about = {name: {"examples": 64} for name in strides}
    return replace(land, metrics={**land.metrics, **maps}, provenance={**land.provenance, **asked, "maps": about})


def test_a_tolerance_of_none_is_0(run):
    land = open_folder(run / "pca")
    known = {**land.provenance, "tolerance": None, "cap": 2.5}
    words = shlex.split(sampling(replace(land, provenance=known), run / "pca")[0])
    assert words[words.index("--tolerance") + 1] == "0"
    assert words[words.index("--cap") + 1] == "2.5"


def test_a_sampling_that_nobody_kept_is_not_made_up(run):
    land = open_folder(run / "random")
    assert commands(land, run / "random", "basin report") == ["basin report"]
    spoilt = replace(land, provenance={"sample": "x", "source": 3})
    assert commands(spoilt, run / "random", "basin report") == ["basin report"]


def test_every_option_of_the_command_exists(run):
    """What is printed can be typed: `basin sample` knows the options, and the landscape is the one that is there."""
    folder = run / "pca"
    words = shlex.split(sampling(open_folder(folder), folder)[0])
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    text = basin("sample", "--help", env={"COLUMNS": "200", "PATH": ""}).stdout
    assert all(option in text for option in options), options
    assert json.loads((folder / "landscape.json").read_text())["sample"]["alpha"] == [-1.0, 1.0]


def test_a_report_loads_no_torch(run, tmp_path):
    script = (
        "import sys\n"
        "sys.argv = ['basin', 'report', sys.argv[1], '-o', sys.argv[2], '--theme', 'light']\n"
        "from explorer.command_line.commands import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "found = {'torch', 'torchvision', 'sklearn', 'scipy', 'imgui_bundle'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    given = [sys.executable, "-c", script, str(run / "random"), str(tmp_path / "r.html")]
    done = subprocess.run(given, capture_output=True, text=True, env=NO_DISPLAY, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.html").exists()
