#version 330 core
// One piece of the curve of a line, widened on the screen; a node between two holes is a dot.
#include "lib/height.glsl"
#include "lib/line.glsl"
uniform mat4 u_clip;
uniform float u_width_px;
in float i_node;               // of the lattice, at the left end
out float v_across_px;
flat out float v_width_px;
out float v_measured;

bool hole(int node) {
    if (node < 0 || node >= textureSize(t_height, 0).x) return true;
    return isnan(texelFetch(t_height, ivec2(node, 0), 0).r);
}

vec3 world_of(int node) {
    vec2 uv = vec2(float(node) / float(textureSize(t_height, 0).x - 1), 0.5);
    return world_at(uv, texelFetch(t_height, ivec2(node, 0), 0).r);
}

vec4 place(int node, float aside_px) {
    vec4 clip = u_clip * vec4(world_of(node), 1.0);
    clip.x += aside_px * 2.0 / u_viewport_px.x * clip.w;
    return clip;
}

void main() {
    int node = int(i_node);
    bool dot = hole(node - 1) && hole(node + 1);
    if (hole(node) || (hole(node + 1) && !dot)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        cut_away(vec3(0.0));
        return;
    }
    int end = dot ? node : node + 1;
    cut_away(world_of(gl_VertexID < 2 ? node : end));
    v_width_px = dot ? 1.6 * u_width_px : u_width_px;
    float aside_px = dot ? 0.25 * v_width_px : 0.0;
    v_measured = dot ? 1.0 : texelFetch(t_height, ivec2(gl_VertexID < 2 ? node : end, 0), 0).a;
    gl_Position = line_corner(place(node, -aside_px), place(end, aside_px), gl_VertexID, v_width_px, 3e-4, v_across_px);
}
