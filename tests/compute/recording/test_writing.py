"""The files of a recording, without a recorder."""

import pytest
import torch

from compute.recording.folder import RecordingDescription, open_recording
from compute.recording.writing import RecordingFiles
from compute.weights.checkpoints import checkpoints, read_tensors


@pytest.fixture
def folder(tmp_path):
    """Steps 3 to 9, and a row that a kill cut off."""
    files = RecordingFiles(tmp_path / "run", RecordingDescription(2), 100)
    files.create()
    files.begin(3)
    files.append([f"{step},,{step / 2}" for step in range(3, 10)])
    for step in range(3, 10):
        files.write(step, {"x": torch.full((2,), step)})
    with (tmp_path / "run" / "recording.csv").open("a") as file:
        file.write("10,,5.")
    return tmp_path / "run"


@pytest.mark.parametrize("step", [0, 3, 6, 9, 10, 20])
def test_going_on_from_a_step_keeps_what_is_before_it(folder, step):
    RecordingFiles(folder, open_recording(folder), 100).begin(step)
    kept = range(3, min(step, 10))
    assert [found for found, _ in checkpoints(folder / "checkpoints")] == list(kept)
    rows = "".join(f"{row},,{row / 2}\n" for row in kept)
    assert (folder / "recording.csv").read_text() == "step,epoch,loss\n" + rows


def test_rows_go_behind_the_last_whole_one_even_if_a_part_was_written(folder):
    files = RecordingFiles(folder, open_recording(folder), 100)
    files.begin(20)
    files.append(["20,,1.0"])
    whole = (folder / "recording.csv").read_text()
    with (folder / "recording.csv").open("a") as file:
        file.write("21,,0.5\n22,,")  # as a full disk leaves it
    files.append(["21,,0.5", "22,,0.25"])
    assert (folder / "recording.csv").read_text() == whole + "21,,0.5\n22,,0.25\n"


def test_what_was_there_before_counts_when_checkpoints_become_too_many(folder):
    files = RecordingFiles(folder, open_recording(folder), 8)
    files.begin(10)
    files.write(10, {"x": torch.zeros(2)})
    assert files.stride == 1
    files.write(11, {"x": torch.zeros(2)})
    assert [step for step, _ in checkpoints(folder / "checkpoints")] == [3, 5, 7, 9, 11]
    assert files.stride == open_recording(folder).stride == 2
    assert open_recording(folder).parameters == 2
    assert read_tensors(folder / "checkpoints" / "step-000007.safetensors")["x"].tolist() == [7, 7]
