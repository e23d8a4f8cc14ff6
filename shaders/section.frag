#version 330 core
// Dashes of two colours in a dark casing, so that the line is told from path and isolines on every colour map.
#include "lib/line.glsl"
uniform float u_width_px;
uniform float u_dash_px;
uniform float u_opacity;       // less than 1 for what lies behind the ground
uniform vec3 u_colour;
uniform vec3 u_gap_colour;
in float v_across_px;
in float v_along_px;
out vec4 colour;

void main() {
    float core = line_coverage(v_across_px, u_width_px * 0.62);
    bool dash = fract(v_along_px / (2.0 * u_dash_px)) < 0.5;
    colour.rgb = mix(u_gap_colour, dash ? u_colour : u_gap_colour, core);
    colour.a = u_opacity * line_coverage(v_across_px, u_width_px);
    if (colour.a < 0.01) discard;
}
