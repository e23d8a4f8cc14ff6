#version 330 core
// Straight lines in the world: the box, its grid and its ticks.
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_pixel_ratio;
in vec3 i_start;
in vec3 i_end;
in vec4 i_colour;
in float i_width_px;
out float v_across_px;
flat out float v_width_px;
flat out vec4 v_colour;

void main() {
    v_colour = i_colour;
    v_width_px = i_width_px * u_pixel_ratio;
    vec4 a = u_clip * vec4(i_start, 1.0);
    vec4 b = u_clip * vec4(i_end, 1.0);
    gl_Position = line_corner(a, b, gl_VertexID, v_width_px, 0.0, v_across_px);
}
