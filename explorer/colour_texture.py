"""Colour maps on the graphics card, uploaded when first used."""

import moderngl
import numpy as np

from explorer.resources import colour_map


class ColourTexture:
    """One texture of one row per colour map."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._textures: dict[str, moderngl.Texture] = {}

    def use(self, location: int, name: str) -> None:
        """Bind a colour map to a texture unit."""
        if name not in self._textures:
            table = (colour_map(name) * 255 + 0.5).astype(np.uint8)
            texture = self._ctx.texture((len(table), 1), 3, table.tobytes(), alignment=1)
            texture.repeat_x = texture.repeat_y = False
            self._textures[name] = texture
        self._textures[name].use(location)

    def release(self) -> None:
        """Give the memory back."""
        for texture in self._textures.values():
            texture.release()
        self._textures.clear()
