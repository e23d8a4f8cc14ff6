"""Recorder: checkpoints and the training curve, recorded from inside somebody's own training script."""

import operator
import os
import sys
import time
import warnings
import weakref
from functools import partial
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from torch import nn

from compute.errors import BadInputError
from compute.recording.background import Background, Row
from compute.recording.claim import claim, release
from compute.recording.curve import LARGEST
from compute.recording.earlier import restore
from compute.recording.folder import RecordingDescription, check_folder, is_recording, open_recording
from compute.recording.schedule import Policy, Schedule
from compute.recording.snapshot import Later, Snapshots, number
from compute.recording.writing import RecordingFiles
from compute.training.run_folder import software_versions

CLOSE_SECONDS = 300.0  # that closing waits for a slow disk before it gives up


class Recorder:
    """Records the training of a network in ``folder``, for ``basin explore FOLDER`` to follow or to look at later.

        recorder = Recorder("runs/mine", model)
        for step, batch in enumerate(batches, 1):
            ...                                   # forward, backward, optimiser.step()
            recorder.record(step, loss)

    Each call writes a row of the training curve. It records a checkpoint, parameters and buffers bit for bit, too, or
    every ``every`` steps when that is given, unless this would bring the cost so far (the seconds of all these calls in
    the training's thread and the CPU seconds of the thread that writes) over ``share`` of the time since the Recorder
    was made, or the checkpoint before is still being written. The first call always records one, some that follow it
    (the 2nd, 3rd, 5th, 8th, …, 16 at most) are ahead of the share where that of the first minute pays for them, and
    closing records that of the last call where it was skipped and nothing has changed the weights since. When there are
    more than ``most``, every second one goes (those whose place in the order is odd, never the first or the newest),
    and from then on only each 2nd, 4th, … one that is due is recorded, at a half, a quarter, … of the share;
    ``compute.recording.schedule`` says it to the letter.

    Closes itself when it is no longer used, and at the end of the program; it is a context manager as well. Nothing
    that happens to the disk or the folder stops the training: there is one RuntimeWarning, and later checkpoints are
    tried again. Nothing of the training is changed, no random number drawn, and no GPU waited for. In a process
    forked from this one, and in one of torch.distributed of a rank other than 0, it does nothing. Weights that are
    split over several processes (FSDP) are not put together.

    With ``resume`` it goes on in a folder that holds a recording:

        recorder = Recorder("runs/mine", model, resume=True)
        start = recorder.restore()                # weights and step of the newest checkpoint; 0 when there is none
        for step in range(start + 1, steps + 1):

    What the recording has of the first step that is now recorded, and of later ones, goes, because it is trained anew.
    Where that is more than stays, and more than ten steps, it is moved to ``folder/earlier-1`` (or -2, …), which is a
    recording itself, and a RuntimeWarning says so.

    Raises BadInputError when the folder holds something else, a recording without ``resume``, or that of a network of
    another size, and for values that cannot be.
    """

    def __init__(
        self,
        folder: str | Path,
        model: nn.Module,
        *,
        every: int | None = None,
        most: int = 256,
        share: float = 0.02,
        resume: bool = False,
    ) -> None:
        policy = Policy(every, most, share)
        if not isinstance(model, nn.Module):
            raise BadInputError(f"Recorder: model is a {type(model).__name__}, not a torch.nn.Module; give the network")
        self._restore = partial(restore, _absolute(folder), model)
        self._session = None if _is_helper() else _Session(_absolute(folder), model, policy, resume)
        if self._session:
            self._finalizer = weakref.finalize(self, self._session.close)

    def record(self, step: int, loss: object = None, epoch: object = None) -> None:
        """The training has done so many steps: call it after each. Raises nothing.

        ``loss``, of the latest batch, and ``epoch``, epochs done, are numbers or tensors of one; what is none is left
        out. Steps have to grow, through all epochs: where they start anew with each, there is one warning, and nothing
        more is recorded until they are beyond the largest before.
        """
        if self._session:
            self._session.record(step, loss, epoch)

    def restore(self) -> int:
        """Load the newest checkpoint of the folder into the network, parameters and buffers; returns its step.

        Bit for bit, on every rank. 0, and nothing is changed, when there is none. The state of an optimiser and of
        random numbers is not recorded: they are as the script makes them. Raises BadInputError, naming the file, when
        it is damaged or of another network.
        """
        return self._restore()

    def close(self) -> None:
        """Write what is still to be written; a second call does nothing."""
        if self._session:
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Session:
    """What a Recorder does, apart from it, so that it can be closed when the Recorder is gone."""

    def __init__(self, folder: Path, model: nn.Module, policy: Policy, resume: bool) -> None:
        self._folder, self._process = folder, os.getpid()
        description = _description(folder, model, resume)
        self._lock = claim(folder)
        try:
            description = _description(folder, model, resume)  # as whoever had the lock until now has left it
        except BaseException:
            release(self._lock)
            raise
        files = RecordingFiles(folder, description, policy.most)
        self._snapshots = Snapshots(model)
        self._schedule = Schedule(policy, time.perf_counter(), description.stride)
        self._last = -1  # step of the latest call
        self._skipped: object = None  # fingerprint of its weights, if they were not recorded
        self._copying = 0.0  # seconds spent in this thread, by all of ``record``
        self._copy = 0.0  # of them for the checkpoint that is being written
        self._writing = False
        self._closed = self._told = self._noticed = False
        self._failure: Exception | None = None
        try:
            files.create()  # at once, so that it can be followed from the start
        except OSError as error:
            self._failure = error
        self._background = Background(files)
        self._tell()

    def record(self, step: int, loss: object, epoch: object) -> None:
        if os.getpid() != self._process:
            return
        started, before = time.perf_counter(), self._copying
        try:
            self._record(operator.index(step), loss, epoch)
        except Exception as error:
            self._failure = self._failure or error
        self._tell()
        self._copying = before + time.perf_counter() - started

    def close(self) -> None:
        if self._closed or os.getpid() != self._process:
            return
        self._closed = True
        deadline = time.monotonic() + CLOSE_SECONDS
        try:
            self._record_last(deadline)
            if not self._background.close(max(deadline - time.monotonic(), 0.0)):
                raise TimeoutError(f"still writing after {CLOSE_SECONDS:.0f} s")
        except Exception as error:
            self._failure = self._failure or error
        else:
            release(self._lock)
        self._tell()
        del self._snapshots

    def _record(self, step: int, loss: object, epoch: object) -> None:
        if self._closed:
            raise ValueError("the recorder is closed")
        if step <= self._last:
            raise ValueError(f"step {step} is not behind step {max(self._last, 0)}; count on through all epochs")
        if step >= LARGEST:
            raise ValueError(f"step {step} is too large")
        self._background.add(Row(step, self._given("epoch", epoch), self._given("loss", loss)))
        self._last, self._skipped = step, None
        self._note_written()
        if self._schedule.takes(step, time.perf_counter(), self._spent, free=not self._writing):
            self._take(step)
        else:
            self._skipped = self._snapshots.fingerprint()

    def _given(self, name: str, value: object) -> float | Later | None:
        """None for what is no number: the rest of the row is right, and so is the checkpoint."""
        try:
            return None if value is None else number(value)
        except Exception as error:
            self._failure = self._failure or ValueError(f"{name}: {error}")
            return None

    def _record_last(self, deadline: float) -> None:
        skipped = self._skipped
        if skipped is None or not self._background.wait(max(deadline - time.monotonic(), 0.0)):
            return
        if skipped == self._snapshots.fingerprint():
            self._take(self._last)

    @property
    def _spent(self) -> float:
        return self._copying + self._background.seconds

    def _take(self, step: int) -> None:
        started = time.perf_counter()
        try:
            snapshot = self._snapshots.take()
        finally:
            self._copy = time.perf_counter() - started
            self._copying += self._copy
            self._schedule.took(self._copy)
        self._background.hand_over(step, snapshot)
        self._writing = True

    def _note_written(self) -> None:
        """What the checkpoint before has cost, now that it is written."""
        if self._writing and self._background.free:
            self._writing = False
            self._schedule.took(self._copy + self._background.checkpoint_seconds)
            stride = self._background.files.stride
            if stride > self._schedule.stride:
                self._schedule.thinned(time.perf_counter(), self._spent)
            self._schedule.stride = stride  # less where nothing of what was resumed has stayed

    def _tell(self) -> None:
        """One warning in all, and one of what is set aside; not even as errors do they stop the training."""
        notice, failure = self._background.files.notice, self._failure or self._background.failure
        if notice and not self._noticed:
            self._noticed = True
            _warn(notice)
        if failure is None or self._told:
            return
        self._told = True
        reason = getattr(failure, "strerror", None) or str(failure).partition("\n")[0] or type(failure).__name__
        where = getattr(failure, "filename", None) or self._folder
        _warn(f"{where}: not everything is recorded ({reason}); the training goes on, and recording is tried again")


