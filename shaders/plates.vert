#version 330 core
// A plate under text: a rectangle of the picture with soft sides, behind everything.
uniform vec2 u_viewport_px;
uniform float u_soft_px;
in vec4 i_box_px;              // left, bottom, right, top of what is written
out vec2 v_position_px;        // from the middle
flat out vec2 v_half_px;

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    v_half_px = 0.5 * (i_box_px.zw - i_box_px.xy);
    v_position_px = corner * (v_half_px + u_soft_px);
    vec2 place_px = 0.5 * (i_box_px.xy + i_box_px.zw) + v_position_px;
    gl_Position = vec4(place_px / u_viewport_px * 2.0 - 1.0, 0.999999, 1.0);
}
