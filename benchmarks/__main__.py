"""Runs every benchmark on a virtual screen and prints one line per figure: value, named floor or target, ratio."""

import platform
import sys

import moderngl

from benchmarks import coarse, drawing, evaluations, filming, frames, idle, memory, points, recording, startup, topology
from explorer.gl.graphics import windowless_context

BENCHMARKS = {
    "startup": startup,
    "coarse": coarse,
    "frames": frames,
    "drawing": drawing,
    "filming": filming,
    "idle": idle,
    "memory": memory,
    "topology": topology,
    "points": points,
    "evaluations": evaluations,
    "recording": recording,
}


def main() -> None:
    """All of them, or those named on the command line."""
    ctx: moderngl.Context = windowless_context()
    print(
        f"{platform.processor() or platform.machine()}, {ctx.info['GL_RENDERER']}, Python {platform.python_version()}"
    )
    ctx.release()
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name].run()


if __name__ == "__main__":
    main()
