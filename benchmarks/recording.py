"""Time of a training that is recorded against that of the same training without a recorder; target at most 1.02.

A convolutional network of 75,000 parameters on images of 32 x 32 pixels, on the CPU, with the recorder's defaults and a
call after each step; each training in a process of its own. They take turns of some seconds, in an order that
changes each time, so that a busy moment hits all; the ratio is the median of those within a round. A third training,
again without a recorder, says how much of it is chance. A recorder costs most at its start, for the first checkpoint is
taken in any case: so it is made anew for each turn.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.report import line

TARGET_RATIO = 1.02
ROUNDS, STEPS, WARM_UP = 12, 150, 30


def run() -> None:
    """The ratio, and what chance makes of it."""
    racers = {name: _Racer(name == "recorded") for name in ("recorded", "plain", "other plain")}
    rounds = []
    for k in range(ROUNDS):
        order = list(racers)[k % 3 :] + list(racers)[: k % 3]
        rounds.append({name: racers[name].measure() for name in order})
    for racer in racers.values():
        racer.close()
    plain = statistics.median(times["plain"] for times in rounds)
    for name, what in (("recorded", "a step with Recorder"), ("other plain", "the same without, measured twice")):
        ratio = statistics.median(times[name] / times["plain"] for times in rounds)
        line(what, 1e3 * plain * ratio, "ms", "without", 1e3 * plain)
        if name == "recorded":
            line("  its ratio", ratio, "x", "target at most", TARGET_RATIO)


class _Racer:
    """A process that trains so many steps when it is asked to."""

    def __init__(self, recorded: bool) -> None:
        program = [sys.executable, "-m", "benchmarks.recording", "recorded" if recorded else "plain"]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.measure()

    def measure(self) -> float:
        """Seconds for a step."""
        if not self._process.stdin or not self._process.stdout:
            raise RuntimeError("no pipes to the training")
        print(file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)


def train(recorded: bool) -> None:
    """For each line on the standard input train, and print the seconds of CPU time for a step.

    CPU time of all threads, which other programs do not lengthen; that of the thread that writes is in it.
    """
    import torch  # noqa: PLC0415  in the process that trains only
    from torch import nn  # noqa: PLC0415

    from compute.recording.recorder import Recorder  # noqa: PLC0415

    torch.set_num_threads(1)
    torch.manual_seed(0)
    widths = (3, 32, 64, 96)
    blocks = [
        nn.Sequential(nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU(), nn.MaxPool2d(2))
        for a, b in pairwise(widths)
    ]
    model = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 10))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    images, labels = torch.randn(16, 3, 32, 32), torch.randint(10, (16,))

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimiser.step()
        return loss

    for _ in range(WARM_UP):
        step()
    for turn, _ in enumerate(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            recorder = Recorder(Path(folder) / str(turn), model) if recorded else None
            for k in range(STEPS):
                loss = step()
                if recorder:
                    recorder.record(k, loss)
            if recorder:
                recorder.close()
            print((time.process_time() - started) / STEPS, flush=True)


if __name__ == "__main__":
    train(sys.argv[1] == "recorded")
