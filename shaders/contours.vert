#version 330 core
// A captured segment, lifted back on the surface and widened on the screen.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_first_level;
uniform float u_level_step;
uniform float u_width_px;
uniform int u_emphasis;        // every so many levels the line is heavier
in vec4 i_ends;
in float i_level;
out float v_across_px;
flat out float v_width_px;
flat out float v_height;

void main() {
    v_height = u_first_level + i_level * u_level_step;
    bool heavy = (int(i_level) + 1) % u_emphasis == 0;
    v_width_px = u_width_px * (heavy ? 1.7 : 1.0);
    vec4 a = u_clip * vec4(world_at(i_ends.xy, v_height), 1.0);
    vec4 b = u_clip * vec4(world_at(i_ends.zw, v_height), 1.0);
    gl_Position = line_corner(a, b, gl_VertexID, v_width_px, 4e-4, v_across_px);
}
