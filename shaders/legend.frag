#version 330 core
// The same mark as on the surface.
#include "lib/mark.glsl"
in vec2 v_position_px;
flat in float v_radius_px;
flat in int v_shape;
flat in vec3 v_colour;
out vec4 colour;

void main() {
    colour = mark_colour(v_shape, v_position_px, v_radius_px, v_colour);
    if (colour.a < 0.01) discard;
}
