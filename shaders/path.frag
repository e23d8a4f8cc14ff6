#version 330 core
// The path in its colour from start to end, inside a dark casing.
#include "lib/line.glsl"
uniform float u_width_px;
uniform float u_opacity;       // less than 1 for what lies behind the ground
uniform vec3 u_start_colour;
uniform vec3 u_end_colour;
uniform vec3 u_casing_colour;  // a dark rim keeps the path legible on every colour map
in float v_across_px;
in float v_along;
out vec4 colour;

void main() {
    float core = line_coverage(v_across_px, u_width_px * 0.62);
    colour.rgb = mix(u_casing_colour, mix(u_start_colour, u_end_colour, v_along), core);
    colour.a = u_opacity * line_coverage(v_across_px, u_width_px);
    if (colour.a < 0.01) discard;
}
