"""Finished pictures on the window."""

from collections.abc import Iterable

import moderngl
import numpy as np
from numpy.typing import NDArray

from explorer.desk.layout import Rectangle
from explorer.gl.shader import program, set_uniforms
from explorer.looks.theme import Rgb


class Presenter:
    """Draws textures over the window's framebuffer; a blit would demand equal depth formats of both."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = program(ctx, "present")
        self._vao = ctx.vertex_array(self._program, [])
        self._screen = ctx.detect_framebuffer(0)  # once: each call makes another object that nobody can release

    def draw(self, size: tuple[int, int], pictures: Iterable[tuple[Rectangle, moderngl.Texture]], between: Rgb) -> None:
        """Each picture in its rectangle, and one colour elsewhere; the window's framebuffer is in use afterwards."""
        self._screen.viewport = (0, 0, *size)
        self._screen.use()
        self._screen.clear(*between)
        self._ctx.enable_only(moderngl.NOTHING)
        for rectangle, picture in pictures:
            self._screen.viewport = rectangle
            picture.use(0)
            set_uniforms(self._program, t_picture=0, u_corner_px=(float(rectangle[0]), float(rectangle[1])))
            self._vao.render(moderngl.TRIANGLES, vertices=3)
        self._screen.viewport = (0, 0, *size)

    def read(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        """(height, width, 3) what is in the window's framebuffer, top row first."""
        data = self._screen.read(viewport=(0, 0, *size), components=3, alignment=1)
        return np.frombuffer(data, np.uint8).reshape(size[1], size[0], 3)[::-1]

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
