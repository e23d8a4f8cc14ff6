#version 330 core
// Upright rectangle in the picture, with room for the points at its ends.
uniform vec4 u_rectangle_px;   // left, bottom, width, height
uniform float u_point_px;      // height of a pointed end
uniform vec2 u_viewport_px;
out vec2 v_position_px;        // from the lower left corner of the rectangle

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_position_px = vec2(0.0, -u_point_px) + corner * (u_rectangle_px.zw + vec2(0.0, 2.0 * u_point_px));
    gl_Position = vec4((u_rectangle_px.xy + v_position_px) / u_viewport_px * 2.0 - 1.0, 0.0, 1.0);
}
