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
uniform int u_step;            // lattice nodes per cell, 1 = all
const int BATCH = 64;          // levels per instance; a saddle cell has two segments a level

flat in int v_cell[];
flat in int v_batch[];
out vec4 s_ends;               // u v of both ends, 0..1 over the domain
out float s_level;             // index of the level

ivec2 g_last;                      // node of the lattice
ivec2 g_low, g_high;               // corners of the cell

void emit(vec2 a, vec2 b, int level) {
    s_ends = vec4(mix(vec2(g_low), vec2(g_high), a), mix(vec2(g_low), vec2(g_high), b)) / vec4(g_last, g_last);
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
    g_last = textureSize(t_height, 0) - 1;
    int columns = (g_last.x - 1) / u_step + 1;
    g_low = ivec2(v_cell[0] % columns, v_cell[0] / columns) * u_step;
    g_high = min(g_low + u_step, g_last);
    vec4 corner = vec4(
        texelFetch(t_height, g_low, 0).r,
        texelFetch(t_height, ivec2(g_high.x, g_low.y), 0).r,
        texelFetch(t_height, g_high, 0).r,
        texelFetch(t_height, ivec2(g_low.x, g_high.y), 0).r);
    if (any(isnan(corner))) return;
    int first = first_from(min(min(corner.x, corner.y), min(corner.z, corner.w))) + v_batch[0] * BATCH;
    int end = min(first_from(max(max(corner.x, corner.y), max(corner.z, corner.w))), first + BATCH);
    for (int k = first; k < end; ++k) isoline(corner, level_at(k), k);
}
