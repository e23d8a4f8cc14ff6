#version 330 core
// A quiet vertical gradient, dithered so that it shows no bands.
uniform vec3 u_bottom;
uniform vec3 u_top;
in float v_up;
out vec4 colour;

void main() {
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
    colour = vec4(mix(u_bottom, u_top, smoothstep(0.0, 1.0, v_up)) + noise / 255.0, 1.0);
}
