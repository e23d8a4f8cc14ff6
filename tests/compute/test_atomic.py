"""Files that are there whole or not at all, even when the disk is full."""

import errno
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from compute.atomic import move, write_atomically


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_has_what_was_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", lambda file: file.write(b"one"))
    assert (tmp_path / "a.txt").read_bytes() == b"one"
    assert names(tmp_path) == ["a.txt"]


def test_where_nothing_can_be_written_the_file_is_named_that_was_asked_for(tmp_path: Path) -> None:
    """And not the temporary one."""
    with pytest.raises(FileNotFoundError) as told:
        write_atomically(tmp_path / "none" / "a.txt", lambda file: file.write(b"one"))
    assert told.value.filename == str(tmp_path / "none" / "a.txt")


def test_a_second_writing_replaces_the_first(tmp_path: Path) -> None:
    for content in (b"a long first text", b"two"):
        write_atomically(tmp_path / "a.txt", lambda file, content=content: file.write(content))
    assert (tmp_path / "a.txt").read_bytes() == b"two"


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_others_may_read_the_file(tmp_path: Path) -> None:
    """A temporary file is private by default; a landscape is not."""
    write_atomically(tmp_path / "a.txt", lambda file: file.write(b"one"))
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt(), ValueError("no number")])
def test_on_any_error_the_old_file_stays_and_nothing_is_left_behind(error: BaseException, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail_half_way(file: IO[bytes]) -> None:
        file.write(b"ne")
        raise error

    with pytest.raises(type(error)):
        write_atomically(path, fail_half_way)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_the_old_file_is_readable_while_the_new_one_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    seen: list[bytes] = []

    def write(file: IO[bytes]) -> None:
        file.write(b"new")
        file.flush()
        seen.append(path.read_bytes())

    write_atomically(path, write)
    assert seen == [b"old"]


def test_a_folder_that_does_not_exist_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "a.txt", lambda file: file.write(b"one"))


def refuse(times: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let replacing fail that often, as Windows does while a reader has the file open; returns the pauses made."""
    pauses: list[float] = []
    left = [times]
    replace = Path.replace

    def reluctant(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", reluctant)
    monkeypatch.setattr("compute.atomic.time.sleep", pauses.append)
    return pauses


def test_a_file_in_use_is_tried_again_for_about_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = refuse(5, monkeypatch)
    write_atomically(tmp_path / "a.txt", lambda file: file.write(b"one"))
    assert (tmp_path / "a.txt").read_bytes() == b"one"
    assert len(pauses) == 5 and 0 < sum(pauses) <= 1


def test_a_file_in_use_for_ever_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = refuse(1000, monkeypatch)
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "a.txt", lambda file: file.write(b"one"))
    assert names(tmp_path) == []
    assert 0.5 <= sum(pauses) <= 2


def test_move_takes_the_temporary_file_away(tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"one")
    move(tmp_path / "new", tmp_path / "a.txt")
    assert names(tmp_path) == ["a.txt"]


# A limit on the size of files is how a full disk can be had without one: writing beyond it fails in the same call.
FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from compute.atomic import write_atomically
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_atomically(Path(sys.argv[1]), lambda file: [file.write(bytes(3_000)) for _ in range(int(sys.argv[2]))])
except OSError as error:
    sys.exit(f"refused: {error.strerror}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
@pytest.mark.parametrize("chunks", [4, 40])  # the first fails only when the last buffer is written out
def test_on_a_full_disk_the_old_file_stays_and_nothing_is_left_behind(chunks: int, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", FULL_DISK, str(path), str(chunks)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert run.returncode == 1 and run.stderr.startswith("refused: "), run.stderr
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]
