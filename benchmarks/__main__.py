"""Runs every benchmark on a virtual screen and prints one line per figure: value, named floor or target, ratio."""

import platform
import sys

import moderngl

from benchmarks import coarse, frames, memory, startup
from explorer.graphics import windowless_context


def main() -> None:
    """All of them, or those named on the command line."""
    ctx: moderngl.Context = windowless_context()
    print(
        f"{platform.processor() or platform.machine()}, {ctx.info['GL_RENDERER']}, Python {platform.python_version()}"
    )
    ctx.release()
    chosen = sys.argv[1:] or ["startup", "coarse", "frames", "memory"]
    for name in chosen:
        {"startup": startup, "coarse": coarse, "frames": frames, "memory": memory}[name].run()


if __name__ == "__main__":
    main()
