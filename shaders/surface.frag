#version 330 core
// Lit height map, optionally with the lines of the measured grid.
uniform sampler2D t_colours;   // colour map, 1 row
uniform vec2 u_cells;          // cells of the measured grid in u and v
uniform int u_mode;            // 0 lit, 1 wireframe, 2 colour without light, 3 lit with grid lines
uniform float u_line_px;
uniform vec3 u_line_colour;
uniform vec3 u_unknown_colour; // of the hatching over predicted parts
uniform float u_hatch_px;      // from line to line
in vec2 v_uv;
in float v_height;
in float v_measured;
in float v_light;
in float v_gloss;
out vec4 colour;

// Coverage of the nearest grid line, 0..1.
float grid_line() {
    vec2 position = v_uv * u_cells;
    vec2 to_line_px = abs(fract(position - 0.5) - 0.5) / max(fwidth(position), vec2(1e-6));
    return 1.0 - smoothstep(0.5 * u_line_px - 0.5, 0.5 * u_line_px + 0.5, min(to_line_px.x, to_line_px.y));
}

// Hatching and a grey veil: a pattern cannot be taken for a colour of the map.
float unknown() {
    float across_px = fract((gl_FragCoord.x + gl_FragCoord.y) / u_hatch_px) * u_hatch_px;
    return across_px < 0.18 * u_hatch_px ? 0.55 : 0.15;
}

void main() {
    if (isnan(v_height)) discard;
    vec3 albedo = texture(t_colours, vec2(v_height, 0.5)).rgb;
    albedo = mix(albedo, u_unknown_colour, (1.0 - v_measured) * unknown());
    vec3 shaded = u_mode == 2 ? albedo : albedo * v_light + v_gloss;
    colour = vec4(shaded, 1.0);
    if (u_mode == 1) {
        colour = vec4(albedo, grid_line());
        if (colour.a < 0.02) discard;
    } else if (u_mode == 3) {
        colour.rgb = mix(shaded, u_line_colour, 0.35 * grid_line());
    }
}
