"""Soft shadow in hollows: how much of the sky each node of the height map sees."""

import moderngl

from explorer.gl.height_texture import HeightTexture
from explorer.gl.shader import program, set_uniforms
from explorer.ground.scene import Shot

RADIUS_WORLD = 0.6  # ground farther away hides nothing
STRENGTH = 0.85


class Occlusion:
    """A texture of the lattice's shape, made anew when the heights or their proportions change; ``passes`` counts."""

    def __init__(self, ctx: moderngl.Context, heights: HeightTexture) -> None:
        self._ctx = ctx
        self._heights = heights
        self._program = program(ctx, "occlusion")
        self._vao = ctx.vertex_array(self._program, [])
        self._texture: moderngl.Texture | None = None
        self._target: moderngl.Framebuffer | None = None
        self._made: tuple[object, ...] = ()
        self.passes = 0

    def use(self, location: int, shot: Shot) -> None:
        """Bind to a texture unit, after a pass over the lattice where one is due."""
        made = (self._heights.revision, shot.extent, shot.relief)
        if made != self._made:
            self._render(shot)
            self._made = made
            self.passes += 1
        assert self._texture is not None
        self._texture.use(location)

    def read(self) -> bytes:
        """The share of the sky that each node sees, float32."""
        return self._texture.read() if self._texture else b""

    def release(self) -> None:
        """Release the GL objects."""
        self._release_texture()
        self._vao.release()
        self._program.release()

    def _render(self, shot: Shot) -> None:
        drawn_into = self._ctx.fbo
        size = self._heights.shape[::-1]
        if self._texture is None or self._texture.size != size:
            self._release_texture()
            self._texture = self._ctx.texture(size, 1, dtype="f4")
            self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            self._target = self._ctx.framebuffer([self._texture])
        assert self._target is not None
        self._target.use()
        self._ctx.enable_only(moderngl.NOTHING)
        self._heights.use(0)
        set_uniforms(
            self._program,
            t_height=0,
            u_extent_world=shot.extent,
            u_relief_world=shot.relief,
            u_radius_world=RADIUS_WORLD,
            u_strength=STRENGTH,
        )
        self._vao.render(moderngl.TRIANGLES, vertices=3)
        drawn_into.use()

    def _release_texture(self) -> None:
        for thing in (self._target, self._texture):
            if thing is not None:
                thing.release()
        self._texture = self._target = None
