"""What the driver can do."""

from types import SimpleNamespace

import numpy as np
import pytest

from explorer.gl.graphics import largest_side


@pytest.mark.parametrize("smallest", range(4))
def test_the_largest_picture_is_as_all_parts_of_the_driver_allow(smallest):
    texture, buffer, width, height = np.where(np.arange(4) == smallest, 4096, 8192).tolist()
    info = {
        "GL_MAX_TEXTURE_SIZE": texture,
        "GL_MAX_RENDERBUFFER_SIZE": buffer,
        "GL_MAX_VIEWPORT_DIMS": (width, height),
    }
    assert largest_side(SimpleNamespace(info=info)) == 4096


def test_a_picture_of_the_largest_side_can_be_drawn(gl):
    most = largest_side(gl)
    colours = gl.renderbuffer((most, 1), 3)
    framebuffer = gl.framebuffer([colours])
    framebuffer.use()
    framebuffer.clear(1.0, 0.0, 0.0)
    drawn = np.frombuffer(framebuffer.read(components=3, alignment=1), np.uint8)
    assert drawn.size == 3 * most and (drawn.reshape(-1, 3) == [255, 0, 0]).all()
    gl.extra.use()
    framebuffer.release()
    colours.release()
