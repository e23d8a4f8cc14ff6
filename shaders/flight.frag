#version 330 core
// A line in its own colour, in a thin casing that parts it from whatever lies behind.
#include "lib/line.glsl"
uniform float u_opacity;
uniform vec3 u_casing_colour;
in float v_across_px;
flat in float v_width_px;
flat in float v_casing_px;
flat in vec4 v_colour;
out vec4 colour;

void main() {
    float core = line_coverage(v_across_px, v_width_px);
    float casing = 0.6 * line_coverage(v_across_px, v_casing_px);
    colour = vec4(mix(u_casing_colour, v_colour.rgb, core), u_opacity * max(core * v_colour.a, casing));
    if (colour.a < 0.01) discard;
}
