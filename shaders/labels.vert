#version 330 core
// Text: one quad a label, cut from the atlas. Level text lies on whole pixels, so that it stays sharp.
uniform vec2 u_viewport_px;
in vec2 i_anchor_px;           // in the picture
in vec4 i_place_px;            // left, bottom from the anchor, width, height
in vec2 i_source_px;           // left, top in the atlas
in vec4 i_colour;
in float i_angle;              // around the anchor, radians anticlockwise
in float i_halo_px;            // how far a halo reaches beyond the glyphs; 0: the glyphs themselves
out vec2 v_source_px;          // in the atlas
flat out vec4 v_part_px;       // of the atlas: left, top, right, bottom
flat out vec4 v_colour;
flat out float v_halo_px;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    v_colour = i_colour;
    v_halo_px = i_halo_px;
    v_part_px = vec4(i_source_px, i_source_px + i_place_px.zw);
    vec2 inside_px = corner * (i_place_px.zw + 2.0 * i_halo_px) - i_halo_px;
    v_source_px = i_source_px + vec2(inside_px.x, i_place_px.w - inside_px.y);
    vec2 position_px;
    if (i_angle == 0.0) {
        position_px = floor(i_anchor_px + i_place_px.xy + 0.5) + inside_px;
    } else {
        vec2 aside_px = i_place_px.xy + inside_px;
        float c = cos(i_angle), s = sin(i_angle);
        position_px = i_anchor_px + vec2(c * aside_px.x - s * aside_px.y, s * aside_px.x + c * aside_px.y);
    }
    gl_Position = vec4(position_px / u_viewport_px * 2.0 - 1.0, 0.0, 1.0);
}
