#version 330 core
// A mark beside its name, at a place of the picture.
uniform vec2 u_viewport_px;
in vec2 i_place_px;            // of the middle, from the bottom left
in float i_shape;              // as in lib/mark.glsl
in float i_size_px;            // diameter, in pixels
in vec3 i_colour;
out vec2 v_position_px;        // from the centre
flat out float v_radius_px;
flat out int v_shape;
flat out vec3 v_colour;

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID >> 1) * 2 - 1);
    v_radius_px = 0.5 * i_size_px;
    v_shape = int(i_shape);
    v_colour = i_colour;
    v_position_px = corner * (v_radius_px + 2.0);
    gl_Position = vec4((i_place_px + v_position_px) / u_viewport_px * 2.0 - 1.0, 0.0, 1.0);
}
