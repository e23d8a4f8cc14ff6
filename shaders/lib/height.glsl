// The height map: one texel per node of the display lattice.
// in:  t_height        r height in [0, 1], NaN = nothing there; g, b slope per unit of u, v; a 1 measured .. 0 predicted
//      u_extent_world  size of the domain in x and y;  u_relief_world  z of height 1
uniform sampler2D t_height;
uniform vec2 u_extent_world;
uniform float u_relief_world;

vec3 world_at(vec2 uv, float height) {
    return vec3((uv - 0.5) * u_extent_world, height * u_relief_world);
}

// Bilinear by hand: hardware filtering would spread the NaN of a hole beyond its cells.
float height_at(vec2 uv) {
    ivec2 size = textureSize(t_height, 0);
    vec2 position = clamp(uv, 0.0, 1.0) * vec2(size - 1);
    ivec2 cell = min(ivec2(position), size - 2);
    vec2 t = position - vec2(cell);
    float bottom_left = texelFetch(t_height, cell, 0).r;
    float bottom_right = texelFetch(t_height, cell + ivec2(1, 0), 0).r;
    float top_left = texelFetch(t_height, cell + ivec2(0, 1), 0).r;
    float top_right = texelFetch(t_height, cell + ivec2(1, 1), 0).r;
    return mix(mix(bottom_left, bottom_right, t.x), mix(top_left, top_right, t.x), t.y);
}
