"""The training curve, read while it grows."""

import csv
import json
import math

import numpy as np
import pytest

from compute.errors import BadInputError
from compute.recording.curve import CurveReader, is_recording, open_recording, read_curve
from compute.recording.folder import RecordingDescription, check_folder, write_description
from compute.training.log import LogRow, write_log


@pytest.fixture
def recording(tmp_path):
    write_description(tmp_path, RecordingDescription(7, {"torch": "2"}))
    return tmp_path


def rows(curve):
    return list(zip(curve.step.tolist(), curve.epoch.tolist(), curve.loss.tolist(), strict=True))


def test_before_the_first_row_the_curve_is_empty(tmp_path):
    assert len(read_curve(tmp_path / "absent")) == len(read_curve(tmp_path)) == 0


def test_any_cut_of_the_file_gives_the_whole_lines_and_the_rest_comes_later(recording):
    numbers = [(0, math.nan, math.nan), (1, 0.1, -0.0), (20, 0.25, 1e-300), (21, 2 / 3, math.inf), (30, 1.0, 0.1 + 0.2)]
    lines = ["step,epoch,loss"] + [",".join("" if math.isnan(x) else repr(x) for x in row) for row in numbers]
    text = "".join(f"{line}\n" for line in lines).encode()
    for cut in range(len(text) + 1):
        reader, path = CurveReader(recording), recording / "recording.csv"
        path.write_bytes(text[:cut])
        whole = max(text[:cut].count(b"\n") - 1, 0)
        np.testing.assert_equal(rows(reader.read()), numbers[:whole])
        path.write_bytes(text)
        found = reader.read()
        np.testing.assert_equal(rows(found), numbers)
        assert math.copysign(1, found.loss[1]) == -1
    assert found.step.dtype == np.int64 and found.loss.dtype == np.float64


def test_only_what_was_appended_is_read_again(recording, monkeypatch):
    path = recording / "recording.csv"
    path.write_text("step,epoch,loss\n" + "".join(f"{k},,{k / 7}\n" for k in range(1000)))
    reader = CurveReader(recording)
    assert len(reader.read()) == 1000
    taken = []
    take = reader._take
    monkeypatch.setattr(reader, "_take", lambda path, appended: (taken.append(appended), take(path, appended)))
    assert len(reader.read()) == 1000 and taken == []
    with path.open("a") as file:
        file.write("1000,,0.5\n1001,,0")
    assert len(reader.read()) == 1001 and taken == [b"1000,,0.5\n"]


def test_a_file_that_was_cut_or_written_anew_is_read_from_its_start(recording):
    path, reader = recording / "recording.csv", CurveReader(recording)
    path.write_text("step,epoch,loss\n0,0,3\n1,1,2\n2,2,1\n")
    assert rows(reader.read())[-1] == (2, 2.0, 1.0)
    path.write_text("step,epoch,loss\n0,0,3\n")
    assert rows(reader.read()) == [(0, 0.0, 3.0)]
    path.write_text("step,epoch,loss\n0,0,4\n1,1,2\n2,2,1\n3,3,0\n")  # longer, and other before the place reached
    assert [loss for *_, loss in rows(reader.read())] == [4, 2, 1, 0]
    path.unlink()
    assert len(reader.read()) == 0


def test_zeros_that_a_network_shows_in_place_of_text_are_not_there_yet(recording):
    path, reader = recording / "recording.csv", CurveReader(recording)
    path.write_bytes(b"step,epoch,loss\n0,0,3\n1,1," + bytes(20) + b"\n9,9,9\n")
    assert rows(reader.read()) == [(0, 0.0, 3.0)]
    path.write_bytes(b"step,epoch,loss\n0,0,3\n1,1,2\n")
    assert rows(reader.read()) == [(0, 0.0, 3.0), (1, 1.0, 2.0)]


def test_a_folder_that_is_away_for_a_while_keeps_its_curve(recording, monkeypatch):
    (recording / "recording.csv").write_text("step,epoch,loss\n0,0,3\n")
    reader = CurveReader(recording)
    first = rows(reader.read())

    def stale(path):
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(reader, "_appended", stale)
    assert rows(reader.read()) == first


def test_the_log_of_a_run_is_a_curve_too(tmp_path):
    log = [LogRow(8 * k, k / 3, 0.1, 2.0 / (k + 1), 0.5, 9.0, 0.4) for k in range(5)]
    write_log(tmp_path, log[:3])
    reader = CurveReader(tmp_path)
    assert rows(reader.read()) == [(row.step, row.epoch, row.train_loss) for row in log[:3]]
    write_log(tmp_path, log)
    assert rows(reader.read()) == [(row.step, row.epoch, row.train_loss) for row in log]
    with (tmp_path / "training.csv").open() as file:
        assert [float(row["train_loss"]) for row in csv.DictReader(file)] == reader.read().loss.tolist()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("step,epoch,loss\n0,0,1\n1,1\n", "line 3"),
        ("step,epoch,loss\nx,0,1\n", "line 2"),
        ("step,loss\n0,1\n", "epoch"),
        (f"step,epoch,loss\n{2**63},0,1\n", "line 2: step 9223372036854775808 is too large"),
        (f"step,epoch,loss\n{-(2**70)},0,1\n", "line 2"),
    ],
)
def test_what_is_no_curve_is_named_with_its_line(recording, text, named):
    (recording / "recording.csv").write_text(text)
    reader = CurveReader(recording)
    for _ in range(2):  # and said again at the next look
        with pytest.raises(BadInputError) as caught:
            reader.read()
        assert named in str(caught.value) and "recording.csv" in str(caught.value)


def test_a_description_comes_back(tmp_path):
    assert not is_recording(tmp_path)
    with pytest.raises(BadInputError, match=r"no recording\.json"):
        open_recording(tmp_path)
    description = RecordingDescription(12, {"python": "3"}, 4)
    write_description(tmp_path, description)
    assert is_recording(tmp_path) and open_recording(tmp_path) == description
    content = json.loads((tmp_path / "recording.json").read_text())
    assert content["format"] == 1 and content["kind"] == "recording" and content["parameters"] == 12


@pytest.mark.parametrize(
    ("content", "named"),
    [("{", "cannot be read"), ("[]", "no format"), ('{"format": 1, "kind": "run"}', "no format"),
     ('{"format": 2, "kind": "recording"}', "newer"), ('{"format": 1, "kind": "recording", "stride": 0}', "damaged"),
     ('{"format": 1, "kind": "recording", "parameters": "7"}', "damaged"),
     ('{"format": 1, "kind": "recording", "software": [1]}', "damaged")],
)  # fmt: skip
def test_a_description_that_is_damaged_or_newer_is_refused(tmp_path, content, named):
    (tmp_path / "recording.json").write_text(content)
    with pytest.raises(BadInputError) as caught:
        open_recording(tmp_path)
    assert named in str(caught.value) and str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    check_folder(tmp_path / "new", resume=False)
    check_folder(tmp_path, resume=False)
    (tmp_path / "notes.txt").touch()
    for resume in (False, True):
        with pytest.raises(BadInputError, match=r"notes\.txt"):
            check_folder(tmp_path, resume=resume)
        with pytest.raises(BadInputError, match="is a file"):
            check_folder(tmp_path / "notes.txt", resume=resume)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
