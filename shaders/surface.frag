#version 330 core
// Lit height map, optionally with the lines of the measured grid.
#include "lib/colour.glsl"
uniform sampler2D t_paint;     // r value of the colour, of cells
uniform int u_paint;           // colours: 0, 1 as given by the vertices; 2 of the cells of t_paint
uniform vec2 u_lines;          // spaces between grid lines in u and v
uniform int u_mode;            // 0 lit, 1 wireframe, 2 colour without light, 3 lit with grid lines, 5 lit by cells
uniform float u_line_px;
uniform vec3 u_line_colour;
uniform vec3 u_unknown_colour; // of the hatching over predicted parts
uniform vec3 u_diverged_colour;
uniform vec3 u_underside_colour;
uniform float u_hatch_px;      // from line to line
uniform float u_opacity;
in vec2 v_uv;
in float v_value;
in vec2 v_state;
in vec3 v_shade;
flat in vec3 v_facet;
out vec4 colour;

// Coverage of the nearest grid line, 0..1; where lines crowd, far away or seen end on, they fade.
float grid_line() {
    vec2 position = v_uv * u_lines;
    vec2 per_px = max(fwidth(position), vec2(1e-6));
    vec2 to_line_px = abs(fract(position - 0.5) - 0.5) / per_px;
    vec2 line = 1.0 - smoothstep(0.5 * u_line_px - 0.5, 0.5 * u_line_px + 0.5, to_line_px);
    line *= smoothstep(1.5 * u_line_px, 4.0 * u_line_px, 1.0 / per_px);
    return max(line.x, line.y);
}

// Hatching is a pattern, which cannot be taken for a colour of the map.
float hatched(float along_px, float line, float between) {
    return fract(along_px / u_hatch_px) < 0.18 ? line : between;
}

vec3 painted() {
    float value = v_value;
    if (u_paint == 2) {
        vec2 cells = vec2(textureSize(t_paint, 0));
        value = texelFetch(t_paint, ivec2(min(v_uv * cells, cells - 1.0)), 0).r;
    }
    vec3 found = isnan(value) ? u_unknown_colour : colour_of(value);
    float across_px = gl_FragCoord.x + gl_FragCoord.y;
    found = mix(found, u_unknown_colour, (1.0 - min(v_state.x, 1.0)) * hatched(across_px, 0.55, 0.15));
    if (v_state.y < 0.01) return found;
    return u_diverged_colour * hatched(gl_FragCoord.x - gl_FragCoord.y, 1.6, 1.0);
}

void main() {
    if (isnan(v_state.x)) discard;
    vec3 albedo = painted();
    vec3 shade = u_mode == 5 ? v_facet : v_shade;
    if (u_mode == 1 || u_mode == 2) shade = vec3(1.0, 1.0, 0.0);
    if (!gl_FrontFacing) {
        albedo = mix(albedo, u_underside_colour, 0.5);
        shade.xz = vec2(0.9 * shade.y, 0.0);
    }
    colour = vec4(albedo * shade.x + shade.z, u_opacity);
    if (u_mode == 1) {
        colour = vec4(albedo, grid_line());
        if (colour.a < 0.02) discard;
    } else if (u_mode == 3) {
        colour.rgb = mix(colour.rgb, u_line_colour, 0.4 * grid_line());
    }
}
