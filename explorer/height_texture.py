"""The height map on the graphics card."""

import moderngl

from explorer.heights import Texels


class HeightTexture:
    """A float texture of the display lattice; ``revision`` grows with every change of its content."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._texture: moderngl.Texture | None = None
        self.revision = 0

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the lattice; (0, 0) before the first content."""
        return (self._texture.height, self._texture.width) if self._texture else (0, 0)

    def write(self, texels: Texels) -> None:
        """Replace the content, and the texture itself when the shape differs."""
        rows, columns, _ = texels.shape
        if self.shape != (rows, columns):
            self.release()
            self._texture = self._ctx.texture((columns, rows), 4, dtype="f4")
            self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        assert self._texture is not None
        self._texture.write(texels)
        self.revision += 1

    def use(self, location: int) -> None:
        """Bind to a texture unit."""
        assert self._texture is not None
        self._texture.use(location)

    def release(self) -> None:
        """Give the memory back."""
        if self._texture is not None:
            self._texture.release()
            self._texture = None
