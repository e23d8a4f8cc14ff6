#version 330 core
// A dot at a measured point, of constant size on the screen.
#include "lib/height.glsl"
uniform mat4 u_clip;
uniform vec2 u_viewport_px;
uniform float u_radius_px;
in vec2 i_uv;
out vec2 v_position_px;        // from the centre

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    v_position_px = corner * (u_radius_px + 1.0);
    float height = height_at(i_uv);
    vec3 world = world_at(i_uv, height);
    gl_Position = u_clip * vec4(world, 1.0);
    gl_Position.xy += v_position_px * 2.0 / u_viewport_px * gl_Position.w;
    gl_Position.z -= 5e-4 * gl_Position.w;
    if (isnan(height)) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    cut_away(world);
}
