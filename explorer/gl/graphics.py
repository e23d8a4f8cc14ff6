"""OpenGL without a window, and one clear line where there is none."""

import sys

import moderngl

from compute.errors import BadInputError

PACKAGES = "libgl1 libegl1 libgl1-mesa-dri"
ADVICE = (
    f"on Debian or Ubuntu run: apt-get install {PACKAGES}" if sys.platform == "linux" else "update the graphics driver"
)


class NoGraphicsError(BadInputError):
    """There is no OpenGL 3.3 here."""


def windowless_context() -> moderngl.Context:
    """An OpenGL 3.3 core context that needs no display.

    Raises NoGraphicsError when there is no driver.
    """
    try:
        if sys.platform == "linux":
            return moderngl.create_context(standalone=True, require=330, backend="egl")  # type: ignore[arg-type]
        return moderngl.create_context(standalone=True, require=330)
    except Exception as error:  # glcontext raises bare Exception
        raise NoGraphicsError(f"no OpenGL 3.3 without a window ({error}); {ADVICE}") from None


def is_software(ctx: moderngl.Context) -> bool:
    """Whether a CPU draws the pictures, so that quality has to yield to speed."""
    renderer = str(ctx.info["GL_RENDERER"]).lower()
    return any(name in renderer for name in ("llvmpipe", "softpipe", "swiftshader", "software"))
