#version 330 core
// One colour, fading over the soft sides.
uniform vec4 u_colour;
uniform float u_soft_px;
in vec2 v_position_px;
flat in vec2 v_half_px;
out vec4 colour;

void main() {
    float outside_px = length(max(abs(v_position_px) - v_half_px, 0.0));
    colour = vec4(u_colour.rgb, u_colour.a * (1.0 - smoothstep(0.0, u_soft_px, outside_px)));
}
