#version 330 core
// Height map: instance = row of cells, vertices alternate between its upper and lower row of nodes. Lit here and not
// per fragment: the lattice is about as fine as the picture, and a software driver has far fewer nodes than pixels.
#include "lib/height.glsl"
uniform sampler2D t_paint;     // r value of the colour, where that is not the height
uniform sampler2D t_occlusion; // r share of the sky that is seen from a node
uniform mat4 u_clip;           // world -> clip
uniform int u_step;            // lattice nodes per drawn cell, 1 = all
uniform ivec2 u_backwards;     // 1 where columns, rows are drawn from last to first
uniform float u_highest;       // heights above it are drawn there
uniform int u_paint;           // colours: 0 of the height, 1 of the nodes of t_paint, 2 of its cells
uniform bool u_occluded;
uniform bool u_faceted;
uniform vec3 u_eye_world;
uniform vec3 u_light;          // unit vector to the light
out vec2 v_uv;
out float v_value;             // of the colour
out vec2 v_state;              // 1 measured .. 0 predicted, NaN = a hole; 1 diverged .. 0 not
out vec3 v_shade;              // factors on the colour from above and from below, white on top of it
flat out vec3 v_facet;         // the same of a whole cell

vec3 shade(vec3 normal, vec3 world, float sky_seen) {
    vec3 to_eye = normalize(u_eye_world - world);
    float facing = dot(normal, to_eye);
    float away = 1.0 - abs(facing);
    float sky = 0.34 + 0.26 * (0.5 + 0.5 * normal.z);
    float rim = 0.12 * away * away * away;
    float key = dot(normal, u_light);
    float gloss = max(dot(normal, normalize(u_light + to_eye)), 0.0);
    gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss;  // to the 32nd
    return vec3(sky_seen * (sky + 0.52 * max(key, 0.0)) + rim, 0.2 + sky + 0.52 * max(-key, 0.0) + rim, 0.10 * gloss);
}

float drawn_height(ivec2 node) {
    vec4 texel = texelFetch(t_height, node, 0);
    return isnan(texel.r) && texel.a < 0.0 ? 1.0 : clamp(texel.r, 0.0, u_highest);
}

vec3 facet(ivec2 low, ivec2 high, float sky_seen) {  // the plane through the middle of a cell along its diagonals
    vec2 nodes = vec2(textureSize(t_height, 0) - 1);
    float a = drawn_height(low), b = drawn_height(ivec2(high.x, low.y));
    float c = drawn_height(high), d = drawn_height(ivec2(low.x, high.y));
    vec2 side = vec2(high - low) / nodes * u_extent_world;
    vec3 normal = cross(vec3(side, (c - a) * u_relief_world), vec3(-side.x, side.y, (d - b) * u_relief_world));
    vec3 middle = world_at(vec2(low + high) / (2.0 * nodes), (a + b + c + d) / 4.0);
    return shade(normalize(normal), middle, sky_seen);
}

void main() {
    ivec2 last = textureSize(t_height, 0) - 1;
    ivec2 cells = (last - 1) / u_step + 1;
    int column = gl_VertexID >> 1, row = gl_InstanceID, upper = 1 - (gl_VertexID & 1);
    if (u_backwards.x == 1) {                   // the two rows change places too, so that the front stays the front
        column = cells.x - column;
        upper = gl_VertexID & 1;
    }
    if (u_backwards.y == 1) row = cells.y - 1 - row;
    ivec2 node = min(ivec2(column, row + upper) * u_step, last);
    vec4 texel = texelFetch(t_height, node, 0);
    bool diverged = isnan(texel.r) && texel.a < 0.0;
    float height = drawn_height(node);
    vec2 slope = texel.r > u_highest || texel.r < 0.0 ? vec2(0.0) : texel.gb;    // plateaus and the floor are level
    v_uv = vec2(node) / vec2(last);
    v_state = vec2(diverged ? 1.0 : (isnan(texel.r) ? texel.r : texel.a), diverged ? 1.0 : 0.0);
    v_value = diverged ? 1.0 : texel.r;
    if (u_paint == 1) {
        v_value = texelFetch(t_paint, node, 0).r;
        if (isinf(v_value)) v_state.y = 1.0;
        if (isinf(v_value)) v_value = 1.0;
    }
    vec3 world = world_at(v_uv, height);
    gl_Position = u_clip * vec4(world, 1.0);
    cut_away(world);

    float sky_seen = u_occluded ? texelFetch(t_occlusion, node, 0).r : 1.0;
    v_shade = shade(normalize(vec3(-slope * u_relief_world / u_extent_world, 1.0)), world, sky_seen);
    v_facet = v_shade;
    if (u_faceted) {                            // the last vertex of a triangle decides: it is on the far column
        ivec2 cell = max(ivec2(u_backwards.x == 1 ? column : column - 1, row), ivec2(0));
        ivec2 high = min((cell + 1) * u_step, last);
        v_facet = facet(min(cell * u_step, high - 1), high, sky_seen);
    }
}
