"""Framebuffers that a picture is drawn into, and its pixels."""

import moderngl
import numpy as np
from numpy.typing import NDArray


class Targets:
    """What a frame of one size is drawn into; with samples, a second framebuffer holds the resolved picture."""

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int], samples: int) -> None:
        self.samples = samples
        self.picture = ctx.texture(size, 4)
        self._depth = ctx.depth_renderbuffer(size, samples=samples)
        self._colour = ctx.renderbuffer(size, 4, samples=samples) if samples else None
        self.drawn = ctx.framebuffer([self._colour or self.picture], self._depth)
        self.resolved = ctx.framebuffer([self.picture]) if samples else None

    def release(self) -> None:
        """Release the GL objects."""
        things = (self.drawn, self.resolved, self._colour, self._depth, self.picture)
        for thing in (thing for thing in things if thing is not None):
            thing.release()


def unmultiplied(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA whose colours are no longer multiplied by their alpha, as PNG wants them."""
    alpha = pixels[..., 3:].astype(np.float32)
    colours = pixels[..., :3] * (255 / np.maximum(alpha, 1))
    return np.concatenate([np.rint(np.minimum(colours, 255)).astype(np.uint8), pixels[..., 3:]], axis=2)
