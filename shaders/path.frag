#version 330 core
// A path in its colours, inside a dark casing.
#include "lib/line.glsl"
uniform float u_width_px;
uniform float u_opacity;       // less than 1 for what lies behind the ground
uniform vec3 u_casing_colour;  // a dark rim keeps the path legible on every colour map
in float v_across_px;
in vec3 v_colour;
out vec4 colour;

void main() {
    float core = line_coverage(v_across_px, u_width_px * 0.62);
    colour.rgb = mix(u_casing_colour, v_colour, core);
    colour.a = u_opacity * line_coverage(v_across_px, u_width_px);
    if (colour.a < 0.01) discard;
}
