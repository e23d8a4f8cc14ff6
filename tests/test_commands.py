"""The command line: what it prints, and one clear line with exit code 2 for whatever cannot be used."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from compute.landscape import Domain
from tests.compute.ply_files import write_ply
from tests.desktop import BASIN
from tests.explorer.desk.live_folder import add_fit, live_folder
from tests.explorer.window.test_window import folder
from tests.shared_data import shared_file

NO_DISPLAY = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}


def basin(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    settings: dict = {"capture_output": True, "text": True, "env": NO_DISPLAY, "timeout": 120}
    return subprocess.run([*BASIN, *map(str, arguments)], check=False, **{**settings, **options})


def refused(run: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("basin: ")
    return lines[0]


@pytest.fixture(scope="module")
def land(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("commands") / "himmelblau"
    folder(path, n=65)  # 33 points per axis would show one more pair: an artefact of the grid
    return path


def test_info_json_has_the_promised_keys(land):
    description = json.loads(basin("info", land, "--json").stdout)
    assert set(description) == {
        "kind", "domain", "resolution", "measured", "metrics", "critical_points", "trajectory", "refinement",
        "stopped", "provenance", "shape", "barriers", "connection", "verification",
    }  # fmt: skip
    assert description["domain"] == {"alpha": [-5, 5], "beta": [-5, 5]}
    assert description["resolution"] == [65, 65]
    assert description["measured"] == 65 * 65
    assert set(description["metrics"]["train_loss"]) == {"min", "max", "argmin", "diverged"}
    assert description["critical_points"] == {"minima": 4, "saddles": 4, "maxima": 1}
    assert description["trajectory"] is None


def test_info_for_people_names_the_same(land):
    text = basin("info", land).stdout
    assert "65 x 65" in text
    assert "4 minima, 4 saddles, 1 maximum" in text


@pytest.mark.parametrize(("name", "counts"), [("ResNet_PCA", (2, 1, 0)), ("VGG_Random", (6, 7, 2))])
def test_info_of_the_seed_systems_files_agrees_with_the_reference(name, counts):
    description = json.loads(basin("info", shared_file(f"{name}.ply"), "--json").stdout)
    assert tuple(description["critical_points"][key] for key in ("minima", "saddles", "maxima")) == counts


def test_render_writes_a_picture_of_the_size(land, tmp_path):
    out = tmp_path / "a picture.png"
    run = basin("render", land, "-o", out, "--size", "500x300")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(out)
    picture = np.asarray(Image.open(out))
    assert picture.shape == (300, 500, 3)
    assert picture.std() > 10
    assert [path.name for path in tmp_path.iterdir()] == ["a picture.png"]


def test_render_takes_view_options(land, tmp_path):
    """A map of four colours, three times as large, with nothing behind it."""
    out = tmp_path / "map.png"
    look = (
        "--view",
        "map",
        "--theme",
        "light",
        "--colours",
        "grey",
        "--no-legend",
        "--no-descent-path",
        "--transparent",
    )
    run = basin("render", land, "-o", out, "--size", "160x100", "--scale", "3", *look)
    assert run.returncode == 0, run.stderr
    picture = np.asarray(Image.open(out)).astype(int)
    assert picture.shape == (300, 480, 4)
    assert picture[:4, :4, 3].max() == 0
    ground = picture[120:180, 180:240]
    assert ground[..., 3].min() == 255
    assert np.median(np.ptp(ground[..., :3], axis=2)) < 12  # grey


@pytest.mark.parametrize("name", ["map.svg", "map.pdf"])
def test_render_writes_maps_for_papers(land, tmp_path, name):
    run = basin("render", land, "-o", tmp_path / name, "--size", "400x360", "--contour-levels", "10,100")
    assert run.returncode == 0, run.stderr
    content = (tmp_path / name).read_bytes()
    assert content.startswith({"map.svg": b"<?xml", "map.pdf": b"%PDF"}[name])
    line = refused(basin("render", land, "-o", tmp_path / name, preexec_fn=limited))
    assert name in line
    assert (tmp_path / name).read_bytes() == content


SMALL_FILM = ("--size", "160x96", "--fps", "10", "--seconds", "0.5")


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("flight", ["turntable", "rise", "refine"])
def test_record_writes_a_film(land, tmp_path, flight):
    out = tmp_path / "a film.mp4"
    run = basin("record", land, "-o", out, "--flight", flight, *SMALL_FILM)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(out)
    found = decoded(out)
    assert [frame.shape for frame in found] == 5 * [(96, 160, 3)]
    assert np.abs(found[0].astype(int) - found[-1]).mean() > 1
    assert [path.name for path in tmp_path.iterdir()] == ["a film.mp4"]


@pytest.mark.parametrize("flight", ["descent", "training"])
def test_record_follows_the_path(tmp_path, flight):
    ready = Path(__file__).parents[1] / "assets" / "ready"
    run = basin("record", ready, "-o", tmp_path / "f.webm", "--flight", flight, "--theme", "light", *SMALL_FILM)
    assert run.returncode == 0, run.stderr
    assert decoded(tmp_path / "f.webm")[0][:4, -20:].min() > 220  # a light sky


def test_record_of_a_followed_training_and_of_keyframes(tmp_path):
    live = live_folder(tmp_path)
    add_fit(live, 1, 40)
    add_fit(live, 2, 100)
    run = basin("record", live, "-o", tmp_path / "f.gif", "--flight", "training", *SMALL_FILM)
    assert run.returncode == 0, run.stderr
    assert len(decoded(tmp_path / "f.gif")) == 5
    cameras = [{"time": 0, "camera": {}}, {"time": 0.4, "camera": {"azimuth": 60}}]
    (tmp_path / "my.flight.json").write_text(json.dumps({"keyframes": cameras}))
    flight = tmp_path / "my.flight.json"
    run = basin("record", live, "-o", tmp_path / "f", "--flight", flight, "--size", "160x96", "--fps", "10")
    assert run.returncode == 0, run.stderr
    assert len(list((tmp_path / "f").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("-o", "f.avi"), "f.avi"),
        (("-o", "f.mp4", "--flight", "loop"), "--flight loop: choose one of turntable, descent"),
        (("-o", "f.mp4", "--flight", "no.flight.json"), "no.flight.json: no such file"),
        (("-o", "f.mp4", "--size", "161x96"), "even"),
        (("-o", "f.mp4", "--seconds", "0"), "--seconds"),
        (("-o", "f.mp4", "--fps", "0"), "--fps"),
        (("-o", "f.mp4", "--samples", "3"), "--samples 3: choose one of 1, 2, 4"),
        (("-o", "f.mp4", "--codec", "divx"), "--codec divx"),
        (("-o", "f.mp4", "--flight", "descent"), "no training path"),
        (("-o", "f.mp4", "--metric", "perplexity"), "no metric perplexity"),
        (("-o", "f.mp4", "--colours", "jet"), "viridis"),
    ],
)
def test_record_refuses_in_one_line(land, tmp_path, arguments, what):
    assert what in refused(basin("record", land, *arguments, cwd=tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_a_recording_that_is_killed_leaves_no_film(land, tmp_path, number, code):
    out = tmp_path / "f.mp4"
    out.write_bytes(b"old")
    command = [*BASIN, "record", str(land), "-o", str(out), "--size", "320x200", "--seconds", "600"]
    run = subprocess.Popen(command, env=NO_DISPLAY, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 1000 for path in tmp_path.iterdir() if path != out):
        assert time.monotonic() < deadline and run.poll() is None
        time.sleep(0.05)
    run.send_signal(number)
    _, said = run.communicate(timeout=30)
    assert run.returncode == code
    assert out.read_bytes() == b"old"
    if number != signal.SIGKILL:
        assert said.strip().splitlines()[-1] == f"basin: interrupted; {out} was not written"
        assert "Traceback" not in said
    else:
        assert len(list(tmp_path.iterdir())) == 2  # nobody was there any more to remove it
        assert basin("record", land, "-o", out, *SMALL_FILM).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["f.mp4"]


def test_render_of_a_ply_with_its_path_shows_the_path(tmp_path):
    x, y = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(-2, 2, 9))
    write_ply(tmp_path / "bowl.ply", Domain((-1, 1), (-2, 2), 12, 9), x**2 + y**2 + 0.1)
    (tmp_path / "path.csv").write_text("0.9,1.8\n0.4,0.6\n0.0,0.0\n")
    for name, more in (("without.png", ()), ("with.png", ("--path", tmp_path / "path.csv"))):
        run = basin("render", tmp_path / "bowl.ply", "-o", tmp_path / name, "--size", "480x300", *more)
        assert run.returncode == 0, run.stderr
    without, with_path = (np.asarray(Image.open(tmp_path / name)).astype(int) for name in ("without.png", "with.png"))
    yellow = (with_path[..., 0] > 200) & (with_path[..., 1] > 170) & (with_path[..., 2] < 90)
    assert (yellow & (np.abs(with_path - without).max(axis=2) > 60)).sum() > 20


def test_losses_of_2e10_are_legible_at_once(tmp_path):
    x, y = np.meshgrid(np.linspace(-1, 1, 15), np.linspace(-1, 1, 15))
    write_ply(tmp_path / "b.ply", Domain((-1, 1), (-1, 1), 15, 15), np.exp(11.85 * (x**2 + y**2)) * 0.9)
    assert basin("render", tmp_path / "b.ply", "-o", tmp_path / "b.png", "--size", "480x300").returncode == 0
    picture = np.asarray(Image.open(tmp_path / "b.png"))[60:280, 40:400].reshape(-1, 3)
    # A needle in a plain would be one colour of the map nearly everywhere.
    assert len(np.unique(picture // 24, axis=0)) > 60


@pytest.mark.parametrize("arguments", [
    ("render", "missing.ply", "-o", "p.png"),
    ("info", "missing"),
    ("explore", "missing.ply"),
])  # fmt: skip
def test_a_missing_file_is_named(arguments, tmp_path):
    assert "missing" in refused(basin(*arguments, cwd=tmp_path))


def test_wrong_types_are_refused(land, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    assert "note.txt" in refused(basin("info", tmp_path / "note.txt"))
    assert "empty" in refused(basin("info", tmp_path / "empty"))
    assert ".png" in refused(basin("render", land, "-o", tmp_path / "p.jpg"))
    assert "--scale" in refused(basin("render", land, "-o", tmp_path / "p.png", "--size", "4000x20", "--scale", "3"))
    assert "--surface" in refused(basin("render", land, "-o", tmp_path / "p.png", "--surface", "shiny"))
    assert "nowhere" in refused(basin("render", land, "-o", tmp_path / "nowhere" / "p.png"))
    assert "--size" in refused(basin("render", land, "-o", tmp_path / "p.png", "--size", "big"))
    assert "--size" in refused(basin("render", land, "-o", tmp_path / "p.png", "--size", "100000x10"))
    assert "--resolution" in refused(basin("demo", "--resolution", "2", cwd=tmp_path))


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("-o", "m.svg", "--view", "iso"), "--view iso: .svg files are the map, from above"),
        (("-o", "m.svg", "--colour-by", "error-bar"), "--colour-by: .svg files are the map and have none of it"),
        (("-o", "m.pdf", "--scale", "3"), "--scale 3: is for pixels, and .pdf files have none; give --size in points"),
        (("-o", "m.pdf", "--azimuth", "20"), "--azimuth: .pdf files are the map"),
        (("-o", "m.svg", "--measured-points"), "--measured-points: .svg files are the map"),
        (("-o", "m.svg", "--cut-alpha", "0,0.5"), "--cut-alpha: .svg files are the map"),
        (("-o", "file/m.svg"), "file is a file, and nothing can be written into it"),
        (("-o", "folder.png"), "folder.png: is a folder, and a .png is one file"),
    ],
)
def test_render_leaves_nothing_out_silently(land, tmp_path, arguments, what):
    (tmp_path / "file").touch()
    (tmp_path / "folder.png").mkdir()
    assert what in refused(basin("render", land, *arguments, cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.png"]


@pytest.mark.parametrize("name", ["m.pdf", "m.png"])
def test_letters_that_the_typeface_lacks_are_named(land, tmp_path, name):
    run = basin("render", land, "-o", name, "--title", "損失 ≤ λ", "--size", "300x240", cwd=tmp_path)
    assert run.returncode == 0 and (tmp_path / name).exists()
    assert run.stderr == f"basin: {name}: the typeface lacks 失 損: boxes stand in their place\n"
    assert basin("render", land, "-o", name, "--title", "Größe ≤ λ − 1", cwd=tmp_path).stderr == ""


def test_a_followed_training_is_shown_the_way_to_its_planes(tmp_path):
    live = live_folder(tmp_path / "m")
    add_fit(live, 1, 40)
    line = refused(basin("record", live.parent, "-o", tmp_path / "f.mp4"))
    assert f"{live.parent}: is a training; give {live}, where its planes are" in line
    line = refused(basin("render", live.parent, "-o", tmp_path / "p.png"))
    assert f"{live} holds some: open one, e.g. {live / 'fit-0001'}" in line


def test_a_truncated_ply_is_refused_before_any_picture(tmp_path):
    write_ply(tmp_path / "t.ply", Domain((0, 4), (0, 4), 5, 5), np.ones((5, 5)))
    content = (tmp_path / "t.ply").read_bytes()
    (tmp_path / "t.ply").write_bytes(content[: len(content) // 2])
    assert "t.ply" in refused(basin("render", tmp_path / "t.ply", "-o", tmp_path / "p.png"))
    assert not (tmp_path / "p.png").exists()


def test_a_landscape_of_a_newer_version_is_refused(land, tmp_path):
    newer = tmp_path / "newer"
    newer.mkdir()
    description = json.loads((land / "landscape.json").read_text())
    (newer / "landscape.json").write_text(json.dumps({**description, "format": 99}))
    assert "upgrade" in refused(basin("info", newer))


def limited() -> None:
    """A disk that is full after 1000 bytes of a file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_full_disk_leaves_the_old_picture_and_nothing_half_written(land, tmp_path):
    out = tmp_path / "p.png"
    out.write_bytes(b"old")
    line = refused(basin("render", land, "-o", out, "--size", "400x300", preexec_fn=limited))
    assert "p.png" in line
    assert out.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]


