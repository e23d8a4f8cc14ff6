"""The explorer: a window on a landscape that may still be growing. Never imports torch.

    landscape → staging (heights eased in time, marks, path) → scene → frame (layers) → window · picture · film
                                                                  ↑
                                       view ← desk ← actions ← keys, menus, panel

Read in this order:

    view, settings, theme          what the user can set; frozen values. plain, limits, session: as files
    camera, steering, motion       where it is seen from, and how that is moved. history: undo
    heights, paint, noise          from the measured grid to heights, colours and critical points worth showing
    scene, marks, levels           what is drawn, apart from how
    staging, following             a landscape becoming a scene, and following its folder
    provenance, wording, summary   what is known about it, in words
    box, chart, ticks, annotations, legend, isolines, line_labels, placing   axes, numbers and names, as pure geometry
    frame, layers/                 the renderer; one layer = one module = one shader pair
    shader, quads, draped, *_texture, occlusion, targets, cutting   thin wrappers of GL objects
    graphics, picture, film        without a window
    pane, panes, linking, layout   some landscapes side by side
    desk, actions                  what a window shows, and everything that can be done with it; knows no window system
    application, window, present   the window; controls, pointer, drags, keyboard: the hand on it
    gui/                           the ImGui interface over it
    status, task, measuring, resampling, demo, terminal   with a worker behind it
    commands                       the command line

"""

import os

import pyglet

# Before numpy is imported. Its threads would wait for the next small product by spinning, on the worker's core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Before anything of pyglet.gl or pyglet.window is imported, or they have no effect.
pyglet.options.debug_gl = False  # a glGetError after each call would halve the frame rate
pyglet.options.shadow_window = False
pyglet.options.dpi_scaling = "stretch"
