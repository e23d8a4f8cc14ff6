#version 330 core
// An isoline, coloured by the height it lies at, with soft edges.
#include "lib/line.glsl"
uniform vec4 u_low_colour;     // at height 0
uniform vec4 u_high_colour;    // at height 1; the same for lines of one colour
in float v_across_px;
flat in float v_width_px;
flat in float v_height;
out vec4 colour;

void main() {
    colour = mix(u_low_colour, u_high_colour, v_height);
    colour.a *= line_coverage(v_across_px, v_width_px);
    if (colour.a < 0.01) discard;
}