def test_without_opengl_one_line_says_what_to_install(land, tmp_path):
    env = {**NO_DISPLAY, "__EGL_VENDOR_LIBRARY_DIRS": str(tmp_path), "LIBGL_DRIVERS_PATH": str(tmp_path)}
    line = refused(basin("render", land, "-o", tmp_path / "p.png", env=env))
    assert "OpenGL" in line
    assert "apt-get install" in line or sys.platform != "linux"


def test_without_a_display_explore_says_so(land):
    assert "no display" in refused(basin("explore", land))
    assert "cannot be opened" in refused(basin("explore", land, env={**NO_DISPLAY, "DISPLAY": ":987"}))


def test_without_the_window_systems_libraries_explore_says_what_to_install(land):
    script = (
        "import pyglet.lib, sys\n"
        "load = pyglet.lib.loader.load_library\n"
        "def missing(*names, **options):\n"
        "    if 'GL' in names: raise ImportError('Library \"GL\" not found.')\n"
        "    return load(*names, **options)\n"
        "pyglet.lib.loader.load_library = pyglet.lib.load_library = missing\n"
        "sys.argv = ['basin', 'explore', sys.argv[1]]\n"
        "from explorer.command_line.commands import main\n"
        "main()"
    )
    command = [sys.executable, "-c", script, str(land)]
    run = subprocess.run(command, capture_output=True, text=True, env={**NO_DISPLAY, "DISPLAY": ":987"}, check=False)
    assert "apt-get install" in refused(run)


@pytest.mark.parametrize("command", ["demo", "explore", "render", "record", "info"])
def test_every_command_has_help_with_an_example(command):
    assert "Example: basin" in basin(command, "--help").stdout


def test_unknown_options_end_with_2():
    assert basin("info", "--nonsense").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("frobnicate",), "basin: no such command 'frobnicate'; basin -h says what there is"),
        (("sample",), "basin: missing argument 'RUN'; basin sample -h says what there is"),
        (("sample", "x", "--resolution", "abc"), "basin: invalid value for '--resolution': "),
        (("render", "x", "--outt", "y"), "basin: no such option: --outt "),
    ],
)
def test_what_is_no_command_is_refused_in_one_line(arguments, said):
    assert refused(basin(*arguments)).startswith(said)


def test_without_arguments_it_says_what_there_is():
    run = basin()
    assert run.returncode == 0 and not run.stderr
    assert "Usage: basin" in run.stdout and "sample" in run.stdout
