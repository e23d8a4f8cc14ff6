"""GLSL from files: #include with honest line numbers, and one-call uniforms and vertex arrays."""

import re
from collections.abc import Sequence

import moderngl
import numpy as np

from explorer.resources import resource

_INCLUDE = re.compile(r'^#include "([^"]+)"$')

Uniform = float | int | Sequence[float] | np.ndarray


def source(name: str) -> str:
    """A shader with its leaf files put in; compiler messages keep the line numbers of each file."""
    lines = []
    for number, line in enumerate(resource("shaders", name).read_text(encoding="utf-8").splitlines(), start=1):
        match = _INCLUDE.match(line)
        if match:
            leaf = resource("shaders", match.group(1)).read_text(encoding="utf-8").rstrip("\n")
            lines += ["#line 1", leaf, f"#line {number + 1}"]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def program(ctx: moderngl.Context, name: str) -> moderngl.Program:
    """The vertex and fragment shader of a layer."""
    return ctx.program(vertex_shader=source(f"{name}.vert"), fragment_shader=source(f"{name}.frag"))


def capture_program(ctx: moderngl.Context, name: str, varyings: tuple[str, ...]) -> moderngl.Program:
    """A vertex and geometry shader whose output goes into a buffer."""
    return ctx.program(vertex_shader=source(f"{name}.vert"), geometry_shader=source(f"{name}.geom"), varyings=varyings)


def set_uniforms(program: moderngl.Program, **values: Uniform) -> None:
    """Set uniforms by name; matrices are numpy arrays in row-major order. Raises KeyError for an unknown name."""
    for name, value in values.items():
        uniform = program[name]
        if not isinstance(uniform, moderngl.Uniform):
            raise KeyError(name)
        if isinstance(value, np.ndarray):
            uniform.write(np.ascontiguousarray(value.T, dtype=np.float32).tobytes())
        else:
            uniform.value = value
