#version 330 core
// How much of the sky a node of the height map sees. Horizons are looked for in eight directions, as in horizon-based
// ambient occlusion (Bavoil, Sainz & Dimitrov 2008): what stands above the tangent plane takes its share of the sky.
uniform sampler2D t_height;
uniform vec2 u_extent_world;
uniform float u_relief_world;
uniform float u_radius_world;  // what is farther away hides nothing
uniform float u_strength;      // of the darkening, 0 none .. 1 all
out vec4 colour;

const int DIRECTIONS = 8;
const int SAMPLES = 12;
const float TURN = 6.2831853;

float ground(ivec2 node) {
    return clamp(texelFetch(t_height, node, 0).r, 0.0, 1.0) * u_relief_world;
}

float sine(float slope) {
    return slope / sqrt(1.0 + slope * slope);
}

void main() {
    ivec2 node = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(t_height, 0) - 1;
    vec4 here = texelFetch(t_height, node, 0);
    colour = vec4(1.0);
    if (isnan(here.r)) return;
    vec2 gradient = here.gb * u_relief_world / u_extent_world;
    vec2 node_world = u_extent_world / vec2(last);
    float hidden = 0.0;
    for (int k = 0; k < DIRECTIONS; ++k) {
        float angle = (float(k) + 0.5) / float(DIRECTIONS) * TURN;
        vec2 direction = vec2(cos(angle), sin(angle));
        float most = 0.0;
        for (int j = 1; j <= SAMPLES; ++j) {
            float share = float(j * j) / float(SAMPLES * SAMPLES);      // denser near by
            ivec2 other = node + ivec2(round(direction * share * u_radius_world / node_world));
            if (other == node || any(lessThan(other, ivec2(0))) || any(greaterThan(other, last))) continue;
            vec2 away = vec2(other - node) * node_world;
            float horizon = sine((ground(other) - ground(node)) / length(away));
            float tangent = sine(dot(gradient, normalize(away)));
            if (!isnan(horizon)) most = max(most, (horizon - tangent) * (1.0 - share * share));
        }
        hidden += most;
    }
    colour.r = 1.0 - u_strength * min(hidden / float(DIRECTIONS), 1.0);
}
