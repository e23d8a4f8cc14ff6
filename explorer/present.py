"""The finished picture on the window."""

import moderngl

from explorer.shader import program, set_uniforms


class Presenter:
    """Draws a texture over the window's framebuffer; a blit would demand equal depth formats of both."""

    def __init__(self, ctx: moderngl.Context) -> None:
        self._ctx = ctx
        self._program = program(ctx, "present")
        self._vao = ctx.vertex_array(self._program, [])
        self._screen = ctx.detect_framebuffer(0)  # once: each call makes another object that nobody can release

    def draw(self, picture: moderngl.Texture) -> None:
        """Cover the framebuffer of the window, which is in use afterwards."""
        self._screen.viewport = (0, 0, *picture.size)
        self._screen.use()
        self._ctx.enable_only(moderngl.NOTHING)
        picture.use(0)
        set_uniforms(self._program, t_picture=0)
        self._vao.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        """Release the GL objects."""
        self._vao.release()
        self._program.release()
