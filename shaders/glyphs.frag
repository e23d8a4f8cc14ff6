#version 330 core
// Signed distances of the four shapes; a light rim outside a dark one keeps them legible on any ground.
uniform float u_opacity;         // less than 1 for what lies behind the ground
in vec2 v_position_px;
flat in float v_radius_px;
flat in int v_shape;
flat in vec3 v_colour;
out vec4 colour;

float triangle(vec2 p, float radius) {         // equilateral, pointing up, circumradius as given
    p.x = abs(p.x);
    return max(dot(p, vec2(0.8660254, 0.5)), -p.y) - 0.5 * radius;
}

float distance_px(vec2 p, float radius) {
    if (v_shape == 0) return triangle(vec2(p.x, -p.y), radius);
    if (v_shape == 1) return (abs(p.x) + abs(p.y) - radius) * 0.7071068;
    if (v_shape == 2) return triangle(p, radius);
    return length(p) - radius;
}

void main() {
    float d = distance_px(v_position_px, v_radius_px);
    float rim_px = clamp(0.13 * v_radius_px, 0.9, 1.8);
    vec3 face = v_colour * (0.86 + 0.22 * clamp(v_position_px.y / v_radius_px, -1.0, 1.0));
    colour.rgb = mix(face, vec3(1.0), smoothstep(-2.0 * rim_px - 0.5, -2.0 * rim_px + 0.5, d));
    colour.rgb = mix(colour.rgb, vec3(0.05), smoothstep(-rim_px - 0.5, -rim_px + 0.5, d));
    colour.a = u_opacity * (1.0 - smoothstep(-0.5, 0.5, d));
    if (colour.a < 0.01) discard;
}
