#version 330 core
// The way of a camera and its keyframes: straight lines in the world, with room for a casing.
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_pixel_ratio;
in vec3 i_start;
in vec3 i_end;
in vec4 i_colour;
in float i_width_pt;
out float v_across_px;
flat out float v_width_px;
flat out float v_casing_px;
flat out vec4 v_colour;

const float CASING_PT = 1.2;  // on each side

void main() {
    v_colour = i_colour;
    v_width_px = i_width_pt * u_pixel_ratio;
    v_casing_px = v_width_px + 2.0 * CASING_PT * u_pixel_ratio;
    vec4 a = u_clip * vec4(i_start, 1.0);
    vec4 b = u_clip * vec4(i_end, 1.0);
    gl_Position = line_corner(a, b, gl_VertexID, v_casing_px, 0.0, v_across_px);
}
