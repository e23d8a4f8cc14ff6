"""Surface, area and colour bar by themselves, in a framebuffer of their own, for tests that ask about single pixels."""

from types import TracebackType
from typing import Self

import moderngl
import numpy as np

from compute.landscape import Domain, Floats, Landscape
from explorer.camera.camera import Camera, clip_matrix, project
from explorer.gl.colour_texture import ColourTexture
from explorer.gl.height_texture import HeightTexture
from explorer.gl.occlusion import Occlusion
from explorer.gl.paint_texture import PaintTexture
from explorer.ground.scene import Shot, suited
from explorer.ground.staging import Stage
from explorer.layers.area import Area
from explorer.layers.colourbar import ColourBar
from explorer.layers.surface import Surface, Veil
from explorer.looks.view import View

SIZE = (480, 320)
ABOVE = Camera(azimuth=-90, elevation=89.9)


class Drawing:
    """One landscape; ``pixels`` draws it as a view says."""

    def __init__(self, ctx: moderngl.Context, land: Landscape, *, occlusion: bool = False) -> None:
        self.ctx, self.land = ctx, land
        self.heights, self.colours, self.paint = HeightTexture(ctx), ColourTexture(ctx), PaintTexture(ctx)
        self.occlusion = Occlusion(ctx, self.heights) if occlusion else None
        self.surface = Surface(ctx, self.heights, self.colours, self.paint, self.occlusion)
        area = Area(ctx, self.heights, self.colours)
        self.layers = (self.surface, Veil(self.surface), area, ColourBar(ctx, self.colours))
        self.picture, self.depth = ctx.texture(SIZE, 4), ctx.depth_renderbuffer(SIZE)
        self.target = ctx.framebuffer([self.picture], self.depth)

    def shot(self, view: View) -> Shot:
        self.stage = Stage(self.land, view)
        view = suited(view, self.land.domain)
        clip = clip_matrix(view.camera, SIZE)
        bar = (SIZE[0] - 50.0, 90.0, 10.0, 140.0)
        return Shot(self.stage.scene, view, SIZE, 1.0, clip, np.empty((0, 11), np.float32), (), bar)

    def pixels(self, view: View) -> np.ndarray:
        """(height, width, 3) in 0..1, the top row first."""
        shot = self.shot(view)
        self.heights.write(self.stage.heights, self.stage.map.measured)
        self.paint.write(self.stage.paint)
        self.target.use()
        self.target.clear(*shot.theme.background_bottom, depth=1.0)
        self.ctx.blend_func = moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA
        for layer in self.layers:
            layer.draw(shot)
        data = np.frombuffer(self.picture.read(), np.uint8).reshape(SIZE[1], SIZE[0], 4)
        return data[::-1, :, :3] / 255

    def at(self, view: View, pixels: np.ndarray, u: Floats, v: Floats, height: Floats | float = 0.0) -> np.ndarray:
        """(n, 3) colours of the pixels where places of the ground are."""
        shot = self.shot(view)
        u, v, height = np.broadcast_arrays(u, v, height)
        world = np.column_stack([(u - 0.5) * shot.extent[0], (v - 0.5) * shot.extent[1], height * shot.relief])
        x, y, _ = project(shot.clip, world, SIZE).T
        return pixels[SIZE[1] - 1 - np.floor(y).astype(int), np.floor(x).astype(int)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ctx.extra.use()
        things = (*self.layers, self.heights, self.colours, self.paint, self.occlusion)
        for thing in (*things, self.target, self.depth, self.picture):
            if thing is not None:
                thing.release()


def landscape_of(values: Floats, **metrics: Floats) -> Landscape:
    """Values on a square from −1 to 1, all measured where they are not NaN."""
    rows, columns = values.shape
    domain = Domain((-1.0, 1.0), (-1.0, 1.0), columns, rows)
    return Landscape("surface", domain, {"train_loss": values, **metrics}, (~np.isnan(values)).astype(np.uint32))


def plane(n: int) -> tuple[Floats, Floats]:
    """x and y of a square grid from −1 to 1."""
    side = np.linspace(-1, 1, n)
    x, y = np.meshgrid(side, side)
    return x, y
