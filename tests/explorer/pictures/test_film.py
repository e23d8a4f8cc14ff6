"""The flythrough, decoded again."""

import itertools
import subprocess
import sys

import av
import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.camera.camera import FRONT, Camera
from explorer.looks.view import View
from explorer.pictures.film import FPS, SIZE, flight, record, sway
from explorer.pictures.picture import render_picture
from tests.explorer.layers.test_layers import landscape
from tests.explorer.lines import line


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "f.mp4"
    record(landscape(), View(), path, seconds=0.5)
    return path


def frames(path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_count_size_and_rate(film):
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == SIZE
        assert stream.average_rate == FPS
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
    assert len(frames(film)) == FPS // 2


def test_colours_survive_the_codec(film):
    sky = frames(film)[0][:4].reshape(-1, 3).mean(axis=0)
    assert np.abs(sky - [32, 38, 50]).max() < 4  # the top of the background


def test_the_camera_moves_in_every_frame_but_softly_at_the_ends(film):
    pictures = [frame.astype(int) for frame in frames(film)]
    moved = [np.abs(a - b).mean() for a, b in itertools.pairwise(pictures)]
    assert max(moved) > 1
    assert moved[0] < max(moved) / 2 > moved[-1]


def test_a_flight_is_one_turn_that_ends_in_the_view_itself():
    camera = Camera()
    end = flight(camera, 1.0)
    assert end.azimuth == pytest.approx(camera.azimuth + 360)
    assert end.elevation == pytest.approx(camera.elevation)
    assert end.distance == pytest.approx(camera.distance)


def test_a_film_that_fails_leaves_nothing(tmp_path):
    def interrupt(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(landscape(), View(), tmp_path / "f.mp4", seconds=0.2, progress=interrupt)
    assert not list(tmp_path.iterdir())


def test_without_the_codec_library_one_line_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadInputError, match="pip install"):
        record(landscape(), View(), tmp_path / "f.mp4")


def test_the_codec_library_is_loaded_for_films_only():
    script = "import sys, explorer.pictures.film; assert 'av' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_line_is_seen_from_both_sides_and_never_end_on():
    shots = [sway(FRONT, share) for share in np.linspace(0, 1, 101)]
    azimuths = np.array([shot.azimuth for shot in shots]) - FRONT.azimuth
    assert azimuths.max() > 30 and azimuths.min() < -30 and np.abs(azimuths).max() < 60
    assert shots[0] == FRONT
    assert (shots[-1].azimuth, shots[-1].elevation, shots[-1].distance) == pytest.approx(
        (FRONT.azimuth, FRONT.elevation, FRONT.distance)
    )


def test_a_film_of_a_line_begins_and_ends_as_its_picture(tmp_path):
    record(line(), View(), tmp_path / "f.mp4", seconds=0.3)
    first, *_, last = (frame.astype(int) for frame in frames(tmp_path / "f.mp4"))
    assert np.abs(first - last).mean() < 1.5  # of 255; what the codec leaves
    picture = render_picture(line(), View(), SIZE).astype(int)
    assert np.abs(first - picture).mean() < 3  # the picture has smooth edges


def test_a_metric_that_is_not_there_is_refused_before_the_work(tmp_path):
    with pytest.raises(BadInputError, match=r"perplexity.*train_loss"):
        record(landscape(), View(metric="perplexity"), tmp_path / "f.mp4")
    assert not list(tmp_path.iterdir())
