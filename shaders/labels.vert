#version 330 core
// Text: one quad a label, cut from the atlas. Level text lies on whole pixels, so that it stays sharp.
uniform vec2 u_viewport_px;
uniform vec2 u_atlas_px;
in vec2 i_anchor_px;           // in the picture
in vec4 i_place_px;            // left, bottom from the anchor, width, height
in vec2 i_source_px;           // left, top in the atlas
in vec4 i_colour;
in float i_angle;              // around the anchor, radians anticlockwise
out vec2 v_source;
flat out vec4 v_colour;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_colour = i_colour;
    v_source = (i_source_px + vec2(corner.x, 1.0 - corner.y) * i_place_px.zw) / u_atlas_px;
    vec2 position_px;
    if (i_angle == 0.0) {
        position_px = floor(i_anchor_px + i_place_px.xy + 0.5) + corner * i_place_px.zw;
    } else {
        vec2 aside_px = i_place_px.xy + corner * i_place_px.zw;
        float c = cos(i_angle), s = sin(i_angle);
        position_px = i_anchor_px + vec2(c * aside_px.x - s * aside_px.y, s * aside_px.x + c * aside_px.y);
    }
    gl_Position = vec4(position_px / u_viewport_px * 2.0 - 1.0, 0.0, 1.0);
}
