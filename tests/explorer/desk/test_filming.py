"""Films that are made beside the window, by a real process, decoded again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from compute.errors import BadInputError
from explorer.camera.camera import Camera
from explorer.desk import filming
from explorer.desk.beginning import Beginning, beginning
from explorer.desk.desk import Desk
from explorer.desk.filmchoice import KEYFRAMES, WINDOW, FilmChoice, flights, ordered
from explorer.desk.filming import COMMAND, Filming
from explorer.desk.notices import Notices
from explorer.looks.view import View
from explorer.pictures.keyframes import FlightFile, Keyframe
from explorer.pictures.order import FilmNews, FilmOrder, line_of, news_from, order_from
from explorer.pictures.picture import render_picture
from tests.explorer.desk.test_actions import land as in_memory
from tests.explorer.desk.test_desk import AREA, land

SECONDS = 60.0  # that a process may take on a busy machine
FLIGHT = FlightFile((Keyframe(0.0, Camera()), Keyframe(1.0, Camera(azimuth=40.0, elevation=20.0))))
VIEW = View(theme="light", legend=False)


def order(folder: Path, **changes) -> FilmOrder:
    made = FilmOrder(
        folder / "land", folder / "film.mp4", VIEW, FLIGHT, seconds=1.0, fps=8, size=(160, 96), samples=1, counter=False
    )
    return replace(made, **changes)


@pytest.fixture
def folder(tmp_path) -> Path:
    land(tmp_path / "land")
    return tmp_path


@pytest.fixture
def film():
    made = Filming(Notices())
    yield made
    made.stop()


def until(film: Filming, condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        film.poll()
        time.sleep(0.02)


def said(film: Filming) -> list[tuple[str, bool]]:
    return [(notice.text, notice.error) for notice in film._notices.shown]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"land"}


def test_what_is_wanted_and_how_far_it_is_cross_in_one_line_each(folder):
    for each in (order(folder), order(folder, flight="rise", trajectory=folder / "p\udcff\n.csv")):
        assert line_of(each).count("\n") == 1 and order_from(line_of(each)) == each
    assert news_from(line_of(FilmNews(0.5, "bäd"))) == FilmNews(0.5, "bäd")


def test_the_film_is_of_the_view_and_flies_through_the_keyframes(film, folder):
    from compute.folder import open_folder  # noqa: PLC0415

    film.start(order(folder))
    assert film.running and film.seconds_left == np.inf
    until(film, lambda: not film.running, "a film")
    assert said(film) == [(f"saved {folder / 'film.mp4'}", False)]
    assert names(folder) == {"film.mp4"} and film.share == 1
    with av.open(str(folder / "film.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 8
    for frame, key in ((frames[0], 0), (frames[-1], 1)):
        seen = replace(VIEW, camera=FLIGHT.keyframes[key].camera)
        expected = render_picture(open_folder(folder / "land"), seen, (160, 96))
        assert np.abs(frame.astype(int) - expected).mean() < 6
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 10


def test_given_up_it_is_soon_over_and_nothing_is_left(film, folder):
    film.start(order(folder, seconds=600.0))
    until(film, lambda: film.share > 0, "its first pictures")
    assert names(folder)  # half-written, under another name
    film.cancel()
    until(film, lambda: not film.running, "its end")
    assert names(folder) == set()
    assert said(film) == [("the film was given up; film.mp4 was not written", False)]


@pytest.mark.parametrize("ending", ["mp4", ""])
def test_stopped_with_the_window_nothing_is_left(film, folder, ending):
    film.start(order(folder, seconds=600.0, output=folder / f"film.{ending}".rstrip(".")))
    until(film, lambda: film.share > 0, "its first pictures")
    film.stop()
    assert not film.running and names(folder) == set() and not said(film)


def test_a_process_that_is_killed_is_said_and_swept_up(film, folder):
    (folder / ".film.mp4.another").write_text("of somebody else")
    film.start(order(folder, seconds=600.0))
    until(film, lambda: film.share > 0, "its first pictures")
    film._process.kill()
    until(film, lambda: not film.running, "its end")
    assert names(folder) == {".film.mp4.another"}
    [(text, error)] = said(film)
    assert error and text.startswith("no film: the process that made it ended with status")


def test_one_that_does_not_heed_is_killed(film, folder, monkeypatch):
    monkeypatch.setattr(filming, "COMMAND", ("sleep", "600"))
    monkeypatch.setattr(filming, "PATIENCE_SECONDS", 0.1)
    film.start(order(folder))
    film.cancel()
    until(film, lambda: not film.running, "its end")
    assert "given up" in said(film)[0][0]


def test_nobody_left_to_wait_for_it_the_process_ends(folder):
    """As when the window is killed: its end of the pipe is closed then."""
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(line_of(order(folder, seconds=600.0)))
    process.stdin.flush()
    assert news_from(process.stdout.readline()).share > 0
    process.stdin.close()
    assert process.wait(SECONDS) == 1
    process.stdout.close()
    assert names(folder) == set()


def test_ctrl_c_in_the_terminal_is_not_for_the_process_of_the_film(film, folder):
    film.start(order(folder))
    until(film, lambda: film.share > 0, "its first pictures")
    os.kill(film._process.pid, signal.SIGINT)
    until(film, lambda: not film.running, "its end")
    assert names(folder) == {"film.mp4"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"landscape": Path("/nowhere/land")}, "/nowhere/land"),
        ({"flight": "descent"}, "no training path"),
        ({"output": Path("/nowhere/film.mp4")}, "/nowhere"),
    ],
)
def test_why_there_is_no_film_is_said_in_one_line(film, folder, change, why):
    film.start(order(folder, **change))
    until(film, lambda: not film.running, "its end")
    [(text, error)] = said(film)
    assert error and text.startswith("no film: ") and why in text and "\n" not in text


def test_one_film_at_a_time(film, folder):
    film.start(order(folder, seconds=600.0))
    with pytest.raises(BadInputError, match="a film is being recorded"):
        film.start(order(folder))


def test_the_time_left_follows_from_the_share():
    clock = iter([10.0, 14.0])
    film = Filming(Notices(), lambda: next(clock))
    film._lines.extend([line_of(FilmNews(0.1)), "chatter of a library\n"])
    film._hear()
    film._lines.append(line_of(FilmNews(0.5)))
    film._hear()
    assert film.seconds_left == pytest.approx(5.0)  # 0.4 in 4 s


# ── what is chosen ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(gl, folder):
    made = Desk(gl, beginning([folder / "land"]))
    made.place(AREA)
    yield made
    made.release()
    gl.extra.use()


def test_the_order_is_of_what_is_in_view(desk, folder):
    desk.change(lambda view: replace(view, theme="light"))
    desk.flying.put(FLIGHT)
    made = ordered(FilmChoice(samples=8, title=False), desk, folder / "f.gif")
    assert made.flight == FLIGHT and made.seconds == 1.0 and made.fps == 25 and made.view.theme == "light"
    assert made.landscape == folder / "land" and made.samples == 8 and made.title == ""
    made = ordered(FilmChoice("turntable", seconds=3.0, rate=50, size=WINDOW), desk, folder / "f.mp4")
    assert (made.flight, made.seconds, made.fps, made.size, made.title) == ("turntable", 3.0, 50, AREA[2:], "land")
    with pytest.raises(BadInputError, match=r"slow a \.gif down"):
        ordered(FilmChoice("turntable", rate=60), desk, folder / "f.gif")


def test_only_what_is_possible_is_offered(desk, gl):
    assert flights(desk) == ["turntable", "rise", "refine"]
    desk.flying.put(FLIGHT)
    assert flights(desk)[0] == KEYFRAMES
    other = Desk(gl, Beginning({"one": in_memory("one")}))
    assert flights(other) == ["turntable", "descent", "rise", "refine", "training"]
    with pytest.raises(BadInputError, match="in memory only"):
        ordered(FilmChoice("turntable"), other, Path("f.mp4"))
    other.release()
    gl.extra.use()
