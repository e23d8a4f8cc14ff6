#version 330 core
// Upright rectangle in the picture, filled with the colour map.
uniform vec4 u_rectangle_px;   // left, bottom, width, height
uniform vec2 u_viewport_px;
out float v_value;             // 0 bottom .. 1 top
out vec2 v_position_px;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_value = corner.y;
    v_position_px = corner * u_rectangle_px.zw;
    gl_Position = vec4((u_rectangle_px.xy + v_position_px) / u_viewport_px * 2.0 - 1.0, 0.0, 1.0);
}
