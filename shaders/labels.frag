#version 330 core
// One label in its colour, as far as the glyphs cover the pixel, or in a halo around them.
uniform sampler2D t_atlas;     // coverage of the glyphs
uniform vec2 u_atlas_px;
const float ASLANT = 0.7;      // of the halo beside a corner: round, so that it does not fill what is open in a letter
const float STRENGTH = 1.4;    // thin strokes cover more than their share, or small text would be pale
in vec2 v_source_px;
flat in vec4 v_part_px;        // of the atlas that is this label's: left, top, right, bottom
flat in vec4 v_colour;
flat in float v_halo_px;
out vec4 colour;

float coverage(vec2 source_px) {
    bool inside = all(greaterThan(source_px, v_part_px.xy)) && all(lessThan(source_px, v_part_px.zw));
    return inside ? texture(t_atlas, source_px / u_atlas_px).r : 0.0;
}

float near(vec2 source_px, float reach_px) {
    float most = coverage(source_px);
    for (int k = 0; k < 4; k++) {
        vec2 way = vec2(float(k % 2 * 2 - 1), float(k / 2 * 2 - 1));
        vec2 straight = k < 2 ? vec2(way.x, 0.0) : vec2(0.0, float(k % 2 * 2 - 1));
        most = max(most, coverage(source_px + reach_px * straight));
        most = max(most, ASLANT * coverage(source_px + reach_px * way));
    }
    return most;
}

void main() {
    float covered = v_halo_px > 0.0 ? near(v_source_px, v_halo_px) : 1.0 - pow(1.0 - coverage(v_source_px), STRENGTH);
    colour = vec4(v_colour.rgb, v_colour.a * covered);
    if (colour.a < 0.004) discard;
}
