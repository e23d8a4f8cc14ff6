#version 330 core
// A plate under text: a rectangle of the picture with soft sides, behind everything.
uniform vec2 u_viewport_px;
uniform float u_soft_px;
in vec4 i_box_px;              // left, bottom, right, top of what is written
out vec2 v_place_px;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_place_px = mix(i_box_px.xy - u_soft_px, i_box_px.zw + u_soft_px, corner);
    gl_Position = vec4(v_place_px / u_viewport_px * 2.0 - 1.0, 0.999999, 1.0);
}
