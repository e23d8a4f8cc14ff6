#version 330 core
// The training path, draped on the surface.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_width_px;
in vec4 i_ends;                // u v of both ends
in vec3 i_from_colour;         // at both ends
in vec3 i_to_colour;
out float v_across_px;
out vec3 v_colour;

void main() {
    vec3 from = world_at(i_ends.xy, height_at(i_ends.xy));
    vec3 to = world_at(i_ends.zw, height_at(i_ends.zw));
    v_colour = gl_VertexID < 2 ? i_from_colour : i_to_colour;
    gl_Position = line_corner(
        u_clip * vec4(from, 1.0), u_clip * vec4(to, 1.0), gl_VertexID, u_width_px, 6e-4, v_across_px);
    cut_away(gl_VertexID < 2 ? from : to);
}
