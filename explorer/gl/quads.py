"""Quads drawn once per row of a table: the common body of the layers that draw lines, marks and text."""

import moderngl
import numpy as np

from explorer.gl.shader import program


class Quads:
    """A program whose vertex shader makes four corners from each row (float32) of a table."""

    def __init__(self, ctx: moderngl.Context, name: str, layout: str, attributes: tuple[str, ...]) -> None:
        self.program = program(ctx, name)
        self._floats = sum(int(part[:-1]) for part in layout.split() if part != "/i")
        self._buffer = ctx.buffer(reserve=self._floats * 4 * 256, dynamic=True)
        self._vao = ctx.vertex_array(self.program, [(self._buffer, f"{layout} /i", *attributes)])
        self._written: np.ndarray | None = None

    def render(self, table: np.ndarray) -> None:
        """Draw one quad per row; the table is uploaded again only when it is another one."""
        if table is not self._written:
            data = np.ascontiguousarray(table, np.float32)
            if data.nbytes > self._buffer.size:
                self._buffer.orphan(data.nbytes * 2)
            self._buffer.write(data)
            self._written = table
        self._vao.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=len(table))

    def release(self) -> None:
        """Release the GL objects."""
        for thing in (self._vao, self._buffer, self.program):
            thing.release()
