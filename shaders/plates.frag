#version 330 core
// One colour, fading over the soft sides of all plates together: where two meet, each pixel is drawn for the nearer.
const int MOST = 16;
uniform vec4 u_boxes_px[MOST]; // of all plates, some of them again
uniform vec4 u_colour;
uniform float u_soft_px;
in vec2 v_place_px;
out vec4 colour;

void main() {
    float outside_px = u_soft_px;
    for (int k = 0; k < MOST; k++) {
        vec4 box = u_boxes_px[k];
        outside_px = min(outside_px, length(max(max(box.xy - v_place_px, v_place_px - box.zw), 0.0)));
    }
    colour = vec4(u_colour.rgb, u_colour.a * (1.0 - smoothstep(0.0, u_soft_px, outside_px)));
}
