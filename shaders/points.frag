#version 330 core
// Light inside a dark rim: legible on every colour map.
uniform float u_radius_px;
uniform vec3 u_colour;
in vec2 v_position_px;
out vec4 colour;

void main() {
    float d = length(v_position_px) - u_radius_px;
    float rim_px = min(1.0, 0.4 * u_radius_px);
    colour.rgb = mix(u_colour, vec3(0.05), smoothstep(-rim_px - 0.4, -rim_px + 0.4, d));
    colour.a = 1.0 - smoothstep(-0.5, 0.5, d);
    if (colour.a < 0.01) discard;
}
