// The height map: one texel per node of the display lattice, and what is cut away from the world.
// in:  t_height        r height, 0..1 and beyond, NaN = nothing there; g, b slope per unit of u, v;
//                      a 1 measured .. 0 predicted, -1 diverged
//      u_extent_world  size of the domain in x and y;  u_relief_world  z of height 1
//      u_cut_low_world, u_cut_high_world  corners of the box that is kept
uniform sampler2D t_height;
uniform vec2 u_extent_world;
uniform float u_relief_world;
uniform vec3 u_cut_low_world;
uniform vec3 u_cut_high_world;

vec3 world_at(vec2 uv, float height) {
    return vec3((uv - 0.5) * u_extent_world, height * u_relief_world);
}

// Bilinear by hand: hardware filtering would spread the NaN of a hole beyond its cells. What is cut off above height 1
// has its rim there, and so has what stands on it.
float height_at(vec2 uv) {
    ivec2 size = textureSize(t_height, 0);
    vec2 position = clamp(uv, 0.0, 1.0) * vec2(size - 1);
    ivec2 cell = min(ivec2(position), size - 2);
    vec2 t = position - vec2(cell);
    float bottom_left = texelFetch(t_height, cell, 0).r;
    float bottom_right = texelFetch(t_height, cell + ivec2(1, 0), 0).r;
    float top_left = texelFetch(t_height, cell + ivec2(0, 1), 0).r;
    float top_right = texelFetch(t_height, cell + ivec2(1, 1), 0).r;
    float height = mix(mix(bottom_left, bottom_right, t.x), mix(top_left, top_right, t.x), t.y);
    return isnan(height) ? height : clamp(height, 0.0, 1.0);
}

// Distances to the planes; which of them cut is said by what is enabled (explorer/gl/cutting.py).
void cut_away(vec3 world) {
    vec3 above = world - u_cut_low_world;
    vec3 below = u_cut_high_world - world;
    gl_ClipDistance[0] = above.x;
    gl_ClipDistance[1] = above.y;
    gl_ClipDistance[2] = above.z;
    gl_ClipDistance[3] = below.x;
    gl_ClipDistance[4] = below.y;
    gl_ClipDistance[5] = below.z;
}
