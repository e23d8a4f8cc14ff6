#version 330 core
// A line over the ground, draped on it.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_width_px;
in vec4 i_ends;                // u v of both ends
in vec2 i_along_px;            // how far along the line both ends are, about, in pixels
out float v_across_px;
out float v_along_px;

void main() {
    vec3 from = world_at(i_ends.xy, height_at(i_ends.xy));
    vec3 to = world_at(i_ends.zw, height_at(i_ends.zw));
    v_along_px = gl_VertexID < 2 ? i_along_px.x : i_along_px.y;
    gl_Position = line_corner(
        u_clip * vec4(from, 1.0), u_clip * vec4(to, 1.0), gl_VertexID, u_width_px, 7e-4, v_across_px);
    if (isnan(from.z) || isnan(to.z)) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    cut_away(gl_VertexID < 2 ? from : to);
}