def _warn(text: str) -> None:
    """At the line of the script that called the Recorder."""
    try:
        warnings.warn(text, RuntimeWarning, stacklevel=5)
    except RuntimeWarning:
        print(f"RuntimeWarning: {text}", file=sys.stderr)


def _absolute(folder: str | Path) -> Path:
    if not isinstance(folder, str | Path):
        raise BadInputError(f"Recorder: folder is a {type(folder).__name__}; give the path of a folder")
    return Path(folder).expanduser().absolute()


def _is_helper() -> bool:
    """Whether another process of the same training records."""
    distributed = torch.distributed
    return distributed.is_available() and distributed.is_initialized() and distributed.get_rank() != 0


def _description(folder: Path, model: nn.Module, resume: bool) -> RecordingDescription:
    """That of the folder, or of a new recording. Raises BadInputError when none may be made there."""
    wanted = RecordingDescription(sum(p.numel() for p in model.parameters()), _software())
    try:
        check_folder(folder, resume=resume)
    except OSError:
        return wanted  # nobody can look in, so writing will say why
    if not is_recording(folder):
        return wanted
    known = open_recording(folder)
    if known.parameters != wanted.parameters:
        counts = f"{known.parameters:,} parameters, not {wanted.parameters:,}"
        raise BadInputError(f"{folder}: holds the recording of a network of {counts}; choose another folder")
    return known


def _software() -> dict[str, str]:
    try:
        return software_versions()
    except PackageNotFoundError:  # Basin was not installed but found on the path
        return {}
