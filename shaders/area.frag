#version 330 core
// Coloured by height like the colour bar, and thinner towards the floor; optionally a line at each measured point.
#include "lib/colour.glsl"
uniform float u_cells;         // cells of the measured grid
uniform int u_mode;            // 1 lines only, 2 full colour, 3 with lines, else without
uniform float u_line_px;
uniform vec3 u_mesh_colour;
uniform vec3 u_unknown_colour; // of the hatching over predicted parts
uniform float u_hatch_px;      // from line to line
in float v_u;
in float v_height;
in float v_measured;
out vec4 colour;

float grid_line() {
    float position = v_u * u_cells;
    float to_line_px = abs(fract(position - 0.5) - 0.5) / max(fwidth(position), 1e-6);
    return 1.0 - smoothstep(0.5 * u_line_px - 0.5, 0.5 * u_line_px + 0.5, to_line_px);
}

float unknown() {
    float across_px = fract((gl_FragCoord.x + gl_FragCoord.y) / u_hatch_px) * u_hatch_px;
    return across_px < 0.18 * u_hatch_px ? 0.55 : 0.15;
}

void main() {
    if (isnan(v_height)) discard;
    vec3 albedo = colour_inside(v_height);
    albedo = mix(albedo, u_unknown_colour, (1.0 - v_measured) * unknown());
    float solid = u_mode == 2 ? 1.0 : mix(0.45, 0.88, smoothstep(0.0, 1.0, v_height));
    if (u_mode == 1) solid = 0.75 * grid_line();
    if (u_mode == 3) albedo = mix(albedo, u_mesh_colour, 0.55 * grid_line());
    colour = vec4(albedo, solid);
    if (colour.a < 0.02) discard;
}
