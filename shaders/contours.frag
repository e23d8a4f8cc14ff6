#version 330 core
// An isoline in the colour of its level, with soft edges.
#include "lib/line.glsl"
uniform float u_opacity;       // less than 1 for what lies behind a surface that is seen through
in float v_across_px;
flat in float v_width_px;
flat in vec4 v_colour;
out vec4 colour;

void main() {
    colour = vec4(v_colour.rgb, u_opacity * v_colour.a * line_coverage(v_across_px, v_width_px));
    if (colour.a < 0.01) discard;
}
