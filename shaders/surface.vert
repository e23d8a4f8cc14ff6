#version 330 core
// Height map: instance = row of cells, vertices alternate between its lower and upper row of nodes. Lit here and not
// per fragment: the lattice is about as fine as the picture, and a software driver has far fewer nodes than pixels.
#include "lib/height.glsl"
uniform mat4 u_clip;       // world -> clip
uniform int u_step;        // lattice nodes per drawn cell, 1 = all
uniform vec3 u_eye_world;
uniform vec3 u_light;      // unit vector to the light
out vec2 v_uv;
out float v_height;
out float v_measured;
out float v_light;         // factor on the colour
out float v_gloss;         // white on top of it

void main() {
    ivec2 size = textureSize(t_height, 0);
    ivec2 node = min(ivec2(gl_VertexID >> 1, gl_InstanceID + (gl_VertexID & 1)) * u_step, size - 1);
    vec4 texel = texelFetch(t_height, node, 0);
    v_uv = vec2(node) / vec2(size - 1);
    v_height = texel.r;
    v_measured = texel.a;
    vec3 world = world_at(v_uv, texel.r);
    gl_Position = u_clip * vec4(world, 1.0);

    vec3 normal = normalize(vec3(-texel.gb * u_relief_world / u_extent_world, 1.0));
    vec3 to_eye = normalize(u_eye_world - world);
    float facing = dot(normal, to_eye);
    float side = facing < 0.0 ? 0.7 : 1.0;      // the underside is told apart by being darker
    normal *= facing < 0.0 ? -1.0 : 1.0;
    float key = max(dot(normal, u_light), 0.0);
    float sky = 0.5 + 0.5 * abs(normal.z);
    float away = 1.0 - abs(facing);
    v_light = side * (0.34 + 0.26 * sky + 0.52 * key + 0.12 * away * away * away);
    float gloss = max(dot(normal, normalize(u_light + to_eye)), 0.0);
    gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss;  // to the 32nd
    v_gloss = 0.10 * gloss;
}
