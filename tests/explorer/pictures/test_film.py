"""Films, decoded again."""

import errno
import itertools
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.looks.theme import THEMES
from explorer.looks.view import View
from explorer.pictures.descent import descent
from explorer.pictures.film import record
from explorer.pictures.flights import rise
from explorer.pictures.frame import Frame
from explorer.pictures.instants import Take
from explorer.pictures.keyframes import FlightFile, Keyframe, along_keyframes
from explorer.pictures.kinds import KINDS, check_film
from explorer.pictures.picture import render_picture
from explorer.pictures.telling import counted
from explorer.pictures.video import write_video
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line

SIZE = (160, 96)
FPS, SECONDS = 12, 1.0
FILMS = {"f.mp4": "h264", "f.webm": "libvpx-vp9", "f.gif": "gif", "f.apng": "apng", "frames": ""}


def frames(path: Path) -> list[np.ndarray]:
    if path.is_dir():
        return [np.asarray(Image.open(file)) for file in sorted(path.iterdir())]
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def film(path: Path, **options) -> list[np.ndarray]:
    record(landscape(), View(), path, SECONDS, **{"fps": FPS, "size": SIZE, "title": "", **options})
    return frames(path)


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for name in FILMS:
        record(landscape(), View(), folder / name, SECONDS, fps=FPS, size=SIZE, title="")
    return folder


def test_every_kind_of_film_is_tried():
    assert {Path(name).suffix for name in FILMS} == set(KINDS)


@pytest.mark.parametrize("name", FILMS)
def test_count_and_size(films, name):
    found = frames(films / name)
    assert len(found) == 12
    assert all(frame.shape == (96, 160, 3) for frame in found)


@pytest.mark.parametrize("name", [name for name in FILMS if "." in name])
def test_codec_rate_and_duration(films, name):
    with av.open(str(films / name)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == pytest.approx(FPS, rel=0.05)
        assert stream.codec_context.name in (FILMS[name], FILMS[name].removeprefix("libvpx-"))
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert np.diff(times) == pytest.approx([1 / FPS] * 11, abs=0.0101)  # a GIF counts hundredths


@pytest.mark.parametrize("name", ["f.mp4", "f.webm"])
def test_colours_are_said_to_be_bt709(films, name):
    with av.open(str(films / name)) as container:
        context = next(container.decode(video=0))
        assert (int(context.colorspace), int(context.color_range)) == (1, 1)
        assert (container.streams.video[0].codec_context.pix_fmt) == "yuv420p"


def test_an_mp4_begins_to_play_before_all_of_it_is_loaded(films):
    """The table of where each picture lies stands before the pictures."""
    content = (films / "f.mp4").read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(("name", "codec"), [("f.mp4", "h264"), ("f.webm", "vp9"), ("f.webm", "av1")])
def test_bright_colours_are_those_of_bt709(tmp_path, name, codec):
    """Against the matrix of the standard, ITU-R BT.709; within the rounding of 8 bits and what the codec leaves."""
    colours = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 100, 30)], np.uint8)
    pictures = [np.full((96, 160, 3), colour, np.uint8) for colour in colours]
    write_video(tmp_path / name, pictures, Take(len(colours) / FPS, FPS, SIZE), codec)
    with av.open(str(tmp_path / name)) as container:
        planes = [frame.to_ndarray() for frame in container.decode(video=0)]
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc) == (1, 1)
    found = np.array([(one[:96].mean(), one[96:120].mean(), one[120:].mean()) for one in planes])
    red, green, blue = colours.T / 255
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    wanted = np.column_stack(
        [16 + 219 * light, 128 + 224 * (blue - light) / 1.8556, 128 + 224 * (red - light) / 1.5748]
    )
    assert np.abs(found - wanted).max() < 1


@pytest.mark.parametrize("name", FILMS)
def test_the_background_keeps_its_colour(films, name):
    sky = frames(films / name)[0][:3, :40].reshape(-1, 3).mean(axis=0)
    wanted = 255 * np.array(THEMES["dark"].background_top)
    assert np.abs(sky - wanted).max() < (4 if name.endswith((".mp4", ".webm")) else 3)


@pytest.mark.parametrize("name", FILMS)
def test_each_picture_is_that_of_its_moment(films, name):
    """Within what the codec leaves; the first of a folder bit for bit."""
    first = frames(films / name)[0].astype(int)
    picture = render_picture(landscape(), View(), SIZE).astype(int)
    assert np.abs(first - picture).mean() < (0.01 if name == "frames" else 4)
    assert np.abs(frames(films / name)[5].astype(int) - picture).mean() > 5


