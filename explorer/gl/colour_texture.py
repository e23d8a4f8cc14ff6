"""Colour maps on the graphics card, uploaded when first used, and what a shader has to know to read them."""

import moderngl
import numpy as np

from compute.scale import Scale
from explorer.gl.shader import Uniform
from explorer.resources import DIVERGING, ENDS, colour_map

Span = tuple[float, float]


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


def colour_uniforms(name: str, scale: Scale, steps: int = 0) -> dict[str, Uniform]:
    """What lib/colour.glsl takes besides the texture, for values on this scale."""
    under, over = ENDS[name]
    return {
        "u_colour_span": colour_span(name, scale),
        "u_under_colour": under,
        "u_over_colour": over,
        "u_steps": steps,
    }


def colour_span(name: str, scale: Scale) -> Span:
    """Where on the colour map, 0 to 1, the ends of a scale are: the middle of a diverging map is at the value 0."""
    if name not in DIVERGING or not scale.low < 0 < scale.high:
        return 0.0, 1.0
    zero = float(scale.heights(np.zeros(1))[0])
    longer = max(zero, 1 - zero)
    return 0.5 - 0.5 * zero / longer, 0.5 + 0.5 * (1 - zero) / longer
