#version 330 core
// A mark on the surface.
#include "lib/mark.glsl"
uniform float u_opacity;         // less than 1 for what lies behind the ground
in vec2 v_position_px;
flat in float v_radius_px;
flat in int v_shape;
flat in vec3 v_colour;
out vec4 colour;

void main() {
    colour = mark_colour(v_shape, v_position_px, v_radius_px, v_colour);
    colour.a *= u_opacity;
    if (colour.a < 0.01) discard;
}