@pytest.mark.parametrize("name", FILMS)
def test_the_camera_moves_in_every_picture(films, name):
    pictures = [frame.astype(int) for frame in frames(films / name)]
    moved = [np.abs(a - b).mean() for a, b in itertools.pairwise(pictures)]
    assert min(moved) > 2
    assert np.abs(pictures[-1] - pictures[0]).mean() < 1.5 * max(moved), "the turn does not close"


def test_a_gif_and_an_apng_begin_again_and_share_one_palette(films):
    for name in ("f.gif", "f.apng"):
        with Image.open(films / name) as image:
            assert (image.info["loop"], image.n_frames) == (0, 12)
    colours = [np.unique(frame.reshape(-1, 3), axis=0) for frame in frames(films / "f.gif")]
    assert len(np.unique(np.vstack(colours), axis=0)) <= 256


def test_the_same_film_again_has_the_same_pictures(films, tmp_path):
    for first, again in zip(frames(films / "frames"), film(tmp_path / "again"), strict=True):
        assert np.array_equal(first, again)


def test_at_a_still_end_nothing_moves(tmp_path):
    found = [frame.astype(int) for frame in film(tmp_path / "f", flight=rise)]
    assert np.array_equal(found[0], found[1])
    assert np.abs(found[5] - found[6]).mean() > 1
    assert np.abs(found[-1] - render_picture(landscape(), View(), SIZE)).mean() < 0.01


def test_av1_is_written_and_read_where_the_library_has_it(tmp_path):
    assert len(film(tmp_path / "f.webm", codec="av1")) == 12
    with av.open(str(tmp_path / "f.webm")) as container:
        assert "av1" in container.streams.video[0].codec_context.name


def test_more_samples_make_softer_edges(tmp_path):
    hard, soft, softest = (
        record(landscape(), View(), tmp_path / f"{n}", 0.1, fps=10, size=SIZE, samples=n, title="")
        or frames(tmp_path / f"{n}")[0].astype(int)
        for n in (1, 4, 16)
    )
    assert 0.2 < np.abs(hard - soft).mean() < 8
    assert 0.2 < np.abs(soft - softest).mean() < 8


def test_title_and_counter_are_written_at_the_upper_left(tmp_path):
    bare = film(tmp_path / "bare", size=(480, 320))[0].astype(int)
    titled = film(tmp_path / "titled", size=(480, 320), title="A title")[0].astype(int)
    changed = np.abs(titled - bare).max(axis=2) > 30
    assert changed[:40, :120].sum() > 50
    assert not changed[60:].any()


def test_a_title_and_captions_of_several_lines_stand_in_one(tmp_path):
    """Text of others, which the layout of letters cannot take as it is."""
    caption = FlightFile((Keyframe(0.0, Camera(), "two\nlines\x1c\udcff"),))
    broken = film(tmp_path / "broken", size=(480, 320), title="A\r\x85title", flight=along_keyframes(caption))
    caption = FlightFile((Keyframe(0.0, Camera(), "two lines  "),))
    whole = film(tmp_path / "whole", size=(480, 320), title="A  title", flight=along_keyframes(caption))
    assert np.array_equal(broken[0], whole[0])


def test_a_path_without_steps_is_counted_by_its_loss(tmp_path):
    path = landscape().trajectory
    there = replace(path, step=path.step * np.nan, loss=path.loss + 0.5)
    assert counted(there, 0) == (("loss", "0.5"),)
    record(replace(landscape(), trajectory=there), View(), tmp_path / "f", 0.2, flight=descent, size=SIZE)
    assert frames(tmp_path / "f")


def test_progress_goes_to_the_end(tmp_path):
    told: list[float] = []
    record(landscape(), View(), tmp_path / "f.mp4", 0.5, told.append, fps=FPS, size=SIZE)
    assert told == pytest.approx([k / 6 for k in range(1, 7)])


