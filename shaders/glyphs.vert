#version 330 core
// A mark that stands on the surface at (u, v) and keeps its size on the screen.
#include "lib/height.glsl"
uniform mat4 u_clip;
uniform vec2 u_viewport_px;
uniform float u_pixel_ratio;
in vec2 i_uv;
in float i_shape;              // as in lib/mark.glsl
in float i_size_px;            // diameter, in points
in vec3 i_colour;
out vec2 v_position_px;        // from the centre
flat out float v_radius_px;
flat out int v_shape;
flat out vec3 v_colour;

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    v_radius_px = 0.5 * i_size_px * u_pixel_ratio;
    v_shape = int(i_shape);
    v_colour = i_colour;
    v_position_px = corner * (v_radius_px + 2.0);
    float height = height_at(i_uv);
    vec3 world = world_at(i_uv, height);
    gl_Position = u_clip * vec4(world, 1.0);
    gl_Position.xy += v_position_px * 2.0 / u_viewport_px * gl_Position.w;
    gl_Position.z -= 8e-4 * gl_Position.w;      // in front of the ground it stands on, not of the next ridge
    if (isnan(height)) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    cut_away(world);
}
