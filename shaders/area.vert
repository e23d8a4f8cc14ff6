#version 330 core
// The area under a line: one upright quad a cell of the lattice, from the floor to the curve.
#include "lib/height.glsl"
uniform mat4 u_clip;
uniform float u_floor_world;   // z of the floor
out float v_u;
out float v_height;            // of this place, not of the curve above it
out float v_measured;

void main() {
    ivec2 ends = ivec2(gl_InstanceID, gl_InstanceID + 1);
    int node = ends[gl_VertexID >> 1];
    vec4 texel = texelFetch(t_height, ivec2(node, 0), 0);
    v_u = float(node) / float(textureSize(t_height, 0).x - 1);
    v_measured = texel.a;
    v_height = (gl_VertexID & 1) == 1 ? texel.r : u_floor_world / u_relief_world;
    vec3 world = world_at(vec2(v_u, 0.5), v_height);
    gl_Position = u_clip * vec4(world, 1.0);
    cut_away(world);
    float both = texelFetch(t_height, ivec2(ends.x, 0), 0).r + texelFetch(t_height, ivec2(ends.y, 0), 0).r;
    if (isnan(both)) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