@pytest.mark.parametrize("name", FILMS)
def test_a_film_that_is_interrupted_leaves_nothing(tmp_path, name):
    def interrupt(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(landscape(), View(), tmp_path / name, 0.6, interrupt, fps=FPS, size=SIZE)
    assert not list(tmp_path.iterdir())


def test_after_an_error_the_graphics_are_released_at_once(tmp_path, monkeypatch):
    """While the error is told of, which holds on to all that was being done."""
    released, release = [], Frame.release
    monkeypatch.setattr(Frame, "release", lambda frame: released.append(frame) or release(frame))

    def fail(share: float) -> None:
        raise ValueError

    with pytest.raises(ValueError) as told:
        record(landscape(), View(), tmp_path / "f.mp4", 0.6, fail, fps=FPS, size=SIZE)
    assert told.traceback and len(released) == 1


@pytest.mark.parametrize("name", FILMS)
def test_a_full_disk_names_the_film_and_leaves_the_old_one(tmp_path, name):
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from explorer.looks.view import View\n"
        "from explorer.pictures.film import record\n"
        "from tests.explorer.layers.test_layers import landscape\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "try: record(landscape(), View(), Path(sys.argv[1]), 0.5, fps=12, size=(160, 96))\n"
        "except OSError as error: print(error.errno, error.filename)\n"
    )
    if "." in name:
        (tmp_path / name).write_bytes(b"old")
    command = [sys.executable, "-c", script, str(tmp_path / name)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert run.stdout.strip() == f"{errno.EFBIG} {tmp_path / name}", run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ([name] if "." in name else [])
    assert "." not in name or (tmp_path / name).read_bytes() == b"old"


def test_without_the_codec_library_one_line_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name in ("f.mp4", "f.webm", "f.gif", "f.apng"):
        with pytest.raises(BadInputError, match="pip install"):
            record(landscape(), View(), tmp_path / name)
    check_film(tmp_path / "frames")  # needs none


def test_the_codec_library_is_loaded_for_films_only():
    script = "import sys, explorer.pictures.film; assert 'av' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("name", "options", "what"),
    [
        ("f.avi", {}, r"f.avi: films are written as \.mp4, \.webm, \.gif, \.apng, or as pictures into a folder"),
        ("f.png", {}, "f.png: films are written as"),
        ("f.mp4", {"codec": "vp9"}, "--codec vp9: f.mp4 cannot be written with it; choose h264 or av1"),
        ("f.gif", {"codec": "h264"}, "leave --codec out"),
        ("f.gif", {"fps": 60}, r"--fps 60: players slow a \.gif down beyond 50; give less"),
        (".mp4", {}, r"\.mp4: films are written as"),
        ("f.mp4", {"seconds": 1e9}, r"f\.mp4: a film of 1e\+09 seconds; give it more than 0 and at most 3600"),
        ("f.mp4", {"seconds": math.inf}, "a film of inf seconds"),
        ("f.mp4", {"seconds": math.nan}, "a film of nan seconds"),
        ("f.mp4", {"size": (161, 96)}, "--size 161x96: the sides of .mp4 films have to be even; give 160x96"),
        ("f.webm", {"size": (160, 95)}, "give 160x94"),
        ("none/f.mp4", {}, "the folder .*none does not exist"),
        ("full", {}, "is a folder that has files already"),
        ("empty.mp4", {}, r"empty\.mp4: is a folder, and a \.mp4 is one file; give another name"),
        ("file/f.mp4", {}, "file is a file, and nothing can be written into it"),
        ("file/frames", {}, "file is a file, and nothing can be written into it"),
        ("file", {}, "is a file"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(tmp_path, name, options, what):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").touch()
    (tmp_path / "file").touch()
    (tmp_path / "empty.mp4").mkdir()
    with pytest.raises(BadInputError, match=what):
        record(landscape(), View(), tmp_path / name, **options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.mp4", "file", "full"]


def test_pictures_that_the_driver_cannot_draw_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.gl.graphics.largest_side", lambda ctx: 300)
    with pytest.raises(BadInputError, match="320 pixels a side is more than the graphics driver draws, 300"):
        record(landscape(), View(), tmp_path / "f.mp4", size=SIZE, samples=16)
    assert not list(tmp_path.iterdir())
    with pytest.raises(BadInputError, match="480 pixels a side"):
        render_picture(landscape(), View(), SIZE, scale=3)


def test_odd_sizes_are_fine_where_no_codec_minds(tmp_path):
    for name in ("f.gif", "f.apng", "frames"):
        assert film(tmp_path / name, size=(161, 97))[0].shape == (97, 161, 3)


def test_a_film_of_a_line_begins_as_its_picture(tmp_path):
    record(line(), View(), tmp_path / "f", 0.3, size=SIZE, title="")
    first = frames(tmp_path / "f")[0].astype(int)
    assert np.abs(first - render_picture(line(), View(), SIZE)).mean() < 0.01


def test_a_metric_that_is_not_there_is_refused_before_the_work(tmp_path):
    with pytest.raises(BadInputError, match=r"perplexity.*train_loss"):
        record(landscape(), View(metric="perplexity"), tmp_path / "f.mp4")
    assert not list(tmp_path.iterdir())
