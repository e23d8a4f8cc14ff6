"""Time for a point of the grid, against the floor and against others, who are installed for this only:

    pip install --no-deps loss-landscapes loss-landscape-3d losscape
    pip install h5py matplotlib scipy

The floor is the least that any program has to do: examples kept as tensors, eval mode, inference mode, one update of
all weights in place, one pass. Everybody measures the same networks on the same 512 digits, around the same centre, on
one thread, each in a process of its own. They take turns, so that a busy moment hits all; a ratio is the median of the
ratios within a turn. CPU time, which other programs do not lengthen.
"""

import contextlib
import statistics
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

from benchmarks.report import line

TARGET_RATIO = 1.05
ROUNDS = {"mlp": 40, "cnn": 7}
NETWORKS = {"mlp": "MLP 64-32-10", "cnn": "ResNet-18 of width 8, 32x32"}
OTHERS = ("loss-landscapes", "loss-landscape-3d", "losscape")


def run() -> None:
    """Both networks; the floor first, then its ratio to each."""
    others = [name for name in OTHERS if _installed(name)]
    for network in NETWORKS:
        with contextlib.ExitStack() as exits:
            names = ("floor", "basin", *others)
            racers = {name: exits.enter_context(_Racer(network, name)) for name in names}
            rounds = [{name: racer.measure() for name, racer in racers.items()} for _ in range(ROUNDS[network])]
        _report(network, racers, rounds)


def _report(network: str, racers: "dict[str, _Racer]", rounds: list[dict[str, float]]) -> None:
    for name, racer in racers.items():
        against = statistics.median(times[name] / times["floor"] for times in rounds)
        seconds = statistics.median(times[name] for times in rounds)
        line(
            f"{NETWORKS[network]}: {racer.title} ({racer.note})", 1e3 * seconds, "ms", "floor", 1e3 * seconds / against
        )
        if name == "basin":
            line("  its ratio to the floor", against, "x", "target at most", TARGET_RATIO)


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        print(f"{name} is not here to be compared with: pip install --no-deps {name}")
        return False
    return True


class _Racer:
    """A process that measures a grid when it is asked to."""

    def __init__(self, network: str, name: str) -> None:
        program = [sys.executable, "-m", "benchmarks.contender", network, name]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.title = name if name in ("floor", "basin") else f"{name} {version(name)}"

    def __enter__(self) -> "_Racer":
        self.note = self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)

    def measure(self) -> float:
        """Seconds for a point."""
        if self._process.stdin:
            print(file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        answer = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not answer:
            raise RuntimeError(f"{self.title} ended with exit code {self._process.wait()}")
        return answer
