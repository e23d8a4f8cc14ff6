"""What is cut away from the scene: by planes of the user's, and by the cap of the height."""

import moderngl

from explorer.ground.scene import Shot

GL_CLIP_DISTANCE0 = 0x3000
FAR = 1e6  # in the world: nothing is cut there
SLACK = 1e-5  # in the world: what lies exactly on a plane stays

Corner = tuple[float, float, float]


def kept_box(shot: Shot) -> tuple[Corner, Corner]:
    """The corners of what is kept, in the world; ``FAR`` where nothing is cut. A flat surface has no height to cut."""
    low, high = [-FAR] * 3, [FAR] * 3
    cut, relief = shot.view.cut, shot.relief
    for axis, (span, side) in enumerate(zip((cut.alpha, cut.beta), shot.extent, strict=True)):
        if span[0] > 0:
            low[axis] = (span[0] - 0.5) * side - SLACK
        if span[1] < 1:
            high[axis] = (span[1] - 0.5) * side + SLACK
    if relief > 0:
        if cut.height[0] > 0:
            low[2] = cut.height[0] * relief - SLACK
        if cut.height[1] < 1 or shot.view.open_top:
            high[2] = min(cut.height[1], 1.0) * relief + SLACK
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def cut_uniforms(shot: Shot) -> dict[str, Corner]:
    """For every shader that calls ``cut_away`` of lib/height.glsl."""
    low, high = kept_box(shot)
    return {"u_cut_low_world": low, "u_cut_high_world": high}


class Cutting:
    """Only inside is anything cut away, and only by the planes that are there: each costs time.

    No generator: one that an interrupt leaves behind half-way would speak to a context that is gone.
    """

    def __init__(self, ctx: moderngl.Context, shot: Shot) -> None:
        low, high = kept_box(shot)
        self._ctx, self._planes = ctx, [k for k, bound in enumerate((*low, *high)) if abs(bound) < FAR]

    def __enter__(self) -> None:
        for plane in self._planes:
            self._ctx.enable_direct(GL_CLIP_DISTANCE0 + plane)

    def __exit__(self, *raised: object) -> None:
        for plane in self._planes:
            self._ctx.disable_direct(GL_CLIP_DISTANCE0 + plane)
