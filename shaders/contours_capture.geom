#version 330 core
// Marching squares: the isolines of the bilinear interpolant inside one cell, captured as segments.
// A node counts as above a level when its height is greater, not equal. A saddle cell (both diagonals disagree) is
// decided by the asymptotic decider (Nielson & Hamann 1991): the value where the hyperbola's asymptotes cross.
// out: points carrying one segment each; budget 128 vertices x 5 scalars = 640 of GL's least 1024
layout(points) in;
layout(points, max_vertices = 128) out;

uniform sampler2D t_height;
uniform sampler2D t_levels;    // heights in ascending order, row by row
uniform int u_levels;          // how many of them
const int BATCH = 64;          // levels per instance; a saddle cell has two segments a level

flat in int v_cell[];
flat in int v_batch[];
out vec4 s_ends;               // u v of both ends, 0..1 over the domain
out float s_level;             // index of the level

ivec2 g_size;
ivec2 g_cell;

void emit(vec2 a, vec2 b, int level) {
    vec2 scale = vec2(g_size - 1);
    s_ends = vec4((vec2(g_cell) + a) / scale, (vec2(g_cell) + b) / scale);
    s_level = float(level);
    EmitVertex();
    EndPrimitive();
}

float crossing(float from, float to, float level) {
    return (level - from) / (to - from);
}

void isoline(vec4 corner, float level, int index) {   // corners counter-clockwise from bottom left
    bvec4 above = greaterThan(corner, vec4(level));
    int code = int(above.x) | int(above.y) << 1 | int(above.z) << 2 | int(above.w) << 3;
    if (code == 0 || code == 15) return;
    vec2 bottom = vec2(crossing(corner.x, corner.y, level), 0.0);
    vec2 right = vec2(1.0, crossing(corner.y, corner.z, level));
    vec2 top = vec2(crossing(corner.w, corner.z, level), 1.0);
    vec2 left = vec2(0.0, crossing(corner.x, corner.w, level));
    if (code == 5 || code == 10) {
        float saddle = (corner.x * corner.z - corner.y * corner.w) / (corner.x + corner.z - corner.y - corner.w);
        bool middle_above = saddle > level;
        if (middle_above == above.x) { emit(bottom, right, index); emit(top, left, index); }
        else { emit(left, bottom, index); emit(right, top, index); }
    }
    else if (code == 1 || code == 14) emit(left, bottom, index);
    else if (code == 2 || code == 13) emit(bottom, right, index);
    else if (code == 4 || code == 11) emit(right, top, index);
    else if (code == 8 || code == 7) emit(top, left, index);
    else if (code == 3 || code == 12) emit(left, right, index);
    else emit(bottom, top, index);
}

float level_at(int index) {
    int width = textureSize(t_levels, 0).x;
    return texelFetch(t_levels, ivec2(index % width, index / width), 0).r;
}

int first_from(float height) {                         // index of the first level that is not below a height
    int low = 0, high = u_levels;
    while (low < high) {
        int middle = (low + high) / 2;
        if (level_at(middle) < height) low = middle + 1;
        else high = middle;
    }
    return low;
}

void main() {
    g_size = textureSize(t_height, 0);
    g_cell = ivec2(v_cell[0] % (g_size.x - 1), v_cell[0] / (g_size.x - 1));
    vec4 corner = vec4(
        texelFetch(t_height, g_cell, 0).r,
        texelFetch(t_height, g_cell + ivec2(1, 0), 0).r,
        texelFetch(t_height, g_cell + ivec2(1, 1), 0).r,
        texelFetch(t_height, g_cell + ivec2(0, 1), 0).r);
    if (any(isnan(corner))) return;
    int first = first_from(min(min(corner.x, corner.y), min(corner.z, corner.w))) + v_batch[0] * BATCH;
    int end = min(first_from(max(max(corner.x, corner.y), max(corner.z, corner.w))), first + BATCH);
    for (int k = first; k < end; ++k) isoline(corner, level_at(k), k);
}
