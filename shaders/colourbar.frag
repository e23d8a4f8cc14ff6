#version 330 core
// The colour map from bottom to top, inside a thin frame.
uniform sampler2D t_colours;
uniform vec4 u_rectangle_px;
uniform vec4 u_frame_colour;
uniform float u_frame_px;
in float v_value;
in vec2 v_position_px;
out vec4 colour;

void main() {
    vec2 to_rim = min(v_position_px, u_rectangle_px.zw - v_position_px);
    bool frame = min(to_rim.x, to_rim.y) < u_frame_px;
    colour = frame ? u_frame_colour : vec4(texture(t_colours, vec2(v_value, 0.5)).rgb, 1.0);
}
