#version 330 core
// Light where it is measured or lies between measured points, grey where it is predicted.
#include "lib/line.glsl"
uniform vec3 u_colour;
uniform vec3 u_predicted_colour;
in float v_across_px;
flat in float v_width_px;
in float v_measured;
out vec4 colour;

void main() {
    colour = vec4(mix(u_predicted_colour, u_colour, v_measured), line_coverage(v_across_px, v_width_px));
    if (colour.a < 0.01) discard;
}
