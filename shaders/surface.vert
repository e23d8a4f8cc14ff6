#version 330 core
// Height map: instance = row of cells, vertices alternate between its lower and upper row of nodes.
#include "lib/height.glsl"
uniform mat4 u_clip;       // world -> clip
uniform int u_step;        // lattice nodes per drawn cell, 1 = all
out vec2 v_uv;
out vec3 v_world;
out vec3 v_normal;
out float v_height;
out float v_measured;

void main() {
    ivec2 size = textureSize(t_height, 0);
    ivec2 node = min(ivec2(gl_VertexID >> 1, gl_InstanceID + (gl_VertexID & 1)) * u_step, size - 1);
    vec4 texel = texelFetch(t_height, node, 0);
    v_uv = vec2(node) / vec2(size - 1);
    v_height = texel.r;
    v_measured = texel.a;
    v_world = world_at(v_uv, texel.r);
    v_normal = vec3(-texel.gb * u_relief_world / u_extent_world, 1.0);
    gl_Position = u_clip * vec4(v_world, 1.0);
}
