"""The floor: the least that any program with this window library does. One window, one clear, one event loop.

With `buffers` as argument also the picture buffers of a multisampled scene, which are the driver's memory, not ours.
"""

import sys

import pyglet

pyglet.options.debug_gl = False
pyglet.options.shadow_window = False

import moderngl  # noqa: E402  after the options
import pyglet.window  # noqa: E402

config = pyglet.gl.Config(double_buffer=True, depth_size=24, major_version=3, minor_version=3, forward_compatible=True)
window = pyglet.window.Window(1280, 800, caption="floor", config=config)
ctx = moderngl.create_context(require=330)

if "buffers" in sys.argv:
    size = window.get_framebuffer_size()
    sampled = ctx.framebuffer([ctx.renderbuffer(size, 4, samples=4)], ctx.depth_renderbuffer(size, samples=4))
    resolved = ctx.framebuffer([ctx.texture(size, 4)])
    sampled.use()
    sampled.clear(0.5, 0.5, 0.5, depth=1.0)
    ctx.copy_framebuffer(resolved, sampled)
    ctx.screen.use()


def draw(seconds: float) -> None:
    """A striped picture, so that its arrival can be seen on the screen."""
    window.switch_to()
    ctx.clear(0.2, 0.3, 0.4)
    ctx.clear(0.9, 0.8, 0.2, viewport=(0, 0, 640, 800))
    window.flip()


draw(0.0)
pyglet.clock.schedule_interval(draw, 0.5)
pyglet.app.run(None)
