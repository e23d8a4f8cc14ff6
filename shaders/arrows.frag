#version 330 core
// A light arrow inside a dark rim: legible on every colour map.
uniform float u_width_px;      // of the shaft
uniform float u_rim_px;
uniform vec2 u_head_px;        // length and half width of the head
uniform vec3 u_colour;
uniform vec3 u_rim_colour;
in float v_across_px;
in float v_to_tip_px;
flat in float v_length_px;
out vec4 colour;

const float HEAD_SHARE = 0.7;  // of an arrow that is seen short: more is no head any more

// Signed distance, about: below 0 inside.
float arrow_distance_px(float across, float to_tip, vec2 head) {
    float slope = head.y / head.x;
    float beside = (across - slope * to_tip) / sqrt(1.0 + slope * slope);
    float in_head = max(beside, to_tip - head.x);
    float in_shaft = max(max(across - 0.5 * u_width_px, to_tip - v_length_px), 0.5 * head.x - to_tip);
    return min(in_head, in_shaft);
}

void main() {
    vec2 head = u_head_px * min(1.0, HEAD_SHARE * v_length_px / u_head_px.x);
    float d = arrow_distance_px(abs(v_across_px), v_to_tip_px, head);
    colour.rgb = mix(u_colour, u_rim_colour, smoothstep(-0.5, 0.5, d));
    colour.a = 1.0 - smoothstep(u_rim_px - 0.5, u_rim_px + 0.5, d);
    if (colour.a < 0.01) discard;
}
