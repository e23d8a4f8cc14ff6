"""Framebuffers that a picture is drawn into."""

import moderngl


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
