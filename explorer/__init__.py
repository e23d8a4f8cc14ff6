"""The explorer: a window on a landscape that may still be growing. Never imports torch.

    landscape → staging (heights eased in time, marks, path) → scene → frame (layers) → window · picture · film
                                                                  ↑
                                       view ← desk ← actions ← keys, menus, panel

Read in this order; each package imports only from those above it:

    camera/        where it is seen from, and how that is moved
    looks/         what the user can set: frozen values, and their form in files
    ground/        from the measured grid to heights, colours, marks and critical points worth showing: a scene
    gl/            thin wrappers of GL objects
    layers/        one layer = one module = one shader pair
    writing/       axes, numbers, names and legend, as pure geometry
    pictures/      the frame that all layers draw; pictures and films without a window
    reporting/     a landscape as one page: pictures, numbers, and what they say
    worker/        the compute process as it is seen from here
    desk/          what a window shows, and everything that can be done with it; knows no window system
    gui/           the ImGui interface over it
    window/        the window, and the hand on it
    command_line/  the commands
"""

import os

import pyglet

# Before numpy is imported. Its threads would wait for the next small product by spinning, on the worker's core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Before anything of pyglet.gl or pyglet.window is imported, or they have no effect.
pyglet.options.debug_gl = False  # a glGetError after each call would halve the frame rate
pyglet.options.shadow_window = False
pyglet.options.dpi_scaling = "stretch"
