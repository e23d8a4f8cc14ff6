"""The explorer: a window on a landscape that may still be growing. Never imports torch.

    landscape → staging (heights eased in time, marks, path) → scene → frame (layers) → window · picture · film
                                                                  ↑
                                                     view ← panel, navigation, keys

Read in this order:

    view, camera        what the user can set; frozen values
    heights             from measured grid to display lattice
    scene               what is drawn, apart from how
    staging, following  a landscape becoming a scene, and following its folder
    provenance, wording what is known about it, in words
    annotations, chart, ticks   axes and numbers of a surface and of a line, as pure geometry
    frame, layers/      the renderer; one layer = one module = one shader pair
    shader, quads, height_texture, colour_texture   thin wrappers of GL objects
    graphics, picture, film                         without a window
    application, viewer, controls, window, gui, panel, keys, picking   with one
    status, task, demo, terminal                             and a worker behind it
    commands            the command line
"""

import os

import pyglet

# Before numpy is imported. Its threads would wait for the next small product by spinning, on the worker's core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Before anything of pyglet.gl or pyglet.window is imported, or they have no effect.
pyglet.options.debug_gl = False  # a glGetError after each call would halve the frame rate
pyglet.options.shadow_window = False
pyglet.options.dpi_scaling = "stretch"
