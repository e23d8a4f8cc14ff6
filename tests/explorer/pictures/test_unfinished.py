"""What is half-written: gone after an error, swept up after a death, and left alone while somebody writes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.pictures.unfinished import ENDING, sweep, unfinished

WRITER = (
    "import sys, time\n"
    "from pathlib import Path\n"
    "from explorer.pictures.unfinished import unfinished\n"
    "with unfinished(Path(sys.argv[1]), folder=bool(sys.argv[2:])) as half:\n"
    "    (half / '1' if half.is_dir() else half).write_bytes(b'half')\n"
    "    print('begun', flush=True)\n"
    "    time.sleep(600)\n"
)
KINDS = pytest.mark.parametrize("folder", [False, True])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def writing(tmp_path):
    """Another process that begins to write a film of this name."""
    begun: list[subprocess.Popen] = []

    def write(name: str, folder: bool) -> subprocess.Popen:
        command = [sys.executable, "-c", WRITER, str(tmp_path / name), *(["folder"] if folder else [])]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
        begun.append(process)
        assert process.stdout.readline() == "begun\n"
        return process

    yield write
    for process in begun:
        process.kill()
        process.wait()
        process.stdout.close()


@KINDS
def test_it_gets_its_name_at_the_end(tmp_path, folder):
    with unfinished(tmp_path / "film", folder=folder) as half:
        (half / "1" if folder else half).write_bytes(b"all")
        assert names(tmp_path) == [half.name] and half.name.startswith(".film.") and half.name.endswith(ENDING)
    assert names(tmp_path) == ["film"]
    assert (tmp_path / "film").stat().st_mode & 0o777 == (0o755 if folder else 0o644)


@KINDS
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), FileNotFoundError(2, "gone")])
def test_after_an_error_nothing_is_left(tmp_path, folder, error):
    with pytest.raises(type(error)), unfinished(tmp_path / "film", folder=folder):
        raise error
    assert not names(tmp_path)


def test_an_error_names_the_film(tmp_path):
    with pytest.raises(FileNotFoundError) as error, unfinished(tmp_path / "none" / "film"):
        pass
    assert error.value.filename == str(tmp_path / "none" / "film")


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
@KINDS
def test_what_the_dead_left_goes_and_what_the_living_write_stays(tmp_path, writing, folder):
    dead, living = writing("film", folder), writing("film", folder)
    assert len(names(tmp_path)) == 2
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    sweep(tmp_path / "other")
    assert len(names(tmp_path)) == 2
    with unfinished(tmp_path / "film", folder=folder) as mine:
        [other] = set(names(tmp_path)) - {mine.name}
    living.send_signal(signal.SIGKILL)
    living.wait()
    assert names(tmp_path) == sorted([other, "film"])
    sweep(tmp_path / "film")
    assert names(tmp_path) == ["film"]


def test_files_of_others_stay(tmp_path):
    kept = [".film.mp4.original", ".film.mp4.x", "film.mp4.x.unfinished", ".other.mp4.x.unfinished"]
    for name in kept:
        (tmp_path / name).touch()
    sweep(tmp_path / "film.mp4")
    assert names(tmp_path) == sorted(kept)


def test_a_name_is_no_pattern(tmp_path):
    (tmp_path / ".fa.x.unfinished").touch()
    sweep(tmp_path / "f[a]")
    assert names(tmp_path) == [".fa.x.unfinished"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
@pytest.mark.parametrize("moment", ["os.open", "fcntl.flock"])
def test_one_that_was_swept_away_before_it_was_locked_is_begun_anew(tmp_path, monkeypatch, moment):
    import fcntl  # noqa: PLC0415  not on Windows

    module, name = {"os.open": (os, "open"), "fcntl.flock": (fcntl, "flock")}[moment]
    real, swept = getattr(module, name), []

    def late(*arguments):
        halves = list(tmp_path.glob("*"))
        if halves and not swept:
            swept.extend(halves)
            halves[0].unlink()
        return real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, late)
        with unfinished(tmp_path / "film") as half:
            assert [half] != swept and half.exists()
    assert swept and names(tmp_path) == ["film"]
