#version 330 core
// The colours from bottom to top, inside a thin frame; a pointed end where there are values off the scale.
#include "lib/colour.glsl"
uniform vec4 u_rectangle_px;
uniform vec2 u_points_px;      // height of the lower and the upper point, 0 none
uniform vec4 u_frame_colour;
uniform float u_frame_px;
uniform vec4 u_fill;           // where it is solid, in place of the colours
in vec2 v_position_px;
out vec4 colour;

void main() {
    vec2 size = u_rectangle_px.zw;
    float beyond_px = max(-v_position_px.y, v_position_px.y - size.y);
    float point_px = v_position_px.y < 0.5 * size.y ? u_points_px.x : u_points_px.y;
    if (beyond_px > 0.0 && point_px == 0.0) discard;
    float half_px = 0.5 * size.x * (beyond_px > 0.0 ? 1.0 - beyond_px / point_px : 1.0);
    float to_side_px = half_px - abs(v_position_px.x - 0.5 * size.x);
    if (to_side_px < 0.0) discard;
    float to_end_px = point_px > 0.0 ? size.x : -beyond_px;
    if (beyond_px > 0.0) to_side_px *= 0.9;
    bool frame = min(to_side_px, to_end_px) < u_frame_px;
    vec3 inside = colour_of(v_position_px.y / size.y);
    colour = frame ? u_frame_colour : vec4(mix(inside, u_fill.rgb, u_fill.a), 1.0);
}
