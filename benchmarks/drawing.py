"""Orbit frames and new heights at 1280x800 with 40 isolines, against PyVista and vispy on the same landscape.

Each contender draws in a process of its own, in turn, so that neither's context or threads disturb the other. A frame
is timed until its pixels are final. Ours is drawn as the window draws it: on a software driver, while the camera or the
ground moves, with at most 128 or 256 cells along an axis; the frame with every cell, as at rest, is given too. vispy
takes part where it is installed and finds a context; it draws neither axes nor text, and its lines vanish in its
surface. On a graphics card the same run reports frames per second through EGL.
"""

import json
import statistics
import subprocess
import sys

from benchmarks.report import line

SIDES = (513, 1025)
CONTENDERS = ("basin", "pyvista", "vispy")
ROUNDS = 3
TARGETS = {"orbit": 1.5, "heights": 3.0}  # times as fast as the peer, on software GL
WHAT = {"orbit": "orbit frame", "heights": "new heights, contours and frame"}


def run() -> None:
    """The best of three rounds, each a median over frames."""
    for side in SIDES:
        rounds = [{name: times(name, side) for name in CONTENDERS} for _ in range(ROUNDS)]
        best = {name: _best([each[name] for each in rounds if each[name]]) for name in CONTENDERS}
        for kind, target in TARGETS.items():
            ours = best["basin"][kind]
            for peer in CONTENDERS[1:]:
                if kind in best[peer]:
                    line(f"{WHAT[kind]}, {side} x {side}", ours * 1000, "ms", peer, best[peer][kind] * 1000)
                    line("  times as fast", best[peer][kind] / ours, "x", "target at least", target)
            line("  frames per second", 1 / ours, "/s", "one", 1.0)
        if "orbit" in best["pyvista"]:
            line(f"orbit frame with every cell, {side} x {side}", best["basin"]["whole"] * 1000, "ms", "pyvista",
                 best["pyvista"]["orbit"] * 1000)  # fmt: skip


def times(contender: str, side: int) -> dict[str, float]:
    """Median seconds per frame by kind; empty where the contender cannot run here, with its reason on stderr."""
    command = [sys.executable, "-m", "benchmarks.draw_contender", contender, str(side)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        print(f"{contender}: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}", file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _best(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {kind: min(each[kind] for each in rounds) for kind in (rounds[0] if rounds else {})}


def median(seconds: list[float]) -> float:
    """The middle one."""
    return statistics.median(seconds)
