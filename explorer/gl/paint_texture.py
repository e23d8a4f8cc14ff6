"""The values that a surface is coloured by, on the graphics card, where they are not its heights."""

import moderngl
import numpy as np

from explorer.ground.paint import Paint

HEIGHT, NODES, CELLS = range(3)  # where colours come from, for shaders/surface.vert


class PaintTexture:
    """A float texture of one value per node or cell; ``kind`` says which, or that there is nothing to be read."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture = ctx.texture((1, 1), 1, np.zeros(1, np.float32), dtype="f4")
        self._written: object = None
        self.kind = HEIGHT

    def write(self, paint: Paint | None) -> None:
        """Take over what is not there already; None colours by height."""
        values = paint.values if paint is not None else None
        if paint is None or values is None:
            self.kind = HEIGHT
            return
        self.kind = CELLS if paint.cells else NODES
        if values is self._written:
            return
        if self._texture.size != values.shape[::-1]:
            self._texture.release()
            self._texture = self._ctx.texture(values.shape[::-1], 1, dtype="f4", alignment=4)
            self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._texture.write(np.ascontiguousarray(values))
        self._written = values

    def use(self, location: int) -> None:
        """Bind to a texture unit."""
        self._texture.use(location)

    def release(self) -> None:
        """Give the memory back."""
        self._texture.release()
