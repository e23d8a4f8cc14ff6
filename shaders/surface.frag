#version 330 core
// Lit height map, optionally with the lines of the measured grid.
uniform sampler2D t_colours;   // colour map, 1 row
uniform vec3 u_eye_world;
uniform vec3 u_light;          // unit vector to the light
uniform vec2 u_cells;          // cells of the measured grid in u and v
uniform int u_mode;            // 0 lit, 1 wireframe, 2 colour without light, 3 lit with grid lines
uniform float u_line_px;
uniform vec3 u_line_colour;
uniform vec3 u_unknown_colour; // predicted parts lean towards it
in vec2 v_uv;
in vec3 v_world;
in vec3 v_normal;
in float v_height;
in float v_measured;
out vec4 colour;

// Coverage of the nearest grid line, 0..1.
float grid_line() {
    vec2 position = v_uv * u_cells;
    vec2 to_line_px = abs(fract(position - 0.5) - 0.5) / max(fwidth(position), vec2(1e-6));
    return 1.0 - smoothstep(0.5 * u_line_px - 0.5, 0.5 * u_line_px + 0.5, min(to_line_px.x, to_line_px.y));
}

vec3 lit(vec3 albedo, vec3 normal, vec3 to_eye) {
    float facing = dot(normal, to_eye);
    if (facing < 0.0) { normal = -normal; albedo *= 0.7; }   // the underside is told apart by being darker
    float key = max(dot(normal, u_light), 0.0);
    float sky = 0.5 + 0.5 * abs(normal.z);
    vec3 halfway = normalize(u_light + to_eye);
    float gloss = pow(max(dot(normal, halfway), 0.0), 40.0);
    float rim = pow(1.0 - abs(facing), 3.0);
    return albedo * (0.34 + 0.26 * sky + 0.52 * key) + vec3(0.10) * gloss + albedo * 0.12 * rim;
}

void main() {
    if (isnan(v_height)) discard;
    float line = (u_mode == 1 || u_mode == 3) ? grid_line() : 0.0;
    vec3 albedo = texture(t_colours, vec2(clamp(v_height, 0.0, 1.0), 0.5)).rgb;
    albedo = mix(mix(albedo, u_unknown_colour, 0.30), albedo, clamp(v_measured, 0.0, 1.0));
    if (u_mode == 1) {
        if (line < 0.02) discard;
        colour = vec4(albedo, line);
        return;
    }
    vec3 shaded = u_mode == 2 ? albedo : lit(albedo, normalize(v_normal), normalize(u_eye_world - v_world));
    if (u_mode == 3) shaded = mix(shaded, u_line_colour, 0.35 * line);
    colour = vec4(shaded, 1.0);
}
