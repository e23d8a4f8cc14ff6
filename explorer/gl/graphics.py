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


def largest_side(ctx: moderngl.Context) -> int:
    """Pixels along a side of the largest picture that can be drawn."""
    info = ctx.info
    sizes = (info["GL_MAX_TEXTURE_SIZE"], info["GL_MAX_RENDERBUFFER_SIZE"], *info["GL_MAX_VIEWPORT_DIMS"])
    return int(min(sizes))


def check_side(ctx: moderngl.Context, pixels: int) -> None:
    """Raises BadInputError where a picture has a longer side than can be drawn."""
    if pixels > largest_side(ctx):
        raise BadInputError(
            f"a picture of {pixels} pixels a side is more than the graphics driver draws, {largest_side(ctx)}; "
            "give a smaller --size, --scale or --samples"
        )
